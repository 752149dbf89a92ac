/* A growable run of bytes, shared by the writer and the reader.  Zero-initialised is empty. */
#ifndef CS_BUFFER_H
#define CS_BUFFER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the trace format is little-endian and is read in place: port buffer.h's users first"
#endif

typedef struct {
    uint8_t *data;
    size_t used, room;
} cs_buffer;

/* Makes room for n more bytes; false: out of memory, nothing changed. */
static inline bool cs__buffer_reserve(cs_buffer *b, size_t n) {
    if (n <= b->room - b->used) return true;
    if (n > SIZE_MAX / 4 || b->used > SIZE_MAX / 4) return false;
    size_t room = b->room ? b->room * 2 : 256;
    if (room < b->used + n) room = b->used + n;
    uint8_t *data = realloc(b->data, room);
    if (!data) return false;
    b->data = data;
    b->room = room;
    return true;
}

static inline bool cs__buffer_add(cs_buffer *b, const void *bytes, size_t n) {
    if (!cs__buffer_reserve(b, n)) return false;
    if (n) memcpy(b->data + b->used, bytes, n);
    b->used += n;
    return true;
}

static inline void cs__buffer_free(cs_buffer *b) {
    free(b->data);
    *b = (cs_buffer){0};
}

static inline size_t cs__padding(size_t n) { return (16 - n % 16) % 16; }

#endif
