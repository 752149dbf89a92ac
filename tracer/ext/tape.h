/* The tape: what the traced engine writes while it copies.  No refs, no texts, no types yet: 16 bytes a step or less,
 * so that a step costs a few stores.  recorder.c turns the tape into records of the trace when it is full, when someone
 * asks, and before the objects are let go.
 *
 * A mark owns the objects it names, but for bare marks (CS_MARK_BARE and above), which give the address alone: of a
 * list or dict, and of every copy, while the memo of a *bare run* keeps them alive.  A bare run is an outermost one
 * whose memo is the engine's own.  Its addresses mean these objects until the run ends (CS_MARK_BARE_END), so that a
 * recording does not keep the copies that its program has thrown away.  Where user code gets the memo the run is no
 * longer bare: what the memo keeps alive is then owned by marks of its own (CS_MARK_SEEN).
 *
 * A record of a built-in step with no object of its own (NULL) is of the call that is open, or of the copy it has just
 * been given.
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

/* pack and flags of another record, where a mark tells of two. */
#define CS_ALSO(pack, flags) ((uint32_t)(pack) | (uint32_t)(flags) << 16)
#define CS_ALSO_FIRST (1u << 24) /* of CS_MARK_BARE_DONE: the second record is a KEEP_FIRST */

#define CS_TAPE_CLOCK_EVERY 8 /* marks between two readings of the clock, unless every mark carries one */

enum cs_mark_kind {
    CS_MARK_MORE = 0,   /* second half of the mark before it: y, and the length of what was first seen, or an arg */
    CS_MARK_ITEM = 200, /* with CS_MARK_MORE: ATOM of the value and, in aux, of the key (CS_ALSO), and SETITEM */
    CS_MARK_BARE = 210, /* from here on objects are not owned */
    CS_MARK_BARE_ROOT = CS_MARK_BARE, /* ROOT; object: the memo; with CS_MARK_MORE: x, owned */
    CS_MARK_BARE_LIST,   /* MISS and LIST; object: x; with CS_MARK_BARE_MORE: flags and pack of LIST, y, length of x */
    CS_MARK_BARE_DICT,   /* the same of a dict */
    CS_MARK_BARE_HIT,    /* object: x; y is what the memo was given for it */
    CS_MARK_BARE_TUPLE,  /* TUPLE_NEW; object: y, aux: its length */
    CS_MARK_BARE_REDUCE, /* REDUCE; object: a new tuple that nobody else refers to, aux: its length */
    CS_MARK_BARE_NEW,    /* NEW; object: y, of the type that x has */
    CS_MARK_BARE_DONE,   /* SET and KEEP; object field: CS_ALSO of KEEP */
    CS_MARK_BARE_AGAIN,  /* the record before it, aux times more */
    CS_MARK_BARE_MORE,
    CS_MARK_BARE_END,   /* addresses have no meaning from here on */
    CS_MARK_KEY = 253,  /* second half whose object field is an integer: the key of a PRESET */
    CS_MARK_SEEN = 199, /* object is met here; flags: CS_OBJ_* */
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

/* Whether the mark's object is one, and owned. */
static inline bool
cs_mark_owns(const cs_mark *m)
{
    return m->kind < CS_MARK_BARE && m->object != NULL;
}

/* One mark as it is: of an object that it does not own, or whose reference the caller gives to it. */
static inline void
cs_tape_put_bare(cs_tape *t, uint8_t kind, uint8_t flags, uint16_t pack, uint32_t aux, const void *object)
{
    if (t->limit - t->next < 2) {
        cs_tape_turn(t);
    }
    *t->next++ = (cs_mark){kind, flags, pack, aux, (PyObject *)object};
}

/* One mark; takes a reference of its own. */
static inline void
cs_tape_put(cs_tape *t, uint8_t kind, uint8_t flags, uint16_t pack, uint32_t time, PyObject *object)
{
    cs_tape_put_bare(t, kind, flags, pack, time, Py_XNewRef(object));
}

/* Two marks as they are. */
static inline void
cs_tape_put_two(cs_tape *t, cs_mark first, cs_mark second)
{
    if (t->limit - t->next < 2) {
        cs_tape_turn(t);
    }
    *t->next++ = first;
    *t->next++ = second;
}

/* Two marks: x and y, either may be NULL; aux is y's length, or the record's arg where y is NULL. */
static inline void
cs_tape_put2(cs_tape *t, uint8_t kind, uint8_t flags, uint16_t pack, uint32_t time, PyObject *x, uint32_t aux,
             PyObject *y)
{
    cs_tape_put_two(t, (cs_mark){kind, flags, pack, time, Py_XNewRef(x)},
                    (cs_mark){CS_MARK_MORE, 0, 0, aux, Py_XNewRef(y)});
}

#endif
