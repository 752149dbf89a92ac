/* Objects that are reduced and rebuilt: the reductors, the reduce fast paths, _reconstruct.
 *
 * A part of engine.c, which includes it: compiled with and without a tape, with a dict and with a table.  A frame of
 * this kind holds in a what the reductor returned, as a tuple; in b what is being gathered; in c what is being walked.
 */
#ifndef CS_ENGINE_REDUCE_H
#define CS_ENGINE_REDUCE_H

/* rv[i], or None where rv is shorter.  Where there is a state alone, rv was not made. */
static inline PyObject *
part_of(const cs_frame *f, Py_ssize_t i)
{
    if (!PyTuple_CheckExact(f->a)) {
        return i == 2 ? f->a : Py_None;
    }
    return i < PyTuple_GET_SIZE(f->a) ? PyTuple_GET_ITEM(f->a, i) : Py_None;
}

/* ---- y.__setstate__, or __dict__ and slots ---- */

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
    int err = 0;
    for (PyObject *item; err == 0 && (item = PyIter_Next(it)) != NULL;) {
        PyObject *name, *value;
        err = cs_unpack_pair(item, &name, &value);
        Py_DECREF(item);
        if (err == 0) {
            err = PyObject_SetAttr(y, name, value);
            Py_DECREF(name);
            Py_DECREF(value);
        }
    }
    Py_DECREF(it);
    return err < 0 || PyErr_Occurred() ? -1 : 0;
}

/* dict.update(state) for the __dict__ of an instance.  Steals dict, which may be NULL with an exception set. */
static int
update_with(cs_engine *e, PyObject *dict, PyObject *state)
{
    int err = -1;
    if (dict != NULL && PyDict_CheckExact(dict) && PyDict_CheckExact(state)) {
        err = PyDict_Update(dict, state);
    }
    else if (dict != NULL) {
        PyObject *r = PyObject_CallMethodObjArgs(dict, e->rt->s_update, state, NULL);
        Py_XDECREF(r);
        err = r != NULL ? 0 : -1;
    }
    Py_XDECREF(dict);
    return err;
}

/* isinstance(state, tuple) and len(state) == 2.  Returns 1, 0 or -1. */
static int
is_pair_state(PyObject *state)
{
    int is_tuple = PyTuple_CheckExact(state)  ? 1
                   : PyDict_CheckExact(state) ? 0
                                              : PyObject_IsInstance(state, (PyObject *)&PyTuple_Type);
    if (is_tuple <= 0) {
        return is_tuple;
    }
    const Py_ssize_t n = PyObject_Size(state);
    return n < 0 ? -1 : n == 2;
}

/* y.__dict__.update(state), then the slots, where y has no __setstate__.  Steals state. */
static int
set_plain_state(cs_engine *e, PyObject *y, PyObject *state)
{
    PyObject *slotstate = NULL;
    int err = is_pair_state(state);
    if (err > 0) {
        PyObject *pair = state;
        err = cs_unpack_pair(pair, &state, &slotstate);
        Py_DECREF(pair);
        if (err < 0) {
            return -1;
        }
    }
    if (err == 0 && state != Py_None) {
        err = update_with(e, PyObject_GetAttr(y, e->rt->s_dict), state);
        if (err == 0) {
            EMIT(e, STATE_DICT, 0, NO_PROBE, 0, TIME_IF_ALL(e), state);
        }
    }
    if (err == 0 && slotstate != NULL && slotstate != Py_None) {
        err = set_slots(e, y, slotstate);
        if (err == 0) {
            EMIT(e, STATE_SLOTS, 0, NO_PROBE, 0, TIME_IF_ALL(e), slotstate);
        }
    }
    Py_DECREF(state);
    Py_XDECREF(slotstate);
    return err;
}

/* Lets go of a copied state, which nothing but the memo refers to any more. */
static int
drop_state(cs_engine *e, PyObject *state)
{
#if CS_TABLE
    if (e->memo == NULL && !e->table.held) {
        return cs_memo_own(&e->table, e->room, state);
    }
#endif
    (void)e;
    Py_DECREF(state);
    return 0;
}

