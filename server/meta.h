/* The metadata of a trace: its META chunks merged, later keys win. */
#ifndef CS_META_H
#define CS_META_H

#include <cjson/cJSON.h>

#include "trace.h"

/* Returns an object for cJSON_Delete(), with valid UTF-8 only; what is no JSON object is left
 * out.  NULL: out of memory. */
cJSON *cs_meta_load(const cs_trace *trace);

/* The string under a key, or NULL; lives as long as the object. */
const char *cs_meta_string(const cJSON *meta, const char *key);

/* The verdict of the fidelity check in words, or "not checked"; out holds n bytes. */
typedef enum { CS_VERDICT_UNCHECKED, CS_VERDICT_EQUAL, CS_VERDICT_DIFFERS } cs_verdict;
cs_verdict cs_meta_verdict(const cJSON *meta, char *out, size_t n);

#endif
