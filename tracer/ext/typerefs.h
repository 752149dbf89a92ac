/* Type -> number, holding no type: an entry stands for the type as long as its version is the one it had. */
#ifndef CS_TYPEREFS_H
#define CS_TYPEREFS_H

#include "compat.h"

typedef struct {
    const PyTypeObject *type; /* compared only */
    unsigned version;         /* of a class; static types have none and never go */
    uint32_t ref;
} cs_typerefs_slot;

typedef struct {
    cs_typerefs_slot *slots;
    size_t mask, used;
} cs_typerefs;

/* Returns 0, or -1 out of memory. */
int cs_typerefs_init(cs_typerefs *t);
void cs_typerefs_free(cs_typerefs *t);
/* The number of a type, or 0 where it has none, or had another version. */
uint32_t cs_typerefs_find(const cs_typerefs *t, const PyTypeObject *type);
/* Returns 0, or -1 out of memory. */
int cs_typerefs_put(cs_typerefs *t, PyTypeObject *type, uint32_t ref);

#endif
