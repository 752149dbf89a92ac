/* Text from outside: UTF-8 checked, repaired, made safe for a terminal. */
#ifndef CS_TEXT_H
#define CS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

bool cs_utf8_valid(const char *s, size_t n);

/* Returns a copy for free() in which every bad byte is U+FFFD and NUL is a space; NULL when out of memory. */
char *cs_utf8_repair(const char *s, size_t n);

/* Writes at most `columns` characters of s, control characters as '?', to a terminal; returns how many. */
size_t cs_print_clean(FILE *out, const char *s, size_t n, size_t columns);

/* True when JSON text nests at most CS_JSON_DEPTH deep and has no NUL, raw or as \u0000 (it would end a C string
 * early).  cJSON recurses up to 1,000 levels, which the transport's 100 kB stacks do not hold. */
bool cs_json_plain(const char *s, size_t n);

/* Milliseconds of the monotonic clock. */
int64_t cs_now_ms(void);

#endif
