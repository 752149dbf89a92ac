/* What the trace's writer costs: takes a trace file's strings, objects and records and writes them again and again
 * to nowhere.  Prints the least cost of an object's row with its strings, of a record, and the bytes of both.
 *
 *   make bench-writer ARGS=FILE.cst
 */
#include "trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 101 };

typedef struct {
    const cs_trace *trace;
    cs_record *records; /* as the trace has them, or with the clock on composites only */
    size_t n_records, n_objects, n_types, bytes;
    const cs_object *objects;
    const cs_type *types;
} load;

static int count_bytes(void *ctx, const void *bytes, size_t n) {
    (void)bytes;
    *(size_t *)ctx += n;
    return 0;
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint32_t put_string(cs_writer *w, const cs_trace *trace, uint32_t ref) {
    size_t n;
    const char *s = cs_trace_string(trace, ref, &n);
    return cs_writer_string(w, s, n);
}

/* One pass: *objects and *records get the ns each took in all. */
static void write_all(load *l, double *objects, double *records) {
    cs_writer *w = cs_writer_new(count_bytes, &l->bytes, 0);

    if (!w) exit(3);
    l->bytes = 0;
    for (size_t i = 0; i < l->n_types; i++) {
        cs_type type = l->types[i];
        type.name = put_string(w, l->trace, type.name);
        type.module = put_string(w, l->trace, type.module);
        cs_writer_type(w, &type);
    }
    double start = now_ns();
    for (size_t i = 0; i < l->n_objects; i++) {
        cs_object o = l->objects[i];
        o.text = put_string(w, l->trace, o.text);
        o.name = put_string(w, l->trace, o.name);
        cs_writer_object(w, &o);
    }
    cs_writer_flush(w);
    double between = now_ns();
    for (size_t i = 0; i < l->n_records; i++) cs_writer_event(w, &l->records[i]);
    cs_error error = cs_writer_end(w, 0);
    *records = now_ns() - between;
    *objects = between - start;
    cs_writer_free(w);
    if (error) exit(3);
}

/* The least of many passes: what else runs here only adds. */
static void measure(load *l, const char *clock) {
    double objects = HUGE_VAL, records = HUGE_VAL;

    for (unsigned i = 0; i < ROUNDS; i++) {
        double of_objects, of_records;
        write_all(l, &of_objects, &of_records);
        objects = fmin(objects, of_objects);
        records = fmin(records, of_records);
    }
    printf(
        "clock %-10s  %6.1f ns per object row with its strings, %6.1f ns per record, %5.2f bytes per logical event\n",
        clock, objects / (double)l->n_objects, records / (double)l->n_records,
        (double)l->bytes / (double)cs_trace_events(l->trace));
}

/* An atomic object's records, and those that only note a step, carry the time of the composite before them. */
static void clock_composites(load *l) {
    uint32_t t = 0;
    for (size_t i = 0; i < l->n_records; i++) {
        cs_record *r = &l->records[i];
        if (cs_shape_of(r->kind)->t != CS_OPERAND_TIME) continue;
        if (r->kind == CS_REC_MISS || cs_shape_of(r->kind)->call == CS_CALL_CLOSES) t = r->t;
        r->t = t;
    }
}

int main(int argc, char **argv) {
    cs_status st;
    load l = {.trace = argc == 2 ? cs_trace_open(argv[1], &st) : NULL};
    const cs_record *records;

    if (!l.trace) {
        fprintf(stderr, argc == 2 ? "%s: cannot be read\n" : "usage: bench-writer FILE.cst\n", argv[argc - 1]);
        return argc == 2 ? 3 : 2;
    }
    l.n_records = cs_trace_records(l.trace, &records);
    l.n_objects = cs_trace_objects(l.trace, &l.objects);
    l.n_types = cs_trace_types(l.trace, &l.types);
    l.records = malloc(l.n_records * sizeof *records + 1);
    if (!l.records || !l.n_records || !l.n_objects) return 3;
    memcpy(l.records, records, l.n_records * sizeof *records);
    printf("%zu objects, %zu records, %llu logical events\n", l.n_objects, l.n_records,
           (unsigned long long)cs_trace_events(l.trace));
    measure(&l, "all");
    clock_composites(&l);
    measure(&l, "composites");
    free(l.records);
    return 0;
}
