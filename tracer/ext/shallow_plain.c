/* Shallow copies without a recorder. */
#define CS_TRACED 0
#include "shallow.c"
