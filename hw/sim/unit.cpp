// The C ABI of one memory: picks a Verilated depth, and runs one operation at a time.
#include "cam.h"
#include "unit_model.hpp"
#include "views.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "memo_cam_16.h"
#include "memo_cam_64.h"
#include "memo_cam_256.h"
#include "memo_cam_1024.h"
#include "memo_cam_4096.h"
#include "memo_hash_64.h"
#include "memo_hash_1024.h"
#include "memo_hash_65536.h"
#include "probe_engine_4096.h"
#include "probe_engine_65536.h"

struct cs_unit {
    explicit cs_unit(const cs_unit_config &c) : config(c) {}
    virtual ~cs_unit() = default;
    virtual void run(Op op, uint64_t key, uint32_t value, cs_answer *out) = 0;
    virtual size_t stream(const uint64_t *keys, size_t n) = 0;
    virtual uint64_t cycles() const = 0;
    virtual bool overflowed() const = 0;
    virtual void watch(bool on) = 0;
    virtual void look() = 0;

    cs_unit_config config;
    void (*on_cycle)(void *context, const cs_cycle *cycle) = nullptr;
    void *watching = nullptr;
};

namespace {

template <class Pins, class View> class Unit final : public cs_unit {
  public:
    explicit Unit(const cs_unit_config &c) : cs_unit(c), model_(c.depth, c.latency) {
        View::configure(model_.pins(), c);
        model_.settle();
    }

    void run(Op op, uint64_t key, uint32_t value, cs_answer *out) override {
        uint64_t asked = model_.cycle();
        model_.request(op, key, value);
        while (!model_.ready()) model_.tick();
        uint64_t taken = model_.cycle();
        model_.tick();
        model_.idle();
        while (!model_.responds()) model_.tick();
        if (out) answer(asked, taken, out);
    }

    size_t stream(const uint64_t *keys, size_t n) override {
        size_t asked = 0, answered = 0, hits = 0;
        model_.idle();
        while (model_.responds()) model_.tick(); // an answer that was waited for is still shown
        while (answered < n) {
            if (asked < n) model_.request(Op::Lookup, keys[asked], 0);
            else model_.idle();
            asked += asked < n && model_.ready();
            model_.tick();
            if (!model_.responds()) continue;
            answered++;
            hits += model_.pins().rsp_hit_o;
        }
        model_.idle();
        return hits;
    }

    uint64_t cycles() const override { return model_.cycle(); }
    bool overflowed() const override { return model_.pins().overflow_o; }
    void look() override { show(static_cast<cs_unit *>(this), model_.pins(), model_.cycle()); }
    void watch(bool on) override { model_.watch(on ? show : nullptr, static_cast<cs_unit *>(this)); }

  private:
    static void show(void *context, const Pins &pins, uint64_t cycle) {
        auto *unit = static_cast<cs_unit *>(context);
        cs_cycle out = {};
        out.cycle = cycle;
        common_cycle(pins, &out);
        View::cycle(pins, &out);
        unit->on_cycle(unit->watching, &out);
    }

    void answer(uint64_t asked, uint64_t taken, cs_answer *out) const {
        const Pins &pins = model_.pins();
        bool hit = pins.rsp_hit_o, inserts = pins.rsp_op_o == static_cast<uint8_t>(Op::Insert);
        bool lookup = pins.rsp_op_o == static_cast<uint8_t>(Op::Lookup);
        bool spill = pins.rsp_spilled_o || (lookup && !hit && pins.overflow_o);

        *out = cs_answer{};
        out->op = pins.rsp_op_o;
        out->flags =
            static_cast<uint8_t>((hit ? CS_CAM_HIT : 0) | (pins.full_o ? CS_CAM_FULL : 0) | (spill ? CS_CAM_SPILL : 0));
        out->cycle = taken;
        out->cycles = static_cast<uint32_t>(model_.cycle() - taken);
        out->waited = static_cast<uint32_t>(taken - asked);
        out->index = hit || (inserts && !spill) ? pins.rsp_index_o : UINT32_MAX;
        out->match = View::match(pins);
        out->count = pins.count_o;
        out->value = pins.rsp_value_o;
        View::answer(pins, out);
    }

    UnitModel<Pins> model_;
};

template <unsigned Depth, class Pins> struct Sized : Pins { // a hash, and how many bits its set numbers have
    using Pins::Pins;
    static constexpr unsigned kSetBits = static_cast<unsigned>(__builtin_ctz(Depth / 4));
};

cs_unit *make(const cs_unit_config &c) {
    switch (c.engine) {
    case CS_ENGINE_PROBE:
        if (c.depth <= 4096) return new Unit<probe_engine_4096, ProbeView>(c);
        return new Unit<probe_engine_65536, ProbeView>(c);
    case CS_ENGINE_HASH:
        if (c.depth <= 64) return new Unit<Sized<64, memo_hash_64>, HashView>(c);
        if (c.depth <= 1024) return new Unit<Sized<1024, memo_hash_1024>, HashView>(c);
        return new Unit<Sized<65536, memo_hash_65536>, HashView>(c);
    default:
        if (c.depth <= 16) return new Unit<memo_cam_16, CamView>(c);
        if (c.depth <= 64) return new Unit<memo_cam_64, CamView>(c);
        if (c.depth <= 256) return new Unit<memo_cam_256, CamView>(c);
        if (c.depth <= 1024) return new Unit<memo_cam_1024, CamView>(c);
        return new Unit<memo_cam_4096, CamView>(c);
    }
}

const struct {
    const char *name, *text;
    unsigned deepest;
} engines[] = {
#define X(id, name, text, deepest) {name, text, deepest},
    CS_ENGINES(X)
#undef X
};

} // namespace

