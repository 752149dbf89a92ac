/* The algorithm.  Read it beside Lib/copy.py: deepcopy, _deepcopy_list, _deepcopy_tuple, _deepcopy_dict,
 * _deepcopy_method, _keep_alive, _reconstruct stand here in the same order of steps.
 *
 * Included by engine_traced.c and engine_plain.c, with CS_TRACED 1 and 0.
 */
#include "engine.h"
#include "stack.h"

#if CS_TRACED
#define EMIT(e, rec_kind, ...) cs_recorder_emit((e)->rec, &(cs_emission){.kind = CS_REC_##rec_kind, __VA_ARGS__})
#define EMIT_RAISE(e, obj, role, opened) cs_recorder_emit_raise((e)->rec, obj, role, opened)
#define MARK(e, obj, flags) cs_recorder_mark((e)->rec, obj, flags)
#define READ_PROBE(e, key, value) read_probe(e, key, value)
#define SYNC_MEMO(e) sync_memo(e)
#define ANNOUNCE(e, x, role, flags) announce(e, x, role, flags)
#else
#define EMIT(e, rec_kind, ...) ((void)0)
#define EMIT_RAISE(e, obj, role, opened) ((void)(role), (void)(opened))
#define MARK(e, obj, flags) ((void)0)
#define READ_PROBE(e, key, value) CS_PROBE_UNKNOWN
#define SYNC_MEMO(e) ((void)0)
#define ANNOUNCE(e, x, role, flags) (flags)
#endif

static PyObject *deepcopy(cs_engine *e, PyObject *x, unsigned role);

/* Appends deepcopy(a, memo) to list for each a of x.  Returns 0, or -1 with an exception set. */
static int
copy_each(cs_engine *e, PyObject *x, PyObject *list, unsigned role)
{
    PyObject *it = PyObject_GetIter(x);
    if (it == NULL) {
        return -1;
    }
    for (PyObject *a; (a = PyIter_Next(it)) != NULL;) {
        PyObject *b = deepcopy(e, a, role);
        Py_DECREF(a);
        int err = b != NULL ? PyList_Append(list, b) : -1;
        Py_XDECREF(b);
        if (err < 0) {
            break;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : 0;
}

#include "engine_memo.h"
#include "engine_reduce.h"

/* ---- one function per kind of object; each returns a new reference, or NULL with an exception set ---- */

static PyObject *
copy_list(cs_engine *e, PyObject *x)
{
    PyObject *y = PyList_New(0);
    /* The list is in the memo before its elements are: a cycle finds it, and user code may see it half filled. */
    if (y == NULL || cs_builtin_call_check() < 0 || memoize(e, x, y, CS_REC_LIST) < 0 ||
        copy_each(e, x, y, CS_ROLE_LIST_ELEM) < 0) {
        Py_CLEAR(y);
    }
    return y;
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
    PyObject *copies = PyList_New(0);
    if (copies != NULL && copy_each(e, x, copies, CS_ROLE_TUPLE_ELEM) < 0) {
        Py_CLEAR(copies);
    }
    return copies;
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

#if CS_TRACED
/* The first call with this memo, once it is known to need one: atomic objects may leave before.  Returns flags with
 * what the ROOT record has told already. */
static uint8_t
announce(cs_engine *e, PyObject *x, unsigned role, uint8_t flags)
{
    if (e->announced) {
        return flags;
    }
    e->announced = true;
    MARK(e, e->memo, CS_OBJ_MEMO);
    EMIT(e, ROOT, .flags = (flags & CS_F_DISPATCH_FIRST) | (e->fresh ? 0 : CS_F_YES), .role = role, .x = x,
         .y = e->memo);
    if (!e->fresh) {
        cs_recorder_emit_presets(e->rec, e->memo);
    }
    return flags | CS_F_NO_CALL | (flags & CS_F_DISPATCH_FIRST ? CS_F_NO_DISPATCH : 0);
}
#endif

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
            const uint8_t asked = order == CS_ATOMIC_SET_FIRST ? CS_F_NO_DISPATCH : 0;
            (void)asked;
            EMIT(e, FATOM, .flags = flags | asked, .role = role, .x = x, .y = x);
            *y = Py_NewRef(x);
            return 1;
        }
    }
    flags = ANNOUNCE(e, x, role, flags);
    *opened = (flags & CS_F_NO_CALL) != 0;
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
    bool opened = false, returned = false;
    PyObject *custom = NULL, *y = NULL;
    char here;
    if (&here < e->stack_floor) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded: the C stack is used up");
        return NULL;
    }
    if (cs_builtin_call_check() == 0) {
        int answered = ask(e, x, role, flags, &copier, &custom, &y, &opened);
        if (answered == 0) {
            y = copy_with(e, x, copier, custom, &returned, role);
            if (y != NULL && !returned) {
                y = finish(e, x, y, role);
            }
        }
        Py_XDECREF(custom);
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
run(cs_engine *e, PyObject *x, unsigned role)
{
    const uint8_t flags = e->fresh && e->policy->skip_first_get ? CS_F_NO_GET : 0;
    if (cs_entry_enter() < 0) {
        return NULL;
    }
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
    cs_engine e = {
        .rt = rt, .policy = policy, .fresh = fresh, .rec = rec, .outer = *current, .stack_floor = cs_stack_floor()};
    e.memo = fresh ? PyDict_New() : Py_NewRef(memo);
    if (e.memo == NULL) {
        return NULL;
    }
    e.plain = PyDict_CheckExact(e.memo);
    e.known = cs_probe_mark(e.memo);
    *current = &e;
    PyObject *y = run(&e, x, role);
    *current = e.outer;
    cs_engine *shared = find_run(e.outer, e.memo);
    if (shared != NULL) {
        shared->known = e.known;
    }
    Py_DECREF(e.memo);
    return y;
}

#else

PyObject *
cs_deepcopy_plain(const cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo)
{
    const bool fresh = memo == NULL || memo == Py_None;
    cs_engine e = {.rt = rt, .policy = policy, .fresh = fresh, .stack_floor = cs_stack_floor()};
    e.memo = fresh ? PyDict_New() : Py_NewRef(memo);
    if (e.memo == NULL) {
        return NULL;
    }
    e.plain = PyDict_CheckExact(e.memo);
    PyObject *y = run(&e, x, CS_ROLE_ROOT);
    Py_DECREF(e.memo);
    return y;
}

#endif
