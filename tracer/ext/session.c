#include "session.h"

#include <errno.h>
#include <structmember.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    PyObject_HEAD
    PyObject *module; /* keeps the runtime alive */
    cs_runtime *rt;
    const cs_policy *policy;
    cs_recorder *rec;
    cs_engine *current; /* the run in progress, or NULL */
    unsigned long thread;
    int fd;           /* -1: into buffer */
    struct stat file; /* what fd was when the session began */
    char *buffer;
    size_t used, room;
    bool keep; /* what goes to fd is kept in buffer as well */
    bool ended;
    int why; /* errno of the write or allocation that failed, or 0 */
} session;

static int
sink_to_fd(session *s, const char *bytes, size_t n)
{
    struct stat now;
    if (fstat(s->fd, &now) < 0 || now.st_dev != s->file.st_dev || now.st_ino != s->file.st_ino) {
        s->why = EBADF; /* the program closed it, and its number may stand for a file of the program's own */
        return -1;
    }
    while (n > 0) {
        ssize_t done = write(s->fd, bytes, n);
        if (done < 0 && errno != EINTR) {
            s->why = errno;
            return -1;
        }
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
    return 0;
}

static int
sink(void *ctx, const void *bytes, size_t n)
{
    session *s = ctx;
    if (s->fd >= 0 && sink_to_fd(s, bytes, n) < 0) {
        return -1;
    }
    if (s->fd >= 0 && !s->keep) {
        return 0;
    }
    if (s->room - s->used < n) {
        size_t room = s->room * 2 > s->used + n ? s->room * 2 : s->used + n + 4096;
        char *bigger = PyMem_RawRealloc(s->buffer, room);
        if (bigger == NULL) {
            s->why = ENOMEM;
            return -1;
        }
        s->buffer = bigger;
        s->room = room;
    }
    memcpy(s->buffer + s->used, bytes, n);
    s->used += n;
    return 0;
}

static cs_probe
read_dispatch(void *ctx, PyTypeObject *type, uint8_t *copier)
{
    cs_runtime *rt = ctx;
    PyObject *custom = NULL;
    *copier = CS_COPIER_NONE;
    if (!cs_is_plainly_hashed(type) || !rt->dispatch_plain) {
        return CS_PROBE_UNKNOWN; /* asking would run a metaclass's __hash__ once more than the copy does */
    }
    if (cs_copier_of(rt, type, copier, &custom) < 0) {
        PyErr_Clear();
        return CS_PROBE_UNKNOWN;
    }
    Py_XDECREF(custom);
    PyObject *found = PyDict_GetItemWithError(rt->dispatch, (PyObject *)type);
    if (PyErr_Occurred()) {
        PyErr_Clear();
        return CS_PROBE_UNKNOWN;
    }
    return cs_probe_read(rt->dispatch, (PyObject *)type, PyObject_Hash((PyObject *)type), found);
}

static PyObject *
session_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"policy", "fd", "names", "max_records", "keep", "clock", "lazy", NULL};
    const char *policy = "cpython";
    int fd = -1;
    PyObject *labels = Py_None;
    unsigned long long max_records = 0;
    int keep = 0, lazy = 0;
    const char *clock = "composites";
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|siOKpsp:Session", names, &policy, &fd, &labels, &max_records,
                                     &keep, &clock, &lazy)) {
        return NULL;
    }
    const bool clock_all = strcmp(clock, "all") == 0;
    if (!clock_all && strcmp(clock, "composites") != 0) {
        PyErr_Format(PyExc_ValueError, "unknown clock '%s': 'composites' or 'all'", clock);
        return NULL;
    }
    if (labels != Py_None && !PyDict_CheckExact(labels)) {
        PyErr_SetString(PyExc_TypeError, "names must be a dict of id -> str, or None");
        return NULL;
    }
    const cs_policy *p = cs_policy_find(policy);
    if (p == NULL) {
        PyErr_Format(PyExc_ValueError, "unknown policy '%s': copyscope.policies() lists them", policy);
        return NULL;
    }
    if (p->table) {
        PyErr_Format(PyExc_ValueError,
                     "policy '%s' has no dict whose probes could be recorded: record 'sound-merged', "
                     "which asks the same questions",
                     policy);
        return NULL;
    }
    session *s = (session *)type->tp_alloc(type, 0);
    if (s == NULL) {
        return NULL;
    }
    if (fd >= 0 && fstat(fd, &s->file) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        Py_DECREF(s);
        return NULL;
    }
    s->module = Py_NewRef(PyType_GetModule(type));
    s->rt = cs_runtime_of_type(type);
    s->policy = p;
    s->fd = fd;
    s->keep = keep;
    s->thread = PyThread_get_thread_ident();
    s->rec = cs_recorder_new(&(cs_recorder_options){
        .sink = sink,
        .sink_ctx = s,
        .max_records = max_records,
        .names = labels != Py_None ? labels : NULL,
        .clock_all = clock_all,
        .live = fd >= 0,
        .lazy = lazy,
        .reader = read_dispatch,
        .reader_ctx = s->rt,
    });
    if (s->rec == NULL) {
        Py_DECREF(s);
        return NULL;
    }
    return (PyObject *)s;
}

