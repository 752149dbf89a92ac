/* One run: a snippet in a worker, its trace and its output pumped until it ends, one way or another. */
#ifndef CS_RUN_H
#define CS_RUN_H

#include <stdatomic.h>

#include "ingest.h"
#include "limits.h"
#include "worker.h"

#define CS_RUN_STATES(X)                                                                                               \
    X(DONE, "done")       /* the trace is whole */                                                                     \
    X(ERROR, "error")     /* the snippet failed before or outside the copy, or nothing could run */                    \
    X(TIMEOUT, "timeout") /* the wall clock, or the CPU's, was up */                                                   \
    X(KILLED, "killed")   /* someone pressed stop */                                                                   \
    X(CRASHED, "crashed") /* a signal ended Python */                                                                  \
    X(CUT, "cut")         /* the trace was stopped: too long, or malformed */
typedef enum {
#define X(id, name) CS_RUN_##id,
    CS_RUN_STATES(X)
#undef X
} cs_run_state;
const char *cs_run_state_name(cs_run_state state);

/* Why the server itself ended a run. */
typedef enum {
    CS_STOP_NONE,
    CS_STOP_WALL,
    CS_STOP_ASKED,
    CS_STOP_MALFORMED,
    CS_STOP_TOO_LONG,
    CS_STOP_PRINTED
} cs_stop_reason;

typedef struct {
    cs_request request;
    cs_ingest_sink on_trace;                                   /* header, then whole valid chunks */
    void (*on_output)(void *ctx, const void *bytes, size_t n); /* what the snippet prints */
    void *ctx;
    uint64_t trace_max;  /* bytes; 0: any */
    uint64_t output_max; /* bytes of what is printed; 0: any */
    int64_t wall_ms;     /* 0: any */
} cs_job;

/* A switch that ends a run from another thread or a signal handler. */
typedef struct {
    atomic_bool asked;
    int bell;
} cs_stop;
int cs_stop_init(cs_stop *stop);
void cs_stop_ask(cs_stop *stop);
void cs_stop_close(cs_stop *stop);

typedef struct {
    cs_run_state state;
    char message[512]; /* one clear line, valid UTF-8 */
} cs_result;

/* Returns when the run has ended.  The trace as far as it came for cs_ingest_free(), or NULL when none started. */
cs_ingest *cs_run(cs_zygote *zygote, const cs_job *job, cs_stop *stop, cs_result *result);

/* ending.c: words for how a run ended. */
typedef struct {
    cs_worker_phase phase;
    int value;
    cs_stop_reason stopped;
    int64_t wall_ms;
    uint64_t output_max;
    cs_status status; /* of the trace when the run was stopped, or at its end */
} cs_ending;
void cs_ending_describe(const cs_ending *ending, const cs_trace *trace, cs_result *result);

#endif
