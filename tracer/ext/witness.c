/* copyscope._core.Witness: watches one run of a copy.py. */
#include "session.h"
#include "witness_record.h"

#include <stddef.h>

/* ---- its plan: which line stands for what ---- */

static int
site_number(const char *name)
{
    for (unsigned i = 1; i < CS_SITE_COUNT; i++) {
        if (strcmp(cs_site_name(i), name) == 0) {
            return (int)i;
        }
    }
    PyErr_Format(PyExc_ValueError, "there is no site '%s': copyscope._core.sites() lists them", name);
    return -1;
}

/* [(site, first line, last line, first and last line of an if's body or 0, how)]: sorted into w->actions. */
static int
take_actions(cs_witness *w, PyObject *plan)
{
    const Py_ssize_t n = PyList_GET_SIZE(plan);
    w->actions = PyMem_Calloc((size_t)n + 1, sizeof *w->actions);
    w->action_at = PyMem_Calloc(w->n_lines, sizeof *w->action_at);
    if (w->actions == NULL || w->action_at == NULL || n >= UINT16_MAX) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        const char *name;
        unsigned first, last, yes_first, yes_last, how;
        if (!PyTuple_Check(PyList_GET_ITEM(plan, i))) {
            PyErr_SetString(PyExc_TypeError, "a plan is a list of tuples");
            return -1;
        }
        if (!PyArg_ParseTuple(PyList_GET_ITEM(plan, i), "sIIIII", &name, &first, &last, &yes_first, &yes_last, &how)) {
            return -1;
        }
        const int site = site_number(name);
        if (site < 0) {
            return -1;
        }
        if (first >= w->n_lines) {
            PyErr_SetString(PyExc_ValueError, "a site stands past the last line");
            return -1;
        }
        w->actions[w->n_actions++] = (cs_witness_action){first, last, yes_first, yes_last, (uint8_t)site, (uint8_t)how};
        w->action_at[first] = (uint16_t)w->n_actions;
    }
    return 0;
}

/* roles: bytes, one for each line. */
static int
take_roles(cs_witness *w, const char *roles, Py_ssize_t n)
{
    w->n_lines = (uint32_t)n;
    w->role_at = PyMem_Malloc((size_t)n + 1);
    if (w->role_at == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(w->role_at, roles, (size_t)n);
    return 0;
}

static int
take_names(cs_witness *w)
{
    static const char *const names[] = {
#define X(name) #name,
        CS_WITNESS_NAMES(X)
#undef X
    };
    for (size_t i = 0; i < CS_NAME_COUNT; i++) {
        w->names[i] = PyUnicode_InternFromString(names[i]);
        if (w->names[i] == NULL) {
            return -1;
        }
    }
    w->texts = PyList_New(0);
    return w->texts != NULL ? 0 : -1;
}

/* The copier that the watched module's table has for a type, for the trace's rows. */
static cs_probe
read_copier(void *ctx, PyTypeObject *type, uint8_t *copier)
{
    cs_witness *w = ctx;
    PyObject *found = NULL;
    if (cs_is_plainly_hashed(type) && w->dispatch != NULL) {
        found = PyDict_GetItemWithError(w->dispatch, (PyObject *)type);
        PyErr_Clear();
    }
    *copier = cs_witness_copier(w, found);
    return CS_PROBE_UNKNOWN;
}

/* The Session that a trace is written to, or None. */
static int
take_session(cs_witness *w, PyObject *session)
{
    if (session == Py_None) {
        return 0;
    }
    cs_recorder *recorder = cs_session_recorder(session);
    if (recorder == NULL) {
        PyErr_SetString(PyExc_TypeError, "session must be a Session that has not ended");
        return -1;
    }
    w->session = Py_NewRef(session);
    w->record = cs_witness_record_new(recorder);
    return w->record != NULL ? 0 : -1;
}

/* ---- the object ---- */

static PyObject *
witness_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"globals", "code",    "copiers",   "plan",    "roles",
                            "lines",   "opcodes", "max_steps", "session", NULL};
    PyObject *globals, *code, *copiers, *plan, *session = Py_None;
    const char *roles;
    Py_ssize_t n_roles;
    int lines = 0, opcodes = 0;
    unsigned long long max_steps = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!O!O!O!y#|ppKO:Witness", names, &PyDict_Type, &globals,
                                     &PyCode_Type, &code, &PyTuple_Type, &copiers, &PyList_Type, &plan, &roles,
                                     &n_roles, &lines, &opcodes, &max_steps, &session)) {
        return NULL;
    }
    cs_witness *w = (cs_witness *)type->tp_alloc(type, 0);
    if (w == NULL) {
        return NULL;
    }
    w->globals = Py_NewRef(globals);
    w->deepcopy_code = Py_NewRef(code);
    w->copiers = Py_NewRef(copiers);
    w->want_lines = lines;
    w->want_opcodes = opcodes;
    w->max_steps = max_steps;
    w->watched = cs_witness_dict_type(type);
    Py_INCREF(w->watched);
    if (take_session(w, session) < 0 || take_names(w) < 0 || take_roles(w, roles, n_roles) < 0 ||
        take_actions(w, plan) < 0) {
        Py_DECREF(w);
        return NULL;
    }
    return (PyObject *)w;
}

