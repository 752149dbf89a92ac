/* The algorithm.  Read it beside Lib/copy.py: deepcopy, _deepcopy_list, _deepcopy_tuple, _deepcopy_dict,
 * _deepcopy_method, _keep_alive, _reconstruct stand here in the same order of steps.
 *
 * copy.py recurses; here each unfinished call is a frame of an explicit stack, so that the depth of what is copied is
 * bounded by memory and by the interpreter's recursion limit, never by the C stack.  begin() opens a call and, where
 * its answer is not known at once, pushes its frame; resume() takes the innermost frame from the step it is at to the
 * next call that has to be waited for, or to its answer; run() goes on until the frame it started with is gone.
 *
 * Included by engine_traced.c (CS_TRACED 1), engine_plain.c and engine_table.c (CS_TABLE 1).
 */
#include "engine.h"
#include "frames.h"
#include "stack.h"
#include "text.h"
#include "unpack.h"

/* What begin() and resume() answer; DONE: the copy is there, in *y. */
enum { FAILED = -1, PUSHED = 0, DONE = 1 };

enum step {
    STEP_LIST,
    STEP_TUPLE,
    STEP_DICT,       /* the next item */
    STEP_DICT_VALUE, /* waits for the value's copy */
    STEP_DICT_KEY,   /* waits for the key's copy */
    STEP_CLONE,      /* the next value of a clone, or waits for its copy */
    STEP_METHOD,
    STEP_ARGS,
    STEP_MADE, /* func(*args) has made y */
    STEP_STATE,
    STEP_ITEMS,
    STEP_PAIRS,
    STEP_PAIR_VALUE,
    STEP_FAST_STATE,
};

#define NO_PROBE CS_PROBE_UNKNOWN

/* Instances of classes that are written in Python, and no classes themselves: cs_text_of() has no text for them, and
 * cs_text_len() no length. */
static inline bool
is_textless(const PyTypeObject *type)
{
    return (type->tp_flags & (Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_TYPE_SUBCLASS)) == Py_TPFLAGS_HEAPTYPE;
}

