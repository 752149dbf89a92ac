/* The engine's memo: get, set and keep-alive, each with what the table's probe showed.
 *
 * A part of engine.c, which includes it: compiled with and without a tape, with a dict and with a table.
 */
#ifndef CS_ENGINE_MEMO_H
#define CS_ENGINE_MEMO_H

/* Up to 3.11 an allocation may start a collection, whose finalizers are user code: it waits until user code runs
 * anyway, or the copy is done.  Since 3.12 collections start between instructions of Python code only. */
static inline void
pause_gc(cs_engine *e)
{
    e->gc_paused = e->gc_paused || (PY_VERSION_HEX < 0x030C0000 && PyGC_Disable());
}

static inline void
resume_gc(cs_engine *e)
{
    if (e->gc_paused) {
        e->gc_paused = false;
        PyGC_Enable();
    }
}

#if CS_TRACED
static void
own_original(void *recorder, cs_frame *f)
{
    cs_recorder_mark(recorder, f->x, 0);
}

/* User code may take out of the memo what it keeps alive: from here on the tape does, which has told of it by address
 * alone. */
static void
end_bare(cs_engine *e)
{
    if (!e->bare) {
        return;
    }
    e->bare = false;
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    while (PyDict_Next(e->memo, &pos, &key, &value)) {
        if (value != e->keep) {
            cs_recorder_mark(e->rec, value, 0);
        }
    }
    for (Py_ssize_t i = 0; e->keep != NULL && i < PyList_GET_SIZE(e->keep); i++) {
        cs_recorder_mark(e->rec, PyList_GET_ITEM(e->keep, i), 0);
    }
    cs_frames_each(&e->stack, own_original, e->rec);
}
#endif

/* A clone becomes what copy.py would have by now: the items up to the one whose value is being copied are not in it. */
static void
end_clone(void *unused, cs_frame *f)
{
    PyObject *key, *value, **rest;
    Py_ssize_t done = 0, pos = 0;
    (void)unused;
    if (!f->cloned) {
        return;
    }
    f->cloned = false;
    f->step = STEP_DICT_VALUE;
    while (cs_table_next(f->y, &pos, &key, &value) && pos <= f->i) {
        done++;
    }
    while ((rest = cs_table_next_value(f->y, &f->i, &key)) != NULL) {
        if (f->a == NULL) { /* the item that is under way */
            f->a = Py_NewRef(key);
            f->d = Py_NewRef(*rest);
        }
        Py_INCREF(key);
        if (PyDict_DelItem(f->y, key) < 0) {
            PyErr_Clear();
        }
        Py_DECREF(key);
    }
    f->n = PyDict_GET_SIZE(f->x);
    f->left = f->n - done - 1;
    for (f->i = 0; done >= 0 && cs_table_next(f->x, &f->i, &key, &value); done--) {
    }
}

/* Before user code runs for the first time: the table owns what it names, and nothing is there that copy.py would not
 * have made yet. */
static void
end_quiet(cs_engine *e)
{
    if (!e->quiet) {
        return;
    }
    e->quiet = false;
    cs_frames_each(&e->stack, end_clone, NULL);
#if CS_TABLE
    cs_memo_hold(&e->table);
#endif
}

#define GC_PAUSE_EVERY 64 /* entries: a small copy is done before a collection is due */

/* A memo of a plain dict that grows: the collector would look through all that is new, again and again. */
static inline void
pause_gc_now_and_then(cs_engine *e)
{
#if CS_TABLE
    (void)e; /* it is paused until user code has run */
#else
    if (e->plain && PyDict_GET_SIZE(e->memo) % GC_PAUSE_EVERY == 0) {
        pause_gc(e);
    }
#endif
}

/* The memo, for user code to do with as it likes.  Borrowed; NULL with an exception set. */
static PyObject *
memo_of(cs_engine *e)
{
    e->exposed = true;
#if CS_TRACED
    end_bare(e);
    e->known = cs_probe_mark(e->memo);
#elif CS_TABLE
    if (e->memo == NULL) {
        end_quiet(e);
        e->memo = cs_memo_as_dict(&e->table);
        e->plain = e->memo != NULL;
    }
#endif
    return e->memo;
}

/* Whether the memo holds what the engine put there, and nothing else. */
static inline bool
is_own(const cs_engine *e)
{
    return e->fresh && !e->exposed;
}

/* Before user code runs: what the memo is now. */
static inline void
leave(cs_engine *e)
{
#if CS_TRACED
    e->known.version = e->plain ? cs_dict_version(e->memo) : 0;
    if (e->known.version == 0 || !is_own(e)) {
        e->known = cs_probe_mark(e->memo);
    }
#endif
    end_quiet(e);
    resume_gc(e);
}

