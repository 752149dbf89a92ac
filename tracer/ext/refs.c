#include "refs.h"

#define FIRST_SLOTS 256

int
cs_refs_init(cs_refs *t)
{
    t->mask = FIRST_SLOTS - 1;
    t->used = 0;
    t->slots = PyMem_RawCalloc(t->mask + 1, sizeof *t->slots);
    return t->slots != NULL ? 0 : -1;
}

static int
grow(cs_refs *t)
{
    cs_refs bigger = {.mask = t->mask * 4 + 3, .used = t->used};
    bigger.slots = PyMem_RawCalloc(bigger.mask + 1, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return -1;
    }
    for (size_t i = 0; i <= t->mask; i++) {
        if (t->slots[i].object != NULL) {
            bigger.slots[cs_refs_at(&bigger, t->slots[i].object)] = t->slots[i];
        }
    }
    PyMem_RawFree(t->slots);
    *t = bigger;
    return 0;
}

int
cs_refs_put(cs_refs *t, PyObject *x, uint32_t ref)
{
    if (t->used * 2 > t->mask && grow(t) < 0) {
        return -1;
    }
    t->slots[cs_refs_at(t, x)] = (cs_refs_slot){x, ref};
    t->used++;
    return 0;
}

void
cs_refs_clear(cs_refs *t)
{
    cs_refs_slot *slots = t->slots;
    const size_t n = slots != NULL ? t->mask + 1 : 0;
    *t = (cs_refs){0}; /* finalizers that run below must not find a half-cleared table */
    for (size_t i = 0; i < n; i++) {
        Py_XDECREF(slots[i].object);
    }
    PyMem_RawFree(slots);
}

int
cs_refs_visit(const cs_refs *t, visitproc visit, void *arg)
{
    for (size_t i = 0; t->slots != NULL && i <= t->mask; i++) {
        Py_VISIT(t->slots[i].object);
    }
    return 0;
}
