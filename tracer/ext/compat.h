/* What differs between CPython 3.10 and 3.14, in one place. */
#ifndef CS_COMPAT_H
#define CS_COMPAT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if PY_VERSION_HEX < 0x030A0000
#error "copyscope needs CPython 3.10 or newer"
#endif

#ifdef Py_GIL_DISABLED
#error "copyscope does not support the free-threaded build: the memo's table could move while it is read"
#endif

/* ---- Python frames: what the interpreter's own copy.py would have entered is counted against the recursion limit.
 * Since 3.12 frames and C calls are counted apart; before, one counter served both. ---- */
#define CS_COUNTS_FRAMES_APART (PY_VERSION_HEX >= 0x030C0000)

/* How many more frames fit; at least that many, since 3.10 lets user code raise the limit at any time. */
static inline int
cs_frames_left(PyThreadState *ts)
{
#if CS_COUNTS_FRAMES_APART
    return ts->py_recursion_remaining;
#elif PY_VERSION_HEX >= 0x030B0000
    return ts->recursion_remaining;
#else
    return Py_GetRecursionLimit() - ts->recursion_depth;
#endif
}

/* Enters one Python frame.  Returns 0, or -1 with RecursionError set. */
static inline int
cs_frame_enter(PyThreadState *ts)
{
#if CS_COUNTS_FRAMES_APART
    if (ts->py_recursion_remaining <= 0) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded");
        return -1;
    }
    ts->py_recursion_remaining--;
    return 0;
#elif PY_VERSION_HEX >= 0x030B0000
    if (ts->recursion_remaining > 0) {
        ts->recursion_remaining--;
        return 0;
    }
    return Py_EnterRecursiveCall("") ? -1 : 0;
#else
    (void)ts;
    return Py_EnterRecursiveCall("") ? -1 : 0;
#endif
}

static inline void
cs_frames_leave(PyThreadState *ts, int n)
{
#if CS_COUNTS_FRAMES_APART
    ts->py_recursion_remaining += n;
#elif PY_VERSION_HEX >= 0x030B0000
    ts->recursion_remaining += n;
#else
    (void)ts;
    while (n-- > 0) {
        Py_LeaveRecursiveCall();
    }
#endif
}

/* Counts again frames that cs_frames_leave() gave back; the limit was tested when they were entered. */
static inline void
cs_frames_restore(PyThreadState *ts, int n)
{
#if CS_COUNTS_FRAMES_APART
    ts->py_recursion_remaining -= n;
#elif PY_VERSION_HEX >= 0x030B0000
    ts->recursion_remaining -= n;
#else
    ts->recursion_depth += n;
#endif
}

/* How many frames of this thread are counted. */
static inline int
cs_frames_used(PyThreadState *ts)
{
#if CS_COUNTS_FRAMES_APART
    return ts->py_recursion_limit - ts->py_recursion_remaining;
#elif PY_VERSION_HEX >= 0x030B0000
    return ts->recursion_limit - ts->recursion_remaining;
#else
    return ts->recursion_depth;
#endif
}

/* The name of a code object with its class or function before it; the plain one before 3.11.  Borrowed. */
static inline PyObject *
cs_code_qualname(PyCodeObject *code)
{
#if PY_VERSION_HEX >= 0x030B0000
    return code->co_qualname;
#else
    return code->co_name;
#endif
}

/* The frames of the outermost deepcopy().  Up to 3.11 the call of the C function has counted as one already. */
#define CS_ENTRY_FRAMES (CS_COUNTS_FRAMES_APART ? 1 : 0)
/* Frames that deepcopy() of an atomic object needs below its caller: itself, and _deepcopy_atomic(); up to 3.11 the
 * call of id() needs no less.  Where atomic types are tested first: itself. */
#define CS_ATOM_FRAMES 2

/* Up to 3.11 the call of a builtin counts as well: id(x) is what meets the limit. */
static inline int
cs_builtin_call_check(PyThreadState *ts)
{
#if CS_COUNTS_FRAMES_APART
    (void)ts;
    return 0;
#else
    if (cs_frames_left(ts) > 0) {
        return 0;
    }
    if (Py_EnterRecursiveCall(" while calling a Python object")) {
        return -1;
    }
    Py_LeaveRecursiveCall();
    return 0;
#endif
}

/* getattr(x, name, None): *out is a new reference or NULL where there is no such attribute.
 * Returns -1 with an exception set for any error but AttributeError. */
static inline int
cs_getattr_optional(PyObject *x, PyObject *name, PyObject **out)
{
#if PY_VERSION_HEX >= 0x030D0000
    return PyObject_GetOptionalAttr(x, name, out) < 0 ? -1 : 0;
#else
    return _PyObject_LookupAttr(x, name, out) < 0 ? -1 : 0;
#endif
}

/* ValueError: sequence has more items than a statement unpacks.  Since 3.14 the text tells how many, where that is
 * known. */
