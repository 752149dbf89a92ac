/* What the rows of a trace let expect of the next one.  The writer leaves out what a row has as expected, the reader
 * puts it in again; both keep the same context: FORMAT.md, "Rows", is this file in words.  Internal to the library. */
#ifndef CS_CONTEXT_H
#define CS_CONTEXT_H

#include "buffer.h"
#include "limits.h"
#include "rows.h"
#include "trace.h"

/* A head is a record's kind | flags << 8 | log2 size << 16 | role << 21: what few records of a trace differ in. */
#define CS_HEADS 256u
#define CS_HEAD_MASK 0x01ffffffu

/* What a field is expected to be, and what a record does besides; a head tells both. */
enum cs_expect { CS_EXPECT_ZERO, CS_EXPECT_NEXT, CS_EXPECT_X, CS_EXPECT_Y, CS_EXPECT_LAST, CS_EXPECT_SLOT };
enum cs_effect {
    CS_DOES_MEET_OBJ = 1, /* obj is an object's ref */
    CS_DOES_MEET_ARG = 2,
    CS_DOES_PUSH = 4,      /* opens a call that a later record closes */
    CS_DOES_POP = 8,       /* closes one that an earlier record opened */
    CS_DOES_MAKE = 16,     /* arg is the call's y */
    CS_DOES_GIVE_OBJ = 32, /* closes a call: what it gives is obj, or arg */
    CS_DOES_GIVE_ARG = 64,
    CS_DOES_TIME = 128, /* t is a time */
};

typedef struct {
    uint32_t head;  /* 0: none */
    uint8_t events; /* logical events that a row of this head stands for */
    uint8_t obj, arg, does;
} cs_head;

/* An open call: x and, once it is known, its copy. */
typedef struct {
    uint32_t x, y;
} cs_frame;

/* Where a trace stands after a record.  Apart from the rest, so that a loop over records keeps it in registers. */
typedef struct {
    cs_frame call;    /* the innermost open one; zeros: none */
    uint32_t met;     /* the highest object ref so far */
    uint32_t last;    /* what the call that was closed last gave */
    uint32_t time;    /* of the last record that has one */
    uint32_t setitem; /* head of the last SETITEM; 0: there was none */
} cs_state;

typedef struct {
    /* of records */
    cs_state state;
    cs_buffer calls;         /* cs_frame of the open calls around the innermost */
    cs_head heads[CS_HEADS]; /* by the byte that stands for them */
    /* of objects */
    uint32_t objects;    /* so many so far */
    cs_buffer addresses; /* uint64_t: of the last CS_REMEMBERED of them, by (ref - 1) % CS_REMEMBERED */
    cs_buffer lanes;     /* uint64_t: the last address of a type and of its copies, by cs__lane() */
    uint32_t strings;    /* the highest string ref that an object had so far */
} cs_context;

cs_head cs__plan(uint32_t head);
void cs__context_free(cs_context *c);
/* Takes an object in; false: out of memory. */
bool cs__remember(cs_context *c, const cs_object *o);
/* The last address in the lane of o's type; NULL: out of memory. */
uint64_t *cs__lane(cs_context *c, const cs_object *o);

static inline uint32_t cs__head_of(const cs_record *r) {
    return (uint32_t)r->kind | (uint32_t)r->flags << 8 | (uint32_t)(r->pack & 0x1ffu) << 16;
}

static inline cs_record cs__record_of(uint32_t head, unsigned probes) {
    return (cs_record){.kind = (uint8_t)head,
                       .flags = (uint8_t)(head >> 8),
                       .pack = (uint16_t)(((head >> 16) & 0x1ffu) | probes << 9)};
}

#define CS_HASH_MODULUS ((UINT64_C(1) << 61) - 1) /* of an int's hash */

/* The slot that a walk of `probes` slots for an object's address ends on, in a table of 2^lg; 0 for no object, and for
 * one not remembered. */
static inline uint32_t cs__walk(const cs_context *c, uint32_t obj, unsigned lg, unsigned probes) {
    uint64_t hash, mask = (UINT64_C(1) << lg) - 1, slot;

    if (!obj || obj > c->objects || c->objects - obj >= CS_REMEMBERED) return 0;
    memcpy(&hash, c->addresses.data + (obj - 1) % CS_REMEMBERED * sizeof hash, sizeof hash);
    if (hash >= CS_HASH_MODULUS) hash %= CS_HASH_MODULUS;
    slot = hash & mask;
    for (unsigned i = 1; i < probes; i++) {
        hash >>= 5;
        slot = (slot * 5 + hash + 1) & mask;
    }
    return (uint32_t)slot;
}

static inline void cs__meet(cs_state *s, uint32_t ref) { s->met = ref > s->met ? ref : s->met; }

/* ---- A record is taken in four steps: expect obj, begin, expect arg, end.  Tables rather than switches: which of the
 * rows comes next is what a processor cannot guess. ---- */

static inline uint32_t cs__expect_obj(const cs_state *s, const cs_head *h) {
    const uint32_t expected[] = {
        [CS_EXPECT_ZERO] = 0, [CS_EXPECT_NEXT] = s->met + 1, [CS_EXPECT_X] = s->call.x, [CS_EXPECT_Y] = s->call.y};
    return expected[h->obj];
}

/* False: out of memory. */
static inline bool cs__begin(cs_context *c, cs_state *s, const cs_head *h, uint32_t obj) {
    if (h->does & CS_DOES_MEET_OBJ) cs__meet(s, obj);
    if (!(h->does & CS_DOES_PUSH)) return true;
    cs_frame around = s->call;
    s->call = (cs_frame){.x = obj};
    return cs__buffer_add(&c->calls, &around, sizeof around);
}

static inline uint32_t cs__expect_arg(const cs_context *c, const cs_state *s, const cs_head *h, uint32_t obj,
                                      unsigned probes) {
    const uint32_t expected[] = {[CS_EXPECT_ZERO] = 0,
                                 [CS_EXPECT_NEXT] = s->met + 1,
                                 [CS_EXPECT_X] = obj,
                                 [CS_EXPECT_Y] = s->call.y ? s->call.y : s->met + 1,
                                 [CS_EXPECT_LAST] = s->last};
    return h->arg == CS_EXPECT_SLOT ? cs__walk(c, obj, (h->head >> 16) & 31u, probes) : expected[h->arg];
}

static inline void cs__end(cs_context *c, cs_state *s, const cs_head *h, const cs_record *r) {
    if (h->does & CS_DOES_MEET_ARG) cs__meet(s, r->arg);
    if (h->does & CS_DOES_TIME) s->time = r->t;
    if (h->does & CS_DOES_MAKE) s->call.y = r->arg;
    if (h->does & CS_DOES_GIVE_OBJ) s->last = r->obj;
    if (h->does & CS_DOES_GIVE_ARG) s->last = r->arg;
    if ((h->head & 0xffu) == CS_REC_SETITEM) s->setitem = h->head;
    if (!(h->does & CS_DOES_POP)) return;
    cs_frame around = {0};
    if (c->calls.used) {
        c->calls.used -= sizeof around;
        memcpy(&around, c->calls.data + c->calls.used, sizeof around);
    }
    s->call = around;
}

#endif
