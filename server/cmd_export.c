/* copyscope export: a trace in the formats of other tools. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "part_file.h"
#include "range.h"
#include "subcommands.h"

static const char usage[] = "usage: copyscope export FILE.cst --to FORMAT [-o OUT] [--events A..B]\n"
                            "                        [--step N] [--views VIEWS] [--size WxH] [--caption TEXT]\n\n"
                            "Writes a trace in the format of another tool, to OUT or to the terminal.\n";
static const char more[] =
    "\n  --events A..B  only these events, numbered from 1 as in `copyscope trace`; A.. and ..B do as well\n"
    "  --step N       html and figures: the event that is shown\n"
    "  --views VIEWS  html and figures: a layout (teach, explore, hardware, report), or views between commas: "
    "objects,memo\n"
    "  --size WxH     figures: of the window that they are drawn of (default 1600x900)\n"
    "  --caption TEXT figures: what stands below, in place of what happens at the event\n"
    "  --anonymise    cst, html: without texts, names, types and files of anybody; addresses stay, dicts are walked by "
    "them\n"
    "  --fragment     markdown, latex: without what begins and ends a document\n"
    "With --events, svg and png write a file for each event: OUT-0001.svg, OUT-0002.svg.\n\n"
    "example: copyscope export outer.cst --to chrome -o outer.json\n"
    "exit: 0 written, 1 written, of a trace that is cut short or damaged, 2 usage, 3 no trace, or not written\n";

typedef struct {
    const char *input, *output;
    const cs_exporter *format;
    cs_export_options options;
} arguments;

static void print_help(FILE *out) {
    fputs(usage, out);
    for (size_t i = 0; cs_exporter_at(i); i++)
        fprintf(out, "  %-11s %s\n", cs_exporter_at(i)->name, cs_exporter_at(i)->text);
    fputs(more, out);
}

static int parse_range(const char *word, cs_export_options *options) {
    if (cs_range_parse(word, &options->first, &options->last) == 0) return 0;
    fprintf(stderr, "copyscope export: --events %s: write it as 10..20, 10.. or ..20, from 1\n", word);
    return -1;
}

static int parse_step(const char *word, cs_export_options *options) {
    char *end;
    options->step = *word >= '0' && *word <= '9' ? strtoull(word, &end, 10) : 0;
    if (options->step && !*end) return 0;
    fprintf(stderr, "copyscope export: --step %s: it is the number of an event, from 1\n", word);
    return -1;
}

/* The page knows its views; here they are but names. */
static int parse_views(const char *word, cs_export_options *options) {
    options->views = word;
    bool named = *word != '\0';
    for (const char *c = word; *c; c++) named = named && (isalpha((unsigned char)*c) || *c == ',');
    if (named) return 0;
    fprintf(stderr, "copyscope export: --views %s: write it as teach, or as objects,memo\n", word);
    return -1;
}

static int parse_size(const char *word, cs_export_options *options) {
    unsigned width, height;
    int end = 0;
    options->size = word;
    if (isdigit((unsigned char)*word) && sscanf(word, "%5ux%5u%n", &width, &height, &end) == 2 && !word[end] &&
        width >= 400 && width <= 8000 && height >= 300 && height <= 8000)
        return 0;
    fprintf(stderr, "copyscope export: --size %s: write it as 1600x900, from 400x300 to 8000x8000\n", word);
    return -1;
}

static int parse_format(const char *word, arguments *a) {
    a->format = cs_exporter_find(word);
    if (a->format) return 0;
    fprintf(stderr, "copyscope export: --to %s: it is one of", word);
    for (size_t i = 0; cs_exporter_at(i); i++) fprintf(stderr, " %s", cs_exporter_at(i)->name);
    fputc('\n', stderr);
    return -1;
}

