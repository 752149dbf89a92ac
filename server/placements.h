/* Where a memory in hardware may stand, and what the way there and back is assumed to take: hw/model/placements.json,
 * which the page is built with as well. */
#ifndef CS_PLACEMENTS_H
#define CS_PLACEMENTS_H

#include <stddef.h>

#define CS_PLACEMENTS_MAX 16

typedef struct {
    char id[16], name[64];
    double ns;
} cs_placement;

/* The near ones first.  Returns how many, 0: out of memory. */
size_t cs_placements(cs_placement out[static CS_PLACEMENTS_MAX]);

#endif
