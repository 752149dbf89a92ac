/* Any bytes, fed in two pieces: as they are, and with sequence numbers and checksums put right so that mutations
 * reach the fields behind them.  With libFuzzer (`make fuzz-trace`) or, built with -DCS_FUZZ_MAIN, by itself:
 * the same mutations of the sample on every run, as TAP. */
#include "sample.h"

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
        memcpy(bytes, CS_MAGIC "\1", 9);
        memset(bytes + 9, 0, 7);
    }
    while (at + sizeof(cs_chunk) <= n) {
        cs_chunk head;
        memcpy(&head, bytes + at, sizeof head);
        size_t left = n - at - sizeof head;
        if (head.length > left) head.length = (uint32_t)(left & ~(size_t)15);
        if (head.seq != UINT32_MAX) head.seq = seq++;
        uint8_t *payload = bytes + at + sizeof head;
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
enum { ROUNDS = 20000 };

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

static int write_sample(const char *path, const cs_buffer *b) {
    FILE *f = fopen(path, "wb");
    if (!f) return 1;
    bool written = fwrite(b->data, 1, b->used, f) == b->used;
    return fclose(f) || !written;
}

/* With an argument: writes the sample there, a seed for libFuzzer. */
int main(int argc, char **argv) {
    memory_sink sample = {0};
    uint32_t state = 1;

    if (sample_trace(&sample, 0) != CS_E_OK) return 1;
    if (argc == 2) {
        int failed = write_sample(argv[1], &sample.bytes);
        cs__buffer_free(&sample.bytes);
        return failed;
    }
    uint8_t *bytes = malloc(sample.bytes.used);
    if (!bytes) return 1;
    for (unsigned i = 0; i < ROUNDS; i++) {
        memcpy(bytes, sample.bytes.data, sample.bytes.used);
        mutate(bytes, sample.bytes.used, &state);
        LLVMFuzzerTestOneInput(bytes, sample.bytes.used - (i % 4 ? 0 : next_random(&state) % sample.bytes.used));
    }
    printf("ok 1 - %d mutated traces are read or refused without harm\n1..1\n", ROUNDS);
    free(bytes);
    cs__buffer_free(&sample.bytes);
    return 0;
}
#endif
