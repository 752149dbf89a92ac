/* A trace as a file of version 1 has it, with rows of fixed size: what an older recorder left. */
#ifndef CS_VERSION1_H
#define CS_VERSION1_H

#include "buffer.h"
#include "trace.h"

#include <openssl/evp.h>
#include <zlib.h>

static inline void add_header(cs_buffer *b, uint16_t version) {
    cs_header header = {.version = version};
    memcpy(header.magic, CS_MAGIC, sizeof header.magic);
    cs__buffer_add(b, &header, sizeof header);
}

static inline void add_chunk(cs_buffer *b, const char kind[4], uint32_t seq, const void *payload, uint32_t n) {
    static const uint8_t zeros[16];
    cs_chunk head = {.length = n, .crc = n ? (uint32_t)crc32(0, payload, n) : 0, .seq = seq};
    memcpy(head.kind, kind, 4);
    cs__buffer_add(b, &head, sizeof head);
    cs__buffer_add(b, payload, n);
    cs__buffer_add(b, zeros, cs__padding(n));
}

static inline void gather_strings(const cs_trace *t, uint32_t count, cs_buffer *out) {
    for (uint32_t ref = 1; ref <= count; ref++) {
        size_t n;
        const char *s = cs_trace_string(t, ref, &n);
        uint32_t length = (uint32_t)n;
        cs__buffer_add(out, &length, sizeof length);
        cs__buffer_add(out, s, n);
    }
}

/* What t, a complete trace, has in its tables, each in one chunk; the caller frees out. */
static inline void write_version1(const cs_trace *t, cs_buffer *out) {
    const cs_record *records;
    const cs_object *objects;
    const cs_type *types;
    size_t n_records = cs_trace_records(t, &records), n_objects = cs_trace_objects(t, &objects);
    size_t n_types = cs_trace_types(t, &types);
    cs_end end;
    cs_buffer strings = {0};

    memcpy(&end, cs_trace_chunk(t, "END_", 0, NULL), sizeof end);
    gather_strings(t, end.strings, &strings);
    add_header(out, 1);
    add_chunk(out, "STRS", 0, strings.data, (uint32_t)strings.used);
    add_chunk(out, "TYPE", 1, types, (uint32_t)(n_types * sizeof *types));
    add_chunk(out, "OBJS", 2, objects, (uint32_t)(n_objects * sizeof *objects));
    add_chunk(out, "EVTS", 3, records, (uint32_t)(n_records * sizeof *records));
    EVP_Digest(out->data, out->used, end.sha256, NULL, EVP_sha256(), NULL);
    add_chunk(out, "END_", 4, &end, sizeof end);
    cs__buffer_free(&strings);
}

#endif