/* The __dict__ of y, where y has no __setstate__ and y.__dict__.update(state) runs no user code.  Returns a new
 * reference, or NULL without an exception. */
static PyObject *
ordinary_dict(cs_engine *e, PyObject *y, PyObject *state)
{
    const uint16_t wanted = CS_CLASS_ORDINARY | CS_CLASS_PLAIN_ATTRS | CS_CLASS_NO_SETSTATE;
    const bool ordinary =
        PyDict_CheckExact(state) && (cs_class_of(&e->rt->classes, Py_TYPE(y))->facts & wanted) == wanted;
    return ordinary ? cs_plain_dict_of(y) : NULL;
}

/* hasattr(y, '__setstate__'), where it runs no code; what the instance itself has stands before the class's. */
static bool
surely_has_setstate(cs_engine *e, PyObject *y)
{
    const uint16_t wanted = CS_CLASS_ORDINARY | CS_CLASS_PLAIN_ATTRS | CS_CLASS_SETSTATE;
    return (cs_class_of(&e->rt->classes, Py_TYPE(y))->facts & wanted) == wanted;
}

/* The copied state goes into y.  Steals state. */
static int
set_state(cs_engine *e, PyObject *y, PyObject *state)
{
    PyObject *setstate = NULL, *dict = ordinary_dict(e, y, state);
    if (dict != NULL) {
        const int err = PyDict_Update(dict, state);
        Py_DECREF(dict);
        if (err == 0) {
            EMIT0(e, STATE_DICT, 0, NO_PROBE);
        }
        return drop_state(e, state) < 0 ? -1 : err;
    }
    leave(e);
    if (!surely_has_setstate(e, y)) {
        if (cs_getattr_optional(y, e->rt->s_setstate, &setstate) < 0) {
            Py_DECREF(state);
            return -1;
        }
        if (setstate == NULL) {
            int err = set_plain_state(e, y, state);
            return err < 0 ? -1 : back(e);
        }
    }
    EMIT0(e, SETSTATE, 0, NO_PROBE);
    PyObject *r = PyObject_CallMethodOneArg(y, e->rt->s_setstate, state); /* looked up once more, as there */
    Py_XDECREF(setstate);
    Py_DECREF(state);
    Py_XDECREF(r);
    return back(e);
}

/* ---- _reconstruct ---- */

/* An exception that leaves the generator of the arguments: StopIteration turns into RuntimeError (PEP 479). */
static void
leave_generator(void)
{
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyObject *type, *value, *traceback, *again;
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        PyErr_SetString(PyExc_RuntimeError, "generator raised StopIteration");
        PyObject *t2, *tb2;
        PyErr_Fetch(&t2, &again, &tb2);
        PyErr_NormalizeException(&t2, &again, &tb2);
        PyException_SetCause(again, Py_NewRef(value));
        PyException_SetContext(again, value);
        PyErr_Restore(t2, again, tb2);
        Py_XDECREF(type);
        Py_XDECREF(traceback);
    }
}

/* y = func(*args); memo[id(x)] = y.  args: a new reference to a tuple, or NULL with an exception set; stolen. */
static int
make(cs_engine *e, cs_frame *f, PyObject *args)
{
    if (args == NULL) {
        return FAILED;
    }
    PyObject *func = part_of(f, 0), *cls = PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    if (func == e->rt->newobj && cls != NULL && PyType_CheckExact(cls) &&
        (cs_class_of(&e->rt->classes, (PyTypeObject *)cls)->facts & CS_CLASS_OBJECT_NEW)) {
        f->y = PyBaseObject_Type.tp_new((PyTypeObject *)cls, e->rt->empty, NULL); /* all that __newobj__ comes to */
        Py_DECREF(args);
    }
    else {
        leave(e);
        f->y = PyObject_Call(func, args, NULL);
        Py_DECREF(args);
        if (back(e) < 0) {
            return FAILED;
        }
    }
    /* In the memo before its state: an instance that refers to itself finds its copy. */
    return f->y == NULL || memoize(e, f, CS_REC_NEW) < 0 ? FAILED : DONE;
}

