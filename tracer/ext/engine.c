/* The algorithm.  Read it beside Lib/copy.py: deepcopy, _deepcopy_list, _deepcopy_tuple, _deepcopy_dict,
 * _deepcopy_method, _keep_alive, _reconstruct stand here in the same order of steps.
 *
 * Included by engine_traced.c and engine_plain.c, with CS_TRACED 1 and 0.
 */
#include "engine.h"
#include "stack.h"

#if CS_TRACED
#define EMIT(e, rec_kind, ...) \
    cs_recorder_emit((e)->rec, &(cs_emission){.kind = CS_REC_##rec_kind, __VA_ARGS__})
#define EMIT_RAISE(e, obj, role, opened) cs_recorder_emit_raise((e)->rec, obj, role, opened)
#define MARK(e, obj, flags) cs_recorder_mark((e)->rec, obj, flags)
#define READ_PROBE(e, key, value) read_probe(e, key, value)
#define SYNC_MEMO(e) sync_memo(e)
#else
#define EMIT(e, rec_kind, ...) ((void)0)
#define EMIT_RAISE(e, obj, role, opened) ((void)(role), (void)(opened))
#define MARK(e, obj, flags) ((void)0)
#define READ_PROBE(e, key, value) CS_PROBE_UNKNOWN
#define SYNC_MEMO(e) ((void)0)
#endif

static PyObject *deepcopy(cs_engine *e, PyObject *x, unsigned role);

/* ---- the memo ---- */

#if CS_TRACED
static cs_probe
read_probe(cs_engine *e, PyObject *key, PyObject *value)
{
    return e->plain ? cs_probe_read(e->memo, key, PyObject_Hash(key), value) : CS_PROBE_UNKNOWN;
}

/* User code has run: if the memo is not as the engine left it, the record says so and lists it anew. */
static void
sync_memo(cs_engine *e)
{
    if (e->plain && PyDict_GET_SIZE(e->memo) != e->known_size) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* what ran may have failed: nothing below may run with that set */
        e->known_size = PyDict_GET_SIZE(e->memo);
        EMIT(e, MEMO_CHANGED, .x = e->memo, .arg = (uint32_t)e->known_size);
        cs_recorder_emit_presets(e->rec, e->memo);
        PyErr_Restore(type, value, traceback);
    }
}
#endif

/* memo.get(key, nil): *y is a new reference, or NULL for a miss.  Returns 0, or -1 with an exception set. */
static int
memo_get(cs_engine *e, PyObject *key, PyObject **y, cs_probe *probe)
{
    if (e->plain) {
        *y = PyDict_GetItemWithError(e->memo, key);
        if (*y == NULL && PyErr_Occurred()) {
            return -1;
        }
        *probe = READ_PROBE(e, key, *y);
        Py_XINCREF(*y);
        return 0;
    }
    *probe = CS_PROBE_UNKNOWN;
    *y = PyObject_CallMethodObjArgs(e->memo, e->rt->s_get, key, e->rt->nil, NULL);
    if (*y == NULL) {
        return -1;
    }
    if (*y == e->rt->nil) {
        Py_CLEAR(*y);
    }
    return 0;
}

/* memo[key]: as memo_get, for the places that subscript and catch KeyError. */
static int
memo_subscript(cs_engine *e, PyObject *key, PyObject **y, cs_probe *probe)
{
    if (e->plain) {
        return memo_get(e, key, y, probe);
    }
    *probe = CS_PROBE_UNKNOWN;
    *y = PyObject_GetItem(e->memo, key);
    if (*y == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
            return -1;
        }
        PyErr_Clear();
    }
    return 0;
}

/* memo[key] = y.  *flags gets RESIZED where the insertion moved the table.  Returns 0 or -1. */
static int
memo_set(cs_engine *e, PyObject *key, PyObject *y, cs_probe *probe, uint8_t *flags)
{
    *flags = 0;
    *probe = CS_PROBE_UNKNOWN;
    if (!e->plain) {
        return PyObject_SetItem(e->memo, key, y);
    }
#if CS_TRACED
    unsigned before = cs_probe_log2(e->memo);
#endif
    if (PyDict_SetItem(e->memo, key, y) < 0) {
        return -1;
    }
#if CS_TRACED
    *probe = READ_PROBE(e, key, y);
    *flags = probe->known && probe->lg != before ? CS_F_RESIZED : 0;
    e->known_size = PyDict_GET_SIZE(e->memo);
#endif
    return 0;
}

