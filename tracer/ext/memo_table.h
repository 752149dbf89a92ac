/* A memo that is no dict: original -> copy, keyed by address, for copies that nobody watches.
 *
 * As long as no user code has run, what is copied cannot change, and the table borrows: nothing that it names can go.
 * hold() makes it own what it names, before user code runs for the first time.
 *
 * The first few entries are in a row and looked through, one by one; where there are more they are hashed.
 */
#ifndef CS_MEMO_TABLE_H
#define CS_MEMO_TABLE_H

#include "compat.h"
#include <stdbool.h>

typedef struct {
    PyObject *x, *y;
} cs_memo_slot;

typedef struct {
    cs_memo_slot *slots;
    uint32_t *order;  /* the slots in use, in the order they were taken */
    PyObject **kept;  /* what copy.py would keep alive, in its order */
    PyObject **owned; /* copies that nothing but the memo refers to any more */
    size_t mask;      /* 0: they are in a row */
    size_t used, n_kept, kept_room, n_owned, owned_room;
    size_t first_kept; /* how many entries there were when the first was kept */
    bool held;
} cs_memo_table;

#define CS_MEMO_ROW 8    /* entries in a row */
#define CS_MEMO_FIRST 32 /* slots of the first table that is hashed */

/* Room for small copies, on the C stack of the run. */
typedef struct {
    cs_memo_slot row[CS_MEMO_ROW + 1];
    cs_memo_slot slots[CS_MEMO_FIRST];
    uint32_t order[CS_MEMO_FIRST / 2 + 1];
    PyObject *kept[CS_MEMO_FIRST];
    PyObject *owned[CS_MEMO_ROW];
} cs_memo_room;

void cs_memo_open(cs_memo_table *t, cs_memo_room *room);
/* Lets go of what is held, and of the memory. */
void cs_memo_close(cs_memo_table *t, const cs_memo_room *room);
void cs_memo_hold(cs_memo_table *t);
/* More room, of a row that is full or a table that is half full.  Returns 0, or -1 with MemoryError set. */
int cs_memo_grow(cs_memo_table *t, cs_memo_room *room);
int cs_memo_grow_kept(cs_memo_table *t, const cs_memo_room *room);
/* Takes over the caller's reference to a copy that is put nowhere.  Returns 0, or -1 with MemoryError set. */
int cs_memo_own(cs_memo_table *t, const cs_memo_room *room, PyObject *y);
/* The dict that copy.py's memo would be now.  Returns a new reference, or NULL with an exception set. */
PyObject *cs_memo_as_dict(const cs_memo_table *t);

static inline cs_memo_slot *
cs_memo_slot_of(const cs_memo_table *t, const PyObject *x)
{
    if (t->mask == 0) {
        cs_memo_slot *s = t->slots;
        while (s->x != NULL && s->x != x) {
            s++;
        }
        return s;
    }
    size_t i = (((uintptr_t)x >> 4) * 0x9E3779B97F4A7C15u >> 32) & t->mask;
    while (t->slots[i].x != NULL && t->slots[i].x != x) {
        i = (i + 1) & t->mask;
    }
    return &t->slots[i];
}

/* memo[id(x)] = y.  Returns 0, or -1 with MemoryError set. */
static inline int
cs_memo_put(cs_memo_table *t, cs_memo_room *room, PyObject *x, PyObject *y)
{
    if ((t->mask == 0 ? t->used == CS_MEMO_ROW : t->used * 2 > t->mask) && cs_memo_grow(t, room) < 0) {
        return -1;
    }
    cs_memo_slot *s = cs_memo_slot_of(t, x);
    if (s->x == NULL) {
        t->order[t->used++] = (uint32_t)(s - t->slots);
        if (t->mask == 0) {
            s[1] = (cs_memo_slot){0}; /* the end of the row */
        }
        s->x = t->held ? Py_NewRef(x) : x;
        s->y = t->held ? Py_NewRef(y) : y;
    }
    else if (s->y != y) {
        PyObject *old = s->y;
        s->y = t->held ? Py_NewRef(y) : y;
        if (t->held) {
            Py_DECREF(old);
        }
    }
    return 0;
}

/* memo[id(memo)].append(x).  Returns 0, or -1 with MemoryError set. */
static inline int
cs_memo_keep(cs_memo_table *t, const cs_memo_room *room, PyObject *x)
{
    if (t->n_kept == t->kept_room && cs_memo_grow_kept(t, room) < 0) {
        return -1;
    }
    if (t->n_kept == 0) {
        t->first_kept = t->used;
    }
    t->kept[t->n_kept++] = t->held ? Py_NewRef(x) : x;
    return 0;
}

#endif
