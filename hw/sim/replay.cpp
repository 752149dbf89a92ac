// A trace's memo operations on the CAM, each beside the outcome that the dict had.
#include "cam.h"

#include <memory>
#include <new>
#include <unordered_map>
#include <vector>

namespace {

struct FreeCam {
    void operator()(cs_cam *cam) const { cs_cam_free(cam); }
};

} // namespace

struct cs_replay {
    explicit cs_replay(unsigned depth) : cam(cs_cam_new(depth)) {
        if (!cam) throw std::bad_alloc();
        header.depth = cs_cam_depth(cam.get());
    }

    void feed(const cs_trace *trace);

    cs_cam_header header = {};
    std::vector<cs_cam_op> ops;

  private:
    uint32_t memo_in_force() const { return calls.empty() ? 0 : calls.back(); }
    bool key_of(uint32_t ref, uint64_t *key) const;
    void on_root(const cs_record &r);
    void on_preset(const cs_record &r);
    void on_event(const cs_record &r, const cs_step &step, unsigned position);
    void lookup(const cs_record &r, const cs_step &step, cs_cam_op *op, uint64_t key);
    void insert(uint64_t key, uint32_t value, cs_cam_op *op);
    void clear();

    std::unique_ptr<cs_cam, FreeCam> cam;
    std::unordered_map<uint64_t, uint32_t> spilled; // what software keeps since the CAM is full
    std::vector<uint32_t> calls;                    // memo of each open call, the innermost last
    uint32_t memo = 0;                              // the one that is replayed: the first
    const cs_object *objects = nullptr;             // of the trace that is being fed
    size_t object_count = 0;
    size_t seen = 0;
};

void cs_replay::feed(const cs_trace *trace) {
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
    header.cycles = cs_cam_cycles(cam.get());
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
    cs_cam_op op = {};
    if (inserts) insert(key, step.event == CS_EV_MEMO_SET ? r.arg : 0, &op);
    else lookup(r, step, &op, key);
    op.rec = static_cast<uint32_t>(seen);
    op.step = static_cast<uint8_t>(position);
    ops.push_back(op);
}

bool cs_replay::key_of(uint32_t ref, uint64_t *key) const {
    if (ref == 0 || ref > object_count) return false;
    *key = cs_cam_key(objects[ref - 1].addr);
    return true;
}

void cs_replay::lookup(const cs_record &r, const cs_step &step, cs_cam_op *op, uint64_t key) {
    bool dict_hit = step.outcome == CS_OUT_YES || (step.outcome == CS_OUT_FLAG && (r.flags & CS_F_YES));
    uint32_t dict_value = dict_hit && step.event != CS_EV_KEEP_GET ? r.arg : 0; // 0: not known

    cs_cam_lookup(cam.get(), key, op);
    bool hit = op->flags & CS_CAM_HIT;
    uint32_t value = op->value;
    if (op->flags & CS_CAM_SPILL) {
        auto kept = spilled.find(key);
        hit = kept != spilled.end();
        value = hit ? kept->second : 0;
    }
    header.lookups++;
    if (hit == dict_hit && (!value || !dict_value || value == dict_value)) {
        op->flags |= CS_CAM_AGREED;
        header.agreed++;
    }
}

void cs_replay::insert(uint64_t key, uint32_t value, cs_cam_op *op) {
    cs_cam_op unseen;

    if (!op) op = &unseen;
    cs_cam_insert(cam.get(), key, value, op);
    if (op->flags & CS_CAM_SPILL) {
        spilled[key] = value;
        header.spilled++;
    }
}

void cs_replay::clear() {
    cs_cam_clear(cam.get());
    spilled.clear();
}

cs_replay *cs_replay_new(unsigned depth) {
    try {
        return new cs_replay(depth);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

int cs_replay_feed(cs_replay *replay, const cs_trace *trace) {
    try {
        replay->feed(trace);
        return 0;
    } catch (const std::bad_alloc &) {
        return -1;
    }
}

const cs_cam_header *cs_replay_header(const cs_replay *replay) { return &replay->header; }

size_t cs_replay_ops(const cs_replay *replay, const cs_cam_op **out) {
    *out = replay->ops.data();
    return replay->ops.size();
}

void cs_replay_free(cs_replay *replay) { delete replay; }
