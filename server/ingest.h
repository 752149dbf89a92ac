/* Takes a trace in as its bytes come, from a worker or a file, and hands on what the reader found valid.
 * Nothing unchecked goes further: whole, valid chunks only. */
#ifndef CS_INGEST_H
#define CS_INGEST_H

#include "trace.h"

typedef struct cs_ingest cs_ingest;

/* Called with the header alone, then with one or more whole chunks; returns 0, or -1 to stop. */
typedef int (*cs_ingest_sink)(void *ctx, const void *bytes, size_t n);

/* At most `limit` bytes are taken, and as many of what they decode to (0: any number).  NULL: out of memory. */
cs_ingest *cs_ingest_new(cs_ingest_sink sink, void *ctx, uint64_t limit);

/* Returns CS_E_OK while all is well; afterwards always the same error (LIMIT, or NOMEM from the sink, too). */
cs_error cs_ingest_feed(cs_ingest *in, const void *bytes, size_t n);

const cs_trace *cs_ingest_trace(const cs_ingest *in); /* lives as long as `in` */
cs_status cs_ingest_status(const cs_ingest *in);      /* error CUT: bytes of an unfinished chunk wait */
void cs_ingest_free(cs_ingest *in);

/* Reads a file through a new ingest.  NULL: it cannot be read, or is no trace; *st says why. */
cs_ingest *cs_ingest_file(const char *path, cs_ingest_sink sink, void *ctx, cs_status *st);

#endif
