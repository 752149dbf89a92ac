/* copyscope info: what is in a trace file. */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "citation.h"
#include "ingest.h"
#include "callsites.h"
#include "measure.h"
#include "meta.h"
#include "ranking.h"
#include "subcommands.h"
#include "table.h"
#include "text.h"

#define SITES_SHOWN 10 /* by default */

static const char help[] =
    "usage: copyscope info FILE.cst [--json] [--sort BY] [--sites N] [--measure]\n\n"
    "Says what is in a trace file: where it comes from, its events, its verdict, and how far it is readable.  For a\n"
    "recorded program (copyscope run) it ranks the places that asked for copies, and says what to do in each.\n"
    "  --json     as one JSON object\n"
    "  --sort BY  time (default), objects, bytes or waste\n"
    "  --sites N  how many places are shown (default 10), 0: all; in JSON always all\n"
    "  --measure  times copy.deepcopy beside what is advised instead, for the places shown, on objects of the same\n"
    "             form that are made for it; --python PYTHON says by which Python\n\n"
    "time: of a call from beginning to end, as the recording engine makes it; copy.py takes some times as\n"
    "long, so compare places with each other.  objects: calls of deepcopy() in it.  bytes made: of the exact lists, "
    "dicts and tuples that are new, at the least that sys.getsizeof() would\n"
    "say.  wasted: the share of time in calls that gave the object itself back, or copied plain data (lists, dicts,\n"
    "tuples, one instance) whose every leaf is atomic or unchanged and which holds nothing twice.\n\n"
    "example: copyscope info outer.cst\n"
    "exit: 0 the trace is whole, 1 it is cut short or damaged (its valid prefix is described), 2 usage, 3 no trace\n";

typedef struct {
    bool json, measure;
    const char *python;
    cs_callsite_order order;
    size_t sites;
} arguments;

static const char *const shown[] = {"title",  "python", "policy",  "op",    "recorder",
                                    "module", "clock",  "created", "error", "exception"};

static _Noreturn void no_memory(void) {
    fputs("copyscope info: out of memory\n", stderr);
    exit(CS_EXIT_COULD_NOT);
}

/* For cJSON, which else leaves out what it has no memory for: an answer that lacks a part looks like another answer. */
static void *must_have(size_t n) {
    void *p = malloc(n);
    if (!p) no_memory();
    return p;
}

/* The metadata and the counts, both whole. */
static cJSON *read_whole(const cs_trace *trace, cs_counts *c) {
    cJSON *meta = cs_meta_load(trace);
    *c = cs_count_events(trace);
    if (!meta || c->events != cs_trace_events(trace)) no_memory();
    return meta;
}

static void print_meta(const cJSON *meta) {
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *value = cs_meta_string(meta, shown[i]);
        if (!value) continue;
        printf("%-10s ", shown[i]);
        cs_print_clean(stdout, value, strlen(value), 200);
        putchar('\n');
    }
}

static void print_status(const cs_trace *trace, const cs_status *st) {
    printf("%-10s version %u%s\n", "format", cs_trace_version(trace),
           cs_trace_version(trace) < CS_VERSION ? ", of an older recorder" : "");
    if (st->complete) printf("%-10s whole, %" PRIu64 " bytes\n", "file", st->offset);
    else printf("%-10s readable up to byte %" PRIu64 ": %s\n", "file", st->offset, cs_strerror(st->error));
}

static void put_in_order(cs_callsites *sites, const arguments *a) {
    char why[4200];
    cs_callsites_sort(sites, a->order);
    if (a->measure && cs_measure(sites, a->sites, a->python, why, sizeof why) != 0)
        fprintf(stderr, "copyscope info: not measured: %s\n", why);
}

/* The ranking, where the trace is that of a program. */
static void print_ranking(const cs_trace *trace, const cJSON *meta, const arguments *a) {
    cs_callsites sites;
    if (cs_callsites_read(&sites, trace) != 0) {
        fprintf(stderr, "copyscope info: not enough memory to rank the call sites\n");
    } else if (sites.callers) {
        put_in_order(&sites, a);
        cs_ranking_print(stdout, &sites, meta, a->sites);
    }
    cs_callsites_free(&sites);
}

/* To be quoted: a trace that is cut short has no digest. */
static void print_citation(const cs_trace *trace, const cJSON *meta) {
    char line[400];
    cs_citation(trace, meta, line, sizeof line);
    printf("%-10s ", "cite");
    cs_print_clean(stdout, line, strlen(line), sizeof line);
    putchar('\n');
}

static void print_text(const cs_trace *trace, const cs_status *st, const arguments *a) {
    cs_counts c;
    cJSON *meta = read_whole(trace, &c);
    const cs_object *objects;
    const cs_type *types;
    const cs_record *records;
    char verdict[512];
    cs_meta_verdict(meta, verdict, sizeof verdict);
    double untold =
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(meta, "untold")); /* NaN where there is none */
    print_meta(meta);
    printf("%-10s %" PRIu64 " in %zu records", "events", c.events, cs_trace_records(trace, &records));
    for (unsigned f = 0; f < CS_FAM_COUNT; f++)
        printf("%s %s %" PRIu64, f ? "," : ":", cs_family_name(f), c.families[f]);
    printf("\n%-10s %zu of %zu types\n", "objects", cs_trace_objects(trace, &objects), cs_trace_types(trace, &types));
    printf("%-10s %" PRIu64 " lookups, %" PRIu64 " hits, %" PRIu64 " slots visited\n", "memo", c.lookups, c.hits,
           c.probes);
    if (untold > 0) printf("%-10s %.0f steps of the module: the trace has no record for them\n", "not told", untold);
    if (c.not_kept) printf("%-10s %" PRIu64 " records: the recorder's limit was reached\n", "not kept", c.not_kept);
    printf("%-10s ", "verdict");
    cs_print_clean(stdout, verdict, strlen(verdict), 400);
    putchar('\n');
    print_ranking(trace, meta, a);
    print_citation(trace, meta);
    print_status(trace, st);
    cJSON_Delete(meta);
}

