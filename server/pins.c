#include "pins.h"

#include <inttypes.h>
#include <stdio.h>

#include "limits.h"
#include "trace.h"

/* Replays frame by frame until the operation has been done.  Returns 0, or -1 and *why. */
static int replay_to(cs_replay *replay, cs_trace *trace, cs_log *log, size_t index, const char **why) {
    const cs_cam_op *ops;
    cs_frame frame;
    const size_t frames = cs_log_file_frames(log);
    for (size_t i = 0; i < frames && cs_log_frame(log, i, &frame); i++) {
        if (cs_trace_feed(trace, frame.bytes + CS_FRAME_PREFIX, frame.length - CS_FRAME_PREFIX) != CS_E_OK) break;
        if (cs_replay_feed(replay, trace) != 0) {
            *why = "out of memory";
            return -1;
        }
        if (cs_replay_ops(replay, &ops) > index + 1) return 0;
    }
    if (cs_replay_ops(replay, &ops) > index) return 0;
    *why = "there is no such operation";
    return -1;
}

/* 64 bits do not fit a JSON number. */
static void add_hex(cJSON *o, const char *name, uint64_t value) {
    char text[20];
    snprintf(text, sizeof text, "%" PRIx64, value);
    cJSON_AddStringToObject(o, name, text);
}

static cJSON *operation(const cs_replay *replay, size_t i) {
    const cs_cam_op *ops;
    const cs_replay_cost *costs;
    cs_replay_ops(replay, &ops);
    cs_replay_costs(replay, &costs);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "op", ops[i].op);
    cJSON_AddBoolToObject(o, "hit", (ops[i].flags & CS_CAM_HIT) != 0);
    cJSON_AddBoolToObject(o, "full", (ops[i].flags & CS_CAM_FULL) != 0);
    cJSON_AddBoolToObject(o, "spill", (ops[i].flags & CS_CAM_SPILL) != 0);
    cJSON_AddBoolToObject(o, "agreed", (ops[i].flags & CS_CAM_AGREED) != 0);
    cJSON_AddNumberToObject(o, "entry", ops[i].index == UINT32_MAX ? -1 : (double)ops[i].index);
    cJSON_AddNumberToObject(o, "count", ops[i].count);
    cJSON_AddNumberToObject(o, "value", ops[i].value);
    cJSON_AddNumberToObject(o, "cycle", (double)costs[i].cycle);
    cJSON_AddNumberToObject(o, "cycles", costs[i].cycles);
    cJSON_AddNumberToObject(o, "waited", costs[i].waited);
    cJSON_AddNumberToObject(o, "probes", costs[i].probes);
    cJSON_AddNumberToObject(o, "dict_probes", costs[i].dict_probes);
    add_hex(o, "match", ops[i].match);
    return o;
}

static cJSON *pins_of(const cs_cycle *c) {
    cJSON *o = cJSON_CreateObject();
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"cycle", c->cycle},         {"req_valid", c->req_valid},
                   {"req_ready", c->req_ready}, {"req_op", c->req_op},
                   {"hazard", c->hazard},       {"s1_valid", c->s1_valid},
                   {"s2_valid", c->s2_valid},   {"s2_commit", c->s2_commit},
                   {"rsp_valid", c->rsp_valid}, {"rsp_hit", c->rsp_hit},
                   {"rsp_value", c->rsp_value}, {"rsp_spilled", c->rsp_spilled},
                   {"count", c->count},         {"full", c->full},
                   {"overflow", c->overflow},   {"probing", c->probing},
                   {"slot", c->slot},           {"probes", c->probes},
                   {"used", c->used},           {"grow", c->grow}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cJSON_AddNumberToObject(o, numbers[i].name, (double)numbers[i].value);
    cJSON *sets = cJSON_AddArrayToObject(o, "sets");
    for (int i = 0; i < 4; i++) cJSON_AddItemToArray(sets, cJSON_CreateNumber(c->sets[i]));
    add_hex(o, "req_key", c->req_key);
    add_hex(o, "s1_match", c->s1_match);
    add_hex(o, "s2_match", c->s2_match);
    return o;
}

static cJSON *answer(const cs_replay *replay, const cs_unit_config *config, size_t index) {
    const cs_cycle *cycles;
    const size_t n = cs_replay_cycles(replay, &cycles);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "engine", cs_engine_name(config->engine));
    cJSON_AddNumberToObject(o, "depth", config->depth);
    cJSON_AddNumberToObject(o, "latency", config->latency);
    cJSON_AddItemToObject(o, "op", operation(replay, index));
    cJSON_AddItemToObject(o, "before", index ? operation(replay, index - 1) : cJSON_CreateNull());
    cJSON *list = cJSON_AddArrayToObject(o, "cycles");
    for (size_t i = 0; i < n; i++) cJSON_AddItemToArray(list, pins_of(&cycles[i]));
    cJSON_AddNumberToObject(o, "dropped", (double)cs_replay_sum(replay).cycles_dropped);
    return o;
}

cJSON *cs_pins(cs_log *log, const cs_unit_config *config, size_t index, const char **why) {
    if ((index + 1) * (uint64_t)config->depth > CS_PINS_WORK) {
        *why = "too far into a trace for a memory so deep: it is simulated from the beginning";
        return NULL;
    }
    cs_trace *trace = cs_trace_new();
    cs_replay *replay = cs_replay_new(config);
    cJSON *o = NULL;
    *why = "out of memory";
    if (trace && replay) {
        cs_replay_watch(replay, index ? index - 1 : 0, index + 1,
                        CS_PINS_CYCLES); /* the answer comes while the next begins */
        if (replay_to(replay, trace, log, index, why) == 0) o = answer(replay, config, index);
    }
    if (replay) cs_replay_free(replay);
    if (trace) cs_trace_close(trace);
    return o;
}
