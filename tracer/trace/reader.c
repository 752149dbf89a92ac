/* The reader: takes in whole chunks as bytes arrive.  Every file is hostile until each of its fields was checked. */
#include "check.h"
#include "decode.h"
#include "limits.h"
#include "trace.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <zlib.h>

typedef struct {
    const char *text; /* ends in a zero byte of its own */
    size_t length;
} string_row;

/* The text of one STRS chunk's strings. */
typedef struct text_block {
    struct text_block *next;
    char text[];
} text_block;

typedef struct {
    char kind[4];
    uint8_t *payload; /* ends in a zero byte of its own */
    size_t length;
} kept_chunk;

struct cs_trace {
    cs_status status;
    unsigned version;
    uint32_t seq; /* of the next chunk */
    uint64_t events;
    cs_buffer part;    /* the beginning of a unit that has not wholly arrived */
    cs_buffer strings; /* string_row */
    text_block *blocks;
    cs_buffer types, objects, records;
    cs_buffer kept;     /* kept_chunk */
    cs_buffer offsets;  /* uint64_t, one more than chunks */
    cs_context context; /* of version 2's rows */
    EVP_MD_CTX *sha;
};

cs_trace *cs_trace_new(void) {
    cs_trace *t = calloc(1, sizeof *t);

    if (!t) return NULL;
    t->sha = EVP_MD_CTX_new();
    if (!t->sha || !EVP_DigestInit_ex(t->sha, EVP_sha256(), NULL)) {
        cs_trace_close(t);
        return NULL;
    }
    return t;
}

static size_t rows(const cs_buffer *table, size_t size) { return table->used / size; }

static cs_bounds bounds_of(const cs_trace *t) {
    return (cs_bounds){
        .strings = (uint32_t)rows(&t->strings, sizeof(string_row)),
        .types = (uint32_t)rows(&t->types, sizeof(cs_type)),
        .objects = (uint32_t)rows(&t->objects, sizeof(cs_object)),
    };
}

/* ---- chunk by chunk: each take_ function changes nothing unless it returns CS_E_OK ---- */

/* Copies rows of `size` bytes behind a table's end, where they are aligned; *count says how many.  The caller checks
 * them and then counts them in. */
static cs_error stage(cs_buffer *table, const uint8_t *payload, size_t n, size_t size, uint64_t limit, size_t *count) {
    if (n % size) return CS_E_CHUNK;
    if (n / size > limit) return CS_E_LIMIT;
    if (!cs__buffer_reserve(table, n)) return CS_E_NOMEM;
    if (n) memcpy(table->data + table->used, payload, n);
    *count = n / size;
    return CS_E_OK;
}

static cs_error take_types(cs_trace *t, const uint8_t *payload, size_t n) {
    cs_bounds bounds = bounds_of(t);
    size_t count;
    cs_error error = stage(&t->types, payload, n, sizeof(cs_type), CS_LIMIT_TYPES - bounds.types, &count);

    if (!error && count) error = cs__check_types((const void *)(t->types.data + t->types.used), count, &bounds);
    if (!error) t->types.used += n;
    return error;
}

/* Version 1 had rows of 32 bytes. */
static cs_error stage_objects(cs_trace *t, const uint8_t *payload, size_t n, size_t *count) {
    cs_bounds bounds = bounds_of(t);
    uint64_t limit = CS_LIMIT_OBJECTS - bounds.objects;

    if (t->version == 1) return stage(&t->objects, payload, n, sizeof(cs_object), limit, count);
    return cs__decode_objects(&t->context, payload, n, limit, bounds.types, &t->objects, count);
}

static cs_error take_objects(cs_trace *t, const uint8_t *payload, size_t n) {
    cs_bounds bounds = bounds_of(t);
    size_t count;
    cs_error error = stage_objects(t, payload, n, &count);

    if (!error && count) error = cs__check_objects((const void *)(t->objects.data + t->objects.used), count, &bounds);
    if (!error) t->objects.used += count * sizeof(cs_object);
    return error;
}

/* Version 1 had the records as they are in memory. */
static cs_error stage_records(cs_trace *t, const uint8_t *payload, size_t n, size_t *count, uint64_t *events) {
    uint64_t limit = CS_LIMIT_RECORDS - rows(&t->records, sizeof(cs_record));
    const cs_step *steps[CS_MAX_STEPS];

    if (t->version != 1) return cs__decode_records(&t->context, payload, n, limit, &t->records, count, events);
    cs_error error = stage(&t->records, payload, n, sizeof(cs_record), limit, count);
    if (error || !*count) return error;
    const cs_record *fresh = (const void *)(t->records.data + t->records.used);
    for (size_t i = 0; i < *count; i++) *events += cs_expand(&fresh[i], steps);
    return CS_E_OK;
}

