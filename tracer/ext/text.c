#include "text.h"

#include <string.h>

#define STR_SHOWN 40       /* characters of a str or bytes that are shown */
#define INT_BITS_SHOWN 160 /* larger ints are described, not printed */
#define TUPLE_SHOWN 5
#define MESSAGE_MAX 400 /* bytes of an exception's message that are kept */

/* Cuts at a character boundary. */
static size_t
put(char *out, const char *s, size_t n)
{
    if (n > CS_TEXT_MAX) {
        n = CS_TEXT_MAX - 3;
        while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) {
            n--;
        }
        memcpy(out, s, n);
        memcpy(out + n, "...", 3);
        n += 3;
    }
    else {
        memcpy(out, s, n);
    }
    out[n] = '\0';
    return n;
}

static size_t
put_object(char *out, PyObject *str, const char *after)
{
    if (str == NULL) {
        PyErr_Clear();
        return 0;
    }
    /* A lone surrogate has no UTF-8: it is shown escaped. */
    PyObject *bytes = PyUnicode_AsEncodedString(str, "utf-8", "backslashreplace");
    size_t n = 0;
    if (bytes != NULL) {
        n = put(out, PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes));
        size_t m = strlen(after);
        if (n > 0 && n + m <= CS_TEXT_MAX) {
            memcpy(out + n, after, m + 1);
            n += m;
        }
        Py_DECREF(bytes);
    }
    else {
        PyErr_Clear();
    }
    Py_DECREF(str);
    return n;
}

/* A short str that repr() would only put quotes around. */
static size_t
text_of_plain_str(PyObject *x, char *out)
{
    const Py_ssize_t n = PyUnicode_GET_LENGTH(x);
    if (!PyUnicode_IS_COMPACT_ASCII(x) || n > STR_SHOWN) {
        return 0;
    }
    const char *s = PyUnicode_DATA(x);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (s[i] < ' ' || s[i] > '~' || s[i] == '\'' || s[i] == '\\') {
            return 0;
        }
        out[i + 1] = s[i];
    }
    out[0] = out[n + 1] = '\'';
    out[n + 2] = '\0';
    return (size_t)n + 2;
}

static size_t
text_of_str(PyObject *x, char *out)
{
    const size_t plain = text_of_plain_str(x, out);
    if (plain > 0) {
        return plain;
    }
    PyObject *head = PyUnicode_Substring(x, 0, STR_SHOWN);
    if (head == NULL) {
        PyErr_Clear();
        return 0;
    }
    PyObject *repr = PyObject_Repr(head);
    Py_DECREF(head);
    return put_object(out, repr, PyUnicode_GET_LENGTH(x) > STR_SHOWN ? "..." : "");
}

static size_t
text_of_bytes(PyObject *x, char *out)
{
    Py_ssize_t n = PyBytes_GET_SIZE(x), shown = n < STR_SHOWN / 2 ? n : STR_SHOWN / 2;
    PyObject *head = PyBytes_FromStringAndSize(PyBytes_AS_STRING(x), shown);
    if (head == NULL) {
        PyErr_Clear();
        return 0;
    }
    PyObject *repr = PyObject_Repr(head);
    Py_DECREF(head);
    return put_object(out, repr, n > shown ? "..." : "");
}

static size_t
put_decimal(long long v, char *out)
{
    char digits[24], *p = digits + sizeof digits;
    unsigned long long rest = v < 0 ? 0 - (unsigned long long)v : (unsigned long long)v;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (v < 0) {
        *--p = '-';
    }
    return put(out, p, (size_t)(digits + sizeof digits - p));
}

static size_t
text_of_int(PyObject *x, char *out)
{
    int overflow;
    long long v = PyLong_AsLongLongAndOverflow(x, &overflow);
    if (overflow) {
        size_t bits = _PyLong_NumBits(x);
        if (bits > INT_BITS_SHOWN) {
            int n = PyOS_snprintf(out, CS_TEXT_MAX, "int of %zu bits", bits);
            return n > 0 ? (size_t)n : 0;
        }
        return put_object(out, PyObject_Repr(x), "");
    }
    return put_decimal(v, out);
}

static int
is_scalar(PyObject *x)
{
    return PyLong_CheckExact(x) || PyFloat_CheckExact(x) || PyBool_Check(x) || x == Py_None ||
           PyUnicode_CheckExact(x) || PyBytes_CheckExact(x) || PyComplex_CheckExact(x);
}

