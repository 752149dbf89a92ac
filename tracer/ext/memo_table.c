#include "memo_table.h"

#include <string.h>

void
cs_memo_open(cs_memo_table *t, cs_memo_room *room)
{
    room->row[0] = (cs_memo_slot){0};
    *t = (cs_memo_table){
        .slots = room->row,
        .order = room->order,
        .kept = room->kept,
        .kept_room = CS_MEMO_FIRST,
        .owned = room->owned,
        .owned_room = CS_MEMO_ROW,
    };
}

void
cs_memo_hold(cs_memo_table *t)
{
    if (t->held) {
        return;
    }
    for (size_t i = 0; i < t->used; i++) {
        Py_INCREF(t->slots[t->order[i]].x);
        Py_INCREF(t->slots[t->order[i]].y);
    }
    for (size_t i = 0; i < t->n_kept; i++) {
        Py_INCREF(t->kept[i]);
    }
    t->held = true;
}

void
cs_memo_close(cs_memo_table *t, const cs_memo_room *room)
{
    cs_memo_table old = *t;
    *t = (cs_memo_table){0};
    if (old.held) { /* as the dict goes: its values in order, of the list that keeps originals alive the last first */
        for (size_t i = 0; i < old.used; i++) {
            Py_DECREF(old.slots[old.order[i]].y);
        }
        for (size_t i = old.n_kept; i-- > 0;) {
            Py_DECREF(old.kept[i]);
        }
        for (size_t i = old.used; i-- > 0;) {
            Py_DECREF(old.slots[old.order[i]].x);
        }
    }
    for (size_t i = 0; i < old.n_owned; i++) {
        Py_DECREF(old.owned[i]);
    }
    if (old.owned != room->owned) {
        PyMem_RawFree(old.owned);
    }
    if (old.order != room->order) {
        PyMem_RawFree(old.slots);
        PyMem_RawFree(old.order);
    }
    if (old.kept != room->kept) {
        PyMem_RawFree(old.kept);
    }
}

/* Moves what is in t into the empty slots of bigger, which becomes t. */
static void
rehash(cs_memo_table *t, cs_memo_table *bigger)
{
    for (size_t i = 0; i < t->used; i++) {
        const cs_memo_slot from = t->slots[t->order[i]];
        cs_memo_slot *s = cs_memo_slot_of(bigger, from.x);
        *s = from;
        bigger->order[i] = (uint32_t)(s - bigger->slots);
    }
    *t = *bigger;
}

int
cs_memo_grow(cs_memo_table *t, cs_memo_room *room)
{
    cs_memo_table bigger = *t;
    if (t->mask == 0) {
        bigger.mask = CS_MEMO_FIRST - 1;
        bigger.slots = memset(room->slots, 0, sizeof room->slots);
        rehash(t, &bigger);
        return 0;
    }
    const size_t n = (t->mask + 1) * 4;
    bigger.mask = n - 1;
    bigger.slots = n <= UINT32_MAX ? PyMem_RawCalloc(n, sizeof *bigger.slots) : NULL;
    bigger.order = PyMem_RawMalloc((n / 2 + 1) * sizeof *bigger.order);
    if (bigger.slots == NULL || bigger.order == NULL) {
        PyMem_RawFree(bigger.slots);
        PyMem_RawFree(bigger.order);
        PyErr_NoMemory();
        return -1;
    }
    cs_memo_slot *slots = t->slots;
    uint32_t *order = t->order;
    rehash(t, &bigger);
    if (order != room->order) {
        PyMem_RawFree(slots);
        PyMem_RawFree(order);
    }
    return 0;
}

/* Twice the room for a list of *n objects, which begins in first.  Returns 0, or -1 with MemoryError set. */
static int
grow_list(PyObject ***list, size_t *n, PyObject *const *first)
{
    const bool is_first = *list == first;
    PyObject **bigger = PyMem_RawRealloc(is_first ? NULL : *list, *n * 2 * sizeof(PyObject *));
    if (bigger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    if (is_first) {
        memcpy(bigger, first, *n * sizeof(PyObject *));
    }
    *list = bigger;
    *n *= 2;
    return 0;
}

int
cs_memo_grow_kept(cs_memo_table *t, const cs_memo_room *room)
{
    return grow_list(&t->kept, &t->kept_room, room->kept);
}

int
cs_memo_own(cs_memo_table *t, const cs_memo_room *room, PyObject *y)
{
    if (t->n_owned == t->owned_room && grow_list(&t->owned, &t->owned_room, room->owned) < 0) {
        return -1;
    }
    t->owned[t->n_owned++] = y;
    return 0;
}

static int
set(PyObject *dict, const void *key, PyObject *value)
{
    PyObject *id = PyLong_FromVoidPtr((void *)key);
    const int err = id != NULL && value != NULL ? PyDict_SetItem(dict, id, value) : -1;
    Py_XDECREF(id);
    return err;
}

static PyObject *
kept_as_list(const cs_memo_table *t)
{
    PyObject *list = PyList_New((Py_ssize_t)t->n_kept);
    for (size_t i = 0; list != NULL && i < t->n_kept; i++) {
        PyList_SET_ITEM(list, (Py_ssize_t)i, Py_NewRef(t->kept[i]));
    }
    return list;
}

PyObject *
cs_memo_as_dict(const cs_memo_table *t)
{
    PyObject *dict = PyDict_New();
    int err = dict != NULL ? 0 : -1;
    for (size_t i = 0; err == 0 && i <= t->used; i++) {
        if (t->n_kept > 0 && i == t->first_kept) {
            PyObject *list = kept_as_list(t);
            err = set(dict, dict, list);
            Py_XDECREF(list);
        }
        if (err == 0 && i < t->used) {
            const cs_memo_slot *s = &t->slots[t->order[i]];
            err = set(dict, s->x, s->y);
        }
    }
    if (err < 0) {
        Py_CLEAR(dict);
    }
    return dict;
}
