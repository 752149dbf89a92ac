/* The replay against traces written here, whose memo operations are known one by one. */
#include "cam.h"
#include "sample.h"
#include "tap.h"

typedef struct {
    memory_sink sink;
    cs_writer *writer;
    uint32_t type;
} tape;

static tape tape_begin(void) {
    tape t = {.sink = {.room = 0}};
    return t;
}

/* The writer keeps a pointer to the sink: only once the tape has its place. */
static void tape_open(tape *t) {
    t->writer = cs_writer_new(sink_to_memory, &t->sink, 0);
    cs_type type = {.addr = 0x1000, .name = cs_writer_string(t->writer, "list", 4), .copier = CS_COPIER_LIST};
    t->type = cs_writer_type(t->writer, &type);
}

static uint32_t object(tape *t, uint64_t addr) { return sample_object(t->writer, t->type, "", addr); }

static void record(tape *t, uint8_t kind, uint8_t flags, uint32_t obj, uint32_t arg) {
    cs_record r = {.kind = kind, .flags = flags, .pack = CS_PACK(3, CS_ROLE_LIST_ELEM, 1), .obj = obj, .arg = arg};
    cs_writer_event(t->writer, &r);
    cs_writer_flush(t->writer); /* many small chunks, for feeding piece by piece */
}

static void preset(tape *t, uint64_t key, uint32_t value) {
    cs_record r = {.kind = CS_REC_PRESET, .obj = (uint32_t)key, .arg = (uint32_t)(key >> 32), .t = value};
    cs_writer_event(t->writer, &r);
}

static cs_trace *tape_read(tape *t) {
    cs_trace *trace = cs_trace_new();
    CHECK(cs_writer_end(t->writer, 0) == CS_E_OK);
    cs_writer_free(t->writer);
    CHECK(cs_trace_feed(trace, t->sink.bytes.data, t->sink.bytes.used) == CS_E_OK);
    CHECK(cs_trace_status(trace).complete);
    return trace;
}

static cs_replay *replay_on(const cs_trace *trace, cs_unit_config config) {
    cs_replay *r = cs_replay_new(&config);
    CHECK(r && cs_replay_feed(r, trace) == 0);
    return r;
}

static cs_replay *replay(const cs_trace *trace, unsigned depth) {
    return replay_on(trace, (cs_unit_config){.engine = CS_ENGINE_CAM, .depth = depth});
}

enum { ADDR_X = 0x10, ADDR_MEMO = 0x20, ADDR_A = 0x30, ADDR_INT = 0x48, ADDR_T = 0x50, ADDR_COPY = 0x100 };
enum lie { TRUTH, WRONG_VALUE, HIT_OF_NOTHING, MISS_OF_A_KNOWN, KEEP_TOO_EARLY };

/* deepcopy([a, a, (7,)]), a = [7]: 12 memo operations, 9 of them lookups; or one of them told wrong. */
static void write_shared(tape *t, enum lie lie) {
    uint32_t x = object(t, ADDR_X), memo = object(t, ADDR_MEMO), a = object(t, ADDR_A), seven = object(t, ADDR_INT);
    uint32_t tuple = object(t, ADDR_T), y = object(t, ADDR_COPY), b = object(t, ADDR_COPY + 0x10);

    record(t, CS_REC_ROOT, 0, x, memo);
    record(t, CS_REC_MISS, CS_F_NO_CALL, x, 0);
    record(t, CS_REC_LIST, 0, x, y);
    record(t, CS_REC_MISS, 0, a, 0);
    record(t, CS_REC_LIST, 0, a, b);
    record(t, lie == HIT_OF_NOTHING ? CS_REC_HIT : CS_REC_ATOM, 0, seven, 0);
    record(t, lie == KEEP_TOO_EARLY ? CS_REC_KEEP : CS_REC_KEEP_FIRST, 0, a, b);
    if (lie == MISS_OF_A_KNOWN) record(t, CS_REC_ATOM, 0, a, 0);
    else record(t, CS_REC_HIT, 0, a, lie == WRONG_VALUE ? y : b);
    record(t, CS_REC_MISS, 0, tuple, 0);
    record(t, CS_REC_ATOM, 0, seven, 0);
    record(t, CS_REC_TUPLE_SAME, 0, tuple, tuple);
    record(t, CS_REC_SAME, 0, tuple, tuple);
    record(t, lie == KEEP_TOO_EARLY ? CS_REC_KEEP_FIRST : CS_REC_KEEP, 0, x, y);
}

