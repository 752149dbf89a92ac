#include "classes.h"
#include "table.h"

#define DICT_SCANNED 16 /* a larger __dict__ is not looked through */

#define NAMES(X)                                                                                                       \
    X(n_new, "__new__")                                                                                                \
    X(n_init, "__init__")                                                                                              \
    X(n_setstate, "__setstate__")                                                                                      \
    X(n_getattr, "__getattr__")                                                                                        \
    X(n_getattribute, "__getattribute__")                                                                              \
    X(n_class, "__class__")                                                                                            \
    X(n_dict, "__dict__")                                                                                              \
    X(n_deepcopy, "__deepcopy__")                                                                                      \
    X(n_reduce, "__reduce__")                                                                                          \
    X(n_reduce_ex, "__reduce_ex__")                                                                                    \
    X(n_getstate, "__getstate__")                                                                                      \
    X(n_getnewargs, "__getnewargs__")                                                                                  \
    X(n_getnewargs_ex, "__getnewargs_ex__")                                                                            \
    X(n_slotnames, "__slotnames__")

int
cs_classes_init(cs_classes *c)
{
#define X(field, text)                                                                                                 \
    if ((c->field = PyUnicode_InternFromString(text)) == NULL) {                                                       \
        return -1;                                                                                                     \
    }
    NAMES(X)
#undef X
    return 0;
}

int
cs_classes_visit(cs_classes *c, visitproc visit, void *arg)
{
#define X(field, text) Py_VISIT(c->field);
    NAMES(X)
#undef X
    return 0;
}

void
cs_classes_clear(cs_classes *c)
{
#define X(field, text) Py_CLEAR(c->field);
    NAMES(X)
#undef X
}

/* Whether no class of the MRO but object has an entry of that name. */
static bool
only_object_has(const PyTypeObject *c, PyObject *name)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(c->tp_mro) - 1; i++) {
        PyTypeObject *k = (PyTypeObject *)PyTuple_GET_ITEM(c->tp_mro, i);
        if (PyDict_GetItemWithError(k->tp_dict, name) != NULL) {
            return false;
        }
    }
    return true;
}

/* Whether what a lookup in the class finds under that name is a Python function: asking for it runs no code. */
static bool
has_function(const PyTypeObject *c, PyObject *name)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(c->tp_mro) - 1; i++) {
        PyTypeObject *k = (PyTypeObject *)PyTuple_GET_ITEM(c->tp_mro, i);
        PyObject *found = PyDict_GetItemWithError(k->tp_dict, name);
        if (found != NULL) {
            return PyFunction_Check(found);
        }
    }
    return false;
}

/* Classes written in Python all the way to object, whose instances have a __dict__ and nothing else. */
static bool
is_ordinary(const PyTypeObject *c)
{
    const Py_ssize_t n = c->tp_mro != NULL ? PyTuple_GET_SIZE(c->tp_mro) : 0;
    if (n < 2 || PyTuple_GET_ITEM(c->tp_mro, n - 1) != (PyObject *)&PyBaseObject_Type || c->tp_dictoffset == 0 ||
        c->tp_itemsize != 0) {
        return false;
    }
    for (Py_ssize_t i = 0; i < n - 1; i++) {
        PyTypeObject *k = (PyTypeObject *)PyTuple_GET_ITEM(c->tp_mro, i);
        if (!PyType_CheckExact(k) || !(k->tp_flags & Py_TPFLAGS_HEAPTYPE) || k->tp_dict == NULL) {
            return false;
        }
    }
    return true;
}

/* Whether x.__dict__ is what the interpreter makes it. */
static bool
has_plain_dict(const cs_classes *names, const PyTypeObject *c)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(c->tp_mro) - 1; i++) {
        PyTypeObject *k = (PyTypeObject *)PyTuple_GET_ITEM(c->tp_mro, i);
        PyObject *dict = PyDict_GetItemWithError(k->tp_dict, names->n_dict);
        if (dict != NULL && !(Py_IS_TYPE(dict, &PyGetSetDescr_Type) && ((PyDescrObject *)dict)->d_type == k)) {
            return false;
        }
    }
    return true;
}

/* Nothing that object.__reduce_ex__ asks for, and copyreg has found already that there are no slots to save. */
static bool
is_reduced_by_object(const cs_classes *n, const PyTypeObject *c)
{
    PyObject *slots = PyDict_GetItemWithError(c->tp_dict, n->n_slotnames);
    return slots != NULL && PyList_CheckExact(slots) && PyList_GET_SIZE(slots) == 0 &&
           only_object_has(c, n->n_reduce_ex) && only_object_has(c, n->n_reduce) && only_object_has(c, n->n_getstate) &&
           only_object_has(c, n->n_getnewargs) && only_object_has(c, n->n_getnewargs_ex);
}

static uint16_t
facts_of(const cs_classes *n, const PyTypeObject *c)
{
    uint16_t facts = 0;
    if (!is_ordinary(c)) {
        return 0;
    }
    facts |= CS_CLASS_ORDINARY;
    if (has_plain_dict(n, c) && only_object_has(c, n->n_getattr) && only_object_has(c, n->n_getattribute) &&
        only_object_has(c, n->n_class)) {
        facts |= CS_CLASS_PLAIN_ATTRS;
    }
    if (c->tp_new == PyBaseObject_Type.tp_new && only_object_has(c, n->n_new)) {
        facts |= CS_CLASS_OBJECT_NEW;
    }
    facts |= only_object_has(c, n->n_init) ? CS_CLASS_OBJECT_INIT : 0;
    facts |= only_object_has(c, n->n_setstate) ? CS_CLASS_NO_SETSTATE : 0;
    facts |= only_object_has(c, n->n_deepcopy) ? CS_CLASS_NO_HOOK : 0;
    facts |= is_reduced_by_object(n, c) ? CS_CLASS_OBJECT_REDUCE : 0;
    facts |= only_object_has(c, n->n_reduce_ex) && has_function(c, n->n_reduce) ? CS_CLASS_REDUCE : 0;
    facts |= has_function(c, n->n_setstate) ? CS_CLASS_SETSTATE : 0;
    return facts;
}

cs_class *
cs_class_ask(cs_classes *c, PyTypeObject *type)
{
    cs_class *k = cs_class_slot_of(c, type);
    *k = (cs_class){type, cs_type_version_given(type), facts_of(c, type)};
    return k;
}

PyObject *
cs_plain_dict_of(PyObject *x)
{
    PyObject *dict = PyObject_GenericGetDict(x, NULL), *name;
    Py_ssize_t pos = 0;
    if (dict == NULL) {
        PyErr_Clear();
        return NULL;
    }
    bool plain = PyDict_CheckExact(dict) && PyDict_GET_SIZE(dict) <= DICT_SCANNED;
    while (plain && (name = cs_table_next_name(dict, &pos)) != NULL) {
        plain = PyUnicode_CheckExact(name) && !(PyUnicode_GET_LENGTH(name) > 1 && PyUnicode_READ_CHAR(name, 0) == '_' &&
                                                PyUnicode_READ_CHAR(name, 1) == '_');
    }
    if (!plain) {
        Py_CLEAR(dict);
    }
    return dict;
}
