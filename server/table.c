#include "table.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "meta.h"
#include "text.h"
#include "walk.h"

#define INDENT_MAX 24u /* deeper levels are drawn at this one */
#define EVENT_COLUMNS 36u
#define OBJECT_COLUMNS 30u

/* The object that came of the event, or 0: what a hit found, what was made or stored. */
static uint32_t found(const cs_walk *w) {
    switch (w->step->event) {
    case CS_EV_MEMO_GET:
    case CS_EV_MEMO_AGAIN: return w->outcome == CS_OUT_YES ? w->record->arg : 0;
    case CS_EV_LIST_NEW:
    case CS_EV_DICT_NEW:
    case CS_EV_TUPLE_NEW:
    case CS_EV_METHOD_NEW:
    case CS_EV_MAKE:
    case CS_EV_SHALLOW:
    case CS_EV_MEMO_SET: return w->record->arg;
    default: return 0;
    }
}

static void outcome(const cs_walk *w, char out[CS_LABEL_MAX + 16]) {
    const cs_object *o = cs_walk_object(w, w->record->obj);
    const cs_type *type = o ? cs_walk_type(w, o->type) : NULL;
    char target[CS_LABEL_MAX];
    if (w->step->event == CS_EV_DISPATCH && w->outcome == CS_OUT_NA && type) {
        snprintf(out, CS_LABEL_MAX + 16, "%s", cs_copier_name(type->copier));
    } else if (w->step->event == CS_EV_RAISE) {
        size_t n;
        const char *text = cs_trace_string(w->trace, w->record->arg, &n);
        snprintf(out, CS_LABEL_MAX + 16, "%.*s", (int)(n < 100 ? n : 100), text);
    } else if (found(w)) {
        cs_label(w, found(w), target);
        snprintf(out, CS_LABEL_MAX + 16, "%s%s\xe2\x86\x92 %s", cs_outcome_word(w), *cs_outcome_word(w) ? " " : "",
                 target);
    } else {
        snprintf(out, CS_LABEL_MAX + 16, "%s", cs_outcome_word(w));
    }
}

/* ---- the table ---- */

static void print_cell(FILE *out, const char *text, size_t columns) {
    size_t used = cs_print_clean(out, text, strlen(text), columns - 1);
    fprintf(out, "%*s", (int)(columns - used), "");
}

/* Is the event's time only the earliest that it can have had?  So where the clock was read at composites only. */
static bool is_at_or_after(const cs_walk *w, const cJSON *meta) {
    const char *clock = cs_meta_string(meta, "clock");
    return clock && strcmp(clock, "composites") == 0 && !w->timed;
}

void cs_table_row(FILE *out, const cs_walk *w, const cJSON *meta) {
    char event[INDENT_MAX + 64], object[CS_LABEL_MAX], result[CS_LABEL_MAX + 16];
    unsigned indent = w->depth < INDENT_MAX / 2 ? 2 * w->depth : INDENT_MAX;
    snprintf(event, sizeof event, "%*s%s", (int)indent, "", cs_event_name(w->step->event));
    cs_label(w, w->record->obj, object);
    outcome(w, result);
    fprintf(out, "%7" PRIu64 " %s%10.3f  ", w->n, is_at_or_after(w, meta) ? "\xe2\x89\xa5" : " ",
            (double)w->time / 1000);
    print_cell(out, event, EVENT_COLUMNS);
    if (!w->probed && !*result) {
        cs_print_clean(out, object, strlen(object), OBJECT_COLUMNS);
        fputc('\n', out);
        return;
    }
    print_cell(out, object, OBJECT_COLUMNS);
    if (!w->probed) {
        cs_print_clean(out, result, strlen(result), CS_LABEL_MAX);
        fputc('\n', out);
        return;
    }
    print_cell(out, result, OBJECT_COLUMNS);
    fprintf(out, "%u of %u slots%s\n", w->probes, 1u << w->lg,
            w->record->flags & CS_F_RESIZED && w->step->event == CS_EV_MEMO_SET ? ", resized" : "");
}

void cs_table_head(FILE *out) {
    fprintf(out, "%7s %11s  %-*s%-*s%-*s%s\n", "n", "time/\xc2\xb5s", (int)EVENT_COLUMNS, "event", (int)OBJECT_COLUMNS,
            "object", (int)OBJECT_COLUMNS, "outcome", "probes");
}

