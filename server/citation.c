#include "citation.h"

#include <stdio.h>
#include <string.h>

#include "meta.h"
#include "subcommands.h"

void cs_digest_text(const cs_trace *trace, char out[CS_DIGEST_LENGTH + 1]) {
    size_t n;
    const cs_end *end = cs_trace_chunk(trace, "END_", 0, &n);
    out[0] = '\0';
    for (size_t i = 0; end && i < sizeof end->sha256; i++) snprintf(out + 2 * i, 3, "%02x", end->sha256[i]);
}

static void add(char *out, size_t n, const char *before, const char *value, const char *after) {
    const size_t used = strlen(out);
    if (value && *value && used < n) snprintf(out + used, n - used, "%s%.80s%s", before, value, after);
}

void cs_citation(const cs_trace *trace, const cJSON *meta, char *out, size_t n) {
    char digest[CS_DIGEST_LENGTH + 1], day[11] = "";
    const char *op = cs_meta_string(meta, "op"), *created = cs_meta_string(meta, "created");
    const char *recorder = cs_meta_string(meta, "recorder");
    cs_digest_text(trace, digest);
    if (created) snprintf(day, sizeof day, "%.10s", created);
    snprintf(out, n, "copyscope " CS_VERSION_TEXT);
    add(out, n, ", ", op && *op ? op : "deepcopy", "()");
    add(out, n, ", CPython ", cs_meta_string(meta, "python"), "");
    add(out, n, ", policy ", cs_meta_string(meta, "policy"), "");
    add(out, n, ", recorded by the ", recorder && strcmp(recorder, "witness") == 0 ? "witness" : "C engine", "");
    add(out, n, ", ", day, "");
    add(out, n, ", SHA-256 ", digest, "");
}
