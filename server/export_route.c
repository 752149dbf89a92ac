#include "export_route.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "limits.h"
#include "range.h"

typedef struct {
    cs_log *log;
    size_t frames; /* of the trace file, without what the server added */
} source;

static void refuse(cs_exchange *x, int status, const char *why) {
    cs_reply(x, status, "text/plain; charset=utf-8", "", why, strlen(why));
}

static int copy_frames(void *ctx, FILE *out) {
    const source *s = ctx;
    cs_frame frame;
    for (size_t i = 0; i < s->frames && cs_log_frame(s->log, i, &frame); i++)
        fwrite(frame.bytes + CS_FRAME_PREFIX, 1, frame.length - CS_FRAME_PREFIX, out);
    return ferror(out) ? -1 : 0;
}

/* Returns the trace as far as it came, or NULL when out of memory. */
static cs_trace *read_frames(const source *s) {
    cs_trace *trace = cs_trace_new();
    cs_frame frame;
    for (size_t i = 0; trace && i < s->frames && cs_log_frame(s->log, i, &frame); i++)
        if (cs_trace_feed(trace, frame.bytes + CS_FRAME_PREFIX, frame.length - CS_FRAME_PREFIX) != CS_E_OK) break;
    return trace;
}

/* The query's range; false when there is one that is none, or that the trace does not reach. */
static bool read_range(const char *query, const cs_trace *trace, cs_export_options *o) {
    const char *at = strstr(query, "events=");
    char word[64];
    if (!at) return true;
    at += strlen("events=");
    snprintf(word, sizeof word, "%.*s", (int)strcspn(at, "&"), at);
    if (cs_range_parse(word, &o->first, &o->last) != 0 || o->first > cs_trace_events(trace)) return false;
    if (o->last > cs_trace_events(trace)) o->last = 0;
    return true;
}

static void send_file(cs_exchange *x, FILE *file, unsigned id, const cs_exporter *format) {
    char headers[160], piece[1 << 14];
    const long length = ftell(file);
    snprintf(headers, sizeof headers, "Content-Disposition: attachment; filename=\"trace-%u.%s\"\r\n", id,
             format->ending);
    cs_reply_begin(x, 200, "application/octet-stream", headers, (unsigned long long)length);
    rewind(file);
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
        if (cs_reply_write(x, piece, n) != 0) break;
}

/* Into a file without a name first: a reply tells its length beforehand. */
static void export_trace(cs_exchange *x, const source *s, const cs_trace *trace, const cs_exporter *format) {
    char name[32];
    cs_export_options options = {.bytes = copy_frames, .ctx = (void *)s, .name = name, .quiet = true};
    snprintf(name, sizeof name, "trace-%u.cst", cs_log_id(s->log));
    if (!read_range(cs_exchange_query(x), trace, &options)) {
        refuse(x, 404, "copyscope: the trace has no such events\n");
        return;
    }
    FILE *file = tmpfile();
    const bool written =
        file && cs_export_run(format, trace, file, &options) == 0 && fflush(file) == 0 && !ferror(file);
    if (written) send_file(x, file, cs_log_id(s->log), format);
    else if (file && errno == CS_EXPORT_NO_LOOKUP) refuse(x, 422, cs_export_why(errno));
    else refuse(x, 500, "copyscope: the export could not be written: is the disk full?\n");
    if (file) fclose(file);
}

void cs_export_reply(cs_hub *hub, cs_exchange *x, const char *rest) {
    unsigned id = 0;
    int at = 0;
    const bool signless = *rest >= '1' && *rest <= '9'; /* %u takes a sign */
    const cs_exporter *format = NULL;
    if (signless && sscanf(rest, "%9u/%n", &id, &at) == 1 && at) format = cs_exporter_find(rest + at);
    cs_log *log = format && !format->local ? cs_hub_find(hub, id) : NULL;
    if (!log) {
        refuse(x, 404, "copyscope: exports are under TRACE/FORMAT\n");
        return;
    }
    const source s = {log, cs_log_file_frames(log)};
    cs_trace *trace = read_frames(&s);
    if (trace) export_trace(x, &s, trace, format);
    else refuse(x, 500, "copyscope: out of memory\n");
    if (trace) cs_trace_close(trace);
    cs_log_drop(log);
}