static int
session_traverse(session *s, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(s));
    Py_VISIT(s->module);
    return s->rec != NULL ? cs_recorder_visit(s->rec, visit, arg) : 0;
}

static int
session_clear(session *s)
{
    cs_recorder *rec = s->rec;
    s->rec = NULL;
    cs_recorder_free(rec);
    Py_CLEAR(s->module);
    return 0;
}

static void
session_dealloc(session *s)
{
    PyTypeObject *type = Py_TYPE(s);
    PyObject_GC_UnTrack(s);
    session_clear(s);
    PyMem_RawFree(s->buffer);
    type->tp_free(s);
    Py_DECREF(type);
}

static int
check_open(session *s)
{
    if (s->ended || s->rec == NULL) {
        PyErr_SetString(PyExc_ValueError, "this recording has ended");
        return -1;
    }
    return 0;
}

/* None, or NULL with MemoryError or OSError set: what the writer met, or the sink before it. */
static PyObject *
none_or_error(session *s, cs_error err)
{
    if (err == CS_E_OK) {
        Py_RETURN_NONE;
    }
    if (err == CS_E_NOMEM || s->why == ENOMEM) {
        return PyErr_NoMemory();
    }
    if (s->why != 0) {
        errno = s->why;
        return PyErr_SetFromErrno(PyExc_OSError);
    }
    return PyErr_Format(PyExc_OSError, "trace: %s", cs_strerror(err));
}

PyDoc_STRVAR(deepcopy_doc, "deepcopy(x, memo=None)\n--\n\nDeep copy of x, every step recorded.\n\n"
                           "Calls from other threads than the session's own are copied without being recorded.");

PyObject *
cs_session_deepcopy(PyObject *self, PyObject *x, PyObject *memo)
{
    session *s = (session *)self;
    if (s->thread != PyThread_get_thread_ident()) {
        return cs_deepcopy_plain(s->rt, s->policy, x, memo);
    }
    if (check_open(s) < 0) {
        return NULL;
    }
    return cs_deepcopy_traced(s->rt, s->policy, x, memo, s->rec, &s->current);
}

static PyObject *
session_deepcopy(session *s, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"x", "memo", NULL};
    PyObject *x, *memo = NULL;
    if (kwargs == NULL && PyTuple_GET_SIZE(args) == 1) { /* what most calls are */
        x = PyTuple_GET_ITEM(args, 0);
    }
    else if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:deepcopy", names, &x, &memo)) {
        return NULL;
    }
    return cs_session_deepcopy((PyObject *)s, x, memo);
}

cs_recorder *
cs_session_recorder(PyObject *self)
{
    session *s = (session *)self;
    return Py_TYPE(self)->tp_dealloc == (destructor)session_dealloc && !s->ended ? s->rec : NULL;
}

void
cs_session_take(PyObject *self)
{
    ((session *)self)->thread = PyThread_get_thread_ident();
}

/* copy(x), or replace(x, **changes) where there are changes. */
static PyObject *
shallow_call(session *s, PyObject *x, PyObject *changes)
{
    const cs_shallow *facts = cs_shallow_of_type(Py_TYPE(s));
    if (s->thread != PyThread_get_thread_ident()) {
        return changes != NULL ? cs_replace_plain(facts, x, changes) : cs_copy_plain(facts, x);
    }
    if (check_open(s) < 0) {
        return NULL;
    }
    const unsigned role = cs_recorder_enter(s->rec) ? CS_ROLE_USER : CS_ROLE_ROOT;
    PyObject *y =
        changes != NULL ? cs_replace_traced(facts, x, changes, s->rec, role) : cs_copy_traced(facts, x, s->rec, role);
    cs_recorder_leave(s->rec);
    return y;
}

PyDoc_STRVAR(copy_doc, "copy(x)\n--\n\nShallow copy of x, every step recorded; other threads' as for deepcopy().");

static PyObject *
session_copy(session *s, PyObject *args, PyObject *kwargs)
{
    PyObject *x = cs_copy_argument(cs_shallow_of_type(Py_TYPE(s)), args, kwargs);
    return x != NULL ? shallow_call(s, x, NULL) : NULL;
}

PyDoc_STRVAR(replace_doc, "replace(obj, /, **changes)\n--\n\n"
                          "A new object with some fields replaced, every step recorded; other threads' as for "
                          "deepcopy().");

static PyObject *
session_replace(session *s, PyObject *args, PyObject *kwargs)
{
    PyObject *x = cs_replace_argument(cs_shallow_of_type(Py_TYPE(s)), args, kwargs);
    PyObject *changes = x == NULL ? NULL : kwargs != NULL ? Py_NewRef(kwargs) : PyDict_New();
    PyObject *y = changes != NULL ? shallow_call(s, x, changes) : NULL;
    Py_XDECREF(changes);
    return y;
}