/* func(*args) of what is no iterable, for the interpreter's own words. */
static PyObject *
star_of(cs_engine *e, const cs_frame *f, PyObject *args)
{
    PyObject *t = PySequence_Tuple(args);
    if (t == NULL && PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(args)->tp_iter == NULL &&
        !PySequence_Check(args)) {
        PyErr_Clear();
        Py_XDECREF(PyObject_CallFunctionObjArgs(e->rt->star, part_of(f, 0), args, NULL));
    }
    return t;
}

/* Whether args is (cls,) for a class that is its own copy, as object.__reduce_ex__ gives it. */
static bool
args_at_once(cs_engine *e, PyObject *args)
{
    PyObject *copy;
    if (!PyTuple_CheckExact(args) || PyTuple_GET_SIZE(args) != 1 || !PyType_CheckExact(PyTuple_GET_ITEM(args, 0)) ||
        cs_frames_left(e->ts) < CS_ATOM_FRAMES + 1) { /* the generator's frame, and the call's in it */
        return false;
    }
    quick q = look(e);
    uint8_t kind;
    PyObject *custom, *found;
    cs_probe probe;
    if (!q.usable || cs_copier_of(e->rt, &PyType_Type, &kind, &custom) < 0 || kind != CS_COPIER_ATOMIC ||
        !find(e, &q, PyTuple_GET_ITEM(args, 0), &found, &probe) || found != NULL) {
        return false;
    }
    return at_once(e, &q, PyTuple_GET_ITEM(args, 0), CS_ROLE_ARG, &copy, &probe);
}

/* args = (deepcopy(arg, memo) for arg in args) if args: as far as the first copy that takes a step of its own. */
static int
start_args(cs_engine *e, cs_frame *f)
{
    PyObject *args = part_of(f, 1);
    const int truth = PyTuple_CheckExact(args) ? PyTuple_GET_SIZE(args) > 0 : PyObject_IsTrue(args);
    if (truth <= 0) {
        return truth < 0 ? FAILED : make(e, f, star_of(e, f, args));
    }
    if (args_at_once(e, args)) {
        return make(e, f, Py_NewRef(args));
    }
    f->c = PyObject_GetIter(args);
    f->b = f->c != NULL ? PyList_New(0) : NULL;
    if (f->b == NULL || cs_frame_enter(e->ts) < 0) { /* the generator's frame */
        return FAILED;
    }
    f->entered++;
    f->step = STEP_ARGS;
    return PUSHED;
}

static int
resume_args(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *copy = *y;
    *y = NULL;
    if (copy != NULL && cs_list_push_new(f->b, copy) < 0) {
        return FAILED;
    }
    const int r = copy_rest(e, f, f->b, CS_ROLE_ARG);
    if (r != DONE) {
        return r;
    }
    f->entered--;
    cs_frames_leave(e->ts, 1);
    PyObject *args = PyList_AsTuple(f->b);
    Py_CLEAR(f->b);
    Py_CLEAR(f->c);
    f->step = STEP_MADE;
    return make(e, f, args);
}

/* for item in listiter: y.append(deepcopy(item, memo)) */
static int
resume_items(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *copy = *y;
    *y = NULL;
    for (;;) {
        if (copy != NULL) {
            leave(e);
            PyObject *r = PyObject_CallMethodObjArgs(f->y, e->rt->s_append, copy, NULL);
            if (r != NULL) {
                EMIT0(e, ITEM_APPEND, 0, NO_PROBE);
            }
            Py_XDECREF(r);
            Py_DECREF(copy);
            if (back(e) < 0) {
                return FAILED;
            }
        }
        PyObject *item = PyIter_Next(f->c);
        if (item == NULL) {
            return PyErr_Occurred() ? FAILED : DONE;
        }
        copy = NULL;
        const int r = begin(e, item, CS_ROLE_ITEM, &copy);
        Py_DECREF(item);
        if (r != DONE) {
            return r;
        }
    }
}

