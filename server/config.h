/* A small file of options, so that they need not be typed: read before the command line, which counts more. */
#ifndef CS_CONFIG_H
#define CS_CONFIG_H

/* The command line with the options of the file put behind the subcommand's name: argv[1].  The file is
 * $COPYSCOPE_CONFIG, or copyscope.conf in $XDG_CONFIG_HOME or ~/.config; there need not be one:
 *
 *     # comment
 *     [serve]
 *     port = 9000
 *     paranoid = yes
 *
 * Returns the words, NULL at their end and *argc of them, which live as long as the program; or NULL after saying what
 * is wrong in which line. */
char **cs_config_apply(int *argc, char **argv);

#endif
