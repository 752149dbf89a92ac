/* The algorithm.  Read it beside Lib/copy.py: copy, _copy_immutable, _reconstruct as copy() calls it, and replace
 * stand here in the same order of steps.
 *
 * Included by shallow_traced.c and shallow_plain.c, with CS_TRACED 1 and 0.
 */
#include "probe.h"
#include "shallow.h"
#include "stack.h"

/* One call in progress. */
typedef struct {
    const cs_shallow *facts;
    PyObject *x;   /* held by the caller */
    PyObject *cls; /* type(x) as the call began, owned: user code may give x another */
    cs_recorder *rec;
    unsigned role;
    cs_probe probe; /* the walk through the dispatch table */
    bool asked;     /* the dispatch table has answered */
    bool opened;    /* the record that opens the call is written */
} call;

#if CS_TRACED
#define EMIT(c, rec_kind, ...)                                                                                         \
    cs_recorder_emit((c)->rec, &(cs_emission){.kind = CS_REC_##rec_kind, .role = (uint8_t)(c)->role, __VA_ARGS__})
#define OPEN(c, rec_kind, ...) ((c)->opened = true, EMIT(c, rec_kind, __VA_ARGS__))
#define MARK_COPY(c, y) ((y) != (c)->x ? cs_recorder_mark((c)->rec, y, CS_OBJ_COPY) : (void)0)
#else
#define EMIT(c, rec_kind, ...) ((void)0)
#define OPEN(c, rec_kind, ...) ((void)0)
#define MARK_COPY(c, y) ((void)0)
#endif

/* ---- what the statements of Python do ---- */

/* A name of copy.py, as its functions see it now.  Returns a new reference, or NULL with NameError set. */
static PyObject *
global(const call *c, PyObject *name)
{
    PyObject *x = PyDict_GetItemWithError(c->facts->globals, name);
    if (x == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
    }
    return Py_XNewRef(x);
}

/* table.get(cls).  *probe, unless it is NULL, gets the walk.  Returns a new reference to what is there or None, or
 * NULL. */
static PyObject *
get_for_class(const call *c, PyObject *name, cs_probe *probe)
{
    PyObject *table = global(c, name), *found = NULL;
    (void)probe;
    if (table == NULL) {
        return NULL;
    }
    if (!PyDict_CheckExact(table)) {
        found = PyObject_CallMethodOneArg(table, c->facts->names.get, c->cls);
    }
    else {
        found = Py_XNewRef(PyDict_GetItemWithError(table, c->cls));
        if (found != NULL || !PyErr_Occurred()) {
#if CS_TRACED
            /* a metaclass's own hash is not run once more */
            if (probe != NULL && Py_TYPE(c->cls)->tp_hash == PyType_Type.tp_hash) {
                *probe = cs_probe_read(table, c->cls, PyObject_Hash(c->cls), found);
            }
#endif
            found = found != NULL ? found : Py_NewRef(Py_None);
        }
    }
    Py_DECREF(table);
    return found;
}

/* `a, b = pair`.  *a and *b are new references.  Returns 0, or -1 with an exception set. */
static int
unpack_pair(PyObject *pair, PyObject **a, PyObject **b)
{
    PyObject *it = PyObject_GetIter(pair), *extra = NULL;
    *a = *b = NULL;
    if (it == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(pair)->tp_iter == NULL && !PySequence_Check(pair)) {
            PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(pair)->tp_name);
        }
        return -1;
    }
    *a = PyIter_Next(it);
    *b = *a != NULL ? PyIter_Next(it) : NULL;
    extra = *b != NULL ? PyIter_Next(it) : NULL;
    if (*b == NULL && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected 2, got %d)", *a != NULL);
    }
    else if (extra != NULL) {
        cs_too_many_values(pair, 2);
    }
    Py_XDECREF(extra);
    Py_DECREF(it);
    if (PyErr_Occurred()) {
        Py_CLEAR(*a);
        Py_CLEAR(*b);
        return -1;
    }
    return 0;
}

/* The first call of a builtin in a function of copy.py: it is what meets the recursion limit where calls of builtins
 * count.  Returns 0, or -1 with RecursionError set. */
static int
first_call(void)
{
    return cs_builtin_call_check(PyThreadState_Get());
}

