/* What differs between CPython's frames, 3.10 to 3.14, in one place: the witness reads copy.py's locals.
 *
 * Only reads.  PyFrame_GetLocals() would not do: its dict keeps what it has shown alive, longer than copy.py does.
 */
#ifndef CS_WITNESS_FRAME_H
#define CS_WITNESS_FRAME_H

#include "compat.h"

#include <stdbool.h>

#if PY_VERSION_HEX < 0x030B0000
#include <frameobject.h>
#elif PY_VERSION_HEX < 0x030C0000
#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#include <internal/pycore_frame.h>
#endif

/* The globals of a frame, borrowed: the frame holds them. */
static inline PyObject *
cs_frame_globals(PyFrameObject *frame)
{
#if PY_VERSION_HEX < 0x030B0000
    return frame->f_globals;
#else
    PyObject *globals = PyFrame_GetGlobals(frame);
    Py_XDECREF(globals);
    return globals;
#endif
}

/* The caller's frame, borrowed, to be compared only; NULL where C called. */
static inline PyFrameObject *
cs_frame_back(PyFrameObject *frame)
{
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_XDECREF(back);
    return back;
}

/* The code of a frame, borrowed. */
static inline PyCodeObject *
cs_frame_code(PyFrameObject *frame)
{
    PyCodeObject *code = PyFrame_GetCode(frame);
    Py_DECREF(code);
    return code;
}

/* Offset, in bytes of co_code, of the instruction that runs. */
static inline int
cs_frame_offset(PyFrameObject *frame)
{
#if PY_VERSION_HEX < 0x030B0000
    return frame->f_lasti * 2;
#else
    return PyFrame_GetLasti(frame);
#endif
}

/* Whether a return event tells of an exception that leaves the frame.  raising: the last thing that the frame reported
 * was an exception.  3.12 alone reports None as what an exception returns. */
static inline bool
cs_frame_is_left(PyObject *value, bool raising)
{
#if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030D0000
    return value == NULL || (value == Py_None && raising);
#else
    (void)raising;
    return value == NULL;
#endif
}

/* Instructions of a code, two bytes each. */
static inline Py_ssize_t
cs_code_units(PyCodeObject *code)
{
#if PY_VERSION_HEX < 0x030B0000
    return PyBytes_GET_SIZE(code->co_code) / 2;
#else
    return Py_SIZE(code);
#endif
}

#if PY_VERSION_HEX < 0x030C0000
static inline PyObject *
cs_frame_slot(PyObject *names, PyObject **values, PyObject *name, bool cells)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyObject *value = PyTuple_GET_ITEM(names, i) == name ? values[i] : NULL;
        if (value != NULL) {
            return Py_XNewRef(cells && PyCell_Check(value) ? PyCell_GET(value) : value);
        }
    }
    return NULL;
}
#endif

/* A local variable by its interned name, as a new reference; NULL, without an exception, where it has no value. */
static inline PyObject *
cs_frame_local(PyFrameObject *frame, PyObject *name)
{
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *value = PyFrame_GetVar(frame, name);
    if (value == NULL) {
        PyErr_Clear();
    }
    return value;
#elif PY_VERSION_HEX >= 0x030B0000
    PyCodeObject *code = frame->f_frame->f_code;
    return cs_frame_slot(code->co_localsplusnames, frame->f_frame->localsplus, name, true);
#else
    PyCodeObject *code = frame->f_code;
    PyObject **cells = frame->f_localsplus + code->co_nlocals;
    PyObject *value = cs_frame_slot(code->co_varnames, frame->f_localsplus, name, false);
    value = value != NULL ? value : cs_frame_slot(code->co_cellvars, cells, name, true);
    return value;
#endif
}

/* The name of the i-th parameter, borrowed; NULL where there are fewer. */
static inline PyObject *
cs_code_parameter(PyCodeObject *code, int i)
{
    if (code->co_argcount <= i) {
        return NULL;
    }
#if PY_VERSION_HEX >= 0x030B0000
    PyObject *names = code->co_localsplusnames;
#else
    PyObject *names = code->co_varnames;
#endif
    return PyTuple_GET_ITEM(names, i);
}

#endif
