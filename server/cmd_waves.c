/* copyscope waves: a trace's memo operations on a simulated memory, cycle by cycle, as waves. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subcommands.h"
#include "waves.h"

#define CYCLES_MOST ((size_t)1 << 20)

static const char help[] =
    "usage: copyscope waves FILE.cst [--events A..B] [--to vcd|fst|wavedrom] [-o OUT] [--engine cam|hash|probe]\n"
    "                       [--depth N] [--latency N] [--rotate]\n\n"
    "Replays the trace's memo operations on a simulated memory, compares each lookup with what the dict answered, and\n"
    "writes the signals of the cycles that the chosen events took.\n"
    "  --events A..B  events as the page numbers them, from 1 (default: all); those that ask no memo take no cycle\n"
    "  --to FORMAT    vcd (default) or fst for a wave viewer, wavedrom for a slide: at most 64 cycles\n"
    "  -o OUT         where to (default: standard output; fst needs a file)\n"
    "  --engine E     cam (default): all entries compare at once; hash: 4 ways of block RAM and a stash; probe: a "
    "hash\n"
    "                 table in RAM, walked as CPython does\n"
    "  --depth N      entries (default 64): up to 4096 in a cam, 65536 in the others\n"
    "  --latency N    cycles that each answer takes longer, up to 4095: the way there and back\n"
    "  --rotate       probe: hashes the id turned by 4 bits\n\n"
    "example: copyscope waves list.cst --events 1..20 --to wavedrom -o list.json\n"
    "exit: 0 done, 1 a lookup's outcome was not the dict's, 2 usage, 3 the trace cannot be read or the output not "
    "written\n";

typedef enum { TO_VCD, TO_FST, TO_WAVEDROM } format;

typedef struct {
    const char *file, *out;
    cs_unit_config config;
    uint64_t first, last; /* events, from 1 */
    format to;
} arguments;

static int usage(const char *why) {
    fprintf(stderr, "copyscope waves: %s; see copyscope waves --help\n", why);
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

/* "A..B", "A.." or "A". */
static bool range(const char *text, uint64_t *first, uint64_t *last) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    *first = *last = strtoull(text, &end, 10);
    if (strncmp(end, "..", 2) == 0) {
        const char *rest = end + 2;
        *last = UINT64_MAX;
        end = (char *)rest;
        if (*rest >= '0' && *rest <= '9') *last = strtoull(rest, &end, 10);
    }
    return !*end && !errno && *first >= 1 && *first <= *last;
}

static bool named_format(const char *name, format *out) {
    static const char *const names[] = {[TO_VCD] = "vcd", [TO_FST] = "fst", [TO_WAVEDROM] = "wavedrom"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) return *out = (format)i, true;
    return false;
}

static const char *take_option(int c, arguments *a) {
    switch (c) {
    case 'v': return range(optarg, &a->first, &a->last) ? NULL : "--events: A..B, from 1";
    case 't': return named_format(optarg, &a->to) ? NULL : "--to: vcd, fst or wavedrom";
    case 'o': a->out = optarg; return NULL;
    case 'g': return cs_engine_named(optarg, &a->config.engine) ? NULL : "--engine: cam, hash or probe";
    case 'd': return number(optarg, 1, 65536, &a->config.depth) ? NULL : "--depth: 1 to 65536";
    case 'y': return number(optarg, 0, CS_LATENCY_MOST, &a->config.latency) ? NULL : "--latency: 0 to 4095 cycles";
    default: a->config.rotate = true; return NULL;
    }
}

/* Returns -1 when there is something to do, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"events", required_argument, NULL, 'v'},
                                            {"to", required_argument, NULL, 't'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"engine", required_argument, NULL, 'g'},
                                            {"depth", required_argument, NULL, 'd'},
                                            {"latency", required_argument, NULL, 'y'},
                                            {"rotate", no_argument, NULL, 'r'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.config = {.engine = CS_ENGINE_CAM, .depth = 64}, .first = 1, .last = UINT64_MAX};
    for (int c; (c = getopt_long(argc, argv, "o:h", options, NULL)) != -1;) {
        if (c == '?') return CS_EXIT_USAGE;
        if (c == 'h') return fputs(help, stdout), CS_EXIT_DONE;
        const char *why = take_option(c, a);
        if (why) return usage(why);
    }
    if (optind != argc - 1) return usage("one trace, FILE.cst, is wanted");
    a->file = argv[optind];
    if (a->config.depth > cs_engine_deepest(a->config.engine)) return usage("--depth: a cam has at most 4096 entries");
    if (a->to == TO_FST && !a->out) return usage("--to fst: -o OUT says into which file");
    return -1;
}

/* Which operations belong to the events a->first to a->last: *first > *last when none does. */
static void operations_of(const arguments *a, const cs_trace *trace, const cs_cam_op *ops, size_t n, size_t *first,
                          size_t *last) {
    const cs_record *records;
    const cs_step *steps[CS_MAX_STEPS];
    size_t count = cs_trace_records(trace, &records), op = 0;
    uint64_t events = 0; /* before record r */
    *first = 1, *last = 0;
    for (size_t r = 0; r < count && op < n; r++) {
        for (; op < n && ops[op].rec == r; op++) {
            uint64_t event = events + ops[op].step + 1;
            if (event < a->first || event > a->last) continue;
            if (*first > *last) *first = op;
            *last = op;
        }
        events += cs_expand(&records[r], steps);
    }
}

