/* The subcommands; main.c has their table. */
#ifndef CS_SUBCOMMANDS_H
#define CS_SUBCOMMANDS_H

#define CS_VERSION_TEXT "0.1.0"

/* Exit codes of every subcommand */
enum {
    CS_EXIT_DONE = 0,
    CS_EXIT_NOT_SO = 1, /* the thing asked about is not so: unequal, incomplete */
    CS_EXIT_USAGE = 2,
    CS_EXIT_COULD_NOT = 3
};

/* argv[0] is the subcommand's name. */
int cs_cmd_serve(int argc, char **argv);
int cs_cmd_trace(int argc, char **argv);
int cs_cmd_info(int argc, char **argv);
int cs_cmd_run(int argc, char **argv);
int cs_cmd_variant(int argc, char **argv);
int cs_cmd_check(int argc, char **argv);
int cs_cmd_bench(int argc, char **argv);
int cs_cmd_report(int argc, char **argv);
int cs_cmd_export(int argc, char **argv);
int cs_cmd_lesson(int argc, char **argv);
int cs_cmd_breakeven(int argc, char **argv);
int cs_cmd_waves(int argc, char **argv);
int cs_cmd_cat(int argc, char **argv);
int cs_cmd_diff(int argc, char **argv);
int cs_cmd_notes(int argc, char **argv);
int cs_cmd_replay(int argc, char **argv);

#endif
