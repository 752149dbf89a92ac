// A trace's memo operations on a simulated memory, each beside the outcome that the dict had.
#include "cam.h"

#include <algorithm>
#include <memory>
#include <new>
#include <unordered_map>
#include <vector>

namespace {

struct FreeUnit {
    void operator()(cs_unit *unit) const { cs_unit_free(unit); }
};

} // namespace

struct cs_replay {
    explicit cs_replay(const cs_unit_config *config) : unit(cs_unit_new(config)) {
        if (!unit) throw std::bad_alloc();
        header.depth = cs_unit_config_of(unit.get())->depth;
        walks = cs_unit_config_of(unit.get())->engine == CS_ENGINE_PROBE && !config->rotate;
    }

    bool feed(const cs_trace *trace);

    cs_cam_header header = {};
    cs_replay_totals totals = {};
    std::vector<cs_cam_op> ops;
    std::vector<cs_replay_cost> costs;
    std::vector<cs_cycle> cycles;
    size_t watch_first = 1, watch_last = 0, watch_most = 0; // operations; none

  private:
    uint32_t memo_in_force() const { return calls.empty() ? 0 : calls.back(); }
    bool key_of(uint32_t ref, uint64_t *key);
    void on_root(const cs_record &r);
    void on_preset(const cs_record &r);
    void on_event(const cs_record &r, const cs_step &step, unsigned position);
    bool lookup(const cs_record &r, const cs_step &step, uint64_t key, cs_answer *answer);
    void insert(uint64_t key, uint32_t value, cs_answer *answer);
    void clear();
    void walked(const cs_record &r, const cs_answer &answer);
    void watch_operation();
    void keep(const cs_record &r, unsigned position, const cs_answer &answer, bool agreed);
    static void on_cycle(void *replay, const cs_cycle *cycle);

    std::unique_ptr<cs_unit, FreeUnit> unit;
    std::unordered_map<uint64_t, uint32_t> spilled; // what software keeps since the memory is full
    bool walks = false;                             // the unit walks slots as the dict does
    bool same_history = true; // the memory has seen what the dict's table has seen: no entries from before
    bool out_of_memory = false;
    // The key that was asked for last is the whole id.  CPython's own static objects (small ints since 3.11) start at
    // multiples of 8: told apart by id >> 4 as well, but their hash has a bit that the key lacks.
    bool aligned = true;
    std::vector<uint32_t> calls;        // memo of each open call, the innermost last
    uint32_t memo = 0;                  // the one that is replayed: the first
    const cs_object *objects = nullptr; // of the trace that is being fed
    size_t object_count = 0;
    size_t seen = 0;
};

bool cs_replay::feed(const cs_trace *trace) {
    const cs_record *records;
    const cs_step *steps[CS_MAX_STEPS];
    size_t count = cs_trace_records(trace, &records);

    object_count = cs_trace_objects(trace, &objects);
    for (; seen < count; seen++) {
        const cs_record &r = records[seen];
        if (r.kind == CS_REC_ROOT) on_root(r);
        if (r.kind == CS_REC_MEMO_CHANGED && memo && memo_in_force() == memo) clear();
        if (r.kind == CS_REC_PRESET) on_preset(r);
        if (r.kind != CS_REC_ROOT && cs_opens_call(&r)) calls.push_back(memo_in_force());
        unsigned n = cs_expand(&r, steps);
        for (unsigned i = 0; i < n; i++) on_event(r, *steps[i], i);
        if (cs_closes_call(&r) && !calls.empty()) calls.pop_back();
    }
    header.ops = static_cast<uint32_t>(ops.size());
    header.cycles = cs_unit_cycles(unit.get());
    totals.cycles_kept = cycles.size();
    return !out_of_memory;
}

void cs_replay::on_root(const cs_record &r) {
    calls.push_back(r.arg);
    if (!memo) memo = r.arg;
    // The same memo brought again: its PRESET records follow, and user code may have removed some.
    else if (r.arg == memo && (r.flags & CS_F_YES)) clear();
}

void cs_replay::on_preset(const cs_record &r) {
    uint64_t key = r.obj | static_cast<uint64_t>(r.arg) << 32;

    if (!memo || memo_in_force() != memo) return;
    if (key >> 48) { // no address: no lookup can ask for it
        header.skipped++;
        return;
    }
    same_history = false;
    cs_unit_watch(unit.get(), nullptr, nullptr);
    insert(cs_cam_key(key), r.t, nullptr);
}

void cs_replay::on_event(const cs_record &r, const cs_step &step, unsigned position) {
    uint32_t ref = r.obj;
    bool inserts = false;

    switch (step.event) {
    case CS_EV_MEMO_GET:
    case CS_EV_MEMO_AGAIN: break;
    case CS_EV_MEMO_SET: inserts = true; break;
    case CS_EV_KEEP_GET: ref = memo_in_force(); break;
    case CS_EV_KEEP_NEW: ref = memo_in_force(), inserts = true; break;
    default: return;
    }
    uint64_t key;
    if (!memo || memo_in_force() != memo || !key_of(ref, &key)) {
        header.skipped++;
        return;
    }
    cs_answer answer = {};
    bool agreed = false;
    watch_operation();
    if (inserts) insert(key, step.event == CS_EV_MEMO_SET ? r.arg : 0, &answer);
    else agreed = lookup(r, step, key, &answer);
    keep(r, position, answer, agreed);
}

