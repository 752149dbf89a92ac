#include "callsites.h"

#include <stdlib.h>
#include <string.h>

#include "walk.h"

/* ---- sets and maps of hashes ---- */

/* A set of 64-bit hashes; 0 stands for an empty slot.  Two that collide count as one: of 10^6, one pair in 10^7 runs.
 */
typedef struct {
    uint64_t *slots;
    size_t mask, used;
} hash_set;

static size_t slot_in(const uint64_t *slots, size_t mask, uint64_t hash) {
    size_t i = (hash * 0x9E3779B97F4A7C15u) >> 20;
    while (slots[i & mask] && slots[i & mask] != hash) i++;
    return i & mask;
}

static int grow_set(hash_set *s) {
    size_t mask = s->slots ? s->mask * 2 + 1 : 1023;
    uint64_t *slots = calloc(mask + 1, sizeof *slots);
    if (!slots) return -1;
    for (size_t i = 0; s->slots && i <= s->mask; i++)
        if (s->slots[i]) slots[slot_in(slots, mask, s->slots[i])] = s->slots[i];
    free(s->slots);
    s->slots = slots;
    s->mask = mask;
    return 0;
}

/* 1: it is new; 0: it was there; -1: out of memory. */
static int set_add(hash_set *s, uint64_t hash) {
    if ((!s->slots || s->used * 2 > s->mask) && grow_set(s) != 0) return -1;
    hash += !hash;
    size_t i = slot_in(s->slots, s->mask, hash);
    if (s->slots[i]) return 0;
    s->slots[i] = hash;
    s->used++;
    return 1;
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0xff51afd7ed558ccdu;
    return hash ^ hash >> 32;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return mix(hash, 1);
}

/* ---- the reading ---- */

/* What is known of the outermost call in progress. */
typedef struct {
    bool open, closed, raised, unchanged;
    uint64_t first_ns, last_ns;
    uint64_t visits, made, bytes, shape;
    uint64_t lists, dicts, tuples, instances, methods;
    uint64_t states; /* dicts and tuples that are the state of the outermost object */
    uint64_t parts;  /* visited at depth 1: elements, or keys and values */
    uint64_t rows;   /* lists and dicts made there */
    bool root_is_dict;
    bool shared, user_code;                   /* a memo hit; a hook, a copier, __setstate__ */
    uint32_t root, child_type, instance_type; /* object ref; type refs */
    uint32_t leaf_type;
    unsigned roles[2]; /* of the calls at depth 1 and 2 in progress */
    bool child_mixed, leaf_mixed;
} call_facts;

typedef struct {
    cs_walk walk;
    cs_callsites *out;
    size_t room;
    uint32_t *map; /* hash table of site index + 1 */
    size_t map_mask;
    hash_set shapes;     /* of all sites */
    uint64_t *type_hash; /* by ref */
    size_t seen;         /* records looked at for CALLER */
    uint32_t file, function, line;
    call_facts call;
    size_t ended;      /* index + 1 of the site whose call ended last, 0: none */
    uint64_t ended_ns; /* and the time that was counted for it */
    bool ended_wasted;
} reading;

static const char *string_at(const reading *r, uint32_t ref) {
    size_t n;
    return cs_trace_string(r->walk.trace, ref, &n);
}

static const char *type_name(const reading *r, uint32_t ref) {
    const cs_type *type = cs_walk_type(&r->walk, ref);
    return type ? string_at(r, type->name) : "?";
}

static uint32_t type_of(const reading *r, uint32_t object) {
    const cs_object *o = cs_walk_object(&r->walk, object);
    return o ? o->type : 0;
}

/* ---- sites ---- */

static uint64_t site_hash(const char *file, const char *function, uint32_t line) {
    return mix(mix_text(mix_text(0xcbf29ce484222325u, file), function), line);
}

static uint32_t *site_slot(const reading *r, const char *file, const char *function, uint32_t line) {
    size_t i = site_hash(file, function, line);
    for (;; i++) {
        uint32_t *slot = &r->map[i & r->map_mask];
        const cs_callsite *s = *slot ? &r->out->sites[*slot - 1] : NULL;
        if (!s || (s->line == line && strcmp(s->file, file) == 0 && strcmp(s->function, function) == 0)) return slot;
    }
}

