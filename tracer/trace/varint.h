/* Integers as bytes of seven bits each, the lowest first; the top bit says that another follows. */
#ifndef CS_VARINT_H
#define CS_VARINT_H

#include <stdbool.h>
#include <stdint.h>

#define CS_VARINT_MAX 10u /* bytes of 64 bits */

/* Writes v, and returns the end; there is room for CS_VARINT_MAX bytes. */
static inline uint8_t *cs__put_varint(uint8_t *p, uint64_t v) {
    while (v >= 0x80) {
        *p++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *p++ = (uint8_t)v;
    return p;
}

/* What is left of a payload.  Past the end, or after a number that is too large, `bad` is set and all is 0. */
typedef struct {
    const uint8_t *at, *end;
    bool bad;
} cs_bytes;

static inline uint8_t cs__get_byte(cs_bytes *b) {
    if (b->at < b->end) return *b->at++;
    b->bad = true;
    return 0;
}

static inline uint64_t cs__get_varint(cs_bytes *b) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint64_t byte = cs__get_byte(b);
        if (shift == 63 && byte > 1) break;
        v |= (byte & 0x7f) << shift;
        if (byte < 0x80) return v;
    }
    b->bad = true;
    return 0;
}

static inline uint32_t cs__get_varint32(cs_bytes *b) {
    uint64_t v = cs__get_varint(b);
    if (v > UINT32_MAX) b->bad = true;
    return (uint32_t)v;
}

/* Small numbers of either sign as small ones without. */
static inline uint64_t cs__zigzag(int64_t v) { return ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0); }
static inline int64_t cs__unzigzag(uint64_t v) { return (int64_t)((v >> 1) ^ (v & 1 ? UINT64_MAX : 0)); }

#endif
