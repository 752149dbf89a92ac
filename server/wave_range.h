/* The cycles that a range of a trace's events takes on a simulated memory. */
#ifndef CS_WAVE_RANGE_H
#define CS_WAVE_RANGE_H

#include "waves.h"

typedef enum { CS_WAVES_VCD, CS_WAVES_FST, CS_WAVES_WAVEDROM } cs_waves_form;

typedef struct {
    cs_replay *replay;        /* its header tells how often the outcome was the dict's */
    size_t ops;               /* of the whole trace */
    size_t first_op, last_op; /* of the range, from 0; first_op > last_op: no event of it asks or changes the memo */
    const cs_cycle *cycles;   /* theirs, the first of them: at most 2^20, in WaveDrom CS_WAVEDROM_CYCLES */
    size_t count;             /* of these */
    uint64_t all;             /* cycles that they take */
    cs_unit_config config;
    cs_waves_form form;
} cs_wave_range;

/* Replays the trace for its events `first` to `last`, numbered from 1, both included.  Returns 0, or -1 when out of
 * memory; the caller ends it if it is 0. */
int cs_wave_range_begin(cs_wave_range *w, const cs_unit_config *config, cs_waves_form form, const cs_trace *trace,
                        uint64_t first, uint64_t last);
void cs_wave_range_end(cs_wave_range *w);

/* Returns 0, or -1 and errno, 0 where it is not known. */
int cs_wave_range_write(const cs_wave_range *w, FILE *out);

#endif