static int grow_sites(reading *r) {
    size_t room = r->room ? r->room * 2 : 64;
    cs_callsite *sites = realloc(r->out->sites, room * sizeof *sites);
    if (!sites) return -1;
    r->out->sites = sites;
    uint32_t *map = calloc(room * 2, sizeof *map);
    if (!map) return -1;
    free(r->map);
    r->map = map;
    r->map_mask = room * 2 - 1;
    r->room = room;
    for (size_t i = 0; i < r->out->count; i++)
        *site_slot(r, sites[i].file, sites[i].function, sites[i].line) = (uint32_t)i + 1;
    return 0;
}

/* The site of the present caller, or NULL when out of memory. */
static cs_callsite *site_of(reading *r) {
    const char *file = string_at(r, r->file), *function = string_at(r, r->function);
    if (r->out->count == r->room && grow_sites(r) != 0) return NULL;
    uint32_t *slot = site_slot(r, file, function, r->line);
    if (!*slot) {
        r->out->sites[r->out->count++] =
            (cs_callsite){.file = file, .function = function, .line = r->line, .least = UINT64_MAX};
        *slot = (uint32_t)r->out->count;
    }
    return &r->out->sites[*slot - 1];
}

/* ---- one event ---- */

/* Bytes of a dict's table for n str keys, as of CPython 3.11; n is at most 2^32. */
static uint64_t dict_bytes(uint64_t n) {
    unsigned lg = 3;
    if (n == 0) return 64;
    while ((UINT64_C(2) << lg) / 3 < n) lg++;
    unsigned index = lg < 8 ? 1 : lg < 16 ? 2 : lg < 32 ? 4 : 8;
    return 64 + 32 + (index << lg) + (UINT64_C(2) << lg) / 3 * 16;
}

/* Whether what is made is the state of the outermost object: a dict, or a pair of two whose one is for the slots. */
static bool is_state(const call_facts *c, unsigned event, unsigned depth) {
    if (c->roles[0] != CS_ROLE_STATE) return false;
    if (depth == 2) return event == CS_EV_DICT_NEW || event == CS_EV_TUPLE_NEW;
    return depth == 3 && event == CS_EV_DICT_NEW && c->roles[1] == CS_ROLE_TUPLE_ELEM;
}

/* depth: of the events of the call that makes it; those of the outermost are at depth 1. */
static void on_made(reading *r, unsigned event, uint32_t object) {
    call_facts *c = &r->call;
    const cs_object *o = cs_walk_object(&r->walk, object);
    uint64_t n = o ? o->len : 0;
    unsigned depth = r->walk.depth;
    c->made++;
    c->states += is_state(c, event, depth);
    switch (event) {
    case CS_EV_LIST_NEW:
        c->lists++;
        c->bytes += 56 + 8 * n;
        break;
    case CS_EV_DICT_NEW:
        c->dicts++;
        if (depth == 1) c->root_is_dict = true;
        c->bytes += dict_bytes(n);
        break;
    case CS_EV_TUPLE_NEW:
        c->tuples++;
        c->bytes += 40 + 8 * n;
        break;
    case CS_EV_METHOD_NEW: c->methods++; break;
    default:
        c->instances++;
        c->instance_type = type_of(r, object);
        break;
    }
    if (depth == 2 && (event == CS_EV_LIST_NEW || event == CS_EV_DICT_NEW)) {
        uint32_t type = type_of(r, object);
        if (c->child_type && c->child_type != type) c->child_mixed = true;
        c->child_type = type;
        c->rows++;
    }
}

/* Whether the call that a RETURN event ends gave x itself back. */
static bool gives_itself(const cs_record *record) {
    switch (record->kind) {
    case CS_REC_HIT:
    case CS_REC_KEEP:
    case CS_REC_KEEP_FIRST: return record->arg == record->obj;
    default: return true; /* a RETURN of any other kind is that of an object that is its own copy */
    }
}

static void on_return(reading *r) {
    call_facts *c = &r->call;
    const cs_record *record = r->walk.record;
    if (r->walk.depth == 0) {
        c->closed = true;
        c->unchanged = gives_itself(record);
    } else if (gives_itself(record)) {
        uint32_t type = type_of(r, record->obj);
        if (c->leaf_type && c->leaf_type != type && r->type_hash[c->leaf_type] != r->type_hash[type])
            c->leaf_mixed = true;
        c->leaf_type = type;
    }
}

