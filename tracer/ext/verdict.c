/* Is what a trace tells what copy.py did?  Two streams of logical events, one pass, constant work for each event.
 *
 * A trace names objects by refs, which are never reused.  The witness names them by addresses, which are, since it
 * holds nothing.  So a ref stands for one address for good, and an address for one ref at a time: it may pass to
 * another ref only while nothing that copy.py did keeps its object alive.
 */
#include "verdict.h"

#include <ctype.h>

#define IS_SEEN(c, event) ((c)->seen[event] != 0)

typedef struct {
    uint64_t address;
    uint32_t ref, pins; /* pins: how often the memo, or the list in it, holds the object */
} identity;

/* A logical event of the trace. */
typedef struct {
    uint8_t event, outcome, role, aux, site;
    uint32_t obj, arg;
} recorded;

/* A memo in use: what it pins is let go when the call that opened it ends. */
typedef struct {
    uint64_t first_pin;
    uint32_t depth;
} run;

typedef struct {
    PyObject_HEAD
    cs_trace *trace;
    const cs_record *records;
    const cs_object *objects;
    const cs_type *types;
    size_t n_records, n_objects, n_types, record;
    const cs_step *expanded[CS_MAX_STEPS];
    unsigned n_expanded, at;
    PyObject *texts;
    uint32_t lines[CS_SITE_COUNT];
    uint8_t seen[CS_EV_MAX];
    uint64_t *address_of; /* by ref */
    identity *identities;
    size_t mask, used;
    uint64_t *pins;
    size_t n_pins, pins_room;
    run *runs;
    size_t n_runs, runs_room;
    uint32_t depth;
    uint64_t n_engine, n_witness;
    bool differs, cut; /* cut: the trace says that records were not kept */
    bool waits;        /* next is an event that is still to be compared */
    recorded next;
    PyObject *first; /* where they part: (step, recorded or None, seen or None) */
} comparison;

/* ---- the trace's events ---- */

static uint8_t
outcome_of(const cs_step *step, const cs_record *r)
{
    return step->outcome != CS_OUT_FLAG ? step->outcome : r->flags & CS_F_YES ? CS_OUT_YES : CS_OUT_NO;
}

static uint8_t
aux_of(const comparison *c, const cs_step *step, const cs_record *r)
{
    if (step->event == CS_EV_REDUCE) {
        return r->flags & CS_F_YES ? CS_WITNESS_REDUCE_COPYREG : r->flags & CS_F_OLD ? CS_WITNESS_REDUCE_OLD : 0;
    }
    if (step->event == CS_EV_DISPATCH && r->obj >= 1 && r->obj <= c->n_objects) {
        const uint32_t type = c->objects[r->obj - 1].type;
        return type >= 1 && type <= c->n_types ? c->types[type - 1].copier : 0;
    }
    return 0;
}

static void unpin(comparison *c, uint64_t first);

/* The next event that is compared.  Returns false at the end of the trace. */
static bool
next_recorded(comparison *c, recorded *e)
{
    for (;;) {
        while (c->at == c->n_expanded) {
            if (c->record == c->n_records) {
                return false;
            }
            c->cut = c->cut || c->records[c->record].kind == CS_REC_TRUNC;
            c->n_expanded = cs_expand(&c->records[c->record++], c->expanded);
            c->at = 0;
        }
        const cs_record *r = &c->records[c->record - 1];
        const cs_step *step = c->expanded[c->at++];
        if (step->event == CS_EV_MEMO_CHANGED && c->n_runs > 0) { /* what user code took out of it may be gone */
            unpin(c, c->runs[c->n_runs - 1].first_pin);
        }
        if (IS_SEEN(c, step->event)) {
            /* An atomic object's record has a slot in arg; what comes back is x itself. */
            *e = (recorded){.event = step->event,
                            .outcome = outcome_of(step, r),
                            .role = (uint8_t)cs_rec_role(r),
                            .aux = aux_of(c, step, r),
                            .site = step->site,
                            .obj = r->obj,
                            .arg = r->kind == CS_REC_ATOM ? r->obj : r->arg};
            return true;
        }
    }
}

/* ---- which object is which ---- */

static identity *
find(comparison *c, uint64_t address)
{
    size_t i = (size_t)((address >> 4) * 0x9E3779B97F4A7C15u >> 20) & c->mask;
    while (c->identities[i].address != 0 && c->identities[i].address != address) {
        i = (i + 1) & c->mask;
    }
    return &c->identities[i];
}

