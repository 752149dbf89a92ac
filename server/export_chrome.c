/* Chrome's trace event format: ui.perfetto.dev, VizTracer's viewer, chrome://tracing.  Calls are B and E events, nested
 * as they were; memo events are instants.  Google, "Trace Event Format". */
#include <inttypes.h>

#include "export.h"
#include "labels.h"
#include "meta.h"

static void separator(cs_export *x) { fputs(x->written++ ? ",\n" : "\n", x->out); }

static void head(cs_export *x, const char *phase) {
    separator(x);
    fprintf(x->out, "{\"ph\":\"%s\",\"pid\":1,\"tid\":1,\"ts\":", phase);
    cs_put_us(x->out, x->walk.time);
}

/* Of the outermost call; what user code calls in it is not told apart from deepcopy. */
static const char *operation(const cs_export *x) {
    const char *op = x->depth == 1 ? cs_meta_string(x->meta, "op") : NULL;
    return op && *op ? op : "deepcopy";
}

static void begin(cs_export *x) {
    const char *title = cs_meta_string(x->meta, "title");
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", x->out);
    separator(x);
    fputs("{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"process_name\",\"args\":{\"name\":", x->out);
    cs_put_json(x->out, title && *title ? title : "copyscope");
    fputs("}}", x->out);
}

static void open_call(cs_export *x) {
    const uint32_t obj = x->calls[x->depth - 1].obj;
    char name[CS_LABEL_MAX], title[CS_LABEL_MAX + 16];
    cs_label(&x->walk, obj, name);
    snprintf(title, sizeof title, "%s(%s)", operation(x), name);
    head(x, "B");
    fputs(",\"cat\":\"call\",\"name\":", x->out);
    cs_put_json(x->out, title);
    fprintf(x->out, ",\"args\":{\"event\":%" PRIu64 ",\"type\":", x->walk.n);
    cs_put_json(x->out, cs_export_type(x, obj));
    fputs("}}", x->out);
}

static void event(cs_export *x) {
    const unsigned what = x->walk.step->event;
    if (cs_event_family(what) != CS_FAM_MEMO) return;
    head(x, "i");
    fprintf(x->out, ",\"s\":\"t\",\"cat\":\"memo\",\"name\":\"%s%s%s\",\"args\":{\"event\":%" PRIu64 ",\"probes\":%u}}",
            cs_event_name(what), *cs_outcome_word(&x->walk) ? " " : "", cs_outcome_word(&x->walk), x->walk.n,
            x->walk.probed ? x->walk.probes : 0);
}

static void close_call(cs_export *x) {
    head(x, "E");
    fputc('}', x->out);
}

static void end(cs_export *x) { fputs("\n]}\n", x->out); }

const cs_exporter cs_export_chrome = {.name = "chrome",
                                      .ending = "json",
                                      .text = "Chrome's trace events: ui.perfetto.dev, VizTracer's viewer",
                                      .begin = begin,
                                      .open = open_call,
                                      .event = event,
                                      .close = close_call,
                                      .end = end};