static int
witness_traverse(cs_witness *w, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(w));
    Py_VISIT(w->globals);
    Py_VISIT(w->copiers);
    Py_VISIT(w->dispatch);
    Py_VISIT(w->copyreg);
    Py_VISIT(w->watched);
    Py_VISIT(w->session);
    return 0;
}

static int
witness_clear(cs_witness *w)
{
    Py_CLEAR(w->globals);
    Py_CLEAR(w->copiers);
    Py_CLEAR(w->dispatch);
    Py_CLEAR(w->copyreg);
    cs_witness_record_free(w->record);
    w->record = NULL;
    Py_CLEAR(w->session);
    return 0;
}

static void
witness_dealloc(cs_witness *w)
{
    PyTypeObject *type = Py_TYPE(w);
    PyObject_GC_UnTrack(w);
    witness_clear(w);
    Py_CLEAR(w->deepcopy_code);
    Py_CLEAR(w->watched);
    Py_CLEAR(w->texts);
    for (size_t i = 0; i < CS_NAME_COUNT; i++) {
        Py_CLEAR(w->names[i]);
    }
    for (uint32_t i = 0; i < w->n_codes; i++) {
        Py_DECREF(w->codes[i].code);
        PyMem_Free(w->codes[i].counts);
    }
    PyMem_Free(w->codes);
    PyMem_Free(w->actions);
    PyMem_Free(w->action_at);
    PyMem_Free(w->role_at);
    PyMem_RawFree(w->levels);
    PyMem_RawFree(w->steps);
    PyMem_RawFree(w->lines);
    type->tp_free(w);
    Py_DECREF(type);
}

/* ---- the run ---- */

/* A table of the module by its name, where it is a plain dict.  A new reference, or NULL without an exception. */
static PyObject *
table_of(cs_witness *w, const char *name)
{
    PyObject *table = PyDict_GetItemString(w->globals, name);
    return table != NULL && PyDict_CheckExact(table) ? Py_NewRef(table) : NULL;
}

static void
start(cs_witness *w)
{
    Py_XSETREF(w->dispatch, table_of(w, "_deepcopy_dispatch"));
    Py_XSETREF(w->copyreg, table_of(w, "dispatch_table"));
    w->thread = PyThread_get_thread_ident();
    w->started = cs_witness_clock();
    w->depth = 0;
}