/* for key, value in dictiter: y[deepcopy(key, memo)] = deepcopy(value, memo), the key first.  f->b is the copied key,
 * f->d the value to copy. */
static int
resume_pairs(cs_engine *e, cs_frame *f, PyObject **y)
{
    int r;
    PyObject *copy = *y, *key;
    *y = NULL;
    if (copy != NULL) {
        if (f->step == STEP_PAIR_VALUE) {
            goto store;
        }
        goto value;
    }
next:;
    PyObject *item = PyIter_Next(f->c);
    if (item == NULL) {
        return PyErr_Occurred() ? FAILED : DONE;
    }
    r = cs_unpack_pair(item, &key, &f->d);
    Py_DECREF(item);
    if (r < 0) {
        return FAILED;
    }
    f->step = STEP_PAIRS;
    r = begin(e, key, CS_ROLE_ITEM_KEY, &copy);
    Py_DECREF(key);
    if (r != DONE) {
        return r;
    }
value:
    f->b = copy;
    copy = NULL;
    f->step = STEP_PAIR_VALUE;
    r = begin(e, f->d, CS_ROLE_ITEM_VALUE, &copy);
    if (r != DONE) {
        return r;
    }
store:
    leave(e);
    r = PyObject_SetItem(f->y, f->b, copy);
    if (r == 0) {
        EMIT(e, ITEM_SET, 0, NO_PROBE, 0, TIME_IF_ALL(e), f->b);
    }
    Py_DECREF(copy);
    copy = NULL;
    Py_CLEAR(f->b);
    Py_CLEAR(f->d);
    if (back(e) < 0) {
        return FAILED;
    }
    goto next;
}

/* The steps of _reconstruct after func(*args), from the one that f is at.  *y: the copy that it waited for, or NULL. */
static int
resume_reconstruct(cs_engine *e, cs_frame *f, PyObject **y)
{
    int r = DONE;
    for (;;) {
        switch (f->step) {
        case STEP_ARGS: r = resume_args(e, f, y); break; /* it goes on at STEP_MADE */
        case STEP_MADE:
            f->step = STEP_STATE;
            if (part_of(f, 2) != Py_None) {
                r = begin(e, part_of(f, 2), CS_ROLE_STATE, y);
            }
            break;
        case STEP_STATE:
            if (*y != NULL) {
                PyObject *state = *y;
                *y = NULL;
                r = set_state(e, f->y, state) < 0 ? FAILED : DONE;
            }
            f->step = STEP_ITEMS;
            if (r == DONE && part_of(f, 3) != Py_None && (f->c = PyObject_GetIter(part_of(f, 3))) == NULL) {
                r = FAILED;
            }
            break;
        case STEP_ITEMS:
            r = f->c != NULL ? resume_items(e, f, y) : DONE;
            if (r == DONE) {
                Py_CLEAR(f->c);
                f->step = STEP_PAIRS;
                if (part_of(f, 4) != Py_None && (f->c = PyObject_GetIter(part_of(f, 4))) == NULL) {
                    r = FAILED;
                }
            }
            break;
        case STEP_PAIRS:
        case STEP_PAIR_VALUE:
            r = f->c != NULL ? resume_pairs(e, f, y) : DONE;
            if (r == DONE) {
                *y = Py_NewRef(f->y);
                f->entered--; /* _reconstruct's frame */
                cs_frames_leave(e->ts, 1);
                return DONE;
            }
            break;
        default: Py_UNREACHABLE();
        }
        if (r != DONE) {
            return r;
        }
    }
}

/* ---- fast paths ---- */

/* The report's test for (class, (), dict).  Returns 1, 0 or -1. */
static int
is_report_reduce(PyObject *rv)
{
    if (!PyTuple_Check(rv) || PyTuple_GET_SIZE(rv) < 3) {
        return 0;
    }
    const int is_class = PyObject_IsInstance(PyTuple_GET_ITEM(rv, 0), (PyObject *)&PyType_Type);
    if (is_class <= 0) {
        return is_class;
    }
    PyObject *empty = PyTuple_New(0);
    if (empty == NULL) {
        return -1;
    }
    int eq = PyObject_RichCompareBool(PyTuple_GET_ITEM(rv, 1), empty, Py_EQ);
    Py_DECREF(empty);
    return eq == 1 ? PyObject_IsInstance(PyTuple_GET_ITEM(rv, 2), (PyObject *)&PyDict_Type) : eq;
}

