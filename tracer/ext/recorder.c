#include "recorder.h"
#include "text.h"

#include <string.h>
#include <time.h>

#define FLUSH_EVERY_NS 40000000u /* what a viewer waits at the most for events already made */
#define MESSAGE_MAX 400          /* bytes of an exception's message that are kept */

/* Address -> ref.  Every object in it is held, so an address stands for one object as long as the trace lives. */
typedef struct {
    PyObject *object;
    uint32_t ref;
} slot;

typedef struct {
    slot *slots;
    size_t mask, used;
} ref_table;

struct cs_recorder {
    cs_writer *writer;
    ref_table objects, types;
    PyObject *names;
    cs_dispatch_reader reader;
    void *reader_ctx;
    uint64_t started; /* when the first record was made */
    uint64_t clock_base, flushed;
    uint32_t next_flags; /* for the object that is met next */
    bool failed;         /* out of memory: what was recorded so far stands, and says that it was cut short */
};

static uint64_t
now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static size_t
slot_of(const ref_table *t, const PyObject *x)
{
    size_t i = ((uintptr_t)x >> 4) * 0x9E3779B97F4A7C15u >> 20;
    while (t->slots[i & t->mask].object != NULL && t->slots[i & t->mask].object != x) {
        i++;
    }
    return i & t->mask;
}

static int
table_init(ref_table *t)
{
    t->mask = 255;
    t->used = 0;
    t->slots = PyMem_Calloc(t->mask + 1, sizeof *t->slots);
    return t->slots != NULL ? 0 : -1;
}

static int
table_grow(ref_table *t)
{
    ref_table bigger = {.mask = t->mask * 2 + 1, .used = t->used};
    bigger.slots = PyMem_Calloc(bigger.mask + 1, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return -1;
    }
    for (size_t i = 0; i <= t->mask; i++) {
        if (t->slots[i].object != NULL) {
            bigger.slots[slot_of(&bigger, t->slots[i].object)] = t->slots[i];
        }
    }
    PyMem_Free(t->slots);
    *t = bigger;
    return 0;
}

/* Holds x and gives it a ref.  Returns 0, or -1 out of memory. */
static int
table_put(ref_table *t, PyObject *x, uint32_t ref)
{
    if (t->used * 3 > t->mask * 2 && table_grow(t) < 0) {
        return -1;
    }
    t->slots[slot_of(t, x)] = (slot){Py_NewRef(x), ref};
    t->used++;
    return 0;
}

static void
table_clear(ref_table *t)
{
    slot *slots = t->slots;
    size_t n = slots != NULL ? t->mask + 1 : 0;
    t->slots = NULL; /* finalizers that run below must not find a half-cleared table */
    for (size_t i = 0; i < n; i++) {
        Py_XDECREF(slots[i].object);
    }
    PyMem_Free(slots);
}

cs_recorder *
cs_recorder_new(cs_sink sink, void *sink_ctx, uint64_t max_records, PyObject *names, cs_dispatch_reader reader,
                void *reader_ctx)
{
    cs_recorder *r = PyMem_Calloc(1, sizeof *r);
    if (r == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    r->reader = reader;
    r->reader_ctx = reader_ctx;
    r->names = Py_XNewRef(names);
    r->writer = cs_writer_new(sink, sink_ctx, max_records);
    if (r->writer == NULL || table_init(&r->objects) < 0 || table_init(&r->types) < 0) {
        cs_recorder_free(r);
        PyErr_NoMemory();
        return NULL;
    }
    return r;
}

void
cs_recorder_free(cs_recorder *r)
{
    if (r == NULL) {
        return;
    }
    cs_writer_free(r->writer);
    table_clear(&r->objects);
    table_clear(&r->types);
    Py_XDECREF(r->names);
    PyMem_Free(r);
}

int
cs_recorder_visit(cs_recorder *r, visitproc visit, void *arg)
{
    for (size_t i = 0; r->objects.slots != NULL && i <= r->objects.mask; i++) {
        Py_VISIT(r->objects.slots[i].object);
    }
    Py_VISIT(r->names);
    return 0;
}

cs_writer *
cs_recorder_writer(cs_recorder *r)
{
    return r->writer;
}

static uint32_t
string_ref(cs_recorder *r, PyObject *str)
{
    Py_ssize_t n;
    const char *s = PyUnicode_AsUTF8AndSize(str, &n);
    if (s == NULL) {
        PyErr_Clear();
        return 0;
    }
    return cs_writer_string(r->writer, s, (size_t)n);
}

/* The module of a class, read from its dict: no descriptor of a metaclass runs. */
static uint32_t
module_ref(cs_recorder *r, PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_dict == NULL) {
        const char *dot = strrchr(type->tp_name, '.');
        return dot != NULL ? cs_writer_string(r->writer, type->tp_name, (size_t)(dot - type->tp_name))
                           : cs_writer_string(r->writer, "builtins", 8);
    }
    PyObject *module = PyDict_GetItemString(type->tp_dict, "__module__");
    return module != NULL && PyUnicode_CheckExact(module) ? string_ref(r, module) : 0;
}

