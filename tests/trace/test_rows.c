/* What is written is what is read: random streams of records and objects, of any sense or none. */
#include "limits.h"
#include "sample.h"
#include "tap.h"
#include "version1.h"

static uint32_t state = 1;

static uint32_t next_random(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

enum { OBJECTS = 3000, RECORDS = 30000 };

/* What was written, beside what a reader makes of it. */
typedef struct {
    memory_sink sink;
    cs_writer *writer;
    cs_buffer objects, records;
    uint32_t types, strings;
} tape;

static void put_string(tape *t) {
    char text[16];
    t->strings = cs_writer_string(t->writer, text, (size_t)snprintf(text, sizeof text, "%u", t->strings));
}

static void open_tape(tape *t, uint32_t types) {
    *t = (tape){.types = types};
    t->writer = cs_writer_new(sink_to_memory, &t->sink, 0);
    for (uint32_t i = 0; i < types; i++) cs_writer_type(t->writer, &(cs_type){.addr = i});
    put_string(t);
}

static uint32_t put_object(tape *t, cs_object o) {
    cs__buffer_add(&t->objects, &o, sizeof o);
    return cs_writer_object(t->writer, &o);
}

static void put_record(tape *t, cs_record r) {
    cs__buffer_add(&t->records, &r, sizeof r);
    cs_writer_event(t->writer, &r);
}

/* Reads the tape; true if all is as it was put. */
static bool is_read_again(tape *t) {
    const cs_record *records;
    const cs_object *objects;
    bool equal = CHECK(cs_writer_end(t->writer, 0) == CS_E_OK);
    cs_trace *trace = cs_trace_new();

    equal &= CHECK(cs_trace_feed(trace, t->sink.bytes.data, t->sink.bytes.used) == CS_E_OK);
    equal &= CHECK(cs_trace_status(trace).complete);
    equal &= CHECK(cs_trace_records(trace, &records) * sizeof *records == t->records.used);
    equal &= CHECK(cs_trace_objects(trace, &objects) * sizeof *objects == t->objects.used);
    if (equal && t->records.used) equal &= CHECK(memcmp(records, t->records.data, t->records.used) == 0);
    if (equal && t->objects.used) equal &= CHECK(memcmp(objects, t->objects.data, t->objects.used) == 0);
    cs_trace_close(trace);
    return equal;
}

static void close_tape(tape *t) {
    cs_writer_free(t->writer);
    cs__buffer_free(&t->sink.bytes);
    cs__buffer_free(&t->objects);
    cs__buffer_free(&t->records);
}

static bool write_file(const char *path, const cs_buffer *b) {
    FILE *f = fopen(path, "wb");
    if (!f) return false;
    bool written = fwrite(b->data, 1, b->used, f) == b->used;
    return fclose(f) == 0 && written;
}

/* ---- objects ---- */

static uint64_t any_address(void) {
    switch (next_random(4)) {
    case 0: return (uint64_t)next_random(UINT32_MAX) << 32 | next_random(UINT32_MAX);
    case 1: return next_random(2) ? UINT64_MAX : 0;
    default: return 0x7f0000000000 + (uint64_t)next_random(1 << 20) * 16;
    }
}

static void put_any_object(tape *t) {
    cs_object o = {.addr = any_address(), .type = 1 + next_random(t->types)};
    if (next_random(2)) put_string(t);
    if (next_random(2)) o.text = next_random(2) ? t->strings : 1 + next_random(t->strings);
    if (next_random(8) == 0) o.name = 1 + next_random(t->strings);
    if (next_random(2)) o.len = next_random(4) ? next_random(100) : UINT32_MAX;
    if (next_random(3) == 0) o.flags = next_random(4) ? next_random(8) : UINT32_MAX;
    put_object(t, o);
}

static void test_objects(void) {
    static const uint32_t TYPES[] = {1, 15, 16, 400};
    for (unsigned i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        tape t;
        open_tape(&t, TYPES[i]);
        for (unsigned k = 0; k < OBJECTS; k++) {
            put_any_object(&t);
            if (next_random(500) == 0) cs_writer_flush(t.writer);
        }
        CHECK(is_read_again(&t));
        close_tape(&t);
    }
    claim("objects with any address, text, name, length and flags are read as they were written");
}

/* ---- records ---- */

/* What the reader lets pass, and no sense in it. */
static cs_record any_record(const tape *t, uint32_t objects) {
    cs_record r = {.kind = (uint8_t)(1 + next_random(CS_REC_MAX - 1)), .flags = (uint8_t)next_random(256)};
    const cs_rec_shape *shape = cs_shape_of(r.kind);

    r.pack = CS_PACK(next_random(32), next_random(CS_ROLE_COUNT), next_random(4) ? next_random(4) : next_random(128));
    r.obj = 1 + next_random(objects);
    r.arg = shape->arg == CS_OPERAND_SLOT ? next_random(1u << cs_rec_lg(&r)) : next_random(objects + 1);
    r.t = next_random(2) ? next_random(100) : next_random(UINT32_MAX);
    if (shape->t == CS_OPERAND_VALUE) r.t = next_random(objects + 1);
    if (shape->obj == CS_OPERAND_STRING) r.obj = next_random(t->strings + 1);
    if (shape->arg == CS_OPERAND_STRING) r.arg = next_random(t->strings + 1);
    return r;
}

static void test_any_records(void) {
    for (unsigned round = 0; round < 20; round++) {
        tape t;
        open_tape(&t, 3);
        for (unsigned k = 0; k < 50; k++) put_any_object(&t);
        for (unsigned k = 0; k < RECORDS / 10; k++) put_record(&t, any_record(&t, 50));
        CHECK(is_read_again(&t));
        close_tape(&t);
    }
    claim("records of any kind, with any fields, are read as they were written");
}

/* ---- dict copies ---- */

typedef struct {
    tape tape;
    uint32_t time;
    uint8_t atom;   /* ATOM or FATOM */
    unsigned lies;  /* one record in so many is not as expected; 0: none */
    unsigned ticks; /* the clock moves with one record in so many */
} copier;

static uint32_t fresh(copier *c, uint32_t flags) {
    cs_object o = {.addr = 0x7f0000000000 + (c->tape.objects.used / sizeof o) * 48, .type = 1, .flags = flags};
    return put_object(&c->tape, o);
}

static uint32_t walk_slot(uint64_t key, unsigned lg, unsigned probes) {
    uint64_t mask = (UINT64_C(1) << lg) - 1, slot = key & mask;
    while (--probes) {
        key >>= 5;
        slot = (slot * 5 + key + 1) & mask;
    }
    return (uint32_t)slot;
}

static void emit(copier *c, cs_record r) {
    if (c->ticks && next_random(c->ticks) == 0) c->time += next_random(1000);
    r.t = c->time;
    if (c->lies && next_random(c->lies) == 0) {
        switch (next_random(4)) {
        case 0: r.flags ^= CS_F_NO_PROBE; break;
        case 1: r.arg = r.arg ? r.arg - 1 : 0; break;
        case 2: r.obj = 1; break;
        default: r.t += 7; break;
        }
    }
    put_record(&c->tape, r);
}

static uint32_t slot_of(const copier *c, uint32_t x, unsigned probes) {
    return walk_slot(((const cs_object *)(void *)c->tape.objects.data)[x - 1].addr, 10, probes);
}

static void copy_atom(copier *c, uint32_t x, unsigned role) {
    unsigned probes = 1 + next_random(next_random(4) ? 3 : 20);

    if (c->atom == CS_REC_FATOM) emit(c, (cs_record){.kind = c->atom, .pack = CS_PACK(0, role, 0), .obj = x});
    else
        emit(c,
             (cs_record){.kind = c->atom, .pack = CS_PACK(10, role, probes), .obj = x, .arg = slot_of(c, x, probes)});
}

static uint32_t copy_dict(copier *c, unsigned depth, unsigned role) {
    uint32_t x = fresh(c, 0), y;

    emit(c, (cs_record){.kind = CS_REC_MISS, .pack = CS_PACK(10, role, 1), .obj = x, .arg = slot_of(c, x, 1)});
    y = fresh(c, CS_OBJ_COPY);
    emit(c, (cs_record){.kind = CS_REC_DICT, .pack = CS_PACK(10, 0, 1), .obj = x, .arg = y});
    for (unsigned n = next_random(8); n; n--) {
        uint32_t key;
        if (depth && next_random(3) == 0) copy_dict(c, depth - 1, CS_ROLE_DICT_VALUE);
        else copy_atom(c, next_random(2) ? fresh(c, 0) : 1 + next_random(x), CS_ROLE_DICT_VALUE);
        key = next_random(2) ? fresh(c, 0) : 1 + next_random(x);
        copy_atom(c, key, CS_ROLE_DICT_KEY);
        emit(c, (cs_record){.kind = CS_REC_SETITEM, .flags = CS_F_NO_PROBE, .obj = y, .arg = key});
    }
    emit(c, (cs_record){.kind = CS_REC_KEEP, .pack = CS_PACK(10, role, 1), .obj = x, .arg = y});
    return y;
}

/* Copies until there are enough records; returns the bytes of the file. */
static size_t copy_dicts(uint8_t atom, unsigned lies, unsigned ticks) {
    copier c = {.atom = atom, .lies = lies, .ticks = ticks};

    open_tape(&c.tape, 1);
    fresh(&c, 0);
    while (c.tape.records.used < RECORDS * sizeof(cs_record)) copy_dict(&c, 4, CS_ROLE_LIST_ELEM);
    CHECK(is_read_again(&c.tape));
    size_t used = c.tape.sink.bytes.used;
    close_tape(&c.tape);
    return used;
}

static void test_items(void) {
    static const unsigned LIES[] = {0, 3, 30, 300};
    for (unsigned i = 0; i < sizeof LIES / sizeof LIES[0]; i++)
        for (unsigned ticks = 0; ticks <= 9; ticks += 3) {
            copy_dicts(CS_REC_ATOM, LIES[i], ticks);
            copy_dicts(CS_REC_FATOM, LIES[i], ticks);
        }
    claim("what a row of a dict's item stands for is read as the records that were written, and nothing else is");

    state = 7;
    size_t still = copy_dicts(CS_REC_FATOM, 0, 0);
    state = 7;
    size_t ticking = copy_dicts(CS_REC_FATOM, 0, 1);
    CHECK(still * 3 < ticking * 2); /* the clock's bytes, and rows that it keeps apart */
    claim("items of one time share a row");
}

/* For the page's reader: the same records, sense and nonsense, as a file of either version. */
static bool write_pair(const char *path_two, const char *path_one) {
    copier c = {.atom = CS_REC_ATOM, .lies = 50, .ticks = 5};
    cs_buffer one = {0};
    cs_trace *t = cs_trace_new();

    open_tape(&c.tape, 30);
    for (unsigned k = 0; k < 50; k++) put_any_object(&c.tape);
    for (unsigned k = 0; k < RECORDS / 10; k++) put_record(&c.tape, any_record(&c.tape, 50));
    for (c.atom = CS_REC_ATOM; c.atom <= CS_REC_FATOM; c.atom++)
        for (unsigned k = 0; k < 200; k++) copy_dict(&c, 4, CS_ROLE_LIST_ELEM);
    for (unsigned k = 0; k < OBJECTS; k++) put_any_object(&c.tape);
    bool done = is_read_again(&c.tape);
    cs_trace_feed(t, c.tape.sink.bytes.data, c.tape.sink.bytes.used);
    write_version1(t, &one);
    done = done && write_file(path_two, &c.tape.sink.bytes) && write_file(path_one, &one);
    cs_trace_close(t);
    cs__buffer_free(&one);
    close_tape(&c.tape);
    return done;
}

int main(int argc, char **argv) {
    if (argc == 3) return write_pair(argv[1], argv[2]) ? 0 : 3;
    test_objects();
    test_any_records();
    test_items();
    return tap_end();
}
