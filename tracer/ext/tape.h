/* The tape: what the traced engine writes while it copies.  No refs, no texts, no types yet: 16 bytes and an owned
 * reference per step, so that a step costs a few stores.  recorder.c turns the tape into records of the trace when it
 * is full, when someone asks, and before the objects are let go.
 */
#ifndef CS_TAPE_H
#define CS_TAPE_H

#include "../trace/trace.h"
#include "table.h"

#include <time.h>

typedef struct {
    uint8_t kind; /* enum cs_rec, or enum cs_mark */
    uint8_t flags;
    uint16_t pack;
    uint32_t aux; /* the time where there is one, see CS_MARK_TIME; of CS_MARK_MORE: length or arg */
    PyObject *object;
} cs_mark;

enum cs_mark_kind {
    CS_MARK_MORE = 0,   /* second half of the mark before it: y, and the length of what was first seen, or an arg */
    CS_MARK_KEY = 253,  /* second half whose object field is an integer: the key of a PRESET */
    CS_MARK_SEEN = 254, /* object is met here; flags: CS_OBJ_* */
    CS_MARK_TIME = 255, /* object field: nanoseconds since the tape began, in 64 bits */
};

#define CS_TAPE_FIRST 2048         /* marks in the first reel */
#define CS_TAPE_REEL (1u << 16)    /* marks in the others: 1 MiB */
#define CS_TAPE_REELS 32           /* past this many the tape is read before it goes on */
#define CS_TAPE_STALE_NS 40000000u /* what a viewer waits at the most for events already made */
#define CS_TAPE_NO_TIME UINT32_MAX

typedef struct cs_reel {
    struct cs_reel *next;
    cs_mark *end; /* past the last mark written; set when the tape goes on to the next reel */
    size_t room;
    cs_mark marks[];
} cs_reel;

typedef struct cs_tape {
    cs_mark *next, *limit; /* in the current reel */
    cs_reel *first, *reel;
    unsigned reels;
    bool clock_all;         /* every mark carries the time, not composites only */
    bool live;              /* someone watches: read it every CS_TAPE_STALE_NS */
    uint64_t started, told; /* clock at the start; time of the last CS_MARK_TIME */
    uint64_t read_at;       /* when it was last read */
} cs_tape;

/* Makes room for two marks: goes on to the next reel, or reads the tape.  Never fails. */
void cs_tape_turn(cs_tape *t);
/* Reads the tape into the trace, and what that made into the sink.  For a live tape that has grown stale. */
void cs_tape_show(cs_tape *t);

static inline uint64_t
cs_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Reads the clock: nanoseconds since the tape began, modulo 2^32. */
static inline uint32_t
cs_tape_time(cs_tape *t)
{
    const uint64_t now = cs_now_ns() - t->started;
    if (now - t->told >= UINT32_MAX / 2 || (t->live && now - t->read_at > CS_TAPE_STALE_NS)) {
        if (t->live && now - t->read_at > CS_TAPE_STALE_NS) {
            t->read_at = now;
            cs_tape_show(t);
        }
        if (t->limit - t->next < 2) {
            cs_tape_turn(t);
        }
        *t->next++ = (cs_mark){CS_MARK_TIME, 0, 0, 0, (PyObject *)(uintptr_t)now};
        t->told = now;
    }
    return (uint32_t)now;
}

static inline uint16_t
cs_tape_pack(const cs_probe *p, unsigned role)
{
    return CS_PACK(p->known ? p->lg : 0, role, p->known ? p->count : 0);
}

/* One mark; takes a reference of its own. */
static inline void
cs_tape_put(cs_tape *t, uint8_t kind, uint8_t flags, uint16_t pack, uint32_t time, PyObject *object)
{
    if (t->limit - t->next < 2) {
        cs_tape_turn(t);
    }
    *t->next++ = (cs_mark){kind, flags, pack, time, Py_XNewRef(object)};
}

/* Two marks: x and y, either may be NULL; aux is y's length, or the record's arg where y is NULL. */
static inline void
cs_tape_put2(cs_tape *t, uint8_t kind, uint8_t flags, uint16_t pack, uint32_t time, PyObject *x, uint32_t aux,
             PyObject *y)
{
    if (t->limit - t->next < 2) {
        cs_tape_turn(t);
    }
    *t->next++ = (cs_mark){kind, flags, pack, time, Py_XNewRef(x)};
    *t->next++ = (cs_mark){CS_MARK_MORE, 0, 0, aux, Py_XNewRef(y)};
}

#endif
