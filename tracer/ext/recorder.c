#include "recorder.h"
#include "refs.h"
#include "text.h"
#include "typerefs.h"

#include <string.h>

#define CALLS_FIRST 64

/* A call of deepcopy() that is open on the tape. */
typedef struct {
    uint32_t x, y;
    uint32_t last;      /* what the last call gave that this one made; not what its user code asked for */
    const PyObject *at; /* where x is */
    PyTypeObject *type; /* of x, borrowed: what has another type than list or dict is held */
} call;

struct cs_recorder {
    cs_tape tape; /* first: the tape finds its recorder */
    cs_writer *writer;
    cs_refs objects; /* held */
    cs_refs bare;    /* those of the bare run that is read, kept alive by its memo: nothing there is held */
    cs_refs names;   /* addresses only: nothing there is held */
    cs_typerefs types;
    cs_record wrote; /* the last one */
    PyObject *named; /* the dict whose strings `names` tells of */
    cs_dispatch_reader reader;
    void *reader_ctx;
    call *calls;
    size_t depth, calls_room;
    uint64_t ticks;      /* since the tape began, of the mark that is read */
    uint64_t now;        /* the same in nanoseconds */
    double rate;         /* nanoseconds of a tick */
    uint64_t clock_base; /* what the last CLOCK record said */
    uint64_t entered;    /* tick when the outermost call began, if it is timed */
    bool timed;          /* its caller was told */
    unsigned nesting;    /* recorded calls in progress */
    bool begun;          /* the first of them has started the clock */
    bool lazy;
    bool failed; /* out of memory: what was recorded so far stands, and says that it was cut short */
};

/* ---- from birth to death ---- */