static void on_call(reading *r) {
    call_facts *c = &r->call;
    uint32_t object = r->walk.record->obj;
    if (r->walk.depth == 0) *c = (call_facts){.open = true, .root = object, .first_ns = r->walk.time};
    unsigned role = cs_rec_role(r->walk.record);
    if (r->walk.depth == 1) c->parts++;
    if (r->walk.depth == 1 || r->walk.depth == 2) c->roles[r->walk.depth - 1] = role;
    c->visits++;
    c->shape = mix(c->shape, r->type_hash[type_of(r, object)] + (role | (uint64_t)r->walk.depth << 4));
}

static void on_event(reading *r) {
    call_facts *c = &r->call;
    switch (r->walk.step->event) {
    case CS_EV_CALL: on_call(r); break;
    case CS_EV_RETURN: on_return(r); break;
    case CS_EV_LIST_NEW:
    case CS_EV_DICT_NEW:
    case CS_EV_TUPLE_NEW:
    case CS_EV_METHOD_NEW:
    case CS_EV_MAKE: on_made(r, r->walk.step->event, r->walk.record->obj); break;
    case CS_EV_MEMO_GET:
    case CS_EV_MEMO_AGAIN:
        if (r->walk.outcome == CS_OUT_YES) c->shared = true;
        break;
    case CS_EV_HOOK_CALL:
    case CS_EV_COPIER_CALL:
    case CS_EV_MEMO_CHANGED:
    case CS_EV_MEMO_GIVEN:
    case CS_EV_SETSTATE: c->user_code = true; break;
    case CS_EV_RAISE: *(r->walk.depth == 0 ? &c->raised : &c->user_code) = true; break;
    default: break;
    }
    c->last_ns = r->walk.time;
}

/* ---- one call ---- */

/* What the trace proves; see cs_call_kind. */
static cs_call_kind kind_of(const reading *r, const call_facts *c) {
    const uint64_t rows = c->parts / (c->root_is_dict ? 2 : 1); /* if all parts are; keys are hashable, so not */
    if (c->raised || !c->closed) return CS_CALL_RAISED;
    if (c->user_code) return CS_CALL_OTHER; /* it may do more than its result tells */
    if (c->unchanged) return CS_CALL_UNCHANGED;
    if (c->shared || c->methods) return CS_CALL_OTHER;
    if (c->instances == 1 && c->made == 1 + c->states && type_of(r, c->root) == c->instance_type)
        return CS_CALL_FLAT_OBJECT;
    if (c->instances) return CS_CALL_OTHER;
    if (c->made == 1 && c->lists + c->dicts == 1) return CS_CALL_FLAT;
    if (c->rows == rows && c->made == 1 + rows && c->tuples == 0 && !c->child_mixed) return CS_CALL_ROWS;
    return CS_CALL_PLAIN;
}

static void same_name(const char **all, bool *mixed, const char *name) {
    if (*all && strcmp(*all, name) != 0) *mixed = true;
    *all = name;
}

static void describe(reading *r, cs_callsite *s, const call_facts *c) {
    const cs_object *root = cs_walk_object(&r->walk, c->root);
    uint64_t n = root ? root->len : 0;
    same_name(&s->type, &s->type_mixed, type_name(r, type_of(r, c->root)));
    if (c->child_type) same_name(&s->child, &s->child_mixed, type_name(r, c->child_type));
    s->child_mixed |= c->child_mixed;
    if (c->leaf_type) same_name(&s->leaf, &s->leaf_mixed, type_name(r, c->leaf_type));
    s->leaf_mixed |= c->leaf_mixed;
    if (n < s->least) s->least = n;
    if (n > s->most) s->most = n;
    if (c->instance_type) s->instances = c->instance_type;
}

/* Adds the call that has ended to its site.  Returns 0, or -1 when out of memory. */
static int end_call(reading *r) {
    call_facts c = r->call;
    if (!c.open) return 0;
    r->call.open = false;
    cs_callsite *s = site_of(r);
    if (!s) return -1;
    cs_call_kind kind = kind_of(r, &c);
    uint64_t ns = c.last_ns > c.first_ns ? c.last_ns - c.first_ns : 0;
    int new_shape = set_add(&r->shapes, mix(c.shape, site_hash(s->file, s->function, s->line)));
    if (new_shape < 0) return -1;
    s->shapes += (uint64_t)new_shape;
    s->calls++;
    s->kinds[kind]++;
    s->ns += ns;
    if (kind <= CS_CALL_PLAIN) s->wasted_ns += ns;
    s->visits += c.visits;
    s->made += c.made;
    s->bytes += c.bytes;
    describe(r, s, &c);
    r->out->calls++;
    r->out->ns += ns;
    r->ended = (size_t)(s - r->out->sites) + 1;
    r->ended_ns = ns;
    r->ended_wasted = kind <= CS_CALL_PLAIN;
    return 0;
}

