// The Verilated memories, their own assertions on, against references: constrained random operations with
// back-pressure, every pin that software sees in every cycle.
#include "references.hpp"
#include "tap.h"
#include "views.hpp"

#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>

#include "memo_cam_128.h"
#include "memo_cam_16.h"
#include "memo_hash_64.h"
#include "probe_engine_32.h"

namespace {

struct Plan {
    unsigned limit, latency, operations, seed;
    unsigned asks, takes; // in how many of 8 cycles a request is made, and a response taken
    unsigned clear_in;    // one operation of so many is a clear
    unsigned keys;        // how many there are
    bool rotate, deletes;
};

// Two engines have a pipe with a hazard; the third walks.
template <class Pins> auto hazard_of(const Pins &pins, int) -> decltype(pins.hazard_o) { return pins.hazard_o; }
template <class Pins> bool hazard_of(const Pins &, long) { return false; }
template <class Pins> auto sweep_of(const Pins &pins, int) -> decltype(pins.sweep_o) { return pins.sweep_o; }
template <class Pins> bool sweep_of(const Pins &, long) { return false; }
template <class Pins> auto rotate(Pins &pins, bool on, int) -> decltype(void(pins.rotate_i)) { pins.rotate_i = on; }
template <class Pins> void rotate(Pins &, bool, long) {}

template <class Pins> auto lines_agree(const Pins &pins, const Expected &e, int) -> decltype(pins.s2_sets_o, true) {
    unsigned line = e.index < 64 ? e.index % 4 : 4 + e.index - 64;
    return CHECK(pins.s2_match_o == (e.hit ? 1u << line : 0));
}
template <class Pins> auto lines_agree(const Pins &pins, const Expected &e, long) -> decltype(pins.s2_match_o, true) {
    return CHECK(lines_up(pins.s2_match_o) == (e.hit ? 1 : 0)) &&
           CHECK(lowest_line(pins.s2_match_o) == (e.hit ? e.index : UINT32_MAX));
}
template <class Pins> auto lines_agree(const Pins &pins, const Expected &e, int) -> decltype(pins.rsp_probes_o, true) {
    return e.op == Op::Clear || e.slots.empty() ||
           (CHECK(pins.rsp_probes_o == e.probes) && CHECK(pins.rsp_log2_o == e.log2));
}

template <class Pins> bool same(const Pins &pins, const Expected &e) {
    return CHECK(pins.rsp_op_o == static_cast<uint8_t>(e.op)) && CHECK(pins.rsp_hit_o == e.hit) &&
           CHECK(pins.rsp_spilled_o == e.spilled) && CHECK(pins.rsp_value_o == e.value) &&
           CHECK(pins.count_o == e.count) && CHECK(pins.full_o == e.full) && CHECK(pins.overflow_o == e.overflow) &&
           CHECK(!e.indexed || pins.rsp_index_o == e.index) && lines_agree(pins, e, 0);
}

// One run: a model beside its reference, cycle by cycle.
template <class Pins> class Bench {
  public:
    Bench(const Plan &plan, std::unique_ptr<Reference> reference)
        : plan_(plan), reference_(std::move(reference)), model_(plan.limit, plan.latency), random_(plan.seed) {
        rotate(model_.pins(), plan.rotate, 0);
        for (unsigned i = 0; i < plan.keys; i++) keys_.push_back(key());
        keys_[0] = 0, keys_.back() = kKeyMask;
    }

    Bins run() {
        Bins &bins = reference_->bins;
        while (agreed_ && (bins.operations < plan_.operations || !pending_.empty())) cycle(&bins);
        CHECK(agreed_);
        return bins;
    }

  private:
    uint64_t key() { // half of them near each other, as addresses are
        uint64_t any = random_() & kKeyMask;
        return random_() % 2 ? any : (any & 0xfff) * 3 + UINT64_C(0x7f3a1200000);
    }

    void choose() {
        unsigned dice = random_() % plan_.clear_in;
        op_ = dice == 0 ? Op::Clear : dice % 2 ? Op::Lookup : Op::Insert;
        if (plan_.deletes && dice % 5 == 1) op_ = Op::Delete;
        if (dice == 7) op_ = static_cast<Op>(5 + random_() % 3); // none that there is
        key_ = keys_[random_() % keys_.size()];
        value_ = static_cast<uint32_t>(random_());
        asking_ = true;
    }

    // A request stays until it is taken, and a response is taken or not, as the dice say.
    void cycle(Bins *bins) {
        bool more = bins->operations < plan_.operations;
        if (!asking_ && more && random_() % 8 < plan_.asks) choose();
        if (asking_) model_.request(op_, key_, value_);
        else {
            model_.request(static_cast<Op>(random_() % 8), random_(), static_cast<uint32_t>(random_())); // noise
            model_.idle();
        }
        model_.take(random_() % 8 < plan_.takes);
        model_.settle();
        look(bins);
        bool taken = asking_ && model_.ready();
        if (taken) {
            Expected e = reference_->run(op_, key_, value_);
            e.taken = model_.cycle();
            pending_.push_back(e);
            asking_ = false;
        }
        bins->back_to_back += taken && pending_.size() > 1;
        model_.tick();
    }

    void look(Bins *bins) {
        const Pins &pins = model_.pins();
        bins->hazards += hazard_of(pins, 0);
        bool sweeping = sweep_of(pins, 0);
        bins->sweeps += sweeping && !swept_ && model_.cycle() > 0;
        if (sweeping) last_sweep_ = model_.cycle() + 1;
        swept_ = sweeping;
        note_slot(pins, 0);
        if (!model_.responds()) {
            agreed_ = agreed_ && CHECK(!overdue(pins, 0)) && CHECK(!was_held_);
            return;
        }
        agreed_ = agreed_ && CHECK(!pending_.empty());
        if (!agreed_) return;
        const Expected &e = pending_.front();
        agreed_ = same(pins, e) && CHECK(model_.cycle() >= e.taken + 2 + plan_.latency) && slots_agree(e, pins, 0);
        was_held_ = !pins.rsp_ready_i;
        bins->held += was_held_;
        if (was_held_) return;
        bins->stash_hits += e.hit && e.index >= 64;
        retired_ = model_.cycle();
        slots_.clear();
        pending_.pop_front();
    }

    // Latency 2, unless it came behind another or a sweep.
    template <class P> auto overdue(const P &pins, int) -> decltype(pins.s2_commit_o, true) {
        if (pending_.empty()) return false;
        uint64_t due = std::max(pending_.front().taken + 2, retired_ + 1);
        due = std::max(due, last_sweep_ + 1) + plan_.latency;
        return model_.cycle() >= due;
    }
    template <class P> bool overdue(const P &, long) { return false; }

    template <class P> auto note_slot(const P &pins, int) -> decltype(void(pins.probe_o)) {
        if (pins.probe_o) slots_.push_back(pins.slot_o);
    }
    template <class P> void note_slot(const P &, long) {}
    template <class P> auto slots_agree(const Expected &e, const P &pins, int) -> decltype(pins.probe_o, true) {
        return CHECK(e.log2 == 0 || e.op == Op::Clear || slots_ == e.slots);
    }
    template <class P> bool slots_agree(const Expected &, const P &, long) { return true; }

    Plan plan_;
    std::unique_ptr<Reference> reference_;
    UnitModel<Pins> model_;
    std::mt19937_64 random_;
    std::vector<uint64_t> keys_;
    std::deque<Expected> pending_;
    std::vector<unsigned> slots_;
    bool asking_ = false, agreed_ = true, was_held_ = false, swept_ = false;
    uint64_t key_ = 0, retired_ = 0, last_sweep_ = 0;
    uint32_t value_ = 0;
    Op op_ = Op::Lookup;
};

unsigned total;

void add(Bins *sum, const Bins &b) {
    const auto *from = reinterpret_cast<const unsigned *>(&b);
    auto *to = reinterpret_cast<unsigned *>(sum);
    for (size_t i = 0; i < sizeof b / sizeof *from; i++) to[i] += from[i];
    total += b.operations;
}

void tell(const char *engine, const Bins &b) {
    printf(
        "# %s: %u operations: %u hits, %u misses, %u appended, %u overwritten (%u when full), %u spilled, %u clears,\n",
        engine, b.operations, b.hits, b.misses, b.appends, b.overwrites, b.overwrites_when_full, b.spills, b.clears);
    printf("#   %u that are none; cycles: %u of hazard, %u held up, %u requests behind another;\n", b.nothings,
           b.hazards, b.held, b.back_to_back);
    printf("#   sweeps %u, stash: %u stored, %u found; table: %u rebuilt, %u with holes, tombstones %u made, %u "
           "passed, %u used\n",
           b.sweeps, b.stash_appends, b.stash_hits, b.growths, b.compactions, b.deletions, b.tombstones_passed,
           b.tombstones_reused);
}

// The same plans for every engine: pressure from either side, short limits, long ways.
template <class Pins, class Make> Bins run_plans(unsigned depth, unsigned operations, bool deletes, Make make) {
    const Plan plans[] = {
        {depth, 0, operations, 1, 7, 8, 6 * depth, 2 * depth + 2, false, deletes},
        {depth, 0, operations / 4, 2, 8, 4, 40 * depth, 3 * depth, true, deletes},
        {depth, 0, operations / 8, 3, 8, 1, 3 * depth, depth, false, false},
        {depth, 3, operations / 16, 4, 8, 7, 6 * depth, 2 * depth, true, deletes},
        {1, 0, operations / 64, 5, 6, 6, 12, 4, false, deletes},
        {3, 1, operations / 64, 6, 6, 6, 40, 8, true, deletes},
        {depth / 2 + 1, 0, operations / 64, 7, 6, 6, 3 * depth, 2 * depth, false, deletes},
        {2 * depth - 1, 4095, 6, 8, 8, 8, 40, 8, false, false},
        {depth, 0, operations / 16, 9, 8, 8, 9, 2, false, false},
    };
    Bins sum;
    for (const Plan &plan : plans) {
        Plan p = plan;
        p.limit = std::min(p.limit, 2 * depth - 1); // as many bits as the pins have
        add(&sum, Bench<Pins>(p, make(p)).run());
    }
    return sum;
}

template <class Pins> void test_cam(unsigned depth, unsigned operations) {
    Bins b = run_plans<Pins>(depth, operations, true,
                             [&](const Plan &p) { return std::make_unique<CamReference>(std::min(p.limit, depth)); });
    std::string name = "CAM of " + std::to_string(depth);
    tell(name.c_str(), b);
    claim((name + " answers as a map does").c_str());
    CHECK(b.hazards > 1000 && b.spills > 1000 && b.overwrites_when_full > 1000 && b.clears > 100 && b.held > 1000);
    CHECK(b.hits > 1000 && b.misses > 1000 && b.back_to_back > 1000 && b.nothings > 100);
    claim((name + " saw hazards, overflow, updates when full, clears and back-pressure").c_str());
}

void test_hash(unsigned operations) {
    Bins b = run_plans<memo_hash_64>(64, operations, true, [&](const Plan &p) {
        return std::make_unique<HashReference>(64u, std::min(p.limit, 64u));
    });
    tell("hash of 64", b);
    claim("hash of 64 answers as four ways and a stash do");
    CHECK(b.hazards > 1000 && b.spills > 1000 && b.overwrites_when_full > 1000 && b.clears > 100 && b.held > 1000);
    CHECK(b.sweeps > 100 && b.stash_appends > 1000 && b.stash_hits > 1000 && b.nothings > 100);
    claim("hash of 64 saw hazards, the stash, overflow, updates when full, epochs that begin again");
}

void test_probe(unsigned operations) {
    Bins b = run_plans<probe_engine_32>(32, operations, true, [&](const Plan &p) {
        return std::make_unique<DictReference>(std::min(p.limit, 32u), p.rotate);
    });
    tell("table of 32", b);
    claim("table of 32 visits the slots that CPython's dict does");
    CHECK(b.spills > 1000 && b.overwrites_when_full > 1000 && b.clears > 100 && b.held > 1000 && b.growths > 1000);
    CHECK(b.compactions > 100 && b.tombstones_passed > 1000 && b.tombstones_reused > 100 && b.deletions > 1000);
    claim("table of 32 saw growth, holes, tombstones, overflow, updates when full");
}

template <class Pins> void test_pipeline(const char *name) {
    UnitModel<Pins> unit(8, 0);
    while (!unit.ready() || sweep_of(unit.pins(), 0)) unit.tick();
    for (unsigned i = 0; i < 3; i++) {
        unit.request(Op::Insert, 100 + i, 7 + i);
        CHECK(unit.ready());
        unit.tick();
        unit.settle();
        CHECK(!unit.ready() && unit.pins().hazard_o); // the next request is not taken in this cycle
        unit.idle();
        unit.tick();
        CHECK(unit.ready() && unit.responds());
    }
    claim((std::string(name) + ": a request right behind an insertion waits one cycle").c_str());

    for (unsigned i = 0; i < 5; i++) { // lookups of 100, 101, 102 in three cycles on end
        if (i < 3) {
            unit.request(Op::Lookup, 100 + i, 0);
            CHECK(unit.ready());
        } else unit.idle();
        unit.tick();
        CHECK(unit.pins().s1_valid_o == (i < 3) && unit.responds() == (i >= 1 && i < 4));
        CHECK(!unit.responds() || (unit.pins().rsp_hit_o && unit.pins().rsp_value_o == 7 + i - 1));
    }
    claim((std::string(name) + ": lookups are taken every cycle, and answered 2 cycles later").c_str());
}

} // namespace

// How many operations each engine gets: more than 10^6 in all, or what the argument says.
int main(int argc, char **argv) {
    unsigned operations = argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 200000;
    test_pipeline<memo_cam_16>("CAM");
    test_pipeline<memo_hash_64>("hash");
    test_cam<memo_cam_16>(16, operations);
    test_cam<memo_cam_128>(128, operations);
    test_hash(operations);
    test_probe(operations);
    printf("# %u operations in all\n", total);
    CHECK(argc > 1 || total >= 1000000);
    claim("a million operations");
    return tap_end();
}
