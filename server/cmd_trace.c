/* copyscope trace: records one copy, prints its events, writes the trace file. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "hub.h"
#include "meta.h"
#include "python.h"
#include "replay.h"
#include "run.h"
#include "subcommands.h"
#include "table.h"
#include "text.h"

static const char help[] =
    "usage: copyscope trace (-e EXPR | FILE.py) [--op OP] [--policy P] [--copy-module COPY.py]\n"
    "                       [--json] [-o OUT.cst] [--python PYTHON]\n\n"
    "Copies the value of the last expression, or of the name x, and prints every step of the copy.\n"
    "  -e EXPR       the snippet itself\n"
    "  --op OP       deepcopy (default), copy or replace: what is recorded, a function of the copy module;\n"
    "                replace() is given the fields of the dict that the snippet calls changes\n"
    "  --policy P    cpython (default), cpython-3.11, -3.13 or -3.14, report-memo, report-fastpath, report-merged,\n"
    "                sound-merged, or no-memo; `copyscope variant` says what each is\n"
    "  --copy-module COPY.py  a copy.py of your own: its deepcopy() makes the copy, watched; what it does is the "
    "trace,\n"
    "                and is compared with what copy.py does\n"
    "  --json        one JSON object per event, instead of the table\n"
    "  -o OUT.cst    the trace file; by default FILE.cst, or expression.cst\n"
    "  --python      the Python that has the recorder\n"
    "What the snippet prints goes to the standard error.  Nothing is boxed in: it is your own code.\n\n"
    "example: copyscope trace -e 'a = [1, 2]; [a, a]'\n"
    "exit: 0 done, 1 the events differ from copy.py's, 2 usage, 3 the snippet or the recorder failed\n";

typedef struct {
    const char *expression, *file, *policy, *op, *module, *output, *python;
    bool json;
} arguments;

static cs_stop stop; /* for the signal handler */
static void on_signal(int number) {
    (void)number;
    cs_stop_ask(&stop);
}

/* Says why a copy.py of one's own cannot be watched; NULL where it can. */
static const char *refuse_module(const arguments *a) {
    const char *why = NULL;
    if (strcmp(a->op, "deepcopy") != 0) why = "only deepcopy() of it is watched";
    else if (!cs_utf8_valid(a->module, strlen(a->module))) why = "its path is not UTF-8";
    if (why) fprintf(stderr, "copyscope trace: --copy-module %s: %s\n", a->module, why);
    return why;
}

/* Returns -1 when it is a run, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"op", required_argument, NULL, 'O'},
                                            {"policy", required_argument, NULL, 'p'},
                                            {"copy-module", required_argument, NULL, 'm'},
                                            {"python", required_argument, NULL, 'y'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"output", required_argument, NULL, 'o'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.policy = "cpython", .op = "deepcopy"};
    for (int c; (c = getopt_long(argc, argv, "e:o:h", options, NULL)) != -1;) switch (c) {
        case 'e': a->expression = optarg; break;
        case 'O': a->op = optarg; break;
        case 'p': a->policy = optarg; break;
        case 'm': a->module = optarg; break;
        case 'y': a->python = optarg; break;
        case 'o': a->output = optarg; break;
        case 'j': a->json = true; break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    if (argc - optind == 1) a->file = argv[optind];
    if (argc - optind > 1 || !a->file == !a->expression) {
        fputs(help, stderr);
        return CS_EXIT_USAGE;
    }
    const char *why = cs_hub_refuses(a->policy, a->op);
    if (why) fprintf(stderr, "copyscope trace: --op %s --policy %s: %s\n", a->op, a->policy, why);
    if (!why && a->module) why = refuse_module(a);
    return why ? CS_EXIT_USAGE : -1;
}

/* FILE.py -> FILE.cst, in the current folder; for free(). */
static char *output_name(const arguments *a) {
    const char *name = a->file ? a->file : "expression";
    const char *slash = strrchr(name, '/'), *dot;
    char *out = NULL;
    if (a->output) return strdup(a->output);
    if (slash) name = slash + 1;
    dot = strrchr(name, '.');
    if (asprintf(&out, "%.*s.cst", (int)(dot && dot != name ? dot - name : (long)strlen(name)), name) < 0) return NULL;
    return out;
}

typedef struct {
    FILE *file;
    int error; /* errno of the first write that failed; nothing is written after it */
} output;

/* The run goes on where the file does not: its events are still printed. */
static int write_file(void *ctx, const void *bytes, size_t n) {
    output *out = ctx;
    if (!out->error && fwrite(bytes, 1, n, out->file) != n) out->error = errno;
    return 0;
}

