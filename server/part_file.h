/* A file that gets its name when it is whole: a failure leaves no half file, and the file of before. */
#ifndef CS_PART_FILE_H
#define CS_PART_FILE_H

#include <stdio.h>

#define CS_PART_PATH 4200

/* Opens a file beside `path`, whose name goes to part; what is no regular file (a pipe, /dev/null) is written as it is,
 * part "".  NULL and errno. */
FILE *cs_part_open(const char *path, char part[CS_PART_PATH]);

/* Closes it.  failed 0: gives it its name, else takes it away.  Returns 0, or -1 and errno. */
int cs_part_close(FILE *file, const char *path, const char *part, int failed);

#endif