#define CS_HOT static inline __attribute__((always_inline))
#if CS_TRACED
#define TIME(e) cs_tape_time((e)->tape)
#define TIME_IF_ALL(e) ((e)->tape->clock_all ? cs_tape_time((e)->tape) : CS_TAPE_NO_TIME)
#define FLAGS(f, p) ((uint8_t)((f) | ((p).known ? 0 : CS_F_NO_PROBE)))
/* One mark: what else the record says follows from the calls that are open. */
#define EMIT(e, rec, flags, probe, role, time, object)                                                                 \
    cs_tape_put((e)->tape, CS_REC_##rec, FLAGS(flags, probe), cs_tape_pack(&(probe), role), time, object)
/* x and y, or x and a number. */
#define EMIT2_AT(e, rec, flags, probe, role, time, x, aux, y)                                                          \
    cs_tape_put2((e)->tape, rec, FLAGS(flags, probe), cs_tape_pack(&(probe), role), time, x, aux, y)
#define EMIT2(e, rec, flags, probe, role, x, aux, y)                                                                   \
    EMIT2_AT(e, CS_REC_##rec, flags, probe, role, TIME_IF_ALL(e), x, aux, y)
/* A step of the call that is open, with its copy or what it was given last. */
#define EMIT0(e, rec, flags, probe)                                                                                    \
    cs_tape_put_bare((e)->tape, CS_REC_##rec, FLAGS(flags, probe), cs_tape_pack(&(probe), 0), TIME_IF_ALL(e), NULL)
#define EMIT_BARE(e, mark, flags, probe, role, aux, object)                                                            \
    cs_tape_put_bare((e)->tape, CS_MARK_BARE_##mark, FLAGS(flags, probe), cs_tape_pack(&(probe), role), aux, object)
#define is_bare(e) ((e)->bare)
#define SHARES_TIMES(e) (!(e)->tape->clock_all) /* else each record has a time of its own */
#define len_of(x) cs_text_len(x)
#else
#define EMIT(...) ((void)0)
#define EMIT2_AT(...) ((void)0)
#define EMIT2(...) ((void)0)
#define EMIT0(...) ((void)0)
#define EMIT_BARE(...) ((void)0)
#define is_bare(e) false
#define SHARES_TIMES(e) true
#endif

static int begin(cs_engine *e, PyObject *x, unsigned role, PyObject **y);
static int begin_missed(cs_engine *e, PyObject *x, unsigned role, const cs_probe *missed, PyObject **y);
static int memoize(cs_engine *e, cs_frame *f, unsigned kind);

#include "engine_memo.h"

/* The record of this kind: y is made, and in the memo; and the MISS before it, if it is still to be told. */
static inline void
tell_stored(cs_engine *e, cs_frame *f, unsigned kind, uint8_t flags)
{
#if CS_TRACED
    if (f->untold) {
        f->untold = false;
        const bool is_list = kind == CS_REC_LIST;
        const Py_ssize_t n = is_list ? PyList_GET_SIZE(f->x) : PyDict_GET_SIZE(f->x);
        cs_tape_put_two(e->tape,
                        (cs_mark){is_list ? CS_MARK_BARE_LIST : CS_MARK_BARE_DICT, f->flags, f->pack, f->time, f->x},
                        (cs_mark){CS_MARK_BARE_MORE, FLAGS(flags, f->at), cs_tape_pack(&f->at, 0),
                                  n > UINT32_MAX ? UINT32_MAX : (uint32_t)n, f->y});
    }
    else if (e->bare && kind == CS_REC_NEW && Py_TYPE(f->y) == Py_TYPE(f->x) && is_textless(Py_TYPE(f->y))) {
        EMIT_BARE(e, NEW, flags, f->at, 0, 0, f->y);
    }
    else {
        EMIT2_AT(e, (uint8_t)kind, flags, f->at, 0, TIME_IF_ALL(e), f->x, kind == CS_REC_NEW ? len_of(f->y) : 0, f->y);
        e->tape->next[-1].flags = e->bare;
    }
#else
    (void)e, (void)f, (void)kind, (void)flags;
#endif
}

/* memo[id(x)] = y for the x and y of f, recorded as kind.  Returns 0 or -1. */
static int
memoize(cs_engine *e, cs_frame *f, unsigned kind)
{
    uint8_t flags = 0;
    (void)kind;
#if CS_TABLE
    const int err = memo_set(e, f->x, f->y, &f->at, &flags);
#else
    const int err =
        still_missed(e, f) ? store_missed(e, f->x, f->y, &f->at, &flags) : memo_set(e, f->x, f->y, &f->at, &flags);
#endif
    if (err == 0) {
        f->stored = true;
        tell_stored(e, f, kind, flags);
        pause_gc_now_and_then(e);
    }
    return err;
}

#include "engine_ask.h"

/* Copies what is left of the iterator f->c into list, as far as the first copy that has to be waited for.  DONE: to its
 * end. */
static int
copy_rest(cs_engine *e, const cs_frame *f, PyObject *list, unsigned role)
{
    for (PyObject *a; (a = PyIter_Next(f->c)) != NULL;) {
        PyObject *copy;
        const int r = begin(e, a, role, &copy);
        Py_DECREF(a);
        if (r != DONE) {
            return r;
        }
        if (cs_list_push_new(list, copy) < 0) {
            return FAILED;
        }
    }
    return PyErr_Occurred() ? FAILED : DONE;
}

#include "engine_reduce.h"

/* ---- _deepcopy_list ---- */

static int
start_list(cs_engine *e, cs_frame *f)
{
    f->step = STEP_LIST;
    if (f->y == NULL && (f->y = PyList_New(PyList_CheckExact(f->x) ? PyList_GET_SIZE(f->x) : 0)) != NULL) {
        Py_SET_SIZE((PyVarObject *)f->y, 0); /* room for what comes, and nothing in it yet */
    }
    /* The list is in the memo before its elements are: a cycle finds it, and user code may see it half filled. */
    if (f->y == NULL || cs_builtin_call_check(e->ts) < 0 || memoize(e, f, CS_REC_LIST) < 0) {
        return FAILED;
    }
    if (!PyList_CheckExact(f->x) && (f->c = PyObject_GetIter(f->x)) == NULL) {
        return FAILED;
    }
    return PUSHED;
}

/* The element a has been copied at once, and told: so are those after it that are the same object, as in [x] * n.  The
 * memo is as it was, so their lookups take the same walk.  Returns 0 or -1. */
static inline int
copy_repeats(cs_engine *e, cs_frame *f, PyObject *a, PyObject *copy)
{
    const Py_ssize_t first = f->i, n = PyList_GET_SIZE(f->x);
    PyObject *const *from = ((PyListObject *)f->x)->ob_item;
    while (f->i < n && from[f->i] == a) {
        f->i++;
    }
    if (f->i > first && cs_list_push_times(f->y, copy, f->i - first) < 0) {
        return -1;
    }
#if CS_TRACED
    if (f->i > first) {
        cs_tape_put_bare(e->tape, CS_MARK_BARE_AGAIN, 0, 0, (uint32_t)(f->i - first), NULL);
    }
#else
    (void)e;
#endif
    return 0;
}

#if CS_TRACED
/* Copies the elements from f->i on as far as they are atomic and there is room in f->y: what at_once() does where the
 * memo is the engine's own and small, in a loop that keeps everything at hand.  Nothing runs in here that could change
 * the list. */
static void
copy_atoms(cs_engine *e, quick *q, cs_frame *f)
{
    cs_tape *t = e->tape;
    const int8_t *indices = (const int8_t *)q->memo.indices;
    const struct cs_dict_entry *entries = q->memo.entries;
    const size_t mask = ((size_t)1 << q->memo.lg) - 1;
    const uint16_t pack = CS_PACK(q->memo.lg, CS_ROLE_LIST_ELEM, 0), a_slot = CS_PACK(0, 0, 1);
    PyObject **from = ((PyListObject *)f->x)->ob_item + f->i, **to = ((PyListObject *)f->y)->ob_item;
    const Py_ssize_t had = PyList_GET_SIZE(f->y), room = ((PyListObject *)f->y)->allocated - had,
                     rest = PyList_GET_SIZE(f->x) - f->i, n = rest < room ? rest : room;
    Py_ssize_t i = 0;
    bool settled;
    to += had;
    while (i < n && is_atom_type(e, q, Py_TYPE(from[i]), &settled)) {
        if (t->limit - t->next < 2) {
            cs_tape_turn(t);
        }
        const PyTypeObject *type = q->atom;
        cs_mark *m = t->next;
        const Py_ssize_t marks = t->limit - m - 1, end = n - i < marks ? n : i + marks;
        while (i < end) {
            PyObject *a = from[i];
            const uintptr_t addr = (uintptr_t)a;
            size_t perturb = addr, slot = addr & mask, slots = 1;
            int8_t ix;
            while ((ix = indices[slot]) >= 0 && entries[ix].hash != (Py_hash_t)addr) {
                perturb >>= 5;
                slot = (slot * 5 + perturb + 1) & mask;
                slots++;
            }
            if (Py_TYPE(a) != type || ix >= 0 || (i + 1 < n && from[i + 1] == a)) { /* see copy_repeats() */
                break;
            }
            slots = slots < CS_PROBE_COUNT_MAX ? slots : CS_PROBE_COUNT_MAX;
            *m++ = (cs_mark){CS_REC_ATOM, 0, (uint16_t)(pack + slots * a_slot), CS_TAPE_NO_TIME, a};
            cs_incref_by(a, 2); /* of the tape and of the copy */
            to[i++] = a;
        }
        const bool moved = m != t->next;
        t->next = m;
        if (!moved) {
            break;
        }
    }
    f->i += i;
    Py_SET_SIZE((PyVarObject *)f->y, had + i);
}
#endif

static int
resume_list(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *copy = *y;
    *y = NULL;
    if (copy != NULL && cs_list_push_new(f->y, copy) < 0) {
        return FAILED;
    }
    if (f->c != NULL) {
        const int r = copy_rest(e, f, f->y, CS_ROLE_LIST_ELEM);
        *y = r == DONE ? Py_NewRef(f->y) : NULL;
        return r;
    }
    cs_probe probe;
    quick q = look(e);
    while (f->i < PyList_GET_SIZE(f->x)) { /* by live index: the list may grow or shrink meanwhile */
#if CS_TRACED
        if (q.usable && q.own && q.memo.index_bytes == 1 && q.order == CS_ATOMIC_IN_DISPATCH && SHARES_TIMES(e)) {
            copy_atoms(e, &q, f);
            if (f->i == PyList_GET_SIZE(f->x)) {
                break;
            }
        }
#endif
        PyObject *a = PyList_GET_ITEM(f->x, f->i++);
#if CS_TABLE
        if (PyTuple_CheckExact(a) && is_flat_tuple(e, &q, a)) {
            if (cs_list_push(f->y, a) < 0) {
                return FAILED;
            }
            continue;
        }
#endif
        if (at_once(e, &q, a, CS_ROLE_LIST_ELEM, &copy, &probe)) {
            if (cs_list_push(f->y, copy) < 0 || (SHARES_TIMES(e) && copy_repeats(e, f, a, copy) < 0)) {
                return FAILED;
            }
            continue;
        }
        Py_INCREF(a);
        const int r = begin_missed(e, a, CS_ROLE_LIST_ELEM, &probe, &copy);
        Py_DECREF(a);
        if (r != DONE) {
            return r;
        }
        if (cs_list_push_new(f->y, copy) < 0) {
            return FAILED;
        }
        q = look(e);
    }
    *y = Py_NewRef(f->y);
    return DONE;
}

/* ---- _deepcopy_tuple ---- */

/* The policy's test for a short tuple of scalars.  The report: isinstance; sound: the element's exact type is atomic
 * in the dispatch table.  Returns 1, 0 or -1. */
static int
is_fast_tuple(cs_engine *e, PyObject *x)
{
    const Py_ssize_t n = PyObject_Size(x);
    if (n < 0 || n > (Py_ssize_t)e->policy->fast_tuple_max) {
        return n < 0 ? -1 : 0;
    }
    PyObject *it = PyObject_GetIter(x);
    if (it == NULL) {
        return -1;
    }
    int all = 1;
    for (PyObject *a; all == 1 && (a = PyIter_Next(it)) != NULL;) {
        if (e->policy->sound) {
            uint8_t kind;
            PyObject *custom;
            all = cs_copier_of(e->rt, Py_TYPE(a), &kind, &custom) < 0 ? -1 : kind == CS_COPIER_ATOMIC;
            Py_XDECREF(custom);
        }
        else {
            all = PyObject_IsInstance(a, e->rt->scalars);
        }
        Py_DECREF(a);
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : all;
}

static int
start_tuple(cs_engine *e, cs_frame *f, PyObject **y)
{
    f->step = STEP_TUPLE;
    if (e->policy->fast_tuple_max > 0) {
        const int fast = is_fast_tuple(e, f->x);
        if (fast < 0) {
            return FAILED;
        }
        if (fast) {
            EMIT2_AT(e, CS_REC_FTUPLE, 0, NO_PROBE, f->role, TIME(e), f->x, 0, NULL);
            f->returned = true;
            *y = Py_NewRef(f->x);
            return DONE;
        }
        EMIT0(e, FTUPLE_NO, 0, NO_PROBE);
    }
    for (int i = 0; i < CS_LISTCOMP_FRAMES; i++) { /* at most one */
        if (cs_frame_enter(e->ts) < 0) {
            return FAILED;
        }
        f->entered++;
    }
    if (PyTuple_CheckExact(f->x)) {
        f->n = PyTuple_GET_SIZE(f->x);
    }
    else if ((f->c = PyObject_GetIter(f->x)) == NULL || (f->y = PyList_New(0)) == NULL) {
        return FAILED;
    }
    return PUSHED;
}

/* The copy of element i - 1 of an exact tuple; stolen.  A tuple of copies is made at the first that differs. */
static int
take_element(cs_frame *f, PyObject *copy)
{
    const Py_ssize_t at = f->i - 1;
    if (f->y == NULL) {
        if (copy == PyTuple_GET_ITEM(f->x, at)) {
            Py_DECREF(copy);
            return 0;
        }
        f->y = PyTuple_New(f->n);
        if (f->y == NULL) {
            Py_DECREF(copy);
            return -1;
        }
        PyObject_GC_UnTrack(f->y); /* half filled: nobody may find it */
        for (Py_ssize_t i = 0; i < at; i++) {
            PyTuple_SET_ITEM(f->y, i, Py_NewRef(PyTuple_GET_ITEM(f->x, i)));
        }
    }
    PyTuple_SET_ITEM(f->y, at, copy);
    return 0;
}

/* Whether an element of x differs, by identity, from its copy; as zip(x, copies) would find it. */
static int
elements_differ(PyObject *x, PyObject *copies)
{
    PyObject *it = PyObject_GetIter(x), *k;
    int differ = 0;
    if (it == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; !differ && (k = PyIter_Next(it)) != NULL; i++) {
        differ = i < PyList_GET_SIZE(copies) && k != PyList_GET_ITEM(copies, i);
        Py_DECREF(k);
        if (i >= PyList_GET_SIZE(copies)) {
            break;
        }
    }
    Py_DECREF(it);
    return PyErr_Occurred() ? -1 : differ;
}

/* A tuple of copies is made. */
static inline void
tell_tuple(cs_engine *e, cs_frame *f, const cs_probe *probe, PyObject *y)
{
#if CS_TRACED
    if (e->bare && !cs_text_of_tuple_is_given(y)) {
        EMIT_BARE(e, TUPLE, 0, *probe, 0, (uint32_t)PyTuple_GET_SIZE(y), y);
        return;
    }
    EMIT2(e, TUPLE_NEW, 0, *probe, 0, f->x, len_of(y), y);
#else
    (void)e, (void)f, (void)probe, (void)y;
#endif
}

/* The elements are copied: a cycle through the tuple may have copied it meanwhile, and that copy is the one to use. */
static int
finish_tuple(cs_engine *e, cs_frame *f, PyObject **y)
{
    cs_probe probe;
    PyObject *found = NULL;
    cs_frames_leave(e->ts, CS_LISTCOMP_FRAMES);
    f->entered -= CS_LISTCOMP_FRAMES;
    if (memo_get(e, f->x, true, &found, &probe) < 0) {
        return FAILED;
    }
    if (found != NULL) {
        EMIT2(e, TUPLE_HIT, 0, probe, 0, f->x, len_of(found), found);
        *y = found;
        return DONE;
    }
    const int differ = f->c != NULL ? elements_differ(f->x, f->y) : f->y != NULL;
    if (differ <= 0) {
        if (differ == 0) {
            EMIT0(e, TUPLE_SAME, 0, probe);
            *y = Py_NewRef(f->x);
        }
        return differ < 0 ? FAILED : DONE;
    }
    if (f->c != NULL) {
        *y = PyList_AsTuple(f->y);
    }
    else {
        *y = f->y;
        f->y = NULL;
        PyObject_GC_Track(*y);
    }
    if (*y == NULL) {
        return FAILED;
    }
    tell_tuple(e, f, &probe, *y);
    return DONE;
}

static int
resume_tuple(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *copy = *y;
    *y = NULL;
    if (copy != NULL && (f->c != NULL ? cs_list_push_new(f->y, copy) : take_element(f, copy)) < 0) {
        return FAILED;
    }
    if (f->c != NULL) {
        const int r = copy_rest(e, f, f->y, CS_ROLE_TUPLE_ELEM);
        return r == DONE ? finish_tuple(e, f, y) : r;
    }
    cs_probe probe;
    quick q = look(e);
    while (f->i < f->n) {
        PyObject *a = PyTuple_GET_ITEM(f->x, f->i++);
        if (at_once(e, &q, a, CS_ROLE_TUPLE_ELEM, &copy, &probe)) {
            if ((copy != a || f->y != NULL) && take_element(f, Py_NewRef(copy)) < 0) {
                return FAILED;
            }
            continue;
        }
        const int r = begin_missed(e, a, CS_ROLE_TUPLE_ELEM, &probe, &copy);
        if (r != DONE) {
            return r;
        }
        if (take_element(f, copy) < 0) {
            return FAILED;
        }
        q = look(e);
    }
    return finish_tuple(e, f, y);
}

/* ---- _deepcopy_dict ---- */

/* Whether the items of a plain dict can be copied within a clone of it: keys are their own copies, quiet, and copied
 * without further ado.  A clone is cheaper than a dict that is filled. */
static inline bool
can_clone(cs_engine *e, PyObject *x)
{
    const cs_kind_slot *s = cs_kind_slot_of(e->rt, &PyUnicode_Type);
    return e->quiet && PyDict_GET_SIZE(x) > 0 && cs_table_has_str_keys(x) && s->type == &PyUnicode_Type &&
           s->kind == CS_COPIER_ATOMIC && s->version == cs_dispatch_version(e->rt) && s->version != 0;
}

#if !CS_TABLE
/* Makes f->y a clone of f->x, where one will do.  Returns 0 or -1. */
static int
begin_clone(cs_engine *e, cs_frame *f)
{
    if (!is_own(e) || !e->plain || e->policy->atomic != CS_ATOMIC_IN_DISPATCH || !SHARES_TIMES(e) ||
        !PyDict_CheckExact(f->x) || cs_frames_left(e->ts) < CS_ATOM_FRAMES || !can_clone(e, f->x)) {
        return 0;
    }
    pause_gc(e); /* nobody may look at it meanwhile */
    f->y = PyDict_Copy(f->x);
    if (f->y != NULL && !cs_table_has_str_keys(f->y)) {
        Py_CLEAR(f->y);
        return 0;
    }
    f->cloned = f->y != NULL;
    return f->cloned ? 0 : -1;
}
#endif

static int
start_dict(cs_engine *e, cs_frame *f)
{
#if !CS_TABLE
    if (begin_clone(e, f) < 0) {
        return FAILED;
    }
#endif
    f->step = f->cloned ? STEP_CLONE : STEP_DICT;
    if ((f->y == NULL && (f->y = PyDict_New()) == NULL) || cs_builtin_call_check(e->ts) < 0 ||
        memoize(e, f, CS_REC_DICT) < 0) {
        return FAILED;
    }
    if (PyDict_CheckExact(f->x)) {
        f->n = f->left = PyDict_GET_SIZE(f->x);
        return PUSHED;
    }
    PyObject *items = PyObject_CallMethodObjArgs(f->x, e->rt->s_items, NULL);
    f->c = items != NULL ? PyObject_GetIter(items) : NULL;
    Py_XDECREF(items);
    return f->c != NULL ? PUSHED : FAILED;
}

/* The next item of x.items(), as its iterator gives it and with its errors.  *key and *value are new references.
 * Returns 1, 0 at the end, -1 with an exception set. */
static int
next_item(cs_frame *f, PyObject **key, PyObject **value)
{
    if (f->c != NULL) {
        PyObject *item = PyIter_Next(f->c);
        if (item == NULL) {
            return PyErr_Occurred() ? -1 : 0;
        }
        const int err = cs_unpack_pair(item, key, value);
        Py_DECREF(item);
        return err < 0 ? -1 : 1;
    }
    if (PyDict_GET_SIZE(f->x) != f->n) {
        PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
        return -1;
    }
    if (!cs_table_next(f->x, &f->i, key, value)) {
        return 0;
    }
    if (f->left-- == 0) {
        PyErr_SetString(PyExc_RuntimeError, "dictionary keys changed during iteration");
        return -1;
    }
    Py_INCREF(*key);
    Py_INCREF(*value);
    return 1;
}

/* Hashed and compared without user code. */
static inline bool
is_quiet(PyObject *key)
{
    return PyUnicode_CheckExact(key) || PyLong_CheckExact(key);
}

#if !CS_TABLE
/* Copies the items of a plain dict from f->i on as far as key and value are atomic and the key is quiet: what at_once()
 * and store_item() do where the memo is the engine's own, an item one mark.  Nothing runs in here that could change the
 * dict.  Returns 0 or -1. */
static int
copy_atom_items(cs_engine *e, quick *q, cs_frame *f)
{
    PyObject *key, *value;
    bool settled;
    cs_probe of_key, of_value;
    if (PyDict_GET_SIZE(f->x) != f->n) {
        return 0;
    }
    for (Py_ssize_t next = f->i; f->left > 0 && cs_table_next(f->x, &next, &key, &value); f->i = next, f->left--) {
        if (!is_atom_type(e, q, Py_TYPE(value), &settled) || !is_quiet(key) ||
            !is_atom_type(e, q, Py_TYPE(key), &settled)) {
            break;
        }
#if CS_TRACED
        if (cs_table_walk_own(&q->memo, (uintptr_t)value, &of_value) != NULL ||
            cs_table_walk_own(&q->memo, (uintptr_t)key, &of_key) != NULL) {
            break;
        }
#endif
        const int err = PyDict_SetItem(f->y, key, value);
#if CS_TRACED
        const uint16_t pack = cs_tape_pack(&of_value, CS_ROLE_DICT_VALUE),
                       key_pack = cs_tape_pack(&of_key, CS_ROLE_DICT_KEY);
        if (err < 0) {
            cs_tape_put(e->tape, CS_REC_ATOM, 0, pack, CS_TAPE_NO_TIME, value);
            cs_tape_put(e->tape, CS_REC_ATOM, 0, key_pack, CS_TAPE_NO_TIME, key);
            return -1;
        }
        cs_tape_put2(e->tape, CS_MARK_ITEM, 0, pack, CS_ALSO(key_pack, 0), value, 0, key);
#else
        (void)of_key, (void)of_value;
        if (err < 0) {
            return -1;
        }
#endif
    }
    return 0;
}
#endif

/* y[key] = value; steals both.  Returns 0, 1 if user code may have run, -1 with an exception set. */
static int
store_item(cs_engine *e, cs_frame *f, PyObject *key, PyObject *value)
{
    const bool quiet = is_quiet(key);
    if (!quiet) {
        leave(e);
    }
    int err = PyDict_SetItem(f->y, key, value);
    if (err == 0) {
        EMIT0(e, SETITEM, 0, NO_PROBE);
    }
    Py_DECREF(key);
    Py_DECREF(value);
    return quiet ? err : back(e) < 0 ? -1 : 1;
}

/* Python evaluates the value first, then the key.  While an item is under way f->a is its key, f->b the copy of its
 * value, f->d the value. */
static int
resume_dict(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *key, *value, *copy = *y, *key_copy;
    cs_probe probe, key_probe;
    unsigned kind;
    int r;
    *y = NULL;
    quick q = look(e);
    if (f->step == STEP_DICT_VALUE) {
        goto copy_key;
    }
    if (f->step == STEP_DICT_KEY) {
        goto store;
    }
next:
    f->step = STEP_DICT;
#if !CS_TABLE
    if (f->c == NULL && q.usable && q.own && q.order == CS_ATOMIC_IN_DISPATCH && SHARES_TIMES(e) &&
        copy_atom_items(e, &q, f) < 0) {
        return FAILED;
    }
#endif
    r = next_item(f, &key, &value);
    if (r <= 0) {
        *y = r == 0 ? Py_NewRef(f->y) : NULL;
        return r < 0 ? FAILED : DONE;
    }
    kind = ask_tables(e, &q, value, &copy, &probe);
    if (kind != 0) {
        const unsigned key_kind = ask_tables(e, &q, key, &key_copy, &key_probe);
        tell_at_once(e, &q, kind, &probe, CS_ROLE_DICT_VALUE, value, copy);
        if (key_kind != 0) {
            tell_at_once(e, &q, key_kind, &key_probe, CS_ROLE_DICT_KEY, key, key_copy);
            r = store_item(e, f, Py_NewRef(key_copy), Py_NewRef(copy));
            Py_DECREF(key);
            Py_DECREF(value);
            if (r < 0) {
                return FAILED;
            }
            if (r > 0) {
                q = look(e);
            }
            goto next;
        }
        Py_INCREF(copy);
        f->a = key;
        f->d = value;
    }
    else {
        f->a = key;
        f->d = value;
        f->step = STEP_DICT_VALUE;
        r = begin_missed(e, value, CS_ROLE_DICT_VALUE, &probe, &copy);
        if (r != DONE) {
            return r;
        }
        q = look(e);
    }
copy_key:
    f->b = copy;
    f->step = STEP_DICT_KEY;
    if (at_once(e, &q, f->a, CS_ROLE_DICT_KEY, &copy, &key_probe)) {
        Py_INCREF(copy);
    }
    else {
        r = begin_missed(e, f->a, CS_ROLE_DICT_KEY, &key_probe, &copy);
        if (r != DONE) {
            return r;
        }
    }
store:
    value = f->b;
    f->b = NULL;
    r = store_item(e, f, copy, value);
    Py_CLEAR(f->a);
    Py_CLEAR(f->d);
    if (r < 0) {
        return FAILED;
    }
    q = look(e);
    goto next;
}

/* The item of a clone whose value is atomic. */
CS_HOT void
tell_item(cs_engine *e, const quick *q, PyObject *key, PyObject *value, const cs_probe *of_value)
{
#if CS_TRACED
    cs_probe of_key;
    (void)cs_table_walk_own(&q->memo, (uintptr_t)key, &of_key);
    cs_tape_put2(e->tape, CS_MARK_ITEM, 0, cs_tape_pack(of_value, CS_ROLE_DICT_VALUE),
                 CS_ALSO(cs_tape_pack(&of_key, CS_ROLE_DICT_KEY), 0), value, 0, key);
#else
    (void)e, (void)q, (void)key, (void)value, (void)of_value;
#endif
}

/* The rest of such an item, whose value has been told. */
CS_HOT void
tell_key(cs_engine *e, const quick *q, PyObject *key)
{
#if CS_TRACED
    cs_probe of_key;
    (void)cs_table_walk_own(&q->memo, (uintptr_t)key, &of_key);
    EMIT(e, ATOM, 0, of_key, CS_ROLE_DICT_KEY, CS_TAPE_NO_TIME, key);
    EMIT0(e, SETITEM, 0, NO_PROBE);
#else
    (void)e, (void)q, (void)key;
#endif
}

/* The values of a clone, one by one.  Where a copy is waited for f->i is its entry. */
static int
resume_clone(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *copy = *y, *key, **value;
    cs_probe probe;
    *y = NULL;
    quick q = look(e);
    for (; (value = cs_table_next_value(f->y, &f->i, &key)) != NULL; f->i++) {
        if (copy == NULL) {
            const unsigned kind = ask_tables(e, &q, *value, &copy, &probe);
            if (kind == CS_REC_ATOM || kind == CS_REC_FATOM) {
                tell_item(e, &q, key, *value, &probe);
                copy = NULL;
                continue;
            }
            if (kind != 0) {
                tell_at_once(e, &q, kind, &probe, CS_ROLE_DICT_VALUE, *value, copy);
                Py_INCREF(copy);
            }
            else {
                const int r = begin_missed(e, *value, CS_ROLE_DICT_VALUE, &probe, &copy);
                if (r != DONE) {
                    return r;
                }
                if (!f->cloned) { /* user code has run, and it is no longer one */
                    *y = copy;
                    return resume_dict(e, f, y);
                }
                q = look(e);
            }
        }
        PyObject *before = *value;
        *value = copy;
        copy = NULL;
        Py_DECREF(before); /* x has it as well */
        tell_key(e, &q, key);
    }
    *y = Py_NewRef(f->y);
    return DONE;
}

/* ---- _deepcopy_method ---- */

/* type(x)(x.__func__, deepcopy(x.__self__, memo)) */
static int
start_method(cs_engine *e, cs_frame *f)
{
    f->step = STEP_METHOD;
    f->a = PyObject_GetAttr(f->x, e->rt->s_func);
    f->b = f->a != NULL ? PyObject_GetAttr(f->x, e->rt->s_self) : NULL;
    return f->b != NULL ? PUSHED : FAILED;
}

static int
resume_method(cs_engine *e, cs_frame *f, PyObject **y)
{
    if (*y == NULL && e->rt->deepcopy != e->rt->own_deepcopy) { /* looked up by name there, and rebound */
        leave(e);
        PyObject *theirs = Py_NewRef(e->rt->deepcopy);
        PyObject *memo = memo_of(e);
        *y = memo != NULL ? PyObject_CallFunctionObjArgs(theirs, f->b, memo, NULL) : NULL;
        Py_DECREF(theirs);
        if (back(e) < 0) {
            return FAILED;
        }
    }
    if (*y == NULL) {
        const int r = begin(e, f->b, CS_ROLE_SELF, y);
        if (r != DONE) {
            return r;
        }
    }
    Py_SETREF(*y, PyObject_CallFunctionObjArgs((PyObject *)Py_TYPE(f->x), f->a, *y, NULL));
    if (*y == NULL) {
        return FAILED;
    }
    EMIT2(e, METHOD, 0, NO_PROBE, 0, f->x, 0, *y);
    return DONE;
}

/* ---- deepcopy ---- */

/* Not in the dispatch table: a class, an object with a hook, or one to reduce. */
static int
start_other(cs_engine *e, cs_frame *f, PyObject **y)
{
    if (PyType_IsSubtype(Py_TYPE(f->x), &PyType_Type)) {
        if (cs_frame_enter(e->ts) < 0) { /* _deepcopy_atomic's */
            return FAILED;
        }
        cs_frames_leave(e->ts, 1);
        EMIT2_AT(e, CS_REC_CLASS, 0, NO_PROBE, f->role, TIME(e), f->x, 0, NULL);
        f->returned = true;
        *y = Py_NewRef(f->x);
        return DONE;
    }
    const uint16_t plain = CS_CLASS_ORDINARY | CS_CLASS_PLAIN_ATTRS | CS_CLASS_NO_HOOK;
    PyObject *hook = NULL, *dict = NULL;
    if ((cs_class_of(&e->rt->classes, Py_TYPE(f->x))->facts & plain) == plain) {
        dict = cs_plain_dict_of(f->x);
    }
    if (dict == NULL) {
        leave(e);
        if (cs_getattr_optional(f->x, e->rt->s_deepcopy, &hook) < 0 || back(e) < 0) {
            Py_XDECREF(hook);
            return FAILED;
        }
    }
    if (hook == NULL || hook == Py_None) {
        Py_XDECREF(hook);
        const int r = start_reduce(e, f, dict, y);
        Py_XDECREF(dict);
        return r;
    }
    EMIT0(e, HOOK, 0, NO_PROBE);
    leave(e);
    PyObject *memo = memo_of(e);
    *y = memo != NULL ? PyObject_CallOneArg(hook, memo) : NULL;
    Py_DECREF(hook);
    return back(e) < 0 ? FAILED : DONE;
}

static int
call_custom(cs_engine *e, cs_frame *f, PyObject *copier, PyObject **y)
{
    EMIT0(e, COPIER, 0, NO_PROBE);
    leave(e);
    PyObject *memo = memo_of(e);
    *y = memo != NULL ? PyObject_CallFunctionObjArgs(copier, f->x, memo, NULL) : NULL;
    return back(e) < 0 ? FAILED : DONE;
}

/* y = copier(x, memo), one Python frame deeper. */
static int
start(cs_engine *e, cs_frame *f, unsigned copier, PyObject *custom, PyObject **y)
{
    if (copier == CS_COPIER_NONE) {
        return start_other(e, f, y);
    }
    if (copier == CS_COPIER_CUSTOM) {
        return call_custom(e, f, custom, y);
    }
    if (cs_frame_enter(e->ts) < 0) {
        return FAILED;
    }
    f->entered++;
    switch (copier) {
    case CS_COPIER_LIST: return start_list(e, f);
    case CS_COPIER_TUPLE: return start_tuple(e, f, y);
    case CS_COPIER_DICT: return start_dict(e, f);
    default: return start_method(e, f);
    }
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
    if (e->bare) {
        const uint8_t said = (flags & CS_F_DISPATCH_FIRST) | CS_F_NO_PROBE;
        cs_tape_put_two(e->tape, (cs_mark){CS_MARK_BARE_ROOT, said, CS_PACK(0, role, 0), TIME(e), e->memo},
                        (cs_mark){CS_MARK_MORE, 0, 0, len_of(x), Py_NewRef(x)});
        return flags | CS_F_NO_CALL | (flags & CS_F_DISPATCH_FIRST ? CS_F_NO_DISPATCH : 0);
    }
    cs_recorder_mark(e->rec, x, 0);
    cs_recorder_mark(e->rec, e->memo, CS_OBJ_MEMO);
    EMIT2_AT(e, CS_REC_ROOT, (flags & CS_F_DISPATCH_FIRST) | (e->fresh ? 0 : CS_F_YES), NO_PROBE, role, TIME(e), x,
             len_of(e->memo), e->memo);
    if (!e->fresh) {
        cs_recorder_emit_presets(e->rec, e->memo);
    }
    return flags | CS_F_NO_CALL | (flags & CS_F_DISPATCH_FIRST ? CS_F_NO_DISPATCH : 0);
}
#endif

/* _deepcopy_atomic's frame: at the limit, it is the one that does not fit. */
static int
atomic_copier(cs_engine *e, PyObject *x, PyObject **y)
{
    if (cs_frame_enter(e->ts) < 0) {
        return FAILED;
    }
    cs_frames_leave(e->ts, 1);
    *y = Py_NewRef(x);
    return DONE;
}

/* What ask() found for a copier that must run. */
typedef struct {
    uint8_t copier;   /* enum cs_copier */
    PyObject *custom; /* the copier that was registered by hand, or NULL; owned */
    cs_probe missed;  /* the walk that missed id(x); known before if the memo was asked already */
    uint8_t flags;    /* of MISS */
    uint32_t time;
    bool opened; /* a record that opens the call was written */
    bool untold; /* MISS is still to be */
} answer;

/* The MISS that opens the call of x. */
static inline void
tell_miss(cs_engine *e, PyObject *x, unsigned role, answer *a)
{
    EMIT2_AT(e, CS_REC_MISS, a->flags, a->missed, role, a->time, x, len_of(x), NULL);
    a->opened = true;
    (void)e, (void)x, (void)role;
}

/* The memo and dispatch questions.  DONE: *y is the answer; PUSHED: the copier must run. */
static int
ask(cs_engine *e, PyObject *x, unsigned role, uint8_t flags, answer *a, PyObject **y)
{
    const enum cs_atomic_test order = e->policy->atomic;
    cs_probe probe = a->missed;
    (void)role;
    if (order != CS_ATOMIC_IN_DISPATCH) {
        if (cs_copier_of(e->rt, Py_TYPE(x), &a->copier, &a->custom) < 0) {
            return FAILED;
        }
        flags |= order == CS_ATOMIC_TABLE_FIRST ? CS_F_DISPATCH_FIRST : 0;
        if (a->copier == CS_COPIER_ATOMIC) {
            EMIT(e, FATOM, flags | (order == CS_ATOMIC_SET_FIRST ? CS_F_NO_DISPATCH : 0), NO_PROBE, role,
                 TIME_IF_ALL(e), x);
            *y = Py_NewRef(x);
            return DONE;
        }
    }
#if CS_TRACED
    flags = announce(e, x, role, flags);
#endif
    a->opened = (flags & CS_F_NO_CALL) != 0;
    if (!(flags & CS_F_NO_GET) && !probe.known) {
        if (memo_get(e, x, false, y, &probe) < 0) {
            return FAILED;
        }
        if (*y != NULL) {
            tell_hit(e, flags, &probe, role, x, *y);
            return DONE;
        }
    }
    if (order == CS_ATOMIC_IN_DISPATCH) {
        if (cs_copier_of(e->rt, Py_TYPE(x), &a->copier, &a->custom) < 0) {
            return FAILED;
        }
        if (a->copier == CS_COPIER_ATOMIC && cs_frames_left(e->ts) > 0) {
            EMIT(e, ATOM, flags, probe, role, TIME_IF_ALL(e), x);
            *y = Py_NewRef(x);
            return DONE;
        }
    }
    if (order == CS_ATOMIC_SET_FIRST && e->rt->atomic_types == NULL && !cs_is_plainly_hashed(Py_TYPE(x)) &&
        PyObject_Hash((PyObject *)Py_TYPE(x)) == -1) {
        return FAILED; /* 3.14 asks its set before the memo and the table after it: a metaclass is hashed twice */
    }
    a->missed = probe;
#if CS_TRACED
    a->flags = flags;
    a->time = TIME(e);
    if (e->bare && ((a->copier == CS_COPIER_LIST && PyList_CheckExact(x)) ||
                    (a->copier == CS_COPIER_DICT && PyDict_CheckExact(x)))) {
        a->untold = true; /* one mark with the empty copy that follows */
        return PUSHED;
    }
    tell_miss(e, x, role, a);
#endif
    return a->copier == CS_COPIER_ATOMIC ? atomic_copier(e, x, y) : PUSHED;
}

/* The frame of a call that has its answer, or fails: it goes. */
static void
pop(cs_engine *e)
{
    cs_frame *f = e->stack.top;
    cs_frames_leave(e->ts, f->entered);
    PyObject *a = f->a, *b = f->b, *c = f->c, *d = f->d, *y = f->y, *x = f->x;
    cs_frames_pop(&e->stack); /* gone before user code may run below */
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(c);
    Py_XDECREF(d);
    Py_XDECREF(y);
    Py_DECREF(x);
}

/* The call returns its copy; with_set: what went into the memo for it is still to be told. */
static inline void
tell_kept(cs_engine *e, const cs_frame *f, uint8_t flags, const kept *k, bool with_set)
{
#if CS_TRACED
    const uint16_t pack = cs_tape_pack(&k->probe, f->role);
    const uint8_t kept_flags = FLAGS(k->flags, k->probe);
    if (with_set) {
        const uintptr_t also = CS_ALSO(pack, kept_flags) | (k->first ? CS_ALSO_FIRST : 0);
        EMIT_BARE(e, DONE, flags, f->at, 0, TIME(e), (const void *)also);
    }
    else {
        cs_tape_put_bare(e->tape, k->first ? CS_REC_KEEP_FIRST : CS_REC_KEEP, kept_flags, pack, TIME(e), NULL);
    }
#else
    (void)e, (void)f, (void)flags, (void)k, (void)with_set;
#endif
}

/* What is left of the call once the copier has answered *y: memo, keep-alive, return.  Pops its frame. */
static int
finish(cs_engine *e, PyObject **y)
{
    cs_frame *f = e->stack.top;
    /* The copier's frames are left; deepcopy's own stays. */
    const int inner = f->entered - f->own;
    cs_frames_leave(e->ts, inner);
    f->entered = f->own;
    if (f->returned) {
        pop(e);
        return DONE;
    }
    if (*y == f->x) {
        EMIT(e, SAME, 0, NO_PROBE, f->role, TIME(e), NULL);
        pop(e);
        return DONE;
    }
    uint8_t flags = 0;
    kept k;
#if !CS_TABLE
    if (is_own(e) && f->stored && f->at.known && *y == f->y) { /* storing it once more changes nothing */
        look_again(e, f->x, &f->at);
    }
    else
#endif
        if (memo_set(e, f->x, *y, &f->at, &flags) < 0) {
        Py_CLEAR(*y);
        return FAILED;
    }
    const bool at_once = is_bare(e) && cs_is_own(e->rt, e->rt->keep_alive, CS_OWN_KEEP_ALIVE);
    if (!at_once) {
        EMIT(e, SET, flags, f->at, 0, TIME_IF_ALL(e), *y);
    }
    if (keep_alive(e, f->x, &k) < 0) {
        if (at_once) {
            EMIT(e, SET, flags, f->at, 0, TIME_IF_ALL(e), *y);
        }
        Py_CLEAR(*y);
        return FAILED;
    }
    tell_kept(e, f, flags, &k, at_once);
    pop(e);
    return DONE;
}

/* An exception leaves the innermost call. */
static void
fail(cs_engine *e)
{
#if CS_TRACED
    cs_frame *f = e->stack.top;
#endif
    if (e->stack.top->step == STEP_ARGS) {
        leave_generator();
    }
#if CS_TRACED
    if (f->untold) {
        cs_tape_put2(e->tape, CS_REC_MISS, f->flags, f->pack, f->time, f->x, len_of(f->x), NULL);
    }
    cs_recorder_emit_raise(e->rec, f->x, f->role, true, true);
#endif
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    pop(e);
    PyErr_Restore(type, value, traceback);
}

#if CS_TABLE
#include "engine_flat.h"
#endif

/* Opens a call of deepcopy(x, memo), inside the Python frames it costs.  flags: what a ROOT record has told already;
 * missed: the walk that has just missed id(x), if it is known. */
static int
begin_in_frame(cs_engine *e, PyObject *x, unsigned role, uint8_t flags, int entered, const cs_probe *missed,
               PyObject **y)
{
    answer a = {.copier = CS_COPIER_NONE, .missed = *missed};
    Py_ssize_t at = 0;
    int r = FAILED;
    *y = NULL;
    if (cs_builtin_call_check(e->ts) == 0) {
        r = ask(e, x, role, flags, &a, y);
    }
#if CS_TABLE
    if (r == PUSHED) {
        r = flat(e, x, a.copier, y, &at);
    }
#endif
    cs_frame *f = r == PUSHED ? cs_frames_push(&e->stack) : NULL;
    if (f == NULL) {
#if CS_TRACED
        if (r == PUSHED && a.untold) {
            tell_miss(e, x, role, &a);
        }
        if (r != DONE) {
            cs_recorder_emit_raise(e->rec, x, role, a.opened, true);
        }
#endif
        Py_XDECREF(a.custom);
        cs_frames_leave(e->ts, entered);
        if (r == PUSHED) {
            Py_CLEAR(*y);
        }
        return r == DONE ? DONE : FAILED;
    }
    *f = (cs_frame){.role = (uint8_t)role, .entered = (uint8_t)entered, .own = (uint8_t)entered, .x = Py_NewRef(x)};
#if CS_TABLE
    f->y = *y; /* a list that is begun, a clone, or NULL */
    f->i = at;
    f->cloned = *y != NULL && a.copier == CS_COPIER_DICT;
    *y = NULL;
#else
    (void)at;
    f->at = a.missed;
    f->used = e->plain ? PyDict_GET_SIZE(e->memo) : 0;
#endif
#if CS_TRACED
    f->untold = a.untold;
    f->flags = FLAGS(a.flags, a.missed);
    f->pack = cs_tape_pack(&a.missed, role);
    f->time = a.time;
#endif
    r = start(e, f, a.copier, a.custom, y);
    Py_XDECREF(a.custom);
    if (r == DONE) {
        r = finish(e, y);
    }
    if (r == FAILED) {
        fail(e);
    }
    return r;
}

static int
begin(cs_engine *e, PyObject *x, unsigned role, PyObject **y)
{
    return begin_missed(e, x, role, &CS_PROBE_UNKNOWN, y);
}

/* The same for an x that the memo, if it was asked, has just missed. */
static int
begin_missed(cs_engine *e, PyObject *x, unsigned role, const cs_probe *missed, PyObject **y)
{
    return cs_frame_enter(e->ts) < 0 ? FAILED : begin_in_frame(e, x, role, 0, 1, missed, y);
}

static int
resume(cs_engine *e, PyObject **y)
{
    cs_frame *f = e->stack.top;
    switch (f->step) {
    case STEP_LIST: return resume_list(e, f, y);
    case STEP_TUPLE: return resume_tuple(e, f, y);
    case STEP_DICT:
    case STEP_DICT_VALUE:
    case STEP_DICT_KEY: return resume_dict(e, f, y);
    case STEP_CLONE: return resume_clone(e, f, y);
    case STEP_METHOD: return resume_method(e, f, y);
    case STEP_FAST_STATE: return resume_fast_reduce(e, f, y);
    default: return resume_reconstruct(e, f, y);
    }
}

/* deepcopy(x, memo) as a whole.  Returns a new reference, or NULL with an exception set. */
static PyObject *
run(cs_engine *e, PyObject *x, unsigned role, uint8_t flags)
{
    const cs_frame *const base = e->stack.top;
    PyObject *y = NULL;
    if (cs_stack_is_short()) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded: the C stack is used up");
        return NULL;
    }
    for (int i = 0; i < CS_ENTRY_FRAMES; i++) { /* at most one */
        if (cs_frame_enter(e->ts) < 0) {
            return NULL;
        }
    }
    int r = begin_in_frame(e, x, role, flags, CS_ENTRY_FRAMES, &CS_PROBE_UNKNOWN, &y);
    while (e->stack.top != base) {
        if (r != FAILED) {
            r = resume(e, &y);
        }
        else {
            Py_CLEAR(y);
            fail(e);
            continue;
        }
        if (r == DONE) {
            r = finish(e, &y);
        }
        else if (r == FAILED) {
            Py_CLEAR(y);
        }
    }
    if (r != DONE) {
        Py_CLEAR(y);
    }
    return y;
}

/* ---- the outermost call ---- */

/* The first segment of the stack, big enough for most copies, on the C stack of the run. */
#define FIRST_SEGMENT(name)                                                                                            \
    union {                                                                                                            \
        cs_segment segment;                                                                                            \
        char room[sizeof(cs_segment) + CS_FRAMES_FIRST * sizeof(cs_frame)];                                            \
    } name;                                                                                                            \
    name.segment = (cs_segment) { .end = name.segment.frames + CS_FRAMES_FIRST }

/* Everything of *e that does not depend on tracing.  Returns 0, or -1 with an exception set. */
static int
open_engine(cs_engine *e, cs_runtime *rt, const cs_policy *policy, PyObject *memo, cs_segment *first)
{
    if (cs_runtime_refresh(rt) < 0) {
        return -1;
    }
    *e = (cs_engine){.rt = rt, .policy = policy, .ts = PyThreadState_Get()};
    e->fresh = memo == NULL || memo == Py_None;
    e->quiet = true;
    e->stack = (cs_stack){.segment = first, .first = first};
#if !CS_TABLE
    e->memo = e->fresh ? PyDict_New() : Py_NewRef(memo);
    if (e->memo == NULL) {
        return -1;
    }
    e->plain = PyDict_CheckExact(e->memo);
#endif
    return 0;
}

static PyObject *
run_outermost(cs_engine *e, PyObject *x, unsigned role)
{
#if CS_TABLE
    pause_gc(e); /* what the table names is not its own */
#endif
    PyObject *y = run(e, x, role, e->fresh && e->policy->skip_first_get ? CS_F_NO_GET : 0);
    resume_gc(e);
    cs_frames_free(&e->stack);
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
cs_deepcopy_traced(cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo, cs_recorder *rec,
                   cs_engine **current)
{
    if (memo != NULL && memo != Py_None && *current != NULL && (*current)->memo == memo) {
        cs_engine *same = *current;
        sync_memo(same); /* a hook may have written to the memo before it calls deepcopy */
        PyObject *y = cs_runtime_refresh(rt) < 0 ? NULL : run(same, x, CS_ROLE_USER, 0);
        leave(same);
        return y;
    }
    cs_engine e;
    FIRST_SEGMENT(first);
    if (open_engine(&e, rt, policy, memo, &first.segment) < 0) {
        return NULL;
    }
    e.rec = rec;
    e.tape = cs_recorder_tape(rec);
    e.outer = *current;
    *current = &e;
    const bool within = cs_recorder_enter(rec), bare = e.fresh && !within && !e.tape->clock_all;
    e.bare = bare;
    PyObject *y = run_outermost(&e, x, within ? CS_ROLE_USER : CS_ROLE_ROOT);
    *current = e.outer;
    if (bare) {
        cs_tape_put_bare(e.tape, CS_MARK_BARE_END, 0, 0, 0, NULL);
    }
    cs_engine *shared = find_run(e.outer, e.memo);
    if (shared != NULL) {
        leave(shared);
    }
    cs_recorder_leave(rec); /* before the memo goes: what only it keeps alive dies in its order */
    Py_DECREF(e.memo);
    return y;
}

#elif CS_TABLE

PyObject *
cs_deepcopy_table(cs_runtime *rt, const cs_policy *policy, PyObject *x)
{
    cs_engine e;
    cs_memo_room room;
    FIRST_SEGMENT(first);
    if (open_engine(&e, rt, policy, NULL, &first.segment) < 0) {
        return NULL;
    }
    e.room = &room;
    cs_memo_open(&e.table, &room);
    PyObject *y = run_outermost(&e, x, CS_ROLE_ROOT);
    PyObject *memo = e.memo;
    cs_memo_close(&e.table, &room);
    Py_XDECREF(memo);
    return y;
}

#else

PyObject *
cs_deepcopy_plain(cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo)
{
    cs_engine e;
    FIRST_SEGMENT(first);
    if (open_engine(&e, rt, policy, memo, &first.segment) < 0) {
        return NULL;
    }
    PyObject *y = run_outermost(&e, x, CS_ROLE_ROOT);
    Py_DECREF(e.memo);
    return y;
}

#endif
