#include "limits.h"
#include "sample.h"
#include "tap.h"

#include <zlib.h>

/* The kinds of a file's chunks, in order, as "META STRS ..."; checks frame, CRC and seq of each by itself. */
static void list_chunks(const cs_buffer *b, char *out, size_t room) {
    uint32_t seq = 0;
    size_t at = sizeof(cs_header);

    *out = '\0';
    while (at + sizeof(cs_chunk) <= b->used) {
        cs_chunk head;
        memcpy(&head, b->data + at, sizeof head);
        at += sizeof head;
        CHECK(head.seq == seq++);
        if (!CHECK(head.length <= b->used - at)) return;
        CHECK(head.crc == crc32(0, b->data + at, head.length));
        at += head.length + cs__padding(head.length);
        size_t n = strlen(out);
        snprintf(out + n, room - n, "%s%.4s", n ? " " : "", head.kind);
    }
    CHECK(at == b->used);
}

static cs_end end_of(const cs_buffer *b) {
    cs_end end = {0};
    if (CHECK(b->used > sizeof end)) memcpy(&end, b->data + b->used - sizeof end, sizeof end);
    return end;
}

static void test_layout(void) {
    char kinds[256];
    memory_sink m = {0};

    CHECK(sample_trace(&m, 0) == CS_E_OK);
    CHECK(m.bytes.used % 16 == 0 && memcmp(m.bytes.data, CS_MAGIC "\2\0", 10) == 0);
    list_chunks(&m.bytes, kinds, sizeof kinds);
    CHECK(strcmp(kinds, "META SRC_ STRS TYPE OBJS EVTS CAM_ NOTE END_") == 0);
    claim("definitions come before the records that use them");

    cs_end end = end_of(&m.bytes);
    CHECK(end.records == SAMPLE_RECORDS && end.events == SAMPLE_EVENTS && end.objects == SAMPLE_OBJECTS);
    CHECK(end.types == SAMPLE_TYPES && end.strings == 7 && end.flags == 0);
    claim("END_ counts what was written");
    cs__buffer_free(&m.bytes);
}

static void test_strings(void) {
    memory_sink m = {0};
    cs_writer *w = cs_writer_new(sink_to_memory, &m, 0);
    char text[16];

    CHECK(cs_writer_string(w, "a", 1) == 1 && cs_writer_string(w, "b", 1) == 2 && cs_writer_string(w, "a", 1) == 1);
    CHECK(cs_writer_string(w, "", 0) == 0);
    CHECK(cs_writer_string(w, "a\0b", 3) == 3);
    for (unsigned i = 0; i < 100000; i++)
        CHECK(cs_writer_string(w, text, (size_t)snprintf(text, sizeof text, "s%u", i)) == i + 4);
    for (unsigned i = 99000; i < 100000; i++)
        CHECK(cs_writer_string(w, text, (size_t)snprintf(text, sizeof text, "s%u", i)) == i + 4);
    CHECK(cs_writer_end(w, 0) == CS_E_OK && end_of(&m.bytes).strings == 100003);
    claim("equal strings that come soon after each other share one ref, whatever was flushed between");
    cs_writer_free(w);
    cs__buffer_free(&m.bytes);
}

static void test_forgotten_strings(void) {
    memory_sink m = {0};
    cs_writer *w = cs_writer_new(sink_to_memory, &m, 0);
    char text[100] = "";
    size_t length;
    uint32_t last = cs_writer_string(w, "first", 5);

    for (unsigned i = 0; i < 600000 && last; i++)
        last = cs_writer_string(w, text, (size_t)snprintf(text, sizeof text, "%u", i));
    uint32_t again = cs_writer_string(w, "first", 5);
    CHECK(last == 600001 && again == 600002 && cs_writer_string(w, "first", 5) == again);
    CHECK(cs_writer_end(w, 0) == CS_E_OK);
    cs_trace *t = cs_trace_new();
    CHECK(cs_trace_feed(t, m.bytes.data, m.bytes.used) == CS_E_OK && cs_trace_status(t).complete);
    CHECK(strcmp(cs_trace_string(t, 1, &length), "first") == 0 &&
          strcmp(cs_trace_string(t, again, &length), "first") == 0);
    CHECK(strcmp(cs_trace_string(t, last, &length), "599999") == 0);
    claim("of very many strings the early ones are forgotten, and written again when they come again");
    cs_trace_close(t);
    cs_writer_free(w);
    cs__buffer_free(&m.bytes);
}

static void test_long_string(void) {
    memory_sink m = {0};
    cs_writer *w = cs_writer_new(sink_to_memory, &m, 0);
    size_t n = CS_LIMIT_STRING + 100, length;
    char *text = malloc(n);

    for (size_t i = 0; i < n; i++) /* two-byte characters */
        text[i] = i % 2 ? '\xa9' : '\xc3';
    uint32_t ref = cs_writer_string(w, text, n);
    CHECK(ref == 1 && cs_writer_end(w, 0) == CS_E_OK);
    cs_trace *t = cs_trace_new();
    CHECK(cs_trace_feed(t, m.bytes.data, m.bytes.used) == CS_E_OK && cs_trace_status(t).complete);
    const char *read = cs_trace_string(t, ref, &length);
    CHECK(length <= CS_LIMIT_STRING && length > CS_LIMIT_STRING - 5);
    CHECK(memcmp(read + length - 5, "\xc3\xa9\xe2\x80\xa6", 5) == 0);
    claim("a string over the limit is cut at a character and ends in an ellipsis");
    cs_trace_close(t);
    cs_writer_free(w);
    cs__buffer_free(&m.bytes);
    free(text);
}

