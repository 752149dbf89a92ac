/* The engine that records. */
#define CS_TRACED 1
#define CS_TABLE 0
#include "engine.c"
