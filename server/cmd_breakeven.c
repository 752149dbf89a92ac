/* copyscope breakeven: what a memory in hardware, answering the memo's lookups, could save of a copy. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "breakeven.h"
#include "cam.h"
#include "file.h"
#include "placements.h"
#include "python.h"
#include "subcommands.h"

#define DEPTH_MAX 4096

static const char help[] =
    "usage: copyscope breakeven (-e EXPR | FILE.py) [--depth N] [--clock MHZ] [--json] [--python PYTHON]\n\n"
    "Copies the value of the last expression, or of the name x, many times, and says what a content-addressable "
    "memory\n"
    "that answers the memo's lookups could save of it, by where that memory stands.\n"
    "  -e EXPR      the snippet itself\n"
    "  --depth N    entries of the memory, 1 to 4096 (default 64); what does not fit asks the dict as well\n"
    "  --clock MHZ  of the memory (default 1000); its cycles come from the simulation\n"
    "  --json       as one JSON object\n"
    "  --python     the Python that has the recorder\n\n"
    "measured here: one copy by copy.py and by the C engine, and one lookup, each its own, with warm caches.  "
    "simulated:\n"
    "the memory's cycles and what spills.  assumed: the way to the memory and back.  With T the copy, N its lookups "
    "and\n"
    "t' = way + cycles + spilled share x dict, the copy is T / (T - N (dict - t')) times as fast.\n\n"
    "example: copyscope breakeven -e '[[i] for i in range(1000)]'\n"
    "exit: 0 done, 2 usage, 3 the snippet or the recorder failed, or the copy asks its memo nothing\n";

typedef struct {
    const char *expression, *file, *python;
    unsigned depth;
    double clock_mhz;
    bool json;
} arguments;

/* All that is known of one copy. */
typedef struct {
    double python_ns, engine_ns, dict_ns, walk_ns, lookups, stores, hits, first_probe, hit_probes, most_probes;
    char version[32];
    double overflow, cycles; /* per lookup, simulated */
    unsigned depth;
    double clock_mhz;
    cs_placement places[CS_PLACEMENTS_MAX];
    size_t place_count;
} facts;

static int usage(const char *why) {
    fprintf(stderr, "copyscope breakeven: %s; see copyscope breakeven --help\n", why);
    return CS_EXIT_USAGE;
}

static bool number(const char *text, double least, double most, double *out) {
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && *out >= least && *out <= most;
}

/* Returns -1 when it is to be measured, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {
        {"depth", required_argument, NULL, 'd'}, {"clock", required_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'j'},        {"python", required_argument, NULL, 'y'},
        {"help", no_argument, NULL, 'h'},        {0}};
    double depth;
    *a = (arguments){.depth = 64, .clock_mhz = 1000};
    for (int c; (c = getopt_long(argc, argv, "e:h", options, NULL)) != -1;) {
        switch (c) {
        case 'e': a->expression = optarg; break;
        case 'd':
            if (!number(optarg, 1, DEPTH_MAX, &depth) || depth != (unsigned)depth) return usage("--depth: 1 to 4096");
            a->depth = (unsigned)depth;
            break;
        case 'c':
            if (!number(optarg, 1, 1e5, &a->clock_mhz)) return usage("--clock: 1 to 100000, in MHz");
            break;
        case 'j': a->json = true; break;
        case 'y': a->python = optarg; break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: return CS_EXIT_USAGE;
        }
    }
    if (optind < argc) a->file = argv[optind++];
    if (optind < argc || !a->expression == !a->file) return usage("one snippet, -e EXPR or FILE.py, is wanted");
    return -1;
}

static double figure(const cJSON *answer, const char *key) {
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(answer, key);
    return cJSON_IsNumber(n) ? n->valuedouble : 0;
}

/* Fills in what was measured; the trace goes into a file of that path.  Returns 0, or -1: Python has said why. */
static int measure(const arguments *a, const char *path, facts *f) {
    cs_python python;
    char why[4200];
    if (cs_python_find(a->python, &python, why, sizeof why) != 0) {
        fprintf(stderr, "copyscope breakeven: %s\n", why);
        return -1;
    }
    const char *words[] = {"cost", a->expression ? "-e" : "--file", a->expression ? a->expression : a->file, "-o", path,
                           NULL};
    cJSON *answer = cs_ask_python(python.path, words);
    f->python_ns = figure(answer, "python_ns");
    f->engine_ns = figure(answer, "engine_ns");
    f->dict_ns = figure(answer, "dict_ns");
    f->walk_ns = figure(answer, "walk_ns");
    f->lookups = figure(answer, "lookups");
    f->stores = figure(answer, "stores");
    f->hits = figure(answer, "hits");
    f->first_probe = figure(answer, "first_probe");
    f->hit_probes = figure(answer, "hit_probes");
    f->most_probes = figure(answer, "most_probes");
    snprintf(f->version, sizeof f->version, "%s", python.version);
    cJSON_Delete(answer);
    return f->lookups >= 1 && f->python_ns > 0 && f->engine_ns > 0 ? 0 : -1;
}

