#include "typerefs.h"

#define FIRST_SLOTS 64

int
cs_typerefs_init(cs_typerefs *t)
{
    t->mask = FIRST_SLOTS - 1;
    t->used = 0;
    t->slots = PyMem_RawCalloc(FIRST_SLOTS, sizeof *t->slots);
    return t->slots != NULL ? 0 : -1;
}

void
cs_typerefs_free(cs_typerefs *t)
{
    PyMem_RawFree(t->slots);
    *t = (cs_typerefs){0};
}

/* The slot of an address, or the empty one where it belongs. */
static cs_typerefs_slot *
slot_of(const cs_typerefs *t, const PyTypeObject *type)
{
    size_t i = ((uintptr_t)type >> 4 ^ (uintptr_t)type >> 12) & t->mask;
    while (t->slots[i].type != NULL && t->slots[i].type != type) {
        i = (i + 1) & t->mask;
    }
    return &t->slots[i];
}

uint32_t
cs_typerefs_find(const cs_typerefs *t, const PyTypeObject *type)
{
    const cs_typerefs_slot *s = slot_of(t, type);
    if (s->type == NULL || !(type->tp_flags & Py_TPFLAGS_HEAPTYPE)) {
        return s->ref;
    }
    return s->version != 0 && s->version == cs_type_version(type) ? s->ref : 0;
}

static int
grow(cs_typerefs *t)
{
    cs_typerefs bigger = {.mask = t->mask * 2 + 1, .used = t->used};
    bigger.slots = PyMem_RawCalloc(bigger.mask + 1, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return -1;
    }
    for (size_t i = 0; i <= t->mask; i++) {
        if (t->slots[i].type != NULL) {
            *slot_of(&bigger, t->slots[i].type) = t->slots[i];
        }
    }
    PyMem_RawFree(t->slots);
    *t = bigger;
    return 0;
}

int
cs_typerefs_put(cs_typerefs *t, PyTypeObject *type, uint32_t ref)
{
    if (t->used * 2 > t->mask && grow(t) < 0) {
        return -1;
    }
    cs_typerefs_slot *s = slot_of(t, type);
    t->used += s->type == NULL;
    *s = (cs_typerefs_slot){type, cs_type_version_given(type), ref};
    return 0;
}
