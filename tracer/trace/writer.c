/* The writer: tables and records gather in memory; a flush writes what is new as chunks, definitions first. */
#include "encode.h"
#include "intern.h"
#include "limits.h"

#include <openssl/evp.h>
#include <zlib.h>

enum {
    RECORDS_PER_CHUNK = 4096,
    FLUSH_BYTES = 1 << 20, /* of one pending table */
    KNOWN_MAX = 1 << 17,   /* strings whose bytes are kept, to tell whether they come again, */
    KNOWN_BYTES = 4 << 20, /* and these bytes */
};

struct cs_writer {
    cs_sink sink;
    void *ctx;
    uint64_t cap; /* records kept; 0 after an error, so that the hot path has one test */
    uint64_t kept, dropped, events;
    uint32_t pending;
    uint32_t seq;
    uint32_t n_types, n_objects, n_kept;
    cs_error error;
    bool ended;
    cs_intern strings;
    size_t strings_sent;      /* of their bytes */
    cs_buffer types, objects; /* rows not yet written */
    cs_buffer rows;           /* of the records that are being written */
    cs_buffer out;            /* the chunk being written */
    cs_context context;
    EVP_MD_CTX *sha;
    cs_record records[RECORDS_PER_CHUNK];
};

static void fail(cs_writer *w, cs_error error) {
    if (!w->error) w->error = error;
    w->cap = 0;
    w->pending = 0;
}

/* What was gathered before memory ran out is whole: it still goes out. */
static void fail_nomem(cs_writer *w) {
    cs_writer_flush(w);
    fail(w, CS_E_NOMEM);
}

static void put(cs_writer *w, const void *bytes, size_t n) {
    if (w->error) return;
    if (!EVP_DigestUpdate(w->sha, bytes, n)) fail(w, CS_E_NOMEM);
    else if (w->sink(w->ctx, bytes, n) != 0) fail(w, CS_E_IO);
}

static void put_chunk(cs_writer *w, const char kind[4], const void *payload, size_t n) {
    static const uint8_t zeros[16];
    cs_chunk head = {.length = (uint32_t)n, .seq = w->seq};

    if (w->error) return;
    if (n > CS_LIMIT_CHUNK || w->seq == CS_SEQ_APPENDED) {
        fail(w, CS_E_LIMIT);
        return;
    }
    memcpy(head.kind, kind, sizeof head.kind);
    /* zlib takes a NULL buffer for "the initial value", which is the CRC of nothing. */
    head.crc = (uint32_t)crc32_z(0, n ? payload : NULL, n);
    w->out.used = 0;
    if (!cs__buffer_add(&w->out, &head, sizeof head) || !cs__buffer_add(&w->out, payload, n) ||
        !cs__buffer_add(&w->out, zeros, cs__padding(n))) {
        fail(w, CS_E_NOMEM);
        return;
    }
    w->seq++;
    put(w, w->out.data, w->out.used);
}

static void put_table(cs_writer *w, const char kind[4], cs_buffer *table) {
    if (table->used) put_chunk(w, kind, table->data, table->used);
    table->used = 0;
}

cs_writer *cs_writer_new(cs_sink sink, void *ctx, uint64_t max_records) {
    cs_header header = {.version = CS_VERSION};
    cs_writer *w = calloc(1, sizeof *w);

    if (!w) return NULL;
    w->sink = sink;
    w->ctx = ctx;
    w->cap = max_records && max_records < CS_LIMIT_RECORDS ? max_records : CS_LIMIT_RECORDS - 1;
    w->sha = EVP_MD_CTX_new();
    if (!cs__intern_init(&w->strings) || !w->sha || !EVP_DigestInit_ex(w->sha, EVP_sha256(), NULL) ||
        !cs__buffer_reserve(&w->out, sizeof(cs_chunk) + sizeof w->records)) {
        cs_writer_free(w);
        return NULL;
    }
    memcpy(header.magic, CS_MAGIC, sizeof header.magic);
    put(w, &header, sizeof header);
    return w;
}

/* ---- strings ---- */

static uint32_t add_string(cs_writer *w, const char *s, uint32_t n) {
    size_t before = w->strings.bytes.used;
    uint32_t ref = cs__intern(&w->strings, s, n);

    if (!ref) fail_nomem(w);
    else if (ref > CS_LIMIT_STRINGS) {
        w->strings.bytes.used = before;
        cs_writer_flush(w);
        fail(w, CS_E_LIMIT);
    } else if (w->strings.bytes.used - w->strings_sent >= FLUSH_BYTES) cs_writer_flush(w);
    return w->error ? 0 : ref;
}

/* A longer string is cut before a character and ends in an ellipsis: nothing is dropped silently. */
static uint32_t add_cut_string(cs_writer *w, const char *s) {
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t n = CS_LIMIT_STRING - (sizeof ellipsis - 1);
    char *cut = malloc(CS_LIMIT_STRING);

    if (!cut) {
        fail_nomem(w);
        return 0;
    }
    while (n && ((uint8_t)s[n] & 0xc0u) == 0x80u) n--;
    memcpy(cut, s, n);
    memcpy(cut + n, ellipsis, sizeof ellipsis - 1);
    uint32_t ref = add_string(w, cut, (uint32_t)(n + sizeof ellipsis - 1));
    free(cut);
    return ref;
}

