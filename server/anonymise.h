/* What may stay of a trace's texts when nobody's are to be in it: names that every Python has, and no others. */
#ifndef CS_ANONYMISE_H
#define CS_ANONYMISE_H

#include <cjson/cJSON.h>
#include <stddef.h>

#define CS_ANONYMOUS_MAX 64u

/* The name of a type or exception of every Python, or NULL for any other. */
const char *cs_known_type(const char *name, size_t n);

/* The metadata with what is said by a number, a known word or a version only.  For cJSON_Delete(), or NULL. */
cJSON *cs_anonymous_meta(const cJSON *meta);

/* A source text's line numbers without the text.  For cJSON_Delete(), or NULL. */
cJSON *cs_anonymous_source(const cJSON *source);

#endif
