#include "unpack.h"

static int
not_iterable(PyObject *pair)
{
    if (PyErr_ExceptionMatches(PyExc_TypeError) && Py_TYPE(pair)->tp_iter == NULL && !PySequence_Check(pair)) {
        PyErr_Format(PyExc_TypeError, "cannot unpack non-iterable %.200s object", Py_TYPE(pair)->tp_name);
    }
    return -1;
}

int
cs_unpack_pair(PyObject *pair, PyObject **a, PyObject **b)
{
    *a = *b = NULL;
    if (PyTuple_CheckExact(pair) && PyTuple_GET_SIZE(pair) == 2) {
        *a = Py_NewRef(PyTuple_GET_ITEM(pair, 0));
        *b = Py_NewRef(PyTuple_GET_ITEM(pair, 1));
        return 0;
    }
    PyObject *it = PyObject_GetIter(pair), *extra = NULL;
    if (it == NULL) {
        return not_iterable(pair);
    }
    *a = PyIter_Next(it);
    *b = *a != NULL ? PyIter_Next(it) : NULL;
    if (*b != NULL) {
        extra = PyIter_Next(it);
    }
    if (!PyErr_Occurred() && (*b == NULL || extra != NULL)) {
        if (*b == NULL) {
            PyErr_Format(PyExc_ValueError, "not enough values to unpack (expected 2, got %d)", *a != NULL);
        }
        else {
            PyErr_SetString(PyExc_ValueError, "too many values to unpack (expected 2)");
        }
    }
    Py_DECREF(it);
    Py_XDECREF(extra);
    if (PyErr_Occurred()) {
        Py_CLEAR(*a);
        Py_CLEAR(*b);
        return -1;
    }
    return 0;
}
