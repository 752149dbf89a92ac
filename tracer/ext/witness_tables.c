/* The dicts of copy.py that log: the memo, copy._deepcopy_dispatch, copyreg.dispatch_table.
 *
 * They are the real ones.  While copy.py's own code runs their type is a subclass of dict, of the same layout, that
 * logs and then does what dict does; when user code runs they are exact dicts again, so that a hook that insists on one
 * finds one.  CPython itself lets an object change its class for another of the same layout.
 */
#include "witness.h"

/* The address that a memo key is; 0 for a key that is no id. */
static uint64_t
address_of(PyObject *key)
{
    return PyLong_CheckExact(key) ? PyLong_AsUnsignedLongLongMask(key) : 0;
}

/* Whether a key of the memo is that of the list which keeps originals alive, rather than a copied memo's. */
static bool
is_keep_key(const cs_witness_level *l, PyObject *memo, uint64_t key)
{
    return key == (uintptr_t)memo && (l->function == CS_FN_KEEP || l->x != (uintptr_t)memo);
}

/* The level whose code makes the access; NULL where it is not copy.py's. */
static cs_witness_level *
accessor(PyObject *self, cs_witness **out)
{
    cs_witness *w = *cs_witness_at_work(Py_TYPE(self));
    if (w == NULL || !w->inside || w->depth == 0 || w->thread != PyThread_get_thread_ident()) {
        return NULL;
    }
    *out = w;
    cs_witness_level *top = &w->levels[w->depth - 1];
    return PyEval_GetFrame() == top->frame ? top : NULL;
}

uint8_t
cs_witness_copier(cs_witness *w, PyObject *copier)
{
    if (copier == NULL || copier == Py_None) {
        return CS_COPIER_NONE;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(w->copiers); i++) {
        if (PyTuple_GET_ITEM(w->copiers, i) == copier) {
            return (uint8_t)(CS_COPIER_ATOMIC + i);
        }
    }
    return CS_COPIER_CUSTOM;
}

/* A lookup; value is NULL for a miss. */
static void
log_read(PyObject *self, PyObject *key, PyObject *value, bool subscript)
{
    cs_witness *w = NULL;
    cs_witness_level *l = accessor(self, &w);
    if (l == NULL || l->shallow || (self != l->memo && l->function != CS_FN_DEEPCOPY)) {
        return; /* copy.copy(), or a variant's helper that looks a class up */
    }
    cs_witness_step s = {.obj = l->x, .line = l->line, .role = l->role};
    s.outcome = value != NULL ? CS_OUT_YES : CS_OUT_NO;
    if (self == w->dispatch) {
        s.event = CS_EV_DISPATCH;
        s.outcome = CS_OUT_NA;
        s.aux = l->copier = cs_witness_copier(w, value);
    }
    else if (self == w->copyreg) {
        s.event = CS_EV_COPYREG_GET;
    }
    else if (self == l->memo) {
        const uint64_t address = address_of(key);
        const bool keep = is_keep_key(l, self, address), again = l->function == CS_FN_TUPLE && subscript;
        s.event = keep ? CS_EV_KEEP_GET : again ? CS_EV_MEMO_AGAIN : CS_EV_MEMO_GET;
        s.obj = keep ? l->x : address;
        s.arg = keep ? 0 : (uintptr_t)value;
    }
    else {
        return;
    }
    cs_witness_log(w, &s);
}

static void
log_write(PyObject *self, PyObject *key, PyObject *value)
{
    cs_witness *w = NULL;
    cs_witness_level *l = accessor(self, &w);
    if (l == NULL || l->shallow || self != l->memo) {
        return;
    }
    cs_witness_step s = {.event = CS_EV_MEMO_SET, .arg = (uintptr_t)value, .line = l->line, .role = l->role};
    s.obj = address_of(key);
    if (is_keep_key(l, self, s.obj)) {
        s.event = CS_EV_KEEP_NEW;
        s.obj = l->x;
        s.arg = 0;
    }
    cs_witness_log(w, &s);
}

static PyObject *
watched_subscript(PyObject *self, PyObject *key)
{
    PyObject *value = PyDict_Type.tp_as_mapping->mp_subscript(self, key);
    if (value != NULL || PyErr_ExceptionMatches(PyExc_KeyError)) {
        log_read(self, key, value, true);
    }
    return value;
}