/* Fills in what the simulated memory did with the trace's lookups.  Returns 0 or -1. */
static int simulate(const cs_trace *trace, unsigned depth, facts *f) {
    const cs_unit_config config = {.engine = CS_ENGINE_CAM, .depth = depth};
    cs_replay *replay = cs_replay_new(&config);
    const cs_cam_op *ops;
    const cs_replay_cost *costs;
    double lookups = 0, spilled = 0, cycles = 0;
    if (!replay || cs_replay_feed(replay, trace) != 0) {
        if (replay) cs_replay_free(replay);
        return -1;
    }
    size_t n = cs_replay_ops(replay, &ops);
    cs_replay_costs(replay, &costs);
    for (size_t i = 0; i < n; i++) {
        if (ops[i].op != CS_CAM_LOOKUP) continue;
        lookups++;
        cycles += costs[i].cycles;
        spilled += (ops[i].flags & CS_CAM_SPILL) != 0;
    }
    f->overflow = lookups > 0 ? spilled / lookups : 0;
    f->cycles = lookups > 0 ? cycles / lookups : 0;
    f->depth = depth;
    cs_replay_free(replay);
    return 0;
}

/* What stands in a place: the way, and the memory's own cycles. */
static double hardware_ns(const facts *f, const cs_placement *place) {
    return place->ns + f->cycles * 1000 / f->clock_mhz;
}

/* Whose copy it is: each looks up in its own way. */
static cs_breakeven of_python(const facts *f) {
    return (cs_breakeven){f->python_ns, f->dict_ns, f->lookups, f->overflow};
}

static cs_breakeven of_engine(const facts *f) {
    return (cs_breakeven){f->engine_ns, f->walk_ns, f->lookups, f->overflow};
}

static cJSON *side_json(const facts *f, const cs_breakeven *b) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "copy_ns", b->copy_ns);
    cJSON_AddNumberToObject(o, "lookup_ns", b->lookup_ns);
    cJSON_AddNumberToObject(o, "lookup_share", cs_breakeven_share(b));
    cJSON_AddNumberToObject(o, "limit", cs_breakeven_limit(b));
    cJSON_AddNumberToObject(o, "breakeven_ns", cs_breakeven_point(b));
    cJSON *speedup = cJSON_AddObjectToObject(o, "speedup");
    for (size_t i = 0; i < f->place_count; i++)
        cJSON_AddNumberToObject(speedup, f->places[i].id, cs_breakeven_speedup(b, hardware_ns(f, &f->places[i])));
    return o;
}

