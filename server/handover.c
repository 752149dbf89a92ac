#include "handover.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "python.h"
#include "subcommands.h"

static const char option[] = "--python";

/* Takes `--python PYTHON` or `--python=PYTHON` out of the arguments.  *python: what was named.  Returns the new number
 * of arguments, or -1: the option has no value. */
static int take_python(int argc, char **argv, int own, const char **python) {
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        size_t n = strlen(option);
        bool here = i < own && strncmp(argv[i], option, n) == 0;
        if (here && argv[i][n] == '=') {
            *python = argv[i] + n + 1;
        } else if (here && argv[i][n] == '\0') {
            if (i + 1 == argc) return -1;
            *python = argv[++i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    return kept;
}

int cs_hand_over(int argc, char **argv, int own) {
    const char *wanted = NULL, *name = argv[0];
    cs_python python;
    char why[4200];
    argc = take_python(argc, argv, own, &wanted);
    if (argc < 0) {
        fprintf(stderr, "copyscope %s: --python wants the Python to use\n", name);
        return CS_EXIT_USAGE;
    }
    if (cs_python_find(wanted, &python, why, sizeof why) != 0) {
        fprintf(stderr, "copyscope %s: %s\n", name, why);
        return CS_EXIT_COULD_NOT;
    }
    char **words = calloc((size_t)argc + 4, sizeof *words);
    if (words) {
        words[0] = python.path;
        words[1] = "-c";
        words[2] = (char *)cs_python_front;
        memcpy(words + 3, argv, (size_t)argc * sizeof *words);
        execvp(python.path, words);
    }
    fprintf(stderr, "copyscope %s: %s: %s\n", name, python.path, strerror(errno));
    free(words);
    return CS_EXIT_COULD_NOT;
}
