// One Verilated memory with its clock: pins in, pins out, nothing remembered here but the cycle.
#ifndef CS_UNIT_MODEL_HPP
#define CS_UNIT_MODEL_HPP

#include <cstdint>
#include <memory>

#include <verilated.h>
#if VM_COVERAGE
#include <cstdlib>
#include <string>
#include <verilated_cov.h>
#endif

enum class Op : uint8_t { Lookup = 1, Insert = 2, Clear = 3, Delete = 4 }; // memo_pkg::op_e

constexpr uint64_t kKeyMask = (UINT64_C(1) << 44) - 1;

#if VM_COVERAGE
inline unsigned coverage_number = 0; // of the file, over all models
#endif

template <class Pins> class UnitModel {
  public:
    using Watcher = void (*)(void *context, const Pins &pins, uint64_t cycle);

    UnitModel(unsigned limit, unsigned latency)
        : context_(new VerilatedContext), pins_(new Pins(context_.get(), "memory")) {
        pins_->clk_i = 0;
        pins_->rst_ni = 0;
        pins_->limit_i = limit;
        pins_->latency_i = latency & 0xfff;
        pins_->rsp_ready_i = 1;
        idle();
        pins_->eval(); // so that the next one sees an edge
        edge();
        pins_->rst_ni = 1;
        pins_->eval();
    }
    ~UnitModel() {
        pins_->final();
#if VM_COVERAGE
        write_coverage();
#endif
    }
    UnitModel(const UnitModel &) = delete;
    UnitModel &operator=(const UnitModel &) = delete;

    // What is asked at the next clock edge; taken if ready().
    void request(Op op, uint64_t key, uint32_t value) {
        pins_->req_valid_i = 1;
        pins_->req_op_i = static_cast<uint8_t>(op);
        pins_->req_key_i = key & kKeyMask;
        pins_->req_value_i = value;
    }
    void idle() { pins_->req_valid_i = 0; }
    void take(bool ready) { pins_->rsp_ready_i = ready; } // whether a response is taken at the next clock edge
    void settle() { pins_->eval(); }                      // outputs that depend on inputs of this cycle
    bool ready() const { return pins_->req_ready_o; }
    bool responds() const { return pins_->rsp_valid_o; }

    void tick() {
        if (watcher_) {
            settle();
            watcher_(watching_, *pins_, cycle_);
        }
        edge();
        cycle_++;
    }
    void watch(Watcher watcher, void *context) {
        watcher_ = watcher;
        watching_ = context;
    }
    uint64_t cycle() const { return cycle_; } // since the reset was released
    const Pins &pins() const { return *pins_; }
    Pins &pins() { return *pins_; }

  private:
    void edge() {
        pins_->clk_i = 1;
        pins_->eval();
        pins_->clk_i = 0;
        pins_->eval();
    }

#if VM_COVERAGE
    void write_coverage() const { // `make cover` merges them
        const char *folder = std::getenv("CS_COVERAGE");
        std::string path = std::string(folder ? folder : ".") + "/" + std::to_string(coverage_number++) + ".dat";
        context_->coveragep()->write(path.c_str());
    }
#endif

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Pins> pins_;
    uint64_t cycle_ = 0;
    Watcher watcher_ = nullptr;
    void *watching_ = nullptr;
};

#endif
