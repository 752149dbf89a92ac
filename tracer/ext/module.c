/* copyscope._core: arguments, module state, nothing else. */
#include "../trace/trace.h"
#include "engine.h"
#include "lookup_cost.h"
#include "probe.h"
#include "program.h"
#include "read.h"
#include "session.h"
#include "shallow.h"
#include "text.h"
#include "verdict.h"
#include "witness.h"

typedef struct {
    cs_runtime rt;
    cs_shallow shallow;
    bool probes;            /* the dict layout is the one this build knows */
    cs_witness *witness;    /* the one at work, or NULL; its caller holds it */
    PyObject *watched_dict; /* the type of a dict that logs */
} module_state;

static module_state *
state_of(PyObject *module)
{
    return PyModule_GetState(module);
}

cs_runtime *
cs_runtime_of_type(PyTypeObject *type)
{
    return &((module_state *)PyType_GetModuleState(type))->rt;
}

const cs_shallow *
cs_shallow_of_type(PyTypeObject *type)
{
    return &((module_state *)PyType_GetModuleState(type))->shallow;
}

cs_witness **
cs_witness_at_work(PyTypeObject *type)
{
    return &((module_state *)PyType_GetModuleState(type))->witness;
}

PyTypeObject *
cs_witness_dict_type(PyTypeObject *type)
{
    return (PyTypeObject *)((module_state *)PyType_GetModuleState(type))->watched_dict;
}

PyDoc_STRVAR(deepcopy_doc, "deepcopy(x, memo=None, *, policy='cpython', table=True)\n--\n\n"
                           "Deep copy of x, as copy.deepcopy makes it, without recording.\n\n"
                           "table: where no memo is given, look copies up in a pointer table until a hook asks for\n"
                           "the memo; False: in a dict from the start.\n"
                           "Raises what copy.deepcopy raises.  Source: the control flow of the running\n"
                           "interpreter's Lib/copy.py.");

static PyObject *
core_deepcopy(PyObject *module, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"x", "memo", "policy", "table", NULL};
    PyObject *x, *memo = NULL;
    const char *policy = "cpython";
    int table = 1;
    if (kwargs == NULL && PyTuple_GET_SIZE(args) == 1) { /* what most calls are; parsing costs more than a small copy */
        return cs_deepcopy_table(&state_of(module)->rt, cs_policy_at(0), PyTuple_GET_ITEM(args, 0));
    }
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O$sp:deepcopy", names, &x, &memo, &policy, &table)) {
        return NULL;
    }
    const cs_policy *p = cs_policy_find(policy);
    if (p == NULL) {
        return PyErr_Format(PyExc_ValueError, "unknown policy '%s': copyscope.policies() lists them", policy);
    }
    if (table &&
        (memo == NULL || memo == Py_None)) { /* nobody brought a dict: a table does, until someone asks for it */
        return cs_deepcopy_table(&state_of(module)->rt, p, x);
    }
    return cs_deepcopy_plain(&state_of(module)->rt, p, x, memo);
}

PyDoc_STRVAR(deepcopy_with_dict_doc, "deepcopy_with_dict(x)\n--\n\n"
                                     "deepcopy(x, table=False), called without keywords: what a recording costs is\n"
                                     "measured against this.");

static PyObject *
core_deepcopy_with_dict(PyObject *module, PyObject *args)
{
    PyObject *x;
    if (!PyArg_UnpackTuple(args, "deepcopy_with_dict", 1, 1, &x)) { /* a tuple, as deepcopy() has one: equally dear */
        return NULL;
    }
    return cs_deepcopy_plain(&state_of(module)->rt, cs_policy_at(0), x, NULL);
}

PyDoc_STRVAR(copy_doc, "copy(x)\n--\n\n"
                       "Shallow copy of x, as copy.copy makes it, without recording.\n\n"
                       "Raises what copy.copy raises.  Source: the control flow of the running\n"
                       "interpreter's Lib/copy.py.");