static int
grow_identities(comparison *c)
{
    identity *old = c->identities;
    const size_t n = old != NULL ? c->mask + 1 : 0, size = n != 0 ? n * 2 : 1024;
    identity *bigger = PyMem_RawCalloc(size, sizeof *bigger);
    if (bigger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    c->identities = bigger;
    c->mask = size - 1;
    for (size_t i = 0; i < n; i++) {
        if (old[i].address != 0) {
            *find(c, old[i].address) = old[i];
        }
    }
    PyMem_RawFree(old);
    return 0;
}

/* Whether the trace's ref and the witness's address can be one object.  Returns 1, 0, or -1 out of memory. */
static int
same_object(comparison *c, uint32_t ref, uint64_t address)
{
    if (ref == 0 || address == 0 || ref > c->n_objects) {
        return ref == 0 && address == 0;
    }
    if (c->used * 3 > c->mask * 2 && grow_identities(c) < 0) {
        return -1;
    }
    identity *id = find(c, address);
    if (c->address_of[ref - 1] != 0) {
        return c->address_of[ref - 1] == address && id->ref == ref;
    }
    if (id->address != 0 && id->pins > 0) {
        return 0;
    }
    c->used += id->address == 0;
    *id = (identity){address, ref, 0};
    c->address_of[ref - 1] = address;
    return 1;
}

static void *
room_for(void *array, size_t used, size_t *room, size_t size)
{
    if (used < *room) {
        return array;
    }
    const size_t bigger = *room != 0 ? *room * 2 : 256;
    void *moved = PyMem_RawRealloc(array, bigger * size);
    if (moved == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *room = bigger;
    return moved;
}

static int
pin(comparison *c, uint64_t address)
{
    identity *id = find(c, address);
    uint64_t *pins = room_for(c->pins, c->n_pins, &c->pins_room, sizeof *pins);
    if (pins == NULL) {
        return -1;
    }
    c->pins = pins;
    if (id->address != 0) {
        id->pins++;
        pins[c->n_pins++] = address;
    }
    return 0;
}

static int
open_run(comparison *c)
{
    run *runs = room_for(c->runs, c->n_runs, &c->runs_room, sizeof *runs);
    if (runs == NULL) {
        return -1;
    }
    c->runs = runs;
    runs[c->n_runs++] = (run){c->n_pins, c->depth};
    return 0;
}

static void
unpin(comparison *c, uint64_t first)
{
    while (c->n_pins > first) {
        find(c, c->pins[--c->n_pins])->pins--;
    }
}

static void
leave_call(comparison *c)
{
    while (c->n_runs > 0 && c->runs[c->n_runs - 1].depth >= c->depth) {
        unpin(c, c->runs[--c->n_runs].first_pin);
    }
    c->depth -= c->depth > 0;
}

/* What an event says about lifetimes.  Returns 0 or -1. */
static int
follow(comparison *c, const cs_witness_step *s)
{
    switch (s->event) {
    case CS_EV_CALL: c->depth++; return 0;
    case CS_EV_RETURN:
    case CS_EV_RAISE: leave_call(c); return 0;
    case CS_EV_MEMO_NEW:
    case CS_EV_MEMO_GIVEN: return open_run(c);
    case CS_EV_MEMO_SET: return pin(c, s->arg);
    case CS_EV_KEEP_APPEND:
    case CS_EV_KEEP_NEW: return pin(c, s->obj);
    default: return 0;
    }
}

/* ---- one event beside the other ---- */

bool
cs_event_has_arg(unsigned event, unsigned outcome)
{
    switch (event) {
    case CS_EV_MEMO_GET:
    case CS_EV_MEMO_AGAIN: return outcome == CS_OUT_YES;
    case CS_EV_MEMO_NEW:
    case CS_EV_MEMO_GIVEN:
    case CS_EV_MEMO_SET:
    case CS_EV_REDUCE:
    case CS_EV_LIST_NEW:
    case CS_EV_DICT_NEW:
    case CS_EV_APPEND:
    case CS_EV_SETITEM:
    case CS_EV_TUPLE_NEW:
    case CS_EV_TUPLE_SAME:
    case CS_EV_METHOD_NEW:
    case CS_EV_MAKE:
    case CS_EV_SETSTATE:
    case CS_EV_STATE_DICT:
    case CS_EV_STATE_SLOTS:
    case CS_EV_ITEM_APPEND:
    case CS_EV_ITEM_SET:
    case CS_EV_RETURN: return true;
    default: return false;
    }
}

/* copyreg's and the old reductor are called on lines of their own, which no site names. */
static bool
same_line(const comparison *c, const recorded *e, const cs_witness_step *s)
{
    const uint32_t line = c->lines[e->site];
    return line == 0 || line == s->line || (e->event == CS_EV_REDUCE && e->aux != CS_WITNESS_REDUCE_EX);
}

static uint32_t
ref_at(comparison *c, uint64_t address)
{
    return address != 0 && c->identities != NULL ? find(c, address)->ref : 0;
}

/* Reads 0x and hexadecimal digits; returns how many characters, 0 where there are none. */
static size_t
read_address(const char *s, size_t n, uint64_t *address)
{
    size_t i = 2;
    if (n < 3 || s[0] != '0' || s[1] != 'x' || !isxdigit((unsigned char)s[2])) {
        return 0;
    }
    for (*address = 0; i < n && isxdigit((unsigned char)s[i]); i++) {
        const int digit = s[i] <= '9' ? s[i] - '0' : (s[i] | 32) - 'a' + 10;
        *address = *address << 4 | (unsigned)digit;
    }
    return i;
}

/* Whether an address in a text of ours and one in a text of theirs are of one object, or of none that was met. */
static bool
same_address(comparison *c, uint64_t ours, uint64_t theirs)
{
    for (size_t ref = c->n_objects; ref > 0; ref--) { /* the last that was there */
        if (c->objects[ref - 1].addr == ours && c->address_of[ref - 1] != 0) {
            return c->address_of[ref - 1] == theirs;
        }
    }
    return ref_at(c, theirs) == 0;
}

/* Whether texts are equal, or differ in addresses only, as of an object's repr(): a copy is elsewhere each time. */
static bool
same_words(comparison *c, const char *ours, size_t n, const char *theirs, size_t m)
{
    while (n > 0 && m > 0) {
        uint64_t our_address, their_address;
        size_t i = read_address(ours, n, &our_address), j = read_address(theirs, m, &their_address);
        if (i > 0 && j > 0) {
            if (our_address != their_address && !same_address(c, our_address, their_address)) {
                return false;
            }
        }
        else {
            if (*ours != *theirs) {
                return false;
            }
            i = j = 1;
        }
        ours += i;
        n -= i;
        theirs += j;
        m -= j;
    }
    return n == 0 && m == 0;
}

static int
same_text(comparison *c, const recorded *e, const cs_witness_step *s)
{
    size_t n;
    const char *ours = cs_trace_string(c->trace, e->arg, &n);
    PyObject *theirs =
        s->arg < (uint64_t)PyList_GET_SIZE(c->texts) ? PyList_GET_ITEM(c->texts, (Py_ssize_t)s->arg) : NULL;
    Py_ssize_t m = 0;
    const char *text = theirs != NULL ? PyUnicode_AsUTF8AndSize(theirs, &m) : "";
    return text == NULL ? -1 : same_words(c, ours, n, text, (size_t)m);
}

/* Returns 1, 0, or -1 with an exception set. */
static int
same(comparison *c, const recorded *e, const cs_witness_step *s)
{
    if (e->event != s->event || e->outcome != s->outcome || e->aux != s->aux || !same_line(c, e, s)) {
        return 0;
    }
    if (e->event == CS_EV_CALL && e->role != s->role && s->role != CS_WITNESS_ROLE_UNKNOWN) {
        return 0;
    }
    int equal = same_object(c, e->obj, s->obj);
    if (equal == 1 && cs_event_has_arg(e->event, e->outcome)) {
        equal = same_object(c, e->arg, s->arg);
    }
    return equal == 1 && e->event == CS_EV_RAISE ? same_text(c, e, s) : equal;
}

/* ---- where they part, as tuples for Python to put in words ---- */

static const char *
outcome_name(unsigned outcome)
{
    return outcome == CS_OUT_YES ? "yes" : outcome == CS_OUT_NO ? "no" : "";
}

static const char *
aux_name(unsigned event, unsigned aux)
{
    return event == CS_EV_DISPATCH ? cs_copier_name(aux) : event == CS_EV_REDUCE ? cs_witness_reductor_name(aux) : "";
}

static PyObject *
tuple_of_recorded(comparison *c, const recorded *e)
{
    size_t n = 0;
    const char *text = e->event == CS_EV_RAISE ? cs_trace_string(c->trace, e->arg, &n) : aux_name(e->event, e->aux);
    return Py_BuildValue("(ssIIsIs)", cs_event_name(e->event), outcome_name(e->outcome), e->obj,
                         cs_event_has_arg(e->event, e->outcome) ? e->arg : 0,
                         e->event == CS_EV_CALL ? cs_role_name(e->role) : "", c->lines[e->site], text);
}

static PyObject *
tuple_of_seen(comparison *c, const cs_witness_step *s)
{
    const bool raises = s->event == CS_EV_RAISE && s->arg < (uint64_t)PyList_GET_SIZE(c->texts);
    const char *text =
        raises ? PyUnicode_AsUTF8(PyList_GET_ITEM(c->texts, (Py_ssize_t)s->arg)) : aux_name(s->event, s->aux);
    return text == NULL
               ? NULL
               : Py_BuildValue("(ssIIsIs)", cs_event_name(s->event), outcome_name(s->outcome), ref_at(c, s->obj),
                               cs_event_has_arg(s->event, s->outcome) ? ref_at(c, s->arg) : 0,
                               s->event == CS_EV_CALL ? cs_role_name(s->role) : "", s->line, text);
}

static int
part(comparison *c, const recorded *e, const cs_witness_step *s)
{
    PyObject *ours = e != NULL ? tuple_of_recorded(c, e) : Py_NewRef(Py_None);
    PyObject *theirs = s != NULL ? tuple_of_seen(c, s) : Py_NewRef(Py_None);
    const uint64_t step = e != NULL ? c->n_engine : c->n_witness;
    c->differs = true;
    c->first = ours != NULL && theirs != NULL ? Py_BuildValue("(KOO)", (unsigned long long)step, ours, theirs) : NULL;
    Py_XDECREF(ours);
    Py_XDECREF(theirs);
    return c->first != NULL ? 0 : -1;
}

/* ---- the object ---- */

static int
take_lines(comparison *c, PyObject *lines)
{
    for (unsigned i = 1; i < CS_SITE_COUNT; i++) {
        PyObject *line = PyDict_GetItemString(lines, cs_site_name(i));
        const unsigned long n = line != NULL ? PyLong_AsUnsignedLong(line) : 0;
        if (PyErr_Occurred()) {
            return -1;
        }
        c->lines[i] = (uint32_t)n;
    }
    return 0;
}

/* Names of the events that are compared. */
static int
take_seen(comparison *c, PyObject *names)
{
    for (unsigned i = 1; i < CS_EV_MAX; i++) {
        PyObject *name = PyUnicode_FromString(cs_event_name(i));
        const int in = name != NULL ? PySet_Contains(names, name) : -1;
        Py_XDECREF(name);
        if (in < 0) {
            return -1;
        }
        c->seen[i] = (uint8_t)in;
    }
    return 0;
}

static int
take_trace(comparison *c, const char *bytes, Py_ssize_t n)
{
    c->trace = cs_trace_new();
    if (c->trace == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    const cs_error err = cs_trace_feed(c->trace, bytes, (size_t)n);
    if (err != CS_E_OK) {
        PyErr_Format(PyExc_ValueError, "the trace: %s", cs_strerror(err));
        return -1;
    }
    c->n_records = cs_trace_records(c->trace, &c->records);
    c->n_objects = cs_trace_objects(c->trace, &c->objects);
    c->n_types = cs_trace_types(c->trace, &c->types);
    c->address_of = PyMem_RawCalloc(c->n_objects + 1, sizeof *c->address_of);
    if (c->address_of == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return grow_identities(c);
}

static PyObject *
comparison_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"trace", "texts", "seen", "lines", NULL};
    const char *bytes;
    Py_ssize_t n;
    PyObject *texts, *seen, *lines;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y#O!O!O!:Comparison", names, &bytes, &n, &PyList_Type, &texts,
                                     &PyFrozenSet_Type, &seen, &PyDict_Type, &lines)) {
        return NULL;
    }
    comparison *c = (comparison *)type->tp_alloc(type, 0);
    if (c == NULL) {
        return NULL;
    }
    c->texts = Py_NewRef(texts);
    if (take_seen(c, seen) < 0 || take_lines(c, lines) < 0 || take_trace(c, bytes, n) < 0) {
        Py_DECREF(c);
        return NULL;
    }
    return (PyObject *)c;
}

