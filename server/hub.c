#include "hub.h"

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "run.h"
#include "say.h"
#include "text.h"

static const char *const ops[] = {"deepcopy", "copy", "replace"};
/* Those that a session of the extension records (tracer/ext/policy.c), and no-memo, which a witness does. */
static const char *const policies[] = {"cpython",       "cpython-3.11", "cpython-3.13",
                                       "cpython-3.14",  "report-memo",  "report-fastpath",
                                       "report-merged", "sound-merged", "no-memo"};

typedef struct entry entry;
struct entry {
    entry *next; /* the newest first */
    cs_hub *hub;
    cs_log *log;
    char *title, *code;
    const char *policy, *op;
    pthread_t thread;
    cs_stop stop;
    bool is_file, running; /* running: its thread is not joined yet, and `over` not set */
    bool over;             /* the thread does nothing more: join it */
    char *output;          /* what the snippet printed, and how much of it was not kept */
    size_t output_kept;
    uint64_t output_dropped;
    bool in_file; /* frames that come now are part of the trace file */
};

struct cs_hub {
    cs_zygote *zygote;
    char *no_python;
    uint64_t records, output; /* of a run, at most */
    pthread_mutex_t lock;     /* guards what follows, and `running` and `over` of the entries */
    pthread_cond_t slot_free;
    entry *first;
    uint32_t last_id;
    unsigned alive, busy; /* runs not over; runs with a worker */
    bool closing;
};

/* ---- entries ---- */

static char *opening_json(uint32_t id, const char *title, const char *code, const char *policy, const char *op) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "op", "run");
    cJSON_AddNumberToObject(o, "trace", id);
    cJSON_AddStringToObject(o, "state", "started");
    cJSON_AddStringToObject(o, "title", title);
    if (code) cJSON_AddStringToObject(o, "code", code);
    if (policy) cJSON_AddStringToObject(o, "policy", policy);
    if (op) cJSON_AddStringToObject(o, "operation", op);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}

static char *ending_json(const entry *e, const cs_result *result) {
    cJSON *o = cJSON_CreateObject();
    char *output = cs_utf8_repair(e->output ? e->output : "", e->output_kept);
    cJSON_AddStringToObject(o, "op", "end");
    cJSON_AddNumberToObject(o, "trace", cs_log_id(e->log));
    cJSON_AddStringToObject(o, "state", cs_run_state_name(result->state));
    cJSON_AddStringToObject(o, "message", result->message);
    cJSON_AddStringToObject(o, "stdout", output ? output : "");
    cJSON_AddNumberToObject(o, "stdout_dropped", (double)e->output_dropped);
    char *text = cJSON_PrintUnformatted(o);
    free(output);
    cJSON_Delete(o);
    return text;
}

static void free_entry(entry *e) {
    cs_log_drop(e->log);
    cs_stop_close(&e->stop);
    free(e->title);
    free(e->code);
    free(e->output);
    free(e);
}

/* Returns a new entry with its log, not on the list; NULL when out of memory. */
static entry *new_entry(cs_hub *hub, const char *title, const char *code, const char *policy, const char *op) {
    entry *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    bool bell = cs_stop_init(&e->stop) == 0;
    pthread_mutex_lock(&hub->lock);
    uint32_t id = ++hub->last_id;
    pthread_mutex_unlock(&hub->lock);
    char *opening = opening_json(id, title, code, policy, op);
    e->hub = hub;
    e->in_file = true;
    e->title = strdup(title);
    e->code = strdup(code ? code : "");
    e->policy = policy;
    e->op = op;
    e->log = opening ? cs_log_new(id, opening) : NULL;
    free(opening);
    if (bell && e->title && e->code && e->log) return e;
    free_entry(e);
    return NULL;
}

static int on_trace(void *ctx, const void *bytes, size_t n) {
    entry *e = ctx;
    return cs_log_append(e->log, bytes, n, e->in_file);
}

static void on_output(void *ctx, const void *bytes, size_t n) {
    entry *e = ctx;
    size_t keep = CS_OUTPUT_KEPT - e->output_kept;
    if (!e->output && !(e->output = malloc(CS_OUTPUT_KEPT))) keep = 0;
    if (keep > n) keep = n;
    if (keep) memcpy(e->output + e->output_kept, bytes, keep);
    e->output_kept += keep;
    e->output_dropped += n - keep;
}

/* Ends the log: first, when the trace has none, the simulated CAM's answers as a frame of their own. */
static void finish(entry *e, cs_replayer *replayer, cs_result *result) {
    size_t n;
    bool late;
    unsigned char *cam = cs_replayer_finish(replayer, &n, &late);
    e->in_file = false;
    if (cam && cs_log_file_frames(e->log)) on_trace(e, cam, n);
    free(cam);
    size_t used = strlen(result->message);
    if (late)
        snprintf(result->message + used, sizeof result->message - used,
                 "; the CAM was not simulated: it would have taken longer than %d s", CS_REPLAY_MS / 1000);
    char *ending = ending_json(e, result);
    cs_log_end(e->log, ending ? ending : "{\"op\":\"end\",\"state\":\"error\",\"message\":\"out of memory\"}");
    free(ending);
}