/* The class that rv makes an instance of, where making it without _reconstruct cannot be told apart; or NULL.  Looks
 * into the dicts of classes only: no user code runs. */
static PyTypeObject *
sound_class(cs_engine *e, PyObject *rv)
{
    const cs_runtime *rt = e->rt;
    const Py_ssize_t n = PyTuple_CheckExact(rv) ? PyTuple_GET_SIZE(rv) : 0;
    if (n < 3 || n > 5 || !PyDict_CheckExact(PyTuple_GET_ITEM(rv, 2)) || !PyTuple_CheckExact(PyTuple_GET_ITEM(rv, 1)) ||
        (n > 3 && PyTuple_GET_ITEM(rv, 3) != Py_None) || (n > 4 && PyTuple_GET_ITEM(rv, 4) != Py_None)) {
        return NULL;
    }
    PyObject *func = PyTuple_GET_ITEM(rv, 0), *args = PyTuple_GET_ITEM(rv, 1), *cls;
    uint8_t wanted = CS_CLASS_SOUND;
    if (func == rt->newobj) {
        cls = PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    }
    else {
        wanted |= CS_CLASS_OBJECT_INIT;
        cls = PyTuple_GET_SIZE(args) == 0 ? func : NULL;
    }
    if (cls == NULL || !PyType_CheckExact(cls)) {
        return NULL;
    }
    const uint16_t facts = cs_class_of(&e->rt->classes, (PyTypeObject *)cls)->facts;
    return (facts & wanted) == wanted ? (PyTypeObject *)cls : NULL;
}

/* Whether deepcopy(cls, memo) would be cls: what the sound fast path leaves out for copyreg.__newobj__'s argument. */
static int
classes_are_atomic(cs_engine *e)
{
    uint8_t kind;
    PyObject *custom;
    if (cs_copier_of(e->rt, &PyType_Type, &kind, &custom) < 0) {
        return -1;
    }
    Py_XDECREF(custom);
    return kind == CS_COPIER_ATOMIC;
}

/* y = object.__new__(cls), in the memo; its state is copied next. */
static int
start_fast_reduce(cs_engine *e, cs_frame *f, PyObject *cls)
{
    f->y = PyObject_CallFunctionObjArgs(e->rt->object_new, cls, NULL);
    if (f->y == NULL || memoize(e, f, CS_REC_FREDUCE) < 0) {
        return FAILED;
    }
    if (!e->policy->sound) { /* the report fetches y.__dict__ before it copies the state */
        f->c = PyObject_GetAttr(f->y, e->rt->s_dict);
        if (f->c == NULL) {
            return FAILED;
        }
    }
    f->step = STEP_FAST_STATE;
    return PUSHED;
}

/* y.__dict__.update(state); steals state. */
static int
fast_update(cs_engine *e, cs_frame *f, PyObject *state, PyObject **y)
{
    PyObject *dict = f->c != NULL ? Py_NewRef(f->c) : PyObject_GetAttr(f->y, e->rt->s_dict);
    const int err = update_with(e, dict, state);
    if (err == 0) {
        EMIT0(e, STATE_DICT, CS_F_YES, NO_PROBE);
        *y = Py_NewRef(f->y);
    }
    return drop_state(e, state) < 0 || err < 0 ? FAILED : DONE;
}

/* User code that ran while the state was copied may have put something else in its place, or given the class a
 * __setstate__.  Returns 1, 0 or -1. */
static int
needs_general_way(cs_engine *e, PyObject *y, PyObject *state)
{
    PyObject *setstate = NULL, *dict;
    if (!PyDict_CheckExact(state)) {
        return 1;
    }
    if ((dict = ordinary_dict(e, y, state)) != NULL) {
        Py_DECREF(dict);
        return 0;
    }
    leave(e);
    if (cs_getattr_optional(y, e->rt->s_setstate, &setstate) < 0 || back(e) < 0) {
        Py_XDECREF(setstate);
        return -1;
    }
    Py_XDECREF(setstate);
    return setstate != NULL;
}