static cs_trace *shared(tape *t, enum lie lie) {
    *t = tape_begin();
    tape_open(t);
    write_shared(t, lie);
    return tape_read(t);
}

static void done(tape *t, cs_trace *trace, cs_replay *r) {
    cs_replay_free(r);
    cs_trace_close(trace);
    cs__buffer_free(&t->sink.bytes);
}

static void test_agreement(void) {
    static const unsigned depths[] = {16, 64, 1024};
    tape t;
    cs_trace *trace = shared(&t, TRUTH);

    for (unsigned i = 0; i < 3; i++) {
        cs_replay *r = replay(trace, depths[i]);
        const cs_cam_header *h = cs_replay_header(r);
        CHECK(h->depth == depths[i] && h->ops == 12 && h->lookups == 9 && h->agreed == 9);
        CHECK(h->spilled == 0 && h->skipped == 0 && h->cycles > 0);
        cs_replay_free(r);
    }
    claim("every depth agrees with what the dict said");

    cs_replay *r = replay(trace, 16);
    const cs_cam_op *ops;
    CHECK(cs_replay_ops(r, &ops) == 12);
    const cs_cam_op *hit = &ops[7]; /* the second a: record 7, after its call event */
    CHECK(hit->rec == 7 && hit->step == 1 && hit->op == 1 && hit->flags == (CS_CAM_HIT | CS_CAM_AGREED));
    CHECK(hit->index == 1 && hit->match == 2 && hit->count == 3 && hit->value == 7 && hit->cycles == 2);
    const cs_cam_op *set = &ops[1];
    CHECK(set->rec == 2 && set->step == 1 && set->op == 2 && set->flags == 0);
    CHECK(set->index == 0 && set->match == 0 && set->count == 1 && set->cycles == 2);
    for (unsigned i = 1; i < 12; i++) CHECK(ops[i].cycle == ops[i - 1].cycle + ops[i - 1].cycles);
    CHECK(cs_replay_header(r)->cycles == ops[11].cycle + ops[11].cycles);
    claim("an operation tells its record, step, entry, match lines and cycles");
    done(&t, trace, r);
}

static void test_lies(void) {
    static const struct {
        enum lie lie;
        const char *name;
    } lies[] = {
        {WRONG_VALUE, "a falsified value is reported as a disagreement"},
        {HIT_OF_NOTHING, "a hit of what was never stored is reported"},
        {MISS_OF_A_KNOWN, "a miss of what was stored is reported"},
        {KEEP_TOO_EARLY, "a keep-alive list found before it was made is reported"},
    };
    for (unsigned i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        for (unsigned depth = 1; depth <= 16; depth += 15) { /* with and without spilled entries */
            tape t;
            const cs_cam_op *ops;
            unsigned unmarked = 0;
            cs_trace *trace = shared(&t, lies[i].lie);
            cs_replay *r = replay(trace, depth);
            size_t n = cs_replay_ops(r, &ops);
            for (size_t k = 0; k < n; k++) unmarked += ops[k].op == 1 && !(ops[k].flags & CS_CAM_AGREED);
            CHECK(cs_replay_header(r)->lookups - cs_replay_header(r)->agreed == 1);
            CHECK(unmarked == 1);
            done(&t, trace, r);
        }
        claim(lies[i].name);
    }
}

