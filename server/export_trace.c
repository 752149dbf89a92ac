/* The trace itself: as it is; cut to a range of events; without anybody's texts.  A cut trace begins with the calls
 * that were open, and their memos have what they held then, as if it had been given. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "anonymise.h"
#include "export.h"
#include "memo_state.h"
#include "meta.h"
#include "notes.h"
#include "text.h"

/* An open call: the records that opened it, that says who made it, and that made its copy. */
typedef struct {
    size_t record, caller, made; /* indices + 1; 0: none.  made: stored its copy in the memo */
    uint64_t event, made_event;  /* numbers of their first, from 1 */
} opened;

/* A stretch of the old trace and where it stands in the new one, for notes. */
typedef struct {
    uint64_t from, to, at; /* events from 1 */
} moved;

typedef struct {
    cs_export *x;
    cs_writer *writer;
    uint32_t *objects, *types; /* old ref to new one, 0: not written yet */
    uint32_t anonymous_types;
    cs_memo_state memo;
    cs_memo_table own; /* keys that the open calls stored themselves */
    opened *calls;
    size_t depth, room;
    size_t caller, clock; /* indices + 1 of the last such record */
    uint64_t written;     /* events */
    moved *moves;
    size_t moves_count, moves_room;
} excerpt;

static int to_file(void *ctx, const void *bytes, size_t n) { return fwrite(bytes, 1, n, ctx) == n ? 0 : -1; }

static bool anonymous(const excerpt *e) { return e->x->options->anonymise; }

/* ---- refs ---- */

static uint32_t put_string(excerpt *e, uint32_t ref) {
    size_t n;
    const char *text = cs_trace_string(e->x->trace, ref, &n);
    return n ? cs_writer_string(e->writer, text, n) : 0;
}

static uint32_t put_words(excerpt *e, const char *words) { return cs_writer_string(e->writer, words, strlen(words)); }

static uint32_t put_numbered(excerpt *e, const char *word, uint32_t n) {
    char text[CS_ANONYMOUS_MAX];
    snprintf(text, sizeof text, "%s%" PRIu32, word, n);
    return put_words(e, text);
}

static uint32_t put_type(excerpt *e, uint32_t ref) {
    cs_type type = e->x->walk.types[ref - 1];
    size_t n;
    if (e->types[ref]) return e->types[ref];
    const char *name = cs_trace_string(e->x->trace, type.name, &n), *known = cs_known_type(name, n);
    if (!anonymous(e)) {
        type.name = put_string(e, type.name);
        type.module = put_string(e, type.module);
    } else {
        type.name = known ? put_words(e, known) : put_numbered(e, "Type", ++e->anonymous_types);
        type.module = 0;
    }
    return e->types[ref] = cs_writer_type(e->writer, &type);
}

static uint32_t put_object(excerpt *e, uint32_t ref) {
    if (!ref || ref > e->x->walk.object_count) return 0;
    if (e->objects[ref]) return e->objects[ref];
    cs_object object = e->x->walk.objects[ref - 1];
    object.type = put_type(e, object.type);
    object.text = anonymous(e) ? 0 : put_string(e, object.text);
    object.name = anonymous(e) ? 0 : put_string(e, object.name);
    return e->objects[ref] = cs_writer_object(e->writer, &object);
}

/* "Type: message" without the message, and without a type of somebody's own. */
static uint32_t put_exception(excerpt *e, uint32_t ref) {
    size_t n;
    const char *text = cs_trace_string(e->x->trace, ref, &n);
    const char *colon = memchr(text, ':', n), *known = cs_known_type(text, colon ? (size_t)(colon - text) : n);
    return ref ? put_words(e, known ? known : "Exception") : 0;
}

static uint32_t put_text(excerpt *e, const cs_record *r, uint32_t ref) {
    if (!anonymous(e)) return put_string(e, ref);
    if (r->kind == CS_REC_RAISE) return put_exception(e, ref);
    return ref ? put_words(e, "left out") : 0;
}

static uint32_t put_operand(excerpt *e, const cs_record *r, unsigned operand, uint32_t value) {
    switch (operand) {
    case CS_OPERAND_X:
    case CS_OPERAND_Y:
    case CS_OPERAND_LAST:
    case CS_OPERAND_NEW:
    case CS_OPERAND_MEMO:
    case CS_OPERAND_VALUE: return put_object(e, value);
    case CS_OPERAND_STRING: return put_text(e, r, value);
    default: return value;
    }
}

/* ---- records ---- */

static void put_record(excerpt *e, cs_record r) {
    const cs_rec_shape *shape = cs_shape_of(r.kind);
    const cs_step *steps[CS_MAX_STEPS];
    const cs_record old = r;
    r.obj = put_operand(e, &old, shape->obj, old.obj);
    r.arg = put_operand(e, &old, shape->arg, old.arg);
    if (shape->t == CS_OPERAND_VALUE) r.t = put_object(e, old.t);
    if (shape->t == CS_OPERAND_LINE && anonymous(e)) r.t = 0;
    cs_writer_event(e->writer, &r);
    e->written += cs_expand(&r, steps);
}

