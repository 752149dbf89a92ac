#include "wave_range.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"

#define CYCLES_MOST ((size_t)1 << 20)

/* Which operations belong to the events first to last. */
static void operations_of(cs_wave_range *w, const cs_trace *trace, const cs_cam_op *ops, uint64_t first,
                          uint64_t last) {
    const cs_record *records;
    const cs_step *steps[CS_MAX_STEPS];
    size_t count = cs_trace_records(trace, &records), op = 0;
    uint64_t events = 0; /* before record r */
    w->first_op = 1, w->last_op = 0;
    for (size_t r = 0; r < count && op < w->ops; r++) {
        for (; op < w->ops && ops[op].rec == r; op++) {
            uint64_t event = events + ops[op].step + 1;
            if (event < first || event > last) continue;
            if (w->first_op > w->last_op) w->first_op = op;
            w->last_op = op;
        }
        events += cs_expand(&records[r], steps);
    }
}

/* Replays the trace; with `cycles`, keeping those of the range's operations.  NULL: out of memory. */
static cs_replay *replay(const cs_wave_range *w, const cs_trace *trace, bool cycles) {
    cs_replay *r = cs_replay_new(&w->config);
    if (r && cycles) cs_replay_watch(r, w->first_op, w->last_op, CYCLES_MOST);
    if (r && cs_replay_feed(r, trace) == 0) return r;
    if (r) cs_replay_free(r);
    return NULL;
}

/* Twice: which operations the events are, then their cycles. */
int cs_wave_range_begin(cs_wave_range *w, const cs_unit_config *config, cs_waves_form form, const cs_trace *trace,
                        uint64_t first, uint64_t last) {
    const cs_cam_op *ops;
    *w = (cs_wave_range){.config = *config, .form = form};
    w->replay = replay(w, trace, false);
    if (!w->replay) return -1;
    w->ops = cs_replay_ops(w->replay, &ops);
    operations_of(w, trace, ops, first, last);
    if (w->first_op > w->last_op) return 0;
    cs_replay_free(w->replay);
    w->replay = replay(w, trace, true);
    if (!w->replay) return -1;
    w->count = cs_replay_cycles(w->replay, &w->cycles);
    w->all = w->count + cs_replay_sum(w->replay).cycles_dropped;
    if (form == CS_WAVES_WAVEDROM && w->count > CS_WAVEDROM_CYCLES) w->count = CS_WAVEDROM_CYCLES;
    return 0;
}

void cs_wave_range_end(cs_wave_range *w) {
    cs_replay_free(w->replay);
    w->replay = NULL;
}

/* Its library writes to a path only. */
static int write_fst(const cs_waves *waves, FILE *out) {
    char path[CS_TEMPORARY_MAX];
    const int file = cs_temporary(path, ".fst");
    if (file < 0) return -1;
    int result = cs_waves_fst(waves, path);
    if (result == 0) result = cs_file_copy(path, out);
    const int why = errno;
    close(file);
    unlink(path);
    errno = why;
    return result;
}

int cs_wave_range_write(const cs_wave_range *w, FILE *out) {
    char comment[160];
    snprintf(comment, sizeof comment, "%s of %u entries, simulated: memo operations %zu to %zu",
             cs_engine_name(w->config.engine), w->config.depth, w->first_op + 1, w->last_op + 1);
    const cs_waves waves = {.config = w->config, .cycles = w->cycles, .count = w->count, .comment = comment};
    errno = 0;
    switch (w->form) {
    case CS_WAVES_FST: return write_fst(&waves, out);
    case CS_WAVES_WAVEDROM: return cs_waves_wavedrom(&waves, out);
    default: return cs_waves_vcd(&waves, out);
    }
}
