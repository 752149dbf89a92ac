#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#include "bell.h"
#include "text.h"

const char *cs_run_state_name(cs_run_state state) {
    static const char *const names[] = {
#define X(id, name) name,
        CS_RUN_STATES(X)
#undef X
    };
    return names[state];
}

int cs_stop_init(cs_stop *stop) {
    atomic_init(&stop->asked, false);
    stop->bell = cs_bell_new();
    return stop->bell < 0 ? -1 : 0;
}

void cs_stop_ask(cs_stop *stop) {
    atomic_store(&stop->asked, true);
    cs_bell_ring(stop->bell);
}

void cs_stop_close(cs_stop *stop) {
    if (stop->bell >= 0) close(stop->bell);
}

typedef struct {
    const cs_job *job;
    cs_worker *worker;
    cs_ingest *ingest;
    cs_stop *stop;
    int trace, output; /* read ends, -1 after their end */
    unsigned char *buffer;
    cs_ending ending;
    uint64_t printed;        /* bytes */
    int64_t started, killed; /* ms; killed 0: not yet */
} pump;

/* A pipe whose read end does not block; both ends close on exec.  Returns 0 or -1. */
static int open_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ends[0] = ends[1] = -1;
        return -1;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static void close_end(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}

static void kill_worker(pump *p, cs_stop_reason reason) {
    if (p->killed) return;
    p->killed = cs_now_ms();
    p->ending.stopped = reason;
    p->ending.status = cs_ingest_status(p->ingest);
    cs_worker_kill(p->worker);
}

static void take_trace(pump *p, size_t n) {
    if (p->ending.stopped == CS_STOP_MALFORMED || p->ending.stopped == CS_STOP_TOO_LONG) return;
    if (cs_ingest_feed(p->ingest, p->buffer, n) == CS_E_OK) return;
    bool readers = cs_trace_status(cs_ingest_trace(p->ingest)).error != CS_E_OK; /* else it is this server's limit */
    kill_worker(p, readers ? CS_STOP_MALFORMED : CS_STOP_TOO_LONG);
}

static void take_output(pump *p, size_t n) {
    p->printed += n;
    if (p->job->on_output) p->job->on_output(p->job->ctx, p->buffer, n);
    if (p->job->output_max && p->printed > p->job->output_max) kill_worker(p, CS_STOP_PRINTED);
}

/* Reads once; true when there may be more at once. */
static bool read_pipe(pump *p, int *fd) {
    if (*fd < 0) return false;
    ssize_t n = read(*fd, p->buffer, CS_READ_SIZE);
    if (n < 0) return errno == EINTR;
    if (n == 0) close_end(fd);
    else if (fd == &p->trace) take_trace(p, (size_t)n);
    else take_output(p, (size_t)n);
    return n > 0;
}

/* Milliseconds until the next thing that time alone brings about; -1: none. */
static int time_left(const pump *p) {
    int64_t end = p->killed ? p->killed + CS_KILL_GRACE_MS : p->job->wall_ms ? p->started + p->job->wall_ms : -1;
    if (end < 0) return -1;
    int64_t left = end - cs_now_ms();
    return left < 0 ? 0 : (int)left;
}

static bool worker_ended(pump *p) {
    p->ending.phase = cs_worker_phase_now(p->worker, &p->ending.value);
    return p->ending.phase > CS_WORKER_RUNNING;
}

/* Pumps until the worker has ended or does not even die. */
static void pump_until_ended(pump *p) {
    while (!worker_ended(p)) {
        struct pollfd wait[] = {{.fd = p->trace, .events = POLLIN},
                                {.fd = p->output, .events = POLLIN},
                                {.fd = p->stop->bell, .events = POLLIN}};
        poll(wait, 3, time_left(p));
        if (wait[2].revents) cs_bell_quiet(p->stop->bell);
        if (wait[0].revents) read_pipe(p, &p->trace);
        if (wait[1].revents) read_pipe(p, &p->output);
        if (atomic_load(&p->stop->asked)) kill_worker(p, CS_STOP_ASKED);
        if (time_left(p) != 0) continue;
        if (p->killed) return;
        kill_worker(p, CS_STOP_WALL);
    }
}

/* What the ended worker left in the pipes; a grandchild that escaped may hold them open and go on writing. */
static void drain(pump *p) {
    int64_t end = cs_now_ms() + CS_DRAIN_MS;
    while (read_pipe(p, &p->trace) && cs_now_ms() < end) continue;
    while (read_pipe(p, &p->output) && cs_now_ms() < end) continue;
}

cs_ingest *cs_run(cs_zygote *zygote, const cs_job *job, cs_stop *stop, cs_result *result) {
    int trace[2] = {-1, -1}, output[2] = {-1, -1};
    const char *why = "out of memory or descriptors";
    pump p = {.job = job,
              .stop = stop,
              .trace = -1,
              .output = -1,
              .ending = {.wall_ms = job->wall_ms, .output_max = job->output_max}};
    p.buffer = malloc(CS_READ_SIZE);
    p.ingest = cs_ingest_new(job->on_trace, job->ctx, job->trace_max);
    if (p.buffer && p.ingest && open_pipe(trace) == 0 && open_pipe(output) == 0) {
        p.started = cs_now_ms();
        p.worker = cs_worker_start(zygote, &job->request, trace[1], output[1], stop->bell, &why);
    }
    close_end(&trace[1]); /* the worker has its own: at its end, ours must see it */
    close_end(&output[1]);
    p.trace = trace[0];
    p.output = output[0];
    if (p.worker) {
        pump_until_ended(&p);
        drain(&p);
        cs_worker_free(p.worker);
        if (!p.killed) p.ending.status = cs_ingest_status(p.ingest);
        cs_ending_describe(&p.ending, cs_ingest_trace(p.ingest), result);
    } else {
        result->state = CS_RUN_ERROR;
        snprintf(result->message, sizeof result->message, "the snippet was not run: %s", why);
        cs_ingest_free(p.ingest);
        p.ingest = NULL;
    }
    close_end(&p.trace);
    close_end(&p.output);
    free(p.buffer);
    return p.ingest;
}
