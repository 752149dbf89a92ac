#include "ingest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limits.h"

struct cs_ingest {
    cs_trace *trace;
    cs_ingest_sink sink;
    void *ctx;
    uint64_t limit, received, handed; /* bytes; `waiting` holds received - handed of them */
    unsigned char *waiting;
    size_t capacity;
    cs_error error; /* of this layer; the reader keeps its own */
};

cs_ingest *cs_ingest_new(cs_ingest_sink sink, void *ctx, uint64_t limit) {
    cs_ingest *in = calloc(1, sizeof *in);
    if (!in) return NULL;
    in->trace = cs_trace_new();
    if (!in->trace) {
        free(in);
        return NULL;
    }
    in->sink = sink;
    in->ctx = ctx;
    in->limit = limit;
    return in;
}

void cs_ingest_free(cs_ingest *in) {
    if (!in) return;
    cs_trace_close(in->trace);
    free(in->waiting);
    free(in);
}

static cs_error keep_waiting(cs_ingest *in, const void *bytes, size_t n) {
    size_t held = (size_t)(in->received - in->handed);
    if (held + n > in->capacity) {
        size_t capacity = (held + n) * 2;
        void *grown = realloc(in->waiting, capacity);
        if (!grown) return CS_E_NOMEM;
        in->waiting = grown;
        in->capacity = capacity;
    }
    memcpy(in->waiting + held, bytes, n);
    in->received += n;
    return CS_E_OK;
}

/* Hands on everything before `end`: the header by itself, so that it is a stream's first frame. */
static cs_error hand_on(cs_ingest *in, uint64_t end) {
    while (in->handed < end) {
        uint64_t to = in->handed < sizeof(cs_header) && end > sizeof(cs_header) ? sizeof(cs_header) : end;
        size_t n = (size_t)(to - in->handed), held = (size_t)(in->received - in->handed);
        if (in->sink && in->sink(in->ctx, in->waiting, n) != 0) return CS_E_NOMEM;
        memmove(in->waiting, in->waiting + n, held - n);
        in->handed = to;
    }
    return CS_E_OK;
}

/* Bytes that records and objects take in memory: a row of the file may be a tenth of what it stands for. */
static uint64_t decoded(const cs_trace *t) {
    const cs_record *records;
    const cs_object *objects;
    return cs_trace_records(t, &records) * sizeof *records + cs_trace_objects(t, &objects) * sizeof *objects;
}

cs_error cs_ingest_feed(cs_ingest *in, const void *bytes, size_t n) {
    if (in->error) return in->error;
    if (in->limit && in->received + n > in->limit) return in->error = CS_E_LIMIT;
    if ((in->error = keep_waiting(in, bytes, n))) return in->error;
    cs_error read = cs_trace_feed(in->trace, bytes, n);
    in->error = hand_on(in, cs_trace_status(in->trace).offset);
    if (!in->error) in->error = read;
    if (!in->error && in->limit && decoded(in->trace) > in->limit) in->error = CS_E_LIMIT;
    return in->error;
}

const cs_trace *cs_ingest_trace(const cs_ingest *in) { return in->trace; }

cs_status cs_ingest_status(const cs_ingest *in) {
    cs_status st = cs_trace_status(in->trace);
    if (!st.error) st.error = in->error;
    if (!st.error && !st.complete) st.error = CS_E_CUT;
    return st;
}

/* Feeds the whole file.  The ingest keeps the reader's error; returns IO or LIMIT when the file is at fault. */
static cs_error feed_file(cs_ingest *in, int fd) {
    unsigned char *buffer = malloc(CS_READ_SIZE);
    cs_error error = buffer ? CS_E_OK : CS_E_NOMEM;
    while (!error) {
        ssize_t n = read(fd, buffer, CS_READ_SIZE);
        if (n < 0) error = CS_E_IO;
        if (n <= 0 || cs_ingest_feed(in, buffer, (size_t)n)) break;
    }
    free(buffer);
    return error;
}

cs_ingest *cs_ingest_file(const char *path, cs_ingest_sink sink, void *ctx, cs_status *st) {
    *st = (cs_status){.error = CS_E_IO};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    cs_ingest *in = cs_ingest_new(sink, ctx, CS_FILE_MAX);
    cs_error error = in ? feed_file(in, fd) : CS_E_NOMEM;
    close(fd);
    if (in) *st = cs_ingest_status(in);
    if (error) st->error = error;
    bool hopeless = error || st->error == CS_E_MAGIC || st->error == CS_E_VERSION || st->offset < sizeof(cs_header);
    if (!hopeless) return in;
    cs_ingest_free(in);
    return NULL;
}