/* Calls function(*args) with the trace function set; puts back what was there. */
static PyObject *
call_traced(cs_witness *w, PyObject *function, PyObject *args)
{
    PyThreadState *ts = PyThreadState_Get();
    Py_tracefunc before = ts->c_tracefunc;
    PyObject *before_object = Py_XNewRef(ts->c_traceobj);
    PyFrameObject *here = PyEval_GetFrame();
    if (w->want_opcodes && here != NULL) { /* 3.12 reports opcodes only if a frame wanted them before */
        PyErr_Clear();
        (void)PyObject_SetAttrString((PyObject *)here, "f_trace_opcodes", Py_True);
    }
    PyEval_SetTrace(cs_witness_on_event, (PyObject *)w);
    /* Where the engine's own call counts as the first deepcopy()'s frame, this one must not count as another. */
    const int own = 1 - CS_ENTRY_FRAMES;
    cs_frames_leave(ts, own);
    PyObject *result = PyObject_Call(function, args, NULL);
    cs_frames_restore(ts, own);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    w->lost = ts->c_tracefunc != cs_witness_on_event || ts->c_traceobj != (PyObject *)w;
    PyEval_SetTrace(before, before_object);
    if (w->want_opcodes && here != NULL) {
        (void)PyObject_SetAttrString((PyObject *)here, "f_trace_opcodes", Py_False);
        PyErr_Clear();
    }
    Py_XDECREF(before_object);
    PyErr_Restore(type, value, traceback);
    return result;
}

/* Writes the last of the trace; no exception may be set meanwhile. */
static void
end_record(cs_witness *w)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    w->untold = cs_witness_record_end(w->record);
    PyErr_Restore(type, value, traceback);
}

/* Runs, and meanwhile has the trace's types told by the watched module's table. */
static PyObject *
call_recorded(cs_witness *w, PyObject *function, PyObject *args)
{
    cs_dispatch_reader reader = read_copier;
    void *ctx = w;
    cs_recorder *recorder = cs_session_recorder(w->session);
    if (recorder == NULL) {
        return PyErr_Format(PyExc_ValueError, "the session has ended");
    }
    cs_recorder_swap_reader(recorder, &reader, &ctx);
    PyObject *result = call_traced(w, function, args);
    end_record(w);
    cs_recorder_swap_reader(recorder, &reader, &ctx);
    return result;
}

PyDoc_STRVAR(run_doc,
             "run(function, *args)\n--\n\nCalls the watched module's function, and watches it.  One run only.");

static PyObject *
witness_run(cs_witness *w, PyObject *args)
{
    cs_witness **at_work = cs_witness_at_work(Py_TYPE(w));
    if (PyTuple_GET_SIZE(args) < 1) {
        return PyErr_Format(PyExc_TypeError, "run() needs the function to call");
    }
    if (*at_work != NULL || w->started != 0) {
        return PyErr_Format(PyExc_RuntimeError,
                            *at_work != NULL ? "another witness is at work" : "a witness runs once");
    }
    PyObject *rest = PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args));
    if (rest == NULL) {
        return NULL;
    }
    start(w);
    *at_work = w;
    PyObject *result = (w->record != NULL ? call_recorded : call_traced)(w, PyTuple_GET_ITEM(args, 0), rest);
    cs_witness_set_inside(w, false);
    cs_witness_use_memo(w, NULL);
    while (w->depth > 0) { /* frames whose end was not reported: the trace function was replaced */
        Py_CLEAR(w->levels[--w->depth].error);
    }
    *at_work = NULL;
    Py_DECREF(rest);
    return result;
}

/* ---- what it saw ---- */

PyDoc_STRVAR(steps_doc, "steps(first=0, count=all)\n--\n\nThe steps as bytes, 32 each: what Comparison.feed() takes.");

static PyObject *
witness_steps(cs_witness *w, PyObject *args)
{
    unsigned long long first = 0, count = UINT64_MAX;
    if (!PyArg_ParseTuple(args, "|KK:steps", &first, &count)) {
        return NULL;
    }
    first = first < w->n_steps ? first : w->n_steps;
    count = count < w->n_steps - first ? count : w->n_steps - first;
    const char *bytes = w->steps != NULL ? (const char *)(w->steps + first) : "";
    return PyBytes_FromStringAndSize(bytes, (Py_ssize_t)(count * sizeof *w->steps));
}

