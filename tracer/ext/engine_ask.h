/* The calls that the tables answer at once: of an atomic object, or of one that the memo holds.
 *
 * A part of engine.c, which includes it: compiled with and without a tape, with a dict and with a table.
 */
#ifndef CS_ENGINE_ASK_H
#define CS_ENGINE_ASK_H

/* What stays the same over a run of elements while nothing but atomic objects and hits is met. */
typedef struct {
    bool usable; /* the memo is a plain dict of a known layout, the recursion limit is far */
    bool own;    /* the memo holds what the engine put there alone */
    enum cs_atomic_test order;
    uint64_t version;         /* of the dispatch table */
    const PyTypeObject *atom; /* the last type that was found to be atomic */
    cs_table memo;
} quick;

/* To be asked for anew after anything that may have changed the memo or run user code. */
CS_HOT quick
look(const cs_engine *e)
{
    quick q = {.version = cs_dispatch_version(e->rt), .own = is_own(e), .order = e->policy->atomic};
    q.usable = q.version != 0 && cs_frames_left(e->ts) >= CS_ATOM_FRAMES;
#if CS_TABLE
    if (e->memo == NULL) {
        return q;
    }
#endif
    q.usable = q.usable && e->plain && cs_table_layout_known && cs_table_of(e->memo, &q.memo);
    return q;
}

/* memo[id(x)], borrowed, or NULL.  Returns whether that could be told. */
CS_HOT bool
find(const cs_engine *e, const quick *q, PyObject *x, PyObject **y, cs_probe *probe)
{
#if CS_TABLE
    if (e->memo == NULL) {
        *y = cs_memo_slot_of(&e->table, x)->y;
        probe->known = true;
        return true;
    }
#else
    if (q->own) {
        *y = cs_table_walk_own(&q->memo, (uintptr_t)x, probe);
        return true;
    }
#endif
    (void)e;
    return cs_table_walk(&q->memo, (uintptr_t)x, y, probe);
}

/* Whether the dispatch table holds _deepcopy_atomic for a type.  Where it does not, *settled: it is known to hold
 * another copier. */
CS_HOT bool
is_atom_type(const cs_engine *e, quick *q, const PyTypeObject *type, bool *settled)
{
    if (type == q->atom) {
        return true;
    }
    const cs_kind_slot *s = cs_kind_slot_of(e->rt, type);
    const bool known = s->type == type && s->version == q->version;
    *settled = known && s->kind != CS_COPIER_NONE;
    if (known && s->kind == CS_COPIER_ATOMIC) {
        q->atom = type;
        return true;
    }
    return false;
}

#if CS_TABLE
#define LEAF_FRAMES (2 + CS_LISTCOMP_FRAMES + CS_ATOM_FRAMES) /* of the deepest call in copying a flat container */

static inline bool
is_atom(cs_engine *e, PyObject *x, uint64_t version)
{
    const cs_kind_slot *s = cs_kind_slot_of(e->rt, Py_TYPE(x));
    return s->type == Py_TYPE(x) && s->kind == CS_COPIER_ATOMIC && s->version == version;
}

/* How many of the items are atomic, up to the first that is not. */
static Py_ssize_t
count_atoms(cs_engine *e, PyObject *const *items, Py_ssize_t n, uint64_t version)
{
    const PyTypeObject *atom = NULL; /* the last type that was */
    Py_ssize_t i = 0;
    for (; i < n && (Py_TYPE(items[i]) == atom || is_atom(e, items[i], version)); i++) {
        atom = Py_TYPE(items[i]);
    }
    return i;
}

/* Whether x is a tuple of atomic objects, which is its own copy; such a one is not in the engine's own memo. */
static bool
is_flat_tuple(cs_engine *e, const quick *q, PyObject *x)
{
    const cs_kind_slot *s = cs_kind_slot_of(e->rt, &PyTuple_Type);
    const Py_ssize_t n = PyTuple_GET_SIZE(x);
    return q->usable && q->own && s->type == &PyTuple_Type && s->version == q->version && s->kind == CS_COPIER_TUPLE &&
           cs_frames_left(e->ts) > LEAF_FRAMES && count_atoms(e, ((PyTupleObject *)x)->ob_item, n, q->version) == n;
}
#endif

/* A whole call where nothing but the tables has to be asked: an atomic object, or one that the memo holds.  Returns the
 * record that tells of it, ATOM, FATOM or HIT, and then *y is its copy, borrowed; or 0, and *probe is known if the memo
 * was asked and has missed. */
CS_HOT unsigned
ask_tables(const cs_engine *e, quick *q, PyObject *x, PyObject **y, cs_probe *probe)
{
    bool settled = true;
    *probe = CS_PROBE_UNKNOWN;
    if (!q->usable) {
        return 0;
    }
    const bool atomic = is_atom_type(e, q, Py_TYPE(x), &settled);
    *y = x;
    if (q->order != CS_ATOMIC_IN_DISPATCH && (atomic || !settled)) {
        return atomic ? CS_REC_FATOM : 0;
    }
#if !CS_TRACED
    if (atomic && q->own) {
        return CS_REC_ATOM; /* none is in there, and nobody is told of the miss */
    }
#endif
    if (!find(e, q, x, y, probe)) {
        return 0;
    }
    if (*y != NULL) {
        return CS_REC_HIT;
    }
    *y = x;
    return atomic ? CS_REC_ATOM : 0;
}

/* The HIT of x, whose copy is y. */
CS_HOT void
tell_hit(cs_engine *e, uint8_t flags, const cs_probe *probe, unsigned role, PyObject *x, PyObject *y)
{
#if CS_TRACED
    if (e->bare) {
        EMIT_BARE(e, HIT, flags, *probe, role, CS_TAPE_NO_TIME, x);
    }
    else {
        EMIT2(e, HIT, flags, *probe, role, x, len_of(y), y);
    }
#else
    (void)e, (void)flags, (void)probe, (void)role, (void)x, (void)y;
#endif
}

/* What ask_tables() found. */
CS_HOT void
tell_at_once(cs_engine *e, const quick *q, unsigned kind, const cs_probe *probe, unsigned role, PyObject *x,
             PyObject *y)
{
#if CS_TRACED
    if (kind == CS_REC_ATOM) {
        EMIT(e, ATOM, 0, *probe, role, TIME_IF_ALL(e), x);
    }
    else if (kind == CS_REC_FATOM) {
        EMIT(e, FATOM, q->order == CS_ATOMIC_SET_FIRST ? CS_F_NO_DISPATCH : CS_F_DISPATCH_FIRST, *probe, role,
             TIME_IF_ALL(e), x);
    }
    else {
        tell_hit(e, q->order == CS_ATOMIC_TABLE_FIRST ? CS_F_DISPATCH_FIRST : 0, probe, role, x, y);
    }
#else
    (void)e, (void)q, (void)kind, (void)probe, (void)role, (void)x, (void)y;
#endif
}

/* The call as a whole, if the tables answer it.  Returns whether they did; then *y is the copy, borrowed. */
CS_HOT bool
at_once(cs_engine *e, quick *q, PyObject *x, unsigned role, PyObject **y, cs_probe *probe)
{
    const unsigned kind = ask_tables(e, q, x, y, probe);
    if (kind != 0) {
        tell_at_once(e, q, kind, probe, role, x, *y);
    }
    return kind != 0;
}

#endif