PyDoc_STRVAR(chunk_doc,
             "chunk(kind, data)\n--\n\nWrites a chunk of its own: kind is 'META', 'SRC_' or 'NOTE', data is JSON.");

static PyObject *
session_chunk(session *s, PyObject *args)
{
    const char *kind, *data;
    Py_ssize_t kind_len, n;
    if (!PyArg_ParseTuple(args, "s#s#:chunk", &kind, &kind_len, &data, &n) || check_open(s) < 0) {
        return NULL;
    }
    if (kind_len != 4) {
        PyErr_SetString(PyExc_ValueError, "a chunk's kind has four letters");
        return NULL;
    }
    cs_error err = cs_writer_chunk(cs_recorder_writer(s->rec), kind, data, (size_t)n);
    return none_or_error(s, err);
}

PyDoc_STRVAR(flush_doc, "flush()\n--\n\nWrites what is buffered.");

static PyObject *
session_flush(session *s, PyObject *unused)
{
    (void)unused;
    if (check_open(s) < 0) {
        return NULL;
    }
    cs_error err = cs_writer_flush(cs_recorder_writer(s->rec));
    return none_or_error(s, err);
}

PyDoc_STRVAR(data_doc, "data()\n--\n\nThe bytes written so far, where they are kept.");

static PyObject *
session_data(session *s, PyObject *unused)
{
    (void)unused;
    return PyBytes_FromStringAndSize(s->buffer, (Py_ssize_t)s->used);
}

PyDoc_STRVAR(end_doc,
             "end(failed=False)\n--\n\nEnds the recording.  Returns the trace as bytes, or None if it went to fd.");

static PyObject *
session_end(session *s, PyObject *args)
{
    int failed = 0;
    if (!PyArg_ParseTuple(args, "|p:end", &failed) || check_open(s) < 0) {
        return NULL;
    }
    cs_writer *w = cs_recorder_writer(s->rec);
    /* Where the recorder or the writer failed no end is written: a trace that ends is whole. */
    const bool cut = cs_recorder_failed(s->rec);
    cs_error err = cut ? cs_writer_flush(w) : cs_writer_end(w, failed ? CS_END_FAILED : 0);
    s->ended = true;
    if (cut && err == CS_E_OK) {
        err = CS_E_NOMEM;
    }
    if (err != CS_E_OK) {
        return none_or_error(s, err);
    }
    if (s->fd >= 0) {
        Py_RETURN_NONE;
    }
    return PyBytes_FromStringAndSize(s->buffer, (Py_ssize_t)s->used);
}

static PyObject *
session_records(session *s, void *unused)
{
    (void)unused;
    return s->rec != NULL ? PyLong_FromUnsignedLongLong(cs_writer_records(cs_recorder_writer(s->rec)))
                          : PyLong_FromLong(0);
}

static PyMethodDef session_methods[] = {
    {"deepcopy", (PyCFunction)(void (*)(void))session_deepcopy, METH_VARARGS | METH_KEYWORDS, deepcopy_doc},
    {"copy", (PyCFunction)(void (*)(void))session_copy, METH_VARARGS | METH_KEYWORDS, copy_doc},
    {"replace", (PyCFunction)(void (*)(void))session_replace, METH_VARARGS | METH_KEYWORDS, replace_doc},
    {"chunk", (PyCFunction)session_chunk, METH_VARARGS, chunk_doc},
    {"flush", (PyCFunction)session_flush, METH_NOARGS, flush_doc},
    {"data", (PyCFunction)session_data, METH_NOARGS, data_doc},
    {"end", (PyCFunction)session_end, METH_VARARGS, end_doc},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef session_getset[] = {
    {"records", (getter)session_records, NULL, "records written so far", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyDoc_STRVAR(session_doc,
             "Session(policy='cpython', fd=-1, names=None, max_records=0, keep=False, clock='composites', lazy=False)\n"
             "--\n\n"
             "One recording.  fd: where the trace is written, -1 for memory; names: dict of id -> name;\n"
             "max_records: 0 for no limit; keep: keeps in memory what goes to fd, for data(); clock: 'composites'\n"
             "gives objects that have parts a time of their own, 'all' every record; lazy: the tape is read when\n"
             "someone asks for it, so that what was met is held until then, not until the end of each call.");

static PyType_Slot session_slots[] = {
    {Py_tp_doc, (void *)session_doc}, {Py_tp_new, session_new},
    {Py_tp_dealloc, session_dealloc}, {Py_tp_traverse, session_traverse},
    {Py_tp_clear, session_clear},     {Py_tp_methods, session_methods},
    {Py_tp_getset, session_getset},   {0, NULL},
};

PyType_Spec cs_session_spec = {
    .name = "copyscope._core.Session",
    .basicsize = sizeof(session),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = session_slots,
};