bool
cs_text_of_tuple_is_given(PyObject *tuple)
{
    const Py_ssize_t n = PyTuple_GET_SIZE(tuple);
    for (Py_ssize_t i = 0; i < n && n <= TUPLE_SHOWN; i++) {
        PyObject *item = PyTuple_GET_ITEM(tuple, i);
        if (item == NULL || !is_scalar(item)) {
            return false;
        }
    }
    return n <= TUPLE_SHOWN;
}

/* Only a short tuple of scalars: others are drawn with their elements. */
static size_t
text_of_tuple(PyObject *x, char *out)
{
    char all[8 * CS_TEXT_MAX], one[CS_TEXT_MAX + 1];
    size_t n = 0;
    Py_ssize_t len = PyTuple_GET_SIZE(x);
    if (!cs_text_of_tuple_is_given(x)) {
        return 0;
    }
    all[n++] = '(';
    for (Py_ssize_t i = 0; i < len; i++) {
        size_t m = cs_text_of(PyTuple_GET_ITEM(x, i), one);
        memcpy(all + n, one, m);
        n += m;
        if (i + 1 < len) {
            memcpy(all + n, ", ", 2);
            n += 2;
        }
    }
    if (len == 1) {
        all[n++] = ',';
    }
    all[n++] = ')';
    return put(out, all, n);
}

size_t
cs_text_of(PyObject *x, char out[CS_TEXT_MAX + 1])
{
    if (PyLong_CheckExact(x)) {
        return text_of_int(x, out);
    }
    if (PyUnicode_CheckExact(x)) {
        return text_of_str(x, out);
    }
    if (PyBytes_CheckExact(x)) {
        return text_of_bytes(x, out);
    }
    if (x == Py_None || PyBool_Check(x) || x == Py_Ellipsis || x == Py_NotImplemented || PyFloat_CheckExact(x) ||
        PyComplex_CheckExact(x)) {
        return put_object(out, PyObject_Repr(x), "");
    }
    if (PyTuple_CheckExact(x)) {
        return text_of_tuple(x, out);
    }
    if (PyType_Check(x)) {
        const char *name = ((PyTypeObject *)x)->tp_name, *dot = strrchr(name, '.');
        name = dot != NULL ? dot + 1 : name;
        return put(out, name, strlen(name));
    }
    if (PyFunction_Check(x) && PyUnicode_CheckExact(((PyFunctionObject *)x)->func_name)) {
        return put_object(out, Py_NewRef(((PyFunctionObject *)x)->func_name), "()");
    }
    if (PyCFunction_CheckExact(x)) {
        const char *name = ((PyCFunctionObject *)x)->m_ml->ml_name;
        return put(out, name, strlen(name));
    }
    return 0;
}

uint32_t
cs_text_len(PyObject *x)
{
    Py_ssize_t n = PyList_CheckExact(x)      ? PyList_GET_SIZE(x)
                   : PyTuple_CheckExact(x)   ? PyTuple_GET_SIZE(x)
                   : PyDict_CheckExact(x)    ? PyDict_GET_SIZE(x)
                   : PyUnicode_CheckExact(x) ? PyUnicode_GET_LENGTH(x)
                   : PyBytes_CheckExact(x)   ? PyBytes_GET_SIZE(x)
                                             : 0;
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* The message of an exception if it is a plain str, else NULL.  value may be the exception, or not yet one. */
static const char *
message_of(PyObject *value)
{
    PyObject *message = value;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        PyObject *args = ((PyBaseExceptionObject *)value)->args;
        message = args != NULL && PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    }
    if (message == NULL || !PyUnicode_CheckExact(message)) {
        return NULL;
    }
    const char *s = PyUnicode_AsUTF8(message);
    if (s == NULL) {
        PyErr_Clear();
    }
    return s;
}

size_t
cs_text_of_exception(PyObject *type, PyObject *value, char out[CS_EXCEPTION_TEXT_MAX + 1])
{
    const char *name = PyType_Check(type) ? ((PyTypeObject *)type)->tp_name : "exception", *s = message_of(value);
    int n = s != NULL && *s ? snprintf(out, CS_EXCEPTION_TEXT_MAX, "%.150s: %.*s", name, MESSAGE_MAX, s)
                            : snprintf(out, CS_EXCEPTION_TEXT_MAX, "%.150s", name);
    while (n > 0 && ((unsigned char)out[n - 1] & 0x80) && s != NULL && strlen(s) > MESSAGE_MAX) {
        n--; /* do not end inside a character */
    }
    return n > 0 ? (size_t)n : 0;
}
