/* How a run ended, in one line that a student understands. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta.h"
#include "run.h"
#include "text.h"

/* Exit codes of a worker, beside 0: the run is in the trace, even if the copy raised. */
enum { EXIT_SNIPPET_FAILED = 10, EXIT_INTERNAL = 11, EXIT_NOT_BOXED = 12 };

/* What was cut in the middle of a character, here or by the worker, is made whole: the page gets valid text. */
static void set_state(cs_result *result, cs_run_state state) {
    char *clean = cs_utf8_repair(result->message, strlen(result->message));
    result->state = state;
    if (clean) snprintf(result->message, sizeof result->message, "%s", clean);
    free(clean);
    for (size_t n = strlen(result->message); n && !cs_utf8_valid(result->message, n);) result->message[--n] = '\0';
}

#define SAY(result, state, ...)                                                                                        \
    (snprintf((result)->message, sizeof(result)->message, __VA_ARGS__), set_state((result), (state)))

static void describe_signal(int number, cs_result *result) {
    const char *name = sigabbrev_np(number);
    if (number == SIGXCPU)
        SAY(result, CS_RUN_TIMEOUT, "the snippet was stopped: it used more than %u s of processor time",
            CS_WORKER_CPU_S);
    else if (number == SIGXFSZ)
        SAY(result, CS_RUN_ERROR, "the snippet was stopped: it wrote a file of more than %u bytes", CS_WORKER_FILE);
    else if (number == SIGKILL)
        SAY(result, CS_RUN_CRASHED, "Python was killed (SIGKILL): out of memory, or of processor time");
    else SAY(result, CS_RUN_CRASHED, "the snippet crashed Python (SIG%s)", name ? name : "?");
}

static void describe_stop(const cs_ending *e, cs_result *result) {
    switch (e->stopped) {
    case CS_STOP_WALL:
        SAY(result, CS_RUN_TIMEOUT, "the snippet was stopped: it took longer than %.0f s", (double)e->wall_ms / 1000);
        break;
    case CS_STOP_PRINTED:
        SAY(result, CS_RUN_CUT, "the snippet was stopped: it printed more than %.3g MB; --max-output raises that",
            (double)e->output_max / 1e6);
        break;
    case CS_STOP_ASKED: SAY(result, CS_RUN_KILLED, "the run was stopped on request"); break;
    case CS_STOP_TOO_LONG:
        SAY(result, CS_RUN_CUT, "the trace was cut: it grew beyond %llu MB", CS_TRACE_MAX >> 20);
        break;
    case CS_STOP_MALFORMED:
    case CS_STOP_NONE:
        SAY(result, CS_RUN_CUT, "the worker's trace is malformed at byte %llu (%s): the run was stopped",
            (unsigned long long)e->status.offset, cs_strerror(e->status.error));
        break;
    }
}

/* The trace has its end: the run is whole, whatever Python did afterwards. */
static void describe_whole(const cs_trace *trace, const cJSON *meta, cs_result *result) {
    size_t n;
    cs_end end = {0};
    const void *bytes = cs_trace_chunk(trace, "END_", 0, &n);
    const char *exception = cs_meta_string(meta, "exception");
    unsigned long long events = cs_trace_events(trace);
    if (bytes && n >= sizeof end) memcpy(&end, bytes, sizeof end);
    if (end.flags & CS_END_TRUNCATED)
        SAY(result, CS_RUN_CUT,
            "recording stopped at the limit, after %llu events; the copy itself went on; --max-records raises that",
            events);
    else if (end.flags & CS_END_FAILED)
        SAY(result, CS_RUN_DONE, "the copy raised %.200s after %llu events", exception ? exception : "an exception",
            events);
    else SAY(result, CS_RUN_DONE, "%llu events recorded", events);
}

static void describe_exit(const cs_ending *e, const cJSON *meta, cs_result *result) {
    const char *error = cs_meta_string(meta, "error");
    if (e->value == EXIT_INTERNAL)
        SAY(result, CS_RUN_ERROR, "the recorder failed: %.400s", error ? error : "see what was printed");
    else if (e->value == EXIT_NOT_BOXED)
        SAY(result, CS_RUN_ERROR, "the snippet was not run, as it could not be boxed in: see what was printed");
    else if (e->value == EXIT_SNIPPET_FAILED || error)
        SAY(result, CS_RUN_ERROR, "%.400s", error ? error : "the snippet failed before anything was copied");
    else SAY(result, CS_RUN_ERROR, "the snippet ended Python (exit code %d) before the copy was done", e->value);
}

void cs_ending_describe(const cs_ending *e, const cs_trace *trace, cs_result *result) {
    cJSON *meta = cs_meta_load(trace);
    bool whole = cs_trace_status(trace).complete;
    bool failed = e->phase == CS_WORKER_EXITED && e->value == EXIT_SNIPPET_FAILED;
    if (e->stopped && !(whole && e->stopped == CS_STOP_ASKED)) describe_stop(e, result);
    else if (e->phase == CS_WORKER_SIGNALED && !whole) describe_signal(e->value, result);
    else if (whole && !failed) describe_whole(trace, meta, result);
    else if (e->phase == CS_WORKER_EXITED) describe_exit(e, meta, result);
    else SAY(result, CS_RUN_ERROR, "Python's recorder process ended unexpectedly; the next run starts it anew");
    cJSON_Delete(meta);
}
