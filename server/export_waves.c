/* Signals of the simulated CAM while it answers the range's memo operations: VCD, FST, WaveDrom's JSON. */
#include <errno.h>
#include <inttypes.h>

#include "export.h"
#include "limits.h"
#include "wave_range.h"

static int waves(cs_export *x, cs_waves_form form) {
    static const cs_unit_config beside = {.engine = CS_ENGINE_CAM, .depth = CS_CAM_DEPTH};
    cs_wave_range w;
    if (cs_wave_range_begin(&w, &beside, form, x->trace, x->first, x->last) != 0) return errno = ENOMEM, -1;
    const bool none = w.first_op > w.last_op;
    const int failed = none ? -1 : cs_wave_range_write(&w, x->out);
    const int why = none ? CS_EXPORT_NO_LOOKUP : errno;
    if (!failed && w.count < w.all && !x->options->quiet)
        fprintf(stderr, "copyscope export: the first %zu of %" PRIu64 " cycles\n", w.count, w.all);
    cs_wave_range_end(&w);
    errno = why;
    return failed;
}

static int vcd(cs_export *x) { return waves(x, CS_WAVES_VCD); }
static int fst(cs_export *x) { return waves(x, CS_WAVES_FST); }
static int wavedrom(cs_export *x) { return waves(x, CS_WAVES_WAVEDROM); }

const cs_exporter cs_export_vcd = {.name = "vcd",
                                   .ending = "vcd",
                                   .text =
                                       "signals of the simulated CAM that answers the same lookups: GTKWave, Surfer",
                                   .whole = vcd};
const cs_exporter cs_export_fst = {
    .name = "fst", .ending = "fst", .text = "the same, compressed: GTKWave, Surfer", .whole = fst};
const cs_exporter cs_export_wavedrom = {.name = "wavedrom",
                                        .ending = "json",
                                        .text = "the first 64 cycles of the same: WaveDrom, slides",
                                        .whole = wavedrom};
