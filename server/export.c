#include "export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labels.h"
#include "meta.h"
#include "text.h"

#define TOLD_EVERY (1u << 18) /* events */

enum { FORMATS = 19 };

static const cs_exporter *const formats[FORMATS] = {
    &cs_export_html,      &cs_export_cst,      &cs_export_svg,        &cs_export_png,     &cs_export_pdf,
    &cs_export_animation, &cs_export_markdown, &cs_export_latex,      &cs_export_csv,     &cs_export_ndjson,
    &cs_export_parquet,   &cs_export_chrome,   &cs_export_speedscope, &cs_export_folded,  &cs_export_dot,
    &cs_export_graphml,   &cs_export_vcd,      &cs_export_fst,        &cs_export_wavedrom};

const cs_exporter *cs_exporter_at(size_t i) { return i < FORMATS ? formats[i] : NULL; }

const cs_exporter *cs_exporter_find(const char *name) {
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0) return formats[i];
    return NULL;
}

static int push(cs_export *x, uint32_t obj) {
    if (x->depth == x->room) {
        size_t room = x->room ? x->room * 2 : 256;
        cs_export_call *more = realloc(x->calls, room * sizeof *more);
        if (!more) return -1;
        x->calls = more;
        x->room = room;
    }
    x->calls[x->depth++] = (cs_export_call){.obj = obj, .number = ++x->opened};
    return 0;
}

static void tell(void (*part)(cs_export *), cs_export *x) {
    if (part) part(x);
}

/* The calls that are open where the range begins, outermost first. */
static void open_before(const cs_exporter *format, cs_export *x) {
    size_t all = x->depth;
    for (x->depth = 1; x->depth <= all; x->depth++) tell(format->open, x);
    x->depth = all;
}

static bool told(const cs_export *x) { return !x->options->quiet && isatty(STDERR_FILENO); }

static void progress(const cs_export *x, uint64_t all) {
    if (x->walk.n % TOLD_EVERY == 0 && told(x)) fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " events ", x->walk.n, all);
}

static int take(const cs_exporter *format, cs_export *x) {
    const unsigned event = x->walk.step->event;
    const bool inside = x->walk.n >= x->first;
    if (x->walk.n == x->first) open_before(format, x);
    if (event == CS_EV_CALL && push(x, x->walk.record->obj) != 0) return -1;
    if (inside && event == CS_EV_CALL) tell(format->open, x);
    if (inside && x->depth) x->calls[x->depth - 1].events++;
    if (inside) tell(format->event, x);
    if ((event == CS_EV_RETURN || event == CS_EV_RAISE) && x->depth) {
        if (inside) tell(format->close, x);
        x->depth--;
    }
    return 0;
}

static int run_events(const cs_exporter *format, cs_export *x) {
    const uint64_t all = cs_trace_events(x->trace);
    int failed = 0;
    tell(format->begin, x);
    while (!failed && x->walk.n < x->last && cs_walk_next(&x->walk) && !ferror(x->out)) {
        failed = take(format, x);
        progress(x, all);
    }
    for (; !failed && x->depth; x->depth--) tell(format->close, x);
    if (!failed) tell(format->end, x);
    if (told(x) && all >= TOLD_EVERY) fputs("\r\x1b[K", stderr);
    return failed;
}

int cs_export_run(const cs_exporter *format, const cs_trace *trace, FILE *out, const cs_export_options *options) {
    cs_export x = {.trace = trace,
                   .options = options,
                   .meta = cs_meta_load(trace),
                   .out = out,
                   .first = options->first ? options->first : 1,
                   .last = options->last ? options->last : cs_trace_events(trace)};
    int failed = cs_walk_begin(&x.walk, trace);
    x.seen = calloc(x.walk.object_count + 1, sizeof *x.seen);
    x.walker = calloc(x.walk.object_count + 1, sizeof *x.walker);
    if (failed || !x.meta || !x.seen || !x.walker) {
        errno = ENOMEM;
        failed = -1;
    } else {
        failed = format->whole ? format->whole(&x) : run_events(format, &x);
    }
    const int why = errno;
    free(x.seen);
    free(x.walker);
    free(x.calls);
    cs_walk_end(&x.walk);
    cJSON_Delete((cJSON *)x.meta);
    errno = why;
    return failed;
}

const char *cs_export_why(int error) {
    return error == CS_EXPORT_NO_LOOKUP ? "no event of that range asks or changes the memo" : strerror(error);
}

/* ---- for the formats ---- */

void cs_put_json(FILE *out, const char *text) {
    char *clean = cs_utf8_repair(text, strlen(text));
    fputc('"', out);
    for (const char *c = clean ? clean : ""; *c; c++) {
        if (*c == '"' || *c == '\\') fputc('\\', out), fputc(*c, out);
        else if ((unsigned char)*c < 0x20 || *c == 0x7f) fprintf(out, "\\u%04x", *c);
        else fputc(*c, out);
    }
    fputc('"', out);
    free(clean);
}

void cs_put_csv(FILE *out, const char *text) {
    char *clean = cs_utf8_repair(text, strlen(text));
    const char *from = clean ? clean : "";
    if (!from[strcspn(from, ",\"\r\n")]) {
        fputs(from, out);
    } else {
        fputc('"', out);
        for (const char *c = from; *c; c++) {
            if (*c == '"') fputc('"', out);
            fputc(*c, out);
        }
        fputc('"', out);
    }
    free(clean);
}

void cs_put_xml(FILE *out, const char *text) {
    char *clean = cs_utf8_repair(text, strlen(text));
    for (const char *c = clean ? clean : ""; *c; c++) switch (*c) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default:
            if ((unsigned char)*c >= 0x20) fputc(*c, out);
        }
    free(clean);
}

const char *cs_export_type(const cs_export *x, uint32_t ref) {
    static _Thread_local char name[CS_LABEL_MAX];
    const cs_object *o = cs_walk_object(&x->walk, ref);
    const cs_type *type = o ? cs_walk_type(&x->walk, o->type) : NULL;
    size_t n = 0;
    const char *text = type ? cs_trace_string(x->trace, type->name, &n) : "";
    snprintf(name, sizeof name, "%.*s", (int)(n < 100 ? n : 100), n ? text : "object");
    return name;
}

void cs_put_us(FILE *out, uint64_t ns) { fprintf(out, "%" PRIu64 ".%03u", ns / 1000, (unsigned)(ns % 1000)); }
