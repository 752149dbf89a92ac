/* copyscope bench: the study: variants, the engine and peers timed beside copy.deepcopy.  Written in Python. */
#include "handover.h"
#include "subcommands.h"

int cs_cmd_bench(int argc, char **argv) { return cs_hand_over(argc, argv, argc); }
