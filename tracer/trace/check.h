/* What rows may refer to.  Internal to the reader. */
#ifndef CS_CHECK_H
#define CS_CHECK_H

#include "trace.h"

/* How many of each are defined so far. */
typedef struct {
    uint32_t strings, types, objects;
} cs_bounds;

/* Each looks at n rows, and returns CS_E_OK or why the first bad one is bad. */
cs_error cs__check_types(const cs_type *rows, size_t n, const cs_bounds *bounds);
cs_error cs__check_objects(const cs_object *rows, size_t n, const cs_bounds *bounds);
cs_error cs__check_records(const cs_record *rows, size_t n, const cs_bounds *bounds);
/* payload: a CAM_ chunk's, of any length and alignment. */
cs_error cs__check_cam(const uint8_t *payload, size_t n, const cs_record *records, size_t n_records,
                       const cs_bounds *bounds);

#endif
