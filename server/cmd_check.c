/* copyscope check: is a variant of copy.py sound?  Written in Python. */
#include "handover.h"
#include "subcommands.h"

int cs_cmd_check(int argc, char **argv) { return cs_hand_over(argc, argv, argc); }
