/* Waves as FST, by the writer that Verilator brings along (gtkwave's own): for ranges that are long as VCD. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gtkwave/fstapi.h"
#include "waves.h"

static fstHandle declare(void *fst, const char *name, unsigned bits) {
    return fstWriterCreateVar(fst, FST_VT_VCD_WIRE, FST_VD_IMPLICIT, bits, name, 0);
}

static void declare_all(void *fst, const cs_waves *w, const cs_signal *signals, size_t count, fstHandle *handles) {
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || strcmp(signals[i].scope, signals[i - 1].scope) != 0;
        if (first && i) fstWriterSetUpscope(fst);
        if (first) fstWriterSetScope(fst, FST_ST_VCD_MODULE, signals[i].scope, NULL);
        handles[i] = declare(fst, signals[i].name, cs_signal_bits(&signals[i], &w->config));
    }
    fstWriterSetUpscope(fst);
}

static void emit(void *fst, const cs_waves *w, const cs_signal *signals, size_t count, const fstHandle *handles,
                 fstHandle clock) {
    for (size_t at = 0; at < w->count; at++) {
        const cs_cycle *now = &w->cycles[at];
        fstWriterEmitTimeChange(fst, 2 * now->cycle);
        fstWriterEmitValueChange32(fst, clock, 1, 1);
        for (size_t i = 0; i < count; i++) {
            uint64_t value = signals[i].value(now);
            if (at && value == signals[i].value(now - 1)) continue;
            fstWriterEmitValueChange64(fst, handles[i], cs_signal_bits(&signals[i], &w->config), value);
        }
        fstWriterEmitTimeChange(fst, 2 * now->cycle + 1);
        fstWriterEmitValueChange32(fst, clock, 1, 0);
    }
    if (w->count) fstWriterEmitTimeChange(fst, 2 * (w->cycles[w->count - 1].cycle + 1));
}

/* The library does not tell of a write that failed.  Its file is a row of blocks, each a kind and a length after it,
 * that ends with the names' block. */
static bool whole(const char *path) {
    FILE *file = fopen(path, "rb");
    long at = 0, size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    int kind = FST_BL_SKIP;
    while (at >= 0 && at < size) {
        unsigned char head[9];
        uint64_t length = 0;
        if (fseek(file, at, SEEK_SET) != 0 || fread(head, 1, sizeof head, file) != sizeof head) break;
        for (int i = 1; i < 9; i++) length = length << 8 | head[i];
        kind = head[0];
        at = length >= 8 && length < (uint64_t)size && kind != FST_BL_SKIP ? at + 1 + (long)length : -1;
    }
    if (file) fclose(file);
    const bool named = kind == FST_BL_HIER || kind == FST_BL_HIER_LZ4 || kind == FST_BL_HIER_LZ4DUO;
    return named && at == size;
}

int cs_waves_fst(const cs_waves *waves, const char *path) {
    const cs_signal *signals;
    size_t count = cs_waves_signals(waves->config.engine, &signals);
    fstHandle *handles = calloc(count, sizeof *handles);
    void *fst = handles ? fstWriterCreate(path, 1) : NULL;
    if (!fst) {
        free(handles);
        return -1;
    }
    fstWriterSetTimescale(fst, -9);
    fstWriterSetVersion(fst, "copyscope, simulated");
    fstWriterSetComment(fst, waves->comment);
    fstWriterSetScope(fst, FST_ST_VCD_MODULE, "memory", NULL);
    fstHandle clock = declare(fst, "clock", 1);
    declare_all(fst, waves, signals, count, handles);
    fstWriterSetUpscope(fst);
    emit(fst, waves, signals, count, handles, clock);
    fstWriterClose(fst);
    free(handles);
    if (whole(path)) return 0;
    errno = EIO;
    return -1;
}