/* Replays the trace; with `cycles`, keeping those of operations first to last.  NULL: out of memory. */
static cs_replay *replay(const arguments *a, const cs_trace *trace, size_t first, size_t last, bool cycles) {
    cs_replay *r = cs_replay_new(&a->config);
    if (r && cycles) cs_replay_watch(r, first, last, CYCLES_MOST);
    if (r && cs_replay_feed(r, trace) == 0) return r;
    if (r) cs_replay_free(r);
    return NULL;
}

static int write_stream(const arguments *a, const cs_waves *waves) {
    FILE *out = a->out ? fopen(a->out, "w") : stdout;
    if (!out) return -1;
    int result = a->to == TO_VCD ? cs_waves_vcd(waves, out) : cs_waves_wavedrom(waves, out);
    if (a->out && fclose(out) != 0) result = -1;
    return result;
}

static int write_waves(const arguments *a, const cs_waves *waves) {
    errno = 0;
    int result = a->to == TO_FST ? cs_waves_fst(waves, a->out) : write_stream(a, waves);
    if (result == 0) return CS_EXIT_DONE;
    fprintf(stderr, "copyscope waves: %s could not be written: %s\n", a->out ? a->out : "the output",
            errno ? strerror(errno) : "a write failed");
    return CS_EXIT_COULD_NOT;
}

/* To standard error: the waves may go to standard output. */
static void tell(const cs_replay *r, size_t first, size_t last, size_t cycles) {
    const cs_cam_header *h = cs_replay_header(r);
    cs_replay_totals sum = cs_replay_sum(r);
    fprintf(stderr,
            "simulated: operations %zu to %zu of %u, %zu cycles; the outcome was the dict's in %u of %u lookups, %u "
            "insertions spilled\n",
            first + 1, last + 1, h->ops, cycles, h->agreed, h->lookups, h->spilled);
    if (sum.walks)
        fprintf(stderr,
                "as many slots as the dict visited, in a table of its size: %" PRIu64 " of %" PRIu64 " lookups\n",
                sum.walks_equal, sum.walks);
}

static int show(const arguments *a, const cs_replay *r, size_t first, size_t last) {
    const cs_cycle *cycles;
    char comment[160];
    size_t n = cs_replay_cycles(r, &cycles);
    const cs_cam_header *h = cs_replay_header(r);
    if (cs_replay_sum(r).cycles_dropped || (a->to == TO_WAVEDROM && n > CS_WAVEDROM_CYCLES)) {
        fprintf(stderr,
                "copyscope waves: these events take %" PRIu64 " cycles, more than %zu; choose fewer by --events\n",
                n + cs_replay_sum(r).cycles_dropped, a->to == TO_WAVEDROM ? (size_t)CS_WAVEDROM_CYCLES : CYCLES_MOST);
        return CS_EXIT_COULD_NOT;
    }
    snprintf(comment, sizeof comment, "%s of %u entries, simulated: memo operations %zu to %zu",
             cs_engine_name(a->config.engine), a->config.depth, first + 1, last + 1);
    cs_waves waves = {.config = a->config, .cycles = cycles, .count = n, .comment = comment};
    int result = write_waves(a, &waves);
    if (result == CS_EXIT_DONE) tell(r, first, last, n);
    return result != CS_EXIT_DONE ? result : h->agreed == h->lookups ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}

/* Twice: which operations the events are, then their cycles. */
static int waves_of(const arguments *a, const cs_trace *trace) {
    const cs_cam_op *ops;
    size_t first, last;
    cs_replay *r = replay(a, trace, 0, 0, false);
    if (!r) return -1;
    size_t n = cs_replay_ops(r, &ops);
    operations_of(a, trace, ops, n, &first, &last);
    cs_replay_free(r);
    if (first > last) {
        fprintf(stderr, "copyscope waves: no event of that range asks or changes the memo; %zu operations are in %s\n",
                n, a->file);
        return CS_EXIT_COULD_NOT;
    }
    r = replay(a, trace, first, last, true);
    if (!r) return -1;
    int result = show(a, r, first, last);
    cs_replay_free(r);
    return result;
}

int cs_cmd_waves(int argc, char **argv) {
    arguments a;
    cs_status st;
    int result = parse(argc, argv, &a);
    if (result >= 0) return result;
    cs_trace *trace = cs_trace_open(a.file, &st);
    if (!trace) {
        fprintf(stderr, "copyscope waves: %s: %s\n", a.file,
                st.error == CS_E_IO ? strerror(errno) : cs_strerror(st.error));
        return CS_EXIT_COULD_NOT;
    }
    if (!st.complete)
        fprintf(stderr, "copyscope waves: %s is readable up to byte %" PRIu64 " only\n", a.file, st.offset);
    result = waves_of(&a, trace);
    cs_trace_close(trace);
    if (result >= 0) return result;
    fprintf(stderr, "copyscope waves: out of memory\n");
    return CS_EXIT_COULD_NOT;
}
