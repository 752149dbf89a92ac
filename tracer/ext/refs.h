/* Address -> number, for objects that are held as long as they are in the table, or that somebody else keeps alive as
 * long: so an address stands for one object.
 */
#ifndef CS_REFS_H
#define CS_REFS_H

#include "compat.h"

typedef struct {
    PyObject *object;
    uint32_t ref;
    uint32_t copy; /* the number of its copy, where one was told; else 0 */
} cs_refs_slot;

typedef struct {
    cs_refs_slot *slots;
    uint32_t *order; /* the slots that are in use, in the order they were taken */
    size_t mask, used;
} cs_refs;

/* Returns 0, or -1 out of memory. */
int cs_refs_init(cs_refs *t);
/* Takes over the caller's reference to x, which must not be in the table.  Returns 0, or -1 out of memory, and then
 * the reference is still the caller's. */
int cs_refs_put(cs_refs *t, PyObject *x, uint32_t ref, uint32_t copy);
/* Empties a table whose objects are not its own. */
void cs_refs_forget(cs_refs *t);
/* Lets go of every object, in the order they came: finalizers may run.  The table is empty at once. */
void cs_refs_clear(cs_refs *t);
/* Clears the table and frees its memory. */
void cs_refs_free(cs_refs *t);
int cs_refs_visit(const cs_refs *t, visitproc visit, void *arg);

static inline size_t
cs_refs_at(const cs_refs *t, const PyObject *x)
{
    size_t i = (((uintptr_t)x >> 4) * 0x9E3779B97F4A7C15u >> 20) & t->mask;
    while (t->slots[i].object != NULL && t->slots[i].object != x) {
        i = (i + 1) & t->mask;
    }
    return i;
}

/* The number of x, or 0. */
static inline uint32_t
cs_refs_find(const cs_refs *t, const PyObject *x)
{
    return t->slots[cs_refs_at(t, x)].ref;
}

#endif