static void print_json(const facts *f) {
    cs_breakeven python = of_python(f), engine = of_engine(f);
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "python", f->version);
    cJSON_AddNumberToObject(o, "lookups", f->lookups);
    cJSON_AddNumberToObject(o, "stores", f->stores);
    cJSON_AddNumberToObject(o, "hits", f->hits);
    cJSON_AddNumberToObject(o, "first_probe", f->first_probe);
    cJSON_AddNumberToObject(o, "hit_probes", f->hit_probes);
    cJSON_AddNumberToObject(o, "most_probes", f->most_probes);
    cJSON_AddNumberToObject(o, "depth", f->depth);
    cJSON_AddNumberToObject(o, "clock_mhz", f->clock_mhz);
    cJSON_AddNumberToObject(o, "cycles", f->cycles);
    cJSON_AddNumberToObject(o, "overflow", f->overflow);
    cJSON_AddItemToObject(o, "copy_py", side_json(f, &python));
    cJSON_AddItemToObject(o, "engine", side_json(f, &engine));
    char *text = cJSON_Print(o);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(o);
}

static void print_side(const char *name, const cs_breakeven *b) {
    printf("  %-10s %12.1f us a copy, %5.1f ns a lookup: %4.1f %% of it, so at best %.2f times as fast\n", name,
           b->copy_ns / 1000, b->lookup_ns, 100 * cs_breakeven_share(b), cs_breakeven_limit(b));
}

static void print_point(const char *name, const cs_breakeven *b) {
    double point = cs_breakeven_point(b);
    if (point > 0) printf("For %s it pays where way and cycles take less than %.1f ns together.\n", name, point);
    else printf("For %s it pays nowhere: every lookup asks the dict as well.\n", name);
}

static void print_table(const facts *f) {
    cs_breakeven python = of_python(f), engine = of_engine(f);
    printf("measured   CPython %s: %.0f lookups and %.0f stores a copy, caches warm\n", f->version, f->lookups,
           f->stores);
    if (f->hits > 0)
        printf("           %.0f hits: %.0f %% on the first slot, %.2f slots on average, at most %.0f\n", f->hits,
               100 * f->first_probe / f->hits, f->hit_probes / f->hits, f->most_probes);
    print_side("copy.py", &python);
    print_side("C engine", &engine);
    printf("simulated  a CAM of %u entries: %.2f cycles a lookup, %.1f ns at %.0f MHz; %.1f %% of the lookups ask the "
           "dict as well\n",
           f->depth, f->cycles, f->cycles * 1000 / f->clock_mhz, f->clock_mhz, 100 * f->overflow);
    printf("assumed    the way there and back; beside it how many times as fast a copy gets, below 1 a loss\n\n");
    printf("  %-28s %10s %10s %10s\n", "", "way, ns", "copy.py", "C engine");
    for (size_t i = 0; i < f->place_count; i++) {
        double ns = hardware_ns(f, &f->places[i]);
        printf("  %-28s %10.0f %10.2f %10.2f\n", f->places[i].name, f->places[i].ns, cs_breakeven_speedup(&python, ns),
               cs_breakeven_speedup(&engine, ns));
    }
    putchar('\n');
    print_point("copy.py", &python);
    print_point("the C engine", &engine);
}

static int report(const arguments *a, const char *path) {
    facts f = {.clock_mhz = a->clock_mhz};
    cs_status st;
    f.place_count = cs_placements(f.places);
    if (measure(a, path, &f) != 0) return CS_EXIT_COULD_NOT;
    cs_trace *trace = cs_trace_open(path, &st);
    int result = trace ? simulate(trace, a->depth, &f) : -1;
    if (trace) cs_trace_close(trace);
    if (result != 0) {
        fprintf(stderr, "copyscope breakeven: the trace of the copy could not be replayed: out of memory or disk\n");
        return CS_EXIT_COULD_NOT;
    }
    if (a->json) print_json(&f);
    else print_table(&f);
    return CS_EXIT_DONE;
}

int cs_cmd_breakeven(int argc, char **argv) {
    arguments a;
    int code = parse(argc, argv, &a);
    if (code >= 0) return code;
    char folder[CS_TEMPORARY_MAX], path[sizeof folder + 16];
    if (cs_temporary_folder(folder) != 0) {
        perror("copyscope breakeven: a folder for the measured trace");
        return CS_EXIT_COULD_NOT;
    }
    snprintf(path, sizeof path, "%s/copy.cst", folder);
    code = report(&a, path);
    unlink(path);
    rmdir(folder);
    return code;
}
