#include "query_row.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta.h"
#include "text.h"

/* ---- going through the events ---- */

/* Lines of copy.py: of the source of that role, else of the first. */
static void read_lines(cs_query_row *row, const cs_trace *trace) {
    const void *bytes;
    size_t n;
    cJSON *chosen = NULL;
    for (size_t i = 0; (bytes = cs_trace_chunk(trace, "SRC_", i, &n)); i++) {
        char *text = cs_utf8_repair(bytes, n);
        cJSON *source = text ? cJSON_Parse(text) : NULL;
        free(text);
        const char *role = cs_meta_string(source, "role");
        const bool wanted = source && role && strcmp(role, "copy.py") == 0;
        if (source && (!chosen || wanted)) {
            cJSON_Delete(chosen);
            chosen = source;
        } else {
            cJSON_Delete(source);
        }
        if (wanted) break;
    }
    const cJSON *sites = cJSON_GetObjectItemCaseSensitive(chosen, "sites");
    for (unsigned site = 0; site < CS_SITE_COUNT; site++) {
        const cJSON *line = cJSON_GetObjectItemCaseSensitive(sites, cs_site_name(site));
        if (cJSON_IsNumber(line) && line->valuedouble > 0 && line->valuedouble <= UINT32_MAX &&
            line->valuedouble == floor(line->valuedouble))
            row->lines[site] = (uint32_t)line->valuedouble;
    }
    cJSON_Delete(chosen);
}

int cs_query_row_begin(cs_query_row *row, const cs_trace *trace) {
    memset(row, 0, sizeof *row);
    if (cs_walk_begin(&row->walk, trace) != 0) return -1;
    cJSON *meta = cs_meta_load(trace);
    const char *policy = cs_meta_string(meta, "policy");
    if (policy) row->policy = strdup(policy);
    cJSON_Delete(meta);
    read_lines(row, trace);
    return 0;
}

void cs_query_row_end(cs_query_row *row) {
    free(row->calls);
    free(row->policy);
    cs_walk_end(&row->walk);
}

static int open_call(cs_query_row *row, uint8_t kind) {
    if (row->depth == row->room) {
        const size_t room = row->room ? row->room * 2 : 256;
        cs_query_call *more = realloc(row->calls, room * sizeof *more);
        if (!more) return -1;
        row->calls = more;
        row->room = room;
    }
    row->calls[row->depth++] = (cs_query_call){++row->opened, kind};
    return 0;
}

static int take_record(cs_query_row *row, const cs_record *r) {
    if (row->closes && row->depth) row->depth--;
    row->closes = cs_closes_call(r);
    if (r->kind == CS_REC_CALLER) row->caller = r;
    return cs_opens_call(r) ? open_call(row, r->kind) : 0;
}

int cs_query_row_next(cs_query_row *row) {
    if (!cs_walk_next(&row->walk)) return 0;
    while (row->taken < row->walk.next_record)
        if (take_record(row, &row->walk.records[row->taken++]) != 0) return -1;
    return 1;
}

/* The call that the event happens in: an append comes after the call that it waited for.  NULL: none. */
static const cs_query_call *call_of(const cs_query_row *row) {
    const bool after = row->walk.step->event == CS_EV_APPEND;
    return row->depth > after ? &row->calls[row->depth - 1 - after] : NULL;
}

/* ---- what can be asked ---- */

static const cs_query_value none = {.none = true};

static cs_query_value number(double n) { return (cs_query_value){.number = n}; }
static cs_query_value yesno(bool yes) { return (cs_query_value){.yes = yes}; }
static cs_query_value text(const char *s) { return s ? (cs_query_value){.text = s, .n = strlen(s)} : none; }

static cs_query_value string(const cs_query_row *row, uint32_t ref, bool empty_is_none) {
    size_t n;
    const char *s = cs_trace_string(row->walk.trace, ref, &n);
    return n || !empty_is_none ? (cs_query_value){.text = s, .n = n} : none;
}

static const cs_object *object_of(const cs_query_row *row) { return cs_walk_object(&row->walk, row->walk.record->obj); }

static const cs_type *type_of(const cs_query_row *row) {
    const cs_object *o = object_of(row);
    return o ? cs_walk_type(&row->walk, o->type) : NULL;
}

static bool looks_up(const cs_query_row *row) {
    const unsigned event = row->walk.step->event;
    return event == CS_EV_MEMO_GET || event == CS_EV_MEMO_AGAIN;
}

