/* copyscope diff: where two traces part, and how their counts differ. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "labels.h"
#include "meta.h"
#include "subcommands.h"
#include "table.h"
#include "text.h"

#define CONTEXT 4u /* events shown before the first that differs */

static const char help[] =
    "usage: copyscope diff A.cst B.cst [--json]\n\n"
    "Compares two traces event for event, from the first on: the event, its outcome, its role, its depth, and which "
    "object\n"
    "it is about: its type, its text, and whether it is the same as in an earlier event.  Addresses, times and walks "
    "of\n"
    "dicts are not compared.  Tells where they part first, and the counts of all events that differ.\n"
    "  --json  as one JSON object\n\n"
    "example: copyscope diff before.cst after.cst\n"
    "exit: 0 the same events, 1 they differ, 2 usage, 3 a trace cannot be read\n";

/* One of the two. */
typedef struct {
    const char *path;
    cs_trace *trace;
    cs_walk walk;
    uint32_t *seen; /* by ref: the how manieth object that appeared, 0 not yet */
    uint32_t count;
    cJSON *meta;
    bool more;
    uint64_t events[CS_EV_MAX];
} side;

static int open_side(side *s, const char *path) {
    cs_status st;
    *s = (side){.path = path, .trace = cs_trace_open(path, &st)};
    if (!s->trace) {
        fprintf(stderr, "copyscope diff: %s: %s\n", path,
                st.error == CS_E_IO ? strerror(errno) : cs_strerror(st.error));
        return -1;
    }
    if (!st.complete)
        fprintf(stderr, "copyscope diff: %s is readable up to byte %" PRIu64 ": %s\n", path, st.offset,
                cs_strerror(st.error));
    const int failed = cs_walk_begin(&s->walk, s->trace);
    s->seen = calloc(s->walk.object_count + 1, sizeof *s->seen);
    s->meta = cs_meta_load(s->trace);
    if (!failed && s->seen && s->meta) return 0;
    fputs("copyscope diff: out of memory\n", stderr);
    return -1;
}

static void close_side(side *s) {
    free(s->seen);
    if (!s->trace) return;
    cs_walk_end(&s->walk);
    cJSON_Delete(s->meta);
    cs_trace_close(s->trace);
}

static void advance(side *s) {
    s->more = cs_walk_next(&s->walk);
    if (!s->more) return;
    const uint32_t ref = s->walk.record->obj;
    s->events[s->walk.step->event]++;
    if (ref && ref <= s->walk.object_count && !s->seen[ref]) s->seen[ref] = ++s->count;
}

/* ---- are two events the same? ---- */

static bool same_string(const side *a, uint32_t m, const side *b, uint32_t n) {
    size_t x, y;
    const char *left = cs_trace_string(a->trace, m, &x), *right = cs_trace_string(b->trace, n, &y);
    return x == y && memcmp(left, right, x) == 0;
}

static bool same_object(const side *a, const side *b) {
    const cs_object *x = cs_walk_object(&a->walk, a->walk.record->obj),
                    *y = cs_walk_object(&b->walk, b->walk.record->obj);
    if (!x || !y) return !x && !y;
    const cs_type *t = cs_walk_type(&a->walk, x->type), *u = cs_walk_type(&b->walk, y->type);
    return a->seen[a->walk.record->obj] == b->seen[b->walk.record->obj] && same_string(a, x->text, b, y->text) &&
           same_string(a, t ? t->name : 0, b, u ? u->name : 0);
}

/* NULL: they are; else what differs. */
static const char *difference(const side *a, const side *b) {
    if (!a->more || !b->more) return a->more == b->more ? NULL : a->more ? "the second one ends" : "the first one ends";
    if (a->walk.step->event != b->walk.step->event) return "another event";
    if (a->walk.outcome != b->walk.outcome) return "another outcome";
    if (a->walk.depth != b->walk.depth) return "another depth";
    if (cs_rec_role(a->walk.record) != cs_rec_role(b->walk.record)) return "another role";
    return same_object(a, b) ? NULL : "another object";
}

/* ---- what is told ---- */

static void print_walk(const side *s, const cs_walk *w) {
    if (w) cs_table_row(stdout, w, s->meta);
    else puts("        (ends)");
}