static int note_move(excerpt *e, uint64_t from, uint64_t to) {
    if (e->moves_count == e->moves_room) {
        const size_t room = e->moves_room ? e->moves_room * 2 : 64;
        moved *more = realloc(e->moves, room * sizeof *more);
        if (!more) return -1;
        e->moves = more;
        e->moves_room = room;
    }
    e->moves[e->moves_count++] = (moved){from, to, e->written + 1};
    return 0;
}

/* Where the events of a record, which is written next, were before. */
static int note_record(excerpt *e, const cs_record *r, uint64_t event) {
    const cs_step *steps[CS_MAX_STEPS];
    return note_move(e, event, event + cs_expand(r, steps) - 1);
}

/* A record from before the range. */
static int put_again(excerpt *e, size_t i, uint64_t event) {
    const cs_record *r = &e->x->walk.records[i];
    if (note_record(e, r, event) != 0) return -1;
    put_record(e, *r);
    return 0;
}

/* What the memo of a call held, as the entries of a memo that its caller brought. */
static void put_memo(excerpt *e, const cs_memo_table *table) {
    for (size_t i = 0; i < table->room; i++) {
        const cs_memo_entry *entry = &table->entries[i];
        if (!entry->used || cs_memo_has(&e->own, entry->key)) continue;
        put_record(e, (cs_record){.kind = CS_REC_PRESET,
                                  .obj = (uint32_t)entry->key,
                                  .arg = (uint32_t)(entry->key >> 32),
                                  .t = entry->value});
    }
}

static int put_open_call(excerpt *e, size_t i) {
    const opened *call = &e->calls[i];
    cs_record r = e->x->walk.records[call->record - 1];
    const cs_memo_table *table = r.kind == CS_REC_ROOT ? cs_memo_of(&e->memo, i) : NULL;
    if (call->caller) put_record(e, e->x->walk.records[call->caller - 1]);
    if (table && table->used) r.flags |= CS_F_YES;
    if (note_record(e, &r, call->event) != 0) return -1;
    put_record(e, r);
    if (table && table->used) put_memo(e, table);
    return call->made ? put_again(e, call->made - 1, call->made_event) : 0;
}

static int note_own(excerpt *e, const opened *call) {
    const cs_walk *w = &e->x->walk;
    if (!call->made) return 0;
    const uint32_t ref = w->records[call->made - 1].obj;
    return ref <= w->object_count ? cs_memo_put(&e->own, w->objects[ref - 1].addr, ref) : 0;
}

/* The clock, and the calls that are open where the range begins, with what they stored. */
static int put_before(excerpt *e) {
    for (size_t i = 0; i < e->depth; i++)
        if (note_own(e, &e->calls[i]) != 0) return -1;
    if (e->clock) put_record(e, e->x->walk.records[e->clock - 1]);
    for (size_t i = 0; i < e->depth; i++)
        if (put_open_call(e, i) != 0) return -1;
    return 0;
}

static int open_call(excerpt *e, size_t record, uint64_t event) {
    if (e->depth == e->room) {
        const size_t room = e->room ? e->room * 2 : 256;
        opened *more = realloc(e->calls, room * sizeof *more);
        if (!more) return -1;
        e->calls = more;
        e->room = room;
    }
    e->calls[e->depth] = (opened){.record = record, .caller = e->depth ? 0 : e->caller, .event = event};
    e->depth++;
    return 0;
}

/* Keeps track of what a record does to the calls, the memos and the clock; event: its first. */
static int follow(excerpt *e, size_t i, uint64_t event) {
    const cs_walk *w = &e->x->walk;
    const cs_record *r = &w->records[i];
    if (r->kind == CS_REC_CALLER) e->caller = i + 1;
    if (r->kind == CS_REC_CLOCK) e->clock = i + 1;
    if (cs_opens_call(r) && open_call(e, i + 1, event) != 0) return -1;
    if (cs_memo_stores(r) && e->depth && !e->calls[e->depth - 1].made) {
        e->calls[e->depth - 1].made = i + 1;
        e->calls[e->depth - 1].made_event = event;
    }
    if (cs_memo_take(&e->memo, r, w->objects, w->object_count) != 0) return -1;
    if (cs_closes_call(r) && e->depth) e->depth--;
    return 0;
}

static int put_range(excerpt *e) {
    const cs_export *x = e->x;
    const cs_step *steps[CS_MAX_STEPS];
    uint64_t event = 1;
    bool begun = x->first == 1;
    for (size_t i = 0; i < x->walk.record_count && event <= x->last; i++) {
        const cs_record *r = &x->walk.records[i];
        const unsigned n = cs_expand(r, steps);
        const bool inside = n ? event + n > x->first : begun;
        if (inside && !begun && put_before(e) != 0) return -1;
        begun = begun || inside;
        if (inside && n && note_record(e, r, event) != 0) return -1;
        if (inside && r->kind != CS_REC_TRUNC) put_record(e, *r);
        if (follow(e, i, event) != 0) return -1;
        event += n;
    }
    return 0;
}

/* ---- what stands around the records ---- */