typedef struct {
    unsigned lg, probes;
    bool ends; /* on an empty slot, which the record tells */
} probe;

static probe own_probe(const cs_record *r) { return (probe){cs_rec_lg(r), cs_rec_probes(r), false}; }

static probe dispatch_probe(const cs_query_row *row) {
    const cs_type *type = type_of(row);
    return type && type->lg ? (probe){type->lg, type->probes, true} : (probe){0};
}

static bool asks_memo(unsigned event) {
    return event == CS_EV_MEMO_GET || event == CS_EV_MEMO_SET || event == CS_EV_MEMO_AGAIN || event == CS_EV_KEEP_GET ||
           event == CS_EV_KEEP_NEW;
}

/* The dict walk behind an event: the memo's from the record, the dispatch table's from the type. */
static probe probe_of(const cs_query_row *row) {
    const cs_record *r = row->walk.record;
    const unsigned event = row->walk.step->event;
    if (r->kind == CS_REC_COPY || r->kind == CS_REC_COPY_ATOM) {
        if (event != CS_EV_DISPATCH || r->flags & CS_F_NO_PROBE) return (probe){0};
        probe p = own_probe(r);
        p.ends = true;
        return p;
    }
    if (event == CS_EV_DISPATCH && r->kind != CS_REC_COPY_HOLDERS) return dispatch_probe(row);
    if (!asks_memo(event) || r->flags & (CS_F_NO_PROBE | CS_F_NO_GET)) return (probe){0};
    probe p = own_probe(r);
    p.ends =
        event == CS_EV_MEMO_GET && row->walk.outcome == CS_OUT_NO && (r->kind == CS_REC_ATOM || r->kind == CS_REC_MISS);
    return p;
}

static cs_query_value read_n(cs_query_row *row) { return number((double)row->walk.n); }
static cs_query_value read_event(cs_query_row *row) { return text(cs_event_name(row->walk.step->event)); }
static cs_query_value read_family(cs_query_row *row) {
    return text(cs_family_name(cs_event_family(row->walk.step->event)));
}
static cs_query_value read_outcome(cs_query_row *row) {
    return row->walk.outcome == CS_OUT_NA ? none : yesno(row->walk.outcome == CS_OUT_YES);
}
static cs_query_value read_lookup(cs_query_row *row) { return yesno(looks_up(row)); }
static cs_query_value read_hit(cs_query_row *row) { return yesno(looks_up(row) && row->walk.outcome == CS_OUT_YES); }
static cs_query_value read_miss(cs_query_row *row) { return yesno(looks_up(row) && row->walk.outcome == CS_OUT_NO); }
static cs_query_value read_resize(cs_query_row *row) {
    const unsigned event = row->walk.step->event;
    return yesno((event == CS_EV_MEMO_SET || event == CS_EV_KEEP_NEW) && row->walk.record->flags & CS_F_RESIZED);
}
static cs_query_value read_ref(cs_query_row *row) {
    return row->walk.record->obj ? number(row->walk.record->obj) : none;
}
static cs_query_value read_arg(cs_query_row *row) { return number(row->walk.record->arg); }
static cs_query_value read_addr(cs_query_row *row) {
    const cs_object *o = object_of(row);
    if (!o) return none;
    snprintf(row->addr, sizeof row->addr, "0x%" PRIx64, o->addr);
    return text(row->addr);
}
static cs_query_value read_name(cs_query_row *row) {
    const cs_object *o = object_of(row);
    return o ? string(row, o->name, true) : none;
}
static cs_query_value read_type(cs_query_row *row) {
    const cs_type *type = type_of(row);
    return type ? string(row, type->name, false) : object_of(row) ? text("?") : none;
}
static cs_query_value read_module(cs_query_row *row) {
    const cs_type *type = type_of(row);
    return type ? string(row, type->module, true) : none;
}
static cs_query_value read_text(cs_query_row *row) {
    const cs_object *o = object_of(row);
    return o ? string(row, o->text, true) : none;
}
static cs_query_value read_size(cs_query_row *row) {
    const cs_object *o = object_of(row);
    return o ? number(o->len) : none;
}
static cs_query_value read_copier(cs_query_row *row) {
    const cs_type *type = type_of(row);
    return type ? text(cs_copier_name(type->copier)) : none;
}
static cs_query_value read_role(cs_query_row *row) {
    const unsigned role = cs_rec_role(row->walk.record);
    return role < CS_ROLE_COUNT ? text(cs_role_name(role)) : none;
}
static cs_query_value read_op(cs_query_row *row) {
    const cs_query_call *call = call_of(row);
    if (!call) return none;
    const char *name = cs_rec_name(call->kind);
    return text(strncmp(name, "copy", 4) == 0 ? "copy" : strncmp(name, "replace", 7) == 0 ? "replace" : "deepcopy");
}
static cs_query_value read_depth(cs_query_row *row) {
    const cs_query_call *call = call_of(row);
    return call ? number((double)(call - row->calls) + 1) : none;
}
static cs_query_value read_call(cs_query_row *row) {
    const cs_query_call *call = call_of(row);
    return call ? number((double)call->number) : none;
}
static cs_query_value read_line(cs_query_row *row) {
    const uint32_t line = row->lines[row->walk.step->site];
    return line ? number(line) : none;
}
static cs_query_value read_site(cs_query_row *row) { return text(cs_site_name(row->walk.step->site)); }
static cs_query_value read_ns(cs_query_row *row) { return number((double)row->walk.time); }
static cs_query_value read_lg(cs_query_row *row) {
    const probe p = probe_of(row);
    return p.probes ? number(p.lg) : none;
}
static cs_query_value read_probes(cs_query_row *row) {
    const probe p = probe_of(row);
    return p.probes ? number(p.probes) : none;
}
static cs_query_value read_slot(cs_query_row *row) {
    const cs_record *r = row->walk.record;
    if (!probe_of(row).ends) return none;
    const bool of_type =
        row->walk.step->event == CS_EV_DISPATCH && r->kind != CS_REC_COPY && r->kind != CS_REC_COPY_ATOM;
    return number(of_type ? type_of(row)->slot : r->arg);
}
static cs_query_value read_policy(cs_query_row *row) { return text(row->policy); }
static cs_query_value read_file(cs_query_row *row) { return row->caller ? string(row, row->caller->obj, false) : none; }
static cs_query_value read_func(cs_query_row *row) { return row->caller ? string(row, row->caller->arg, false) : none; }

