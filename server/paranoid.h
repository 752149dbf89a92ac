/* bubblewrap around the zygote: a file system that holds no more than Python, and no network at all. */
#ifndef CS_PARANOID_H
#define CS_PARANOID_H

#include <stddef.h>

/* The words that go before the Python's own, for cs_paranoid_free(); NULL with the reason in one line in why. */
char **cs_paranoid_wrapper(const char *python, char *why, size_t n);
void cs_paranoid_free(char **wrapper);

#endif
