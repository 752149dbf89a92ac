/* Finding a Python that has the recorder. */
#ifndef CS_PYTHON_H
#define CS_PYTHON_H

#include <stddef.h>

typedef struct {
    char path[4096];
    char version[32]; /* "3.11.7" */
} cs_python;

/* Looks at `wanted` if given, else $COPYSCOPE_PYTHON, else ../.venv beside the program, else python3 on the PATH.
 * Returns 0, or -1 with the reason in one line in why. */
int cs_python_find(const char *wanted, cs_python *out, char *why, size_t n);

/* A program for `python -c`: runs `python -m copyscope` with the arguments that follow, but finds no module in the
 * current folder, where a student's copy.py may lie. */
extern const char cs_python_front[];

/* The path of ../<name> as seen from the running program's folder (or ../../<name>: build/asan).  0, or -1: not there.
 */
int cs_beside_program(const char *name, char *out, size_t n);

#endif
