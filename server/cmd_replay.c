/* copyscope replay: what a simulated memory answers to the lookups of a trace, counted. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cam.h"
#include "subcommands.h"

static const char help[] =
    "usage: copyscope replay FILE.cst [--engine cam|hash|probe] [--depth N] [--latency N] [--rotate] [--json]\n\n"
    "Replays the trace's memo operations on a simulated memory, compares each lookup with what the dict answered, and\n"
    "counts what came of it.\n"
    "  --engine E   cam (default): all entries compare at once; hash: 4 ways of block RAM and a stash; probe: a hash\n"
    "               table in RAM, walked as CPython does\n"
    "  --depth N    entries (default 64): up to 4096 in a cam, 65536 in the others\n"
    "  --latency N  cycles that each answer takes longer, up to 4095: the way there and back\n"
    "  --rotate     probe: hashes the id turned by 4 bits\n"
    "  --json       as one JSON object\n\n"
    "example: copyscope replay list.cst --depth 16\n"
    "exit: 0 done, 1 a lookup's outcome was not the dict's, 2 usage, 3 the trace cannot be read\n";

typedef struct {
    const char *file;
    cs_unit_config config;
    bool json;
} arguments;

/* Of all operations of one replay. */
typedef struct {
    uint64_t hits, inserts, probes, dict_probes, waited;
    uint32_t lines_most, entries_most, cycles_least, cycles_most; /* cycles: of a lookup */
} counts;

static int usage(const char *why) {
    fprintf(stderr, "copyscope replay: %s; see copyscope replay --help\n", why);
    return CS_EXIT_USAGE;
}

static bool number(const char *text, unsigned long least, unsigned long most, unsigned *out) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    if (*end || errno || n < least || n > most) return false;
    *out = (unsigned)n;
    return true;
}

static const char *take_option(int c, arguments *a) {
    switch (c) {
    case 'g': return cs_engine_named(optarg, &a->config.engine) ? NULL : "--engine: cam, hash or probe";
    case 'd': return number(optarg, 1, 65536, &a->config.depth) ? NULL : "--depth: 1 to 65536";
    case 'y': return number(optarg, 0, CS_LATENCY_MOST, &a->config.latency) ? NULL : "--latency: 0 to 4095 cycles";
    case 'j': a->json = true; return NULL;
    default: a->config.rotate = true; return NULL;
    }
}

