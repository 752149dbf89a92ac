#include "refs.h"

#define FIRST_SLOTS 256
#define KEPT_SLOTS (1u << 16) /* a larger table is not kept for the next use */

static int
allocate(cs_refs *t, size_t slots)
{
    t->mask = slots - 1;
    t->used = 0;
    t->slots = PyMem_RawCalloc(slots, sizeof *t->slots);
    t->order = PyMem_RawMalloc(slots / 2 * sizeof *t->order);
    if (t->slots != NULL && t->order != NULL) {
        return 0;
    }
    PyMem_RawFree(t->slots);
    PyMem_RawFree(t->order);
    *t = (cs_refs){0};
    return -1;
}

static void
put(cs_refs *t, cs_refs_slot slot)
{
    const size_t i = cs_refs_at(t, slot.object);
    t->slots[i] = slot;
    t->order[t->used++] = (uint32_t)i;
}

int
cs_refs_init(cs_refs *t)
{
    return allocate(t, FIRST_SLOTS);
}

static int
grow(cs_refs *t)
{
    cs_refs bigger;
    if (t->mask >= UINT32_MAX / 4 || allocate(&bigger, (t->mask + 1) * 4) < 0) {
        return -1;
    }
    for (size_t i = 0; i < t->used; i++) {
        put(&bigger, t->slots[t->order[i]]);
    }
    PyMem_RawFree(t->slots);
    PyMem_RawFree(t->order);
    *t = bigger;
    return 0;
}

int
cs_refs_put(cs_refs *t, PyObject *x, uint32_t ref, uint32_t copy)
{
    if (t->used * 2 > t->mask && grow(t) < 0) {
        return -1;
    }
    put(t, (cs_refs_slot){x, ref, copy});
    return 0;
}

#define AT_ONCE 64 /* as many are let go without another allocation */

/* Empties the slots that are in use, and gives their objects in the order they came. */
static void
take_out(cs_refs *t, PyObject **objects)
{
    for (size_t i = 0; i < t->used; i++) {
        cs_refs_slot *slot = &t->slots[t->order[i]];
        objects[i] = slot->object;
        *slot = (cs_refs_slot){0};
    }
    t->used = 0;
}

static void
shrink(cs_refs *t)
{
    cs_refs small;
    if (t->mask >= KEPT_SLOTS && cs_refs_init(&small) == 0) {
        PyMem_RawFree(t->slots);
        PyMem_RawFree(t->order);
        *t = small;
    }
}

void
cs_refs_forget(cs_refs *t)
{
    for (size_t i = 0; i < t->used; i++) {
        t->slots[t->order[i]] = (cs_refs_slot){0};
    }
    t->used = 0;
    shrink(t);
}

void
cs_refs_clear(cs_refs *t)
{
    PyObject *few[AT_ONCE], **objects = few;
    const size_t n = t->used;
    if (n > AT_ONCE) {
        objects = PyMem_RawMalloc(n * sizeof(PyObject *));
        if (objects == NULL) {
            return; /* held for longer, then */
        }
    }
    take_out(t, objects);
    shrink(t);
    for (size_t i = 0; i < n; i++) {
        Py_DECREF(objects[i]); /* finalizers may run: the table is theirs to use */
    }
    if (objects != few) {
        PyMem_RawFree(objects);
    }
}

void
cs_refs_free(cs_refs *t)
{
    cs_refs old = *t;
    *t = (cs_refs){0};
    for (size_t i = 0; i < old.used; i++) {
        Py_DECREF(old.slots[old.order[i]].object);
    }
    PyMem_RawFree(old.slots);
    PyMem_RawFree(old.order);
}

int
cs_refs_visit(const cs_refs *t, visitproc visit, void *arg)
{
    for (size_t i = 0; i < t->used; i++) {
        Py_VISIT(t->slots[t->order[i]].object);
    }
    return 0;
}
