#include "runtime.h"

#include <string.h>

/* module.name as a new reference; NULL without an exception if optional and not there. */
static PyObject *
fetch(PyObject *module, const char *name, bool optional)
{
    PyObject *x = PyObject_GetAttrString(module, name);
    if (x == NULL && optional && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return x;
}

int
cs_runtime_reload(cs_runtime *rt)
{
    const struct {
        PyObject **at;
        const char *name;
        bool optional;
    } names[] = {
        {&rt->dispatch, "_deepcopy_dispatch", false},
        {&rt->copyreg, "dispatch_table", false},
        {&rt->atomic_types, "_atomic_types", true},
        {&rt->reconstruct, "_reconstruct", false},
        {&rt->keep_alive, "_keep_alive", false},
        {&rt->deepcopy, "deepcopy", false},
        {&rt->error, "Error", false},
    };
    rt->version = cs_dict_version(rt->module_dict);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        PyObject *now = fetch(rt->module, names[i].name, names[i].optional);
        if (now == NULL && PyErr_Occurred()) {
            rt->version = 0;
            return -1;
        }
        Py_XSETREF(*names[i].at, now);
    }
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        rt->code_seen[i] = *rt->code_at[i];
        rt->replaced[i] = rt->code_seen[i] != rt->code[i];
    }
    rt->dispatch_plain = PyDict_CheckExact(rt->dispatch);
    memset(rt->kinds, 0, sizeof rt->kinds);
    return 0;
}

static int
make_constants(cs_runtime *rt)
{
    const struct {
        PyObject **at;
        const char *text;
    } names[] = {
        {&rt->s_deepcopy, "__deepcopy__"}, {&rt->s_reduce_ex, "__reduce_ex__"}, {&rt->s_reduce, "__reduce__"},
        {&rt->s_setstate, "__setstate__"}, {&rt->s_dict, "__dict__"},           {&rt->s_get, "get"},
        {&rt->s_items, "items"},           {&rt->s_append, "append"},           {&rt->s_update, "update"},
        {&rt->s_func, "__func__"},         {&rt->s_self, "__self__"},           {&rt->s_newobj, "__newobj__"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        *names[i].at = PyUnicode_InternFromString(names[i].text);
        if (*names[i].at == NULL) {
            return -1;
        }
    }
    PyObject *globals = PyDict_New();
    rt->star = globals != NULL ? PyRun_String("lambda f, a: f(*a)", Py_eval_input, globals, globals) : NULL;
    Py_XDECREF(globals);
    rt->four = PyLong_FromLong(4);
    rt->nil = PyList_New(0);
    rt->object_new = PyObject_GetAttrString((PyObject *)&PyBaseObject_Type, "__new__");
    rt->scalars = PyTuple_Pack(7, &PyLong_Type, &PyFloat_Type, &PyBool_Type, &PyComplex_Type, &PyUnicode_Type,
                               &PyBytes_Type, Py_TYPE(Py_None));
    return rt->star && rt->four && rt->nil && rt->object_new && rt->scalars ? 0 : -1;
}

int
cs_runtime_init(cs_runtime *rt)
{
    rt->module = PyImport_ImportModule("copy");
    rt->module_dict = rt->module != NULL ? PyModule_GetDict(rt->module) : NULL;
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        rt->code_at[i] = &rt->no_code;
    }
    if (rt->module == NULL || cs_runtime_reload(rt) < 0 || make_constants(rt) < 0) {
        return -1;
    }
    static const char *const names[CS_OWN_COUNT] = {"_deepcopy_atomic", "_deepcopy_list",   "_deepcopy_tuple",
                                                    "_deepcopy_dict",   "_deepcopy_method", "_reconstruct",
                                                    "_keep_alive"};
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        rt->own[i] = fetch(rt->module, names[i], i == CS_OWN_ATOMIC);
        if (rt->own[i] != NULL && !PyFunction_Check(rt->own[i])) {
            PyErr_Format(PyExc_ImportError, "copy.%s is no function: import copyscope before replacing it", names[i]);
        }
        if (PyErr_Occurred()) {
            return -1;
        }
        if (rt->own[i] != NULL) {
            rt->code_at[i] = &((PyFunctionObject *)rt->own[i])->func_code;
        }
        rt->code_seen[i] = *rt->code_at[i];
        rt->code[i] = Py_XNewRef(rt->code_seen[i]);
    }
    PyObject *copyreg = PyImport_ImportModule("copyreg");
    rt->copyreg_dict = copyreg != NULL ? Py_NewRef(PyModule_GetDict(copyreg)) : NULL;
    rt->newobj = copyreg != NULL ? fetch(copyreg, "__newobj__", false) : NULL;
    rt->empty = PyTuple_New(0);
    Py_XDECREF(copyreg);
    rt->own_deepcopy = Py_NewRef(rt->deepcopy);
    return PyErr_Occurred() || cs_classes_init(&rt->classes) < 0 ? -1 : 0;
}

