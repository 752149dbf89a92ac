#include "breakeven.h"

#include <math.h>

double cs_breakeven_lookup(const cs_breakeven *b, double hardware_ns) {
    return hardware_ns + b->overflow * b->lookup_ns;
}

/* A copy of nothing but lookups that cost nothing any more: no bound. */
static double speedup(const cs_breakeven *b, double lookup_ns) {
    double left = b->copy_ns - b->lookups * (b->lookup_ns - lookup_ns);
    return left > 0 ? b->copy_ns / left : HUGE_VAL;
}

double cs_breakeven_speedup(const cs_breakeven *b, double hardware_ns) {
    return speedup(b, cs_breakeven_lookup(b, hardware_ns));
}

double cs_breakeven_point(const cs_breakeven *b) { return b->lookup_ns * (1 - b->overflow); }

double cs_breakeven_limit(const cs_breakeven *b) { return speedup(b, 0); }

double cs_breakeven_share(const cs_breakeven *b) {
    double share = b->copy_ns > 0 ? b->lookups * b->lookup_ns / b->copy_ns : 0;
    return share < 1 ? share : 1;
}