#if CS_TRACED
/* If the memo is not as the engine left it, the record says so and lists it anew. */
static void
sync_memo(cs_engine *e)
{
    if (is_own(e) && e->known.version != 0 && e->known.version == cs_dict_version(e->memo)) {
        return;
    }
    if (e->plain && !cs_probe_same_mark(cs_probe_mark(e->memo), e->known)) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* what ran may have failed: nothing below may run with that set */
        e->known = cs_probe_mark(e->memo);
        if (!e->exposed) { /* found by looking at all that there is; what it kept alive may be gone */
            e->exposed = true;
            e->bare = false;
            cs_tape_put_bare(e->tape, CS_MARK_BARE_END, 0, 0, 0, NULL);
        }
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

#if !CS_TABLE
/* memo[id(x)] = y of an own memo that was asked for id(x) and has not grown since: it missed, after the walk *at.  *at
 * becomes where the entry stands.  Returns 0 or -1. */
static inline int
store_missed(cs_engine *e, PyObject *x, PyObject *y, cs_probe *at, uint8_t *flags)
{
    PyObject *key = PyLong_FromVoidPtr(x);
    const int err = key != NULL ? cs_dict_set_hashed(e->memo, key, y, (Py_hash_t)(uintptr_t)x) : -1;
    Py_XDECREF(key);
#if CS_TRACED
    PyObject *found;
    *flags = 0;
    if (err == 0 && cs_table_log2(e->memo) != at->lg) { /* else it took the slot that the walk ended on */
        *flags = cs_table_find(e->memo, (uintptr_t)x, &found, at) ? CS_F_RESIZED : 0;
    }
#else
    (void)at, (void)flags;
#endif
    return err;
}

/* Where an entry of an own memo stands now, if it stood at *at before: entries move where the table grows only. */
static inline void
look_again(cs_engine *e, PyObject *x, cs_probe *at)
{
#if CS_TRACED
    PyObject *found;
    if (cs_table_log2(e->memo) != at->lg) {
        (void)cs_table_find(e->memo, (uintptr_t)x, &found, at);
    }
#else
    (void)e, (void)x, (void)at;
#endif
}

/* Whether an own memo has missed id(f->x), at f->at, and is as it was then. */
static inline bool
still_missed(const cs_engine *e, const cs_frame *f)
{
    return is_own(e) && f->at.known && !f->stored && PyDict_GET_SIZE(e->memo) == f->used;
}
#endif

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

#define KEEP_ROOM 4

/* memo[id(memo)] = [x]; the memo has just been asked for it, with the walk *asked. */
static int
first_kept(cs_engine *e, PyObject *x, const cs_probe *asked, cs_probe *probe, uint8_t *flags)
{
    PyObject *list = PyList_New(KEEP_ROOM);
    if (list == NULL) {
        return -1;
    }
    Py_SET_SIZE((PyVarObject *)list, 1); /* and room for those that follow */
    PyList_SET_ITEM(list, 0, Py_NewRef(x));
    int err;
#if !CS_TABLE
    if (is_own(e) && asked->known) {
        *probe = *asked;
        err = store_missed(e, e->memo, list, probe, flags);
        e->keep = err == 0 ? list : NULL; /* the memo has it */
        e->keep_at = *probe;
    }
    else
#endif
    {
        (void)asked;
        err = memo_set(e, e->memo, list, probe, flags);
    }
    Py_DECREF(list);
    if (err < 0) {
        chain_key_error(e->memo);
    }
    return err;
}

/* What _keep_alive() did: looked id(memo) up with this walk, and stored the first such list. */
typedef struct {
    cs_probe probe;
    bool first;
    uint8_t flags;
} kept;

/* _keep_alive(x, memo) where that name is rebound: theirs is called.  Returns 0 or -1. */
static int
call_keep_alive(cs_engine *e, PyObject *x)
{
    leave(e);
    PyObject *theirs = Py_NewRef(e->rt->keep_alive);
    PyObject *memo = memo_of(e), *r = memo != NULL ? PyObject_CallFunctionObjArgs(theirs, x, memo, NULL) : NULL;
    Py_DECREF(theirs);
    Py_XDECREF(r);
    return back(e);
}

/* _keep_alive(x, memo).  Returns 0 or -1. */
static inline int
keep_alive(cs_engine *e, PyObject *x, kept *k)
{
    *k = (kept){.probe = CS_PROBE_UNKNOWN};
    if (!cs_is_own(e->rt, e->rt->keep_alive, CS_OWN_KEEP_ALIVE)) {
        return call_keep_alive(e, x);
    }
#if CS_TABLE
    if (e->memo == NULL) {
        return cs_memo_keep(&e->table, e->room, x);
    }
#else
    if (is_own(e) && e->keep != NULL) {
        look_again(e, e->memo, &e->keep_at);
        k->probe = e->keep_at;
        return cs_list_push(e->keep, x);
    }
#endif
    PyObject *list = NULL;
    cs_probe stored;
    int err = 0;
    if (memo_get(e, e->memo, true, &list, &k->probe) < 0) {
        return -1;
    }
    k->first = list == NULL;
    if (list != NULL) {
        err = PyList_CheckExact(list) ? cs_list_push(list, x) : append_to_foreign(e, list, x, &k->first);
        Py_DECREF(list);
    }
    return err == 0 && k->first ? first_kept(e, x, &k->probe, &stored, &k->flags) : err;
}

#endif