/* memo[id(x)] = y, recorded as kind.  Returns 0 or -1. */
static int
memoize(cs_engine *e, PyObject *x, PyObject *y, unsigned kind)
{
    cs_probe probe = CS_PROBE_UNKNOWN;
    uint8_t flags = 0;
    PyObject *key = PyLong_FromVoidPtr(x);
    int err = key != NULL ? memo_set(e, key, y, &probe, &flags) : -1;
    Py_XDECREF(key);
#if CS_TRACED
    if (err == 0) {
        MARK(e, x, 0);
        MARK(e, y, y == x ? 0 : CS_OBJ_COPY);
        cs_recorder_emit(e->rec, &(cs_emission){.kind = (uint8_t)kind, .flags = flags, .probe = probe, .x = x, .y = y});
    }
#else
    (void)kind;
#endif
    return err;
}

/* _keep_alive(x, memo), and the return of the call: y goes back to the caller. */
static int
keep_alive(cs_engine *e, PyObject *x, PyObject *y, unsigned role)
{
    cs_probe probe, set_probe;
    uint8_t flags = 0;
    PyObject *list = NULL, *key = PyLong_FromVoidPtr(e->memo);
    if (key == NULL || memo_subscript(e, key, &list, &probe) < 0) {
        goto error;
    }
    if (list != NULL && PyList_CheckExact(list)) {
        if (PyList_Append(list, x) < 0) {
            goto error;
        }
    }
    else if (list != NULL) {
        PyObject *r = PyObject_CallMethodObjArgs(list, e->rt->s_append, x, NULL);
        Py_XDECREF(r);
        if (r == NULL) {
            if (!PyErr_ExceptionMatches(PyExc_KeyError)) {
                goto error;
            }
            PyErr_Clear();
            Py_CLEAR(list);
        }
    }
    const bool first = list == NULL;
    if (first) {
        PyObject *fresh = PyList_New(1);
        if (fresh == NULL) {
            goto error;
        }
        PyList_SET_ITEM(fresh, 0, Py_NewRef(x));
        int err = memo_set(e, key, fresh, &set_probe, &flags);
        Py_DECREF(fresh);
        if (err < 0) {
            goto error;
        }
    }
    if (first) {
        EMIT(e, KEEP_FIRST, .flags = flags, .role = role, .probe = probe, .x = x, .y = y);
    }
    else {
        EMIT(e, KEEP, .role = role, .probe = probe, .x = x, .y = y);
    }
    (void)y, (void)role, (void)flags;
    Py_XDECREF(list);
    Py_DECREF(key);
    return 0;
error:
    Py_XDECREF(list);
    Py_XDECREF(key);
    return -1;
}

/* ---- one function per kind of object; each returns a new reference, or NULL with an exception set ---- */