PyDoc_STRVAR(lines_doc,
             "lines()\n--\n\n[(line of copy.py, ns since the run began)], each line as it was about to run.");

static PyObject *
witness_lines(cs_witness *w, PyObject *unused)
{
    (void)unused;
    PyObject *list = PyList_New((Py_ssize_t)w->n_lines_seen);
    for (uint64_t i = 0; list != NULL && i < w->n_lines_seen; i++) {
        PyObject *item = Py_BuildValue("(IK)", w->lines[i].line, (unsigned long long)w->lines[i].ns);
        if (item == NULL) {
            Py_CLEAR(list);
        }
        else {
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
        }
    }
    return list;
}

PyDoc_STRVAR(opcodes_doc, "opcodes()\n--\n\n[(code, offset in it, times)] of the opcodes that ran.");

static PyObject *
witness_opcodes(cs_witness *w, PyObject *unused)
{
    (void)unused;
    PyObject *list = PyList_New(0);
    for (uint32_t i = 0; list != NULL && i < w->n_codes; i++) {
        const cs_witness_code *c = &w->codes[i];
        for (Py_ssize_t at = 0; list != NULL && c->counts != NULL && at < cs_code_units(c->code); at++) {
            PyObject *item = c->counts[at] ? Py_BuildValue("(OnI)", c->code, at * 2, c->counts[at]) : NULL;
            if (c->counts[at] && (item == NULL || PyList_Append(list, item) < 0)) {
                Py_CLEAR(list);
            }
            Py_XDECREF(item);
        }
    }
    return list;
}

static PyMethodDef witness_methods[] = {
    {"run", (PyCFunction)witness_run, METH_VARARGS, run_doc},
    {"steps", (PyCFunction)witness_steps, METH_VARARGS, steps_doc},
    {"lines", (PyCFunction)witness_lines, METH_NOARGS, lines_doc},
    {"opcodes", (PyCFunction)witness_opcodes, METH_NOARGS, opcodes_doc},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef witness_members[] = {
    {"texts", T_OBJECT, offsetof(cs_witness, texts), READONLY, "texts of exceptions"},
    {"count", T_ULONGLONG, offsetof(cs_witness, n_steps), READONLY, "steps seen"},
    {"failed", T_BOOL, offsetof(cs_witness, failed), READONLY, "out of memory"},
    {"truncated", T_BOOL, offsetof(cs_witness, truncated), READONLY, "max_steps was reached"},
    {"untold", T_ULONGLONG, offsetof(cs_witness, untold), READONLY, "steps that the trace has no record for"},
    {"lost", T_BOOL, offsetof(cs_witness, lost), READONLY, "the copied objects' code replaced the trace function"},
    {"user_calls", T_BOOL, offsetof(cs_witness, user_calls), READONLY, "user code called deepcopy()"},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(
    witness_doc,
    "Witness(globals, code, copiers, plan, roles, lines=False, opcodes=False, max_steps=0, session=None)\n--\n\n"
    "Watches one run of a copy.py.  globals: its module's; code: of its deepcopy(); copiers: its copiers of\n"
    "atomic objects, lists, tuples, dicts and methods, or None; plan: [(site, first line, last line, first and\n"
    "last line of an if's body or 0, 0: reductor(4) 1: copyreg's 2: reductor())]; roles: a byte for each line,\n"
    "why deepcopy() is called there.");

static PyType_Slot witness_slots[] = {
    {Py_tp_doc, (void *)witness_doc}, {Py_tp_new, witness_new},
    {Py_tp_dealloc, witness_dealloc}, {Py_tp_traverse, witness_traverse},
    {Py_tp_clear, witness_clear},     {Py_tp_methods, witness_methods},
    {Py_tp_members, witness_members}, {0, NULL},
};

PyType_Spec cs_witness_spec = {
    .name = "copyscope._core.Witness",
    .basicsize = sizeof(cs_witness),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = witness_slots,
};
