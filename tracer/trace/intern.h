/* Strings that were written lately, so that they are not written again.  Internal to the writer. */
#ifndef CS_INTERN_H
#define CS_INTERN_H

#include "buffer.h"

typedef struct {
    uint32_t hash, ref; /* ref 0: an empty slot */
} cs_intern_slot;

typedef struct {
    cs_buffer bytes;  /* of the known strings, as in a STRS payload */
    cs_buffer starts; /* uint32_t: where in bytes a string's length stands, by ref - forgotten - 1 */
    cs_intern_slot *slots;
    size_t n_slots;     /* a power of two */
    uint32_t count;     /* strings that got a ref */
    uint32_t forgotten; /* the first so many of them are not known any more */
} cs_intern;

bool cs__intern_init(cs_intern *in); /* false: out of memory */
void cs__intern_free(cs_intern *in);
/* The string's ref: that of an equal one that is remembered, or the next; 0: out of memory. */
uint32_t cs__intern(cs_intern *in, const char *s, uint32_t n);
/* Lets go of all bytes. */
void cs__intern_forget(cs_intern *in);
static inline uint32_t cs__intern_known(const cs_intern *in) { return in->count - in->forgotten; }

#endif
