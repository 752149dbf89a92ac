// What each engine's pins say, in the C ABI's words.
#ifndef CS_VIEWS_HPP
#define CS_VIEWS_HPP

#include "cam.h"
#include "unit_model.hpp"

#include <cstddef>

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
inline uint32_t lowest_line(uint64_t lines) {
    return lines ? static_cast<uint32_t>(__builtin_ctzll(lines)) : UINT32_MAX;
}
template <std::size_t Words> uint32_t lowest_line(const VlWide<Words> &lines) {
    for (std::size_t i = 0; i < Words; i++)
        if (lines.at(i)) return static_cast<uint32_t>(32 * i + lowest_line(lines.at(i)));
    return UINT32_MAX;
}

// What all engines have.
template <class Pins> void common_cycle(const Pins &pins, cs_cycle *out) {
    out->req_valid = pins.req_valid_i;
    out->req_ready = pins.req_ready_o;
    out->req_op = pins.req_op_i;
    out->req_key = pins.req_key_i;
    out->req_value = pins.req_value_i;
    out->rsp_valid = pins.rsp_valid_o;
    out->rsp_ready = pins.rsp_ready_i;
    out->s2_op = pins.rsp_op_o;
    out->rsp_hit = pins.rsp_hit_o;
    out->rsp_index = pins.rsp_index_o;
    out->rsp_value = pins.rsp_value_o;
    out->rsp_spilled = pins.rsp_spilled_o;
    out->count = pins.count_o;
    out->full = pins.full_o;
    out->overflow = pins.overflow_o;
    out->s1_line = out->s2_line = UINT32_MAX;
}

// What memo_cam and memo_hash have beside it.
template <class Pins> void pipe_cycle(const Pins &pins, cs_cycle *out) {
    out->hazard = pins.hazard_o;
    out->s1_valid = pins.s1_valid_o;
    out->s1_op = pins.s1_op_o;
    out->s1_key = pins.s1_key_o;
    out->s2_valid = pins.s2_valid_o;
    out->s2_key = pins.s2_key_o;
    out->s2_commit = pins.s2_commit_o;
    out->s2_match = lines_low64(pins.s2_match_o);
    out->s2_line = lowest_line(pins.s2_match_o);
}

struct CamView {
    template <class Pins> static uint64_t match(const Pins &pins) { return lines_low64(pins.s2_match_o); }
    template <class Pins> static void answer(const Pins &, cs_answer *) {}
    template <class Pins> static void configure(Pins &, const cs_unit_config &) {}
    template <class Pins> static void cycle(const Pins &pins, cs_cycle *out) {
        pipe_cycle(pins, out);
        out->s1_match = lines_low64(pins.s1_match_o);
        out->s1_line = lowest_line(pins.s1_match_o);
    }
};

struct HashView {
    template <class Pins> static uint64_t match(const Pins &pins) { return pins.s2_match_o; }
    template <class Pins> static void answer(const Pins &, cs_answer *) {}
    template <class Pins> static void configure(Pins &, const cs_unit_config &) {}
    template <class Pins> static void cycle(const Pins &pins, cs_cycle *out) {
        constexpr unsigned set_bits = Pins::kSetBits;
        pipe_cycle(pins, out);
        out->sweep = pins.sweep_o;
        out->used = pins.s2_used_o;
        for (unsigned way = 0; way < 4; way++)
            out->sets[way] = static_cast<uint64_t>(pins.s2_sets_o) >> way * set_bits & ((1u << set_bits) - 1);
    }
};

struct ProbeView {
    template <class Pins> static uint64_t match(const Pins &) { return 0; }
    template <class Pins> static void answer(const Pins &pins, cs_answer *out) {
        out->probes = pins.rsp_probes_o;
        out->log2 = pins.rsp_log2_o;
    }
    template <class Pins> static void configure(Pins &pins, const cs_unit_config &config) {
        pins.rotate_i = config.rotate;
    }
    template <class Pins> static void cycle(const Pins &pins, cs_cycle *out) {
        out->s2_valid = pins.busy_o;
        out->s2_key = pins.rsp_key_o;
        out->probing = pins.probe_o;
        out->slot = pins.slot_o;
        out->probes = pins.rsp_probes_o;
        out->grow = pins.grow_o;
        out->log2 = pins.rsp_log2_o;
    }
};

#endif