/* ---- runs ---- */

/* Waits for a turn; false when the run was stopped meanwhile. */
static bool take_slot(entry *e) {
    cs_hub *hub = e->hub;
    pthread_mutex_lock(&hub->lock);
    while (hub->busy == CS_RUNS_AT_ONCE && !atomic_load(&e->stop.asked)) pthread_cond_wait(&hub->slot_free, &hub->lock);
    bool go = !atomic_load(&e->stop.asked);
    hub->busy += go;
    pthread_mutex_unlock(&hub->lock);
    return go;
}

static void run_over(entry *e, bool had_slot) {
    cs_hub *hub = e->hub;
    pthread_mutex_lock(&hub->lock);
    hub->busy -= had_slot;
    hub->alive--;
    e->over = true;
    pthread_cond_broadcast(&hub->slot_free);
    pthread_mutex_unlock(&hub->lock);
}

static void *run_thread(void *arg) {
    entry *e = arg;
    cs_result result = {.state = CS_RUN_KILLED, .message = "the run was stopped before it began"};
    cs_job job = {.request = {.code = e->code,
                              .policy = e->policy,
                              .title = e->title,
                              .filename = "<snippet>",
                              .boxed = true,
                              .records = e->hub->records,
                              .op = e->op},
                  .on_trace = on_trace,
                  .on_output = on_output,
                  .ctx = e,
                  .trace_max = CS_TRACE_MAX,
                  .output_max = e->hub->output,
                  .wall_ms = CS_WALL_MS};
    int64_t start = cs_now_ms();
    cs_say(CS_SAY_INFO, "run.start", "trace=%u policy=%s op=%s", cs_log_id(e->log), e->policy, e->op);
    bool slot = take_slot(e);
    cs_replayer *replayer = slot ? cs_replayer_start(e->log) : NULL;
    if (slot) cs_ingest_free(cs_run(e->hub->zygote, &job, &e->stop, &result));
    finish(e, replayer, &result);
    cs_say(CS_SAY_INFO, "run.end", "trace=%u state=%s ms=%lld bytes=%llu", cs_log_id(e->log),
           cs_run_state_name(result.state), (long long)(cs_now_ms() - start), (unsigned long long)cs_log_bytes(e->log));
    malloc_trim(
        0); /* what a large trace needed goes back at once, and in the long run nothing piles up between pieces */
    run_over(e, slot);
    return NULL;
}

/* Takes ended runs off the list that are too many or too big, oldest first, and joins what is over.
 * Needs the lock.  Returns them for free_entry(), outside the lock. */
static entry *take_old(cs_hub *hub) {
    size_t kept = 0;
    uint64_t bytes = 0;
    entry *old = NULL;
    for (entry **at = &hub->first; *at;) {
        entry *e = *at;
        if (e->running && e->over) {
            pthread_join(e->thread, NULL); /* it has let go of the lock for good */
            e->running = false;
        }
        if (!e->running && !e->is_file) {
            kept++;
            bytes += cs_log_bytes(e->log);
        }
        if (e->running || e->is_file || kept <= 1 || (kept <= CS_TRACES_KEPT && bytes <= CS_TRACES_BYTES)) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        e->next = old;
        old = e;
    }
    return old;
}

/* Needs the lock.  NULL, or why there is no run now. */
static const char *start_run(cs_hub *hub, entry *e) {
    if (hub->closing) return "the server is ending";
    if (hub->alive >= CS_RUNS_AT_ONCE + CS_RUNS_WAITING) return "too many runs wait already: try again in a moment";
    if (pthread_create(&e->thread, NULL, run_thread, e) != 0) return "no more threads";
    hub->alive++;
    e->running = true;
    e->next = hub->first;
    hub->first = e;
    return NULL;
}

static const char *known_policy(const char *name) {
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        if (strcmp(policies[i], name) == 0) return policies[i];
    return NULL;
}

static const char *known_op(const char *name) {
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ops[i], name) == 0) return ops[i];
    return NULL;
}

const char *cs_hub_refuses(const char *policy, const char *op) {
    if (!known_policy(policy)) return "there is no such policy: `copyscope variant` lists them";
    if (!known_op(op)) return "there is no such operation: deepcopy, copy and replace are recorded";
    if (strcmp(op, ops[0]) != 0 && strcmp(policy, policies[0]) != 0)
        return "the policies are deepcopy's: copy and replace are recorded as cpython";
    return NULL;
}

cs_log *cs_hub_run(cs_hub *hub, const char *code, const char *policy, const char *op, const char *title,
                   const char **why) {
    *why = hub->no_python ? hub->no_python : strlen(code) > CS_CODE_MAX ? "the snippet is longer than 64 kB" : NULL;
    if (!*why) *why = cs_hub_refuses(policy, op);
    if (*why) return NULL;
    entry *e = new_entry(hub, title, code, known_policy(policy), known_op(op));
    if (!e) {
        *why = "out of memory";
        return NULL;
    }
    cs_log *log = cs_log_hold(e->log);
    pthread_mutex_lock(&hub->lock);
    *why = start_run(hub, e);
    entry *old = take_old(hub);
    pthread_mutex_unlock(&hub->lock);
    for (entry *next; old; old = next) {
        next = old->next;
        free_entry(old);
    }
    if (!*why) return log;
    cs_log_drop(log);
    free_entry(e);
    return NULL;
}

