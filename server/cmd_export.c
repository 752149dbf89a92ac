/* copyscope export: a trace in the formats of other tools. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"
#include "subcommands.h"

#define BUFFER (1u << 20)

static const char usage[] = "usage: copyscope export FILE.cst --to FORMAT [-o OUT] [--events A..B]\n\n"
                            "Writes a trace in the format of another tool, to OUT or to the terminal.\n";
static const char more[] =
    "\n  --events A..B  only these events, numbered from 1 as in `copyscope trace`; A.. and ..B do as well\n\n"
    "example: copyscope export outer.cst --to chrome -o outer.json\n"
    "exit: 0 written, 1 written, of a trace that is cut short or damaged, 2 usage, 3 no trace, or not written\n";

typedef struct {
    const char *input, *output;
    const cs_exporter *format;
    uint64_t first, last;
} arguments;

static void print_help(FILE *out) {
    fputs(usage, out);
    for (size_t i = 0; cs_exporter_at(i); i++)
        fprintf(out, "  %-11s %s\n", cs_exporter_at(i)->name, cs_exporter_at(i)->text);
    fputs(more, out);
}

/* "3..9", "3..", "..9" or "5". */
static int parse_range(const char *word, arguments *a) {
    char *end = (char *)word;
    a->first = *word == '.' ? 1 : strtoull(word, &end, 10);
    a->last = a->first;
    if (strncmp(end, "..", 2) == 0) {
        const char *to = end + 2;
        a->last = *to ? strtoull(to, &end, 10) : UINT64_MAX;
        if (!*to) end = (char *)to;
    }
    if (!*end && a->first && a->first <= a->last && !strchr(word, '-')) return 0;
    fprintf(stderr, "copyscope export: --events %s: write it as 10..20, 10.. or ..20, from 1\n", word);
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
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.first = 0};
    for (int c; (c = getopt_long(argc, argv, "o:h", options, NULL)) != -1;) switch (c) {
        case 't':
            if (parse_format(optarg, a) != 0) return CS_EXIT_USAGE;
            break;
        case 'e':
            if (parse_range(optarg, a) != 0) return CS_EXIT_USAGE;
            break;
        case 'o': a->output = optarg; break;
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

/* Writes to a file beside OUT that takes its name when it is whole: a failure leaves no half file. */
static int write_file(const arguments *a, const cs_trace *trace) {
    char part[4200];
    if (snprintf(part, sizeof part, "%s.part", a->output) >= (int)sizeof part) {
        errno = ENAMETOOLONG;
        return -1;
    }
    FILE *out = fopen(part, "wb");
    if (!out) return -1;
    setvbuf(out, NULL, _IOFBF, BUFFER);
    int failed = cs_export_run(a->format, trace, out, a->first, a->last);
    if (failed) errno = ENOMEM;
    if (fflush(out) != 0 || ferror(out)) failed = -1;
    const int why = errno;
    if (fclose(out) != 0) failed = -1;
    if (!failed && rename(part, a->output) == 0) return 0;
    if (failed) errno = why;
    const int reason = errno;
    unlink(part);
    errno = reason;
    return -1;
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
    if (a.last == UINT64_MAX || a.last > cs_trace_events(trace)) a.last = 0;
    int failed = a.first > cs_trace_events(trace);
    if (failed) fprintf(stderr, "copyscope export: %s has %" PRIu64 " events\n", a.input, cs_trace_events(trace));
    if (!failed && a.output && (failed = write_file(&a, trace) != 0))
        fprintf(stderr, "copyscope export: %s: %s\n", a.output, strerror(errno));
    if (!failed && !a.output && (failed = cs_export_run(a.format, trace, stdout, a.first, a.last) != 0))
        fputs("copyscope export: out of memory\n", stderr);
    if (!failed && !st.complete)
        fprintf(stderr, "copyscope export: %s is readable up to byte %" PRIu64 ": %s\n", a.input, st.offset,
                cs_strerror(st.error));
    cs_trace_close(trace);
    return failed ? CS_EXIT_COULD_NOT : st.complete ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}
