#include "clock.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define MEASURED_NS 1000000u /* a rate taken over less is not one */

bool cs_clock_counts;
static uint64_t first_tick, first_ns;

/* Whether the counter runs at one rate, whatever the processor's clock does (Intel SDM 18.17.1, AMD APM 13.2.4). */
static bool
counter_is_invariant(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
#else
    return false;
#endif
}

void
cs_clock_init(void)
{
    if (first_ns == 0) {
        cs_clock_counts = counter_is_invariant();
        first_ns = cs_clock_ns();
        first_tick = cs_clock_ticks();
    }
}

double
cs_clock_rate(void)
{
    if (!cs_clock_counts) {
        return 1;
    }
    uint64_t ns, ticks;
    do { /* at most a millisecond, and only right after the import */
        ns = cs_clock_ns() - first_ns;
        ticks = cs_clock_ticks() - first_tick;
    } while (ns < MEASURED_NS);
    return (double)ns / (double)ticks;
}
