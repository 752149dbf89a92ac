/* From what the interpreter reports of copy.py's frames to steps: which statement has run, and on what. */
#include "witness.h"

#define NAME(w, name) ((w)->names[CS_NAME_##name])

static uint64_t
address(cs_witness *w, PyFrameObject *frame, PyObject *name)
{
    (void)w;
    PyObject *value = cs_frame_local(frame, name); /* the frame holds it: the address stays good */
    Py_XDECREF(value);
    return (uintptr_t)value;
}

static void
log_step(cs_witness *w, const cs_witness_level *l, unsigned event, unsigned outcome, uint64_t obj, uint64_t arg)
{
    cs_witness_log(w, &(cs_witness_step){.obj = obj,
                                         .arg = arg,
                                         .line = l->line,
                                         .event = (uint8_t)event,
                                         .outcome = (uint8_t)outcome,
                                         .role = l->role});
}

#define LOG(event, outcome, obj, arg) log_step(w, l, CS_EV_##event, CS_OUT_##outcome, obj, arg)

/* ---- frames ---- */

static uint8_t
function_of(cs_witness *w, PyCodeObject *code)
{
    if ((PyObject *)code == w->deepcopy_code) {
        return CS_FN_DEEPCOPY;
    }
    const char *name = PyUnicode_AsUTF8(code->co_name);
    if (name == NULL) {
        PyErr_Clear();
        return CS_FN_OTHER;
    }
    return name[0] == '<'                         ? CS_FN_INNER /* a comprehension, a generator expression */
           : strcmp(name, "_deepcopy_tuple") == 0 ? CS_FN_TUPLE
           : strcmp(name, "_keep_alive") == 0     ? CS_FN_KEEP
           : strcmp(name, "copy") == 0            ? CS_FN_SHALLOW
           : strcmp(name, "replace") == 0         ? CS_FN_SHALLOW
                                                  : CS_FN_OTHER;
}

/* What is known of a code of the watched module.  NULL out of memory. */
static cs_witness_code *
code_of(cs_witness *w, PyCodeObject *code)
{
    for (uint32_t i = 0; i < w->n_codes; i++) {
        if (w->codes[i].code == code) {
            return &w->codes[i];
        }
    }
    if (w->n_codes == w->codes_room) {
        const uint32_t room = w->codes_room != 0 ? w->codes_room * 2 : 16;
        cs_witness_code *moved = PyMem_Realloc(w->codes, room * sizeof *moved);
        if (moved == NULL) {
            w->failed = true;
            return NULL;
        }
        w->codes = moved;
        w->codes_room = room;
    }
    cs_witness_code *c = &w->codes[w->n_codes++];
    *c = (cs_witness_code){.code = (PyCodeObject *)Py_NewRef((PyObject *)code), .function = function_of(w, code)};
    c->x_name = cs_code_parameter(code, 0);
    c->memo_name = cs_code_parameter(code, 1);
    return c;
}

/* The level of a frame, which is the innermost but where an exception in this function's own work lost one. */
static cs_witness_level *
level_of(cs_witness *w, PyFrameObject *frame)
{
    if (w->depth > 0 && w->levels[w->depth - 1].frame == frame) {
        return &w->levels[w->depth - 1];
    }
    if (w->depth == 0 || cs_frame_globals(frame) != w->globals) {
        return NULL;
    }
    for (uint32_t i = w->depth - 1; i > 0; i--) {
        if (w->levels[i - 1].frame == frame) {
            while (w->depth > i) {
                Py_CLEAR(w->levels[--w->depth].error);
            }
            return &w->levels[i - 1];
        }
    }
    return NULL;
}

static cs_witness_level *
push(cs_witness *w)
{
    if (w->depth == w->room) {
        const uint32_t room = w->room != 0 ? w->room * 2 : 256;
        cs_witness_level *moved = PyMem_RawRealloc(w->levels, room * sizeof *moved);
        if (moved == NULL) {
            w->failed = true;
            return NULL;
        }
        w->levels = moved;
        w->room = room;
    }
    cs_witness_level *l = &w->levels[w->depth++];
    *l = (cs_witness_level){0};
    return l;
}