/* names: id -> str, as the names' string refs by address.  Returns 0, or -1 with an exception set. */
static int
take_names(cs_recorder *r, PyObject *names)
{
    Py_ssize_t pos = 0;
    PyObject *id, *name;
    r->named = Py_XNewRef(names);
    while (names != NULL && PyDict_Next(names, &pos, &id, &name)) {
        Py_ssize_t n;
        void *addr = PyLong_Check(id) ? PyLong_AsVoidPtr(id) : NULL;
        const char *s = PyUnicode_CheckExact(name) ? PyUnicode_AsUTF8AndSize(name, &n) : NULL;
        if (addr == NULL || s == NULL || n == 0) {
            PyErr_Clear(); /* a name that cannot be written, or an id that is none: it names nothing */
            continue;
        }
        const uint32_t ref = cs_writer_string(r->writer, s, (size_t)n);
        if (cs_refs_find(&r->names, addr) == 0 && cs_refs_put(&r->names, addr, ref, 0) < 0) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

cs_recorder *
cs_recorder_new(const cs_recorder_options *options)
{
    cs_recorder *r = PyMem_RawCalloc(1, sizeof *r);
    if (r == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    cs_tape *t = &r->tape;
    t->first = t->reel = PyMem_RawMalloc(sizeof *t->first + CS_TAPE_FIRST * sizeof *t->first->marks);
    if (t->first != NULL) {
        *t->first = (cs_reel){.room = CS_TAPE_FIRST};
    }
    r->writer = cs_writer_new(options->sink, options->sink_ctx, options->max_records);
    r->calls = PyMem_RawCalloc(CALLS_FIRST, sizeof *r->calls);
    r->calls_room = CALLS_FIRST;
    if (t->first == NULL || r->writer == NULL || r->calls == NULL || cs_refs_init(&r->objects) < 0 ||
        cs_refs_init(&r->bare) < 0 || cs_typerefs_init(&r->types) < 0 || cs_refs_init(&r->names) < 0) {
        cs_recorder_free(r);
        PyErr_NoMemory();
        return NULL;
    }
    t->reels = 1;
    t->next = t->first->marks;
    t->limit = t->next + t->first->room;
    t->clock_all = options->clock_all;
    t->live = options->live;
    t->started = cs_clock_ticks();
    r->lazy = options->lazy;
    t->stale = (uint64_t)(CS_TAPE_STALE_NS / cs_clock_rate());
    r->reader = options->reader;
    r->reader_ctx = options->reader_ctx;
    if (take_names(r, options->names) < 0) {
        cs_recorder_free(r);
        return NULL;
    }
    return r;
}

/* Calls see(ctx, object) for each object that marks hold; stops at the first answer that is not 0. */
static inline __attribute__((always_inline)) int
each_mark_held(const cs_tape *t, int (*see)(PyObject *, void *), void *ctx)
{
    for (const cs_reel *reel = t->first; reel != NULL; reel = reel->next) {
        const cs_mark *end = reel == t->reel ? t->next : reel->end;
        for (const cs_mark *m = reel->marks; m < end; m++) {
            if (cs_mark_owns(m)) {
                const int stop = see(m->object, ctx);
                if (stop != 0) {
                    return stop;
                }
            }
        }
        if (reel == t->reel) {
            break;
        }
    }
    return 0;
}

static void
rewind_tape(cs_tape *t)
{
    t->reel = t->first;
    t->next = t->first->marks;
    t->limit = t->next + t->first->room;
}

static int
let_go(PyObject *x, void *unused)
{
    (void)unused;
    Py_DECREF(x);
    return 0;
}

static void
free_reels(cs_reel *reel)
{
    while (reel != NULL) {
        cs_reel *next = reel->next;
        cs_reel_give_back(reel);
        reel = next;
    }
}

void
cs_recorder_free(cs_recorder *r)
{
    if (r == NULL) {
        return;
    }
    cs_tape tape = r->tape;
    r->tape.first = NULL; /* a collection that starts below must not see what is going */
    if (tape.next != NULL) {
        each_mark_held(&tape, let_go, NULL);
    }
    free_reels(tape.first);
    cs_writer_free(r->writer);
    cs_refs_free(&r->objects);
    cs_typerefs_free(&r->types);
    r->names.used = r->bare.used = 0;
    cs_refs_free(&r->bare);
    cs_refs_free(&r->names);
    PyMem_RawFree(r->calls);
    Py_XDECREF(r->named);
    PyMem_RawFree(r);
}

typedef struct {
    visitproc visit;
    void *arg;
} visitor;

static int
visit_one(PyObject *x, void *ctx)
{
    const visitor *v = ctx;
    return v->visit(x, v->arg);
}

int
cs_recorder_visit(cs_recorder *r, visitproc visit, void *arg)
{
    int stop = cs_refs_visit(&r->objects, visit, arg);
    if (stop == 0 && r->tape.first != NULL) {
        stop = each_mark_held(&r->tape, visit_one, &(visitor){visit, arg});
    }
    Py_VISIT(r->named);
    return stop;
}

/* ---- types and objects ---- */

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
    uint32_t ref = cs_typerefs_find(&r->types, type);
    if (ref != 0) {
        return ref;
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
    ref = cs_writer_type(r->writer, &t);
    if (ref == 0 || cs_typerefs_put(&r->types, type, ref) < 0) {
        r->failed = true;
        return 0;
    }
    return ref;
}

/* A row for an object that was not met before; x: the object, or NULL where it may be gone.  Returns its ref, or 0. */
static uint32_t
new_object(cs_recorder *r, const PyObject *at, PyTypeObject *type, PyObject *x, uint32_t len, uint32_t flags)
{
    if (r->failed) {
        return 0;
    }
    char text[CS_TEXT_MAX + 1];
    cs_object o = {.addr = (uintptr_t)at, .type = type_ref(r, type), .len = len, .flags = flags};
    o.name = cs_refs_find(&r->names, at);
    o.text = x != NULL ? cs_writer_string(r->writer, text, cs_text_of(x, text)) : 0;
    const uint32_t ref = cs_writer_object(r->writer, &o);
    r->failed |= ref == 0;
    return ref;
}

/* The ref of x, whose reference is taken over. */
static uint32_t
object_ref(cs_recorder *r, PyObject *x, uint32_t len, uint32_t flags)
{
    if (x == NULL) {
        return 0;
    }
    uint32_t ref = cs_refs_find(&r->objects, x);
    if (ref != 0 || r->failed) {
        Py_DECREF(x);
        return ref;
    }
    cs_refs_slot known = r->bare.slots[cs_refs_at(&r->bare, x)];
    if (known.ref == 0) {
        known.ref = new_object(r, x, Py_TYPE(x), x, len, flags);
    }
    if (known.ref == 0 || cs_refs_put(&r->objects, x, known.ref, known.copy) < 0) {
        r->failed = true;
        Py_DECREF(x);
        return 0;
    }
    return known.ref;
}

/* The slot of an object that was met in the bare run that is read, or NULL. */
static cs_refs_slot *
slot_of(cs_recorder *r, const PyObject *at)
{
    cs_refs_slot *slot = &r->objects.slots[cs_refs_at(&r->objects, at)];
    slot = slot->object != NULL ? slot : &r->bare.slots[cs_refs_at(&r->bare, at)];
    return slot->object != NULL ? slot : NULL;
}

/* The ref of the object that is at this address in a bare run: one without a text. */
static uint32_t
bare_ref(cs_recorder *r, const PyObject *at, PyTypeObject *type, uint32_t len, uint32_t flags)
{
    const cs_refs_slot *slot = slot_of(r, at);
    if (slot != NULL || r->failed) {
        return slot != NULL ? slot->ref : 0;
    }
    const uint32_t ref = new_object(r, at, type, NULL, len, flags);
    if (ref != 0 && cs_refs_put(&r->bare, (PyObject *)at, ref, 0) < 0) {
        r->failed = true;
    }
    return r->failed ? 0 : ref;
}

/* ---- from marks to records ---- */

static void
open_call(cs_recorder *r, uint32_t x, const PyObject *at)
{
    if (r->depth + 1 == r->calls_room) {
        call *bigger = PyMem_RawRealloc(r->calls, r->calls_room * 2 * sizeof *bigger);
        if (bigger == NULL) {
            r->failed = true;
            return;
        }
        r->calls = bigger;
        r->calls_room *= 2;
    }
    r->calls[++r->depth] = (call){.x = x, .at = at};
}

/* calls[0] stands for no call at all: marks of a call that never opened tell of nothing. */
static call *
innermost(cs_recorder *r)
{
    return &r->calls[r->depth];
}

static void
close_call(cs_recorder *r)
{
    r->depth -= r->depth > 0;
}

/* The time that a mark carries, if it does. */
static void
read_time(cs_recorder *r, uint32_t ticks)
{
    if (ticks != CS_TAPE_NO_TIME) {
        r->ticks += (uint32_t)(ticks - (uint32_t)r->ticks);
        const uint64_t now = (uint64_t)((double)r->ticks * r->rate);
        r->now = now > r->now ? now : r->now; /* the rate is measured anew each time: time does not go back */
    }
}

static void
write_record(cs_recorder *r, cs_record *rec)
{
    if (r->failed) {
        return;
    }
    if ((r->now & ~(uint64_t)UINT32_MAX) != r->clock_base) {
        r->clock_base = r->now & ~(uint64_t)UINT32_MAX;
        cs_record wrap = {.kind = CS_REC_CLOCK, .obj = (uint32_t)r->clock_base, .arg = (uint32_t)(r->clock_base >> 32)};
        cs_writer_event(r->writer, &wrap);
    }
    rec->t = (uint32_t)r->now;
    cs_writer_event(r->writer, rec);
    r->wrote = *rec;
}

/* What the y of a record is, if it is new: made by the copy, and how long it was then. */
static uint32_t
flags_of_y(unsigned kind)
{
    switch (kind) {
    case CS_REC_LIST:
    case CS_REC_DICT:
    case CS_REC_TUPLE_NEW:
    case CS_REC_METHOD:
    case CS_REC_NEW:
    case CS_REC_FREDUCE: return CS_OBJ_COPY;
    default: return 0;
    }
}

/* The slot that a lookup of the object at this address missed at, as ATOM and MISS tell it. */
static uint32_t
missed_at(const cs_record *rec, const PyObject *at)
{
    const bool told = !(rec->flags & (CS_F_NO_PROBE | CS_F_NO_GET));
    return told ? cs_slot_of((uintptr_t)at, cs_rec_lg(rec), cs_rec_probes(rec)) : 0;
}

/* The innermost call's x has this copy, and its memo knows. */
static void
tell_copy(cs_recorder *r, call *c, uint32_t y)
{
    c->y = y;
    cs_refs_slot *slot = slot_of(r, c->at);
    if (slot != NULL) {
        slot->copy = y;
    }
}

/* The call that a record is of gave this to the one that is innermost now. */
static void
give(cs_recorder *r, const cs_record *rec, uint32_t given)
{
    if (cs_rec_role(rec) != CS_ROLE_USER) {
        innermost(r)->last = given;
    }
}

/* The innermost call returns what it gives. */
static void
end_call(cs_recorder *r, const cs_record *rec, uint32_t given)
{
    close_call(r);
    give(r, rec, given);
}

/* An atomic object, immutable: its length is what it was.  x's reference is taken over. */
static void
read_atom(cs_recorder *r, cs_record *rec, PyObject *x)
{
    rec->obj = object_ref(r, x, cs_text_len(x), 0);
    give(r, rec, rec->obj);
    rec->arg = rec->kind == CS_REC_FATOM ? rec->obj : missed_at(rec, x);
    write_record(r, rec);
}

/* A mark of one object at the most, whose reference is taken over; the rest follows from the call that is open. */
static void
read_single(cs_recorder *r, const cs_mark *m, cs_record *rec)
{
    call *c = innermost(r);
    if (m->kind == CS_REC_ATOM || m->kind == CS_REC_FATOM) {
        read_atom(r, rec, m->object);
        return;
    }
    rec->obj = c->x;
    switch (m->kind) {
    case CS_REC_SET: c->y = rec->arg = object_ref(r, m->object, cs_text_len(m->object), CS_OBJ_COPY); break;
    case CS_REC_KEEP:
    case CS_REC_KEEP_FIRST:
        rec->arg = c->y;
        end_call(r, rec, c->y);
        break;
    case CS_REC_SAME:
        rec->arg = c->x;
        end_call(r, rec, c->x);
        break;
    case CS_REC_TUPLE_SAME: rec->arg = c->x; break;
    case CS_REC_SETSTATE:
    case CS_REC_STATE_DICT:
    case CS_REC_STATE_SLOTS:
    case CS_REC_SETITEM:
    case CS_REC_ITEM_APPEND:
    case CS_REC_ITEM_SET:
        rec->obj = c->y;
        rec->arg = m->object != NULL ? object_ref(r, m->object, cs_text_len(m->object), 0) : c->last;
        break;
    default: break; /* of x, and no other */
    }
    write_record(r, rec);
}

/* Two marks: x and y, each with its reference. */
static void
read_pair(cs_recorder *r, const cs_mark *m, cs_record *rec)
{
    const cs_mark *more = m + 1;
    const bool opens = m->kind == CS_REC_MISS;
    PyTypeObject *type = m->object != NULL ? Py_TYPE(m->object) : NULL;
    rec->obj = object_ref(r, m->object, opens ? more->aux : cs_text_len(m->object), 0);
    if (more->object != NULL) {
        rec->arg = object_ref(r, more->object, more->aux, flags_of_y(m->kind));
    }
    else {
        rec->arg = opens ? missed_at(rec, m->object) : more->aux;
    }
    switch (m->kind) {
    case CS_REC_MISS:
        open_call(r, rec->obj, m->object);
        innermost(r)->type = type;
        break;
    case CS_REC_HIT: give(r, rec, rec->arg); break;
    case CS_REC_LIST:
    case CS_REC_DICT:
    case CS_REC_NEW:
    case CS_REC_FREDUCE:
        if (more->flags) {
            tell_copy(r, innermost(r), rec->arg);
        }
        innermost(r)->y = rec->arg;
        break;
    case CS_REC_TUPLE_NEW:
    case CS_REC_TUPLE_HIT:
    case CS_REC_METHOD: innermost(r)->y = rec->arg; break;
    case CS_REC_FTUPLE:
    case CS_REC_CLASS:
        rec->arg = rec->obj;
        end_call(r, rec, rec->obj);
        break;
    case CS_REC_RAISE:
        if (more->flags) {
            close_call(r);
        }
        break;
    default: break;
    }
    write_record(r, rec);
}

/* The item of a dict whose value and key are atomic: three records. */
static void
read_item(cs_recorder *r, const cs_mark *m)
{
    cs_record value = {.kind = CS_REC_ATOM, .flags = m->flags, .pack = m->pack};
    cs_record key = {.kind = CS_REC_ATOM, .flags = (uint8_t)(m->aux >> 16), .pack = (uint16_t)m->aux};
    cs_record store = {.kind = CS_REC_SETITEM, .flags = CS_F_NO_PROBE, .obj = innermost(r)->y};
    read_atom(r, &value, m->object);
    read_atom(r, &key, m[1].object);
    store.arg = key.obj;
    write_record(r, &store);
}

/* MISS, and the empty list or dict that is its copy. */
static void
read_bare_container(cs_recorder *r, const cs_mark *m)
{
    const bool is_list = m->kind == CS_MARK_BARE_LIST;
    PyTypeObject *type = is_list ? &PyList_Type : &PyDict_Type;
    const cs_mark *more = m + 1;
    cs_record miss = {.kind = CS_REC_MISS, .flags = m->flags, .pack = m->pack};
    read_time(r, m->aux);
    miss.obj = bare_ref(r, m->object, type, more->aux, 0);
    miss.arg = missed_at(&miss, m->object);
    open_call(r, miss.obj, m->object);
    write_record(r, &miss);
    cs_record made = {.kind = is_list ? CS_REC_LIST : CS_REC_DICT, .flags = more->flags, .pack = more->pack};
    made.obj = miss.obj;
    made.arg = bare_ref(r, more->object, type, 0, CS_OBJ_COPY);
    tell_copy(r, innermost(r), made.arg);
    write_record(r, &made);
}

/* SET and KEEP, or KEEP_FIRST. */
static void
read_bare_done(cs_recorder *r, const cs_mark *m)
{
    call *c = innermost(r);
    const uint32_t also = (uint32_t)(uintptr_t)m->object, y = c->y;
    tell_copy(r, c, y);
    write_record(r, &(cs_record){CS_REC_SET, m->flags, m->pack, c->x, y, 0});
    read_time(r, m->aux);
    cs_record keep = {.kind = also & CS_ALSO_FIRST ? CS_REC_KEEP_FIRST : CS_REC_KEEP,
                      .flags = (uint8_t)(also >> 16),
                      .pack = (uint16_t)also,
                      .obj = c->x,
                      .arg = y};
    write_record(r, &keep);
    end_call(r, &keep, y);
}

static void
read_bare(cs_recorder *r, const cs_mark *m)
{
    call *c = innermost(r);
    cs_record rec = {.flags = m->flags, .pack = m->pack, .obj = c->x};
    switch (m->kind) {
    case CS_MARK_BARE_ROOT:
        read_time(r, m->aux);
        rec.kind = CS_REC_ROOT;
        rec.obj = object_ref(r, m[1].object, m[1].aux, 0);
        rec.arg = bare_ref(r, m->object, &PyDict_Type, 0, CS_OBJ_MEMO);
        break;
    case CS_MARK_BARE_HIT: {
        const cs_refs_slot *slot = slot_of(r, m->object);
        rec.kind = CS_REC_HIT;
        rec.obj = slot != NULL ? slot->ref : 0;
        rec.arg = slot != NULL ? slot->copy : 0;
        give(r, &rec, rec.arg);
        break;
    }
    case CS_MARK_BARE_TUPLE:
        rec.kind = CS_REC_TUPLE_NEW;
        c->y = rec.arg = bare_ref(r, m->object, &PyTuple_Type, m->aux, CS_OBJ_COPY);
        break;
    case CS_MARK_BARE_REDUCE:
        rec.kind = CS_REC_REDUCE;
        rec.arg = new_object(r, m->object, &PyTuple_Type, NULL, m->aux, 0);
        break;
    default:
        rec.kind = CS_REC_NEW;
        rec.arg = bare_ref(r, m->object, c->type, 0, CS_OBJ_COPY);
        tell_copy(r, c, rec.arg);
    }
    write_record(r, &rec);
}

static void
read_preset(cs_recorder *r, const cs_mark *m)
{
    const uint64_t key = (uintptr_t)m[1].object;
    cs_record rec = {.kind = CS_REC_PRESET, .obj = (uint32_t)key, .arg = (uint32_t)(key >> 32)};
    rec.t = object_ref(r, m->object, cs_text_len(m->object), 0);
    if (!r->failed) {
        cs_writer_event(r->writer, &rec);
    }
}

/* Two strings, not objects of the copy: their references are let go. */
static void
read_caller(cs_recorder *r, const cs_mark *m)
{
    cs_record rec = {.kind = CS_REC_CALLER, .t = m[1].aux};
    rec.obj = m->object != NULL ? string_ref(r, m->object) : 0;
    rec.arg = m[1].object != NULL ? string_ref(r, m[1].object) : 0;
    Py_XDECREF(m->object);
    Py_XDECREF(m[1].object);
    if (!r->failed) {
        cs_writer_event(r->writer, &rec);
    }
}

/* Reads one mark, or two that belong together; returns the next. */
static const cs_mark *
read_mark(cs_recorder *r, const cs_mark *m, const cs_mark *end)
{
    const uint8_t next = m + 1 < end ? m[1].kind : CS_MARK_TIME;
    const bool pair = next == CS_MARK_MORE || next == CS_MARK_KEY || next == CS_MARK_BARE_MORE;
    switch (m->kind) {
    case CS_MARK_TIME: r->ticks = (uintptr_t)m->object; break;
    case CS_MARK_SEEN: object_ref(r, m->object, m->aux, m->flags); break;
    case CS_MARK_ITEM: read_item(r, m); break;
    case CS_MARK_BARE_LIST:
    case CS_MARK_BARE_DICT: read_bare_container(r, m); break;
    case CS_MARK_BARE_DONE: read_bare_done(r, m); break;
    case CS_MARK_BARE_AGAIN:
        for (uint32_t n = m->aux; n > 0; n--) {
            write_record(r, &r->wrote);
        }
        break;
    case CS_MARK_BARE_END: cs_refs_forget(&r->bare); break;
    case CS_REC_PRESET: read_preset(r, m); break;
    case CS_REC_CALLER: read_caller(r, m); break;
    default:
        if (m->kind >= CS_MARK_BARE) {
            read_bare(r, m);
        }
        else {
            cs_record rec = {.kind = m->kind, .flags = m->flags, .pack = m->pack};
            read_time(r, m->aux);
            (pair ? read_pair : read_single)(r, m, &rec);
        }
    }
    return pair ? m + 2 : m + 1;
}

void
cs_recorder_drain(cs_recorder *r)
{
    cs_tape *t = &r->tape;
    t->reel->end = t->next;
    r->rate = cs_clock_rate();
    for (cs_reel *reel = t->first;; reel = reel->next) {
        const cs_mark *m = reel->marks;
        while (m < reel->end) {
            m = read_mark(r, m, reel->end);
        }
        if (reel == t->reel) {
            break;
        }
    }
    rewind_tape(t);
}

void
cs_tape_show(cs_tape *t)
{
    cs_recorder *r = (cs_recorder *)t;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* texts are made below: nothing may be set */
    cs_recorder_drain(r);
    if (t->live) {
        (void)cs_writer_flush(r->writer); /* a sink that fails is remembered by the writer */
    }
    PyErr_Restore(type, value, traceback);
}

void
cs_recorder_release(cs_recorder *r)
{
    cs_recorder_drain(r);
    cs_refs_forget(&r->bare);
    cs_refs_clear(&r->objects);
}

bool
cs_recorder_enter(cs_recorder *r)
{
    if (!r->begun && r->now == 0 && r->tape.next == r->tape.first->marks) {
        r->tape.started = cs_clock_ticks(); /* times count from the first call, not from what was written before it */
    }
    r->begun = true;
    if (r->nesting == 0 && r->timed) {
        r->entered = cs_clock_ticks();
    }
    return r->nesting++ > 0;
}

/* After a call whose caller was told: how long it took. */
static void
write_took(cs_recorder *r, uint64_t ticks)
{
    const uint64_t ns = (uint64_t)((double)ticks * cs_clock_rate());
    cs_record rec = {.kind = CS_REC_TOOK, .obj = (uint32_t)ns, .arg = (uint32_t)(ns >> 32)};
    r->timed = false;
    if (!r->failed) {
        cs_writer_event(r->writer, &rec);
    }
}

void
cs_recorder_leave(cs_recorder *r)
{
    if (--r->nesting == 0 && !r->lazy) {
        const uint64_t ticks = cs_clock_ticks() - r->entered;
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback); /* texts are made and finalizers run below */
        cs_recorder_drain(r);
        if (r->timed) {
            write_took(r, ticks);
        }
        cs_recorder_release(r);
        PyErr_Restore(type, value, traceback);
    }
}

bool
cs_recorder_failed(const cs_recorder *r)
{
    return r->failed;
}

cs_tape *
cs_recorder_tape(cs_recorder *r)
{
    return &r->tape;
}

cs_writer *
cs_recorder_writer(cs_recorder *r)
{
    cs_recorder_drain(r);
    return r->writer;
}

/* ---- what is emitted by others than the engine's hot path ---- */

void
cs_recorder_mark(cs_recorder *r, PyObject *x, uint32_t flags)
{
    cs_tape_put(&r->tape, CS_MARK_SEEN, (uint8_t)flags, 0, cs_text_len(x), x);
}

void
cs_recorder_swap_reader(cs_recorder *r, cs_dispatch_reader *reader, void **ctx)
{
    const cs_dispatch_reader before = r->reader;
    void *before_ctx = r->reader_ctx;
    r->reader = *reader;
    r->reader_ctx = *ctx;
    *reader = before;
    *ctx = before_ctx;
}

void
cs_recorder_emit(cs_recorder *r, const cs_emission *e)
{
    const uint8_t flags = e->flags | (e->probe.known ? 0 : CS_F_NO_PROBE);
    const uint32_t aux = e->y != NULL ? cs_text_len(e->y) : e->arg;
    cs_tape_put2(&r->tape, e->kind, flags, cs_tape_pack(&e->probe, e->role), cs_tape_time(&r->tape), e->x, aux, e->y);
}

/* "Type: message", the message only where reading it runs no user code. */
static uint32_t
exception_text(cs_recorder *r, PyObject *type, PyObject *value)
{
    char text[CS_EXCEPTION_TEXT_MAX + 1];
    return cs_writer_string(r->writer, text, cs_text_of_exception(type, value, text));
}

void
cs_recorder_emit_raise(cs_recorder *r, PyObject *x, unsigned role, bool opened, bool closes)
{
    cs_tape *t = &r->tape;
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback); /* nothing below may run with an exception set */
    const uint16_t pack = cs_tape_pack(&CS_PROBE_UNKNOWN, role);
    if (!opened) {
        cs_tape_put2(t, CS_REC_MISS, CS_F_NO_GET | CS_F_NO_DISPATCH | CS_F_NO_PROBE, pack, cs_tape_time(t), x,
                     cs_text_len(x), NULL);
    }
    cs_tape_put2(t, CS_REC_RAISE, CS_F_NO_PROBE, pack, cs_tape_time(t), x, exception_text(r, type, value), NULL);
    t->next[-1].flags = closes;
    PyErr_Restore(type, value, traceback);
}

void
cs_recorder_emit_caller(cs_recorder *r, PyObject *file, PyObject *function, int line)
{
    r->timed = true;
    cs_tape_put2(&r->tape, CS_REC_CALLER, 0, 0, CS_TAPE_NO_TIME, file, line > 0 ? (uint32_t)line : 0, function);
}

void
cs_recorder_emit_presets(cs_recorder *r, PyObject *memo)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value;
    while (PyDict_CheckExact(memo) && PyDict_Next(memo, &pos, &key, &value)) {
        int overflow = 0;
        const long long id = PyLong_CheckExact(key) ? PyLong_AsLongLongAndOverflow(key, &overflow) : -1;
        if (!PyLong_CheckExact(key) || overflow) {
            continue; /* no id: the engine can never look it up */
        }
        cs_tape_put2(&r->tape, CS_REC_PRESET, 0, 0, CS_TAPE_NO_TIME, value, 0, NULL);
        r->tape.next[-1].kind = CS_MARK_KEY;
        r->tape.next[-1].object = (PyObject *)(uintptr_t)id;
    }
}