static void test_cap(void) {
    memory_sink m = {0};
    const cs_record *records;
    cs_trace *t = cs_trace_new();

    CHECK(sample_trace(&m, 4) == CS_E_OK);
    CHECK(end_of(&m.bytes).records == 5 && end_of(&m.bytes).flags == CS_END_TRUNCATED);
    CHECK(cs_trace_feed(t, m.bytes.data, m.bytes.used) == CS_E_OK && cs_trace_status(t).complete);
    CHECK(cs_trace_records(t, &records) == 5 && records[4].kind == CS_REC_TRUNC);
    CHECK(records[4].obj == SAMPLE_RECORDS - 4 && records[4].arg == 0);
    claim("a cap that was hit leaves one TRUNC record that counts what was dropped");
    cs_trace_close(t);
    cs__buffer_free(&m.bytes);

    m = (memory_sink){0};
    CHECK(sample_trace(&m, SAMPLE_RECORDS) == CS_E_OK);
    CHECK(end_of(&m.bytes).records == SAMPLE_RECORDS && end_of(&m.bytes).flags == 0);
    claim("a cap that is just reached truncates nothing");
    cs__buffer_free(&m.bytes);
}

static void test_many_records(void) {
    memory_sink m = {0};
    char kinds[4096];
    cs_writer *w = cs_writer_new(sink_to_memory, &m, 0);
    cs_record clock = {.kind = CS_REC_CLOCK};

    sample_events(w);
    for (unsigned i = 0; i < 3 * 4096; i++) cs_writer_event(w, &clock);
    CHECK(cs_writer_records(w) == 3 * 4096 + SAMPLE_RECORDS);
    CHECK(cs_writer_end(w, CS_END_FAILED) == CS_E_OK && end_of(&m.bytes).flags == CS_END_FAILED);
    list_chunks(&m.bytes, kinds, sizeof kinds);
    CHECK(strcmp(kinds, "STRS TYPE OBJS EVTS EVTS EVTS EVTS END_") == 0);
    claim("records go out in chunks of 4096");

    unsigned calls = m.calls;
    cs_writer_event(w, &clock);
    CHECK(cs_writer_string(w, "late", 4) == 0 && cs_writer_end(w, 0) == CS_E_OK && cs_writer_flush(w) == CS_E_OK);
    CHECK(cs_writer_chunk(w, "NOTE", "{}", 2) == CS_E_CHUNK && m.calls == calls);
    claim("after the end nothing more is written");
    cs_writer_free(w);
    cs__buffer_free(&m.bytes);
}

/* At every size of disk: no crash, the error is told, and what was written is a valid prefix. */
static void test_sink_failure(void) {
    memory_sink whole = {0};
    CHECK(sample_trace(&whole, 0) == CS_E_OK);
    for (size_t room = 1; room < whole.bytes.used; room++) {
        memory_sink m = {.room = room};
        cs_trace *t = cs_trace_new();
        CHECK(sample_trace(&m, 0) == CS_E_IO);
        CHECK(cs_trace_feed(t, m.bytes.data, m.bytes.used) == CS_E_OK);
        CHECK(cs_trace_status(t).offset == m.bytes.used && !cs_trace_status(t).complete);
        cs_trace_close(t);
        cs__buffer_free(&m.bytes);
    }
    claim("a sink that fails is remembered and leaves a valid prefix");
    cs__buffer_free(&whole.bytes);
}

static void test_chunk_limit(void) {
    memory_sink m = {0};
    cs_writer *w = cs_writer_new(sink_to_memory, &m, 0);
    unsigned written = 0;

    while (cs_writer_chunk(w, "NOTE", "{}", 2) == CS_E_OK) written++;
    CHECK(written == CS_LIMIT_KEPT - 1 && cs_writer_end(w, 0) == CS_E_OK);
    cs_trace *t = cs_trace_new();
    CHECK(cs_trace_feed(t, m.bytes.data, m.bytes.used) == CS_E_OK && cs_trace_status(t).complete);
    claim("the writer keeps to the reader's limit of kept chunks");
    cs_trace_close(t);
    cs_writer_free(w);
    cs__buffer_free(&m.bytes);
}

static void test_same_bytes(void) {
    memory_sink a = {0}, b = {0};
    CHECK(sample_trace(&a, 0) == CS_E_OK && sample_trace(&b, 0) == CS_E_OK);
    CHECK(a.bytes.data && b.bytes.data && a.bytes.used == b.bytes.used &&
          memcmp(a.bytes.data, b.bytes.data, a.bytes.used) == 0);
    claim("the same calls write the same bytes");
    cs__buffer_free(&a.bytes);
    cs__buffer_free(&b.bytes);
}

int main(void) {
    test_layout();
    test_strings();
    test_forgotten_strings();
    test_long_string();
    test_cap();
    test_many_records();
    test_sink_failure();
    test_chunk_limit();
    test_same_bytes();
    return tap_end();
}
