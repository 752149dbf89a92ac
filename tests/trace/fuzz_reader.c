/* Any bytes, fed in two pieces: as they are, and with sequence numbers, checksums and digest put right so that
 * mutations reach the fields behind them.  With libFuzzer (`make fuzz`) or, built with -DCS_FUZZ_MAIN, by itself:
 * the same mutations of the sample on every run, as TAP. */
#include "sample.h"
#ifdef CS_FUZZ_MAIN
#include "version1.h"
#endif

#include <openssl/sha.h>
#include <stdio.h>
#include <zlib.h>

/* Reads all that a consumer would. */
static uint64_t walk(const cs_trace *t) {
    static const char *const KEPT[] = {"META", "SRC_", "NOTE", "CAM_", "END_"};
    const cs_record *records;
    const cs_object *objects;
    const cs_step *steps[CS_MAX_STEPS];
    uint64_t sum = 0;
    size_t n = cs_trace_records(t, &records), n_objects = cs_trace_objects(t, &objects), length;

    for (size_t i = 0; i < n; i++) {
        sum += cs_expand(&records[i], steps);
        if (records[i].kind < CS_REC_PRESET && records[i].obj) sum += objects[records[i].obj - 1].addr;
    }
    if (sum > 0 && !n) abort();
    for (size_t i = 0; i < n_objects; i++) sum += strlen(cs_trace_string(t, objects[i].text, &length)) + length;
    for (size_t k = 0; k < sizeof KEPT / sizeof KEPT[0]; k++) {
        const char *payload = cs_trace_chunk(t, KEPT[k], 0, &length);
        sum += payload ? strlen(payload) : 0;
    }
    return sum;
}

static volatile uint64_t walked;

static void read_pieces(const uint8_t *bytes, size_t n, size_t first) {
    cs_trace *t = cs_trace_new();
    if (!t) return;
    cs_trace_feed(t, bytes, first);
    cs_trace_feed(t, bytes + first, n - first);
    walked += walk(t);
    if (cs_trace_status(t).offset > n) abort();
    cs_trace_close(t);
}

static void mend(uint8_t *bytes, size_t n) {
    size_t at = sizeof(cs_header);
    uint32_t seq = 0;

    if (n >= sizeof(cs_header)) {
        bytes[8] = bytes[8] == 1 ? 1 : CS_VERSION;
        memcpy(bytes, CS_MAGIC, 8);
        memset(bytes + 9, 0, 7);
    }
    while (at + sizeof(cs_chunk) <= n) {
        cs_chunk head;
        memcpy(&head, bytes + at, sizeof head);
        size_t left = n - at - sizeof head;
        if (head.length > left) head.length = (uint32_t)(left & ~(size_t)15);
        if (head.seq != UINT32_MAX) head.seq = seq++;
        uint8_t *payload = bytes + at + sizeof head;
        if (memcmp(head.kind, "END_", 4) == 0 && head.length == sizeof(cs_end))
            SHA256(bytes, at, payload + offsetof(cs_end, sha256));
        head.crc = head.length ? (uint32_t)crc32(0, payload, head.length) : 0;
        memcpy(bytes + at, &head, sizeof head);
        size_t padding = cs__padding(head.length);
        if (padding > left - head.length) padding = left - head.length;
        memset(payload + head.length, 0, padding);
        at += sizeof head + head.length + padding;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size + 1);
    if (!copy) return 0;
    memcpy(copy, data, size);
    size_t first = size ? data[size - 1] % size : 0;
    read_pieces(copy, size, first);
    mend(copy, size);
    read_pieces(copy, size, first);
    free(copy);
    return 0;
}

#ifdef CS_FUZZ_MAIN
enum { ROUNDS = 10000 };

static uint32_t next_random(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void mutate(uint8_t *bytes, size_t n, uint32_t *state) {
    static const uint32_t VALUES[] = {0, 1, 2, 15, 16, 31, 32, 64, 255, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
    for (unsigned edits = 1 + next_random(state) % 4; edits; edits--) {
        size_t at = next_random(state) % n;
        if (next_random(state) % 2) bytes[at] = (uint8_t)next_random(state);
        else if (at + 4 <= n) memcpy(bytes + at, &VALUES[next_random(state) % (sizeof VALUES / sizeof VALUES[0])], 4);
    }
}

enum { SEEDS = 4 };

/* One of each: all kinds of chunk, rows that stand for several records, rows of fixed size. */
static bool make_seeds(memory_sink seeds[SEEDS]) {
    bool made = sample_trace(&seeds[0], 0) == CS_E_OK && sample_items(&seeds[1], CS_REC_ATOM) == CS_E_OK &&
                sample_items(&seeds[2], CS_REC_FATOM) == CS_E_OK;
    cs_trace *t = cs_trace_new();
    if (made && t) cs_trace_feed(t, seeds[0].bytes.data, seeds[0].bytes.used);
    made = made && t && cs_trace_status(t).complete;
    if (made) write_version1(t, &seeds[3].bytes);
    cs_trace_close(t);
    return made;
}

static bool write_seed(const char *folder, unsigned i, const cs_buffer *b) {
    char path[4096];
    snprintf(path, sizeof path, "%s/seed%u", folder, i);
    FILE *f = fopen(path, "wb");
    if (!f) return false;
    bool written = fwrite(b->data, 1, b->used, f) == b->used;
    return fclose(f) == 0 && written;
}

static bool mutate_rounds(const cs_buffer *seed, uint32_t *state) {
    uint8_t *bytes = malloc(seed->used);
    if (!bytes) return false;
    for (unsigned i = 0; i < ROUNDS; i++) {
        memcpy(bytes, seed->data, seed->used);
        mutate(bytes, seed->used, state);
        LLVMFuzzerTestOneInput(bytes, seed->used - (i % 4 ? 0 : next_random(state) % seed->used));
    }
    free(bytes);
    return true;
}

/* With an argument: writes the seeds into that folder, for libFuzzer. */
int main(int argc, char **argv) {
    memory_sink seeds[SEEDS] = {{.room = 0}};
    uint32_t state = 1;
    bool done = make_seeds(seeds);

    for (unsigned i = 0; done && i < SEEDS; i++)
        done = argc == 2 ? write_seed(argv[1], i, &seeds[i].bytes) : mutate_rounds(&seeds[i].bytes, &state);
    for (unsigned i = 0; i < SEEDS; i++) cs__buffer_free(&seeds[i].bytes);
    if (argc == 2 || !done) return !done;
    printf("ok 1 - %d mutated traces are read or refused without harm\n1..1\n", SEEDS * ROUNDS);
    return 0;
}
#endif
