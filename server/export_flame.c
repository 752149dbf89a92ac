/* Flame graphs: speedscope's evented profile, a frame for each type, in nanoseconds; and folded stacks, a line for each
 * call with its own events, which FlameGraph and inferno add up. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "meta.h"
#include "text.h"

#define FOLDED_MAX 400 /* frames of a stack: deeper ones are left out in the middle, and counted */

/* Frame 0 stands for an object whose type is not known. */
static uint32_t frame_of(const cs_export *x) {
    const cs_object *o = cs_walk_object(&x->walk, x->calls[x->depth - 1].obj);
    return o && o->type <= x->walk.type_count ? o->type : 0;
}

static void scope_begin(cs_export *x) {
    const char *title = cs_meta_string(x->meta, "title");
    fputs(
        "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\"exporter\":\"copyscope\",\"profiles\":[{"
        "\"type\":\"evented\",\"unit\":\"nanoseconds\",\"name\":",
        x->out);
    cs_put_json(x->out, title && *title ? title : "copyscope");
    fputs(",\"startValue\":0,\"events\":[", x->out);
}

static void scope_event(cs_export *x, char type) {
    fprintf(x->out, "%s{\"type\":\"%c\",\"frame\":%" PRIu32 ",\"at\":%" PRIu64 "}", x->written++ ? ",\n" : "\n", type,
            frame_of(x), x->walk.time);
}

static void scope_open(cs_export *x) { scope_event(x, 'O'); }
static void scope_close(cs_export *x) { scope_event(x, 'C'); }

static void scope_end(cs_export *x) {
    fprintf(x->out, "\n],\"endValue\":%" PRIu64 "}],\"shared\":{\"frames\":[\n{\"name\":\"deepcopy(object)\"}",
            x->walk.time);
    for (size_t i = 0; i < x->walk.type_count; i++) {
        size_t n;
        char name[256];
        const char *text = cs_trace_string(x->trace, x->walk.types[i].name, &n);
        snprintf(name, sizeof name, "deepcopy(%.*s)", (int)(n < 200 ? n : 200), text);
        fputs(",\n{\"name\":", x->out);
        cs_put_json(x->out, name);
        fputc('}', x->out);
    }
    fputs("\n]}}\n", x->out);
}

/* A name between semicolons: it must hold none, and no line end. */
static void put_frame(cs_export *x, uint32_t obj) {
    const char *name = cs_export_type(x, obj);
    char *clean = cs_utf8_repair(name, strlen(name));
    for (const char *c = clean ? clean : ""; *c; c++) fputc(*c == ';' || (unsigned char)*c <= ' ' ? '_' : *c, x->out);
    free(clean);
}

static void folded_close(cs_export *x) {
    const uint64_t events = x->calls[x->depth - 1].events;
    if (!events) return;
    const size_t skip = x->depth > FOLDED_MAX ? x->depth - FOLDED_MAX : 0;
    for (size_t i = 0; i < x->depth; i++) {
        if (skip && i == FOLDED_MAX / 2) {
            fprintf(x->out, ";(%zu more)", skip);
            i += skip;
        }
        if (i) fputc(';', x->out);
        put_frame(x, x->calls[i].obj);
    }
    fprintf(x->out, " %" PRIu64 "\n", events);
}

const cs_exporter cs_export_speedscope = {.name = "speedscope",
                                          .ending = "speedscope.json",
                                          .text = "calls by type, in ns: speedscope.app",
                                          .begin = scope_begin,
                                          .open = scope_open,
                                          .close = scope_close,
                                          .end = scope_end};
const cs_exporter cs_export_folded = {.name = "folded",
                                      .ending = "folded",
                                      .text = "stacks by type, weighed by events: FlameGraph, inferno",
                                      .close = folded_close};
