/* copyscope lesson: the lessons in the terminal; written in Python. */
#include <stdlib.h>
#include <unistd.h>

#include "handover.h"
#include "python.h"
#include "subcommands.h"

/* For claims about simulated memories: lessons ask this very program. */
static void name_program(void) {
    static char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n > 0) setenv("COPYSCOPE_PROGRAM", path, 1);
}

int cs_cmd_lesson(int argc, char **argv) {
    static char dir[4200];
    char **words = calloc((size_t)argc + 3, sizeof *words);
    int own = argc;
    if (!words) return CS_EXIT_COULD_NOT;
    for (int i = 0; i < argc; i++) words[i] = argv[i];
    if (cs_beside_program("lessons", dir, sizeof dir) == 0) { /* first, so that --lessons on the command line wins */
        for (int i = argc; i > 1; i--) words[i + 1] = words[i - 1];
        words[1] = "--lessons";
        words[2] = dir;
        own += 2;
    }
    name_program();
    int code = cs_hand_over(own, words, own);
    free(words);
    return code;
}