/* Whether x counts as an instance of a built-in type, by its __class__ too.  Returns 1, 0 or -1. */
static int
is_a(PyObject *x, PyTypeObject *type)
{
    return PyObject_IsInstance(x, (PyObject *)type);
}

/* for item in items: y.append(item) */
static int
append_items(const call *c, PyObject *y, PyObject *items)
{
    PyObject *it = PyObject_GetIter(items), *item = NULL, *next;
    if (it == NULL) {
        return -1;
    }
    while ((next = PyIter_Next(it)) != NULL) {
        Py_XSETREF(item, next); /* as the variable: it holds the last item until it has the next */
        PyObject *r = PyObject_CallMethodOneArg(y, c->facts->names.append, item);
        Py_XDECREF(r);
        if (r == NULL) {
            break;
        }
        EMIT(c, COPY_APPEND, .x = y, .y = item);
    }
    Py_DECREF(it);
    Py_XDECREF(item);
    return PyErr_Occurred() ? -1 : 0;
}

/* What is done with a pair of an iterator of pairs. */
typedef int (*take_pair)(const call *c, PyObject *y, PyObject *key, PyObject *value);

static int
set_item(const call *c, PyObject *y, PyObject *key, PyObject *value)
{
    int err = PyObject_SetItem(y, key, value);
    if (err == 0) {
        EMIT(c, COPY_SETITEM, .x = y, .y = key);
    }
    (void)c;
    return err;
}

static int
set_attribute(const call *c, PyObject *y, PyObject *key, PyObject *value)
{
    (void)c;
    return PyObject_SetAttr(y, key, value);
}

/* for key, value in pairs: take(y, key, value) */
static int
for_each_pair(const call *c, PyObject *y, PyObject *pairs, take_pair take)
{
    PyObject *it = PyObject_GetIter(pairs), *key = NULL, *value = NULL, *pair;
    if (it == NULL) {
        return -1;
    }
    int err = 0;
    while (err == 0 && (pair = PyIter_Next(it)) != NULL) {
        PyObject *a, *b;
        err = unpack_pair(pair, &a, &b);
        Py_DECREF(pair);
        if (err == 0) {
            Py_XSETREF(key, a);
            Py_XSETREF(value, b);
            err = take(c, y, key, value);
        }
    }
    Py_DECREF(it);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return PyErr_Occurred() ? -1 : 0;
}

/* ---- _reconstruct(x, None, func, args, state, listiter, dictiter) ---- */

/* y.__dict__.update(state) */
static int
update_dict(const call *c, PyObject *y, PyObject *state)
{
    PyObject *dict = PyObject_GetAttr(y, c->facts->names.dict);
    PyObject *r = dict != NULL ? PyObject_CallMethodOneArg(dict, c->facts->names.update, state) : NULL;
    Py_XDECREF(dict);
    Py_XDECREF(r);
    return r != NULL ? 0 : -1;
}

/* for key, value in slotstate.items(): setattr(y, key, value) */
static int
set_slots(const call *c, PyObject *y, PyObject *slotstate)
{
    PyObject *items = PyObject_CallMethodNoArgs(slotstate, c->facts->names.items);
    int err = items != NULL ? for_each_pair(c, y, items, set_attribute) : -1;
    Py_XDECREF(items);
    return err;
}

/* What of a state goes where: a tuple of two is (state, slotstate).  *dict and *slots are new references. */
static int
split_state(PyObject *state, PyObject **dict, PyObject **slots)
{
    int tuple = is_a(state, &PyTuple_Type);
    Py_ssize_t n = tuple > 0 ? PyObject_Size(state) : 0;
    if (tuple < 0 || n < 0) {
        return -1;
    }
    if (n == 2) {
        return unpack_pair(state, dict, slots);
    }
    *dict = Py_NewRef(state);
    *slots = Py_NewRef(Py_None);
    return 0;
}

static int
set_parts(const call *c, PyObject *y, PyObject *state)
{
    PyObject *dict = NULL, *slots = NULL;
    int err = split_state(state, &dict, &slots);
    if (err == 0 && dict != Py_None) {
        err = update_dict(c, y, dict);
        if (err == 0) {
            EMIT(c, STATE_DICT, .x = y, .y = dict);
        }
    }
    if (err == 0 && slots != Py_None) {
        err = set_slots(c, y, slots);
        if (err == 0) {
            EMIT(c, STATE_SLOTS, .x = y, .y = slots);
        }
    }
    Py_XDECREF(dict);
    Py_XDECREF(slots);
    return err;
}

