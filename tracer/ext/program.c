#include "program.h"

#include "session.h"

#include <frameobject.h>
#include <structmember.h>

/* The calls that stand between the program's and the engine count as frames on their own.  They are given back while
 * the copy runs: the recursion limit is met at the depth where copy.py would meet it. */
#define FRAMES_ADDED (CS_COUNTS_FRAMES_APART ? 1 : 2)

typedef struct {
    PyObject_HEAD
    PyObject *module; /* keeps the runtime alive */
    cs_runtime *rt;
    const cs_policy *policy;
    PyObject *session; /* where calls are recorded, or NULL: asked of opener */
    PyObject *opener;  /* called for a session when the first call needs one, or NULL */
    unsigned long thread;
    bool recording; /* a call of `thread` is being recorded */
    bool flush;     /* what a call recorded is written when it ends */
    unsigned long long max_calls, max_records;
    unsigned long long calls, missed_threads, missed_cap, missed_closed;
} program;

/* Calls that are not recorded, one inside the other: the outermost is the one that counts. */
static _Thread_local unsigned unrecorded_depth;

static PyObject *
program_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"policy", "opener", "max_calls", "max_records", "flush", NULL};
    const char *policy = "cpython";
    PyObject *opener = Py_None;
    unsigned long long max_calls = 0, max_records = 0;
    int flush = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|sOKKp:Program", names, &policy, &opener, &max_calls, &max_records,
                                     &flush)) {
        return NULL;
    }
    const cs_policy *p = cs_policy_find(policy);
    if (p == NULL) {
        return PyErr_Format(PyExc_ValueError, "unknown policy '%s': copyscope.policies() lists them", policy);
    }
    program *g = (program *)type->tp_alloc(type, 0);
    if (g == NULL) {
        return NULL;
    }
    g->module = Py_NewRef(PyType_GetModule(type));
    g->rt = cs_runtime_of_type(type);
    g->policy = p;
    g->opener = opener != Py_None ? Py_NewRef(opener) : NULL;
    g->max_calls = max_calls;
    g->max_records = max_records;
    g->flush = flush;
    return (PyObject *)g;
}

static int
program_traverse(program *g, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(g));
    Py_VISIT(g->module);
    Py_VISIT(g->session);
    Py_VISIT(g->opener);
    return 0;
}

static int
program_clear(program *g)
{
    Py_CLEAR(g->session);
    Py_CLEAR(g->opener);
    Py_CLEAR(g->module);
    return 0;
}

static void
program_dealloc(program *g)
{
    PyTypeObject *type = Py_TYPE(g);
    PyObject_GC_UnTrack(g);
    program_clear(g);
    type->tp_free(g);
    Py_DECREF(type);
}

/* Returns a new reference, or NULL with an exception set. */
static PyObject *
copy_unrecorded(program *g, PyObject *x, PyObject *memo, unsigned long long *missed)
{
    if (unrecorded_depth == 0) {
        ++*missed;
    }
    unrecorded_depth++;
    PyObject *y = cs_deepcopy_plain(g->rt, g->policy, x, memo);
    unrecorded_depth--;
    return y;
}

/* Whether there is a session to record into; asks for one the first time.  Sets no exception: the program's call
 * must not fail because of its recorder. */
static bool
has_session(program *g)
{
    if (g->session != NULL || g->opener == NULL) {
        return g->session != NULL;
    }
    PyObject *opener = g->opener;
    g->opener = NULL;
    PyObject *session = PyObject_CallNoArgs(opener);
    if (session == NULL) {
        PyErr_WriteUnraisable(opener);
    }
    else if (session != Py_None && cs_session_recorder(session) != NULL) {
        g->session = Py_NewRef(session);
    }
    Py_XDECREF(session);
    Py_DECREF(opener);
    return g->session != NULL;
}

static bool
cap_reached(const program *g, cs_recorder *rec)
{
    return (g->max_calls && g->calls >= g->max_calls) ||
           (g->max_records && cs_writer_records(cs_recorder_writer(rec)) >= g->max_records);
}

/* Tells who called: the frame on top is that of copy.deepcopy itself, its code redirected to here. */
static void
emit_caller(cs_recorder *rec)
{
    PyFrameObject *own = PyEval_GetFrame(), *caller = own != NULL ? PyFrame_GetBack(own) : NULL;
    if (caller == NULL) {
        cs_recorder_emit_caller(rec, NULL, NULL, 0);
        return;
    }
    PyCodeObject *code = PyFrame_GetCode(caller);
    cs_recorder_emit_caller(rec, code->co_filename, cs_code_qualname(code), PyFrame_GetLineNumber(caller));
    Py_DECREF(code);
    Py_DECREF(caller);
}

