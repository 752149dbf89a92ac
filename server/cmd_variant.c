/* copyscope variant: lists the variants of copy.py, and shows their diffs; written in Python. */
#include "handover.h"
#include "subcommands.h"

int cs_cmd_variant(int argc, char **argv) { return cs_hand_over(argc, argv, argc); }