static void ask_stop(entry *e) { /* needs the lock */
    cs_stop_ask(&e->stop);
    pthread_cond_broadcast(&e->hub->slot_free);
}

void cs_hub_stop_run(cs_hub *hub, uint32_t id) {
    pthread_mutex_lock(&hub->lock);
    for (entry *e = hub->first; e; e = e->next)
        if (e->running && cs_log_id(e->log) == id) ask_stop(e);
    pthread_mutex_unlock(&hub->lock);
}

/* ---- files ---- */

static void describe_file(const cs_status *st, const cs_trace *trace, cs_result *result) {
    if (st->complete) {
        result->state = CS_RUN_DONE;
        snprintf(result->message, sizeof result->message, "%llu events", (unsigned long long)cs_trace_events(trace));
        return;
    }
    result->state = CS_RUN_CUT;
    snprintf(result->message, sizeof result->message, "the file is readable up to byte %llu (%s): %llu events",
             (unsigned long long)st->offset, cs_strerror(st->error), (unsigned long long)cs_trace_events(trace));
}

static void discard(cs_replayer *replayer) {
    size_t n;
    bool late;
    free(cs_replayer_finish(replayer, &n, &late));
}

int cs_hub_open_file(cs_hub *hub, const char *path, cs_status *st) {
    const char *slash = strrchr(path, '/');
    char *title = cs_utf8_repair(slash ? slash + 1 : path, strlen(slash ? slash + 1 : path));
    entry *e = title ? new_entry(hub, title, NULL, NULL, NULL) : NULL;
    free(title);
    *st = (cs_status){.error = CS_E_NOMEM};
    if (!e) return -1;
    cs_replayer *replayer = cs_replayer_start(e->log);
    cs_ingest *in = cs_ingest_file(path, on_trace, e, st);
    if (!in) {
        discard(replayer);
        free_entry(e);
        return -1;
    }
    size_t n;
    cs_result result;
    describe_file(st, cs_ingest_trace(in), &result);
    if (cs_trace_chunk(cs_ingest_trace(in), "CAM_", 0, &n)) { /* it brought the CAM's answers along */
        discard(replayer);
        replayer = NULL;
    }
    finish(e, replayer, &result);
    cs_ingest_free(in);
    e->is_file = true;
    pthread_mutex_lock(&hub->lock);
    e->next = hub->first;
    hub->first = e;
    pthread_mutex_unlock(&hub->lock);
    return 0;
}

/* ---- all of them ---- */

void cs_hub_limit(cs_hub *hub, uint64_t records, uint64_t output) {
    hub->records = records;
    hub->output = output;
}

cs_hub *cs_hub_new(cs_zygote *zygote, const char *no_python) {
    cs_hub *hub = calloc(1, sizeof *hub);
    if (!hub) return NULL;
    hub->zygote = zygote;
    cs_hub_limit(hub, CS_WORKER_RECORDS, CS_WORKER_OUTPUT);
    if (!zygote) hub->no_python = strdup(no_python);
    pthread_mutex_init(&hub->lock, NULL);
    pthread_cond_init(&hub->slot_free, NULL);
    return hub;
}

void cs_hub_free(cs_hub *hub) {
    if (!hub) return;
    pthread_mutex_lock(&hub->lock);
    hub->closing = true;
    for (entry *e = hub->first; e; e = e->next)
        if (e->running) ask_stop(e);
    entry *e = hub->first; /* nothing is added any more */
    pthread_mutex_unlock(&hub->lock);
    for (entry *next; e; e = next) {
        next = e->next;
        if (e->running) pthread_join(e->thread, NULL);
        free_entry(e);
    }
    pthread_cond_destroy(&hub->slot_free);
    pthread_mutex_destroy(&hub->lock);
    free(hub->no_python);
    free(hub);
}

cs_log *cs_hub_find(cs_hub *hub, uint32_t id) {
    cs_log *log = NULL;
    pthread_mutex_lock(&hub->lock);
    for (entry *e = hub->first; e && !log; e = e->next)
        if (cs_log_id(e->log) == id) log = cs_log_hold(e->log);
    pthread_mutex_unlock(&hub->lock);
    return log;
}

cJSON *cs_hub_list(cs_hub *hub) {
    cJSON *list = cJSON_CreateArray();
    pthread_mutex_lock(&hub->lock);
    for (entry *e = hub->first; e; e = e->next) {
        cJSON *o = cJSON_CreateObject();
        cJSON_AddNumberToObject(o, "id", cs_log_id(e->log));
        cJSON_AddStringToObject(o, "title", e->title);
        cJSON_InsertItemInArray(list, 0, o); /* the oldest first */
    }
    pthread_mutex_unlock(&hub->lock);
    return list;
}

cJSON *cs_hub_policies(void) { return cJSON_CreateStringArray(policies, (int)(sizeof policies / sizeof *policies)); }