static void put_json(excerpt *e, const char kind[4], cJSON *json) {
    char *text = cJSON_PrintUnformatted(json);
    if (text) cs_writer_chunk(e->writer, kind, text, strlen(text));
    free(text);
    cJSON_Delete(json);
}

static bool is_cut(const cs_export *x) { return x->first > 1 || x->last < cs_trace_events(x->trace); }

/* A verdict was on the whole recording. */
static void tell_cut(const cs_export *x, cJSON *meta) {
    char where[120];
    cJSON *excerpt = cJSON_CreateObject(), *verdict = cJSON_CreateObject();
    cJSON_AddNumberToObject(excerpt, "from", (double)x->first);
    cJSON_AddNumberToObject(excerpt, "to", (double)x->last);
    cJSON_AddNumberToObject(excerpt, "of", (double)cs_trace_events(x->trace));
    snprintf(where, sizeof where, "an excerpt, events %" PRIu64 " to %" PRIu64 " of %" PRIu64, x->first, x->last,
             cs_trace_events(x->trace));
    cJSON_AddStringToObject(verdict, "state", "unchecked");
    cJSON_AddStringToObject(verdict, "where", where);
    cJSON_DeleteItemFromObjectCaseSensitive(meta, "verdict");
    cJSON_AddItemToObject(meta, "verdict", verdict);
    cJSON_AddItemToObject(meta, "excerpt", excerpt);
}

static void put_meta(excerpt *e) {
    cJSON *meta = anonymous(e) ? cs_anonymous_meta(e->x->meta) : cJSON_Duplicate(e->x->meta, true);
    if (is_cut(e->x)) tell_cut(e->x, meta);
    put_json(e, "META", meta);
}

static void put_sources(excerpt *e) {
    const void *bytes;
    size_t n;
    for (size_t i = 0; (bytes = cs_trace_chunk(e->x->trace, "SRC_", i, &n)); i++) {
        if (!anonymous(e)) {
            cs_writer_chunk(e->writer, "SRC_", bytes, n);
            continue;
        }
        char *text = cs_utf8_repair(bytes, n);
        cJSON *source = text ? cJSON_Parse(text) : NULL;
        put_json(e, "SRC_", cs_anonymous_source(source));
        cJSON_Delete(source);
        free(text);
    }
}

/* The new number of an event, from 0, or -1. */
static int64_t place_of(const excerpt *e, uint64_t event) {
    for (size_t low = 0, high = e->moves_count; low < high;) {
        const size_t mid = (low + high) / 2;
        const moved *m = &e->moves[mid];
        if (event > m->to) low = mid + 1;
        else if (event < m->from) high = mid;
        else return (int64_t)(m->at + event - m->from) - 1;
    }
    return -1;
}

static int put_notes(excerpt *e) {
    size_t refused;
    cJSON *notes = cs_notes_load(e->x->trace, &refused), *note;
    int failed = notes ? 0 : -1;
    cJSON_ArrayForEach(note, notes) {
        const int64_t event = place_of(e, cs_note_event(note) + 1);
        const cJSON *object = cJSON_GetObjectItemCaseSensitive(note, "object");
        const uint32_t ref = object ? (uint32_t)object->valuedouble : 0;
        if (event < 0 || failed) continue;
        cJSON_ReplaceItemInObjectCaseSensitive(note, "event", cJSON_CreateNumber((double)event));
        if (object) cJSON_ReplaceItemInObjectCaseSensitive(note, "object", cJSON_CreateNumber(e->objects[ref]));
        failed = cs_note_write(note, e->x->out);
    }
    cJSON_Delete(notes);
    return failed;
}

static uint32_t end_flags(const cs_export *x) {
    size_t n;
    const cs_end *end = cs_trace_chunk(x->trace, "END_", 0, &n);
    return end ? end->flags : 0;
}

static int write_excerpt(excerpt *e) {
    cs_export *x = e->x;
    e->writer = cs_writer_new(to_file, x->out, 0);
    e->objects = calloc(x->walk.object_count + 1, sizeof *e->objects);
    e->types = calloc(x->walk.type_count + 1, sizeof *e->types);
    if (!e->writer || !e->objects || !e->types) return -1;
    put_meta(e);
    put_sources(e);
    if (put_range(e) != 0 || cs_writer_end(e->writer, end_flags(x)) != CS_E_OK) return -1;
    return anonymous(e) ? 0 : put_notes(e);
}

static int trace(cs_export *x) {
    excerpt e = {.x = x};
    if (!is_cut(x) && !x->options->anonymise) return x->options->bytes(x->options->ctx, x->out);
    errno = 0;
    int failed = write_excerpt(&e);
    if (failed && !errno) errno = ENOMEM;
    const int why = errno;
    cs_writer_free(e.writer);
    cs_memo_free(&e.memo);
    free(e.own.entries);
    free(e.objects);
    free(e.types);
    free(e.calls);
    free(e.moves);
    errno = why;
    return failed;
}

const cs_exporter cs_export_cst = {.name = "cst",
                                   .ending = "cst",
                                   .text = "the trace itself, cut to --events, without texts by --anonymise",
                                   .whole = trace};
