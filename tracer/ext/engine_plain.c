/* The engine that only copies. */
#define CS_TRACED 0
#define CS_TABLE 0
#include "engine.c"
