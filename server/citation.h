/* What a trace is cited by: its digest, and where it comes from in a line. */
#ifndef CS_CITATION_H
#define CS_CITATION_H

#include <cjson/cJSON.h>

#include "trace.h"

#define CS_DIGEST_LENGTH 64u

/* SHA-256 of the recording, hexadecimal; "" of one that has no end. */
void cs_digest_text(const cs_trace *trace, char out[CS_DIGEST_LENGTH + 1]);

/* As the page's figures have it; out holds n bytes. */
void cs_citation(const cs_trace *trace, const cJSON *meta, char *out, size_t n);

#endif
