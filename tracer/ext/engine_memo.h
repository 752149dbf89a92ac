/* The engine's memo: get, set and keep-alive, each with what the table's probe showed.
 *
 * A part of engine.c, which includes it: compiled with and without a tape, with a dict and with a table.
 */
#ifndef CS_ENGINE_MEMO_H
#define CS_ENGINE_MEMO_H

#if CS_TABLE
/* Up to 3.11 an allocation may start a collection, whose finalizers are user code: it waits until user code runs
 * anyway, or the copy is done.  Since 3.12 collections start between instructions of Python code only. */
static void
pause_gc(cs_engine *e)
{
    e->gc_paused = PY_VERSION_HEX < 0x030C0000 && PyGC_Disable();
}

static void
resume_gc(cs_engine *e)
{
    if (e->gc_paused) {
        e->gc_paused = false;
        PyGC_Enable();
    }
}

/* The memo as a dict, for whoever asks for it: from here on it is the memo.  Borrowed; NULL with an exception set. */
static PyObject *
memo_of(cs_engine *e)
{
    if (e->memo == NULL) {
        cs_memo_hold(&e->table);
        e->memo = cs_memo_as_dict(&e->table);
        e->plain = e->memo != NULL;
        e->touched = true;
    }
    return e->memo;
}
#else
#define memo_of(e) ((e)->memo)
#endif

/* Before user code runs: what the memo is now. */
static inline void
leave(cs_engine *e)
{
#if CS_TRACED
    e->known = cs_probe_mark(e->memo);
#elif CS_TABLE
    cs_memo_hold(&e->table);
    resume_gc(e);
#else
    e->touched = true;
#endif
}

#if CS_TRACED
/* If the memo is not as the engine left it, the record says so and lists it anew. */
static void
sync_memo(cs_engine *e)
{
    if (e->plain && !cs_probe_same_mark(cs_probe_mark(e->memo), e->known)) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* what ran may have failed: nothing below may run with that set */
        e->known = cs_probe_mark(e->memo);
        EMIT2(e, MEMO_CHANGED, 0, NO_PROBE, 0, e->memo, (uint32_t)e->known.used, NULL);
        cs_recorder_emit_presets(e->rec, e->memo);
        PyErr_Restore(type, value, traceback);
    }
}
#endif

/* After user code has run: it may have changed the memo, and what copy.py consists of.  Returns 0, or -1 with an
 * exception set; one that is set already stays. */
static int
back(cs_engine *e)
{
#if CS_TRACED
    sync_memo(e);
#endif
    return PyErr_Occurred() ? -1 : cs_runtime_refresh(e->rt);
}

/* memo[id(x)] asked of a plain dict that alone can tell, since a key's __eq__ has a say. */
static int
ask_dict(cs_engine *e, PyObject *x, PyObject **y, cs_probe *probe)
{
    PyObject *key = PyLong_FromVoidPtr(x);
    if (key == NULL) {
        return -1;
    }
    *y = Py_XNewRef(PyDict_GetItemWithError(e->memo, key));
    if (*y == NULL && PyErr_Occurred()) {
        Py_DECREF(key);
        return -1;
    }
#if CS_TRACED
    *probe = cs_probe_read(e->memo, key, PyObject_Hash(key), *y);
#else
    (void)probe;
#endif
    Py_DECREF(key);
    return 0;
}

/* A memo that is no plain dict: copy.py calls get(), or subscripts and catches KeyError. */
static int
ask_mapping(cs_engine *e, PyObject *x, bool subscript, PyObject **y)
{
    PyObject *key = PyLong_FromVoidPtr(x);
    if (key == NULL) {
        return -1;
    }
    *y = subscript ? PyObject_GetItem(e->memo, key)
                   : PyObject_CallMethodObjArgs(e->memo, e->rt->s_get, key, e->rt->nil, NULL);
    Py_DECREF(key);
    if (*y == NULL) {
        if (!subscript || !PyErr_ExceptionMatches(PyExc_KeyError)) {
            return -1;
        }
        PyErr_Clear();
    }
    else if (*y == e->rt->nil) {
        Py_CLEAR(*y);
    }
    return 0;
}

/* Looks id(x) up: *y is a new reference, or NULL for a miss.  subscript: at the places that subscript the memo and
 * catch KeyError.  Returns 0, or -1 with an exception set. */
static inline int
memo_get(cs_engine *e, PyObject *x, bool subscript, PyObject **y, cs_probe *probe)
{
    *probe = CS_PROBE_UNKNOWN;
#if CS_TABLE
    if (e->memo == NULL) {
        *y = Py_XNewRef(cs_memo_slot_of(&e->table, x)->y);
        return 0;
    }
#endif
    if (!e->plain) {
        return ask_mapping(e, x, subscript, y);
    }
    if (cs_table_find(e->memo, (uintptr_t)x, y, probe)) {
        Py_XINCREF(*y);
        return 0;
    }
    return ask_dict(e, x, y, probe);
}

