/* Shallow copies with a recorder. */
#define CS_TRACED 1
#include "shallow.c"
