#include "range.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c) { return c >= '0' && c <= '9'; }

int cs_range_parse(const char *word, uint64_t *first, uint64_t *last) {
    char *end = (char *)word;
    errno = 0;
    *first = digit(*word) ? strtoull(word, &end, 10) : 1;
    *last = *first;
    if (strncmp(end, "..", 2) == 0) {
        end += 2;
        *last = digit(*end) ? strtoull(end, &end, 10) : UINT64_MAX;
    } else if (end == word) {
        return -1;
    }
    return !*end && !errno && *first && *first <= *last ? 0 : -1;
}
