/* The engine without a recorder. */
#define CS_TRACED 0
#include "engine.c"
