#include "notes.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "text.h"

#define TEXT_MAX 1000u /* UTF-16 units, as the page counts */
#define ID_MAX 40u
#define AUTHOR_MAX 60u

static const cJSON *field(const cJSON *note, const char *key) { return cJSON_GetObjectItemCaseSensitive(note, key); }

const char *cs_note_text(const cJSON *note) { return cJSON_GetStringValue(field(note, "text")); }
const char *cs_note_author(const cJSON *note) {
    const char *author = cJSON_GetStringValue(field(note, "author"));
    return author ? author : "";
}
const char *cs_note_id(const cJSON *note) { return cJSON_GetStringValue(field(note, "id")); }
uint64_t cs_note_event(const cJSON *note) { return (uint64_t)field(note, "event")->valuedouble; }

static bool is_id(const char *id) {
    const size_t n = id ? strlen(id) : 0;
    return n && n <= ID_MAX && !id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")];
}

static size_t utf16_length(const char *text) {
    size_t n = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) n += ((*c & 0xc0) != 0x80) + (*c >= 0xf0);
    return n;
}

/* A whole number below `most`. */
static bool is_whole(const cJSON *item, double most) {
    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < most &&
           item->valuedouble == (double)(uint64_t)item->valuedouble;
}

static bool is_point(const cJSON *point) {
    const cJSON *part;
    if (!cJSON_IsArray(point) || cJSON_GetArraySize(point) != 2) return false;
    cJSON_ArrayForEach(part, point) if (!cJSON_IsNumber(part) ||
                                        !(part->valuedouble >= 0 && part->valuedouble <= 1)) return false;
    return true;
}

/* Text stands by its event alone; an arrow and a region have a place on a view, too. */
static bool is_placed(const cJSON *note) {
    const cJSON *item = field(note, "kind");
    const char *kind = item ? cJSON_GetStringValue(item) : "text", *pane = cJSON_GetStringValue(field(note, "pane"));
    if (!kind) return false;
    if (strcmp(kind, "text") == 0) return true;
    if (strcmp(kind, "arrow") != 0 && strcmp(kind, "region") != 0) return false;
    const size_t n = pane ? strlen(pane) : 0;
    return n && n <= 20 && !pane[strspn(pane, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] &&
           is_point(field(note, "from")) && is_point(field(note, "to"));
}

/* Who wrote it, if that is said. */
static bool is_author(const cJSON *author) {
    return !author || (cJSON_IsString(author) && utf16_length(author->valuestring) <= AUTHOR_MAX);
}

static bool is_note(const cJSON *note, const cs_trace *trace) {
    const cs_object *objects;
    const cJSON *object = field(note, "object");
    const char *text = cs_note_text(note);
    return cJSON_IsObject(note) && is_id(cs_note_id(note)) && text && text[strspn(text, " \t\r\n")] &&
           utf16_length(text) <= TEXT_MAX && is_whole(field(note, "event"), (double)cs_trace_events(trace)) &&
           (!object || is_whole(object, (double)cs_trace_objects(trace, &objects) + 1)) && is_placed(note) &&
           is_author(field(note, "author"));
}

static cJSON *find(cJSON *notes, const char *id) {
    cJSON *note;
    cJSON_ArrayForEach(note, notes) if (strcmp(cs_note_id(note), id) == 0) return note;
    return NULL;
}

static void add(cJSON *notes, const cJSON *note, const cs_trace *trace, size_t *refused) {
    const bool gone = cJSON_IsTrue(field(note, "deleted")) && is_id(cs_note_id(note));
    if (!gone && !is_note(note, trace)) {
        ++*refused;
        return;
    }
    cJSON *old = find(notes, cs_note_id(note));
    if (old) cJSON_Delete(cJSON_DetachItemViaPointer(notes, old));
    if (!gone) cJSON_AddItemToArray(notes, cJSON_Duplicate(note, true));
}

void cs_notes_add(cJSON *notes, const cJSON *list, const cs_trace *trace, size_t *refused) {
    const cJSON *note;
    cJSON_ArrayForEach(note, list) add(notes, note, trace, refused);
}

typedef struct {
    cJSON *note;
    int place;
} placed;

static int by_event(const void *left, const void *right) {
    const placed *a = left, *b = right;
    const uint64_t m = cs_note_event(a->note), n = cs_note_event(b->note);
    return m != n ? (m < n ? -1 : 1) : a->place - b->place;
}

void cs_notes_sort(cJSON *notes) {
    const int count = cJSON_GetArraySize(notes);
    placed *list = calloc((size_t)count + 1, sizeof *list);
    if (!list) return;
    for (int i = 0; i < count; i++) list[i] = (placed){cJSON_DetachItemFromArray(notes, 0), i};
    qsort(list, (size_t)count, sizeof *list, by_event);
    for (int i = 0; i < count; i++) cJSON_AddItemToArray(notes, list[i].note);
    free(list);
}

cJSON *cs_notes_load(const cs_trace *trace, size_t *refused) {
    cJSON *notes = cJSON_CreateArray();
    const void *bytes;
    size_t n;
    *refused = 0;
    for (size_t i = 0; notes && (bytes = cs_trace_chunk(trace, "NOTE", i, &n)); i++) {
        char *text = cs_utf8_repair(bytes, n);
        cJSON *note = text && cs_json_plain(text, strlen(text)) ? cJSON_Parse(text) : NULL;
        add(notes, note, trace, refused);
        cJSON_Delete(note);
        free(text);
    }
    if (notes) cs_notes_sort(notes);
    return notes;
}

int cs_note_write(const cJSON *note, FILE *out) {
    static const char zeros[16];
    char *text = cJSON_PrintUnformatted(note);
    if (!text) return -1;
    const size_t n = strlen(text);
    const cs_chunk head = {.kind = {'N', 'O', 'T', 'E'},
                           .length = (uint32_t)n,
                           .crc = (uint32_t)crc32_z(0, (const void *)text, n),
                           .seq = 0xffffffffu};
    fwrite(&head, sizeof head, 1, out);
    fwrite(text, 1, n, out);
    fwrite(zeros, 1, -n & 15, out);
    free(text);
    return ferror(out) ? -1 : 0;
}
