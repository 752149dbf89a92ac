/* Which signals of an engine are shown, by the names that a lecture uses. */
#include "waves.h"

#define SIGNAL(function, expression)                                                                                   \
    static uint64_t function(const cs_cycle *c) { return expression; }
SIGNAL(req_valid, c->req_valid)
SIGNAL(req_ready, c->req_ready)
SIGNAL(req_op, c->req_op)
SIGNAL(req_key, c->req_key)
SIGNAL(req_value, c->req_value)
SIGNAL(hazard, c->hazard)
SIGNAL(s1_valid, c->s1_valid)
SIGNAL(s1_op, c->s1_op)
SIGNAL(s1_key, c->s1_key)
SIGNAL(s1_match, c->s1_match)
SIGNAL(s1_any, c->s1_line != UINT32_MAX)
SIGNAL(s1_line, c->s1_line == UINT32_MAX ? 0 : c->s1_line)
SIGNAL(s2_valid, c->s2_valid)
SIGNAL(s2_op, c->s2_op)
SIGNAL(s2_key, c->s2_key)
SIGNAL(s2_match, c->s2_match)
SIGNAL(s2_commit, c->s2_commit)
SIGNAL(rsp_valid, c->rsp_valid)
SIGNAL(rsp_ready, c->rsp_ready)
SIGNAL(rsp_hit, c->rsp_hit)
SIGNAL(rsp_index, c->rsp_index)
SIGNAL(rsp_value, c->rsp_value)
SIGNAL(rsp_spilled, c->rsp_spilled)
SIGNAL(count, c->count)
SIGNAL(full, c->full)
SIGNAL(overflow, c->overflow)
SIGNAL(sweep, c->sweep)
SIGNAL(used, c->used)
SIGNAL(way0, c->sets[0])
SIGNAL(way1, c->sets[1])
SIGNAL(way2, c->sets[2])
SIGNAL(way3, c->sets[3])
SIGNAL(probing, c->probing)
SIGNAL(slot, c->slot)
SIGNAL(probes, c->probes)
SIGNAL(grow, c->grow)
SIGNAL(log2_slots, c->log2)

#define REQUEST                                                                                                        \
    {"request", "valid", 1, req_valid}, {"request", "ready", 1, req_ready}, {"request", "op", 3, req_op},              \
        {"request", "key", 44, req_key}, {                                                                             \
        "request", "value", 32, req_value                                                                              \
    }
#define RESPONSE                                                                                                       \
    {"response", "valid", 1, rsp_valid}, {"response", "ready", 1, rsp_ready}, {"response", "hit", 1, rsp_hit},         \
        {"response", "entry", 32, rsp_index}, {"response", "value", 32, rsp_value},                                    \
        {"response", "spilled", 1, rsp_spilled}, {"state", "count", 32, count}, {"state", "full", 1, full}, {          \
        "state", "overflow", 1, overflow                                                                               \
    }

static const cs_signal cam[] = {
    REQUEST,
    {"request", "hazard_stall", 1, hazard},
    {"stage1", "valid", 1, s1_valid},
    {"stage1", "op", 3, s1_op},
    {"stage1", "key", 44, s1_key},
    {"stage1", "match", 0, s1_match},
    {"stage1", "encoder_any", 1, s1_any},
    {"stage1", "encoder_line", 12, s1_line},
    {"stage2", "valid", 1, s2_valid},
    {"stage2", "op", 3, s2_op},
    {"stage2", "key", 44, s2_key},
    {"stage2", "match", 0, s2_match},
    {"stage2", "commit", 1, s2_commit},
    RESPONSE,
};

static const cs_signal hash[] = {
    REQUEST,
    {"request", "hazard_stall", 1, hazard},
    {"stage1", "valid", 1, s1_valid},
    {"stage1", "op", 3, s1_op},
    {"stage1", "key", 44, s1_key},
    {"stage2", "valid", 1, s2_valid},
    {"stage2", "op", 3, s2_op},
    {"stage2", "key", 44, s2_key},
    {"stage2", "set_of_way0", 14, way0},
    {"stage2", "set_of_way1", 14, way1},
    {"stage2", "set_of_way2", 14, way2},
    {"stage2", "set_of_way3", 14, way3},
    {"stage2", "ways_used", 4, used},
    {"stage2", "match", 12, s2_match},
    {"stage2", "commit", 1, s2_commit},
    RESPONSE,
    {"state", "sweep", 1, sweep},
};

static const cs_signal probe[] = {
    REQUEST,
    {"walk", "busy", 1, s2_valid},
    {"walk", "op", 3, s2_op},
    {"walk", "key", 44, s2_key},
    {"walk", "probing", 1, probing},
    {"walk", "slot", 18, slot},
    {"walk", "probes", 19, probes},
    {"walk", "log2_slots", 5, log2_slots},
    {"walk", "rebuilding", 1, grow},
    RESPONSE,
};

static const struct {
    const cs_signal *signals;
    size_t count;
} engines[CS_ENGINE_COUNT] = {
    [CS_ENGINE_CAM] = {cam, sizeof cam / sizeof *cam},
    [CS_ENGINE_PROBE] = {probe, sizeof probe / sizeof *probe},
    [CS_ENGINE_HASH] = {hash, sizeof hash / sizeof *hash},
};

size_t cs_waves_signals(cs_engine engine, const cs_signal **out) {
    *out = engines[engine].signals;
    return engines[engine].count;
}

unsigned cs_signal_bits(const cs_signal *signal, const cs_unit_config *config) {
    if (signal->bits) return signal->bits;
    return config->depth < 64 ? config->depth : 64;
}