static int
resume_fast_reduce(cs_engine *e, cs_frame *f, PyObject **y)
{
    if (*y == NULL) {
        const int r = begin(e, part_of(f, 2), CS_ROLE_STATE, y);
        if (r != DONE) {
            return r;
        }
    }
    PyObject *state = *y;
    *y = NULL;
    const int general = e->policy->sound ? needs_general_way(e, f->y, state) : 0;
    if (general == 0) {
        return fast_update(e, f, state, y);
    }
    if (general < 0) {
        Py_DECREF(state);
        return FAILED;
    }
    const int err = set_state(e, f->y, state);
    *y = err == 0 ? Py_NewRef(f->y) : NULL;
    return err < 0 ? FAILED : DONE;
}

/* Whether the policy's fast path takes rv; then *cls is the class (borrowed).  Returns 1, 0 or -1. */
static int
is_fast_reduce(cs_engine *e, PyObject *rv, PyObject **cls)
{
    if (!e->policy->sound) {
        *cls = PyTuple_Check(rv) && PyTuple_GET_SIZE(rv) > 0 ? PyTuple_GET_ITEM(rv, 0) : NULL;
        return is_report_reduce(rv);
    }
    *cls = (PyObject *)sound_class(e, rv);
    return *cls == NULL ? 0 : *cls == PyTuple_GET_ITEM(rv, 0) ? 1 : classes_are_atomic(e);
}

/* ---- from x to rv ---- */

/* reductor(x), x.__reduce_ex__(4) or x.__reduce__().  *flags says which. */
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
    const int truth = reductor != NULL ? PyObject_IsTrue(reductor) : 0;
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

/* copyreg.dispatch_table.get(cls), if true: *registered is a new reference or NULL.  Returns 0 or -1. */
static int
find_registered(cs_engine *e, PyObject *x, PyObject **registered)
{
    PyObject *cls = (PyObject *)Py_TYPE(x), *table = e->rt->copyreg;
    if (PyDict_CheckExact(table)) {
        *registered = Py_XNewRef(PyDict_GetItemWithError(table, cls));
    }
    else {
        Py_INCREF(table);
        *registered = PyObject_CallMethodObjArgs(table, e->rt->s_get, cls, NULL);
        Py_DECREF(table);
    }
    if (*registered == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    const int truth = PyObject_IsTrue(*registered);
    if (truth <= 0) {
        Py_CLEAR(*registered);
    }
    return truth < 0 ? -1 : 0;
}

/* _reconstruct(x, memo, *rv) where that name stands for user code, or where rv has not 2 to 5 items: copy.py's own
 * function then refuses it, in its own words, before it does anything. */
static int
call_reconstruct(cs_engine *e, cs_frame *f, PyObject **y)
{
    PyObject *memo = memo_of(e), *head = memo != NULL ? PyTuple_Pack(2, f->x, memo) : NULL,
             *all = head != NULL ? PySequence_Concat(head, f->a) : NULL;
    PyObject *theirs = Py_NewRef(e->rt->reconstruct);
    leave(e);
    *y = all != NULL ? PyObject_Call(theirs, all, NULL) : NULL;
    Py_DECREF(theirs);
    Py_XDECREF(head);
    Py_XDECREF(all);
    return back(e) < 0 ? FAILED : DONE;
}

/* From rv to y. */
static int
build_from(cs_engine *e, cs_frame *f, PyObject *rv, PyObject **y)
{
    const int is_str = PyTuple_CheckExact(rv) ? 0 : PyObject_IsInstance(rv, (PyObject *)&PyUnicode_Type);
    if (is_str != 0) {
        if (is_str > 0) {
            EMIT2(e, REDUCE_STR, 0, NO_PROBE, 0, f->x, len_of(rv), rv);
            *y = Py_NewRef(f->x);
        }
        return is_str < 0 ? FAILED : DONE;
    }
    if (e->policy->fast_reduce) {
        PyObject *cls;
        const int fast = is_fast_reduce(e, rv, &cls);
        if (fast != 0) {
            f->a = fast > 0 ? Py_NewRef(rv) : NULL;
            return fast < 0 ? FAILED : start_fast_reduce(e, f, cls);
        }
        EMIT0(e, FREDUCE_NO, 0, NO_PROBE);
    }
    f->a = PySequence_Tuple(rv);
    if (f->a == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(rv)->tp_iter == NULL && !PySequence_Check(rv)) {
            PyErr_Format(PyExc_TypeError, "Value after * must be an iterable, not %.200s", Py_TYPE(rv)->tp_name);
        }
        return FAILED;
    }
    const Py_ssize_t n = PyTuple_GET_SIZE(f->a);
    if (n < 2 || n > 5 || !cs_is_own(e->rt, e->rt->reconstruct, CS_OWN_RECONSTRUCT)) {
        return call_reconstruct(e, f, y);
    }
    if (cs_frame_enter(e->ts) < 0) { /* _reconstruct's frame */
        return FAILED;
    }
    f->entered++;
    f->step = STEP_MADE;
    const int r = start_args(e, f);
    return r == DONE ? PUSHED : r;
}