static int
set_state(const call *c, PyObject *y, PyObject *state)
{
    PyObject *has = NULL;
    if (cs_getattr_optional(y, c->facts->names.setstate, &has) < 0) {
        return -1;
    }
    if (has == NULL) {
        return set_parts(c, y, state);
    }
    Py_DECREF(has); /* hasattr() was the first look-up, the call is the second */
    EMIT(c, SETSTATE, .x = y, .y = state);
    PyObject *r = PyObject_CallMethodOneArg(y, c->facts->names.setstate, state);
    Py_XDECREF(r);
    return r != NULL ? 0 : -1;
}

/* rv has 2 to 5 items, the second of which can be iterated over.  Returns a new reference, or NULL. */
static PyObject *
reconstruct(const call *c, PyObject *rv)
{
    PyObject *part[5] = {NULL, NULL, Py_None, Py_None, Py_None};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rv); i++) {
        part[i] = PyTuple_GET_ITEM(rv, i);
    }
    PyObject *args = PySequence_Tuple(part[1]);
    PyObject *y = args != NULL ? PyObject_Call(part[0], args, NULL) : NULL;
    Py_XDECREF(args);
    if (y == NULL) {
        return NULL;
    }
    MARK_COPY(c, y);
    EMIT(c, COPY_NEW, .x = c->x, .y = y);
    if ((part[2] != Py_None && set_state(c, y, part[2]) < 0) ||
        (part[3] != Py_None && append_items(c, y, part[3]) < 0) ||
        (part[4] != Py_None && for_each_pair(c, y, part[4], set_item) < 0)) {
        Py_CLEAR(y);
    }
    return y;
}

/* ---- copy ---- */

/* _copy_immutable(x), one Python frame deeper. */
static PyObject *
itself(const call *c)
{
    if (cs_frame_enter(PyThreadState_Get()) < 0) {
        return NULL;
    }
    cs_frames_leave(PyThreadState_Get(), 1);
    return Py_NewRef(c->x);
}

static bool
is_holder(const cs_shallow *f, const PyObject *copier)
{
    for (size_t i = 0; i < CS_SHALLOW_HOLDERS; i++) {
        if (f->holders[i] == copier) {
            return true;
        }
    }
    return false;
}

/* `return copier(x)` for what the dispatch table has. */
static PyObject *
copy_with(call *c, PyObject *copier)
{
    PyObject *y;
    if (copier == c->facts->immutable) {
        y = itself(c);
        if (y != NULL) {
            OPEN(c, COPY_ATOM, .probe = c->probe, .x = c->x, .arg = c->probe.slot);
        }
        return y;
    }
    OPEN(c, COPY, .flags = CS_F_YES, .probe = c->probe, .x = c->x, .arg = c->probe.slot);
    const bool holder = is_holder(c->facts, copier);
    if (!holder) {
        EMIT(c, COPY_COPIER, .x = c->x);
    }
    y = PyObject_CallOneArg(copier, c->x);
    if (y != NULL) {
        MARK_COPY(c, y);
        if (holder) {
            EMIT(c, SHALLOW, .x = c->x, .y = y);
        }
        else {
            EMIT(c, COPY_COPIER_RETURN, .x = c->x, .y = y);
        }
    }
    return y;
}

/* The dispatch table.  *y is the answer, or NULL where there is none.  Returns 1 when the call is over, 0 when it goes
 * on, -1 on error. */
static int
ask_table(call *c, PyObject **y)
{
    if (first_call() < 0) {
        return -1;
    }
    PyObject *copier = get_for_class(c, c->facts->names.copy_dispatch, &c->probe);
    c->asked = copier != NULL;
    int found = copier != NULL ? PyObject_IsTrue(copier) : -1;
    if (found == 1) {
        *y = copy_with(c, copier);
        found = *y != NULL ? 1 : -1;
    }
    else if (found == 0) {
        OPEN(c, COPY, .probe = c->probe, .x = c->x, .arg = c->probe.slot);
    }
    Py_XDECREF(copier);
    return found;
}