const char *cs_engine_name(cs_engine engine) { return engine < CS_ENGINE_COUNT ? engines[engine].name : "?"; }
const char *cs_engine_text(cs_engine engine) { return engine < CS_ENGINE_COUNT ? engines[engine].text : "?"; }
unsigned cs_engine_deepest(cs_engine engine) { return engine < CS_ENGINE_COUNT ? engines[engine].deepest : 0; }

bool cs_engine_named(const char *name, cs_engine *out) {
    for (unsigned i = 0; i < CS_ENGINE_COUNT; i++) {
        if (std::strcmp(name, engines[i].name) != 0) continue;
        *out = static_cast<cs_engine>(i);
        return true;
    }
    return false;
}

cs_unit *cs_unit_new(const cs_unit_config *config) {
    cs_unit_config taken = *config;
    if (taken.engine >= CS_ENGINE_COUNT) taken.engine = CS_ENGINE_CAM;
    taken.depth = std::clamp(taken.depth, 1u, engines[taken.engine].deepest);
    taken.latency = std::min(taken.latency, CS_LATENCY_MOST);
    try {
        return make(taken);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

const cs_unit_config *cs_unit_config_of(const cs_unit *unit) { return &unit->config; }
uint64_t cs_unit_cycles(const cs_unit *unit) { return unit->cycles(); }
bool cs_unit_overflowed(const cs_unit *unit) { return unit->overflowed(); }
void cs_unit_free(cs_unit *unit) { delete unit; }

void cs_unit_lookup(cs_unit *unit, uint64_t key, cs_answer *out) { unit->run(Op::Lookup, key, 0, out); }
void cs_unit_insert(cs_unit *unit, uint64_t key, uint32_t value, cs_answer *out) {
    unit->run(Op::Insert, key, value, out);
}
void cs_unit_clear(cs_unit *unit, cs_answer *out) { unit->run(Op::Clear, 0, 0, out); }
void cs_unit_delete(cs_unit *unit, uint64_t key, cs_answer *out) { unit->run(Op::Delete, key, 0, out); }
size_t cs_unit_stream(cs_unit *unit, const uint64_t *keys, size_t n) { return unit->stream(keys, n); }

void cs_unit_watch(cs_unit *unit, void (*on_cycle)(void *context, const cs_cycle *cycle), void *context) {
    unit->on_cycle = on_cycle;
    unit->watching = context;
    unit->watch(on_cycle != nullptr);
}

void cs_unit_look(cs_unit *unit) {
    if (unit->on_cycle) unit->look();
}
