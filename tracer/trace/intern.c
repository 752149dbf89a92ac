/* A hash table of refs, of 8 bytes a slot, that stops growing while it fits the processor's cache: most strings are the
 * texts of single objects and never come again, and those that do, come soon.  Looking for a new string in a table of
 * all that went before cost more than the rest of an object's row. */
#include "intern.h"

enum {
    FIRST_SLOTS = 256,
    GROWTH = 4,
    MAX_SLOTS = 1 << 14,
    WAYS = 4, /* slots that a string may have */
};

/* Eight bytes at a time: most strings are shorter than two words. */
static uint32_t hash_bytes(const char *s, size_t n) {
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t h = n * odd, word;

    for (; n >= sizeof word; s += sizeof word, n -= sizeof word) {
        memcpy(&word, s, sizeof word);
        h = (h ^ word) * odd;
        h ^= h >> 32;
    }
    word = 0;
    for (size_t i = 0; i < n; i++) word = word << 8 | (uint8_t)s[i];
    h = (h ^ word) * odd;
    return (uint32_t)(h >> 32);
}

bool cs__intern_init(cs_intern *in) {
    in->n_slots = FIRST_SLOTS;
    in->slots = calloc(in->n_slots, sizeof *in->slots);
    return in->slots != NULL;
}

void cs__intern_free(cs_intern *in) {
    cs__buffer_free(&in->bytes);
    cs__buffer_free(&in->starts);
    free(in->slots);
}

static bool is_equal(const cs_intern *in, uint32_t ref, const char *s, uint32_t n) {
    uint32_t start, length;

    memcpy(&start, in->starts.data + (ref - in->forgotten - 1) * sizeof start, sizeof start);
    memcpy(&length, in->bytes.data + start, sizeof length);
    return length == n && memcmp(in->bytes.data + start + sizeof length, s, n) == 0;
}

/* The string's slot; or an empty one of those that it may have, or one that another string has to leave. */
static cs_intern_slot *find_slot(const cs_intern *in, const char *s, uint32_t n, uint32_t hash) {
    size_t mask = in->n_slots - 1;
    for (size_t i = 0; i < WAYS; i++) {
        cs_intern_slot *slot = &in->slots[(hash + i) & mask];
        if (!slot->ref || (slot->hash == hash && is_equal(in, slot->ref, s, n))) return slot;
    }
    return &in->slots[(hash + in->count % WAYS) & mask];
}

static bool grow(cs_intern *in) {
    size_t n = in->n_slots * GROWTH, mask = n - 1;
    cs_intern_slot *slots = calloc(n, sizeof *slots);
    if (!slots) return false;
    for (size_t old = 0; old < in->n_slots; old++) {
        size_t hash = in->slots[old].hash, i = 0;
        while (i < WAYS - 1 && slots[(hash + i) & mask].ref) i++;
        if (in->slots[old].ref) slots[(hash + i) & mask] = in->slots[old];
    }
    free(in->slots);
    in->slots = slots;
    in->n_slots = n;
    return true;
}

uint32_t cs__intern(cs_intern *in, const char *s, uint32_t n) {
    uint32_t hash = hash_bytes(s, n), start = (uint32_t)in->bytes.used;
    cs_intern_slot *slot = find_slot(in, s, n, hash);

    if (slot->ref && slot->hash == hash && is_equal(in, slot->ref, s, n)) return slot->ref;
    if (cs__intern_known(in) >= in->n_slots / 2 && in->n_slots < MAX_SLOTS) {
        if (!grow(in)) return 0;
        slot = find_slot(in, s, n, hash);
    }
    if (!cs__buffer_reserve(&in->bytes, sizeof n + n) || !cs__buffer_add(&in->starts, &start, sizeof start)) return 0;
    cs__buffer_add(&in->bytes, &n, sizeof n);
    cs__buffer_add(&in->bytes, s, n);
    *slot = (cs_intern_slot){.hash = hash, .ref = ++in->count};
    return in->count;
}

void cs__intern_forget(cs_intern *in) {
    memset(in->slots, 0, in->n_slots * sizeof *in->slots);
    in->bytes.used = in->starts.used = 0;
    in->forgotten = in->count;
}
