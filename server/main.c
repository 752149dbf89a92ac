/* copyscope: the table of subcommands. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "subcommands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *text;
} subcommands[] = {
    {"serve", cs_cmd_serve, "show traces, and run snippets, in a page on 127.0.0.1"},
    {"trace", cs_cmd_trace, "record the copy of an expression or a script's x"},
    {"run", cs_cmd_run, "run a program and record every deepcopy it makes"},
    {"info", cs_cmd_info, "say what is in a trace file"},
    {"cat", cs_cmd_cat, "print the events of a trace that match a query"},
    {"diff", cs_cmd_diff, "compare two traces: where they part, what differs in number"},
    {"notes", cs_cmd_notes, "list the notes of a trace, or merge those of several people"},
    {"export", cs_cmd_export, "write a trace in the format of another tool"},
    {"check", cs_cmd_check, "compare a variant of copy.py with the interpreter's, over random objects or yours"},
    {"bench", cs_cmd_bench, "time variants, the engine and peers beside copy.deepcopy; --quick for a look"},
    {"report", cs_cmd_report, "make a report of what bench measured: HTML, Markdown, PDF"},
    {"breakeven", cs_cmd_breakeven, "say what a memory in hardware could save of a copy, by where it stands"},
    {"lesson", cs_cmd_lesson, "list, take, check and begin lessons"},
    {"replay", cs_cmd_replay, "count what a simulated memory answers to the lookups of a trace"},
    {"waves", cs_cmd_waves, "write the signals of a simulated memory that answers a trace's memo operations"},
    {"variant", cs_cmd_variant, "list the variants of copy.py, or show one as a diff"},
};
#define COUNT (sizeof subcommands / sizeof *subcommands)

static void usage(FILE *out) {
    fprintf(out, "usage: copyscope COMMAND [...]\n\n");
    for (size_t i = 0; i < COUNT; i++) fprintf(out, "  %-9s %s\n", subcommands[i].name, subcommands[i].text);
    fprintf(
        out,
        "\n  copyscope COMMAND --help says more.  Exit codes: 0 done, 1 the thing asked about is not so,\n"
        "  2 usage, 3 could not.  Options may stand in ~/.config/copyscope.conf, as `port = 9000` below `[serve]`.\n");
}

/* What was printed is of use only if it arrived. */
static int close_output(int exit_code) {
    bool failed = ferror(stdout);
    errno = 0;
    if (fclose(stdout) == 0 && !failed) return exit_code;
    fprintf(stderr, "copyscope: the output could not be written: %s\n", errno ? strerror(errno) : "a write failed");
    return CS_EXIT_COULD_NOT;
}

/* With the options of the configuration before those that were typed. */
static int run_configured(int (*command)(int argc, char **argv), int argc, char **argv) {
    char **words = cs_config_apply(&argc, argv);
    int exit_code = words ? command(argc - 1, words + 1) : CS_EXIT_USAGE;
    if (exit_code == CS_EXIT_USAGE && words && words != argv)
        fprintf(stderr, "copyscope: options of the configuration were read, too; COPYSCOPE_CONFIG= leaves them out\n");
    return exit_code;
}

static int run(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) {
        printf("copyscope %s\n", CS_VERSION_TEXT);
        return CS_EXIT_DONE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        usage(stdout);
        return CS_EXIT_DONE;
    }
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(subcommands[i].name, name) == 0) return run_configured(subcommands[i].run, argc, argv);
    if (*name) fprintf(stderr, "copyscope: there is no command %s\n\n", name);
    usage(stderr);
    return CS_EXIT_USAGE;
}

int main(int argc, char **argv) {
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a write that fails, as on a full disk */
    return close_output(run(argc, argv));
}
