/* Subcommands that are written in Python: the program becomes the Python that has the recorder. */
#ifndef CS_HANDOVER_H
#define CS_HANDOVER_H

/* Runs `python -m copyscope NAME ARGUMENTS` in place of this program, where NAME is argv[0] and the arguments are the
 * rest, without `--python PYTHON`.  That option is looked for among the first `own` of argv only: what follows a
 * script's name is the script's.  The current folder is not searched for modules: a student's copy.py may lie there.
 * Returns only if no Python can be had, with the exit code; it has said why. */
int cs_hand_over(int argc, char **argv, int own);

#endif