static const cs_query_field fields[] = {
    {"n", CS_QUERY_NUMBER, read_n},
    {"event", CS_QUERY_TEXT, read_event},
    {"family", CS_QUERY_TEXT, read_family},
    {"outcome", CS_QUERY_YESNO, read_outcome},
    {"memo.lookup", CS_QUERY_YESNO, read_lookup},
    {"memo.hit", CS_QUERY_YESNO, read_hit},
    {"memo.miss", CS_QUERY_YESNO, read_miss},
    {"memo.resize", CS_QUERY_YESNO, read_resize},
    {"ref", CS_QUERY_NUMBER, read_ref},
    {"arg", CS_QUERY_NUMBER, read_arg},
    {"addr", CS_QUERY_TEXT, read_addr},
    {"name", CS_QUERY_TEXT, read_name},
    {"type", CS_QUERY_TEXT, read_type},
    {"module", CS_QUERY_TEXT, read_module},
    {"text", CS_QUERY_TEXT, read_text},
    {"size", CS_QUERY_NUMBER, read_size},
    {"copier", CS_QUERY_TEXT, read_copier},
    {"role", CS_QUERY_TEXT, read_role},
    {"op", CS_QUERY_TEXT, read_op},
    {"depth", CS_QUERY_NUMBER, read_depth},
    {"call", CS_QUERY_NUMBER, read_call},
    {"line", CS_QUERY_NUMBER, read_line},
    {"site", CS_QUERY_TEXT, read_site},
    {"ns", CS_QUERY_NUMBER, read_ns},
    {"lg", CS_QUERY_NUMBER, read_lg},
    {"probes", CS_QUERY_NUMBER, read_probes},
    {"slot", CS_QUERY_NUMBER, read_slot},
    {"policy", CS_QUERY_TEXT, read_policy},
    {"file", CS_QUERY_TEXT, read_file},
    {"func", CS_QUERY_TEXT, read_func},
};

const cs_query_field *cs_query_field_at(size_t i) { return i < sizeof fields / sizeof *fields ? &fields[i] : NULL; }

const cs_query_field *cs_query_field_find(const char *name, size_t n) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].name) == n && memcmp(fields[i].name, name, n) == 0) return &fields[i];
    return NULL;
}