/* Whether object.__reduce_ex__(4) gives what default_rv() makes, for an ordinary instance. */
static inline bool
is_default(cs_engine *e, PyObject *x)
{
    const uint16_t wanted = CS_CLASS_OBJECT_REDUCE | CS_CLASS_LEARNED;
    return (cs_class_of(&e->rt->classes, Py_TYPE(x))->facts & wanted) == wanted &&
           PyDict_GetItemWithError(e->rt->copyreg_dict, e->rt->s_newobj) == e->rt->newobj;
}

#if !CS_TRACED
/* _reconstruct for what default_rv() would give, as far as the state: nobody looks at rv, so it is not made.  PUSHED,
 * FAILED, or DONE where it has to be. */
static int
start_default(cs_engine *e, cs_frame *f, PyObject *dict)
{
    PyTypeObject *cls = Py_TYPE(f->x);
    const quick q = look(e);
    if (!q.usable || !q.own || e->policy->fast_reduce || !cs_is_own(e->rt, e->rt->reconstruct, CS_OWN_RECONSTRUCT) ||
        !(cs_class_of(&e->rt->classes, cls)->facts & CS_CLASS_OBJECT_NEW) || classes_are_atomic(e) != 1 ||
        cs_frames_left(e->ts) < CS_ATOM_FRAMES + 2) { /* _reconstruct's, the generator's, and the call's in it */
        return DONE;
    }
    (void)cs_frame_enter(e->ts);
    f->entered++;
    f->a = Py_NewRef(PyDict_GET_SIZE(dict) > 0 ? dict : Py_None);
    f->step = STEP_MADE;
    f->y = PyBaseObject_Type.tp_new(cls, e->rt->empty, NULL);
    return f->y == NULL || memoize(e, f, CS_REC_NEW) < 0 ? FAILED : PUSHED;
}
#endif

/* What object.__reduce_ex__(4) gives for an ordinary instance with this __dict__.  Returns a new reference, or NULL
 * with an exception set. */
static PyObject *
default_rv(const cs_engine *e, PyObject *x, PyObject *dict)
{
    PyObject *args = PyTuple_Pack(1, (PyObject *)Py_TYPE(x));
    PyObject *rv = args != NULL ? PyTuple_Pack(5, e->rt->newobj, args, PyDict_GET_SIZE(dict) > 0 ? dict : Py_None,
                                               Py_None, Py_None)
                                : NULL;
    Py_XDECREF(args);
    return rv;
}

