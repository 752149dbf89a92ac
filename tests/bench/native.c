/* copyscope's benchmarks: what has to be in C so that the measuring does not show in what is measured. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

static long long thread_ns(void) {
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/* Calls function(x, **keywords) for each x of the tuple, `turns` times; each result is freed at once.  Returns 0, or
 * -1 with an exception set. */
static int call_each(PyObject *function, PyObject *roots, Py_ssize_t turns, PyObject *const *values,
                     PyObject *keywords) {
    PyObject *stack[8];
    const Py_ssize_t given = keywords != NULL ? PyTuple_GET_SIZE(keywords) : 0;
    for (Py_ssize_t i = 0; i < given; i++) {
        stack[2 + i] = values[i];
    }
    for (Py_ssize_t turn = 0; turn < turns; turn++) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(roots); i++) {
            stack[1] = PyTuple_GET_ITEM(roots, i);
            PyObject *y = PyObject_Vectorcall(function, stack + 1, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, keywords);
            if (y == NULL) {
                return -1;
            }
            Py_DECREF(y);
        }
    }
    return 0;
}

PyDoc_STRVAR(run_doc, "run(function, roots, turns, /, **keywords) -> int\n--\n\n"
                      "CPU time of this thread, in ns, for function(x, **keywords) on each x of the tuple roots, the\n"
                      "whole `turns` times over.  Results are freed as they come.");

static PyObject *run(PyObject *module, PyObject *const *args, Py_ssize_t nargs, PyObject *keywords) {
    (void)module;
    if (nargs != 3 || !PyTuple_CheckExact(args[1]) || (keywords != NULL && PyTuple_GET_SIZE(keywords) > 6)) {
        PyErr_SetString(PyExc_TypeError, "run(function, tuple of objects, turns, at most 6 keywords)");
        return NULL;
    }
    const Py_ssize_t turns = PyLong_AsSsize_t(args[2]);
    if (turns == -1 && PyErr_Occurred()) {
        return NULL;
    }
    const long long start = thread_ns();
    if (call_each(args[0], args[1], turns, args + nargs, keywords) < 0) {
        return NULL;
    }
    return PyLong_FromLongLong(thread_ns() - start);
}

/* Not inlined and not static: callgrind counts from here to its return, by this name. */
__attribute__((noinline)) PyObject *cs_bench_marked(PyObject *module, PyObject *function) {
    (void)module;
    return PyObject_CallNoArgs(function);
}

PyDoc_STRVAR(marked_doc, "marked(function)\n--\n\nfunction(), within a C function of a name that profilers can find.");

static int no_op(PyObject *self, PyFrameObject *frame, int what, PyObject *arg) {
    (void)self, (void)frame, (void)what, (void)arg;
    return 0;
}

PyDoc_STRVAR(set_trace_doc, "set_trace(on)\n--\n\nA trace function in C that does nothing, for this thread.");

static PyObject *set_trace(PyObject *module, PyObject *on) {
    (void)module;
    const int yes = PyObject_IsTrue(on);
    if (yes < 0) {
        return NULL;
    }
    PyEval_SetTrace(yes ? no_op : NULL, yes ? Py_None : NULL);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"run", (PyCFunction)(void (*)(void))run, METH_FASTCALL | METH_KEYWORDS, run_doc},
    {"marked", cs_bench_marked, METH_O, marked_doc},
    {"set_trace", set_trace, METH_O, set_trace_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_native", .m_doc = "Timed loops and a C trace hook.",
    .m_methods = methods,  .m_slots = slots,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