/* Returns whether all was written; says why not.  A file that holds no more than the header is removed. */
static bool close_file(output *out, const char *path) {
    struct stat st;
    if (fflush(out->file) != 0 && !out->error) out->error = errno;
    bool empty = fstat(fileno(out->file), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= (off_t)sizeof(cs_header);
    if (fclose(out->file) != 0 && !out->error) out->error = errno;
    if (empty) unlink(path);
    if (out->error) fprintf(stderr, "copyscope trace: %s is cut short: %s\n", path, strerror(out->error));
    return !out->error;
}

static void print_output(void *ctx, const void *bytes, size_t n) {
    (void)ctx;
    fwrite(bytes, 1, n, stderr);
}

/* path: the file that was written, or NULL. */
static cs_verdict print_summary(FILE *out, const cs_trace *trace, const char *path) {
    cs_counts c = cs_count_events(trace);
    cs_cam_header cam;
    cJSON *meta = cs_meta_load(trace);
    char verdict[512];
    cs_verdict equal = cs_meta_verdict(meta, verdict, sizeof verdict);
    fprintf(out, "%" PRIu64 " events; memo: %" PRIu64 " of %" PRIu64 " lookups hit, %" PRIu64 " slots visited\n",
            c.events, c.hits, c.lookups, c.probes);
    if (cs_replay_whole(trace, &cam) == 0 && cam.ops)
        fprintf(out, "CAM of %u entries, simulated: agreed on %u of %u lookups, %" PRIu64 " cycles, %u spilled\n",
                cam.depth, cam.agreed, cam.lookups, cam.cycles, cam.spilled);
    cs_print_clean(out, verdict, strlen(verdict), 400);
    fputc('\n', out);
    if (path) fprintf(out, "written: %s\n", path);
    cJSON_Delete(meta);
    return equal;
}

/* Prints what there is and says how it ended; path: the file, if it is whole.  Returns the exit code. */
static int report(const arguments *a, const cs_ingest *in, const cs_result *result, const char *path) {
    cs_verdict verdict = CS_VERDICT_UNCHECKED;
    const cs_trace *trace = in ? cs_ingest_trace(in) : NULL;
    if (trace && cs_trace_events(trace)) {
        (a->json ? cs_table_print_json : cs_table_print)(stdout, trace);
        fflush(stdout);
        verdict = print_summary(a->json ? stderr : stdout, trace, path);
    }
    if (result->state != CS_RUN_DONE) {
        fprintf(stderr, "copyscope trace: ");
        cs_print_clean(stderr, result->message, strlen(result->message), sizeof result->message);
        fputc('\n', stderr);
        return CS_EXIT_COULD_NOT;
    }
    return verdict == CS_VERDICT_DIFFERS ? CS_EXIT_NOT_SO : CS_EXIT_DONE;
}

static int record(const arguments *a, cs_zygote *zygote, const char *code, const char *path) {
    const char *slash = a->file ? strrchr(a->file, '/') : NULL;
    const char *title = !a->file ? "expression" : slash ? slash + 1 : a->file;
    output out = {.file = fopen(path, "wb")};
    if (!out.file) {
        fprintf(stderr, "copyscope trace: ");
        perror(path);
        return CS_EXIT_COULD_NOT;
    }
    cs_job job = {.request = {.code = code,
                              .policy = a->policy,
                              .title = title,
                              .filename = a->file ? a->file : "<snippet>",
                              .op = a->op,
                              .copy_module = a->module},
                  .on_trace = write_file,
                  .on_output = print_output,
                  .ctx = &out};
    cs_result result;
    cs_ingest *in = cs_run(zygote, &job, &stop, &result);
    bool written = close_file(&out, path);
    int exit_code = report(a, in, &result, written ? path : NULL);
    cs_ingest_free(in);
    return written ? exit_code : CS_EXIT_COULD_NOT;
}

int cs_cmd_trace(int argc, char **argv) {
    arguments a;
    int exit_code = parse(argc, argv, &a);
    if (exit_code >= 0) return exit_code;
    cs_python python;
    char why[4200];
    size_t n;
    char *code = a.file ? cs_file_read(a.file, CS_CODE_MAX, &n) : strdup(a.expression);
    char *path = output_name(&a);
    exit_code = CS_EXIT_COULD_NOT;
    if (!code || strlen(code) > CS_CODE_MAX) {
        fprintf(stderr, "copyscope trace: %s cannot be read, or is longer than 64 kB\n", a.file ? a.file : "-e");
    } else if (!cs_utf8_valid(code, strlen(code))) {
        fprintf(stderr, "copyscope trace: the snippet is not UTF-8\n");
    } else if (cs_python_find(a.python, &python, why, sizeof why) != 0) {
        fprintf(stderr, "copyscope trace: %s\n", why);
    } else if (path && cs_stop_init(&stop) == 0) {
        struct sigaction action = {.sa_handler = on_signal};
        sigaction(SIGINT, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        cs_zygote *zygote = cs_zygote_start(python.path, false, NULL);
        if (zygote) exit_code = record(&a, zygote, code, path);
        cs_zygote_stop(zygote);
    }
    free(code);
    free(path);
    return exit_code;
}
