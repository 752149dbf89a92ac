/* JSON from outside.  cJSON takes more than JSON: it rounds numbers past 2^53, lets NUL end a string, does not mind
 * trailing text, control characters, 01 or +1, and of two members of one name it finds the first.  So the text is
 * looked at first (RFC 8259), and the members afterwards. */
#ifndef CS_JSON_H
#define CS_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* True for one JSON value and nothing else: valid UTF-8, at most CS_JSON_DEPTH deep, no NUL, no half of a surrogate
 * pair, no number that a double does not hold. */
bool cs_json_strict(const char *text, size_t n);

/* Parses an object, in which no name comes twice.  Returns it for cJSON_Delete(), or NULL. */
cJSON *cs_json_object(const char *text, size_t n);

#endif
