// The Verilated memo_cam, its own assertions on, against a map: every cycle of every pin that software sees.
#include "cam_model.hpp"
#include "tap.h"

#include <deque>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "memo_cam_16.h"
#include "memo_cam_64.h"
#include "memo_cam_1024.h"

namespace {

constexpr unsigned kLatency = 2; // as memo_cam.sv promises

struct Expected {
    CamOp op;
    uint64_t response_cycle;
    bool hit, spilled, full, overflow;
    unsigned index, count;
    uint32_t value;
};

// The memo in software, with a CAM's limit.
class Reference {
  public:
    explicit Reference(unsigned limit) : limit_(limit) {}

    Expected run(CamOp op, uint64_t key, uint32_t value) {
        Expected e = {op, 0, false, false, false, false, 0, 0, 0};
        auto found = entries_.find(key);
        if (op == CamOp::Clear) {
            entries_.clear();
            overflow_ = false;
        } else if (found != entries_.end()) {
            e.hit = true;
            e.index = found->second.index;
            e.value = found->second.value;
            if (op == CamOp::Insert) found->second.value = value, overwrites++;
        } else if (op == CamOp::Insert && entries_.size() < limit_) {
            e.index = static_cast<unsigned>(entries_.size());
            entries_[key] = {e.index, value};
        } else if (op == CamOp::Insert) {
            e.spilled = overflow_ = true;
            spills++;
        }
        e.count = static_cast<unsigned>(entries_.size());
        e.full = e.count >= limit_;
        e.overflow = overflow_;
        return e;
    }
    unsigned overwrites = 0, spills = 0;

