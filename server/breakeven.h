/* What a memo in hardware saves of a copy: Amdahl's law over measured times, a simulated memory and an assumed way to
 * it. web/src/system/model.js has the same formulas for the sliders of the page. */
#ifndef CS_BREAKEVEN_H
#define CS_BREAKEVEN_H

#include <stdint.h>

typedef struct {
    double copy_ns;   /* T: one copy */
    double lookup_ns; /* t_sw: one lookup of the dict */
    double lookups;   /* N */
    double overflow;  /* o: share of the lookups that ask the dict as well, 0 to 1 */
} cs_breakeven;

/* t' = t_hw + o * t_sw */
double cs_breakeven_lookup(const cs_breakeven *b, double hardware_ns);
/* S = T / (T - N * (t_sw - t')): below 1, a loss. */
double cs_breakeven_speedup(const cs_breakeven *b, double hardware_ns);
/* The t_hw at which S is 1; below 0 there is none. */
double cs_breakeven_point(const cs_breakeven *b);
/* What no lookup can beat: S with t_hw = 0 and o = 0. */
double cs_breakeven_limit(const cs_breakeven *b);
/* N * t_sw / T, at most 1. */
double cs_breakeven_share(const cs_breakeven *b);

#endif