static uint32_t
type_ref(cs_recorder *r, PyTypeObject *type)
{
    size_t i = slot_of(&r->types, (PyObject *)type);
    if (r->types.slots[i].object != NULL) {
        return r->types.slots[i].ref;
    }
    const char *dot = strrchr(type->tp_name, '.'), *name = dot != NULL ? dot + 1 : type->tp_name;
    cs_type t = {.addr = (uintptr_t)type, .name = cs_writer_string(r->writer, name, strlen(name))};
    t.module = module_ref(r, type);
    cs_probe p = r->reader(r->reader_ctx, type, &t.copier);
    if (p.known) {
        t.lg = p.lg;
        t.probes = p.count;
        t.slot = p.slot;
    }
    uint32_t ref = cs_writer_type(r->writer, &t);
    if (ref == 0 || table_put(&r->types, (PyObject *)type, ref) < 0) {
        r->failed = true;
        return 0;
    }
    return ref;
}

static uint32_t
name_ref(cs_recorder *r, PyObject *x)
{
    if (r->names == NULL) {
        return 0;
    }
    PyObject *id = PyLong_FromVoidPtr(x), *name = id != NULL ? PyDict_GetItemWithError(r->names, id) : NULL;
    Py_XDECREF(id);
    if (name == NULL || !PyUnicode_CheckExact(name)) {
        PyErr_Clear();
        return 0;
    }
    return string_ref(r, name);
}

uint32_t
cs_recorder_find(cs_recorder *r, PyObject *x)
{
    return r->objects.slots[slot_of(&r->objects, x)].ref;
}

static uint32_t
object_ref(cs_recorder *r, PyObject *x)
{
    if (x == NULL) {
        return 0;
    }
    uint32_t ref = cs_recorder_find(r, x);
    if (ref != 0) {
        return ref;
    }
    char text[CS_TEXT_MAX + 1];
    cs_object o = {.addr = (uintptr_t)x, .type = type_ref(r, Py_TYPE(x)), .len = cs_text_len(x)};
    o.name = name_ref(r, x);
    o.text = cs_writer_string(r->writer, text, cs_text_of(x, text));
    o.flags = r->next_flags;
    ref = cs_writer_object(r->writer, &o);
    if (ref == 0 || table_put(&r->objects, x, ref) < 0) {
        r->failed = true;
        return 0;
    }
    return ref;
}

void
cs_recorder_mark(cs_recorder *r, PyObject *x, uint32_t flags)
{
    r->next_flags = flags;
    object_ref(r, x);
    r->next_flags = 0;
}

static void
write_record(cs_recorder *r, cs_record *rec)
{
    const uint64_t now = now_ns();
    if (r->started == 0) {
        r->started = now;
    }
    const uint64_t t = now - r->started;
    if ((t & ~(uint64_t)UINT32_MAX) != r->clock_base) {
        r->clock_base = t & ~(uint64_t)UINT32_MAX;
        cs_record wrap = {.kind = CS_REC_CLOCK, .obj = (uint32_t)r->clock_base, .arg = (uint32_t)(r->clock_base >> 32)};
        cs_writer_event(r->writer, &wrap);
    }
    rec->t = (uint32_t)t;
    cs_writer_event(r->writer, rec);
    if (t - r->flushed > FLUSH_EVERY_NS) {
        r->flushed = t;
        (void)cs_writer_flush(r->writer); /* a sink that fails is remembered by the writer */
    }
}