static PyObject *
copy_list(cs_engine *e, PyObject *x)
{
    PyObject *it = NULL, *y = PyList_New(0);
    /* The list is in the memo before its elements are: a cycle finds it, and user code may see it half filled. */
    if (y == NULL || cs_builtin_call_check() < 0 || memoize(e, x, y, CS_REC_LIST) < 0) {
        goto error;
    }
    it = PyObject_GetIter(x);
    if (it == NULL) {
        goto error;
    }
    for (PyObject *a; (a = PyIter_Next(it)) != NULL;) {
        PyObject *b = deepcopy(e, a, CS_ROLE_LIST_ELEM);
        Py_DECREF(a);
        int err = b != NULL ? PyList_Append(y, b) : -1;
        Py_XDECREF(b);
        if (err < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    return y;
error:
    Py_XDECREF(it);
    Py_XDECREF(y);
    return NULL;
}

/* The report's test: short, and every element an instance of a scalar type.  Returns 1, 0 or -1. */
static int
is_fast_tuple(cs_engine *e, PyObject *x)
{
    Py_ssize_t n = PyObject_Size(x);
    if (n < 0 || n > (Py_ssize_t)e->policy->fast_tuple_max) {
        return n < 0 ? -1 : 0;
    }
    PyObject *it = PyObject_GetIter(x);
    if (it == NULL) {
        return -1;
    }
    int all = 1;
    for (PyObject *a; all == 1 && (a = PyIter_Next(it)) != NULL;) {
        all = PyObject_IsInstance(a, e->rt->scalars);
        Py_DECREF(a);
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : all;
}

/* [deepcopy(a, memo) for a in x] */
static PyObject *
copy_elements(cs_engine *e, PyObject *x)
{
    PyObject *it = PyObject_GetIter(x), *copies = PyList_New(0);
    if (it == NULL || copies == NULL) {
        goto error;
    }
    for (PyObject *a; (a = PyIter_Next(it)) != NULL;) {
        PyObject *b = deepcopy(e, a, CS_ROLE_TUPLE_ELEM);
        Py_DECREF(a);
        int err = b != NULL ? PyList_Append(copies, b) : -1;
        Py_XDECREF(b);
        if (err < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    return copies;
error:
    Py_XDECREF(it);
    Py_XDECREF(copies);
    return NULL;
}

/* Whether an element of x differs, by identity, from its copy; as zip(x, copies) would find it. */
static int
elements_differ(PyObject *x, PyObject *copies)
{
    PyObject *it = PyObject_GetIter(x);
    if (it == NULL) {
        return -1;
    }
    int differ = 0;
    PyObject *k;
    for (Py_ssize_t i = 0; !differ && (k = PyIter_Next(it)) != NULL; i++) {
        differ = i < PyList_GET_SIZE(copies) && k != PyList_GET_ITEM(copies, i);
        Py_DECREF(k);
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : differ;
}

static PyObject *
copy_tuple(cs_engine *e, PyObject *x, bool *returned, unsigned role)
{
    (void)role;
    if (e->policy->fast_tuple_max > 0) {
        int fast = is_fast_tuple(e, x);
        if (fast < 0) {
            return NULL;
        }
        if (fast) {
            EMIT(e, FTUPLE, .role = role, .x = x, .y = x);
            *returned = true;
            return Py_NewRef(x);
        }
        EMIT(e, FTUPLE_NO, .x = x);
    }
    for (int i = 0; i < CS_LISTCOMP_FRAMES; i++) { /* at most one */
        if (cs_frame_enter() < 0) {
            return NULL;
        }
    }
    PyObject *y = copy_elements(e, x);
    for (int i = 0; i < CS_LISTCOMP_FRAMES; i++) {
        cs_frame_leave();
    }
    if (y == NULL) {
        return NULL;
    }
    /* A cycle through the tuple has copied it meanwhile: that copy is the one to use. */
    cs_probe probe;
    PyObject *found = NULL, *key = PyLong_FromVoidPtr(x);
    int err = key != NULL ? memo_subscript(e, key, &found, &probe) : -1;
    Py_XDECREF(key);
    if (err < 0 || found != NULL) {
        Py_DECREF(y);
        if (found != NULL) {
            EMIT(e, TUPLE_HIT, .probe = probe, .x = x, .y = found);
        }
        return found;
    }
    int differ = elements_differ(x, y);
    if (differ <= 0) {
        Py_DECREF(y);
        if (differ < 0) {
            return NULL;
        }
        EMIT(e, TUPLE_SAME, .probe = probe, .x = x, .y = x);
        return Py_NewRef(x);
    }
    Py_SETREF(y, PyList_AsTuple(y));
    if (y != NULL) {
        MARK(e, y, CS_OBJ_COPY);
        EMIT(e, TUPLE_NEW, .probe = probe, .x = x, .y = y);
    }
    return y;
}

/* One item of x.items() into y.  Python evaluates the value first, then the key. */
static int
copy_item(cs_engine *e, PyObject *y, PyObject *item)
{
    if (!PyTuple_CheckExact(item) || PyTuple_GET_SIZE(item) != 2) {
        PyErr_SetString(PyExc_TypeError, "items() did not yield pairs");
        return -1;
    }
    PyObject *value = deepcopy(e, PyTuple_GET_ITEM(item, 1), CS_ROLE_DICT_VALUE);
    if (value == NULL) {
        return -1;
    }
    PyObject *key = deepcopy(e, PyTuple_GET_ITEM(item, 0), CS_ROLE_DICT_KEY);
    int err = key != NULL ? PyDict_SetItem(y, key, value) : -1;
    if (err == 0) {
        EMIT(e, SETITEM, .x = y, .y = key);
    }
    Py_XDECREF(key);
    Py_DECREF(value);
    return err;
}

static PyObject *
copy_dict(cs_engine *e, PyObject *x)
{
    PyObject *items = NULL, *it = NULL, *y = PyDict_New();
    if (y == NULL || cs_builtin_call_check() < 0 || memoize(e, x, y, CS_REC_DICT) < 0) {
        goto error;
    }
    items = PyObject_CallMethodObjArgs(x, e->rt->s_items, NULL);
    it = items != NULL ? PyObject_GetIter(items) : NULL;
    if (it == NULL) {
        goto error;
    }
    for (PyObject *item; (item = PyIter_Next(it)) != NULL;) {
        int err = copy_item(e, y, item);
        Py_DECREF(item);
        if (err < 0) {
            goto error;
        }
    }
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    Py_DECREF(items);
    return y;
error:
    Py_XDECREF(it);
    Py_XDECREF(items);
    Py_XDECREF(y);
    return NULL;
}

static PyObject *
copy_method(cs_engine *e, PyObject *x)
{
    PyObject *func = PyObject_GetAttr(x, e->rt->s_func), *self = NULL, *self_copy = NULL, *y = NULL;
    if (func == NULL) {
        return NULL;
    }
    self = PyObject_GetAttr(x, e->rt->s_self);
    self_copy = self != NULL ? deepcopy(e, self, CS_ROLE_SELF) : NULL;
    if (self_copy != NULL) {
        y = PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(x), func, self_copy, NULL);
    }
    if (y != NULL) {
        MARK(e, y, CS_OBJ_COPY);
        EMIT(e, METHOD, .x = x, .y = y);
    }
    Py_DECREF(func);
    Py_XDECREF(self);
    Py_XDECREF(self_copy);
    return y;
}

/* ---- _reconstruct ---- */

/* (deepcopy(arg, memo) for arg in args), as a tuple.  Returns a new reference, or NULL. */
static PyObject *
copy_args(cs_engine *e, PyObject *args)
{
    int truth = PyObject_IsTrue(args);
    if (truth <= 0) {
        return truth < 0 ? NULL : PySequence_Tuple(args);
    }
    PyObject *it = PyObject_GetIter(args), *copies = it != NULL ? PyList_New(0) : NULL;
    if (copies == NULL || cs_frame_enter() < 0) { /* the generator's frame */
        goto error;
    }
    for (PyObject *a; (a = PyIter_Next(it)) != NULL;) {
        PyObject *b = deepcopy(e, a, CS_ROLE_ARG);
        Py_DECREF(a);
        int err = b != NULL ? PyList_Append(copies, b) : -1;
        Py_XDECREF(b);
        if (err < 0) {
            break;
        }
    }
    cs_frame_leave();
    if (PyErr_Occurred()) {
        goto error;
    }
    Py_DECREF(it);
    Py_SETREF(copies, PyList_AsTuple(copies));
    return copies;
error:
    Py_XDECREF(it);
    Py_XDECREF(copies);
    return NULL;
}

/* for key, value in slotstate.items(): setattr(y, key, value) */
static int
set_slots(cs_engine *e, PyObject *y, PyObject *slotstate)
{
    PyObject *items = PyObject_CallMethodObjArgs(slotstate, e->rt->s_items, NULL);
    PyObject *it = items != NULL ? PyObject_GetIter(items) : NULL;
    Py_XDECREF(items);
    if (it == NULL) {
        return -1;
    }
    for (PyObject *item; (item = PyIter_Next(it)) != NULL;) {
        PyObject *pair = PySequence_Tuple(item);
        Py_DECREF(item);
        int err = -1;
        if (pair != NULL && PyTuple_GET_SIZE(pair) == 2) {
            err = PyObject_SetAttr(y, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1));
        }
        else if (pair != NULL) {
            PyErr_SetString(PyExc_ValueError, "slot state items must be pairs");
        }
        Py_XDECREF(pair);
        if (err < 0) {
            break;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : 0;
}

/* y.__dict__.update(state) */
static int
update_dict(cs_engine *e, PyObject *y, PyObject *state)
{
    PyObject *dict = PyObject_GetAttr(y, e->rt->s_dict);
    PyObject *r = dict != NULL ? PyObject_CallMethodObjArgs(dict, e->rt->s_update, state, NULL) : NULL;
    Py_XDECREF(dict);
    Py_XDECREF(r);
    return r != NULL ? 0 : -1;
}

/* `state, slotstate = state` for a pair.  Steals nothing; *first and *second are new references. */
static int
split_state(PyObject *state, PyObject **first, PyObject **second)
{
    PyObject *pair = PySequence_Tuple(state);
    if (pair == NULL) {
        return -1;
    }
    int err = PyTuple_GET_SIZE(pair) == 2 ? 0 : -1;
    if (err == 0) {
        *first = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
        *second = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
    }
    else {
        PyErr_SetString(PyExc_ValueError, "a state tuple of length 2 did not unpack into 2 values");
    }
    Py_DECREF(pair);
    return err;
}

/* The state of y: __setstate__, or __dict__ and slots.  Returns 0 or -1. */
static int
set_state(cs_engine *e, PyObject *y, PyObject *original)
{
    int err = -1;
    PyObject *setstate = NULL, *slotstate = NULL, *state = deepcopy(e, original, CS_ROLE_STATE);
    if (state == NULL || cs_getattr_optional(y, e->rt->s_setstate, &setstate) < 0) {
        goto done;
    }
    if (setstate != NULL) {
        EMIT(e, SETSTATE, .x = y, .y = state);
        PyObject *r = PyObject_CallMethodObjArgs(y, e->rt->s_setstate, state, NULL);
        Py_XDECREF(r);
        err = r != NULL ? 0 : -1;
        goto done;
    }
    if (PyTuple_Check(state)) {
        Py_ssize_t n = PyObject_Size(state);
        if (n < 0) {
            goto done;
        }
        if (n == 2) {
            PyObject *pair = state;
            state = NULL;
            err = split_state(pair, &state, &slotstate);
            Py_DECREF(pair);
            if (err < 0) {
                goto done;
            }
            err = -1;
        }
    }
    if (state != Py_None) {
        if (update_dict(e, y, state) < 0) {
            goto done;
        }
        EMIT(e, STATE_DICT, .x = y, .y = state);
    }
    if (slotstate != NULL && slotstate != Py_None) {
        if (set_slots(e, y, slotstate) < 0) {
            goto done;
        }
        EMIT(e, STATE_SLOTS, .x = y, .y = slotstate);
    }
    err = 0;
done:
    Py_XDECREF(setstate);
    Py_XDECREF(slotstate);
    Py_XDECREF(state);
    return err;
}

/* for item in listiter: y.append(deepcopy(item, memo)) */
static int
append_items(cs_engine *e, PyObject *y, PyObject *listiter)
{
    PyObject *it = PyObject_GetIter(listiter);
    if (it == NULL) {
        return -1;
    }
    for (PyObject *item; (item = PyIter_Next(it)) != NULL;) {
        Py_SETREF(item, deepcopy(e, item, CS_ROLE_ITEM));
        PyObject *r = item != NULL ? PyObject_CallMethodObjArgs(y, e->rt->s_append, item, NULL) : NULL;
        if (r != NULL) {
            EMIT(e, ITEM_APPEND, .x = y, .y = item);
        }
        Py_XDECREF(r);
        Py_XDECREF(item);
        if (r == NULL) {
            break;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : 0;
}

/* for key, value in dictiter: y[deepcopy(key, memo)] = deepcopy(value, memo), the key first */
static int
set_items(cs_engine *e, PyObject *y, PyObject *dictiter)
{
    PyObject *it = PyObject_GetIter(dictiter);
    if (it == NULL) {
        return -1;
    }
    for (PyObject *item; (item = PyIter_Next(it)) != NULL;) {
        PyObject *pair = PySequence_Tuple(item), *key = NULL, *value = NULL;
        Py_DECREF(item);
        int err = -1;
        if (pair != NULL && PyTuple_GET_SIZE(pair) != 2) {
            PyErr_Format(PyExc_ValueError,
                         PyTuple_GET_SIZE(pair) < 2 ? "not enough values to unpack (expected 2, got %zd)"
                                                    : "too many values to unpack (expected 2)",
                         PyTuple_GET_SIZE(pair));
        }
        else if (pair != NULL) {
            key = deepcopy(e, PyTuple_GET_ITEM(pair, 0), CS_ROLE_ITEM_KEY);
            value = key != NULL ? deepcopy(e, PyTuple_GET_ITEM(pair, 1), CS_ROLE_ITEM_VALUE) : NULL;
            err = value != NULL ? PyObject_SetItem(y, key, value) : -1;
        }
        if (err == 0) {
            EMIT(e, ITEM_SET, .x = y, .y = key);
        }
        Py_XDECREF(pair);
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (err < 0) {
            break;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : 0;
}

/* _reconstruct(x, memo, *rv); rv has 2 to 5 items. */
static PyObject *
reconstruct(cs_engine *e, PyObject *x, PyObject *rv)
{
    PyObject *part[5] = {NULL, NULL, Py_None, Py_None, Py_None};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rv); i++) {
        part[i] = PyTuple_GET_ITEM(rv, i);
    }
    PyObject *args = copy_args(e, part[1]);
    PyObject *y = args != NULL ? PyObject_Call(part[0], args, NULL) : NULL;
    Py_XDECREF(args);
    if (y == NULL) {
        return NULL;
    }
    SYNC_MEMO(e);
    /* In the memo before its state: an instance that refers to itself finds its copy. */
    if (memoize(e, x, y, CS_REC_NEW) < 0 || (part[2] != Py_None && set_state(e, y, part[2]) < 0)
        || (part[3] != Py_None && append_items(e, y, part[3]) < 0)
        || (part[4] != Py_None && set_items(e, y, part[4]) < 0)) {
        Py_DECREF(y);
        return NULL;
    }
    SYNC_MEMO(e);
    return y;
}

/* The report's test for (class, (), dict).  Returns 1, 0 or -1. */
static int
is_fast_reduce(PyObject *rv)
{
    if (!PyTuple_Check(rv) || PyTuple_GET_SIZE(rv) < 3 || !PyType_Check(PyTuple_GET_ITEM(rv, 0))) {
        return 0;
    }
    PyObject *empty = PyTuple_New(0);
    if (empty == NULL) {
        return -1;
    }
    int eq = PyObject_RichCompareBool(PyTuple_GET_ITEM(rv, 1), empty, Py_EQ);
    Py_DECREF(empty);
    return eq == 1 ? PyDict_Check(PyTuple_GET_ITEM(rv, 2)) : eq;
}

/* The report's short cut.  It is not sound: __setstate__, __new__ and list or dict items are passed over. */
static PyObject *
fast_reduce(cs_engine *e, PyObject *x, PyObject *rv)
{
    PyObject *y = PyObject_CallFunctionObjArgs(e->rt->object_new, PyTuple_GET_ITEM(rv, 0), NULL);
    if (y == NULL || memoize(e, x, y, CS_REC_FREDUCE) < 0) {
        Py_XDECREF(y);
        return NULL;
    }
    PyObject *dict = PyObject_GetAttr(y, e->rt->s_dict);
    PyObject *state = dict != NULL ? deepcopy(e, PyTuple_GET_ITEM(rv, 2), CS_ROLE_STATE) : NULL;
    PyObject *r = state != NULL ? PyObject_CallMethodObjArgs(dict, e->rt->s_update, state, NULL) : NULL;
    if (r != NULL) {
        EMIT(e, STATE_DICT, .flags = CS_F_YES, .x = y, .y = state);
    }
    else {
        Py_CLEAR(y);
    }
    Py_XDECREF(dict);
    Py_XDECREF(state);
    Py_XDECREF(r);
    return y;
}

/* copyreg's reductor, __reduce_ex__(4) or __reduce__().  *flags says which. */
static PyObject *
call_reductor(cs_engine *e, PyObject *x, PyObject *registered, uint8_t *flags)
{
    PyObject *reductor = NULL, *rv = NULL;
    if (registered != NULL) {
        *flags = CS_F_YES;
        return PyObject_CallOneArg(registered, x);
    }
    if (cs_getattr_optional(x, e->rt->s_reduce_ex, &reductor) < 0) {
        return NULL;
    }
    if (reductor != NULL && reductor != Py_None) {
        rv = PyObject_CallOneArg(reductor, e->rt->four);
        Py_DECREF(reductor);
        return rv;
    }
    Py_XDECREF(reductor);
    if (cs_getattr_optional(x, e->rt->s_reduce, &reductor) < 0) {
        return NULL;
    }
    int truth = reductor != NULL ? PyObject_IsTrue(reductor) : 0;
    if (truth > 0) {
        *flags = CS_F_OLD;
        rv = PyObject_CallNoArgs(reductor);
    }
    else if (truth == 0) {
        PyErr_Format(e->rt->error, "un(deep)copyable object of type %S", (PyObject *)Py_TYPE(x));
    }
    Py_XDECREF(reductor);
    return rv;
}

/* From rv to y.  Returns a new reference, or NULL. */
static PyObject *
build_from(cs_engine *e, PyObject *x, PyObject *rv)
{
    if (PyUnicode_Check(rv)) {
        EMIT(e, REDUCE_STR, .x = x, .y = rv);
        return Py_NewRef(x);
    }
    if (e->policy->fast_reduce) {
        int fast = is_fast_reduce(rv);
        if (fast != 0) {
            return fast < 0 ? NULL : fast_reduce(e, x, rv);
        }
        EMIT(e, FREDUCE_NO, .x = x);
    }
    PyObject *items = PySequence_Tuple(rv);
    if (items == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(rv)->tp_iter == NULL && !PySequence_Check(rv)) {
            PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s",
                         Py_TYPE(rv)->tp_name);
        }
        return NULL;
    }
    PyObject *y = NULL;
    Py_ssize_t n = PyTuple_GET_SIZE(items);
    if (n < 2 || n > 5) { /* copy._reconstruct refuses it, in its own words, before it does anything */
        PyObject *head = PyTuple_Pack(2, x, e->memo), *all = head != NULL ? PySequence_Concat(head, items) : NULL;
        y = all != NULL ? PyObject_Call(e->rt->reconstruct, all, NULL) : NULL;
        Py_XDECREF(head);
        Py_XDECREF(all);
    }
    else if (cs_frame_enter() == 0) { /* _reconstruct's frame */
        y = reconstruct(e, x, items);
        cs_frame_leave();
    }
    Py_DECREF(items);
    return y;
}

static PyObject *
copy_by_reduce(cs_engine *e, PyObject *x)
{
    PyObject *registered = PyDict_GetItemWithError(e->rt->copyreg, (PyObject *)Py_TYPE(x));
    int truth = registered != NULL ? PyObject_IsTrue(registered) : 0;
    if (truth < 0 || (registered == NULL && PyErr_Occurred())) {
        return NULL;
    }
    registered = truth ? registered : NULL;
    Py_XINCREF(registered); /* the call may unregister it */
    EMIT(e, NOHOOK, .flags = registered != NULL ? CS_F_YES : 0, .x = x);
    uint8_t flags = 0;
    PyObject *rv = call_reductor(e, x, registered, &flags);
    Py_XDECREF(registered);
    SYNC_MEMO(e);
    if (rv == NULL) {
        return NULL;
    }
    EMIT(e, REDUCE, .flags = flags, .x = x, .y = rv);
    PyObject *y = build_from(e, x, rv);
    Py_DECREF(rv);
    return y;
}

/* Not in the dispatch table: a class, an object with a hook, or one to reduce. */
static PyObject *
copy_other(cs_engine *e, PyObject *x, bool *returned, unsigned role)
{
    (void)role, (void)returned;
    if (PyType_IsSubtype(Py_TYPE(x), &PyType_Type)) {
        EMIT(e, CLASS, .role = role, .x = x, .y = x);
        *returned = true;
        return Py_NewRef(x);
    }
    PyObject *hook = NULL;
    if (cs_getattr_optional(x, e->rt->s_deepcopy, &hook) < 0) {
        return NULL;
    }
    if (hook == NULL || hook == Py_None) {
        Py_XDECREF(hook);
        return copy_by_reduce(e, x);
    }
    EMIT(e, HOOK, .x = x);
    PyObject *y = PyObject_CallOneArg(hook, e->memo);
    Py_DECREF(hook);
    SYNC_MEMO(e);
    return y;
}

static PyObject *
copy_custom(cs_engine *e, PyObject *x, PyObject *copier)
{
    EMIT(e, COPIER, .x = x);
    PyObject *y = PyObject_CallFunctionObjArgs(copier, x, e->memo, NULL);
    SYNC_MEMO(e);
    return y;
}

/* y = copier(x, memo), one Python frame deeper.  Returns a new reference, or NULL. */
static PyObject *
copy_with(cs_engine *e, PyObject *x, unsigned copier, PyObject *custom, bool *returned, unsigned role)
{
    switch (copier) {
    case CS_COPIER_NONE: return copy_other(e, x, returned, role);
    case CS_COPIER_CUSTOM: return copy_custom(e, x, custom);
    case CS_COPIER_ATOMIC: return Py_NewRef(x);
    default: break;
    }
    if (cs_frame_enter() < 0) {
        return NULL;
    }
    PyObject *y = copier == CS_COPIER_LIST    ? copy_list(e, x)
                  : copier == CS_COPIER_TUPLE ? copy_tuple(e, x, returned, role)
                  : copier == CS_COPIER_DICT  ? copy_dict(e, x)
                                              : copy_method(e, x);
    cs_frame_leave();
    return y;
}

/* ---- deepcopy ---- */

/* What is left of the call once the copier has answered: memo, keep-alive, return.  Consumes y. */
static PyObject *
finish(cs_engine *e, PyObject *x, PyObject *y, unsigned role)
{
    if (y == x) {
        EMIT(e, SAME, .role = role, .x = x, .y = x);
        return y;
    }
    if (memoize(e, x, y, CS_REC_SET) < 0 || keep_alive(e, x, y, role) < 0) {
        Py_DECREF(y);
        return NULL;
    }
    return y;
}

/* The memo and dispatch questions.  Returns 1 when *y is the answer, 0 when the copier must run, -1 on error;
 * *opened tells whether a record that opens the call was written. */
static int
ask(cs_engine *e, PyObject *x, unsigned role, uint8_t flags, uint8_t *copier, PyObject **custom, PyObject **y,
    bool *opened)
{
    const enum cs_atomic_test order = e->policy->atomic;
    cs_probe probe = CS_PROBE_UNKNOWN;
    (void)role;
    if (order != CS_ATOMIC_IN_DISPATCH) {
        if (cs_copier_of(e->rt, Py_TYPE(x), copier, custom) < 0) {
            return -1;
        }
        flags |= order == CS_ATOMIC_TABLE_FIRST ? CS_F_DISPATCH_FIRST : 0;
        if (*copier == CS_COPIER_ATOMIC) {
            flags |= order == CS_ATOMIC_SET_FIRST ? CS_F_NO_DISPATCH : 0;
            EMIT(e, FATOM, .flags = flags, .role = role, .x = x, .y = x);
            *y = Py_NewRef(x);
            return 1;
        }
    }
    if (!(flags & CS_F_NO_GET)) {
        PyObject *key = PyLong_FromVoidPtr(x);
        int err = key != NULL ? memo_get(e, key, y, &probe) : -1;
        Py_XDECREF(key);
        if (err < 0) {
            return -1;
        }
        if (*y != NULL) {
            EMIT(e, HIT, .flags = flags, .role = role, .probe = probe, .x = x, .y = *y);
            return 1;
        }
    }
    if (order == CS_ATOMIC_IN_DISPATCH) {
        if (cs_copier_of(e->rt, Py_TYPE(x), copier, custom) < 0) {
            return -1;
        }
        if (*copier == CS_COPIER_ATOMIC) {
            EMIT(e, ATOM, .flags = flags, .role = role, .probe = probe, .x = x, .arg = probe.slot);
            *y = Py_NewRef(x);
            return 1;
        }
    }
    EMIT(e, MISS, .flags = flags, .role = role, .probe = probe, .x = x, .arg = probe.slot);
    *opened = true;
    return 0;
}

/* One call of deepcopy(x, memo), inside the frames it costs.  flags: what a ROOT record has told already. */
static PyObject *
deepcopy_in_frame(cs_engine *e, PyObject *x, unsigned role, uint8_t flags)
{
    uint8_t copier = CS_COPIER_NONE;
    bool opened = (flags & CS_F_NO_CALL) != 0, returned = false;
    PyObject *custom = NULL, *y = NULL;
    char here;
    if (&here < e->stack_floor) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded: the C stack is used up");
        return NULL;
    }
    if (cs_builtin_call_check() == 0) {
        int answered = ask(e, x, role, flags, &copier, &custom, &y, &opened);
        if (answered > 0) {
            Py_XDECREF(custom);
            return y;
        }
        if (answered == 0) {
            y = copy_with(e, x, copier, custom, &returned, role);
            Py_XDECREF(custom);
            if (y != NULL && !returned) {
                y = finish(e, x, y, role);
            }
        }
    }
    if (y == NULL) {
        EMIT_RAISE(e, x, role, opened);
    }
    return y;
}

static PyObject *
deepcopy(cs_engine *e, PyObject *x, unsigned role)
{
    if (cs_frame_enter() < 0) {
        return NULL;
    }
    PyObject *y = deepcopy_in_frame(e, x, role, 0);
    cs_frame_leave();
    return y;
}

/* ---- the outermost call ---- */

static PyObject *
run(cs_engine *e, PyObject *x, bool fresh, unsigned role)
{
    uint8_t flags = fresh && e->policy->skip_first_get ? CS_F_NO_GET : 0;
    (void)role;
    if (cs_entry_enter() < 0) {
        return NULL;
    }
#if CS_TRACED
    /* Atomic objects under an atomic-first policy leave before a memo is made. */
    uint8_t copier = CS_COPIER_NONE;
    PyObject *custom = NULL;
    if (e->policy->atomic != CS_ATOMIC_IN_DISPATCH && cs_copier_of(e->rt, Py_TYPE(x), &copier, &custom) < 0) {
        cs_entry_leave();
        return NULL;
    }
    Py_XDECREF(custom);
    if (copier != CS_COPIER_ATOMIC) {
        const uint8_t first = e->policy->atomic == CS_ATOMIC_TABLE_FIRST ? CS_F_DISPATCH_FIRST : 0;
        MARK(e, e->memo, CS_OBJ_MEMO);
        EMIT(e, ROOT, .flags = first | (fresh ? 0 : CS_F_YES), .role = role, .x = x, .y = e->memo);
        if (!fresh) {
            cs_recorder_emit_presets(e->rec, e->memo);
        }
        flags |= CS_F_NO_CALL | (first ? CS_F_NO_DISPATCH : 0);
    }
#endif
    PyObject *y = deepcopy_in_frame(e, x, role, flags);
    cs_entry_leave();
    return y;
}

#if CS_TRACED

/* The run in progress that uses this memo, or NULL. */
static cs_engine *
find_run(cs_engine *e, PyObject *memo)
{
    while (e != NULL && e->memo != memo) {
        e = e->outer;
    }
    return e;
}

PyObject *
cs_deepcopy_traced(const cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo, cs_recorder *rec,
                   cs_engine **current)
{
    const bool fresh = memo == NULL || memo == Py_None;
    cs_engine *same = fresh || *current == NULL || (*current)->memo != memo ? NULL : *current;
    const unsigned role = *current != NULL ? CS_ROLE_USER : CS_ROLE_ROOT;
    if (same != NULL) {
        SYNC_MEMO(same); /* a hook may have written to the memo before it calls deepcopy */
        PyObject *y = NULL;
        if (cs_entry_enter() == 0) {
            y = deepcopy_in_frame(same, x, role, 0);
            cs_entry_leave();
        }
        return y;
    }
    cs_engine e = {.rt = rt, .policy = policy, .rec = rec, .outer = *current, .stack_floor = cs_stack_floor()};
    e.memo = fresh ? PyDict_New() : Py_NewRef(memo);
    if (e.memo == NULL) {
        return NULL;
    }
    e.plain = PyDict_CheckExact(e.memo);
    e.known_size = e.plain ? PyDict_GET_SIZE(e.memo) : 0;
    *current = &e;
    PyObject *y = run(&e, x, fresh, role);
    *current = e.outer;
    cs_engine *shared = find_run(e.outer, e.memo);
    if (shared != NULL) {
        shared->known_size = e.known_size;
    }
    Py_DECREF(e.memo);
    return y;
}

#else

PyObject *
cs_deepcopy_plain(const cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo)
{
    const bool fresh = memo == NULL || memo == Py_None;
    cs_engine e = {.rt = rt, .policy = policy, .stack_floor = cs_stack_floor()};
    e.memo = fresh ? PyDict_New() : Py_NewRef(memo);
    if (e.memo == NULL) {
        return NULL;
    }
    e.plain = PyDict_CheckExact(e.memo);
    PyObject *y = run(&e, x, fresh, CS_ROLE_ROOT);
    Py_DECREF(e.memo);
    return y;
}

#endif
