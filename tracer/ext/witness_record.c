/* The steps of a witness as records of a trace: what comes together, and is of one object, becomes one record.
 *
 * Which records there are, and what each expands to, is read from the vocabulary.  A step that no record can tell as it
 * was, in the order in which it was, is counted: the trace says how many there are.
 */
#include "witness_record.h"
#include "verdict.h"

#define FLAGS_TRIED 6
#define MAX_CANDIDATES 512

/* A record of some kind with some flags, and the steps that it stands for. */
typedef struct {
    uint8_t kind, flags, n;
    uint8_t events[CS_MAX_STEPS], outcomes[CS_MAX_STEPS];
} candidate;

/* A step that is not written yet; it holds its objects. */
typedef struct {
    cs_witness_step step;
    PyObject *obj, *arg;
} pending;

struct cs_witness_record {
    cs_recorder *recorder;
    candidate candidates[MAX_CANDIDATES];
    unsigned n_candidates;
    pending window[CS_MAX_STEPS];
    unsigned n_window;
    bool append_told; /* the last record was that of a list's element: it tells of the append, too */
    uint64_t untold;
};

static const uint8_t tried[FLAGS_TRIED] = {CS_F_NO_CALL,     CS_F_NO_GET, CS_F_DISPATCH_FIRST,
                                           CS_F_NO_DISPATCH, CS_F_YES,    CS_F_OLD};

