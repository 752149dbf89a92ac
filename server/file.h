/* Whole small files. */
#ifndef CS_FILE_H
#define CS_FILE_H

#include <stddef.h>

/* Returns the regular file's bytes and a NUL after them, for free(); NULL when it cannot be read or is longer than max.
 */
char *cs_file_read(const char *path, size_t max, size_t *n);

#endif