static int
watched_assign(PyObject *self, PyObject *key, PyObject *value)
{
    const int err = PyDict_Type.tp_as_mapping->mp_ass_subscript(self, key, value);
    if (err == 0 && value != NULL) {
        log_write(self, key, value);
    }
    return err;
}

static int
watched_contains(PyObject *self, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(self, key);
    if (value == NULL && PyErr_Occurred()) {
        return -1;
    }
    Py_XINCREF(value);
    log_read(self, key, value, false);
    Py_XDECREF(value);
    return value != NULL;
}

static PyObject *
watched_get(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    if (n < 1 || n > 2) {
        return PyErr_Format(PyExc_TypeError, "get expected 1 or 2 arguments, got %zd", n);
    }
    PyObject *value = PyDict_GetItemWithError(self, args[0]);
    if (value == NULL && PyErr_Occurred()) {
        return NULL;
    }
    Py_XINCREF(value);
    log_read(self, args[0], value, false);
    return value != NULL ? value : Py_NewRef(n == 2 ? args[1] : Py_None);
}

static PyObject *
watched_setdefault(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    if (n < 1 || n > 2) {
        return PyErr_Format(PyExc_TypeError, "setdefault expected 1 or 2 arguments, got %zd", n);
    }
    PyObject *value = PyDict_GetItemWithError(self, args[0]);
    if (value == NULL && PyErr_Occurred()) {
        return NULL;
    }
    Py_XINCREF(value);
    log_read(self, args[0], value, false);
    if (value == NULL) {
        value = Py_NewRef(n == 2 ? args[1] : Py_None);
        if (watched_assign(self, args[0], value) < 0) {
            Py_CLEAR(value);
        }
    }
    return value;
}

static PyObject *
watched_pop(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    if (n < 1 || n > 2) {
        return PyErr_Format(PyExc_TypeError, "pop expected 1 or 2 arguments, got %zd", n);
    }
    PyObject *value = watched_subscript(self, args[0]);
    if (value == NULL) {
        if (n == 1 || !PyErr_ExceptionMatches(PyExc_KeyError)) {
            return NULL;
        }
        PyErr_Clear();
        return Py_NewRef(args[1]);
    }
    if (PyDict_DelItem(self, args[0]) < 0) {
        Py_CLEAR(value);
    }
    return value;
}

static PyMethodDef watched_methods[] = {
    {"get", (PyCFunction)(void (*)(void))watched_get, METH_FASTCALL, "dict.get, logged"},
    {"setdefault", (PyCFunction)(void (*)(void))watched_setdefault, METH_FASTCALL, "dict.setdefault, logged"},
    {"pop", (PyCFunction)(void (*)(void))watched_pop, METH_FASTCALL, "dict.pop, logged"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot watched_slots[] = {
    {Py_tp_doc, "A dict that a witness listens to."},
    {Py_mp_subscript, watched_subscript},
    {Py_mp_ass_subscript, watched_assign},
    {Py_sq_contains, watched_contains},
    {Py_tp_methods, watched_methods},
    {0, NULL},
};

PyType_Spec cs_watched_dict_spec = {
    .name = "copyscope._core.WatchedDict",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = watched_slots,
};

/* A dict of another exact type than dict is left alone: it is a user's own. */
static void
listen(cs_witness *w, PyObject *d)
{
    if (d != NULL && PyDict_CheckExact(d)) {
        Py_SET_TYPE(d, (PyTypeObject *)Py_NewRef((PyObject *)w->watched));
    }
}

static void
unlisten(cs_witness *w, PyObject *d)
{
    if (d != NULL && Py_TYPE(d) == w->watched) {
        Py_SET_TYPE(d, &PyDict_Type);
        Py_DECREF(w->watched);
    }
}

void
cs_witness_set_inside(cs_witness *w, bool inside)
{
    if (inside == w->inside) {
        return;
    }
    w->inside = inside;
    void (*change)(cs_witness *, PyObject *) = inside ? listen : unlisten;
    change(w, w->memo);
    change(w, w->dispatch);
    change(w, w->copyreg);
}

void
cs_witness_use_memo(cs_witness *w, PyObject *memo)
{
    if (memo == w->memo) {
        return;
    }
    PyObject *old = w->memo;
    unlisten(w, old);
    w->memo = Py_XNewRef(memo); /* held only while it is the one in use: its frame holds it longer */
    if (w->inside) {
        listen(w, memo);
    }
    Py_XDECREF(old);
}
