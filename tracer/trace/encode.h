/* Records and objects as the rows of a file.  Internal to the writer. */
#ifndef CS_ENCODE_H
#define CS_ENCODE_H

#include "context.h"

/* Each adds rows to out; false: out of memory, and the context is of no more use. */
bool cs__encode_records(cs_context *c, const cs_record *records, size_t n, cs_buffer *out, uint64_t *events);
bool cs__encode_object(cs_context *c, const cs_object *o, cs_buffer *out);

#endif
