/* What both compilations of shallow.c share: the facts about the copy module, and arguments. */
#include "shallow.h"

static PyObject *const *
owned(const cs_shallow *f, size_t i)
{
    PyObject *const *const all[] = {&f->globals,        &f->copy,       &f->replace,    &f->immutable,  &f->reconstruct,
                                    &f->four,           &f->holders[0], &f->holders[1], &f->holders[2], &f->holders[3],
#define X(id, text) &f->names.id,
                                    CS_SHALLOW_NAMES(X)
#undef X
    };
    return i < sizeof all / sizeof all[0] ? all[i] : NULL;
}

int
cs_shallow_visit(cs_shallow *facts, visitproc visit, void *arg)
{
    PyObject *const *at;
    for (size_t i = 0; (at = owned(facts, i)) != NULL; i++) {
        Py_VISIT(*at);
    }
    return 0;
}

void
cs_shallow_clear(cs_shallow *facts)
{
    PyObject *const *at;
    for (size_t i = 0; (at = owned(facts, i)) != NULL; i++) {
        Py_CLEAR(*(PyObject **)at);
    }
}

/* globals[name] as a new reference; NULL without an exception if it is optional and not there. */
static PyObject *
fetch(const cs_shallow *f, PyObject *name, bool optional)
{
    PyObject *x = PyDict_GetItemWithError(f->globals, name);
    if (x == NULL && !optional && !PyErr_Occurred()) {
        PyErr_Format(PyExc_ImportError, "this interpreter's copy module has no %U: copyscope does not know its copy()",
                     name);
    }
    return Py_XNewRef(x);
}

static int
fetch_holders(cs_shallow *f)
{
    PyTypeObject *const types[CS_SHALLOW_HOLDERS] = {&PyList_Type, &PyDict_Type, &PySet_Type, &PyByteArray_Type};
    for (size_t i = 0; i < CS_SHALLOW_HOLDERS; i++) {
        f->holders[i] = PyObject_GetAttr((PyObject *)types[i], f->names.copy);
        if (f->holders[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

int
cs_shallow_init(cs_shallow *facts)
{
    cs_shallow *f = facts;
#define X(id, text)                                                                                                    \
    if ((f->names.id = PyUnicode_InternFromString(text)) == NULL) {                                                    \
        return -1;                                                                                                     \
    }
    CS_SHALLOW_NAMES(X)
#undef X
    PyObject *module = PyImport_ImportModule("copy");
    f->globals = module != NULL ? Py_NewRef(PyModule_GetDict(module)) : NULL;
    Py_XDECREF(module);
    if (f->globals == NULL) {
        return -1;
    }
    const int table = PyDict_Contains(f->globals, f->names.copy_dispatch);
    f->by_table = table == 1;
    f->copy = fetch(f, f->names.copy, false);
    f->replace = fetch(f, f->names.replace, true);
    f->reconstruct = fetch(f, f->names.reconstruct, false);
    f->immutable = fetch(f, f->names.immutable, !f->by_table);
    f->four = PyLong_FromLong(4);
    return table < 0 || PyErr_Occurred() || fetch_holders(f) < 0 ? -1 : 0;
}

/* Lets the function refuse arguments that do not fit it, in its own words. */
static PyObject *
refuse(PyObject *function, PyObject *args, PyObject *kwargs)
{
    PyObject *r = PyObject_Call(function, args, kwargs);
    if (r != NULL) {
        Py_DECREF(r);
        PyErr_SetString(PyExc_TypeError, "these arguments do not fit");
    }
    return NULL;
}

PyObject *
cs_copy_argument(const cs_shallow *facts, PyObject *args, PyObject *kwargs)
{
    const Py_ssize_t n = PyTuple_GET_SIZE(args), named = kwargs != NULL ? PyDict_GET_SIZE(kwargs) : 0;
    if (n == 1 && named == 0) {
        return PyTuple_GET_ITEM(args, 0);
    }
    PyObject *x = n == 0 && named == 1 ? PyDict_GetItemString(kwargs, "x") : NULL;
    return x != NULL ? x : refuse(facts->copy, args, kwargs);
}

PyObject *
cs_replace_argument(const cs_shallow *facts, PyObject *args, PyObject *kwargs)
{
    if (facts->replace == NULL) {
        return PyErr_Format(PyExc_NotImplementedError,
                            "replace: CPython %d.%d has no copy.replace(), it came with 3.13", PY_MAJOR_VERSION,
                            PY_MINOR_VERSION);
    }
    if (kwargs != NULL && !PyArg_ValidateKeywordArguments(kwargs)) {
        return NULL;
    }
    return PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : refuse(facts->replace, args, kwargs);
}