/* Returns -1 when there is something to do, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"engine", required_argument, NULL, 'g'},
                                            {"depth", required_argument, NULL, 'd'},
                                            {"latency", required_argument, NULL, 'y'},
                                            {"rotate", no_argument, NULL, 'r'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.config = {.engine = CS_ENGINE_CAM, .depth = 64}};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == '?') return CS_EXIT_USAGE;
        if (c == 'h') return fputs(help, stdout), CS_EXIT_DONE;
        const char *why = take_option(c, a);
        if (why) return usage(why);
    }
    if (optind != argc - 1) return usage("one trace, FILE.cst, is wanted");
    a->file = argv[optind];
    if (a->config.depth > cs_engine_deepest(a->config.engine)) return usage("--depth: a cam has at most 4096 entries");
    return -1;
}

static counts counts_of(const cs_replay *r) {
    const cs_cam_op *ops;
    const cs_replay_cost *costs;
    counts c = {.cycles_least = UINT32_MAX};
    size_t n = cs_replay_ops(r, &ops);
    cs_replay_costs(r, &costs);
    for (size_t i = 0; i < n; i++) {
        uint32_t lines = (uint32_t)__builtin_popcountll(ops[i].match);
        if (lines > c.lines_most) c.lines_most = lines;
        if (ops[i].count > c.entries_most) c.entries_most = ops[i].count;
        c.waited += costs[i].waited;
        if (ops[i].op == CS_CAM_INSERT) c.inserts++;
        if (ops[i].op != CS_CAM_LOOKUP) continue;
        c.hits += (ops[i].flags & CS_CAM_HIT) != 0;
        c.probes += costs[i].probes;
        c.dict_probes += costs[i].dict_probes;
        if (costs[i].cycles < c.cycles_least) c.cycles_least = costs[i].cycles;
        if (costs[i].cycles > c.cycles_most) c.cycles_most = costs[i].cycles;
    }
    if (!c.cycles_most) c.cycles_least = 0;
    return c;
}

static void print_json(const arguments *a, const cs_replay *r, const counts *c) {
    const cs_cam_header *h = cs_replay_header(r);
    const cs_replay_totals sum = cs_replay_sum(r);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"depth", a->config.depth},
                   {"latency", a->config.latency},
                   {"operations", h->ops},
                   {"lookups", h->lookups},
                   {"agreed", h->agreed},
                   {"hits", (double)c->hits},
                   {"inserts", (double)c->inserts},
                   {"spilled", h->spilled},
                   {"skipped", h->skipped},
                   {"entries_most", c->entries_most},
                   {"lines_most", c->lines_most},
                   {"cycles", (double)h->cycles},
                   {"waited", (double)c->waited},
                   {"lookup_cycles_least", c->cycles_least},
                   {"lookup_cycles_most", c->cycles_most},
                   {"probes", (double)c->probes},
                   {"dict_probes", (double)c->dict_probes},
                   {"walks", (double)sum.walks},
                   {"walks_equal", (double)sum.walks_equal}};
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "engine", cs_engine_name(a->config.engine));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cJSON_AddNumberToObject(o, numbers[i].name, numbers[i].value);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (text) puts(text);
    free(text);
}

static void print_text(const arguments *a, const cs_replay *r, const counts *c) {
    const cs_cam_header *h = cs_replay_header(r);
    const cs_replay_totals sum = cs_replay_sum(r);
    printf("simulated: %s of %u entries, %u cycles away: %s\n", cs_engine_name(a->config.engine), a->config.depth,
           a->config.latency, cs_engine_text(a->config.engine));
    printf("lookups     %10u, hits %" PRIu64 "; the outcome was the dict's in %u\n", h->lookups, c->hits, h->agreed);
    printf("insertions  %10" PRIu64 ", spilled to software %u; entries in use at most %u\n", c->inserts, h->spilled,
           c->entries_most);
    printf("cycles      %10" PRIu64 ", of a lookup %u to %u\n", h->cycles, c->cycles_least, c->cycles_most);
    printf("slots       %10" PRIu64 " that the dict visited, as recorded\n", c->dict_probes);
    if (sum.walks)
        printf("walks       %10" PRIu64 " in a table of the dict's size, as long as the dict's %" PRIu64 "\n",
               sum.walks, sum.walks_equal);
    if (h->skipped) printf("skipped     %10u operations on other memos than the first\n", h->skipped);
}

static int replay(const arguments *a, const cs_trace *trace) {
    cs_replay *r = cs_replay_new(&a->config);
    if (!r || cs_replay_feed(r, trace) != 0) {
        fprintf(stderr, "copyscope replay: out of memory\n");
        if (r) cs_replay_free(r);
        return CS_EXIT_COULD_NOT;
    }
    const counts c = counts_of(r);
    const cs_cam_header *h = cs_replay_header(r);
    int result = h->agreed == h->lookups ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
    (a->json ? print_json : print_text)(a, r, &c);
    cs_replay_free(r);
    return result;
}

int cs_cmd_replay(int argc, char **argv) {
    arguments a;
    cs_status st;
    int result = parse(argc, argv, &a);
    if (result >= 0) return result;
    cs_trace *trace = cs_trace_open(a.file, &st);
    if (!trace) {
        fprintf(stderr, "copyscope replay: %s: %s\n", a.file,
                st.error == CS_E_IO ? strerror(errno) : cs_strerror(st.error));
        return CS_EXIT_COULD_NOT;
    }
    if (!st.complete)
        fprintf(stderr, "copyscope replay: %s is readable up to byte %" PRIu64 " only\n", a.file, st.offset);
    result = replay(&a, trace);
    cs_trace_close(trace);
    return result;
}