static void
comparison_dealloc(comparison *c)
{
    PyTypeObject *type = Py_TYPE(c);
    cs_trace_close(c->trace);
    Py_XDECREF(c->texts);
    Py_XDECREF(c->first);
    PyMem_RawFree(c->address_of);
    PyMem_RawFree(c->identities);
    PyMem_RawFree(c->pins);
    PyMem_RawFree(c->runs);
    type->tp_free(c);
    Py_DECREF(type);
}

/* Steps that one record holds together with a step after them: where that fails, the trace tells the exception only. */
static bool
is_told_with_next(unsigned event)
{
    switch (event) {
    case CS_EV_MEMO_GET:
    case CS_EV_DISPATCH:
    case CS_EV_CLASS_CHECK:
    case CS_EV_HOOK_GET:
    case CS_EV_LIST_NEW:
    case CS_EV_DICT_NEW:
    case CS_EV_MEMO_AGAIN:
    case CS_EV_KEEP_GET:
    case CS_EV_FAST_REDUCE:
    case CS_EV_MAKE: return true;
    default: return false;
    }
}

static int
feed_one(comparison *c, const cs_witness_step *s)
{
    if (!c->differs && !c->cut && !c->waits) {
        c->waits = next_recorded(c, &c->next);
    }
    if (c->waits && c->next.event == CS_EV_RAISE && s->event != CS_EV_RAISE && is_told_with_next(s->event)) {
        return 0; /* not counted either */
    }
    c->n_witness++;
    if (c->differs || c->cut) {
        return 0;
    }
    if (!c->waits) {
        return part(c, NULL, s);
    }
    c->waits = false;
    c->n_engine++;
    const int equal = same(c, &c->next, s);
    if (equal < 0) {
        return -1;
    }
    return equal ? follow(c, s) : part(c, &c->next, s);
}

