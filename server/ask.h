/* A question to the Python package, answered with JSON on its standard output. */
#ifndef CS_ASK_H
#define CS_ASK_H

#include <cjson/cJSON.h>

/* Runs `python -m copyscope WORDS...`; words ends with NULL.  What it says on its standard error goes to ours.
 * Returns what it answered for cJSON_Delete(), or NULL: no JSON of at most 64 KiB, or an exit code other than 0. */
cJSON *cs_ask_python(const char *python, const char *const words[]);
/* The same of a program in Python, as for `python -c`. */
cJSON *cs_ask_program(const char *python, const char *program, const char *const words[]);

#endif
