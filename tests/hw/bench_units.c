/* How many operations a second the simulated memories answer: make bench-hw.  A figure of this machine, not a claim.
 * Prints rows as JSON for tests/bench/goals.py. */
#include "cam.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 5 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* others use the machine too */
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t key_of(unsigned i) {
    return UINT64_C(0x7f3a0000000) + (i * UINT64_C(2654435761) >> 4 & 0xfffff) * 3 + i;
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* Millions a second, the best of ROUNDS: n operations by `run`. */
static double best(cs_unit *unit, const uint64_t *keys, size_t n, void (*run)(cs_unit *, const uint64_t *, size_t)) {
    double rates[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++) {
        double start = now();
        run(unit, keys, n);
        rates[i] = (double)n / (now() - start) / 1e6;
    }
    qsort(rates, ROUNDS, sizeof *rates, descending);
    return rates[0];
}

static void stream(cs_unit *unit, const uint64_t *keys, size_t n) { cs_unit_stream(unit, keys, n); }

static void wait_for_each(cs_unit *unit, const uint64_t *keys, size_t n) {
    cs_answer answer;
    for (size_t i = 0; i < n; i++) cs_unit_lookup(unit, keys[i], &answer);
}

/* A copy's own mixture: a lookup that misses, its insertion, a lookup that hits; cleared when full. */
static void copy(cs_unit *unit, const uint64_t *keys, size_t n) {
    unsigned depth = cs_unit_config_of(unit)->depth;
    cs_answer answer = {.count = depth};
    for (size_t i = 0; i < n; i += 3) {
        if (answer.count == depth) cs_unit_clear(unit, NULL);
        cs_unit_lookup(unit, keys[i], &answer);
        cs_unit_insert(unit, keys[i], 1, &answer);
        cs_unit_lookup(unit, keys[i], NULL);
    }
}

/* goal 0: there is none. */
static void row(cs_engine engine, unsigned depth, const char *what, double rate, double goal) {
    static const char *before = "[\n";
    printf("%s {\"name\": \"%s of %u, %s\", \"value\": %.4g, \"unit\": \"million/s\", ", before, cs_engine_name(engine),
           depth, what, rate);
    printf(goal > 0 ? "\"relation\": \">=\", \"goal\": %g, " : "\"relation\": null, \"goal\": %g, ", goal);
    printf("\"note\": \"\"}");
    before = ",\n";
}

static int measure(cs_engine engine, unsigned depth, size_t n, double goal) {
    cs_unit_config config = {.engine = engine, .depth = depth};
    uint64_t *keys = malloc(n * sizeof *keys);
    cs_unit *unit = cs_unit_new(&config);
    if (!keys || !unit) return -1;
    for (unsigned i = 0; i < depth / 2; i++) cs_unit_insert(unit, key_of(i), i + 1, NULL);
    for (size_t i = 0; i < n; i++) keys[i] = key_of((unsigned)(i * 7919 % depth)); /* half full, half of them hit */
    row(engine, depth, "a lookup each cycle", best(unit, keys, n, stream), goal);
    row(engine, depth, "each waits for its own", best(unit, keys, n, wait_for_each), 0);
    for (size_t i = 0; i < n; i++) keys[i] = key_of((unsigned)i);
    row(engine, depth, "copying", best(unit, keys, n, copy), 0);
    cs_unit_free(unit);
    free(keys);
    return 0;
}

int main(void) {
    static const struct {
        cs_engine engine;
        unsigned depth;
        size_t n;
        double goal;
    } rows[] = {{CS_ENGINE_CAM, 16, 1000000, 15},   {CS_ENGINE_CAM, 64, 1000000, 8},
                {CS_ENGINE_CAM, 256, 500000, 5},    {CS_ENGINE_CAM, 1024, 200000, 2},
                {CS_ENGINE_CAM, 4096, 50000, 0.25}, {CS_ENGINE_HASH, 64, 500000, 0},
                {CS_ENGINE_HASH, 1024, 500000, 0},  {CS_ENGINE_HASH, 65536, 500000, 5},
                {CS_ENGINE_PROBE, 4096, 300000, 0}, {CS_ENGINE_PROBE, 65536, 300000, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (measure(rows[i].engine, rows[i].depth, rows[i].n, rows[i].goal) != 0) return 3;
    printf("\n]\n");
    return 0;
}
