/* The engine with a recorder. */
#define CS_TRACED 1
#include "engine.c"