/* Every reference that the runtime owns. */
/* clang-format off */
#define OWNED(X)                                                                                                       \
    X(module) X(dispatch) X(copyreg) X(atomic_types) X(reconstruct) X(keep_alive) X(deepcopy) X(error)                 \
    X(own_deepcopy) X(scalars) X(object_new) X(newobj) X(nil)                                                          \
    X(s_deepcopy) X(s_reduce_ex) X(s_reduce) X(s_setstate) X(s_dict) X(s_get) X(s_items) X(s_append) X(s_update)       \
    X(s_func) X(s_self) X(s_newobj) X(copyreg_dict) X(empty) X(four) X(star)
/* clang-format on */

int
cs_runtime_visit(cs_runtime *rt, visitproc visit, void *arg)
{
#define X(field) Py_VISIT(rt->field);
    OWNED(X)
#undef X
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        Py_VISIT(rt->own[i]);
        Py_VISIT(rt->code[i]);
    }
    return cs_classes_visit(&rt->classes, visit, arg);
}

void
cs_runtime_clear(cs_runtime *rt)
{
#define X(field) Py_CLEAR(rt->field);
    OWNED(X)
#undef X
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        Py_CLEAR(rt->own[i]);
        Py_CLEAR(rt->code[i]);
    }
    cs_classes_clear(&rt->classes);
}

/* dispatch.get(type) as a new reference; NULL with or without an exception. */
static PyObject *
dispatch_get(cs_runtime *rt, PyTypeObject *type)
{
    if (rt->dispatch_plain) {
        return Py_XNewRef(PyDict_GetItemWithError(rt->dispatch, (PyObject *)type));
    }
    PyObject *table = Py_NewRef(rt->dispatch), *found; /* another kind of table was put in its place */
    found = PyObject_CallMethodObjArgs(table, rt->s_get, (PyObject *)type, NULL);
    Py_DECREF(table);
    if (found == Py_None) {
        Py_CLEAR(found);
    }
    return found;
}

/* Kinds are remembered where asking again gives the same answer and runs no code of a metaclass. */
static void
remember(cs_runtime *rt, PyTypeObject *type, uint8_t kind)
{
    if (rt->dispatch_plain && cs_is_plainly_hashed(type)) {
        *cs_kind_slot_of(rt, type) = (cs_kind_slot){type, cs_dispatch_version(rt), kind};
    }
}

int
cs_copier_ask(cs_runtime *rt, PyTypeObject *type, uint8_t *kind, PyObject **custom)
{
    *custom = NULL;
    const int atomic = rt->atomic_types != NULL ? PySequence_Contains(rt->atomic_types, (PyObject *)type) : 0;
    PyObject *copier = atomic == 0 ? dispatch_get(rt, type) : NULL;
    if (copier == NULL) {
        if (atomic < 0 || PyErr_Occurred()) {
            return -1;
        }
        *kind = atomic ? CS_COPIER_ATOMIC : CS_COPIER_NONE;
        remember(rt, type, *kind);
        return 0;
    }
    *kind = cs_is_own(rt, copier, CS_OWN_ATOMIC)   ? CS_COPIER_ATOMIC
            : cs_is_own(rt, copier, CS_OWN_LIST)   ? CS_COPIER_LIST
            : cs_is_own(rt, copier, CS_OWN_TUPLE)  ? CS_COPIER_TUPLE
            : cs_is_own(rt, copier, CS_OWN_DICT)   ? CS_COPIER_DICT
            : cs_is_own(rt, copier, CS_OWN_METHOD) ? CS_COPIER_METHOD
            : copier == Py_None                    ? CS_COPIER_NONE
                                                   : CS_COPIER_CUSTOM;
    if (*kind == CS_COPIER_CUSTOM) {
        *custom = copier;
        return 0;
    }
    Py_DECREF(copier);
    remember(rt, type, *kind);
    return 0;
}