/* `cls in name`.  Returns 1, 0 or -1. */
static int
class_is_in(const call *c, PyObject *name)
{
    PyObject *set = global(c, name);
    int in = set != NULL ? PySequence_Contains(set, c->cls) : -1;
    Py_XDECREF(set);
    return in;
}

/* The two sets that 3.14 has instead.  Returns as ask_table() does. */
static int
ask_sets(call *c, PyObject **y)
{
    int in = class_is_in(c, c->facts->names.atomic_types);
    if (in > 0) {
        OPEN(c, COPY_FATOM, .x = c->x, .y = c->x);
        *y = Py_NewRef(c->x);
    }
    if (in != 0) {
        return in;
    }
    if (first_call() < 0) { /* cls.copy(x), or issubclass() */
        return -1;
    }
    OPEN(c, COPY, .flags = CS_F_NO_DISPATCH, .x = c->x);
    in = class_is_in(c, c->facts->names.holders);
    if (in < 0) {
        return -1;
    }
    EMIT(c, COPY_HOLDERS, .flags = in ? CS_F_YES : 0, .x = c->x);
    if (in) {
        *y = PyObject_CallMethodOneArg(c->cls, c->facts->names.copy, c->x);
        if (*y == NULL) {
            return -1;
        }
        MARK_COPY(c, *y);
        EMIT(c, SHALLOW, .flags = CS_F_NO_DISPATCH, .x = c->x, .y = *y);
    }
    return in;
}

/* return _copy_immutable(x), as it stands in copy.py now; where there is none, return x. */
static PyObject *
copy_class(call *c)
{
    PyObject *y = NULL, *function = c->facts->by_table ? global(c, c->facts->names.immutable) : NULL;
    if (!c->facts->by_table) {
        y = Py_NewRef(c->x);
    }
    else if (function != NULL) {
        y = function == c->facts->immutable ? itself(c) : PyObject_CallOneArg(function, c->x);
    }
    Py_XDECREF(function);
    if (y == c->x) {
        EMIT(c, COPY_CLASS, .x = c->x, .y = c->x);
    }
    else if (y != NULL) {
        EMIT(c, COPY_COPIER_RETURN, .x = c->x, .y = y);
    }
    return y;
}

static PyObject *
copy_by_hook(call *c, PyObject *hook)
{
    EMIT(c, COPY_HOOK, .x = c->x);
    PyObject *y = PyObject_CallOneArg(hook, c->x);
    if (y != NULL) {
        MARK_COPY(c, y);
        EMIT(c, COPY_HOOK_RETURN, .x = c->x, .y = y);
    }
    return y;
}

/* raise Error("un(shallow)copyable object of type %s" % cls) */
static void
raise_uncopyable(const call *c)
{
    PyObject *text = NULL, *e = NULL, *error = global(c, c->facts->names.error);
    text = error != NULL ? PyUnicode_Format(c->facts->names.uncopyable, c->cls) : NULL;
    e = text != NULL ? PyObject_CallOneArg(error, text) : NULL;
    if (e != NULL && PyExceptionInstance_Check(e)) {
        PyErr_SetObject((PyObject *)Py_TYPE(e), e);
    }
    else if (e != NULL) {
        PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException");
    }
    Py_XDECREF(e);
    Py_XDECREF(text);
    Py_XDECREF(error);
}

/* What x's own reductor says: __reduce_ex__(4), or __reduce__().  *flags says which. */
static PyObject *
reduce_itself(const call *c, uint8_t *flags)
{
    PyObject *reductor = NULL, *rv = NULL;
    if (cs_getattr_optional(c->x, c->facts->names.reduce_ex, &reductor) < 0) {
        return NULL;
    }
    if (reductor != NULL && reductor != Py_None) {
        rv = PyObject_CallOneArg(reductor, c->facts->four);
        Py_DECREF(reductor);
        return rv;
    }
    Py_CLEAR(reductor);
    if (cs_getattr_optional(c->x, c->facts->names.reduce, &reductor) < 0) {
        return NULL;
    }
    int truth = reductor != NULL ? PyObject_IsTrue(reductor) : 0;
    if (truth > 0) {
        *flags = CS_F_OLD;
        rv = PyObject_CallNoArgs(reductor);
    }
    else if (truth == 0) {
        raise_uncopyable(c);
    }
    Py_XDECREF(reductor);
    return rv;
}