uint32_t cs_writer_string(cs_writer *w, const char *utf8, size_t n) {
    if (!n || w->error || w->ended) return 0;
    return n > CS_LIMIT_STRING ? add_cut_string(w, utf8) : add_string(w, utf8, (uint32_t)n);
}

/* ---- types, objects, records ---- */

static uint32_t add_row(cs_writer *w, cs_buffer *table, uint32_t *count, uint32_t limit, const void *row, size_t size) {
    if (w->error || w->ended) return 0;
    if (*count >= limit) {
        cs_writer_flush(w);
        fail(w, CS_E_LIMIT);
        return 0;
    }
    if (!cs__buffer_add(table, row, size)) {
        fail_nomem(w);
        return 0;
    }
    uint32_t ref = ++*count;
    if (table->used >= FLUSH_BYTES) cs_writer_flush(w);
    return ref;
}

uint32_t cs_writer_type(cs_writer *w, const cs_type *type) {
    return add_row(w, &w->types, &w->n_types, CS_LIMIT_TYPES, type, sizeof *type);
}

uint32_t cs_writer_object(cs_writer *w, const cs_object *object) {
    if (w->error || w->ended) return 0;
    if (w->n_objects >= CS_LIMIT_OBJECTS || object->type > w->n_types) {
        cs_writer_flush(w);
        fail(w, object->type > w->n_types ? CS_E_REF : CS_E_LIMIT);
        return 0;
    }
    if (!cs__encode_object(&w->context, object, &w->objects)) {
        fail_nomem(w);
        return 0;
    }
    uint32_t ref = ++w->n_objects;
    if (w->objects.used >= FLUSH_BYTES) cs_writer_flush(w);
    return ref;
}

void cs_writer_event(cs_writer *w, const cs_record *rec) {
    if (w->kept >= w->cap) {
        w->dropped++;
        return;
    }
    w->kept++;
    w->records[w->pending] = *rec;
    if (++w->pending == RECORDS_PER_CHUNK) cs_writer_flush(w);
}

uint64_t cs_writer_records(const cs_writer *w) { return w->kept; }

/* ---- chunks ---- */

static void put_records(cs_writer *w) {
    uint32_t n = w->pending;

    if (!n || w->error) return;
    w->pending = 0;
    w->rows.used = 0;
    if (!cs__encode_records(&w->context, w->records, n, &w->rows, &w->events)) fail(w, CS_E_NOMEM);
    else put_chunk(w, "EVTS", w->rows.data, w->rows.used);
}

cs_error cs_writer_flush(cs_writer *w) {
    const cs_buffer *bytes = &w->strings.bytes;
    size_t fresh = bytes->used - w->strings_sent;

    if (fresh) put_chunk(w, "STRS", bytes->data + w->strings_sent, fresh);
    /* A string that comes again after this is written again: memory stays bounded however long a program is recorded.
     */
    if (cs__intern_known(&w->strings) > KNOWN_MAX || bytes->used > KNOWN_BYTES) cs__intern_forget(&w->strings);
    w->strings_sent = bytes->used;
    put_table(w, "TYPE", &w->types);
    put_table(w, "OBJS", &w->objects);
    put_records(w);
    return w->error;
}

cs_error cs_writer_chunk(cs_writer *w, const char kind[4], const void *payload, size_t n) {
    if (n > CS_LIMIT_CHUNK || w->n_kept >= CS_LIMIT_KEPT - 1) return CS_E_LIMIT; /* END_ is the last kept one */
    if (w->ended) return CS_E_CHUNK;
    cs_writer_flush(w);
    put_chunk(w, kind, payload, n);
    w->n_kept++;
    return w->error;
}

static void put_trunc(cs_writer *w) {
    cs_record trunc = {.kind = CS_REC_TRUNC, .obj = (uint32_t)w->dropped, .arg = (uint32_t)(w->dropped >> 32)};

    if (w->pending) trunc.t = w->records[w->pending - 1].t;
    w->records[w->pending++] = trunc; /* there is room: a full array was flushed */
    w->kept++;
}

cs_error cs_writer_end(cs_writer *w, uint32_t flags) {
    cs_end end = {.flags = flags};

    if (w->ended || w->error) return w->error;
    if (w->dropped) {
        put_trunc(w);
        end.flags |= CS_END_TRUNCATED;
    }
    cs_writer_flush(w);
    w->ended = true;
    w->cap = 0;
    end.records = w->kept;
    end.events = w->events;
    end.objects = w->n_objects;
    end.types = w->n_types;
    end.strings = w->strings.count;
    if (!w->error && !EVP_DigestFinal_ex(w->sha, end.sha256, NULL)) fail(w, CS_E_NOMEM);
    if (!w->error && !EVP_DigestInit_ex(w->sha, EVP_sha256(), NULL)) /* put() goes on feeding it */
        fail(w, CS_E_NOMEM);
    put_chunk(w, "END_", &end, sizeof end);
    return w->error;
}

void cs_writer_free(cs_writer *w) {
    if (!w) return;
    cs__intern_free(&w->strings);
    cs__buffer_free(&w->types);
    cs__buffer_free(&w->objects);
    cs__buffer_free(&w->rows);
    cs__buffer_free(&w->out);
    cs__context_free(&w->context);
    EVP_MD_CTX_free(w->sha);
    free(w);
}
