/* Whole small files, and files for a while. */
#ifndef CS_FILE_H
#define CS_FILE_H

#include <stddef.h>
#include <stdio.h>

/* Returns the regular file's bytes and a NUL after them, for free(); NULL when it cannot be read or is longer than max.
 */
char *cs_file_read(const char *path, size_t max, size_t *n);

/* The file's bytes into `out`.  Returns 0, or -1 and errno. */
int cs_file_copy(const char *path, FILE *out);

enum { CS_TEMPORARY_MAX = 512 };

/* A new, empty file in $TMPDIR, or in /tmp: its descriptor, and where it is in path; -1 with errno.  The caller unlinks
 * it. */
int cs_temporary(char path[CS_TEMPORARY_MAX], const char *suffix);

/* A new folder there: 0, or -1 with errno.  The caller removes it. */
int cs_temporary_folder(char path[CS_TEMPORARY_MAX]);

#endif