static void test_spill(void) {
    tape t;
    const cs_cam_op *ops;
    cs_trace *trace = shared(&t, TRUTH);
    cs_replay *r = replay(trace, 1); /* room for x only */
    const cs_cam_header *h = cs_replay_header(r);

    CHECK(h->depth == 1 && h->spilled == 2 && h->lookups == 9 && h->agreed == 9);
    cs_replay_ops(r, &ops);
    CHECK(ops[3].flags == (CS_CAM_FULL | CS_CAM_SPILL) && ops[3].index == UINT32_MAX && ops[3].count == 1);
    CHECK(ops[7].flags == (CS_CAM_FULL | CS_CAM_SPILL | CS_CAM_AGREED) && ops[7].value == 0 && ops[7].match == 0);
    claim("what did not fit is asked of software, and agrees");
    done(&t, trace, r);
}

static void test_other_memo(void) {
    tape t = tape_begin();
    tape_open(&t);
    uint32_t x = object(&t, ADDR_X), memo = object(&t, ADDR_MEMO), a = object(&t, ADDR_A), other = object(&t, ADDR_T);
    uint32_t y = object(&t, ADDR_COPY), b = object(&t, ADDR_COPY + 0x10);

    record(&t, CS_REC_ROOT, 0, x, memo);
    record(&t, CS_REC_MISS, CS_F_NO_CALL, x, 0);
    record(&t, CS_REC_HOOK, 0, x, 0);
    record(&t, CS_REC_ROOT, CS_F_YES, a, other); /* the hook copies with a memo of its own */
    preset(&t, ADDR_X, b);
    record(&t, CS_REC_MISS, CS_F_NO_CALL, a, 0);
    record(&t, CS_REC_HIT, 0, x, b);
    record(&t, CS_REC_RAISE, 0, a, 0);
    record(&t, CS_REC_ATOM, 0, a, 0); /* the caller's memo is in force again */
    record(&t, CS_REC_SET, 0, x, y);
    record(&t, CS_REC_KEEP_FIRST, 0, x, y);
    cs_trace *trace = tape_read(&t);
    cs_replay *r = replay(trace, 16);
    const cs_cam_header *h = cs_replay_header(r);
    CHECK(h->ops == 5 && h->lookups == 3 && h->agreed == 3 && h->skipped == 2);
    claim("operations on another memo are left out and counted");
    done(&t, trace, r);
}

static void test_presets(void) {
    tape t = tape_begin();
    tape_open(&t);
    uint32_t x = object(&t, ADDR_X), memo = object(&t, ADDR_MEMO), a = object(&t, ADDR_A), b = object(&t, ADDR_COPY);
    cs_record changed = {.kind = CS_REC_MEMO_CHANGED, .arg = 1};

    record(&t, CS_REC_ROOT, CS_F_YES, x, memo);
    preset(&t, ADDR_A, b);
    preset(&t, UINT64_MAX, b); /* a key that is no address */
    record(&t, CS_REC_MISS, CS_F_NO_CALL, x, 0);
    record(&t, CS_REC_HIT, 0, a, b);
    cs_writer_event(t.writer, &changed); /* a is gone, x is there */
    preset(&t, ADDR_X, b);
    record(&t, CS_REC_ATOM, 0, a, 0);
    record(&t, CS_REC_HIT, 0, x, b);
    cs_trace *trace = tape_read(&t);
    cs_replay *r = replay(trace, 16);
    const cs_cam_header *h = cs_replay_header(r);
    CHECK(h->ops == 4 && h->lookups == 4 && h->agreed == 4 && h->skipped == 1);
    claim("entries that the memo had, or that user code left, are in the CAM");
    done(&t, trace, r);
}

static void test_pieces(void) {
    tape t;
    cs_trace *whole = shared(&t, TRUTH), *pieces = cs_trace_new();
    cs_replay *a = replay(whole, 16), *b = cs_replay_new(&(cs_unit_config){.depth = 16});
    const cs_cam_op *ops_a, *ops_b;

    for (size_t at = 0; at < t.sink.bytes.used; at++) {
        CHECK(cs_trace_feed(pieces, t.sink.bytes.data + at, 1) == CS_E_OK);
        CHECK(cs_replay_feed(b, pieces) == 0);
    }
    size_t n = cs_replay_ops(a, &ops_a);
    CHECK(n == 12 && cs_replay_ops(b, &ops_b) == n && memcmp(ops_a, ops_b, n * sizeof *ops_a) == 0);
    CHECK(memcmp(cs_replay_header(a), cs_replay_header(b), sizeof(cs_cam_header)) == 0);
    claim("a trace fed byte by byte replays as the whole one");
    cs_replay_free(b);
    cs_trace_close(pieces);
    done(&t, whole, a);
}

