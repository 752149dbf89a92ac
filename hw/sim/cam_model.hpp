// One Verilated memo_cam with its clock: pins in, pins out, nothing remembered here but the cycle.
#ifndef CS_CAM_MODEL_HPP
#define CS_CAM_MODEL_HPP

#include <cstddef>
#include <cstdint>
#include <memory>

#include <verilated.h>

enum class CamOp : uint8_t { Lookup = 1, Insert = 2, Clear = 3 }; // memo_cam_pkg::op_e

// Match lines as words, whatever type Verilator chose for their width.
inline uint64_t lines_low64(uint64_t lines) { return lines; }
template <std::size_t Words> uint64_t lines_low64(const VlWide<Words> &lines) {
    return lines.at(0) | static_cast<uint64_t>(lines.at(1)) << 32;
}
inline unsigned lines_up(uint64_t lines) { return static_cast<unsigned>(__builtin_popcountll(lines)); }
template <std::size_t Words> unsigned lines_up(const VlWide<Words> &lines) {
    unsigned up = 0;
    for (std::size_t i = 0; i < Words; i++) up += lines_up(static_cast<uint64_t>(lines.at(i)));
    return up;
}

template <class Model> class CamModel {
  public:
    explicit CamModel(unsigned limit) : context_(new VerilatedContext), pins_(new Model(context_.get(), "memo_cam")) {
        pins_->clk_i = 0;
        pins_->rst_ni = 0;
        pins_->limit_i = limit;
        idle();
        edge();
        pins_->rst_ni = 1;
        pins_->eval();
    }
    ~CamModel() { pins_->final(); }
    CamModel(const CamModel &) = delete;
    CamModel &operator=(const CamModel &) = delete;

    // What is asked at the next clock edge; taken if ready().
    void request(CamOp op, uint64_t key, uint32_t value) {
        pins_->req_valid_i = 1;
        pins_->req_op_i = static_cast<uint8_t>(op);
        pins_->req_key_i = key & ((UINT64_C(1) << 44) - 1);
        pins_->req_value_i = value;
    }
    void idle() { pins_->req_valid_i = 0; }
    bool ready() const { return pins_->req_ready_o; }

    void tick() {
        edge();
        cycle_++;
    }
    uint64_t cycle() const { return cycle_; } // since the reset was released
    const Model &pins() const { return *pins_; }

  private:
    void edge() {
        pins_->clk_i = 1;
        pins_->eval();
        pins_->clk_i = 0;
        pins_->eval();
    }

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Model> pins_;
    uint64_t cycle_ = 0;
};

#endif