static cJSON *file_json(const cs_trace *trace, const cs_status *st) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "version", cs_trace_version(trace));
    cJSON_AddBoolToObject(o, "complete", st->complete);
    cJSON_AddNumberToObject(o, "readable_bytes", (double)st->offset);
    cJSON_AddStringToObject(o, "reason", st->complete ? "" : cs_strerror(st->error));
    return o;
}

static void add_ranking(cJSON *o, const cs_trace *trace, const arguments *a) {
    cs_callsites sites;
    if (cs_callsites_read(&sites, trace) == 0 && sites.callers) {
        put_in_order(&sites, a);
        cs_ranking_json(o, &sites);
    }
    cs_callsites_free(&sites);
}

static void print_json(const cs_trace *trace, const cs_status *st, const arguments *a) {
    cs_counts c;
    const cs_object *objects;
    const cs_type *types;
    const cs_record *records;
    cJSON *o = cJSON_CreateObject(), *families = cJSON_CreateObject(), *memo = cJSON_CreateObject();
    cJSON *meta = read_whole(trace, &c);
    char verdict[512];
    cs_meta_verdict(meta, verdict, sizeof verdict);
    for (unsigned f = 0; f < CS_FAM_COUNT; f++)
        cJSON_AddNumberToObject(families, cs_family_name(f), (double)c.families[f]);
    cJSON_AddNumberToObject(memo, "lookups", (double)c.lookups);
    cJSON_AddNumberToObject(memo, "hits", (double)c.hits);
    cJSON_AddNumberToObject(memo, "probes", (double)c.probes);
    char digest[CS_DIGEST_LENGTH + 1], cite[400];
    cs_digest_text(trace, digest);
    cs_citation(trace, meta, cite, sizeof cite);
    cJSON_AddItemToObject(o, "meta", meta);
    cJSON_AddStringToObject(o, "digest", digest);
    cJSON_AddStringToObject(o, "cite", cite);
    cJSON_AddNumberToObject(o, "events", (double)c.events);
    cJSON_AddNumberToObject(o, "records", (double)cs_trace_records(trace, &records));
    cJSON_AddNumberToObject(o, "objects", (double)cs_trace_objects(trace, &objects));
    cJSON_AddNumberToObject(o, "types", (double)cs_trace_types(trace, &types));
    cJSON_AddNumberToObject(o, "not_kept", (double)c.not_kept);
    cJSON_AddItemToObject(o, "families", families);
    cJSON_AddItemToObject(o, "memo", memo);
    cJSON_AddStringToObject(o, "verdict", verdict);
    add_ranking(o, trace, a);
    cJSON_AddItemToObject(o, "file", file_json(trace, st));
    char *text = cJSON_Print(o);
    if (text) puts(text);
    free(text);
    cJSON_Delete(o);
}

/* Why a file was refused, in one line. */
static int refuse(const char *path, const cs_status *st) {
    fprintf(stderr, "copyscope info: %s: ", path);
    if (st->error == CS_E_IO) perror(NULL);
    else fprintf(stderr, "refused at byte %" PRIu64 ": %s\n", st->offset, cs_strerror(st->error));
    return CS_EXIT_COULD_NOT;
}

static int parse_order(const char *word, cs_callsite_order *order) {
    static const char *const words[] = {"time", "objects", "bytes", "waste"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) != 0) continue;
        *order = (cs_callsite_order)i;
        return 0;
    }
    fprintf(stderr, "copyscope info: --sort %s: it is time, objects, bytes or waste\n", word);
    return -1;
}

static int parse_sites(const char *word, size_t *sites) {
    char *end;
    *sites = strtoul(word, &end, 10);
    if (*word >= '0' && *word <= '9' && !*end) return 0;
    fprintf(stderr, "copyscope info: --sites %s: it is a number, 0 for all\n", word);
    return -1;
}

/* Returns -1 when there is a file to read, argv[optind], else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"sort", required_argument, NULL, 's'},
                                            {"sites", required_argument, NULL, 'n'},
                                            {"measure", no_argument, NULL, 'm'},
                                            {"python", required_argument, NULL, 'y'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.sites = SITES_SHOWN};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (c) {
        case 'j': a->json = true; break;
        case 'm': a->measure = true; break;
        case 'y': a->python = optarg; break;
        case 's':
            if (parse_order(optarg, &a->order) != 0) return CS_EXIT_USAGE;
            break;
        case 'n':
            if (parse_sites(optarg, &a->sites) != 0) return CS_EXIT_USAGE;
            break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    if (argc - optind == 1) return -1;
    fputs(help, stderr);
    return CS_EXIT_USAGE;
}

int cs_cmd_info(int argc, char **argv) {
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = must_have, .free_fn = free});
    arguments a;
    int exit_code = parse(argc, argv, &a);
    if (exit_code >= 0) return exit_code;
    cs_status st;
    cs_ingest *in = cs_ingest_file(argv[optind], NULL, NULL, &st);
    if (!in) return refuse(argv[optind], &st);
    (a.json ? print_json : print_text)(cs_ingest_trace(in), &st, &a);
    cs_ingest_free(in);
    return st.complete ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}
