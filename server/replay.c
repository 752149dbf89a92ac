#include "replay.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "bell.h"
#include "cam.h"
#include "limits.h"
#include "text.h"

struct cs_replayer {
    cs_log *log;
    cs_trace *trace;   /* this and `replay` belong to the thread until it is joined */
    cs_replay *replay; /* NULL: out of memory */
    pthread_t thread;
    int bell;
    atomic_bool last; /* no more frames come */
    atomic_llong deadline;
    bool late;
};

/* What every run is replayed on, and what a CAM_ chunk holds. */
static const cs_unit_config recorded_beside = {.engine = CS_ENGINE_CAM, .depth = CS_CAM_DEPTH};

/* Takes in what the log has from frame *next on; false when time is up or a step failed. */
static bool catch_up(cs_replayer *r, size_t *next) {
    cs_frame frame;
    for (; cs_log_frame(r->log, *next, &frame); ++*next) {
        long long deadline = atomic_load(&r->deadline);
        if (deadline && cs_now_ms() > deadline) {
            r->late = true;
            return false;
        }
        cs_error error = cs_trace_feed(r->trace, frame.bytes + CS_FRAME_PREFIX, frame.length - CS_FRAME_PREFIX);
        if (error || cs_replay_feed(r->replay, r->trace) != 0) return false;
    }
    return true;
}

/* The model is built here and not before the run: that takes a millisecond, in which the worker starts. */
static void *replay_log(void *arg) {
    cs_replayer *r = arg;
    r->replay = cs_replay_new(&recorded_beside);
    for (size_t next = 0; r->replay;) {
        bool last = atomic_load(&r->last); /* before the frames: none comes after it */
        if (!catch_up(r, &next) || last) return NULL;
        struct pollfd ring = {.fd = r->bell, .events = POLLIN};
        poll(&ring, 1, -1);
        cs_bell_quiet(r->bell);
    }
    return NULL;
}

static void free_replayer(cs_replayer *r) {
    if (r->bell >= 0) close(r->bell);
    if (r->replay) cs_replay_free(r->replay);
    if (r->trace) cs_trace_close(r->trace);
    free(r);
}

cs_replayer *cs_replayer_start(cs_log *log) {
    cs_replayer *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->log = log;
    r->bell = cs_bell_new();
    r->trace = cs_trace_new();
    if (r->bell < 0 || !r->trace || cs_log_listen(log, r->bell) != 0) goto failed;
    if (pthread_create(&r->thread, NULL, replay_log, r) != 0) goto listening;
    return r;
listening:
    cs_log_unlisten(log, r->bell);
failed:
    free_replayer(r);
    return NULL;
}

/* The chunk as in a file, but for its sequence number: it is no part of the file. */
static unsigned char *cam_chunk(const cs_replay *replay, size_t *n) {
    const cs_cam_op *ops;
    size_t count = cs_replay_ops(replay, &ops), payload = sizeof(cs_cam_header) + count * sizeof *ops;
    cs_chunk head = {.kind = {'C', 'A', 'M', '_'}, .length = (uint32_t)payload, .seq = 0xffffffffu};
    if (payload > UINT32_MAX) return NULL;
    unsigned char *chunk = malloc(sizeof head + payload); /* both structs are multiples of 16: no padding */
    if (!chunk) return NULL;
    memcpy(chunk + sizeof head, cs_replay_header(replay), sizeof(cs_cam_header));
    if (count) memcpy(chunk + sizeof head + sizeof(cs_cam_header), ops, count * sizeof *ops);
    head.crc = (uint32_t)crc32_z(0, chunk + sizeof head, payload);
    memcpy(chunk, &head, sizeof head);
    *n = sizeof head + payload;
    return chunk;
}

unsigned char *cs_replayer_finish(cs_replayer *r, size_t *n, bool *late) {
    *n = 0;
    *late = false;
    if (!r) return NULL;
    atomic_store(&r->deadline, cs_now_ms() + CS_REPLAY_MS);
    atomic_store(&r->last, true);
    cs_bell_ring(r->bell);
    pthread_join(r->thread, NULL);
    cs_log_unlisten(r->log, r->bell);
    *late = r->late;
    unsigned char *chunk = r->late || !r->replay ? NULL : cam_chunk(r->replay, n);
    free_replayer(r);
    return chunk;
}

unsigned char *cs_replay_chunk(const cs_trace *trace, size_t *n) {
    cs_replay *replay = cs_replay_new(&recorded_beside);
    unsigned char *chunk = replay && cs_replay_feed(replay, trace) == 0 ? cam_chunk(replay, n) : NULL;
    if (replay) cs_replay_free(replay);
    return chunk;
}

int cs_replay_whole(const cs_trace *trace, cs_cam_header *out) {
    cs_replay *replay = cs_replay_new(&recorded_beside);
    if (!replay) return -1;
    int result = cs_replay_feed(replay, trace) == 0 ? 0 : -1;
    if (result == 0) *out = *cs_replay_header(replay);
    cs_replay_free(replay);
    return result;
}
