/* copyscope run: runs a Python program and records its copies; written in Python. */
#include "handover.h"
#include "subcommands.h"

#include <stdbool.h>
#include <string.h>

/* Options before the script's name whose value is the next word. */
static bool takes_value(const char *word) {
    static const char *const options[] = {"-o", "--output", "--policy", "--max-records", "--max-calls", "--python"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(word, options[i]) == 0) return true;
    return false;
}

/* How many of argv are ours: what follows the script's name, or -m, is the program's. */
static int own_words(int argc, char **argv) {
    int i = 1;
    while (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0 && strncmp(argv[i], "-m", 2) != 0)
        i += takes_value(argv[i]) ? 2 : 1;
    return i < argc ? i : argc;
}

int cs_cmd_run(int argc, char **argv) { return cs_hand_over(argc, argv, own_words(argc, argv)); }