static PyObject *
core_copy(PyObject *module, PyObject *args, PyObject *kwargs)
{
    const cs_shallow *facts = &state_of(module)->shallow;
    PyObject *x = cs_copy_argument(facts, args, kwargs);
    return x != NULL ? cs_copy_plain(facts, x) : NULL;
}

PyDoc_STRVAR(replace_doc, "replace(obj, /, **changes)\n--\n\n"
                          "A new object with some fields replaced, as copy.replace makes it, without recording.\n\n"
                          "Raises what copy.replace raises, and NotImplementedError before CPython 3.13, which\n"
                          "brought it.");

static PyObject *
core_replace(PyObject *module, PyObject *args, PyObject *kwargs)
{
    const cs_shallow *facts = &state_of(module)->shallow;
    PyObject *x = cs_replace_argument(facts, args, kwargs);
    PyObject *changes = x == NULL ? NULL : kwargs != NULL ? Py_NewRef(kwargs) : PyDict_New();
    PyObject *y = changes != NULL ? cs_replace_plain(facts, x, changes) : NULL;
    Py_XDECREF(changes);
    return y;
}

PyDoc_STRVAR(policies_doc, "policies()\n--\n\nThe presets that can be recorded, as a dict of name -> what it is.\n\n"
                           "deepcopy(x, policy='table') takes one more.");

static PyObject *
core_policies(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    PyObject *d = PyDict_New();
    const cs_policy *p;
    for (unsigned i = 0; d != NULL && (p = cs_policy_at(i)) != NULL; i++) {
        if (p->table) {
            continue;
        }
        PyObject *text = PyUnicode_FromString(p->text);
        if (text == NULL || PyDict_SetItemString(d, p->name, text) < 0) {
            Py_CLEAR(d);
        }
        Py_XDECREF(text);
    }
    return d;
}

PyDoc_STRVAR(policy_doc, "policy(name)\n--\n\nThe fields of a preset, as a dict.");

static PyObject *
core_policy(PyObject *module, PyObject *args)
{
    static const char *const orders[] = {"in_dispatch", "table_first", "set_first"};
    const char *name;
    (void)module;
    if (!PyArg_ParseTuple(args, "s:policy", &name)) {
        return NULL;
    }
    const cs_policy *p = cs_policy_find(name);
    if (p == NULL) {
        return PyErr_Format(PyExc_ValueError, "unknown policy '%s': copyscope.policies() lists them", name);
    }
    return Py_BuildValue("{s:s,s:s,s:O,s:I,s:O,s:O}", "name", p->name, "atomic", orders[p->atomic], "skip_first_get",
                         p->skip_first_get ? Py_True : Py_False, "fast_tuple_max", p->fast_tuple_max, "fast_reduce",
                         p->fast_reduce ? Py_True : Py_False, "sound", p->sound ? Py_True : Py_False);
}

PyDoc_STRVAR(sites_doc, "sites()\n--\n\nThe lines of copy.py that events stand for: (name, function, statement).");

static PyObject *
core_sites(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    PyObject *list = PyList_New(0);
    for (unsigned i = 0; list != NULL && i < CS_SITE_COUNT; i++) {
        PyObject *t = Py_BuildValue("(sss)", cs_site_name(i), cs_site_function(i), cs_site_statement(i));
        if (t == NULL || PyList_Append(list, t) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(t);
    }
    return list;
}

PyDoc_STRVAR(run_main_doc, "run_main(code, namespace, depth)\n--\n\n"
                           "exec(code, namespace) with the frames counted as if its own were at depth: the recursion\n"
                           "limit is met where a program that the interpreter started itself meets it.");

static PyObject *
core_run_main(PyObject *module, PyObject *args)
{
    PyObject *code, *namespace;
    int depth;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!O!i:run_main", &PyCode_Type, &code, &PyDict_Type, &namespace, &depth)) {
        return NULL;
    }
    PyThreadState *ts = PyThreadState_Get();
    const int above = cs_frames_used(ts) - depth;
    cs_frames_leave(ts, above);
    PyObject *result = PyEval_EvalCode(code, namespace, namespace);
    cs_frames_restore(ts, above);
    return result;
}