static void
flush_session(program *g)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* of the copy */
    PyObject *done = PyObject_CallMethod(g->session, "flush", NULL);
    if (done == NULL) {
        PyErr_Clear(); /* the session remembers, and says so when it is ended */
    }
    Py_XDECREF(done);
    PyErr_Restore(type, value, traceback);
}

/* The outermost call of a thread, or one within it.  Returns a new reference, or NULL with an exception set. */
static PyObject *
copy_recorded(program *g, PyObject *x, PyObject *memo, bool outermost)
{
    PyObject *session = Py_NewRef(g->session); /* user code may end the recording meanwhile */
    PyThreadState *ts = PyThreadState_Get();
    cs_frames_leave(ts, FRAMES_ADDED);
    PyObject *y = cs_session_deepcopy(session, x, memo);
    cs_frames_restore(ts, FRAMES_ADDED);
    if (outermost) {
        g->recording = false;
        if (g->flush && g->session == session) {
            flush_session(g);
        }
    }
    Py_DECREF(session);
    return y;
}

static PyObject *
program_call(program *g, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"x", "memo", NULL};
    PyObject *x, *memo = NULL;
    const unsigned long me = PyThread_get_thread_ident();
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:deepcopy", names, &x, &memo)) {
        return NULL;
    }
    if (g->recording && g->session != NULL && g->thread == me) {
        return copy_recorded(g, x, memo, false);
    }
    if (g->recording) {
        return copy_unrecorded(g, x, memo, &g->missed_threads);
    }
    if (unrecorded_depth > 0 || !has_session(g)) {
        return copy_unrecorded(g, x, memo, &g->missed_closed);
    }
    if (g->recording) { /* opening let another thread in */
        return copy_unrecorded(g, x, memo, &g->missed_threads);
    }
    cs_recorder *rec = cs_session_recorder(g->session);
    if (rec == NULL || cap_reached(g, rec)) {
        return copy_unrecorded(g, x, memo, rec != NULL ? &g->missed_cap : &g->missed_closed);
    }
    g->recording = true;
    g->thread = me;
    g->calls++;
    cs_session_take(g->session);
    emit_caller(rec);
    return copy_recorded(g, x, memo, true);
}

PyDoc_STRVAR(forked_doc, "forked(opener)\n--\n\n"
                         "To be called in a forked child: forgets the parent's session and counts.  opener() gives\n"
                         "the session for the first call of the child, or None.");

static PyObject *
program_forked(program *g, PyObject *opener)
{
    PyObject *old = g->session;
    g->session = NULL;
    Py_XSETREF(g->opener, opener != Py_None ? Py_NewRef(opener) : NULL);
    g->recording = false;
    g->flush = true; /* a child often ends without a word */
    g->calls = g->missed_threads = g->missed_cap = g->missed_closed = 0;
    Py_XDECREF(old);
    Py_RETURN_NONE;
}

PyDoc_STRVAR(close_doc, "close()\n--\n\nLets the session go: what is called from now on is counted as missed_closed.");

static PyObject *
program_close(program *g, PyObject *unused)
{
    (void)unused;
    Py_CLEAR(g->opener);
    Py_CLEAR(g->session);
    Py_RETURN_NONE;
}

static PyMethodDef program_methods[] = {
    {"forked", (PyCFunction)program_forked, METH_O, forked_doc},
    {"close", (PyCFunction)program_close, METH_NOARGS, close_doc},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef program_members[] = {
    {"calls", T_ULONGLONG, offsetof(program, calls), READONLY, "outermost calls recorded"},
    {"missed_threads", T_ULONGLONG, offsetof(program, missed_threads), READONLY,
     "calls made while another thread's was recorded"},
    {"missed_cap", T_ULONGLONG, offsetof(program, missed_cap), READONLY, "calls after a cap was reached"},
    {"missed_closed", T_ULONGLONG, offsetof(program, missed_closed), READONLY, "calls without a session"},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(program_doc, "Program(policy='cpython', opener=None, max_calls=0, max_records=0, flush=False)\n--\n\n"
                          "Called as deepcopy(x, memo) in place of copy.deepcopy: records the outermost calls of a\n"
                          "program, each with its caller, into the session that opener() returns when the first\n"
                          "comes.  A call that is not recorded is made all the same, and counted.");

static PyType_Slot program_slots[] = {
    {Py_tp_doc, (void *)program_doc},   {Py_tp_new, program_new},     {Py_tp_dealloc, program_dealloc},
    {Py_tp_traverse, program_traverse}, {Py_tp_clear, program_clear}, {Py_tp_methods, program_methods},
    {Py_tp_members, program_members},   {Py_tp_call, program_call},   {0, NULL},
};

PyType_Spec cs_program_spec = {
    .name = "copyscope._core.Program",
    .basicsize = sizeof(program),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = program_slots,
};