/* ---- a call ---- */

/* Why the statement that runs in `caller` calls deepcopy(x). */
static uint8_t
role_of_call(cs_witness *w, cs_witness_level *caller, uint64_t x)
{
    const uint8_t role = caller->line < w->n_lines ? w->role_at[caller->line] : CS_ROLE_USER;
    if (role != CS_WITNESS_ROLE_PAIR) {
        return role;
    }
    /* y[deepcopy(key, memo)] = deepcopy(value, memo): which of the two it is, is seen, not assumed. */
    const uint64_t key = address(w, caller->frame, NAME(w, key)), value = address(w, caller->frame, NAME(w, value));
    const bool first = caller->pairs++ == 0;
    if (key == value) {
        return first ? CS_ROLE_DICT_VALUE : CS_ROLE_DICT_KEY;
    }
    return x == key ? CS_ROLE_DICT_KEY : x == value ? CS_ROLE_DICT_VALUE : CS_WITNESS_ROLE_UNKNOWN;
}

/* The memo that deepcopy() was called with, or made meanwhile. */
static void
take_memo(cs_witness *w, cs_witness_level *l, PyObject *memo)
{
    if (PyDict_CheckExact(memo) || Py_TYPE(memo) == w->watched) {
        l->memo = memo;
        cs_witness_use_memo(w, memo);
    }
    else {
        l->memo = memo;
        l->foreign = true;
        cs_witness_use_memo(w, NULL);
    }
}

static void
enter_deepcopy(cs_witness *w, cs_witness_level *l, cs_witness_level *caller, PyObject *enclosing,
               const cs_witness_code *code)
{
    const bool direct = caller != NULL && caller->frame == cs_frame_back(l->frame);
    l->role = direct ? role_of_call(w, caller, l->x) : w->depth > 1 ? CS_ROLE_USER : CS_ROLE_ROOT;
    w->user_calls = w->user_calls || l->role == CS_ROLE_USER;
    PyObject *memo = code->memo_name != NULL ? cs_frame_local(l->frame, code->memo_name) : NULL;
    l->memo = NULL;
    l->foreign = false;
    l->fresh = memo == NULL || memo == Py_None;
    l->opened = l->fresh || memo != enclosing;
    if (!l->fresh) {
        take_memo(w, l, memo);
    }
    Py_XDECREF(memo);
    LOG(CALL, NA, l->x, 0);
}

static void
on_call(cs_witness *w, PyFrameObject *frame)
{
    if (cs_frame_globals(frame) != w->globals) {
        cs_witness_set_inside(w, false);
        return;
    }
    const cs_witness_code *code = code_of(w, cs_frame_code(frame));
    cs_witness_level *l = code != NULL ? push(w) : NULL;
    if (l == NULL) {
        return;
    }
    cs_witness_level *caller = w->depth > 1 ? l - 1 : NULL;
    l->frame = frame;
    l->function = code->function;
    l->line = (uint32_t)PyFrame_GetLineNumber(frame);
    if (caller != NULL) {
        l->memo = caller->memo;
        l->foreign = caller->foreign;
        l->x = caller->x;
        l->role = caller->role;
        l->shallow = caller->shallow;
    }
    if (l->function != CS_FN_INNER && code->x_name != NULL) {
        l->x = address(w, frame, code->x_name);
    }
    l->shallow = (l->shallow || l->function == CS_FN_SHALLOW) && l->function != CS_FN_DEEPCOPY;
    if (l->function == CS_FN_DEEPCOPY) {
        enter_deepcopy(w, l, caller, caller != NULL ? caller->memo : NULL, code);
    }
    if (w->want_opcodes && PyObject_SetAttrString((PyObject *)frame, "f_trace_opcodes", Py_True) < 0) {
        PyErr_Clear();
    }
    cs_witness_set_inside(w, true);
}

/* ---- statements ---- */

