#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "meta.h"
#include "text.h"
#include "walk.h"

#define BINS 96u

/* Of a stretch of events: the deepest nest, and how many are of each family. */
typedef struct {
    unsigned depth; /* where there are none, that of the stretch before */
    bool any;
    uint64_t families[CS_FAM_COUNT];
} bin;

typedef struct {
    uint64_t calls, lookups, hits;
    bin bins[BINS];
} profile;

static cs_trace *read_log(cs_log *log) {
    cs_trace *trace = cs_trace_new();
    cs_frame frame;
    const size_t frames = cs_log_file_frames(log);
    for (size_t i = 0; trace && i < frames && cs_log_frame(log, i, &frame); i++)
        if (cs_trace_feed(trace, frame.bytes + CS_FRAME_PREFIX, frame.length - CS_FRAME_PREFIX) != CS_E_OK) break;
    return trace;
}

static int take_profile(const cs_trace *trace, profile *p) {
    cs_walk w;
    const uint64_t all = cs_trace_events(trace);
    const int failed = cs_walk_begin(&w, trace);
    while (!failed && cs_walk_next(&w)) {
        bin *b = &p->bins[(w.n - 1) * BINS / all];
        const unsigned event = w.step->event;
        const bool lookup = event == CS_EV_MEMO_GET || event == CS_EV_MEMO_AGAIN;
        if (!b->any || w.depth > b->depth) b->depth = w.depth;
        b->any = true;
        b->families[cs_event_family(event)]++;
        p->calls += event == CS_EV_CALL;
        p->lookups += lookup;
        p->hits += lookup && w.outcome == CS_OUT_YES;
    }
    cs_walk_end(&w);
    return failed;
}

static void add_bins(cJSON *o, profile *p) {
    cJSON *depth = cJSON_AddArrayToObject(o, "depth"), *lanes = cJSON_AddObjectToObject(o, "lanes");
    for (unsigned i = 1; i < BINS; i++)
        if (!p->bins[i].any) p->bins[i].depth = p->bins[i - 1].depth;
    for (unsigned i = 0; i < BINS; i++) cJSON_AddItemToArray(depth, cJSON_CreateNumber(p->bins[i].depth));
    for (unsigned f = 0; f < CS_FAM_COUNT; f++) {
        cJSON *lane = cJSON_AddArrayToObject(lanes, cs_family_name(f));
        for (unsigned i = 0; i < BINS; i++)
            cJSON_AddItemToArray(lane, cJSON_CreateNumber((double)p->bins[i].families[f]));
    }
}

static void add_meta(cJSON *o, const cs_trace *trace) {
    static const char *const keys[] = {"title", "python", "policy", "op", "created"};
    cJSON *meta = cs_meta_load(trace);
    char words[512];
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (cs_meta_string(meta, keys[i])) cJSON_AddStringToObject(o, keys[i], cs_meta_string(meta, keys[i]));
    const cs_verdict verdict = cs_meta_verdict(meta, words, sizeof words);
    cJSON_AddStringToObject(o, "verdict",
                            verdict == CS_VERDICT_EQUAL     ? "equal"
                            : verdict == CS_VERDICT_DIFFERS ? "differs"
                                                            : "unchecked");
    cJSON_Delete(meta);
}

cJSON *cs_summary(cs_hub *hub, uint32_t id) {
    cs_log *log = cs_hub_find(hub, id);
    cs_trace *trace = log ? read_log(log) : NULL;
    profile *p = calloc(1, sizeof *p);
    const cs_object *objects;
    cJSON *o = NULL;
    if (trace && p && take_profile(trace, p) == 0) {
        o = cJSON_CreateObject();
        cJSON_AddNumberToObject(o, "id", id);
        add_meta(o, trace);
        cJSON_AddNumberToObject(o, "events", (double)cs_trace_events(trace));
        cJSON_AddNumberToObject(o, "objects", (double)cs_trace_objects(trace, &objects));
        cJSON_AddNumberToObject(o, "calls", (double)p->calls);
        cJSON_AddNumberToObject(o, "lookups", (double)p->lookups);
        cJSON_AddNumberToObject(o, "hits", (double)p->hits);
        add_bins(o, p);
    }
    free(p);
    if (trace) cs_trace_close(trace);
    if (log) cs_log_drop(log);
    return o;
}
