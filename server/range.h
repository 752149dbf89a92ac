/* A range of events as people write it. */
#ifndef CS_RANGE_H
#define CS_RANGE_H

#include <stdint.h>

/* "3..9", "3..", "..9" or "5", from 1.  An open end is UINT64_MAX.  Returns 0, or -1: it is none of these. */
int cs_range_parse(const char *word, uint64_t *first, uint64_t *last);

#endif