static cs_error take_records(cs_trace *t, const uint8_t *payload, size_t n) {
    cs_bounds bounds = bounds_of(t);
    size_t count;
    uint64_t events = 0;
    cs_error error = stage_records(t, payload, n, &count, &events);

    if (!error && count) error = cs__check_records((const void *)(t->records.data + t->records.used), count, &bounds);
    if (error) return error;
    t->events += events;
    t->records.used += count * sizeof(cs_record);
    return CS_E_OK;
}

/* Cuts the payload, n bytes, into rows.  block has room for n bytes: a length's four bytes leave one for the zero. */
static cs_error split_strings(cs_buffer *strings, char *block, const uint8_t *payload, size_t n) {
    while (n) {
        uint32_t length;
        if (n < sizeof length) return CS_E_CHUNK;
        memcpy(&length, payload, sizeof length);
        payload += sizeof length;
        n -= sizeof length;
        if (length > n) return CS_E_CHUNK;
        if (length > CS_LIMIT_STRING || rows(strings, sizeof(string_row)) >= CS_LIMIT_STRINGS) return CS_E_LIMIT;
        if (!cs__buffer_add(strings, &(string_row){block, length}, sizeof(string_row))) return CS_E_NOMEM;
        memcpy(block, payload, length);
        block[length] = '\0';
        block += length + 1;
        payload += length;
        n -= length;
    }
    return CS_E_OK;
}

static cs_error take_strings(cs_trace *t, const uint8_t *payload, size_t n) {
    size_t before = t->strings.used;
    text_block *block = malloc(sizeof *block + n);

    if (!block) return CS_E_NOMEM;
    cs_error error = split_strings(&t->strings, block->text, payload, n);
    if (error) {
        t->strings.used = before;
        free(block);
        return error;
    }
    block->next = t->blocks;
    t->blocks = block;
    return CS_E_OK;
}

static cs_error keep(cs_trace *t, const char kind[4], const uint8_t *payload, size_t n) {
    kept_chunk chunk = {.length = n};

    if (rows(&t->kept, sizeof chunk) >= CS_LIMIT_KEPT) return CS_E_LIMIT;
    chunk.payload = malloc(n + 1);
    if (!chunk.payload) return CS_E_NOMEM;
    memcpy(chunk.kind, kind, sizeof chunk.kind);
    if (n) memcpy(chunk.payload, payload, n);
    chunk.payload[n] = 0;
    if (!cs__buffer_add(&t->kept, &chunk, sizeof chunk)) {
        free(chunk.payload);
        return CS_E_NOMEM;
    }
    return CS_E_OK;
}

static cs_error take_meta(cs_trace *t, const uint8_t *payload, size_t n) { return keep(t, "META", payload, n); }

static cs_error take_source(cs_trace *t, const uint8_t *payload, size_t n) { return keep(t, "SRC_", payload, n); }

static cs_error take_note(cs_trace *t, const uint8_t *payload, size_t n) { return keep(t, "NOTE", payload, n); }

static cs_error take_cam(cs_trace *t, const uint8_t *payload, size_t n) {
    cs_bounds bounds = bounds_of(t);
    cs_error error =
        cs__check_cam(payload, n, (const void *)t->records.data, rows(&t->records, sizeof(cs_record)), &bounds);
    return error ? error : keep(t, "CAM_", payload, n);
}

static cs_error take_end(cs_trace *t, const uint8_t *payload, size_t n) {
    cs_end end;
    cs_bounds bounds = bounds_of(t);
    uint8_t sha256[EVP_MAX_MD_SIZE];

    if (n != sizeof end) return CS_E_CHUNK;
    memcpy(&end, payload, sizeof end);
    if (!EVP_DigestFinal_ex(t->sha, sha256, NULL)) return CS_E_NOMEM;
    if (end.records != rows(&t->records, sizeof(cs_record)) || end.events != t->events ||
        end.objects != bounds.objects || end.types != bounds.types || end.strings != bounds.strings ||
        memcmp(end.sha256, sha256, sizeof end.sha256) != 0)
        return CS_E_DIGEST;
    cs_error error = keep(t, "END_", payload, n);
    t->status.complete = !error;
    return error;
}

