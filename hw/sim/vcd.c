/* Waves as VCD (IEEE 1364): one time unit a half cycle, so that the clock has both edges; values change with the cycle.
 */
#include <inttypes.h>
#include <string.h>

#include "waves.h"

/* Printable and short: base 94 from '!'; "!" itself is the clock's. */
static const char *code(size_t i, char text[4]) {
    size_t n = 0;
    for (i++; n < 3; i /= 94) {
        text[n++] = (char)('!' + i % 94);
        if (i < 94) break;
    }
    text[n] = 0;
    return text;
}

static void put_value(FILE *out, const cs_signal *s, unsigned bits, uint64_t value, const char *id) {
    if (s->bits == 1) {
        fprintf(out, "%u%s\n", (unsigned)(value & 1), id);
        return;
    }
    fputc('b', out);
    for (unsigned bit = bits; bit-- > 0;) fputc('0' + (int)(value >> bit & 1), out);
    fprintf(out, " %s\n", id);
}

static void put_head(const cs_waves *w, const cs_signal *signals, size_t count, FILE *out) {
    char id[4];
    fprintf(out, "$comment %s $end\n$version copyscope, %s of %u entries, simulated $end\n$timescale 1 ns $end\n",
            w->comment, cs_engine_name(w->config.engine), w->config.depth);
    fprintf(out, "$scope module memory $end\n$var wire 1 ! clock $end\n");
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || strcmp(signals[i].scope, signals[i - 1].scope) != 0;
        if (first) fprintf(out, "%s$scope module %s $end\n", i ? "$upscope $end\n" : "", signals[i].scope);
        fprintf(out, "$var wire %u %s %s $end\n", cs_signal_bits(&signals[i], &w->config), code(i, id),
                signals[i].name);
    }
    fprintf(out, "$upscope $end\n$upscope $end\n$enddefinitions $end\n");
}

static void put_cycle(const cs_waves *w, size_t at, const cs_signal *signals, size_t count, FILE *out) {
    char id[4];
    const cs_cycle *now = &w->cycles[at];
    fprintf(out, "#%" PRIu64 "\n1!\n", 2 * now->cycle);
    for (size_t i = 0; i < count; i++) {
        uint64_t value = signals[i].value(now);
        if (at && value == signals[i].value(now - 1)) continue;
        put_value(out, &signals[i], cs_signal_bits(&signals[i], &w->config), value, code(i, id));
    }
    fprintf(out, "#%" PRIu64 "\n0!\n", 2 * now->cycle + 1);
}

int cs_waves_vcd(const cs_waves *waves, FILE *out) {
    const cs_signal *signals;
    size_t count = cs_waves_signals(waves->config.engine, &signals);
    put_head(waves, signals, count, out);
    for (size_t i = 0; i < waves->count; i++) put_cycle(waves, i, signals, count, out);
    if (waves->count) fprintf(out, "#%" PRIu64 "\n", 2 * (waves->cycles[waves->count - 1].cycle + 1));
    return ferror(out) ? -1 : 0;
}
