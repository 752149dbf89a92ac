/* Containers that are copied as a whole, or as far as their elements are atomic: for copies that nobody watches.
 *
 * A part of engine.c, which includes it where a table stands for the memo.
 */
#ifndef CS_ENGINE_FLAT_H
#define CS_ENGINE_FLAT_H

static bool
is_flat_dict(cs_engine *e, PyObject *x, uint64_t version)
{
    PyObject *key, *value;
    Py_ssize_t pos = 0;
    while (PyDict_Next(x, &pos, &key, &value)) {
        if (!PyUnicode_CheckExact(key) || !is_atom(e, key, version) || !is_atom(e, value, version)) {
            return false;
        }
    }
    return true;
}

/* A list with the elements of x up to the first that is not atomic, and room for the others. */
static PyObject *
begin_list(cs_engine *e, PyObject *x, uint64_t version)
{
    const Py_ssize_t n = PyList_GET_SIZE(x);
    PyObject *y = PyList_New(n);
    if (y == NULL) {
        return NULL;
    }
    PyObject **from = ((PyListObject *)x)->ob_item, **to = ((PyListObject *)y)->ob_item;
    const PyTypeObject *atom = NULL;
    Py_ssize_t i = 0;
    for (; i < n && (Py_TYPE(from[i]) == atom || is_atom(e, from[i], version)); i++) {
        atom = Py_TYPE(from[i]);
        to[i] = Py_NewRef(from[i]);
    }
    Py_SET_SIZE((PyVarObject *)y, i);
    return y;
}

/* How far the values of a clone are atomic: the entry of the first that is not, or -1. */
static Py_ssize_t
skip_atoms(cs_engine *e, PyObject *clone, Py_ssize_t from, uint64_t version)
{
    PyObject **value, *key;
    for (; (value = cs_table_next_value(clone, &from, &key)) != NULL; from++) {
        if (!is_atom(e, *value, version)) {
            return from;
        }
    }
    return -1;
}

/* A container of atomic objects, as a whole: nothing that copying one runs can see it half made.  Returns DONE, FAILED,
 * or PUSHED where it is none; then *y is the beginning of a list's copy or the clone of a dict, and *at its first
 * element that is not atomic; or *y is NULL. */
static int
flat(cs_engine *e, PyObject *x, unsigned copier, PyObject **y, Py_ssize_t *at)
{
    const uint64_t version = cs_dispatch_version(e->rt);
    if (e->memo != NULL || version == 0 || cs_frames_left(e->ts) < LEAF_FRAMES ||
        !cs_is_own(e->rt, e->rt->keep_alive, CS_OWN_KEEP_ALIVE)) {
        return PUSHED;
    }
    if (copier == CS_COPIER_TUPLE && PyTuple_CheckExact(x)) {
        const Py_ssize_t n = PyTuple_GET_SIZE(x);
        if (count_atoms(e, ((PyTupleObject *)x)->ob_item, n, version) < n) {
            return PUSHED;
        }
        *y = Py_NewRef(x);
        return DONE;
    }
    if (copier == CS_COPIER_LIST && PyList_CheckExact(x)) {
        *y = begin_list(e, x, version);
        if (*y != NULL && (*at = PyList_GET_SIZE(*y)) < PyList_GET_SIZE(x)) {
            return PUSHED;
        }
    }
    else if (copier == CS_COPIER_DICT && PyDict_CheckExact(x) && can_clone(e, x)) {
        *y = PyDict_Copy(x);
        if (*y != NULL && !cs_table_has_str_keys(*y)) {
            Py_CLEAR(*y);
            return PUSHED;
        }
        if (*y != NULL && (*at = skip_atoms(e, *y, 0, version)) >= 0) {
            return PUSHED;
        }
    }
    else if (copier == CS_COPIER_DICT && PyDict_CheckExact(x) && is_flat_dict(e, x, version)) {
        *y = PyDict_Copy(x);
    }
    else {
        return PUSHED;
    }
    if (*y != NULL && cs_memo_put(&e->table, e->room, x, *y) == 0 && cs_memo_keep(&e->table, e->room, x) == 0) {
        return DONE;
    }
    Py_CLEAR(*y);
    return FAILED;
}

#endif
