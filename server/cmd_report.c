/* copyscope report: a report of what `copyscope bench` measured.  Written in Python. */
#include "handover.h"
#include "subcommands.h"

int cs_cmd_report(int argc, char **argv) { return cs_hand_over(argc, argv, argc); }
