/* The engine that records. */
#define CS_TRACED 1
#include "engine.c"
