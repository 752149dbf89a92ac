/* Objects that are reduced and rebuilt: the reductors, the report's reduce fast path, _reconstruct.
 *
 * A part of engine.c, which includes it: compiled with and without a recorder.
 */
#ifndef CS_ENGINE_REDUCE_H
#define CS_ENGINE_REDUCE_H

/* (deepcopy(arg, memo) for arg in args), as a tuple.  Returns a new reference, or NULL. */
static PyObject *
copy_args(cs_engine *e, PyObject *args)
{
    int truth = PyObject_IsTrue(args);
    if (truth <= 0) {
        return truth < 0 ? NULL : PySequence_Tuple(args);
    }
    PyObject *copies = PyList_New(0);
    if (copies == NULL || cs_frame_enter() < 0) { /* the generator's frame */
        Py_XDECREF(copies);
        return NULL;
    }
    int err = copy_each(e, args, copies, CS_ROLE_ARG);
    cs_frame_leave();
    Py_SETREF(copies, err == 0 ? PyList_AsTuple(copies) : NULL);
    return copies;
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
    if (memoize(e, x, y, CS_REC_NEW) < 0 || (part[2] != Py_None && set_state(e, y, part[2]) < 0) ||
        (part[3] != Py_None && append_items(e, y, part[3]) < 0) ||
        (part[4] != Py_None && set_items(e, y, part[4]) < 0)) {
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
            PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(rv)->tp_name);
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
    else if (cs_frame_enter() == 0) { /* _reconstruct's frame */ y = reconstruct(e, x, items);
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

#endif