/* The events before the place, which both have, and the first that is not the same. */
static void print_place(side *a, const side *b, uint64_t n) {
    cs_walk before;
    if (cs_walk_begin(&before, a->trace) != 0) return;
    while (before.n + 1 < n && cs_walk_next(&before))
        if (before.n + CONTEXT >= n) fputs("  ", stdout), cs_table_row(stdout, &before, a->meta);
    cs_walk_end(&before);
    fputs("A ", stdout);
    print_walk(a, a->more ? &a->walk : NULL);
    fputs("B ", stdout);
    print_walk(b, b->more ? &b->walk : NULL);
}

static void print_meta(const side *a, const side *b) {
    static const char *const keys[] = {"python", "policy", "op", "recorder"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *x = cs_meta_string(a->meta, keys[i]), *y = cs_meta_string(b->meta, keys[i]);
        if (strcmp(x ? x : "", y ? y : "") == 0) continue;
        printf("%-16s ", keys[i]);
        cs_print_clean(stdout, x ? x : "-", x ? strlen(x) : 1, 40);
        fputs(" / ", stdout);
        cs_print_clean(stdout, y ? y : "-", y ? strlen(y) : 1, 40);
        putchar('\n');
    }
}

static void print_counts(const side *a, const side *b) {
    bool any = false;
    for (unsigned event = 0; event < CS_EV_MAX; event++) {
        const uint64_t x = a->events[event], y = b->events[event];
        if (x == y) continue;
        if (!any) printf("\n%-16s %12s %12s %12s\n", "event", "A", "B", "B - A");
        any = true;
        printf("%-16s %12" PRIu64 " %12" PRIu64 " %+12" PRId64 "\n", cs_event_name(event), x, y, (int64_t)(y - x));
    }
    if (!any) puts("\nboth have each event as often");
}

static void print_json(const side *a, const side *b, uint64_t n, const char *what) {
    cJSON *o = cJSON_CreateObject(), *counts = cJSON_AddObjectToObject(o, "counts");
    cJSON_AddBoolToObject(o, "equal", !what);
    cJSON_AddItemToObject(o, "first", what ? cJSON_CreateNumber((double)n) : cJSON_CreateNull());
    cJSON_AddItemToObject(o, "difference", what ? cJSON_CreateString(what) : cJSON_CreateNull());
    for (unsigned event = 0; event < CS_EV_MAX; event++) {
        if (!a->events[event] && !b->events[event]) continue;
        cJSON *both = cJSON_AddArrayToObject(counts, cs_event_name(event));
        cJSON_AddItemToArray(both, cJSON_CreateNumber((double)a->events[event]));
        cJSON_AddItemToArray(both, cJSON_CreateNumber((double)b->events[event]));
    }
    char *text = cJSON_Print(o);
    if (text) puts(text);
    free(text);
    cJSON_Delete(o);
}

/* Returns the exit code. */
static int compare(side *a, side *b, bool json) {
    const char *what = NULL;
    uint64_t n = 0;
    do {
        advance(a);
        advance(b);
        n++;
        what = difference(a, b);
    } while (!what && a->more);
    if (!json) print_meta(a, b);
    if (!json && what) {
        printf("they part at event %" PRIu64 ": %s\n", n, what);
        print_place(a, b, n);
    } else if (!json) {
        printf("the same %" PRIu64 " events\n", n - 1);
    }
    while (a->more) advance(a);
    while (b->more) advance(b);
    if (json) print_json(a, b, n, what);
    else if (what) print_counts(a, b);
    return what ? CS_EXIT_NOT_SO : CS_EXIT_DONE;
}

int cs_cmd_diff(int argc, char **argv) {
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool json = false;
    side a = {0}, b = {0};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (c) {
        case 'j': json = true; break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    if (argc - optind != 2) {
        fputs(help, stderr);
        return CS_EXIT_USAGE;
    }
    int code = CS_EXIT_COULD_NOT;
    if (open_side(&a, argv[optind]) == 0 && open_side(&b, argv[optind + 1]) == 0) code = compare(&a, &b, json);
    close_side(&a);
    close_side(&b);
    return code;
}
