/* The engine that only copies, and looks things up in a table of its own until someone wants to see the memo. */
#define CS_TRACED 0
#define CS_TABLE 1
#include "engine.c"
