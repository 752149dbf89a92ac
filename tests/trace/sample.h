/* A small trace that has every kind of chunk, as a writer in a test would make it. */
#ifndef CS_SAMPLE_H
#define CS_SAMPLE_H

#include "buffer.h"
#include "trace.h"

/* A sink that gathers, and that fails once `room` bytes are used up (0: never). */
typedef struct {
    cs_buffer bytes;
    size_t room;
    unsigned calls;
} memory_sink;

static inline int sink_to_memory(void *ctx, const void *bytes, size_t n) {
    memory_sink *m = ctx;
    m->calls++;
    if (m->room && m->bytes.used + n > m->room) return -1;
    return cs__buffer_add(&m->bytes, bytes, n) ? 0 : -1;
}

static inline uint32_t sample_object(cs_writer *w, uint32_t type, const char *text, uint64_t addr) {
    cs_object o = {.addr = addr, .type = type, .text = cs_writer_string(w, text, strlen(text))};
    return cs_writer_object(w, &o);
}

/* deepcopy([7, 7]): 21 logical events in 6 records.
 * Objects: 1 the list, 2 the memo, 3 the int, 4 the copy. */
static inline void sample_events(cs_writer *w) {
    cs_type list = {.addr = 0x1000, .name = cs_writer_string(w, "list", 4), .copier = CS_COPIER_LIST};
    cs_type dict = {.addr = 0x2000, .name = cs_writer_string(w, "dict", 4), .copier = CS_COPIER_DICT};
    cs_type number = {.addr = 0x3000, .name = cs_writer_string(w, "int", 3), .copier = CS_COPIER_ATOMIC};
    uint32_t t_list = cs_writer_type(w, &list), t_dict = cs_writer_type(w, &dict), t_int = cs_writer_type(w, &number);
    uint32_t x = sample_object(w, t_list, "[7, 7]", 0x7f0000000010),
             memo = sample_object(w, t_dict, "{}", 0x7f0000000020);
    uint32_t seven = sample_object(w, t_int, "7", 0x7f0000000030), y = sample_object(w, t_list, "[]", 0x7f0000000040);
    cs_record records[] = {
        {.kind = CS_REC_ROOT, .obj = x, .arg = memo, .t = 1},
        {.kind = CS_REC_MISS, .flags = CS_F_NO_CALL, .pack = CS_PACK(3, 0, 1), .obj = x, .arg = 5, .t = 2},
        {.kind = CS_REC_LIST, .pack = CS_PACK(3, 0, 1), .obj = x, .arg = y, .t = 3},
        {.kind = CS_REC_ATOM, .pack = CS_PACK(3, CS_ROLE_LIST_ELEM, 2), .obj = seven, .arg = 7, .t = 4},
        {.kind = CS_REC_ATOM, .pack = CS_PACK(3, CS_ROLE_LIST_ELEM, 2), .obj = seven, .arg = 7, .t = 5},
        {.kind = CS_REC_KEEP_FIRST, .pack = CS_PACK(3, 0, 1), .obj = x, .arg = y, .t = 6},
    };
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) cs_writer_event(w, &records[i]);
}
enum { SAMPLE_RECORDS = 6, SAMPLE_EVENTS = 2 + 2 + 2 + 6 + 6 + 3, SAMPLE_OBJECTS = 4, SAMPLE_TYPES = 3 };

static inline void sample_cam(cs_writer *w) {
    struct {
        cs_cam_header head;
        cs_cam_op op;
    } cam = {{.depth = 16, .ops = 1, .lookups = 1, .agreed = 1}, {.rec = 1, .step = 0, .op = 1, .index = UINT32_MAX}};
    cs_writer_chunk(w, "CAM_", &cam, sizeof cam);
}

/* The whole file; the caller frees m->bytes. */
static inline cs_error sample_trace(memory_sink *m, uint64_t max_records) {
    static const char meta[] = "{\"python\":\"3.11.2\"}", source[] = "{\"role\":\"snippet\",\"text\":\"copy\"}";
    cs_writer *w = cs_writer_new(sink_to_memory, m, max_records);

    if (!w) return CS_E_NOMEM;
    cs_writer_chunk(w, "META", meta, sizeof meta - 1);
    cs_writer_chunk(w, "SRC_", source, sizeof source - 1);
    sample_events(w);
    if (!max_records) sample_cam(w);
    cs_writer_chunk(w, "NOTE", "{}", 2);
    cs_error error = cs_writer_end(w, 0);
    cs_writer_free(w);
    return error;
}

/* deepcopy({k: v, ...}), the rows of whose items stand for several records; CS_REC_ATOM or CS_REC_FATOM. */
static inline cs_error sample_items(memory_sink *m, uint8_t atom) {
    enum { ITEMS = 6 };
    cs_writer *w = cs_writer_new(sink_to_memory, m, 0);

    if (!w) return CS_E_NOMEM;
    uint32_t type = cs_writer_type(w, &(cs_type){.addr = 0x1000, .name = cs_writer_string(w, "dict", 4)});
    uint32_t x = sample_object(w, type, "", 0x7f0000000010), y = sample_object(w, type, "", 0x7f0000000020);
    cs_record miss = {.kind = CS_REC_MISS, .pack = CS_PACK(3, CS_ROLE_LIST_ELEM, 1), .obj = x};
    cs_record dict = {.kind = CS_REC_DICT, .pack = CS_PACK(3, 0, 1), .obj = x, .arg = y};
    cs_record keep = {.kind = CS_REC_KEEP, .pack = CS_PACK(3, CS_ROLE_LIST_ELEM, 1), .obj = x, .arg = y};
    cs_writer_event(w, &miss);
    cs_writer_event(w, &dict);
    for (unsigned i = 0; i < ITEMS; i++) {
        unsigned probes = atom == CS_REC_ATOM, lg = 3 * probes;
        uint32_t value = sample_object(w, type, "1", 0x7f0000000040 + 32 * i), key = sample_object(w, type, "k", 8 * i);
        cs_record records[] = {
            {.kind = atom, .pack = CS_PACK(lg, CS_ROLE_DICT_VALUE, probes), .obj = value},
            {.kind = atom, .pack = CS_PACK(lg, CS_ROLE_DICT_KEY, probes), .obj = key},
            {.kind = CS_REC_SETITEM, .flags = CS_F_NO_PROBE, .obj = y, .arg = key},
        };
        for (unsigned r = i == ITEMS - 1; r < 3; r++) cs_writer_event(w, &records[r]);
    }
    cs_writer_event(w, &keep);
    cs_error error = cs_writer_end(w, 0);
    cs_writer_free(w);
    return error;
}

#endif
