#include "limits.h"
#include "sample.h"
#include "tap.h"
#include "version1.h"

#include <unistd.h>

static memory_sink sample;

static cs_trace *feed_whole(const uint8_t *bytes, size_t n) {
    cs_trace *t = cs_trace_new();
    cs_trace_feed(t, bytes, n);
    return t;
}

/* The bounds that every consumer relies on, whatever the file was. */
static bool is_sound(const cs_trace *t) {
    const cs_record *records;
    const cs_object *objects;
    const cs_type *types;
    const uint64_t *at;
    size_t n = cs_trace_records(t, &records), n_objects = cs_trace_objects(t, &objects);
    size_t n_types = cs_trace_types(t, &types), n_chunks = cs_trace_chunk_offsets(t, &at);
    bool sound = true;

    for (size_t i = 0; i < n; i++)
        if (records[i].kind < CS_REC_PRESET)
            sound &= records[i].obj <= n_objects && strcmp(cs_rec_name(records[i].kind), "?") != 0;
    for (size_t i = 0; i < n_objects; i++) {
        size_t length;
        const char *text = cs_trace_string(t, objects[i].text, &length);
        sound &= objects[i].type >= 1 && objects[i].type <= n_types && strlen(text) <= length;
    }
    for (size_t i = 0; i < n_chunks; i++) sound &= at[i] < at[i + 1];
    return sound && (!n_chunks || at[n_chunks] == cs_trace_status(t).offset);
}

static void test_round_trip(void) {
    const cs_record *records;
    const cs_object *objects;
    const cs_type *types;
    size_t n;
    cs_trace *t = feed_whole(sample.bytes.data, sample.bytes.used);
    cs_status st = cs_trace_status(t);

    CHECK(!st.error && st.complete && st.offset == sample.bytes.used);
    bool counted = CHECK(cs_trace_records(t, &records) == SAMPLE_RECORDS && cs_trace_events(t) == SAMPLE_EVENTS &&
                         cs_trace_objects(t, &objects) == SAMPLE_OBJECTS && cs_trace_types(t, &types) == SAMPLE_TYPES);
    if (!counted) return claim("what was written is read again"), cs_trace_close(t);
    CHECK(records[1].arg == 5 && cs_rec_lg(&records[1]) == 3 && records[5].t == 6);
    CHECK(cs_rec_role(&records[3]) == CS_ROLE_LIST_ELEM && cs_rec_probes(&records[3]) == 2);
    CHECK(objects[0].addr == 0x7f0000000010 && strcmp(cs_trace_string(t, objects[0].text, &n), "[7, 7]") == 0 &&
          n == 6);
    CHECK(strcmp(cs_trace_string(t, types[objects[2].type - 1].name, NULL), "int") == 0);
    CHECK(strcmp(cs_trace_chunk(t, "META", 0, &n), "{\"python\":\"3.11.2\"}") == 0 && n == 19);
    CHECK(cs_trace_chunk(t, "META", 1, &n) == NULL && cs_trace_chunk(t, "CAM_", 0, &n) && n == 64);
    claim("what was written is read again");

    CHECK(strcmp(cs_trace_string(t, 0, &n), "") == 0 && n == 0);
    CHECK(strcmp(cs_trace_string(t, UINT32_MAX, &n), "") == 0 && n == 0);
    claim("string 0, and one that is not there, are empty");

    const uint64_t *at;
    CHECK(cs_trace_chunk_offsets(t, &at) == 9 && at[0] == 16 && at[9] == sample.bytes.used);
    CHECK(memcmp(sample.bytes.data + at[8], "END_", 4) == 0);
    claim("chunk offsets start each chunk");
    cs_trace_close(t);
}

static void test_pieces(void) {
    for (size_t size = 1; size < 40; size++) {
        cs_trace *t = cs_trace_new();
        for (size_t at = 0; at < sample.bytes.used; at += size) {
            size_t n = sample.bytes.used - at < size ? sample.bytes.used - at : size;
            CHECK(cs_trace_feed(t, sample.bytes.data + at, n) == CS_E_OK);
        }
        CHECK(cs_trace_status(t).complete && cs_trace_events(t) == SAMPLE_EVENTS && is_sound(t));
        cs_trace_close(t);
    }
    claim("bytes may arrive in pieces of any size");
}