/* What is recorded before a statement runs: user code may run in it. */
static void
begin(cs_witness *w, cs_witness_level *l, const cs_witness_action *a)
{
    switch (a->site) {
    case CS_SITE_MEMO_GIVEN:
        if (!l->fresh && l->opened) {
            LOG(MEMO_GIVEN, NA, l->x, (uintptr_t)l->memo);
        }
        break;
    case CS_SITE_ATOMIC: LOG(ATOMIC, NA, l->x, 0); break;
    case CS_SITE_FAST_ATOMIC: LOG(FAST_ATOMIC, YES, l->x, 0); break;
    case CS_SITE_COPIER:
        if (l->copier == CS_COPIER_CUSTOM) {
            LOG(COPIER_CALL, NA, l->x, 0);
        }
        break;
    case CS_SITE_HOOK_CALL: LOG(HOOK_CALL, NA, l->x, 0); break;
    case CS_SITE_SETSTATE:
        LOG(SETSTATE, NA, address(w, l->frame, NAME(w, y)), address(w, l->frame, NAME(w, state)));
        break;
    default: break;
    }
}

/* The accesses to a memo that is no dict, or a user's own kind of one: it cannot log, its statements tell. */
static void
end_foreign(cs_witness *w, cs_witness_level *l, const cs_witness_action *a, PyObject *value)
{
    uint64_t y = address(w, l->frame, NAME(w, y));
    bool hit = true;
    switch (a->site) {
    case CS_SITE_MEMO_GET:
        hit = y != address(w, l->frame, NAME(w, _nil));
        log_step(w, l, CS_EV_MEMO_GET, hit ? CS_OUT_YES : CS_OUT_NO, l->x, hit ? y : 0);
        break;
    case CS_SITE_TUPLE_AGAIN: LOG(MEMO_AGAIN, YES, l->x, (uintptr_t)value); break;
    case CS_SITE_MEMO_SET:
    case CS_SITE_LIST_SET:
    case CS_SITE_DICT_SET:
    case CS_SITE_MAKE_SET:
    case CS_SITE_FAST_SET: LOG(MEMO_SET, NA, l->x, y); break;
    case CS_SITE_KEEP_GET: LOG(KEEP_GET, YES, l->x, 0); break;
    case CS_SITE_KEEP_NEW: LOG(KEEP_NEW, NA, l->x, 0); break;
    default: break;
    }
}

static void
end_test(cs_witness *w, cs_witness_level *l, const cs_witness_action *a, uint32_t next)
{
    const bool yes = next >= a->yes_first && next <= a->yes_last;
    const unsigned outcome = yes ? CS_OUT_YES : CS_OUT_NO;
    switch (a->site) {
    case CS_SITE_CLASS_CHECK: log_step(w, l, CS_EV_CLASS_CHECK, outcome, l->x, 0); break;
    case CS_SITE_FAST_TUPLE: log_step(w, l, CS_EV_FAST_TUPLE, outcome, l->x, 0); break;
    case CS_SITE_FAST_REDUCE: log_step(w, l, CS_EV_FAST_REDUCE, outcome, l->x, 0); break;
    case CS_SITE_REDUCE_STR:
        if (yes) {
            LOG(REDUCE_STR, YES, l->x, 0);
        }
        break;
    default: break;
    }
}

static void
end_reduce(cs_witness *w, const cs_witness_level *l, const cs_witness_action *a)
{
    cs_witness_log(w, &(cs_witness_step){.event = CS_EV_REDUCE,
                                         .obj = l->x,
                                         .arg = address(w, l->frame, NAME(w, rv)),
                                         .line = l->line,
                                         .role = l->role,
                                         .aux = a->how});
}