  private:
    struct Entry {
        unsigned index;
        uint32_t value;
    };
    std::unordered_map<uint64_t, Entry> entries_;
    unsigned limit_;
    bool overflow_ = false;
};

template <class Lines> bool line_is_up(const Lines &lines, unsigned i) { return lines >> i & 1; }
template <std::size_t Words> bool line_is_up(const VlWide<Words> &lines, unsigned i) {
    return lines.at(i / 32) >> i % 32 & 1;
}

template <class Pins> bool same(const Pins &pins, const Expected &e) {
    return CHECK(pins.rsp_op_o == static_cast<uint8_t>(e.op)) && CHECK(pins.rsp_hit_o == e.hit) &&
           CHECK(pins.rsp_spilled_o == e.spilled) && CHECK(pins.rsp_value_o == e.value) &&
           CHECK(pins.count_o == e.count) && CHECK(pins.full_o == e.full) && CHECK(pins.overflow_o == e.overflow) &&
           CHECK(lines_up(pins.rsp_match_o) == (e.hit ? 1 : 0)) &&
           CHECK(!e.hit || line_is_up(pins.rsp_match_o, e.index)) &&
           CHECK(e.op == CamOp::Clear || e.spilled || (!e.hit && e.op == CamOp::Lookup) || pins.rsp_index_o == e.index);
}

struct Seen {
    unsigned operations = 0, clears = 0, hits = 0, overwrites = 0, spills = 0;
    bool agreed = true;
};

// Requests in most cycles, so that operations overlap; twice as many keys as entries, so that it overflows.
template <class Model> Seen run_random(unsigned limit, unsigned operations, unsigned seed) {
    CamModel<Model> cam(limit);
    Reference reference(limit);
    std::mt19937_64 random(seed);
    std::vector<uint64_t> keys(2 * limit + 2);
    std::deque<Expected> pending;
    Seen seen;

    for (auto &key : keys) key = random() & ((UINT64_C(1) << 44) - 1);
    keys[0] = 0, keys[1] = (UINT64_C(1) << 44) - 1;
    while (seen.agreed && (seen.operations < operations || !pending.empty())) {
        cam.idle();
        if (seen.operations < operations && random() % 8) {
            unsigned dice = random() % (6 * limit + 6);
            CamOp op = dice == 0 ? CamOp::Clear : dice % 2 ? CamOp::Lookup : CamOp::Insert;
            uint64_t key = keys[random() % keys.size()];
            uint32_t value = static_cast<uint32_t>(random());
            cam.request(op, key, value);
            if (cam.ready()) {
                Expected e = reference.run(op, key, value);
                e.response_cycle = cam.cycle() + kLatency;
                pending.push_back(e);
                seen.operations++;
                seen.clears += op == CamOp::Clear;
                seen.hits += e.hit;
            }
        }
        cam.tick();
        bool due = !pending.empty() && pending.front().response_cycle == cam.cycle();
        seen.agreed = CHECK(cam.pins().rsp_valid_o == due) && (!due || same(cam.pins(), pending.front()));
        if (due) pending.pop_front();
    }
    seen.overwrites = reference.overwrites;
    seen.spills = reference.spills;
    return seen;
}

template <class Model> void test_random(unsigned depth) {
    std::string name = "depth " + std::to_string(depth) + ": ";
    Seen seen = run_random<Model>(depth, 120000, depth);

    CHECK(seen.agreed && seen.operations == 120000);
    CHECK(seen.clears > 5 && seen.hits > 1000 && seen.overwrites > 1000 && seen.spills > 1000);
    printf("# %u operations: %u hits, %u overwrites, %u spills, %u clears\n", seen.operations, seen.hits,
           seen.overwrites, seen.spills, seen.clears);
    claim((name + "120000 random operations answer as a map does").c_str());

    for (unsigned limit : {1u, 3u, depth / 2, depth - 1}) {
        seen = run_random<Model>(limit, 5000, limit);
        CHECK(seen.agreed && seen.spills > 0);
    }
    claim((name + "no more entries are used than limit_i says").c_str());
}

template <class Model> void test_pipeline(unsigned depth) {
    std::string name = "depth " + std::to_string(depth) + ": ";
    CamModel<Model> cam(depth);

    for (unsigned i = 0; i < 3; i++) {
        cam.request(CamOp::Insert, 100 + i, 7 + i);
        CHECK(cam.ready());
        cam.tick();
        CHECK(!cam.ready()); // the next request is not taken in this cycle
        cam.idle();
        cam.tick();
        CHECK(cam.ready() && cam.pins().rsp_valid_o);
    }
    claim((name + "a request right behind an insertion waits one cycle").c_str());

    for (unsigned i = 0; i < 5; i++) { // lookups of 100, 101, 102 in three cycles on end
        if (i < 3) {
            cam.request(CamOp::Lookup, 100 + i, 0);
            CHECK(cam.ready());
        } else cam.idle();
        cam.tick();
        bool comparing = i < 3, responding = i >= 1 && i < 4;
        CHECK(lines_low64(cam.pins().match_o) == (comparing ? UINT64_C(1) << i : 0));
        CHECK(cam.pins().rsp_valid_o == responding);
        CHECK(!responding || (cam.pins().rsp_hit_o && cam.pins().rsp_value_o == 7 + i - 1));
    }
    claim((name + "lookups are taken every cycle, and answered 2 cycles later").c_str());

    cam.request(CamOp::Clear, 0, 0);
    cam.tick();
    cam.request(CamOp::Lookup, 101, 0);
    CHECK(!cam.ready());
    cam.tick();
    CHECK(cam.ready() && cam.pins().rsp_valid_o && cam.pins().count_o == 0);
    cam.tick();
    cam.idle();
    cam.tick();
    CHECK(cam.pins().rsp_valid_o && !cam.pins().rsp_hit_o && lines_up(cam.pins().rsp_match_o) == 0);
    claim((name + "a lookup that waits behind a clear finds nothing").c_str());
}

template <class Model> void test_depth(unsigned depth) {
    test_pipeline<Model>(depth);
    test_random<Model>(depth);
}

} // namespace

int main() {
    test_depth<memo_cam_16>(16);
    test_depth<memo_cam_64>(64);
    test_depth<memo_cam_1024>(1024);
    return tap_end();
}