/* memo[id(x)] = y of a plain dict.  Returns 0 or -1. */
static int
store_plain(cs_engine *e, PyObject *x, PyObject *y, cs_probe *probe, uint8_t *flags)
{
    PyObject *found;
    if (cs_table_find(e->memo, (uintptr_t)x, &found, probe) && found == y) {
        return 0; /* there already: storing it once more changes nothing that can be seen */
    }
    PyObject *key = PyLong_FromVoidPtr(x);
    if (key == NULL) {
        return -1;
    }
#if CS_TRACED
    const unsigned before = cs_probe_log2(e->memo);
#endif
    int err = PyDict_SetItem(e->memo, key, y);
#if CS_TRACED
    *probe = CS_PROBE_UNKNOWN;
    if (err == 0 && !(cs_table_find(e->memo, (uintptr_t)x, &found, probe) && found == y)) {
        *probe = cs_probe_read(e->memo, key, PyObject_Hash(key), y);
    }
    *flags = probe->known && probe->lg != before ? CS_F_RESIZED : 0;
#else
    (void)flags;
#endif
    Py_DECREF(key);
    return err;
}

/* memo[id(x)] = y.  *flags gets RESIZED where the insertion moved the table.  Returns 0 or -1. */
static int
memo_set(cs_engine *e, PyObject *x, PyObject *y, cs_probe *probe, uint8_t *flags)
{
    *flags = 0;
    *probe = CS_PROBE_UNKNOWN;
#if CS_TABLE
    if (e->memo == NULL) {
        return cs_memo_put(&e->table, e->room, x, y);
    }
#endif
    if (e->plain) {
        return store_plain(e, x, y, probe, flags);
    }
    PyObject *key = PyLong_FromVoidPtr(x);
    const int err = key != NULL ? PyObject_SetItem(e->memo, key, y) : -1;
    Py_XDECREF(key);
    return err;
}

/* memo[id(memo)].append(x), where that is no plain list: *again is set if it raised KeyError, as if there were none. */
static int
append_to_foreign(cs_engine *e, PyObject *list, PyObject *x, bool *again)
{
    leave(e);
    PyObject *r = PyObject_CallMethodObjArgs(list, e->rt->s_append, x, NULL);
    Py_XDECREF(r);
    if (r == NULL && PyErr_ExceptionMatches(PyExc_KeyError)) {
        PyErr_Clear();
        *again = true;
    }
    return back(e);
}

/* What is raised where KeyError is handled has that as its context. */
static void
chain_key_error(PyObject *memo)
{
    PyObject *type, *value, *traceback, *key = PyLong_FromVoidPtr(memo);
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *missed = key != NULL ? PyObject_CallOneArg(PyExc_KeyError, key) : NULL;
    if (missed != NULL && value != missed) {
        PyException_SetContext(value, missed); /* steals */
    }
    PyErr_Clear();
    Py_XDECREF(key);
    PyErr_Restore(type, value, traceback);
}

/* memo[id(memo)] = [x] */
static int
first_kept(cs_engine *e, PyObject *x, cs_probe *probe, uint8_t *flags)
{
    PyObject *list = PyList_New(1);
    if (list == NULL) {
        return -1;
    }
    PyList_SET_ITEM(list, 0, Py_NewRef(x));
    int err = memo_set(e, e->memo, list, probe, flags);
    Py_DECREF(list);
    if (err < 0) {
        chain_key_error(e->memo);
    }
    return err;
}

/* _keep_alive(x, memo), and the return of the call.  Returns 0 or -1. */
static int
keep_alive(cs_engine *e, PyObject *x, unsigned role)
{
    cs_probe probe = CS_PROBE_UNKNOWN, set_probe;
    uint8_t flags = 0;
    PyObject *list = NULL;
    (void)role;
    if (!cs_is_own(e->rt, e->rt->keep_alive, CS_OWN_KEEP_ALIVE)) { /* rebound: theirs is called */
        leave(e);
        PyObject *theirs = Py_NewRef(e->rt->keep_alive);
        PyObject *memo = memo_of(e), *r = memo != NULL ? PyObject_CallFunctionObjArgs(theirs, x, memo, NULL) : NULL;
        Py_DECREF(theirs);
        Py_XDECREF(r);
        if (back(e) < 0) {
            return -1;
        }
        EMIT(e, KEEP, 0, probe, role, TIME(e), NULL);
        return 0;
    }
#if CS_TABLE
    if (e->memo == NULL) {
        return cs_memo_keep(&e->table, e->room, x);
    }
#endif
    if (memo_get(e, e->memo, true, &list, &probe) < 0) {
        return -1;
    }
    int err = 0;
    bool first = list == NULL;
    if (list != NULL) {
        err = PyList_CheckExact(list) ? cs_list_push(list, x) : append_to_foreign(e, list, x, &first);
        Py_DECREF(list);
    }
    if (err == 0 && first) {
        err = first_kept(e, x, &set_probe, &flags);
    }
    if (err < 0) {
        return -1;
    }
    if (first) {
        EMIT(e, KEEP_FIRST, flags, probe, role, TIME(e), NULL);
    }
    else {
        EMIT(e, KEEP, 0, probe, role, TIME(e), NULL);
    }
    return 0;
}

#endif