static void write_file(const char *path, const uint8_t *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (!f) return;
    CHECK(fwrite(bytes, 1, n, f) == n);
    fclose(f);
}

static void test_files(void) {
    char path[] = "/tmp/copyscope-test-XXXXXX";
    cs_status st;
    int fd = mkstemp(path);

    if (!CHECK(fd >= 0)) return;
    close(fd);
    for (size_t n = 0; n < sample.bytes.used; n++) {
        write_file(path, sample.bytes.data, n);
        cs_trace *t = cs_trace_open(path, &st);
        if (!CHECK(t && st.error == CS_E_CUT && !st.complete && st.offset <= n && n - st.offset < 512 && is_sound(t)))
            printf("# cut at %zu: %s at %llu\n", n, cs_strerror(st.error), (unsigned long long)st.offset);
        cs_trace_close(t);
    }
    claim("a file cut at any byte is a valid prefix, and is told where it ends");

    write_file(path, sample.bytes.data, sample.bytes.used);
    cs_trace *t = cs_trace_open(path, &st);
    CHECK(t && st.error == CS_E_OK && st.complete && st.offset == sample.bytes.used);
    cs_trace_close(t);
    claim("a whole file is complete");

    write_file(path, (const uint8_t *)"PK\3\4", 4);
    CHECK(cs_trace_open(path, &st) == NULL && st.error == CS_E_MAGIC && st.offset == 0);
    write_file(path, (const uint8_t *)"#!/usr/bin/env python3\n", 23);
    CHECK(cs_trace_open(path, &st) == NULL && st.error == CS_E_MAGIC);
    CHECK(cs_trace_open("/nonexistent/file.cst", &st) == NULL && st.error == CS_E_IO);
    CHECK(cs_trace_open("/tmp", NULL) == NULL);
    claim("what is no trace is not opened, with the reason");
    unlink(path);
}

/* ---- hostile bytes ---- */

static void test_flips(void) {
    uint8_t *copy = malloc(sample.bytes.used);
    unsigned harmless = 0;

    memcpy(copy, sample.bytes.data, sample.bytes.used);
    for (size_t i = 0; i < sample.bytes.used; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1u << bit);
            cs_trace *t = feed_whole(copy, sample.bytes.used);
            harmless += cs_trace_status(t).complete && !cs_trace_status(t).error;
            CHECK(is_sound(t));
            cs_trace_close(t);
            copy[i] ^= (uint8_t)(1u << bit);
        }
    CHECK(harmless == 0);
    claim("no flipped bit goes unnoticed");
    free(copy);
}

static void mend_chunk(uint8_t *chunk) {
    cs_chunk head;
    memcpy(&head, chunk, sizeof head);
    head.crc = (uint32_t)crc32(0, chunk + sizeof head, head.length);
    memcpy(chunk, &head, sizeof head);
}

