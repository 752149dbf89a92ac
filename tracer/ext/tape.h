/* The tape: what the traced engine writes while it copies.  No refs, no texts, no types yet: 16 bytes and an owned
 * reference per step, so that a step costs a few stores.  recorder.c turns the tape into records of the trace when it
 * is full, when someone asks, and before the objects are let go.
 */
#ifndef CS_TAPE_H
#define CS_TAPE_H

#include "../trace/trace.h"
#include "clock.h"
#include "table.h"

typedef struct {
    uint8_t kind; /* enum cs_rec, or enum cs_mark */
    uint8_t flags;
    uint16_t pack;
    uint32_t aux; /* the time where there is one, see CS_MARK_TIME; of CS_MARK_MORE: length or arg */
    PyObject *object;
} cs_mark;

#define CS_TAPE_CLOCK_EVERY 8 /* marks between two readings of the clock, unless every mark carries one */

enum cs_mark_kind {
    CS_MARK_MORE = 0,   /* second half of the mark before it: y, and the length of what was first seen, or an arg */
    CS_MARK_KEY = 253,  /* second half whose object field is an integer: the key of a PRESET */
    CS_MARK_SEEN = 254, /* object is met here; flags: CS_OBJ_* */
    CS_MARK_TIME = 255, /* object field: ticks since the tape began, in 64 bits */
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
    uint64_t started, told; /* tick at the start; ticks of the last CS_MARK_TIME */
    uint64_t stale;         /* ticks of CS_TAPE_STALE_NS */
    uint64_t shown;         /* ticks when a live tape was last shown */
    uintptr_t clock_from;   /* where the next reading is due: before it, composites carry none */
} cs_tape;

/* Reels of 1 MiB are kept for the next tape when one goes, a few of them: new memory costs more than what is written
 * to it.  NULL: out of memory. */
cs_reel *cs_reel_take(void);
void cs_reel_give_back(cs_reel *reel);

/* Makes room for two marks: goes on to the next reel, or reads the tape.  Never fails. */
void cs_tape_turn(cs_tape *t);
/* Reads the tape into the trace, and what that made into the sink.  For a live tape that has grown stale. */
void cs_tape_show(cs_tape *t);

/* What a reading needs now and then: a mark with all 64 bits, or a tape that is shown. */
void cs_tape_tell_time(cs_tape *t, uint64_t ticks);

/* Reads the clock: ticks since the tape began, modulo 2^32.  Less often than it is asked unless clock_all. */
static inline uint32_t
cs_tape_time(cs_tape *t)
{
    const uintptr_t here = (uintptr_t)t->next;
    if (!t->clock_all && here < t->clock_from && here + CS_TAPE_CLOCK_EVERY * sizeof(cs_mark) >= t->clock_from) {
        return CS_TAPE_NO_TIME;
    }
    const uint64_t ticks = cs_clock_ticks() - t->started;
    if (ticks - t->told >= UINT32_MAX / 2 || (t->live && ticks - t->shown > t->stale)) {
        cs_tape_tell_time(t, ticks);
    }
    t->clock_from = (uintptr_t)t->next + CS_TAPE_CLOCK_EVERY * sizeof(cs_mark);
    return (uint32_t)ticks;
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