/* The reductor was called: if it gave just that, the class is known from now on to be reduced so. */
static void
learn(cs_engine *e, PyObject *x, PyObject *dict, PyObject *rv)
{
    cs_class *k = cs_class_of(&e->rt->classes, Py_TYPE(x));
    PyObject *wanted = (k->facts & CS_CLASS_OBJECT_REDUCE) && rv != NULL ? default_rv(e, x, dict) : NULL;
    bool same = wanted != NULL && PyTuple_CheckExact(rv) && PyTuple_GET_SIZE(rv) == PyTuple_GET_SIZE(wanted);
    for (Py_ssize_t i = 0; same && i < PyTuple_GET_SIZE(rv); i++) {
        PyObject *got = PyTuple_GET_ITEM(rv, i);
        same = i == 1 ? PyTuple_CheckExact(got) && PyTuple_GET_SIZE(got) == 1 &&
                            PyTuple_GET_ITEM(got, 0) == (PyObject *)Py_TYPE(x)
                      : got == PyTuple_GET_ITEM(wanted, i);
    }
    PyErr_Clear(); /* out of memory for what was wanted: nothing is learned */
    k->facts |= same ? CS_CLASS_LEARNED : 0;
    Py_XDECREF(wanted);
}

/* x.__reduce_ex__(4) of an ordinary instance whose class has a __reduce__: all that object.__reduce_ex__ does. */
static PyObject *
call_reduce(const cs_engine *e, PyObject *x)
{
    if (Py_EnterRecursiveCall(" while calling a Python object")) {
        return NULL;
    }
    PyObject *rv = PyObject_CallMethodNoArgs(x, e->rt->s_reduce);
    Py_LeaveRecursiveCall();
    return rv;
}

/* rv of x; dict: x.__dict__ if x is an ordinary instance, else NULL. */
static PyObject *
reduce(cs_engine *e, PyObject *x, PyObject *registered, PyObject *dict, uint8_t *flags)
{
    uint16_t facts = 0;
    if (dict != NULL && registered == NULL) {
        if (is_default(e, x)) {
            return default_rv(e, x, dict);
        }
        facts = cs_class_of(&e->rt->classes, Py_TYPE(x))->facts;
    }
    leave(e);
    PyObject *rv = facts & CS_CLASS_REDUCE ? call_reduce(e, x) : call_reductor(e, x, registered, flags);
    if (rv != NULL && (facts & (CS_CLASS_OBJECT_REDUCE | CS_CLASS_LEARNED)) == CS_CLASS_OBJECT_REDUCE) {
        learn(e, x, dict, rv);
    }
    if (back(e) < 0) {
        Py_CLEAR(rv);
    }
    return rv;
}

/* The reductor has given rv. */
static inline void
tell_reduced(cs_engine *e, cs_frame *f, uint8_t flags, PyObject *rv)
{
#if CS_TRACED
    if (e->bare && PyTuple_CheckExact(rv) && Py_REFCNT(rv) == 1 && !cs_text_of_tuple_is_given(rv)) {
        EMIT_BARE(e, REDUCE, flags, NO_PROBE, 0, (uint32_t)PyTuple_GET_SIZE(rv), rv);
        return;
    }
    EMIT2(e, REDUCE, flags, NO_PROBE, 0, f->x, len_of(rv), rv);
#else
    (void)e, (void)f, (void)flags, (void)rv;
#endif
}

static int
start_reduce(cs_engine *e, cs_frame *f, PyObject *dict, PyObject **y)
{
    PyObject *registered = NULL;
    uint8_t flags = 0;
    if (find_registered(e, f->x, &registered) < 0) {
        return FAILED;
    }
    EMIT0(e, NOHOOK, registered != NULL ? CS_F_YES : 0, NO_PROBE);
#if !CS_TRACED
    if (registered == NULL && dict != NULL && is_default(e, f->x)) {
        const int r = start_default(e, f, dict);
        if (r != DONE) {
            return r;
        }
    }
#endif
    PyObject *rv = reduce(e, f->x, registered, dict, &flags);
    Py_XDECREF(registered);
    if (rv == NULL) {
        return FAILED;
    }
    tell_reduced(e, f, flags, rv);
    const int r = build_from(e, f, rv, y);
    Py_DECREF(rv);
    return r;
}

#endif