PyDoc_STRVAR(
    lookup_cost_doc,
    "lookup_cost(operations, rounds, walk=False)\n--\n\n"
    "What the lookups of a memo cost, in nanoseconds of CPU time each: a list of `rounds` floats, each the\n"
    "difference of two passes over a fresh dict, with and without the lookups. 0 or less where they cost less\n"
    "than the noise.\n\n"
    "operations: bytes, 8 of them an operation in time order, as the machine has an unsigned integer: the key,\n"
    "even; plus 1 where it is stored. walk: as the engine looks up, by the address itself, instead of\n"
    "dict.get with an int object. Raises ValueError where there is no lookup.");

static PyObject *
core_lookup_cost(PyObject *module, PyObject *args)
{
    Py_buffer ops;
    int rounds, walk = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*i|p:lookup_cost", &ops, &rounds, &walk)) {
        return NULL;
    }
    const Py_ssize_t n = ops.len / (Py_ssize_t)sizeof(uint64_t);
    Py_ssize_t lookups = 0;
    PyObject *result = NULL;
    if (ops.len % (Py_ssize_t)sizeof(uint64_t) != 0 || (uintptr_t)ops.buf % _Alignof(uint64_t) != 0) {
        PyErr_SetString(PyExc_ValueError, "operations: bytes of whole, aligned 64-bit integers are wanted");
        goto done;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        lookups += (((const uint64_t *)ops.buf)[i] & CS_MEMO_STORE) == 0;
    }
    if (lookups == 0 || rounds < 1) {
        PyErr_SetString(PyExc_ValueError, "operations: at least one lookup, and one round, are wanted");
        goto done;
    }
    result = cs_lookup_cost(ops.buf, n, lookups, rounds, walk);
done:
    PyBuffer_Release(&ops);
    return result;
}

PyDoc_STRVAR(families_doc, "families()\n--\n\nThe family of each event, as a dict of name -> family.");

static PyObject *
core_families(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    PyObject *d = PyDict_New();
    for (unsigned ev = 1; d != NULL && ev < CS_EV_MAX; ev++) {
        PyObject *family = PyUnicode_FromString(cs_family_name(cs_event_family(ev)));
        if (family == NULL || PyDict_SetItemString(d, cs_event_name(ev), family) < 0) {
            Py_CLEAR(d);
        }
        Py_XDECREF(family);
    }
    return d;
}

PyDoc_STRVAR(vocabulary_doc, "vocabulary()\n--\n\n"
                             "Names by number: of events, roles, copiers, and of the reductors that a witness tells.");

static PyObject *
names_of(unsigned n, const char *(*name)(unsigned))
{
    PyObject *names = PyTuple_New(n);
    for (unsigned i = 0; names != NULL && i < n; i++) {
        PyObject *text = PyUnicode_FromString(name(i));
        if (text == NULL) {
            Py_CLEAR(names);
        }
        else {
            PyTuple_SET_ITEM(names, i, text);
        }
    }
    return names;
}

static PyObject *
core_vocabulary(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return Py_BuildValue("(NNNN)", names_of(CS_EV_MAX, cs_event_name), names_of(CS_ROLE_COUNT, cs_role_name),
                         names_of(CS_COPIER_COUNT, cs_copier_name),
                         names_of(CS_WITNESS_REDUCTORS, cs_witness_reductor_name));
}

PyDoc_STRVAR(exception_text_doc, "exception_text(exception)\n--\n\n"
                                 "Type and message as a trace has them: the message only where it is a plain str.");

static PyObject *
core_exception_text(PyObject *module, PyObject *exception)
{
    (void)module;
    char text[CS_EXCEPTION_TEXT_MAX + 1];
    const size_t n = cs_text_of_exception((PyObject *)Py_TYPE(exception), exception, text);
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)n, "replace");
}

PyDoc_STRVAR(probe_doc,
             "probe(d, key)\n--\n\n"
             "What looking key up in the dict d really does: (log2 of the slots, slots visited, last slot),\n"
             "or None where the table cannot be read.");