static const struct chunk_kind {
    char name[5];
    cs_error (*take)(cs_trace *t, const uint8_t *payload, size_t n);
} KINDS[] = {
    {"META", take_meta},   {"STRS", take_strings}, {"TYPE", take_types}, {"OBJS", take_objects}, {"EVTS", take_records},
    {"SRC_", take_source}, {"NOTE", take_note},    {"CAM_", take_cam},   {"END_", take_end},
};

static const struct chunk_kind *find_kind(const char kind[4]) {
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (memcmp(KINDS[i].name, kind, 4) == 0) return &KINDS[i];
    return NULL;
}

/* ---- units: the header, then chunks ---- */

static cs_error check_header(cs_trace *t, const uint8_t *bytes) {
    cs_header header;

    memcpy(&header, bytes, sizeof header);
    if (memcmp(header.magic, CS_MAGIC, sizeof header.magic) != 0) return CS_E_MAGIC;
    t->version = header.version;
    if (!header.version || header.version > CS_VERSION || header.reserved0 || header.reserved1) return CS_E_VERSION;
    return CS_E_OK;
}

/* A chunk's head is judged before its payload has arrived: nobody waits for a length that is a lie. */
static cs_error check_head(const cs_trace *t, const cs_chunk *head) {
    if (!find_kind(head->kind)) return CS_E_CHUNK;
    if (head->length > CS_LIMIT_CHUNK || t->status.offset + head->length > CS_LIMIT_TRACE) return CS_E_LIMIT;
    if (t->status.complete) { /* only replay results and annotations may follow END_ */
        bool may = memcmp(head->kind, "CAM_", 4) == 0 || memcmp(head->kind, "NOTE", 4) == 0;
        return head->seq == CS_SEQ_APPENDED && may ? CS_E_OK : CS_E_CHUNK;
    }
    return head->seq == t->seq && head->seq != CS_SEQ_APPENDED ? CS_E_OK : CS_E_CHUNK;
}

/* The size of the unit that starts at bytes, as far as `have` bytes of it tell; 0: it is bad, see the status. */
static size_t unit_size(cs_trace *t, const uint8_t *bytes, size_t have) {
    cs_chunk head;

    if (have < sizeof head) return sizeof head;
    if (t->status.offset == 0) {
        t->status.error = check_header(t, bytes);
        return t->status.error ? 0 : sizeof(cs_header);
    }
    memcpy(&head, bytes, sizeof head);
    t->status.error = check_head(t, &head);
    return t->status.error ? 0 : sizeof head + head.length + cs__padding(head.length);
}

static bool all_zero(const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (bytes[i]) return false;
    return true;
}

static cs_error take_chunk(cs_trace *t, const uint8_t *bytes) {
    cs_chunk head;
    const uint8_t *payload = bytes + sizeof head;

    memcpy(&head, bytes, sizeof head);
    if (crc32_z(0, head.length ? payload : NULL, head.length) != head.crc) return CS_E_CRC;
    if (!all_zero(payload + head.length, cs__padding(head.length))) return CS_E_CHUNK;
    cs_error error = find_kind(head.kind)->take(t, payload, head.length);
    if (!error && head.seq != CS_SEQ_APPENDED) t->seq++;
    return error;
}

/* Takes in a whole unit of `size` bytes. */
static void take_unit(cs_trace *t, const uint8_t *bytes, size_t size) {
    uint64_t after = t->status.offset + size;

    if (!cs__buffer_reserve(&t->offsets, sizeof after)) {
        t->status.error = CS_E_NOMEM;
        return;
    }
    if (t->status.offset) t->status.error = take_chunk(t, bytes);
    if (!t->status.error && !t->status.complete && !EVP_DigestUpdate(t->sha, bytes, size)) t->status.error = CS_E_NOMEM;
    if (t->status.error) return;
    cs__buffer_add(&t->offsets, &after, sizeof after); /* its room was reserved above */
    t->status.offset = after;
}

/* Adds bytes to the waiting part, and takes the part in once it is whole.  Returns how many bytes it used. */
static size_t complete_part(cs_trace *t, const uint8_t *bytes, size_t n) {
    size_t size = unit_size(t, t->part.data, t->part.used);
    size_t more = size - t->part.used < n ? size - t->part.used : n;

    if (!cs__buffer_add(&t->part, bytes, more)) {
        t->status.error = CS_E_NOMEM;
        return 0;
    }
    size = unit_size(t, t->part.data, t->part.used); /* a head that became whole tells more, or is bad */
    if (size && t->part.used == size) {
        take_unit(t, t->part.data, size);
        t->part.used = 0;
    }
    return more;
}