/* Each byte of each payload gets hostile values under a right CRC: only the fields' own checks are left. */
static void test_mended_flips(void) {
    static const uint8_t VALUES[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    uint8_t *copy = malloc(sample.bytes.used);
    cs_trace *whole = feed_whole(sample.bytes.data, sample.bytes.used);
    const uint64_t *at;
    size_t n = cs_trace_chunk_offsets(whole, &at);

    memcpy(copy, sample.bytes.data, sample.bytes.used);
    for (size_t c = 0; c < n; c++)
        for (uint64_t i = at[c] + sizeof(cs_chunk); i < at[c + 1]; i++)
            for (size_t v = 0; v < sizeof VALUES; v++) {
                copy[i] = VALUES[v];
                mend_chunk(copy + at[c]);
                cs_trace *t = feed_whole(copy, sample.bytes.used);
                CHECK(is_sound(t) && (copy[i] == sample.bytes.data[i] || !cs_trace_status(t).complete ||
                                      cs_trace_status(t).error || i >= at[n - 1]));
                cs_trace_close(t);
                memcpy(copy + at[c], sample.bytes.data + at[c], (size_t)(at[c + 1] - at[c]));
            }
    claim("hostile fields under a right checksum break nothing");
    cs_trace_close(whole);
    free(copy);
}

static cs_error result_of(cs_buffer *b) {
    cs_trace *t = feed_whole(b->data, b->used);
    cs_error error = cs_trace_status(t).error;
    CHECK(is_sound(t));
    cs_trace_close(t);
    cs__buffer_free(b);
    return error;
}

static cs_error one_chunk_of(uint16_t version, const char kind[4], uint32_t seq, const void *payload, uint32_t n) {
    cs_buffer b = {0};
    add_header(&b, version);
    add_chunk(&b, kind, seq, payload, n);
    return result_of(&b);
}

static cs_error one_chunk(const char kind[4], uint32_t seq, const void *payload, uint32_t n) {
    return one_chunk_of(CS_VERSION, kind, seq, payload, n);
}

/* A writer that has written one string, one type and one object. */
static cs_writer *begin_file(memory_sink *m) {
    cs_writer *w = cs_writer_new(sink_to_memory, m, 0);
    cs_writer_string(w, "x", 1);
    cs_writer_type(w, &(cs_type){.name = 1});
    cs_writer_object(w, &(cs_object){.type = 1});
    return w;
}

static cs_error end_file(memory_sink *m, cs_writer *w) {
    CHECK(cs_writer_end(w, 0) == CS_E_OK);
    cs_writer_free(w);
    return result_of(&m->bytes);
}

/* One record after one string, one type and one object, in both versions: they must say the same of it. */
static cs_error one_record(cs_record r) {
    cs_buffer b = {0};
    memory_sink m = {0};
    cs_writer *w = begin_file(&m);

    add_header(&b, 1);
    add_chunk(&b, "STRS", 0, "\1\0\0\0x", 5);
    add_chunk(&b, "TYPE", 1, &(cs_type){.name = 1}, sizeof(cs_type));
    add_chunk(&b, "OBJS", 2, &(cs_object){.type = 1}, sizeof(cs_object));
    add_chunk(&b, "EVTS", 3, &r, sizeof r);
    cs_writer_event(w, &r);
    cs_error error = result_of(&b);
    CHECK(end_file(&m, w) == error);
    return error;
}

static cs_error one_object(cs_object o) {
    memory_sink m = {0};
    cs_writer *w = begin_file(&m);
    cs_writer_object(w, &o);
    return end_file(&m, w);
}

static void test_heads(void) {
    CHECK(one_chunk("NOTE", 0, "{}", 2) == CS_E_OK && one_chunk("META", 0, NULL, 0) == CS_E_OK);
    CHECK(one_chunk("NOTE", 1, "{}", 2) == CS_E_CHUNK && one_chunk("note", 0, "{}", 2) == CS_E_CHUNK);
    CHECK(one_chunk("CAM_", CS_SEQ_APPENDED, NULL, 0) == CS_E_CHUNK);
    claim("a chunk out of sequence or of a kind unknown is refused");

    cs_buffer b = {0};
    add_header(&b, CS_VERSION);
    cs_chunk head = {.length = CS_LIMIT_CHUNK + 1};
    memcpy(head.kind, "NOTE", 4);
    cs__buffer_add(&b, &head, sizeof head);
    CHECK(result_of(&b) == CS_E_LIMIT);
    add_header(&b, CS_VERSION);
    head.length = UINT32_MAX;
    cs__buffer_add(&b, &head, sizeof head);
    CHECK(result_of(&b) == CS_E_LIMIT);
    claim("a length over the limit is refused before its payload arrives");

    add_header(&b, CS_VERSION);
    add_chunk(&b, "NOTE", 0, "{}", 2);
    if (CHECK(b.data != NULL)) b.data[b.used - 1] = 1;
    CHECK(result_of(&b) == CS_E_CHUNK);
    claim("padding is zeros");

    add_header(&b, CS_VERSION);
    if (CHECK(b.data != NULL)) b.data[8] = CS_VERSION + 1;
    CHECK(result_of(&b) == CS_E_VERSION);
    claim("a newer version is refused as such");
}

static void test_lengths(void) {
    static const uint8_t zeros[64];
    CHECK(one_chunk("STRS", 0, "\1\0\0\0x", 5) == CS_E_OK && one_chunk("STRS", 0, "\0\0\0\0", 4) == CS_E_OK);
    CHECK(one_chunk("STRS", 0, "\2\0\0\0x", 5) == CS_E_CHUNK && one_chunk("STRS", 0, "\0\0\0", 3) == CS_E_CHUNK);
    CHECK(one_chunk("STRS", 0, "\xff\xff\xff\xffx", 5) == CS_E_CHUNK);
    CHECK(one_chunk("TYPE", 0, zeros, 31) == CS_E_CHUNK && one_chunk_of(1, "OBJS", 0, zeros, 33) == CS_E_CHUNK);
    CHECK(one_chunk_of(1, "EVTS", 0, zeros, 15) == CS_E_CHUNK && one_chunk("END_", 0, zeros, 63) == CS_E_CHUNK);
    CHECK(one_chunk("CAM_", 0, zeros, 31) == CS_E_CHUNK && one_chunk("CAM_", 0, zeros, 64) == CS_E_CHUNK);
    CHECK(one_chunk("END_", 0, zeros, 64) == CS_E_DIGEST);
    claim("a payload that does not fit its rows is refused");
}

static void test_references(void) {
    cs_cam_header cam = {.depth = UINT32_MAX};

    CHECK(one_chunk("TYPE", 0, &(cs_type){.name = 1}, sizeof(cs_type)) == CS_E_REF);
    CHECK(one_chunk("TYPE", 0, &(cs_type){.copier = CS_COPIER_COUNT}, sizeof(cs_type)) == CS_E_CHUNK);
    CHECK(one_chunk("TYPE", 0, &(cs_type){.probes = 1, .lg = 3, .slot = 8}, sizeof(cs_type)) == CS_E_CHUNK);
    CHECK(one_chunk("TYPE", 0, &(cs_type){.lg = 255}, sizeof(cs_type)) == CS_E_CHUNK);
    CHECK(one_chunk_of(1, "OBJS", 0, &(cs_object){.type = 1}, sizeof(cs_object)) == CS_E_REF);
    CHECK(one_object((cs_object){.type = 1, .text = 1, .name = 1}) == CS_E_OK);
    CHECK(one_object((cs_object){.type = 1, .text = 2}) == CS_E_REF);
    CHECK(one_object((cs_object){.type = 1, .name = 2}) == CS_E_REF);
    CHECK(one_chunk("CAM_", 0, &cam, sizeof cam) == CS_E_LIMIT);
    claim("a type or object refers only to what was defined before");

    CHECK(one_record((cs_record){.kind = CS_REC_CLASS, .obj = 1}) == CS_E_OK);
    CHECK(one_record((cs_record){.kind = CS_REC_CLASS, .obj = 2}) == CS_E_REF);
    CHECK(one_record((cs_record){.kind = CS_REC_CLASS, .obj = 0}) == CS_E_REF);
    CHECK(one_record((cs_record){.kind = CS_REC_HIT, .obj = 1, .arg = 2}) == CS_E_REF);
    CHECK(one_record((cs_record){.kind = CS_REC_RAISE, .obj = 1, .arg = 1}) == CS_E_OK);
    CHECK(one_record((cs_record){.kind = CS_REC_RAISE, .obj = 1, .arg = 2}) == CS_E_REF);
    CHECK(one_record((cs_record){.kind = CS_REC_PRESET, .obj = UINT32_MAX, .arg = UINT32_MAX, .t = 1}) == CS_E_OK);
    CHECK(one_record((cs_record){.kind = CS_REC_PRESET, .t = 2}) == CS_E_REF);
    claim("a record refers only to objects and strings defined before");

    CHECK(one_record((cs_record){.kind = CS_REC_MISS, .pack = CS_PACK(3, 0, 1), .obj = 1, .arg = 7}) == CS_E_OK);
    CHECK(one_record((cs_record){.kind = CS_REC_MISS, .pack = CS_PACK(3, 0, 1), .obj = 1, .arg = 8}) == CS_E_REF);
    CHECK(one_record((cs_record){.kind = CS_REC_ATOM, .flags = CS_F_NO_PROBE, .obj = 1, .arg = 8}) == CS_E_OK);
    claim("a slot lies within its table");

    CHECK(one_record((cs_record){.kind = 0, .obj = 1}) == CS_E_CHUNK);
    CHECK(one_record((cs_record){.kind = 255, .obj = 1}) == CS_E_CHUNK);
    CHECK(one_record((cs_record){.kind = CS_REC_CLASS, .pack = CS_PACK(0, 12, 0), .obj = 1}) == CS_E_CHUNK);
    for (unsigned kind = 1; kind < CS_REC_MAX; kind++)
        CHECK(one_record((cs_record){.kind = (uint8_t)kind, .obj = 1}) == CS_E_OK);
    claim("every record kind is known, and no other");
}

/* Payloads that no writer makes.  A record's row: byte, bits, head; 2 is ATOM, 29 SETITEM, 254 the row of an item. */
static void test_rows(void) {
    static const struct {
        const char *kind, *payload;
        uint32_t n;
        cs_error error;
    } ROWS[] = {
        {"EVTS", "\0\0", 2, CS_E_CHUNK}, /* a byte that stands for no head */
        {"EVTS", "\0", 1, CS_E_CHUNK},   /* cut after each field */
        {"EVTS", "\0\1\2\0\0", 5, CS_E_CHUNK},
        {"EVTS", "\0\3\2\0\0\0\x80", 7, CS_E_CHUNK},
        {"EVTS", "\0\3\2\0\0\0\1", 7, CS_E_REF}, /* no such object */
        {"EVTS", "\0\1\2\0\0\2", 6, CS_E_CHUNK}, /* more than a head has */
        {"EVTS", "\0\1\0\0\0\0", 6, CS_E_CHUNK}, /* no such kind */
        {"EVTS", "\0\1\x7f\0\0\0", 6, CS_E_CHUNK},
        {"EVTS", "\0\xf1\2\0\0\0\x80\1", 8, CS_E_CHUNK},              /* 128 slots visited */
        {"EVTS", "\0\3\2\0\0\0\xff\xff\xff\xff\x7f", 11, CS_E_CHUNK}, /* 35 bits */
        {"EVTS", "\0\3\2\0\0\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\1", 17, CS_E_CHUNK},
        {"EVTS", "\0\1\xfe\0\x60\0", 6, CS_E_CHUNK}, /* an item before any SETITEM */
        {"OBJS", "\0", 1, CS_E_REF},                 /* a type that is cut */
        {"OBJS", "\1\0", 2, CS_E_REF},               /* one that is none */
        {"OBJS", "\0\xff\xff\xff\xff\x0f\0", 7, CS_E_REF},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (!CHECK(one_chunk(ROWS[i].kind, 0, ROWS[i].payload, ROWS[i].n) == ROWS[i].error)) printf("# row %zu\n", i);
    claim("a row that is cut, too large or of no sense is refused");
}

static void test_version1(void) {
    cs_trace *two = feed_whole(sample.bytes.data, sample.bytes.used);
    cs_buffer b = {0};
    const cs_record *records, *as_written;
    const cs_object *objects, *objects_as_written;

    write_version1(two, &b);
    cs_trace *one = feed_whole(b.data, b.used);
    CHECK(cs_trace_status(one).complete && cs_trace_version(one) == 1 && cs_trace_version(two) == 2);
    CHECK(cs_trace_events(one) == SAMPLE_EVENTS);
    if (CHECK(cs_trace_records(one, &records) == SAMPLE_RECORDS && cs_trace_objects(one, &objects) == SAMPLE_OBJECTS)) {
        cs_trace_records(two, &as_written);
        cs_trace_objects(two, &objects_as_written);
        CHECK(memcmp(records, as_written, SAMPLE_RECORDS * sizeof *records) == 0);
        CHECK(memcmp(objects, objects_as_written, SAMPLE_OBJECTS * sizeof *objects) == 0);
    }
    claim("a file of version 1 is read, and is the same trace");
    cs_trace_close(one);
    cs_trace_close(two);
    cs__buffer_free(&b);
}

static void test_after_the_end(void) {
    cs_cam_header cam = {.depth = 16};
    cs_buffer b = {0};

    cs__buffer_add(&b, sample.bytes.data, sample.bytes.used);
    add_chunk(&b, "CAM_", CS_SEQ_APPENDED, &cam, sizeof cam);
    cs_trace *t = feed_whole(b.data, b.used);
    CHECK(!cs_trace_status(t).error && cs_trace_status(t).complete && cs_trace_status(t).offset == b.used);
    CHECK(cs_trace_chunk(t, "CAM_", 1, NULL) != NULL);
    cs_trace_close(t);
    cs__buffer_free(&b);
    claim("a replay may follow the end");

    cs__buffer_add(&b, sample.bytes.data, sample.bytes.used);
    add_chunk(&b, "NOTE", CS_SEQ_APPENDED, "{}", 2);
    t = feed_whole(b.data, b.used);
    CHECK(!cs_trace_status(t).error && cs_trace_status(t).complete && cs_trace_status(t).offset == b.used);
    CHECK(cs_trace_chunk(t, "NOTE", 1, NULL) || cs_trace_chunk(t, "NOTE", 0, NULL));
    cs_trace_close(t);
    cs__buffer_free(&b);
    claim("annotations may follow the end");

    cs__buffer_add(&b, sample.bytes.data, sample.bytes.used);
    add_chunk(&b, "NOTE", 9, "{}", 2);
    CHECK(result_of(&b) == CS_E_CHUNK);
    cs__buffer_add(&b, sample.bytes.data, sample.bytes.used);
    add_chunk(&b, "META", CS_SEQ_APPENDED, "{}", 2);
    CHECK(result_of(&b) == CS_E_CHUNK);
    claim("nothing else may follow the end");
}

static void test_kept_limit(void) {
    cs_buffer b = {0};
    add_header(&b, CS_VERSION);
    for (uint32_t i = 0; i <= CS_LIMIT_KEPT; i++) add_chunk(&b, "NOTE", i, "{}", 2);
    CHECK(result_of(&b) == CS_E_LIMIT);
    claim("chunks that are kept whole are limited in number");
}

static void test_after_an_error(void) {
    cs_trace *t = cs_trace_new();
    uint8_t *copy = malloc(sample.bytes.used);

    memcpy(copy, sample.bytes.data, sample.bytes.used);
    copy[sample.bytes.used - 1] ^= 1; /* in END_ */
    CHECK(cs_trace_feed(t, copy, sample.bytes.used) == CS_E_CRC);
    CHECK(cs_trace_feed(t, sample.bytes.data, 16) == CS_E_CRC && cs_trace_events(t) == SAMPLE_EVENTS);
    CHECK(cs_trace_status(t).offset == sample.bytes.used - sizeof(cs_chunk) - sizeof(cs_end));
    claim("after an error nothing more is taken, and what came before stays readable");
    cs_trace_close(t);
    free(copy);
}

int main(void) {
    if (sample_trace(&sample, 0) != CS_E_OK) return 1;
    test_round_trip();
    test_pieces();
    test_files();
    test_flips();
    test_mended_flips();
    test_heads();
    test_lengths();
    test_references();
    test_rows();
    test_version1();
    test_after_the_end();
    test_kept_limit();
    test_after_an_error();
    cs__buffer_free(&sample.bytes);
    return tap_end();
}
