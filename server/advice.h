/* One line for a call site: what its copies are, and what would do the same for less.  Only what the trace proves. */
#ifndef CS_ADVICE_H
#define CS_ADVICE_H

#include "callsites.h"

/* The kind that most of a site's calls are of. */
cs_call_kind cs_main_kind(const cs_callsite *site);

/* A Python expression of x that makes an equal copy where calls are of the site's main kind, or NULL: none is proven.
 */
const char *cs_replacement(const cs_callsite *site);

/* Writes the line, at most n bytes with the NUL. */
void cs_advice(const cs_callsite *site, char *out, size_t n);

#endif
