/* The rows of a file as records and objects.  Internal to the reader. */
#ifndef CS_DECODE_H
#define CS_DECODE_H

#include "context.h"

/* Each adds rows behind what is in use of the table, which grows but is not counted in: the caller checks the rows and
 * then adds *n of them.  On an error the context is of no more use.
 * Refs and slots in rows are as the file has them: not checked. */
cs_error cs__decode_records(cs_context *c, const uint8_t *payload, size_t size, uint64_t limit, cs_buffer *records,
                            size_t *n, uint64_t *events);
cs_error cs__decode_objects(cs_context *c, const uint8_t *payload, size_t size, uint64_t limit, uint32_t types,
                            cs_buffer *objects, size_t *n);

#endif