/* How long the call that ended last really took: the times of its records are coarse. */
static void on_took(reading *r, const cs_record *record) {
    uint64_t ns = record->obj | (uint64_t)record->arg << 32;
    if (!r->ended) return;
    cs_callsite *s = &r->out->sites[r->ended - 1];
    s->ns += ns - r->ended_ns; /* modulo 2^64, as are the sums of a trace that lies */
    r->out->ns += ns - r->ended_ns;
    if (r->ended_wasted) s->wasted_ns += ns - r->ended_ns;
    r->ended = 0;
}

/* CALLER and TOOK expand to no event: looks for them among the records up to `end`. */
static int take_records(reading *r, size_t end) {
    for (; r->seen < end; r->seen++) {
        const cs_record *record = &r->walk.records[r->seen];
        if (record->kind == CS_REC_TOOK) on_took(r, record);
        if (record->kind != CS_REC_CALLER) continue;
        if (end_call(r) != 0) return -1; /* one that was not closed */
        r->file = record->obj;
        r->function = record->arg;
        r->line = record->t;
        r->ended = 0;
        r->out->callers = true;
    }
    return 0;
}

static int read_calls(reading *r) {
    while (cs_walk_next(&r->walk)) {
        if (take_records(r, (size_t)(r->walk.record - r->walk.records) + 1) != 0) return -1;
        on_event(r);
        if ((r->call.closed || r->call.raised) && end_call(r) != 0) return -1;
    }
    if (end_call(r) != 0) return -1;
    return take_records(r, r->walk.record_count);
}

/* Types by their names: the same class may have several rows. */
static int hash_types(reading *r) {
    r->type_hash = calloc(r->walk.type_count + 1, sizeof *r->type_hash);
    if (!r->type_hash) return -1;
    for (size_t i = 0; i < r->walk.type_count; i++) {
        const cs_type *t = &r->walk.types[i];
        r->type_hash[i + 1] = mix_text(mix_text(0xcbf29ce484222325u, string_at(r, t->name)), string_at(r, t->module));
    }
    return 0;
}

int cs_callsites_read(cs_callsites *out, const cs_trace *trace) {
    reading r = {.out = out};
    memset(out, 0, sizeof *out);
    int result = cs_walk_begin(&r.walk, trace);
    if (result == 0) result = hash_types(&r);
    if (result == 0) result = read_calls(&r);
    cs_walk_end(&r.walk);
    free(r.type_hash);
    free(r.map);
    free(r.shapes.slots);
    cs_callsites_sort(out, CS_BY_TIME);
    return result;
}

void cs_callsites_free(cs_callsites *sites) { free(sites->sites); }

/* ---- order ---- */

static int descending(uint64_t a, uint64_t b) { return (a < b) - (a > b); }

/* Equal in the first: by time; equal in that as well: by place, so that the order is the same each time. */
static int compare(const cs_callsite *a, const cs_callsite *b, uint64_t first_a, uint64_t first_b) {
    int order = descending(first_a, first_b);
    if (!order) order = descending(a->ns, b->ns);
    if (!order) order = strcmp(a->file, b->file);
    return order ? order : descending(b->line, a->line);
}

static int by_time(const void *a, const void *b) { return compare(a, b, 0, 0); }
static int by_objects(const void *a, const void *b) {
    return compare(a, b, ((const cs_callsite *)a)->visits, ((const cs_callsite *)b)->visits);
}
static int by_bytes(const void *a, const void *b) {
    return compare(a, b, ((const cs_callsite *)a)->bytes, ((const cs_callsite *)b)->bytes);
}
static int by_waste(const void *a, const void *b) {
    return compare(a, b, ((const cs_callsite *)a)->wasted_ns, ((const cs_callsite *)b)->wasted_ns);
}

void cs_callsites_sort(cs_callsites *sites, cs_callsite_order order) {
    static int (*const orders[])(const void *, const void *) = {by_time, by_objects, by_bytes, by_waste};
    if (sites->count > 1) qsort(sites->sites, sites->count, sizeof *sites->sites, orders[order]);
}

const char *cs_call_kind_name(cs_call_kind kind) {
    static const char *const names[] = {"unchanged", "flat", "flat_object", "rows", "plain", "other", "raised"};
    return kind < CS_CALL_KINDS ? names[kind] : "?";
}
