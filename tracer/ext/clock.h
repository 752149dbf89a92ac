/* The clock of the tape: the processor's counter where that counts at one rate, else the system's monotonic clock. */
#ifndef CS_CLOCK_H
#define CS_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Set once by cs_clock_init(). */
extern bool cs_clock_counts;

static inline uint64_t
cs_clock_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static inline uint64_t
cs_clock_ticks(void)
{
#if defined(__x86_64__)
    if (cs_clock_counts) {
        return __rdtsc();
    }
#endif
    return cs_clock_ns();
}

void cs_clock_init(void);
/* How many nanoseconds a tick is, measured against the monotonic clock since cs_clock_init(). */
double cs_clock_rate(void);

#endif