/* Whether our reconstruct() does what `_reconstruct(x, None, *rv)` would: the function is copy.py's own, and it will
 * not refuse its arguments. */
static bool
fits_reconstruct(const call *c, PyObject *function, PyObject *rv)
{
    const Py_ssize_t n = PyTuple_GET_SIZE(rv);
    if (function != c->facts->reconstruct || n < 2 || n > 5) {
        return false;
    }
    PyObject *args = PyTuple_GET_ITEM(rv, 1);
    return Py_TYPE(args)->tp_iter != NULL || PySequence_Check(args);
}

/* _reconstruct(x, None, *rv) by the function itself: it was replaced, or it is to refuse rv in its own words. */
static PyObject *
call_reconstruct(const call *c, PyObject *function, PyObject *rv)
{
    PyObject *head = PyTuple_Pack(2, c->x, Py_None), *all = head != NULL ? PySequence_Concat(head, rv) : NULL;
    PyObject *y = all != NULL ? PyObject_Call(function, all, NULL) : NULL;
    Py_XDECREF(head);
    Py_XDECREF(all);
    return y;
}

/* `return _reconstruct(x, None, *rv)` */
static PyObject *
rebuild(const call *c, PyObject *rv)
{
    PyObject *y = NULL, *function = global(c, c->facts->names.reconstruct);
    PyObject *items = function != NULL ? PySequence_Tuple(rv) : NULL;
    if (function != NULL && items == NULL && PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(rv)->tp_iter == NULL &&
        !PySequence_Check(rv)) {
        PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(rv)->tp_name);
    }
    if (items != NULL && !fits_reconstruct(c, function, items)) {
        y = call_reconstruct(c, function, items);
    }
    else if (items != NULL && cs_frame_enter(PyThreadState_Get()) == 0) {
        y = reconstruct(c, items);
        cs_frames_leave(PyThreadState_Get(), 1);
    }
    Py_XDECREF(items);
    Py_XDECREF(function);
    if (y != NULL) {
        MARK_COPY(c, y);
        EMIT(c, COPY_RETURN, .x = c->x, .y = y);
    }
    return y;
}

/* From rv to y.  Returns a new reference, or NULL. */
static PyObject *
build_from(const call *c, PyObject *rv)
{
    int name = is_a(rv, &PyUnicode_Type);
    if (name < 0) {
        return NULL;
    }
    if (name) {
        EMIT(c, COPY_REDUCE_STR, .x = c->x, .y = rv);
        return Py_NewRef(c->x);
    }
    EMIT(c, COPY_REBUILD, .x = c->x);
    return rebuild(c, rv);
}

static PyObject *
copy_by_reduce(call *c)
{
    uint8_t flags = 0;
    PyObject *rv, *registered = get_for_class(c, c->facts->names.dispatch_table, NULL);
    if (registered == NULL) {
        return NULL;
    }
    if (registered != Py_None) {
        flags = CS_F_YES;
    }
    EMIT(c, COPY_NOHOOK, .flags = flags, .x = c->x);
    rv = flags ? PyObject_CallOneArg(registered, c->x) : reduce_itself(c, &flags);
    Py_DECREF(registered);
    if (rv == NULL) {
        return NULL;
    }
    EMIT(c, COPY_REDUCE, .flags = flags, .x = c->x, .y = rv);
    PyObject *y = build_from(c, rv);
    Py_DECREF(rv);
    return y;
}

static PyObject *
copy(call *c)
{
    PyObject *y = NULL, *hook = NULL;
    int answered = c->facts->by_table ? ask_table(c, &y) : ask_sets(c, &y);
    if (answered != 0) {
        return y;
    }
    if (PyType_IsSubtype((PyTypeObject *)c->cls, &PyType_Type)) {
        return copy_class(c);
    }
    if (cs_getattr_optional(c->cls, c->facts->names.hook, &hook) < 0) {
        return NULL;
    }
    y = hook != NULL && hook != Py_None ? copy_by_hook(c, hook) : copy_by_reduce(c);
    Py_XDECREF(hook);
    return y;
}

/* ---- replace ---- */

static void
raise_unreplaceable(const call *c, PyObject *cls)
{
    PyObject *name = PyObject_GetAttr(cls, c->facts->names.class_name);
    PyObject *text = name != NULL ? PyObject_Format(name, NULL) : NULL;
    if (text != NULL) {
        PyErr_Format(PyExc_TypeError, "replace() does not support %U objects", text);
    }
    Py_XDECREF(name);
    Py_XDECREF(text);
}