static void test_nothing(void) {
    const cs_cam_op *ops;
    cs_trace *trace = cs_trace_new();
    cs_replay *r = replay(trace, 64);

    CHECK(cs_replay_header(r)->ops == 0 && cs_replay_header(r)->depth == 64 && cs_replay_ops(r, &ops) == 0);
    claim("an empty trace replays to nothing");
    cs_replay_free(r);
    cs_trace_close(trace);
}

static void test_engines(void) {
    tape t;
    cs_trace *trace = shared(&t, TRUTH);
    for (unsigned e = 0; e < CS_ENGINE_COUNT; e++) {
        for (unsigned depth = 1; depth <= 64; depth *= 8) {
            cs_replay *r = replay_on(trace, (cs_unit_config){.engine = (cs_engine)e, .depth = depth, .latency = 300});
            const cs_cam_header *h = cs_replay_header(r);
            const cs_cam_op *ops;
            const cs_replay_cost *costs;
            size_t n = cs_replay_ops(r, &ops);
            CHECK(h->ops == 12 && h->lookups == 9 && h->agreed == 9 && cs_replay_costs(r, &costs) == n);
            for (size_t i = 0; i < n; i++) CHECK(costs[i].cycles > 300 && ops[i].cycles == 255);
            cs_replay_free(r);
        }
    }
    claim("every engine agrees with what the dict said, at any depth and latency");
    cs_trace_close(trace);
    cs__buffer_free(&t.sink.bytes);
}

/* A cycle in which the request was taken, and one in which its response was. */
static bool shows(const cs_cycle *cycles, size_t n, const cs_replay_cost *cost, uint64_t key) {
    bool taken = false, answered = false;
    for (size_t i = 0; i < n; i++) {
        const cs_cycle *c = &cycles[i];
        taken |= c->cycle == cost->cycle && c->req_valid && c->req_ready && c->req_key == key;
        answered |= c->cycle == cost->cycle + cost->cycles && c->rsp_valid && c->s2_key == key;
    }
    return taken && answered;
}

static void test_watch(void) {
    tape t;
    cs_trace *trace = shared(&t, TRUTH);
    for (unsigned e = 0; e < CS_ENGINE_COUNT; e++) {
        cs_unit_config config = {.engine = (cs_engine)e, .depth = 16, .latency = 3};
        const cs_cycle *cycles;
        const cs_replay_cost *costs;
        cs_replay *r = cs_replay_new(&config);
        cs_replay_watch(r, 3, 7, 1000);
        CHECK(cs_replay_feed(r, trace) == 0);
        size_t n = cs_replay_cycles(r, &cycles);
        cs_replay_costs(r, &costs);
        CHECK(n == cs_replay_sum(r).cycles_kept &&
              n == 1 + costs[7].cycle + costs[7].cycles - (costs[3].cycle - costs[3].waited));
        for (size_t i = 1; i < n; i++) CHECK(cycles[i].cycle == cycles[i - 1].cycle + 1);
        CHECK(shows(cycles, n, &costs[3], cs_cam_key(ADDR_A)) && shows(cycles, n, &costs[7], cs_cam_key(ADDR_A)));
        cs_replay_free(r);

        r = cs_replay_new(&config);
        cs_replay_watch(r, 3, 7, 2);
        CHECK(cs_replay_feed(r, trace) == 0 && cs_replay_cycles(r, &cycles) == 2);
        CHECK(cs_replay_sum(r).cycles_dropped == n - 2);
        cs_replay_free(r);
    }
    claim("the cycles of the operations asked for are kept, one after another, and what is too many is counted");
    cs_trace_close(trace);
    cs__buffer_free(&t.sink.bytes);
}

