/* copyscope lesson: the lessons in the terminal; written in Python. */
#include <stdlib.h>

#include "handover.h"
#include "python.h"
#include "subcommands.h"

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
    int code = cs_hand_over(own, words, own);
    free(words);
    return code;
}