static inline void
cs_too_many_values(PyObject *sequence, int expected)
{
#if PY_VERSION_HEX >= 0x030E0000
    if (PyList_CheckExact(sequence) || PyTuple_CheckExact(sequence) || PyDict_CheckExact(sequence)) {
        const Py_ssize_t n = PyObject_Size(sequence);
        if (n > expected) {
            PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %d, got %zd)", expected, n);
            return;
        }
    }
#endif
    (void)sequence;
    PyErr_Format(PyExc_ValueError, "too many values to unpack (expected %d)", expected);
}

/* Changes when the class or one of its bases is changed; 0: not told. */
static inline unsigned
cs_type_version(const PyTypeObject *type)
{
#ifdef Py_TPFLAGS_VALID_VERSION_TAG
    if (!(type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG)) {
        return 0;
    }
#endif
    return type->tp_version_tag;
}

/* The same, of a type that is given a version if it has none and can have one. */
static inline unsigned
cs_type_version_given(PyTypeObject *type)
{
    if (cs_type_version(type) == 0) {
        PyObject *any = PyUnicode_InternFromString("__class__");
        if (any != NULL) {
            (void)_PyType_Lookup(type, any); /* a lookup is what gives it one */
            Py_DECREF(any);
        }
        PyErr_Clear();
    }
    return cs_type_version(type);
}

/* n more references to x. */
static inline void
cs_incref_by(PyObject *x, Py_ssize_t n)
{
#if PY_VERSION_HEX < 0x030C0000 && !defined(Py_REF_DEBUG)
    Py_SET_REFCNT(x, Py_REFCNT(x) + n);
#else
    while (n-- > 0) { /* none where it is immortal */
        Py_INCREF(x);
    }
#endif
}

/* list.append(x) for an exact list. */
static inline int
cs_list_push(PyObject *list, PyObject *x)
{
    const Py_ssize_t n = PyList_GET_SIZE(list);
    if (n < ((PyListObject *)list)->allocated) {
        PyList_SET_ITEM(list, n, Py_NewRef(x));
        Py_SET_SIZE((PyVarObject *)list, n + 1);
        return 0;
    }
    return PyList_Append(list, x);
}

/* The same n times. */
static inline int
cs_list_push_times(PyObject *list, PyObject *x, Py_ssize_t n)
{
    const Py_ssize_t had = PyList_GET_SIZE(list), room = ((PyListObject *)list)->allocated - had,
                     fit = n < room ? n : room;
    PyObject **to = ((PyListObject *)list)->ob_item + had;
    cs_incref_by(x, fit);
    for (Py_ssize_t i = 0; i < fit; i++) {
        to[i] = x;
    }
    Py_SET_SIZE((PyVarObject *)list, had + fit);
    for (n -= fit; n > 0; n--) {
        if (PyList_Append(list, x) < 0) {
            return -1;
        }
    }
    return 0;
}

/* list.append(x) for an exact list; steals x. */
static inline int
cs_list_push_new(PyObject *list, PyObject *x)
{
    const Py_ssize_t n = PyList_GET_SIZE(list);
    if (n < ((PyListObject *)list)->allocated) {
        PyList_SET_ITEM(list, n, x);
        Py_SET_SIZE((PyVarObject *)list, n + 1);
        return 0;
    }
    const int err = PyList_Append(list, x);
    Py_DECREF(x);
    return err;
}

/* dict[key] = value, where the hash of the key is known. */
static inline int
cs_dict_set_hashed(PyObject *dict, PyObject *key, PyObject *value, Py_hash_t hash)
{
#if PY_VERSION_HEX < 0x030D0000
    return _PyDict_SetItem_KnownHash(dict, key, value, hash);
#else
    (void)hash;
    return PyDict_SetItem(dict, key, value);
#endif
}

/* A comprehension is a frame of its own until 3.12 (PEP 709). */
#define CS_LISTCOMP_FRAMES (PY_VERSION_HEX < 0x030C0000 ? 1 : 0)

/* Differs after any change of the dict.  0: this interpreter does not tell. */
static inline uint64_t
cs_dict_version(PyObject *dict)
{
#if PY_VERSION_HEX >= 0x030E0000
    (void)dict;
    return 0;
#else
    _Pragma("GCC diagnostic push")
        _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"") return ((PyDictObject *)dict)
            ->ma_version_tag;
    _Pragma("GCC diagnostic pop")
#endif
}

/* ---- the hash table behind a dict (Objects/dictobject.c; facts of layout, checked at import) ---- */
#if PY_VERSION_HEX >= 0x030B0000
struct cs_dict_keys {
    Py_ssize_t refcnt;
    uint8_t log2_size;
    uint8_t log2_index_bytes;
    uint8_t kind; /* 0: any keys, entries of 24 bytes; 1: str keys; 2: split */
    uint32_t version;
    Py_ssize_t usable;
    Py_ssize_t nentries;
    char indices[];
};
#else
struct cs_dict_keys {
    Py_ssize_t refcnt;
    Py_ssize_t size;
    void *lookup;
    Py_ssize_t usable;
    Py_ssize_t nentries;
    char indices[];
};
#endif

struct cs_dict_entry {
    Py_hash_t hash;
    PyObject *key, *value;
};
struct cs_dict_str_entry {
    PyObject *key, *value;
};

#endif