static PyObject *
core_probe(PyObject *module, PyObject *args)
{
    PyObject *d, *key;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!O:probe", &PyDict_Type, &d, &key)) {
        return NULL;
    }
    Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) {
        return NULL;
    }
    PyObject *value = PyDict_GetItemWithError(d, key);
    if (value == NULL && PyErr_Occurred()) {
        return NULL;
    }
    cs_probe p = cs_probe_read(d, key, hash, value);
    if (!p.known) {
        Py_RETURN_NONE;
    }
    return Py_BuildValue("(III)", (unsigned)p.lg, (unsigned)p.count, (unsigned)p.slot);
}

PyDoc_STRVAR(
    read_doc,
    "read(trace)\n--\n\nWhat the bytes of a trace hold, as a dict.  Raises ValueError for bytes that are none.");

static PyMethodDef methods[] = {
    {"deepcopy_with_dict", core_deepcopy_with_dict, METH_VARARGS, deepcopy_with_dict_doc},
    {"deepcopy", (PyCFunction)(void (*)(void))core_deepcopy, METH_VARARGS | METH_KEYWORDS, deepcopy_doc},
    {"copy", (PyCFunction)(void (*)(void))core_copy, METH_VARARGS | METH_KEYWORDS, copy_doc},
    {"replace", (PyCFunction)(void (*)(void))core_replace, METH_VARARGS | METH_KEYWORDS, replace_doc},
    {"policies", core_policies, METH_NOARGS, policies_doc},
    {"policy", core_policy, METH_VARARGS, policy_doc},
    {"sites", core_sites, METH_NOARGS, sites_doc},
    {"run_main", core_run_main, METH_VARARGS, run_main_doc},
    {"lookup_cost", core_lookup_cost, METH_VARARGS, lookup_cost_doc},
    {"families", core_families, METH_NOARGS, families_doc},
    {"vocabulary", core_vocabulary, METH_NOARGS, vocabulary_doc},
    {"exception_text", core_exception_text, METH_O, exception_text_doc},
    {"probe", core_probe, METH_VARARGS, probe_doc},
    {"read", cs_read, METH_O, read_doc},
    {NULL, NULL, 0, NULL},
};

static int
add_type(PyObject *module, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    int err = type != NULL ? PyModule_AddType(module, (PyTypeObject *)type) : -1;
    Py_XDECREF(type);
    return err;
}

static int
exec(PyObject *module)
{
    module_state *st = state_of(module);
    cs_clock_init();
    if (cs_runtime_init(&st->rt) < 0 || cs_shallow_init(&st->shallow) < 0) {
        return -1;
    }
    int known = cs_probe_selftest();
    if (known < 0) {
        return -1;
    }
    st->probes = known == 1;
    st->watched_dict = PyType_FromModuleAndSpec(module, &cs_watched_dict_spec, (PyObject *)&PyDict_Type);
    if (st->watched_dict == NULL || add_type(module, &cs_session_spec) < 0 || add_type(module, &cs_program_spec) < 0 ||
        add_type(module, &cs_witness_spec) < 0 || add_type(module, &cs_comparison_spec) < 0 ||
        PyModule_AddObjectRef(module, "probes_known", st->probes ? Py_True : Py_False) < 0) {
        return -1;
    }
    return 0;
}

static int
traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *st = state_of(module);
    Py_VISIT(st->watched_dict);
    const int stop = cs_runtime_visit(&st->rt, visit, arg);
    return stop != 0 ? stop : cs_shallow_visit(&st->shallow, visit, arg);
}

static int
clear(PyObject *module)
{
    module_state *st = state_of(module);
    cs_runtime_clear(&st->rt);
    cs_shallow_clear(&st->shallow);
    Py_CLEAR(st->watched_dict);
    return 0;
}

static void
free_module(void *module)
{
    (void)clear(module);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "copyscope._core",
    .m_doc = "The recording deepcopy engine.",
    .m_size = sizeof(module_state),
    .m_methods = methods,
    .m_slots = slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = free_module,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
