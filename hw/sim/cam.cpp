// The C ABI of one CAM: picks a Verilated depth, and runs one operation at a time.
#include "cam.h"
#include "cam_model.hpp"

#include <algorithm>
#include <new>

#include "memo_cam_16.h"
#include "memo_cam_64.h"
#include "memo_cam_1024.h"

struct cs_cam {
    virtual ~cs_cam() = default;
    virtual void run(CamOp op, uint64_t key, uint32_t value, cs_cam_op *out) = 0;
    virtual uint64_t cycles() const = 0;
    virtual bool overflowed() const = 0;
    unsigned depth = 0;
};

namespace {

template <class Model> class Cam final : public cs_cam {
  public:
    explicit Cam(unsigned limit) : model_(limit) { depth = limit; }

    void run(CamOp op, uint64_t key, uint32_t value, cs_cam_op *out) override {
        model_.request(op, key, value);
        while (!model_.ready()) model_.tick();
        uint64_t accepted = model_.cycle();
        model_.tick();
        model_.idle();
        while (!model_.pins().rsp_valid_o) model_.tick();
        if (out) *out = response(accepted);
    }

    uint64_t cycles() const override { return model_.cycle(); }
    bool overflowed() const override { return model_.pins().overflow_o; }

  private:
    cs_cam_op response(uint64_t accepted) const {
        const Model &pins = model_.pins();
        bool hit = pins.rsp_hit_o, lookup = pins.rsp_op_o == static_cast<uint8_t>(CamOp::Lookup);
        bool spill = pins.rsp_spilled_o || (lookup && !hit && pins.overflow_o);
        bool entry = hit || (!lookup && !spill);
        cs_cam_op op = {};

        op.op = pins.rsp_op_o;
        op.flags =
            static_cast<uint8_t>((hit ? CS_CAM_HIT : 0) | (pins.full_o ? CS_CAM_FULL : 0) | (spill ? CS_CAM_SPILL : 0));
        op.cycles = static_cast<uint8_t>(model_.cycle() - accepted);
        op.index = entry ? pins.rsp_index_o : UINT32_MAX;
        op.cycle = static_cast<uint32_t>(accepted);
        op.match = lines_low64(pins.rsp_match_o);
        op.count = pins.count_o;
        op.value = pins.rsp_value_o;
        return op;
    }

    CamModel<Model> model_;
};

} // namespace

cs_cam *cs_cam_new(unsigned depth) {
    depth = std::clamp(depth, 1u, 1024u);
    try {
        if (depth <= 16) return new Cam<memo_cam_16>(depth);
        if (depth <= 64) return new Cam<memo_cam_64>(depth);
        return new Cam<memo_cam_1024>(depth);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

unsigned cs_cam_depth(const cs_cam *cam) { return cam->depth; }
uint64_t cs_cam_cycles(const cs_cam *cam) { return cam->cycles(); }
bool cs_cam_overflowed(const cs_cam *cam) { return cam->overflowed(); }
void cs_cam_free(cs_cam *cam) { delete cam; }

void cs_cam_lookup(cs_cam *cam, uint64_t key, cs_cam_op *out) { cam->run(CamOp::Lookup, key, 0, out); }
void cs_cam_insert(cs_cam *cam, uint64_t key, uint32_t value, cs_cam_op *out) {
    cam->run(CamOp::Insert, key, value, out);
}
void cs_cam_clear(cs_cam *cam) { cam->run(CamOp::Clear, 0, 0, nullptr); }