cs_error cs_trace_feed(cs_trace *t, const void *bytes, size_t n) {
    const uint8_t *p = bytes;

    while (n && !t->status.error) {
        size_t used;
        if (t->part.used) {
            used = complete_part(t, p, n);
        } else if ((used = unit_size(t, p, n)) > n) {
            used = n;
            if (!cs__buffer_add(&t->part, p, n)) t->status.error = CS_E_NOMEM;
        } else if (used) {
            take_unit(t, p, used);
        }
        p += used;
        n -= used;
    }
    return t->status.error;
}

/* ---- files ---- */

/* The file ended: what is missing makes it a prefix. */
static void at_end_of_file(cs_trace *t) {
    size_t n = t->part.used < 8 ? t->part.used : 8;

    if (t->status.error || (t->status.complete && !t->part.used)) return;
    if (!t->status.offset && n && memcmp(t->part.data, CS_MAGIC, n) != 0) t->status.error = CS_E_MAGIC;
    else t->status.error = CS_E_CUT;
}

static void feed_file(cs_trace *t, FILE *f) {
    enum { BLOCK = 1 << 16 };
    uint8_t *bytes = malloc(BLOCK);
    size_t n;

    if (!bytes) {
        t->status.error = CS_E_NOMEM;
        return;
    }
    while (!t->status.error && (n = fread(bytes, 1, BLOCK, f)) > 0) cs_trace_feed(t, bytes, n);
    if (!t->status.error && ferror(f)) t->status.error = CS_E_IO;
    at_end_of_file(t);
    free(bytes);
}

cs_trace *cs_trace_open(const char *path, cs_status *st) {
    cs_status status = {.error = CS_E_NOMEM};
    cs_trace *t = cs_trace_new();
    FILE *f = fopen(path, "rb");

    if (!f) status.error = CS_E_IO;
    else if (t) {
        feed_file(t, f);
        status = t->status;
    }
    if (f) fclose(f);
    if (st) *st = status;
    switch (status.error) {
    case CS_E_IO:
    case CS_E_NOMEM:
    case CS_E_MAGIC:
    case CS_E_VERSION: cs_trace_close(t); return NULL;
    default: return t;
    }
}

cs_status cs_trace_status(const cs_trace *t) { return t->status; }

void cs_trace_close(cs_trace *t) {
    if (!t) return;
    while (t->blocks) {
        text_block *next = t->blocks->next;
        free(t->blocks);
        t->blocks = next;
    }
    for (size_t i = 0; i < rows(&t->kept, sizeof(kept_chunk)); i++)
        free(((kept_chunk *)(void *)t->kept.data)[i].payload);
    cs_buffer *all[] = {&t->part, &t->strings, &t->types, &t->objects, &t->records, &t->kept, &t->offsets};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) cs__buffer_free(all[i]);
    cs__context_free(&t->context);
    EVP_MD_CTX_free(t->sha);
    free(t);
}

/* ---- what was read ---- */

unsigned cs_trace_version(const cs_trace *t) { return t->version; }

size_t cs_trace_records(const cs_trace *t, const cs_record **out) {
    *out = (const void *)t->records.data;
    return rows(&t->records, sizeof(cs_record));
}

size_t cs_trace_objects(const cs_trace *t, const cs_object **out) {
    *out = (const void *)t->objects.data;
    return rows(&t->objects, sizeof(cs_object));
}

size_t cs_trace_types(const cs_trace *t, const cs_type **out) {
    *out = (const void *)t->types.data;
    return rows(&t->types, sizeof(cs_type));
}

uint64_t cs_trace_events(const cs_trace *t) { return t->events; }

const char *cs_trace_string(const cs_trace *t, uint32_t ref, size_t *len) {
    string_row row = {"", 0};

    if (ref && ref <= rows(&t->strings, sizeof row)) memcpy(&row, t->strings.data + (ref - 1) * sizeof row, sizeof row);
    if (len) *len = row.length;
    return row.text;
}

const void *cs_trace_chunk(const cs_trace *t, const char kind[4], size_t i, size_t *len) {
    const kept_chunk *kept = (const void *)t->kept.data;

    for (size_t k = 0; k < rows(&t->kept, sizeof *kept); k++) {
        if (memcmp(kept[k].kind, kind, 4) != 0 || i--) continue;
        if (len) *len = kept[k].length;
        return kept[k].payload;
    }
    return NULL;
}

size_t cs_trace_chunk_offsets(const cs_trace *t, const uint64_t **at) {
    size_t n = rows(&t->offsets, sizeof **at);

    *at = (const void *)t->offsets.data;
    return n ? n - 1 : 0;
}