static bool
is_known(const cs_witness_record *r, const candidate *c)
{
    for (unsigned i = 0; i < r->n_candidates; i++) {
        const candidate *o = &r->candidates[i];
        if (o->n == c->n && memcmp(o->events, c->events, c->n) == 0 && memcmp(o->outcomes, c->outcomes, c->n) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_candidate(cs_witness_record *r, unsigned kind, unsigned chosen)
{
    candidate c = {.kind = (uint8_t)kind};
    for (unsigned i = 0; i < FLAGS_TRIED; i++) {
        c.flags |= chosen >> i & 1 ? tried[i] : 0;
    }
    const cs_record record = {.kind = c.kind, .flags = c.flags};
    const cs_step *steps[CS_MAX_STEPS];
    c.n = (uint8_t)cs_expand(&record, steps);
    for (unsigned i = 0; i < c.n; i++) {
        const uint8_t flag = c.flags & CS_F_YES ? CS_OUT_YES : CS_OUT_NO;
        c.events[i] = steps[i]->event;
        c.outcomes[i] = steps[i]->outcome == CS_OUT_FLAG ? flag : steps[i]->outcome;
    }
    if (c.n > 0 && r->n_candidates < MAX_CANDIDATES && !is_known(r, &c)) {
        r->candidates[r->n_candidates++] = c;
    }
}

/* Kinds that tell of steps of deepcopy() with operands of their own. */
static bool
is_for_steps(unsigned kind)
{
    return kind != CS_REC_RAISE && kind != CS_REC_MEMO_CHANGED && kind <= CS_REC_COPIER;
}

cs_witness_record *
cs_witness_record_new(cs_recorder *recorder)
{
    cs_witness_record *r = PyMem_Calloc(1, sizeof *r);
    if (r == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    r->recorder = recorder;
    for (unsigned kind = 1; kind < CS_REC_MAX; kind++) {
        for (unsigned chosen = 0; is_for_steps(kind) && chosen < 1u << FLAGS_TRIED; chosen++) {
            add_candidate(r, kind, chosen);
        }
    }
    return r;
}

static void
shift(cs_witness_record *r, unsigned n)
{
    pending gone[CS_MAX_STEPS];
    memcpy(gone, r->window, n * sizeof *gone);
    r->n_window -= n;
    memmove(r->window, r->window + n, r->n_window * sizeof *gone);
    for (unsigned i = 0; i < n; i++) {
        Py_XDECREF(gone[i].obj);
        Py_XDECREF(gone[i].arg);
    }
}

void
cs_witness_record_free(cs_witness_record *r)
{
    if (r != NULL) {
        shift(r, r->n_window);
        PyMem_Free(r);
    }
}

/* How many of a candidate's steps the window begins with; 0 where it goes another way. */
static unsigned
matches(const cs_witness_record *r, const candidate *c)
{
    PyObject *arg = NULL;
    const unsigned n = r->n_window < c->n ? r->n_window : c->n;
    for (unsigned i = 0; i < n; i++) {
        const pending *p = &r->window[i];
        if (p->step.event != c->events[i] || p->step.outcome != c->outcomes[i] || p->obj != r->window[0].obj ||
            (arg != NULL && p->arg != NULL && p->arg != arg)) {
            return 0;
        }
        arg = arg != NULL ? arg : p->arg;
    }
    return n;
}

static uint8_t
flags_of(const candidate *c, const cs_witness_step *s)
{
    if (c->kind == CS_REC_REDUCE) {
        return s->aux == CS_WITNESS_REDUCE_COPYREG ? CS_F_YES : s->aux == CS_WITNESS_REDUCE_OLD ? CS_F_OLD : 0;
    }
    return c->flags;
}

static void
write_record(cs_witness_record *r, const candidate *c)
{
    const cs_rec_shape *shape = cs_shape_of(c->kind);
    const cs_witness_step *s = &r->window[0].step;
    const uint8_t known = s->role < CS_ROLE_COUNT ? s->role : CS_ROLE_USER;
    const uint8_t role = shape->call == CS_CALL_WITHIN ? 0 : known;
    const bool told = shape->arg != CS_OPERAND_SLOT && shape->arg != CS_OPERAND_NONE;
    PyObject *y = NULL;
    for (unsigned i = 0; told && y == NULL && i < c->n; i++) {
        y = r->window[i].arg;
    }
    if (y != NULL && (c->kind == CS_REC_ROOT || c->kind == CS_REC_SET)) {
        cs_recorder_mark(r->recorder, y, c->kind == CS_REC_ROOT ? CS_OBJ_MEMO : CS_OBJ_COPY);
    }
    cs_recorder_emit(r->recorder, &(cs_emission){.kind = c->kind,
                                                 .flags = flags_of(c, s),
                                                 .role = role,
                                                 .probe = CS_PROBE_UNKNOWN,
                                                 .x = r->window[0].obj,
                                                 .y = y});
    const bool closes = shape->call == CS_CALL_CLOSES || shape->call == CS_CALL_WHOLE;
    r->append_told = closes && role == CS_ROLE_LIST_ELEM;
    shift(r, c->n);
}

/* Writes what is known to be over.  all: nothing more comes that could belong to it. */
static void
settle(cs_witness_record *r, bool all)
{
    while (r->n_window > 0) {
        const candidate *longest = NULL;
        bool wait = false;
        for (unsigned i = 0; i < r->n_candidates; i++) {
            const candidate *c = &r->candidates[i];
            const unsigned n = matches(r, c);
            wait = wait || (n > 0 && n < c->n);
            if (n == c->n && (longest == NULL || n > longest->n)) {
                longest = c;
            }
        }
        if (wait && !all) {
            return;
        }
        if (longest != NULL) {
            write_record(r, longest);
        }
        else {
            r->untold++;
            shift(r, 1);
        }
    }
}

void
cs_witness_record_step(cs_witness_record *r, const cs_witness_step *s, PyObject *obj)
{
    const bool told = s->event == CS_EV_APPEND && r->n_window == 0 && r->append_told;
    PyObject *arg = cs_event_has_arg(s->event, s->outcome) ? (PyObject *)(uintptr_t)s->arg : NULL;
    if (told) {
        r->append_told = false;
        return;
    }
    if (obj == NULL) {
        settle(r, true);
        r->untold++;
        return;
    }
    r->window[r->n_window++] = (pending){*s, Py_NewRef(obj), Py_XNewRef(arg)};
    settle(r, r->n_window == CS_MAX_STEPS);
}

void
cs_witness_record_raise(cs_witness_record *r, PyObject *x, unsigned role, PyObject *exception)
{
    settle(r, true);
    if (exception != NULL) {
        PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(exception)), Py_NewRef(exception), NULL);
    }
    cs_recorder_emit_raise(r->recorder, x, role < CS_ROLE_COUNT ? role : CS_ROLE_USER, true, true);
    PyErr_Clear();
}

uint64_t
cs_witness_record_end(cs_witness_record *r)
{
    settle(r, true);
    cs_recorder_drain(r->recorder);
    return r->untold;
}
