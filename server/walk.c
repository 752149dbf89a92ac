#include "walk.h"

#include <stdlib.h>
#include <string.h>

int cs_walk_begin(cs_walk *w, const cs_trace *trace) {
    memset(w, 0, sizeof *w);
    w->trace = trace;
    w->record_count = cs_trace_records(trace, &w->records);
    w->object_count = cs_trace_objects(trace, &w->objects);
    w->type_count = cs_trace_types(trace, &w->types);
    w->copy_of = calloc(w->object_count + 1, sizeof *w->copy_of);
    return w->copy_of ? 0 : -1;
}

void cs_walk_end(cs_walk *w) { free(w->copy_of); }

const cs_object *cs_walk_object(const cs_walk *w, uint32_t ref) {
    return ref && ref <= w->object_count ? &w->objects[ref - 1] : NULL;
}

const cs_type *cs_walk_type(const cs_walk *w, uint32_t ref) {
    return ref && ref <= w->type_count ? &w->types[ref - 1] : NULL;
}

/* Some records hold x and its copy y; the first x counts. */
static void note_copy(cs_walk *w, const cs_record *r) {
    switch (r->kind) {
    case CS_REC_LIST:
    case CS_REC_DICT:
    case CS_REC_TUPLE_NEW:
    case CS_REC_METHOD:
    case CS_REC_NEW:
    case CS_REC_FREDUCE:
    case CS_REC_KEEP:
    case CS_REC_KEEP_FIRST:
    case CS_REC_SHALLOW:
    case CS_REC_COPY_NEW:
    case CS_REC_COPY_COPIER_RETURN:
    case CS_REC_COPY_HOOK_RETURN:
    case CS_REC_REPLACE_RETURN:
        if (r->arg && r->arg <= w->object_count && r->arg != r->obj && !w->copy_of[r->arg]) w->copy_of[r->arg] = r->obj;
        break;
    default: break;
    }
}

/* The clock of a record has 32 bits; CLOCK records carry on. */
static void open_record(cs_walk *w) {
    const cs_record *r = w->record = &w->records[w->next_record++];
    w->step_count = cs_expand(r, w->steps);
    w->next_step = 0;
    if (r->kind == CS_REC_CLOCK) w->clock = r->obj | (uint64_t)r->arg << 32;
    if (cs_shape_of(r->kind)->t == CS_OPERAND_TIME) {
        w->timed = !w->n || r->t != w->last_t;
        w->last_t = r->t;
    }
    note_copy(w, r);
}

static void records_probe(cs_walk *w) {
    w->probed = !(w->record->flags & CS_F_NO_PROBE);
    w->lg = cs_rec_lg(w->record);
    w->probes = cs_rec_probes(w->record);
}

static void read_probe(cs_walk *w) {
    const cs_object *object;
    const cs_type *type;
    w->probed = false;
    w->lg = w->probes = 0;
    switch (w->step->event) {
    case CS_EV_MEMO_GET:
    case CS_EV_MEMO_SET:
    case CS_EV_MEMO_AGAIN:
    case CS_EV_KEEP_GET: records_probe(w); break;
    case CS_EV_DISPATCH:
        if (w->step->outcome != CS_OUT_NA) { /* copy()'s own table: deepcopy()'s is told once, with the type */
            if (w->record->kind != CS_REC_COPY_HOLDERS) records_probe(w);
            break;
        }
        object = cs_walk_object(w, w->record->obj);
        type = object ? cs_walk_type(w, object->type) : NULL;
        w->probed = type && type->probes;
        w->lg = type ? type->lg : 0;
        w->probes = type ? type->probes : 0;
        break;
    default: break;
    }
}

static void read_depth(cs_walk *w) {
    unsigned event = w->step->event;
    if ((event == CS_EV_RETURN || event == CS_EV_RAISE) && w->open_calls) w->open_calls--;
    w->depth = w->open_calls; /* within a call: one more than the call itself has */
    if (event == CS_EV_CALL) w->open_calls++;
}

bool cs_walk_next(cs_walk *w) {
    while (w->next_step == w->step_count) {
        if (w->next_record == w->record_count) return false;
        open_record(w);
    }
    w->step = w->steps[w->next_step++];
    w->n++;
    w->time = w->clock + w->record->t;
    w->outcome = (enum cs_outcome)w->step->outcome;
    if (w->outcome == CS_OUT_FLAG) w->outcome = w->record->flags & CS_F_YES ? CS_OUT_YES : CS_OUT_NO;
    read_depth(w);
    read_probe(w);
    return true;
}