static void fill(cs_unit *unit, unsigned n) {
    for (unsigned k = 0; k < n; k++) cs_unit_insert(unit, k, k + 1, NULL);
}

static void test_cam(void) {
    static const struct {
        unsigned asked, got;
    } depths[] = {{0, 1}, {1, 1}, {16, 16}, {17, 17}, {64, 64}, {65, 65}, {256, 256}, {1024, 1024}, {1000000, 4096}};
    for (unsigned i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        cs_unit *unit = cs_unit_new(&(cs_unit_config){.engine = CS_ENGINE_CAM, .depth = depths[i].asked});
        cs_answer a;
        unsigned depth = depths[i].got;
        CHECK(unit && cs_unit_config_of(unit)->depth == depth && cs_unit_cycles(unit) == 0);
        fill(unit, depth);
        cs_unit_insert(unit, depth, 7, &a);
        CHECK(a.flags == (CS_CAM_FULL | CS_CAM_SPILL) && a.count == depth && cs_unit_overflowed(unit));
        cs_unit_lookup(unit, depth - 1, &a);
        CHECK((a.flags & CS_CAM_HIT) && a.value == depth && a.index == depth - 1 && a.cycles == 2);
        cs_unit_clear(unit, NULL);
        cs_unit_lookup(unit, 0, &a);
        CHECK(a.flags == 0 && a.count == 0 && a.index == UINT32_MAX && !cs_unit_overflowed(unit));
        cs_unit_free(unit);
    }
    claim("a CAM holds as many entries as asked for, at most 4096");
}

static void test_deep(void) {
    for (unsigned e = CS_ENGINE_PROBE; e < CS_ENGINE_COUNT; e++) {
        cs_unit *unit = cs_unit_new(&(cs_unit_config){.engine = (cs_engine)e, .depth = 1u << 20});
        cs_answer a;
        unsigned found = 0, n = 30000;
        CHECK(cs_unit_config_of(unit)->depth == 65536 && cs_engine_deepest((cs_engine)e) == 65536);
        fill(unit, n);
        for (unsigned k = 0; k < n; k++) {
            cs_unit_lookup(unit, k, &a);
            found += (a.flags & CS_CAM_HIT) && a.value == k + 1;
        }
        CHECK(found == n || (e == CS_ENGINE_HASH && cs_unit_overflowed(unit)));
        CHECK(a.count == found);
        cs_unit_free(unit);
    }
    claim("the table and the hash hold 30000 entries, or say that they overflowed");
}

static void test_stream(void) {
    for (unsigned e = 0; e < CS_ENGINE_COUNT; e++) {
        cs_unit *unit = cs_unit_new(&(cs_unit_config){.engine = (cs_engine)e, .depth = 64});
        uint64_t keys[40];
        fill(unit, 20);
        for (unsigned i = 0; i < 40; i++) keys[i] = i;
        uint64_t before = cs_unit_cycles(unit);
        CHECK(cs_unit_stream(unit, keys, 40) == 20);
        CHECK(e == CS_ENGINE_PROBE || cs_unit_cycles(unit) - before == 40 + 2);
        cs_unit_free(unit);
    }
    claim("lookups on end take a cycle each in the CAM and in the hash");
}

static void test_names(void) {
    for (unsigned e = 0; e < CS_ENGINE_COUNT; e++) {
        cs_engine found = CS_ENGINE_COUNT;
        CHECK(cs_engine_named(cs_engine_name((cs_engine)e), &found) && found == (cs_engine)e);
        CHECK(*cs_engine_text((cs_engine)e));
    }
    cs_engine none;
    CHECK(!cs_engine_named("", &none) && !cs_engine_named("CAM", &none));
    claim("an engine is found by its name, and no other");
}

int main(void) {
    test_names();
    test_cam();
    test_deep();
    test_stream();
    test_agreement();
    test_lies();
    test_spill();
    test_other_memo();
    test_presets();
    test_engines();
    test_watch();
    test_pieces();
    test_nothing();
    return tap_end();
}
