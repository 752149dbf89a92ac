#include "log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "bell.h"

struct cs_log {
    atomic_uint holders;
    uint32_t id;
    char *opening;
    pthread_mutex_t lock; /* guards what follows; held for a few instructions, never while sending */
    cs_frame *frames;
    size_t count, capacity, file_frames;
    uint64_t bytes;
    char *ending;
    int *bells;
    size_t bell_count, bell_capacity;
};

cs_log *cs_log_new(uint32_t id, const char *opening) {
    cs_log *log = calloc(1, sizeof *log);
    if (!log) return NULL;
    log->opening = strdup(opening);
    if (!log->opening) {
        free(log);
        return NULL;
    }
    atomic_init(&log->holders, 1);
    log->id = id;
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

cs_log *cs_log_hold(cs_log *log) {
    atomic_fetch_add(&log->holders, 1);
    return log;
}

void cs_log_drop(cs_log *log) {
    if (!log || atomic_fetch_sub(&log->holders, 1) != 1) return;
    for (size_t i = 0; i < log->count; i++) free((void *)log->frames[i].bytes);
    pthread_mutex_destroy(&log->lock);
    free(log->frames);
    free(log->bells);
    free(log->ending);
    free(log->opening);
    free(log);
}

uint32_t cs_log_id(const cs_log *log) { return log->id; }
const char *cs_log_opening(const cs_log *log) { return log->opening; }

/* Makes room for one more element; needs the lock.  Returns the array, or NULL. */
static void *room(void *array, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) return array;
    size_t more = *capacity ? *capacity * 2 : 8;
    void *grown = realloc(array, more * size);
    if (grown) *capacity = more;
    return grown;
}

static void ring_all(cs_log *log) { /* needs the lock */
    for (size_t i = 0; i < log->bell_count; i++) cs_bell_ring(log->bells[i]);
}

static void put_u32(unsigned char *at, uint32_t v) {
    for (int i = 0; i < 4; i++) at[i] = (unsigned char)(v >> (8 * i));
}

int cs_log_append(cs_log *log, const void *bytes, size_t n, bool in_file) {
    unsigned char *block = calloc(1, CS_FRAME_PREFIX + n);
    if (!block) return -1;
    put_u32(block, log->id);
    memcpy(block + CS_FRAME_PREFIX, bytes, n);
    int result = -1;
    pthread_mutex_lock(&log->lock);
    cs_frame *frames = room(log->frames, log->count, &log->capacity, sizeof *frames);
    if (frames) {
        log->frames = frames;
        put_u32(block + 4, (uint32_t)log->count);
        frames[log->count++] = (cs_frame){block, CS_FRAME_PREFIX + n};
        log->file_frames += in_file;
        log->bytes += n;
        ring_all(log);
        result = 0;
    }
    pthread_mutex_unlock(&log->lock);
    if (result < 0) free(block);
    return result;
}

void cs_log_end(cs_log *log, const char *ending) {
    char *copy = strdup(ending);
    pthread_mutex_lock(&log->lock);
    if (log->ending) free(copy);
    else log->ending = copy;
    ring_all(log);
    pthread_mutex_unlock(&log->lock);
}

bool cs_log_frame(cs_log *log, size_t i, cs_frame *frame) {
    pthread_mutex_lock(&log->lock);
    bool there = i < log->count;
    if (there) *frame = log->frames[i];
    pthread_mutex_unlock(&log->lock);
    return there;
}

size_t cs_log_file_frames(cs_log *log) {
    pthread_mutex_lock(&log->lock);
    size_t n = log->file_frames;
    pthread_mutex_unlock(&log->lock);
    return n;
}

uint64_t cs_log_bytes(cs_log *log) {
    pthread_mutex_lock(&log->lock);
    uint64_t n = log->bytes;
    pthread_mutex_unlock(&log->lock);
    return n;
}

const char *cs_log_ending(cs_log *log) {
    pthread_mutex_lock(&log->lock);
    const char *ending = log->ending;
    pthread_mutex_unlock(&log->lock);
    return ending;
}

int cs_log_listen(cs_log *log, int bell) {
    pthread_mutex_lock(&log->lock);
    int *bells = room(log->bells, log->bell_count, &log->bell_capacity, sizeof *bells);
    if (bells) {
        log->bells = bells;
        bells[log->bell_count++] = bell;
    }
    pthread_mutex_unlock(&log->lock);
    return bells ? 0 : -1;
}

void cs_log_unlisten(cs_log *log, int bell) {
    pthread_mutex_lock(&log->lock);
    for (size_t i = 0; i < log->bell_count; i++)
        if (log->bells[i] == bell) {
            log->bells[i] = log->bells[--log->bell_count];
            break;
        }
    pthread_mutex_unlock(&log->lock);
}