int cs_table_print(FILE *out, const cs_trace *trace) {
    cs_walk w;
    if (cs_walk_begin(&w, trace) != 0) return -1;
    cs_table_head(out);
    cJSON *meta = cs_meta_load(trace);
    while (cs_walk_next(&w)) cs_table_row(out, &w, meta);
    cJSON_Delete(meta);
    cs_walk_end(&w);
    return 0;
}

/* ---- JSON lines ---- */

static void add_text(cJSON *o, const char *key, const char *text, size_t n) {
    char *clean = cs_utf8_repair(text, n);
    if (clean) cJSON_AddStringToObject(o, key, clean);
    free(clean);
}

static void add_object(cJSON *o, const cs_walk *w) {
    const cs_object *object = cs_walk_object(w, w->record->obj);
    const cs_type *type = object ? cs_walk_type(w, object->type) : NULL;
    char text[CS_LABEL_MAX];
    size_t n;
    if (!object) return;
    cs_label(w, w->record->obj, text);
    cJSON_AddNumberToObject(o, "obj", w->record->obj);
    add_text(o, "object", text, strlen(text));
    snprintf(text, sizeof text, "0x%" PRIx64, object->addr); /* a string: all 64 bits survive */
    cJSON_AddStringToObject(o, "addr", text);
    if (!type) return;
    const char *name = cs_trace_string(w->trace, type->name, &n);
    add_text(o, "type", name, n);
}

static cJSON *event_json(const cs_walk *w, const cJSON *meta) {
    cJSON *o = cJSON_CreateObject();
    char result[CS_LABEL_MAX + 16];
    outcome(w, result);
    cJSON_AddNumberToObject(o, "n", (double)w->n);
    cJSON_AddNumberToObject(o, "t_ns", (double)w->time);
    cJSON_AddBoolToObject(o, "t_at_or_after", is_at_or_after(w, meta));
    cJSON_AddStringToObject(o, "event", cs_event_name(w->step->event));
    cJSON_AddStringToObject(o, "family", cs_family_name(cs_event_family(w->step->event)));
    cJSON_AddNumberToObject(o, "depth", w->depth);
    cJSON_AddStringToObject(o, "role", cs_role_name(cs_rec_role(w->record)));
    add_object(o, w);
    if (w->outcome != CS_OUT_NA) cJSON_AddBoolToObject(o, "outcome", w->outcome == CS_OUT_YES);
    if (*result) add_text(o, "result", result, strlen(result));
    if (found(w)) cJSON_AddNumberToObject(o, "arg", found(w));
    if (!w->probed) return o;
    cJSON_AddNumberToObject(o, "probes", w->probes);
    cJSON_AddNumberToObject(o, "slots", (double)(1ull << w->lg));
    return o;
}

int cs_table_json_row(FILE *out, const cs_walk *w, const cJSON *meta) {
    cJSON *o = event_json(w, meta);
    char *line = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (!line) return -1;
    fprintf(out, "%s\n", line);
    free(line);
    return 0;
}

int cs_table_print_json(FILE *out, const cs_trace *trace) {
    cs_walk w;
    cJSON *meta = cs_meta_load(trace);
    int result = cs_walk_begin(&w, trace);
    while (result == 0 && cs_walk_next(&w)) result = cs_table_json_row(out, &w, meta);
    cJSON_Delete(meta);
    cs_walk_end(&w);
    return result;
}

/* ---- counts ---- */

cs_counts cs_count_events(const cs_trace *trace) {
    cs_counts c = {0};
    cs_walk w;
    const cs_record *records;
    size_t n = cs_trace_records(trace, &records);
    for (size_t i = 0; i < n; i++)
        if (records[i].kind == CS_REC_TRUNC) c.not_kept += records[i].obj | (uint64_t)records[i].arg << 32;
    if (cs_walk_begin(&w, trace) == 0)
        while (cs_walk_next(&w)) {
            unsigned event = w.step->event;
            bool lookup = event == CS_EV_MEMO_GET || event == CS_EV_MEMO_AGAIN || event == CS_EV_KEEP_GET;
            c.events++;
            c.families[cs_event_family(event)]++;
            c.lookups += lookup;
            c.hits += lookup && w.outcome == CS_OUT_YES;
            if (w.probed && event != CS_EV_DISPATCH) c.probes += w.probes;
        }
    cs_walk_end(&w);
    return c;
}