void
cs_recorder_emit(cs_recorder *r, const cs_emission *e)
{
    cs_record rec = {.kind = e->kind, .flags = e->flags, .obj = object_ref(r, e->x)};
    rec.arg = e->y != NULL ? object_ref(r, e->y) : e->arg;
    if (e->probe.known) {
        rec.pack = CS_PACK(e->probe.lg, e->role, e->probe.count);
    }
    else {
        rec.pack = CS_PACK(0, e->role, 0);
        rec.flags |= CS_F_NO_PROBE;
    }
    if (!r->failed) {
        write_record(r, &rec);
    }
}

/* "Type: message", the message only where reading it runs no user code. */
static uint32_t
exception_text(cs_recorder *r, PyObject *type, PyObject *value)
{
    char text[MESSAGE_MAX + 200];
    const char *name = PyType_Check(type) ? ((PyTypeObject *)type)->tp_name : "exception";
    PyObject *message = value;
    if (value != NULL && PyExceptionInstance_Check(value)) {
        PyObject *args = ((PyBaseExceptionObject *)value)->args;
        message = args != NULL && PyTuple_GET_SIZE(args) == 1 ? PyTuple_GET_ITEM(args, 0) : NULL;
    }
    const char *s = NULL;
    if (message != NULL && PyUnicode_CheckExact(message)) {
        s = PyUnicode_AsUTF8(message);
        if (s == NULL) {
            PyErr_Clear();
        }
    }
    int n = s != NULL && *s ? snprintf(text, sizeof text, "%.150s: %.*s", name, MESSAGE_MAX, s)
                            : snprintf(text, sizeof text, "%.150s", name);
    while (n > 0 && ((unsigned char)text[n - 1] & 0x80) && s != NULL && strlen(s) > MESSAGE_MAX) {
        n--; /* do not end inside a character */
    }
    return n > 0 ? cs_writer_string(r->writer, text, (size_t)n) : 0;
}

void
cs_recorder_emit_raise(cs_recorder *r, PyObject *x, unsigned role, bool opened)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* nothing below may run with an exception set */
    if (!opened) {
        cs_recorder_emit(
            r, &(cs_emission){
                   .kind = CS_REC_MISS, .flags = CS_F_NO_GET | CS_F_NO_DISPATCH, .role = (uint8_t)role, .x = x});
    }
    cs_emission e = {.kind = CS_REC_RAISE, .role = (uint8_t)role, .x = x};
    e.arg = exception_text(r, type, value);
    cs_recorder_emit(r, &e);
    PyErr_Restore(type, value, traceback);
}

void
cs_recorder_emit_caller(cs_recorder *r, PyObject *file, PyObject *function, int line)
{
    cs_record rec = {.kind = CS_REC_CALLER, .t = line > 0 ? (uint32_t)line : 0};
    rec.obj = file != NULL ? string_ref(r, file) : 0;
    rec.arg = function != NULL ? string_ref(r, function) : 0;
    if (!r->failed) {
        cs_writer_event(r->writer, &rec);
    }
}

void
cs_recorder_emit_presets(cs_recorder *r, PyObject *memo)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    if (!PyDict_CheckExact(memo)) {
        return;
    }
    PyObject *snapshot = PyDict_Copy(memo); /* a metaclass's __hash__ may run below and change the memo */
    if (snapshot == NULL) {
        PyErr_Clear();
        r->failed = true;
        return;
    }
    while (PyDict_Next(snapshot, &pos, &key, &value)) {
        int overflow = 0;
        if (!PyLong_CheckExact(key)) {
            continue; /* no id: the engine can never look it up */
        }
        const long long k = PyLong_AsLongLongAndOverflow(key, &overflow);
        if (overflow) {
            continue;
        }
        cs_record rec = {.kind = CS_REC_PRESET, .obj = (uint32_t)(uint64_t)k, .arg = (uint32_t)((uint64_t)k >> 32)};
        rec.t = object_ref(r, value);
        if (!r->failed) {
            cs_writer_event(r->writer, &rec);
        }
    }
    Py_DECREF(snapshot);
}