/* What is recorded once a statement has run.  value: what it returned, for a `return`, else NULL. */
static void
end(cs_witness *w, cs_witness_level *l, const cs_witness_action *a, PyObject *value)
{
#define LOCAL(name) address(w, l->frame, NAME(w, name))
    if (l->foreign) {
        end_foreign(w, l, a, value);
    }
    switch (a->site) {
    case CS_SITE_HOOK_GET:
        log_step(w, l, CS_EV_HOOK_GET, LOCAL(copier) == (uintptr_t)Py_None ? CS_OUT_NO : CS_OUT_YES, l->x, 0);
        break;
    case CS_SITE_REDUCE: end_reduce(w, l, a); break;
    case CS_SITE_LIST_NEW: LOG(LIST_NEW, NA, l->x, LOCAL(y)); break;
    case CS_SITE_DICT_NEW: LOG(DICT_NEW, NA, l->x, LOCAL(y)); break;
    case CS_SITE_APPEND: LOG(APPEND, NA, l->child_x, l->child_y); break;
    case CS_SITE_SETITEM: LOG(SETITEM, NA, LOCAL(y), l->key_y); break;
    case CS_SITE_TUPLE_NEW: LOG(TUPLE_NEW, NA, l->x, LOCAL(y)); break;
    case CS_SITE_TUPLE_SAME: LOG(TUPLE_SAME, NA, l->x, LOCAL(y)); break;
    case CS_SITE_METHOD_NEW: LOG(METHOD_NEW, NA, l->x, (uintptr_t)value); break;
    case CS_SITE_KEEP_GET: LOG(KEEP_APPEND, NA, l->x, 0); break;
    case CS_SITE_MAKE:
    case CS_SITE_FAST_MAKE: LOG(MAKE, NA, l->x, LOCAL(y)); break;
    case CS_SITE_STATE_DICT: LOG(STATE_DICT, NA, LOCAL(y), LOCAL(state)); break;
    case CS_SITE_FAST_STATE: LOG(STATE_DICT, NA, LOCAL(y), l->child_y); break;
    case CS_SITE_ITEM_APPEND: LOG(ITEM_APPEND, NA, LOCAL(y), LOCAL(item)); break;
    case CS_SITE_ITEM_SET: LOG(ITEM_SET, NA, LOCAL(y), LOCAL(key)); break;
    default: break;
    }
#undef LOCAL
}

/* The loop that sets slots is over: one step for all of them, at the line that sets one. */
static void
end_slots(cs_witness *w, cs_witness_level *l, const cs_witness_action *a)
{
    const uint32_t line = l->line;
    l->line = a->yes_first;
    LOG(STATE_SLOTS, NA, address(w, l->frame, NAME(w, y)), address(w, l->frame, NAME(w, slotstate)));
    l->line = line;
}

/* The statement that ran in this frame has run to its end; next: the line that comes, 0: the frame returns value. */
static void
settle(cs_witness *w, cs_witness_level *l, uint32_t next, PyObject *value)
{
    const cs_witness_action *a = l->pending;
    l->pending = NULL;
    if (a == NULL) {
        return;
    }
    if (a->site == CS_SITE_STATE_SLOTS) {
        if (next >= a->first && next <= a->last) {
            l->pending = a;
        }
        else {
            end_slots(w, l, a);
        }
    }
    else if (a->yes_first != 0) {
        end_test(w, l, a, next);
    }
    else {
        end(w, l, a, value);
    }
}

/* ---- lines, returns, exceptions ---- */

static void
find_memo(cs_witness *w, cs_witness_level *l)
{
    PyObject *name = cs_code_parameter(cs_frame_code(l->frame), 1);
    PyObject *memo = name != NULL ? cs_frame_local(l->frame, name) : NULL;
    if (memo != NULL && memo != Py_None) {
        take_memo(w, l, memo);
        LOG(MEMO_NEW, NA, l->x, (uintptr_t)memo);
    }
    Py_XDECREF(memo);
}

static void
on_line(cs_witness *w, cs_witness_level *l)
{
    const uint32_t line = (uint32_t)PyFrame_GetLineNumber(l->frame);
    const cs_witness_action *a = l->pending;
    cs_witness_set_inside(w, true);
    if (w->want_lines) {
        cs_witness_log_line(w, line);
    }
    if (a != NULL && a->last > a->first && a->site != CS_SITE_STATE_SLOTS && line >= a->first && line <= a->last) {
        return; /* another line of the same statement */
    }
    if (l->function == CS_FN_DEEPCOPY && l->memo == NULL) {
        find_memo(w, l);
    }
    settle(w, l, line, NULL);
    l->line = line;
    l->pairs = 0;
    l->raising = false;
    const bool statements = !l->shallow && l->function != CS_FN_INNER; /* that one runs within a statement */
    if (l->pending == NULL && statements && line < w->n_lines && w->action_at[line] != 0) {
        l->pending = &w->actions[w->action_at[line] - 1];
        begin(w, l, l->pending);
    }
}

