/* Waves as WaveDrom's JSON: one lane a signal, grouped as in the viewer; what means nothing in a cycle is an x. */
#include <inttypes.h>
#include <string.h>

#include "waves.h"

static const char *const op_names[] = {"", "LOOKUP", "INSERT", "CLEAR", "DELETE"};

/* A bus tells something only while its stage or side is valid; what is always so has no such signal. */
static bool means_something(const cs_signal *signals, size_t count, const cs_signal *s, const cs_cycle *c) {
    if (s->bits == 1) return true;
    for (size_t i = 0; i < count; i++) {
        bool gate = strcmp(signals[i].name, "valid") == 0 || strcmp(signals[i].name, "busy") == 0;
        if (gate && strcmp(signals[i].scope, s->scope) == 0) return signals[i].value(c) != 0;
    }
    return true;
}

/* The lane's letter: 0, 1, = for a value, x, or . for as before. */
static char letter(const cs_waves *w, const cs_signal *signals, size_t count, const cs_signal *s, size_t at) {
    const cs_cycle *now = &w->cycles[at];
    bool means = means_something(signals, count, s, now);
    uint64_t value = s->value(now);
    if (at) {
        bool meant = means_something(signals, count, s, now - 1);
        if (means == meant && (!means || value == s->value(now - 1))) return '.';
    }
    if (!means) return 'x';
    if (s->bits == 1) return value ? '1' : '0';
    return '=';
}

static void put_datum(FILE *out, const cs_signal *s, uint64_t value) {
    if (strcmp(s->name, "op") == 0 && value < sizeof op_names / sizeof *op_names)
        fprintf(out, "\"%s\"", op_names[value]);
    else if (strcmp(s->name, "key") == 0 || strcmp(s->name, "match") == 0) fprintf(out, "\"0x%" PRIx64 "\"", value);
    else fprintf(out, "\"%" PRIu64 "\"", value);
}

static void put_lane(const cs_waves *w, const cs_signal *signals, size_t count, const cs_signal *s, FILE *out) {
    bool first = true;
    fprintf(out, "{\"name\": \"%s\", \"wave\": \"", s->name);
    for (size_t at = 0; at < w->count; at++) fputc(letter(w, signals, count, s, at), out);
    fprintf(out, "\", \"data\": [");
    for (size_t at = 0; at < w->count; at++) {
        if (letter(w, signals, count, s, at) != '=') continue;
        if (!first) fprintf(out, ", ");
        first = false;
        put_datum(out, s, s->value(&w->cycles[at]));
    }
    fprintf(out, "]}");
}

static void put_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        if ((unsigned char)*text >= 0x20) fputc(*text, out);
    }
}

int cs_waves_wavedrom(const cs_waves *waves, FILE *out) {
    const cs_signal *signals;
    size_t count = cs_waves_signals(waves->config.engine, &signals);
    fprintf(out, "{\"signal\": [\n  {\"name\": \"clock\", \"wave\": \"");
    for (size_t at = 0; at < waves->count; at++) fputc(at ? '.' : 'p', out);
    fprintf(out, "\"}");
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || strcmp(signals[i].scope, signals[i - 1].scope) != 0;
        if (first) fprintf(out, "%s,\n  [\"%s\"", i ? "]" : "", signals[i].scope);
        fprintf(out, ",\n    ");
        put_lane(waves, signals, count, &signals[i], out);
    }
    fprintf(out, "]\n], \"head\": {\"text\": \"");
    put_text(out, waves->comment);
    fprintf(out, "\", \"tick\": %" PRIu64 "}, \"config\": {\"hscale\": 2}}\n",
            waves->count ? waves->cycles[0].cycle : 0);
    return ferror(out) ? -1 : 0;
}