/* Returns -1 when it is to be done, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"to", required_argument, NULL, 't'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"events", required_argument, NULL, 'e'},
                                            {"step", required_argument, NULL, 's'},
                                            {"views", required_argument, NULL, 'v'},
                                            {"size", required_argument, NULL, 'z'},
                                            {"caption", required_argument, NULL, 'c'},
                                            {"anonymise", no_argument, NULL, 'a'},
                                            {"fragment", no_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.format = NULL};
    for (int c; (c = getopt_long(argc, argv, "o:h", options, NULL)) != -1;) switch (c) {
        case 't':
            if (parse_format(optarg, a) != 0) return CS_EXIT_USAGE;
            break;
        case 'e':
            if (parse_range(optarg, &a->options) != 0) return CS_EXIT_USAGE;
            break;
        case 's':
            if (parse_step(optarg, &a->options) != 0) return CS_EXIT_USAGE;
            break;
        case 'v':
            if (parse_views(optarg, &a->options) != 0) return CS_EXIT_USAGE;
            break;
        case 'z':
            if (parse_size(optarg, &a->options) != 0) return CS_EXIT_USAGE;
            break;
        case 'a': a->options.anonymise = true; break;
        case 'f': a->options.fragment = true; break;
        case 'c': a->options.caption = optarg; break;
        case 'o': a->options.output = a->output = optarg; break;
        case 'h': print_help(stdout); return CS_EXIT_DONE;
        default: print_help(stderr); return CS_EXIT_USAGE;
        }
    if (argc - optind == 1 && a->format) {
        a->input = argv[optind];
        return -1;
    }
    print_help(stderr);
    return CS_EXIT_USAGE;
}

static int write_file(const arguments *a, const cs_trace *trace) {
    char part[CS_PART_PATH];
    FILE *out = cs_part_open(a->output, part);
    if (!out) return -1;
    return cs_part_close(out, a->output, part, cs_export_run(a->format, trace, out, &a->options));
}

/* The file's valid bytes. */
typedef struct {
    const char *path;
    uint64_t length;
} source;

static int copy_bytes(void *ctx, FILE *out) {
    const source *s = ctx;
    char piece[1 << 16];
    uint64_t left = s->length;
    FILE *in = fopen(s->path, "rb");
    if (!in) return -1;
    while (left) {
        const size_t n = fread(piece, 1, left < sizeof piece ? (size_t)left : sizeof piece, in);
        if (!n || fwrite(piece, 1, n, out) != n) break;
        left -= n;
    }
    if (left && feof(in)) errno = ESTALE; /* it became shorter since it was read */
    fclose(in);
    return left ? -1 : 0;
}

static const char *last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Takes the range to the trace's end; returns -1 when there is nothing of it. */
static int fit_range(arguments *a, const cs_trace *trace) {
    const uint64_t all = cs_trace_events(trace);
    cs_export_options *o = &a->options;
    if (o->last > all) o->last = 0;
    if (o->first <= all && o->step <= all) return 0;
    fprintf(stderr, "copyscope export: %s has %" PRIu64 " events\n", a->input, all);
    return -1;
}

static int write_out(const arguments *a, const cs_trace *trace) {
    const bool whole = a->output && !(a->format->frames && a->options.first);
    const int failed = whole ? write_file(a, trace) : cs_export_run(a->format, trace, stdout, &a->options);
    if (failed && errno != ECANCELED)
        fprintf(stderr, "copyscope export: %s: %s\n", a->output ? a->output : a->input, cs_export_why(errno));
    return failed;
}

int cs_cmd_export(int argc, char **argv) {
    arguments a;
    cs_status st;
    const int code = parse(argc, argv, &a);
    if (code >= 0) return code;
    cs_trace *trace = cs_trace_open(a.input, &st);
    if (!trace) {
        fprintf(stderr, "copyscope export: %s: %s\n", a.input,
                st.error == CS_E_IO ? strerror(errno) : cs_strerror(st.error));
        return CS_EXIT_COULD_NOT;
    }
    a.options.bytes = copy_bytes;
    a.options.ctx = &(source){a.input, st.offset};
    a.options.name = last_name(a.input);
    const int failed = fit_range(&a, trace) != 0 || write_out(&a, trace) != 0;
    if (!failed && !st.complete)
        fprintf(stderr, "copyscope export: %s is readable up to byte %" PRIu64 ": %s\n", a.input, st.offset,
                cs_strerror(st.error));
    cs_trace_close(trace);
    return failed ? CS_EXIT_COULD_NOT : st.complete ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}