static void
on_return(cs_witness *w, cs_witness_level *l, PyObject *value)
{
    value = cs_frame_is_left(value, l->raising) ? NULL : value;
    if (value != NULL) {
        settle(w, l, 0, value);
    }
    if (l->function == CS_FN_DEEPCOPY) {
        if (value != NULL) {
            LOG(RETURN, NA, l->x, (uintptr_t)value);
        }
        else {
            LOG(RAISE, NA, l->x, l->text);
        }
    }
    if (l->function == CS_FN_DEEPCOPY && value != NULL && w->depth > 1) {
        cs_witness_level *caller = l - 1;
        caller->child_x = l->x;
        caller->child_y = (uintptr_t)value;
        if (l->role == CS_ROLE_DICT_KEY) {
            caller->key_y = (uintptr_t)value;
        }
    }
    Py_CLEAR(l->error);
    w->depth--;
    PyObject *memo = w->depth > 0 && !l[-1].foreign ? l[-1].memo : NULL;
    cs_witness_use_memo(w, memo);
    if (w->depth == 0) {
        cs_witness_set_inside(w, false);
    }
}

static void
on_exception(cs_witness *w, cs_witness_level *l, PyObject *arg)
{
    PyObject *type = PyTuple_Check(arg) && PyTuple_GET_SIZE(arg) == 3 ? PyTuple_GET_ITEM(arg, 0) : NULL;
    const cs_witness_action *a = l->pending;
    if (type == NULL) {
        return;
    }
    l->raising = true;
    if (a != NULL && a->site != CS_SITE_STATE_SLOTS) { /* there it may be the loop's end */
        l->pending = NULL;
        if (l->foreign && PyErr_GivenExceptionMatches(type, PyExc_KeyError)) {
            if (a->site == CS_SITE_TUPLE_AGAIN) {
                LOG(MEMO_AGAIN, NO, l->x, 0);
            }
            if (a->site == CS_SITE_KEEP_GET) {
                LOG(KEEP_GET, NO, l->x, 0);
            }
        }
    }
    if (l->function == CS_FN_DEEPCOPY) {
        l->text = cs_witness_text(w, type, PyTuple_GET_ITEM(arg, 1));
        if (w->record != NULL) {
            Py_XSETREF(l->error, Py_NewRef(PyTuple_GET_ITEM(arg, 1)));
        }
    }
}

static void
on_opcode(cs_witness *w, PyFrameObject *frame)
{
    cs_witness_code *c = code_of(w, cs_frame_code(frame));
    if (c == NULL) {
        return;
    }
    const Py_ssize_t units = cs_code_units(c->code), at = cs_frame_offset(frame) / 2;
    if (c->counts == NULL) {
        c->counts = PyMem_Calloc((size_t)units, sizeof *c->counts);
    }
    if (c->counts == NULL) {
        w->failed = true;
    }
    else if (at >= 0 && at < units) {
        c->counts[at]++;
    }
}

int
cs_witness_on_event(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    cs_witness *w = (cs_witness *)self;
    if (w->failed) { /* what was seen so far is of no use any more: the copy goes on unwatched */
        cs_witness_set_inside(w, false);
        cs_witness_use_memo(w, NULL);
        return 0;
    }
    if (w->want_lines) {
        w->now = cs_witness_clock() - w->started;
    }
    if (what == PyTrace_CALL) {
        on_call(w, frame);
        return 0;
    }
    cs_witness_level *l = level_of(w, frame);
    if (l == NULL) {
        if (what == PyTrace_RETURN && w->depth > 0 && cs_frame_back(frame) == w->levels[w->depth - 1].frame) {
            cs_witness_set_inside(w, true); /* user code is over: copy.py's statement goes on */
        }
        return 0;
    }
    switch (what) {
    case PyTrace_LINE: on_line(w, l); break;
    case PyTrace_RETURN: on_return(w, l, arg); break;
    case PyTrace_EXCEPTION: on_exception(w, l, arg); break;
    case PyTrace_OPCODE: on_opcode(w, frame); break;
    default: break;
    }
    return 0;
}