// The cycles of an operation that is asked for, and no others.
void cs_replay::watch_operation() {
    bool asked = ops.size() >= watch_first && ops.size() <= watch_last;
    cs_unit_watch(unit.get(), asked ? on_cycle : nullptr, this);
}

void cs_replay::on_cycle(void *replay, const cs_cycle *cycle) {
    auto *self = static_cast<cs_replay *>(replay);
    if (self->cycles.size() >= self->watch_most) {
        self->totals.cycles_dropped++;
        return;
    }
    try {
        self->cycles.push_back(*cycle);
    } catch (const std::bad_alloc &) { // not through the simulation: feed() tells
        self->out_of_memory = true;
    }
}

void cs_replay::keep(const cs_record &r, unsigned position, const cs_answer &answer, bool agreed) {
    cs_cam_op op = {};
    op.rec = static_cast<uint32_t>(seen);
    op.step = static_cast<uint8_t>(position);
    op.op = answer.op;
    op.flags = static_cast<uint8_t>(answer.flags | (agreed ? CS_CAM_AGREED : 0));
    op.cycles = static_cast<uint8_t>(std::min(answer.cycles, 255u));
    op.index = answer.index;
    op.cycle = static_cast<uint32_t>(answer.cycle);
    op.match = answer.match;
    op.count = answer.count;
    op.value = answer.value;
    if (ops.size() == watch_last) cs_unit_look(unit.get());
    ops.push_back(op);

    bool probed = !(r.flags & CS_F_NO_PROBE) && answer.op == CS_CAM_LOOKUP;
    costs.push_back({answer.cycle, answer.cycles, answer.probes, probed ? cs_rec_probes(&r) : 0, answer.waited});
}

bool cs_replay::key_of(uint32_t ref, uint64_t *key) {
    if (ref == 0 || ref > object_count) return false;
    uint64_t addr = objects[ref - 1].addr;
    *key = cs_cam_key(addr);
    aligned = (addr & 15) == 0;
    return true;
}

bool cs_replay::lookup(const cs_record &r, const cs_step &step, uint64_t key, cs_answer *answer) {
    bool dict_hit = step.outcome == CS_OUT_YES || (step.outcome == CS_OUT_FLAG && (r.flags & CS_F_YES));
    uint32_t dict_value = dict_hit && step.event != CS_EV_KEEP_GET ? r.arg : 0; // 0: not known

    cs_unit_lookup(unit.get(), key, answer);
    walked(r, *answer);
    bool hit = answer->flags & CS_CAM_HIT;
    uint32_t value = answer->value;
    if (answer->flags & CS_CAM_SPILL) {
        auto kept = spilled.find(key);
        hit = kept != spilled.end();
        value = hit ? kept->second : 0;
    }
    bool agreed = hit == dict_hit && (!value || !dict_value || value == dict_value);
    header.lookups++;
    header.agreed += agreed;
    return agreed;
}

// The slots that the engine visited beside those that the record says the dict did.
void cs_replay::walked(const cs_record &r, const cs_answer &answer) {
    unsigned told = cs_rec_probes(&r);
    if (!walks || !aligned || !same_history || !spilled.empty() || (r.flags & CS_F_NO_PROBE) || !told) return;
    totals.walks++;
    totals.walks_equal += answer.log2 == cs_rec_lg(&r) && std::min(answer.probes, 127u) == told;
}

void cs_replay::insert(uint64_t key, uint32_t value, cs_answer *answer) {
    cs_answer unseen;

    if (!answer) answer = &unseen;
    cs_unit_insert(unit.get(), key, value, answer);
    if (answer->flags & CS_CAM_SPILL) {
        spilled[key] = value;
        header.spilled++;
    }
}

void cs_replay::clear() {
    cs_unit_watch(unit.get(), nullptr, nullptr);
    cs_unit_clear(unit.get(), nullptr);
    spilled.clear();
    same_history = false;
}

cs_replay *cs_replay_new(const cs_unit_config *config) {
    try {
        return new cs_replay(config);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void cs_replay_watch(cs_replay *replay, size_t first, size_t last, size_t most) {
    replay->watch_first = first;
    replay->watch_last = last;
    replay->watch_most = most;
}

int cs_replay_feed(cs_replay *replay, const cs_trace *trace) {
    try {
        return replay->feed(trace) ? 0 : -1;
    } catch (const std::bad_alloc &) {
        return -1;
    }
}

const cs_cam_header *cs_replay_header(const cs_replay *replay) { return &replay->header; }

cs_replay_totals cs_replay_sum(const cs_replay *replay) { return replay->totals; }

size_t cs_replay_costs(const cs_replay *replay, const cs_replay_cost **out) {
    *out = replay->costs.data();
    return replay->costs.size();
}

size_t cs_replay_cycles(const cs_replay *replay, const cs_cycle **out) {
    *out = replay->cycles.data();
    return replay->cycles.size();
}

size_t cs_replay_ops(const cs_replay *replay, const cs_cam_op **out) {
    *out = replay->ops.data();
    return replay->ops.size();
}

void cs_replay_free(cs_replay *replay) { delete replay; }
