/* The engine's memo: get, set and keep-alive, each with what the table's probe showed.
 *
 * A part of engine.c, which includes it: compiled with and without a recorder.
 */
#ifndef CS_ENGINE_MEMO_H
#define CS_ENGINE_MEMO_H

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
    if (e->plain && !cs_probe_same_mark(cs_probe_mark(e->memo), e->known)) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* what ran may have failed: nothing below may run with that set */
        e->known = cs_probe_mark(e->memo);
        EMIT(e, MEMO_CHANGED, .x = e->memo, .arg = (uint32_t)e->known.used);
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
    e->known = cs_probe_mark(e->memo);
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

#endif
