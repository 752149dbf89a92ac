/* The cycles of a simulated memory as waves: VCD and FST for a wave viewer, WaveDrom's JSON for a slide. */
#ifndef CS_WAVES_H
#define CS_WAVES_H

#include <stdio.h>

#include "cam.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CS_WAVEDROM_CYCLES 64 /* more than a slide can show are refused */

typedef struct {
    cs_unit_config config;
    const cs_cycle *cycles; /* one after another */
    size_t count;
    const char *comment; /* where they come from: one line of printable text */
} cs_waves;

/* Each returns 0, or -1 when the output could not be written; the caller closes `out`. */
int cs_waves_vcd(const cs_waves *waves, FILE *out);
int cs_waves_wavedrom(const cs_waves *waves, FILE *out);
int cs_waves_fst(const cs_waves *waves, const char *path); /* writes the file anew */

/* The signals that an engine has, with the names that all three use: "request.key", "stage1.match", ... */
typedef struct {
    const char *scope, *name;
    unsigned bits; /* 0: of the memory's depth, at most 64 */
    uint64_t (*value)(const cs_cycle *cycle);
} cs_signal;
size_t cs_waves_signals(cs_engine engine, const cs_signal **out);
unsigned cs_signal_bits(const cs_signal *signal, const cs_unit_config *config);

#ifdef __cplusplus
}
#endif
#endif