PyDoc_STRVAR(feed_doc, "feed(steps)\n--\n\nCompares what Witness.steps() gave, whole steps, in order.");

static PyObject *
comparison_feed(comparison *c, PyObject *arg)
{
    Py_buffer steps;
    if (PyObject_GetBuffer(arg, &steps, PyBUF_SIMPLE) < 0) {
        return NULL;
    }
    int err = 0;
    if (steps.len % (Py_ssize_t)sizeof(cs_witness_step) != 0) {
        PyErr_SetString(PyExc_ValueError, "steps have 32 bytes each");
        err = -1;
    }
    for (Py_ssize_t i = 0; err == 0 && i < steps.len; i += (Py_ssize_t)sizeof(cs_witness_step)) {
        cs_witness_step s;
        memcpy(&s, (const char *)steps.buf + i, sizeof s);
        if (s.event < CS_EV_MAX && IS_SEEN(c, s.event)) {
            err = feed_one(c, &s);
        }
    }
    PyBuffer_Release(&steps);
    if (err < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyDoc_STRVAR(result_doc,
             "result(partial=False)\n--\n\n"
             "After the last step: (equal events, events in all, where they part or None, records were not kept).\n"
             "partial: the witness stopped early; what the trace tells after that is not compared.  Where they part:\n"
             "(step, recorded or None, seen or None), each (event, outcome, object, object, role, line, text).");

static PyObject *
comparison_result(comparison *c, PyObject *args)
{
    int partial = 0;
    recorded e = {0};
    if (!PyArg_ParseTuple(args, "|p:result", &partial)) {
        return NULL;
    }
    while (!(partial && !c->differs) && (c->waits || next_recorded(c, &e))) {
        e = c->waits ? c->next : e;
        c->waits = false;
        c->n_engine++;
        if (!c->differs && part(c, &e, NULL) < 0) {
            return NULL;
        }
    }
    const bool less = partial || c->cut;
    uint64_t total = c->n_engine > c->n_witness && !less ? c->n_engine : c->n_witness;
    if (less) {
        total = c->n_engine;
    }
    unsigned long long equal = total;
    if (c->differs) {
        equal = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(c->first, 0)) - 1;
    }
    return Py_BuildValue("(KKOO)", equal, (unsigned long long)total, c->first != NULL ? c->first : Py_None,
                         c->cut ? Py_True : Py_False);
}

static PyMethodDef comparison_methods[] = {
    {"feed", (PyCFunction)comparison_feed, METH_O, feed_doc},
    {"result", (PyCFunction)comparison_result, METH_VARARGS, result_doc},
    {NULL, NULL, 0, NULL},
};

PyDoc_STRVAR(comparison_doc,
             "Comparison(trace, texts, seen, lines)\n--\n\n"
             "A trace beside a witness.  trace: bytes, whole chunks; texts: Witness.texts; seen: names of\n"
             "the events that the witness can see; lines: site -> line of the text it watched.");

static PyType_Slot comparison_slots[] = {
    {Py_tp_doc, (void *)comparison_doc},
    {Py_tp_new, comparison_new},
    {Py_tp_dealloc, comparison_dealloc},
    {Py_tp_methods, comparison_methods},
    {0, NULL},
};

PyType_Spec cs_comparison_spec = {
    .name = "copyscope._core.Comparison",
    .basicsize = sizeof(comparison),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = comparison_slots,
};