/* return func(obj, **changes) */
static PyObject *
replace_by_hook(const call *c, PyObject *hook, PyObject *changes)
{
    EMIT(c, REPLACE_HOOK, .x = c->x, .y = changes);
    PyObject *args = PyTuple_Pack(1, c->x), *own = PyDict_Copy(changes), *y = NULL;
    if (args != NULL && own != NULL) {
        y = PyObject_Call(hook, args, own);
    }
    Py_XDECREF(args);
    Py_XDECREF(own);
    if (y != NULL) {
        MARK_COPY(c, y);
        EMIT(c, REPLACE_RETURN, .x = c->x, .y = y);
    }
    return y;
}

static PyObject *
replace(call *c, PyObject *changes)
{
    OPEN(c, REPLACE, .x = c->x, .y = changes);
    PyObject *y = NULL, *hook = NULL, *cls = PyObject_GetAttr(c->x, c->facts->names.class);
    if (cls == NULL || first_call() < 0 || cs_getattr_optional(cls, c->facts->names.replace_hook, &hook) < 0) {
        Py_XDECREF(cls);
        return NULL;
    }
    if (hook == NULL || hook == Py_None) {
        EMIT(c, REPLACE_NOHOOK, .x = c->x);
        raise_unreplaceable(c, cls);
    }
    else {
        y = replace_by_hook(c, hook, changes);
    }
    Py_XDECREF(hook);
    Py_DECREF(cls);
    return y;
}

/* ---- the calls ---- */

#if CS_TRACED
/* An exception leaves the call, which may not have been opened yet. */
static void
emit_raise(call *c, PyObject *changes)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* nothing is emitted with an exception set */
    if (!c->opened && changes != NULL) {
        OPEN(c, REPLACE, .x = c->x, .y = changes);
    }
    else if (!c->opened) {
        OPEN(c, COPY, .flags = c->asked ? CS_F_YES : CS_F_NO_DISPATCH, .probe = c->probe, .x = c->x,
             .arg = c->probe.slot);
    }
    PyErr_Restore(type, value, traceback);
    cs_recorder_emit_raise(c->rec, c->x, c->role, true, false);
}
#endif

/* One call, inside the frame it costs; changes: NULL for copy().  Returns a new reference, or NULL. */
static PyObject *
run(call *c, PyObject *changes)
{
    PyObject *y = NULL;
    for (int i = 0; i < CS_ENTRY_FRAMES; i++) { /* at most one */
        if (cs_frame_enter(PyThreadState_Get()) < 0) {
            return NULL;
        }
    }
    c->cls = Py_NewRef(Py_TYPE(c->x));
    if (cs_stack_is_short()) { /* hooks may call this again, and they again: the C stack is guarded here */
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded: the C stack is used up");
    }
    else {
        y = changes != NULL ? replace(c, changes) : copy(c);
    }
    if (y == NULL && !PyErr_Occurred()) { /* out of memory, a Python function may lose its exception */
        PyErr_SetString(PyExc_SystemError, "error return without exception set");
    }
#if CS_TRACED
    if (y == NULL) {
        emit_raise(c, changes);
    }
#endif
    Py_DECREF(c->cls);
    cs_frames_leave(PyThreadState_Get(), CS_ENTRY_FRAMES);
    return y;
}

#if CS_TRACED

PyObject *
cs_copy_traced(const cs_shallow *facts, PyObject *x, cs_recorder *rec, unsigned role)
{
    return run(&(call){.facts = facts, .x = x, .rec = rec, .role = role}, NULL);
}

PyObject *
cs_replace_traced(const cs_shallow *facts, PyObject *x, PyObject *changes, cs_recorder *rec, unsigned role)
{
    return run(&(call){.facts = facts, .x = x, .rec = rec, .role = role}, changes);
}

#else

PyObject *
cs_copy_plain(const cs_shallow *facts, PyObject *x)
{
    return run(&(call){.facts = facts, .x = x}, NULL);
}

PyObject *
cs_replace_plain(const cs_shallow *facts, PyObject *x, PyObject *changes)
{
    return run(&(call){.facts = facts, .x = x}, changes);
}

#endif
