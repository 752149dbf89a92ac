/* copyscope waves: a trace's memo operations on a simulated memory, cycle by cycle, as waves. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "part_file.h"
#include "range.h"
#include "subcommands.h"
#include "wave_range.h"

static const char help[] =
    "usage: copyscope waves FILE.cst [--events A..B] [--to vcd|fst|wavedrom] [-o OUT] [--engine cam|hash|probe]\n"
    "                       [--depth N] [--latency N] [--rotate]\n\n"
    "Replays the trace's memo operations on a simulated memory, compares each lookup with what the dict answered, and\n"
    "writes the signals of the cycles that the chosen events took.\n"
    "  --events A..B  events as the page numbers them, from 1 (default: all); those that ask no memo take no cycle\n"
    "  --to FORMAT    vcd (default) or fst for a wave viewer, wavedrom for a slide: the first 64 cycles\n"
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

typedef struct {
    const char *file, *out;
    cs_unit_config config;
    uint64_t first, last; /* events, from 1 */
    cs_waves_form to;
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

static bool named_form(const char *name, cs_waves_form *out) {
    static const char *const names[] = {
        [CS_WAVES_VCD] = "vcd", [CS_WAVES_FST] = "fst", [CS_WAVES_WAVEDROM] = "wavedrom"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) return *out = (cs_waves_form)i, true;
    return false;
}

static const char *take_option(int c, arguments *a) {
    switch (c) {
    case 'v': return cs_range_parse(optarg, &a->first, &a->last) == 0 ? NULL : "--events: A..B, from 1";
    case 't': return named_form(optarg, &a->to) ? NULL : "--to: vcd, fst or wavedrom";
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
    if (a->to == CS_WAVES_FST && !a->out) return usage("--to fst: -o OUT says into which file");
    return -1;
}

static int write_out(const arguments *a, const cs_wave_range *w) {
    char part[CS_PART_PATH];
    if (!a->out) return cs_wave_range_write(w, stdout) == 0 && fflush(stdout) == 0 ? 0 : -1;
    FILE *out = cs_part_open(a->out, part);
    return out ? cs_part_close(out, a->out, part, cs_wave_range_write(w, out)) : -1;
}

/* To standard error: the waves may go to standard output. */
static void tell(const cs_wave_range *w) {
    const cs_cam_header *h = cs_replay_header(w->replay);
    cs_replay_totals sum = cs_replay_sum(w->replay);
    if (w->count < w->all) fprintf(stderr, "the first %zu of %" PRIu64 " cycles\n", w->count, w->all);
    fprintf(stderr,
            "simulated: operations %zu to %zu of %u, %zu cycles; the outcome was the dict's in %u of %u lookups, %u "
            "insertions spilled\n",
            w->first_op + 1, w->last_op + 1, h->ops, w->count, h->agreed, h->lookups, h->spilled);
    if (sum.walks)
        fprintf(stderr,
                "as many slots as the dict visited, in a table of its size: %" PRIu64 " of %" PRIu64 " lookups\n",
                sum.walks_equal, sum.walks);
}

static int show(const arguments *a, const cs_wave_range *w) {
    if (w->first_op > w->last_op) {
        fprintf(stderr, "copyscope waves: no event of that range asks or changes the memo; %zu operations are in %s\n",
                w->ops, a->file);
        return CS_EXIT_COULD_NOT;
    }
    if (write_out(a, w) != 0) {
        fprintf(stderr, "copyscope waves: %s could not be written: %s\n", a->out ? a->out : "the output",
                errno ? strerror(errno) : "a write failed");
        return CS_EXIT_COULD_NOT;
    }
    tell(w);
    const cs_cam_header *h = cs_replay_header(w->replay);
    return h->agreed == h->lookups ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}

static int waves_of(const arguments *a, const cs_trace *trace) {
    cs_wave_range w;
    if (cs_wave_range_begin(&w, &a->config, a->to, trace, a->first, a->last) != 0) {
        fprintf(stderr, "copyscope waves: out of memory\n");
        return CS_EXIT_COULD_NOT;
    }
    const int result = show(a, &w);
    cs_wave_range_end(&w);
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
    return result;
}
