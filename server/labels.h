/* What objects and outcomes are called in text. */
#ifndef CS_LABELS_H
#define CS_LABELS_H

#include "walk.h"

#define CS_LABEL_MAX 160u

/* The snippet's name for it, else its short text, else type and address; a copy is its original, primed.  The bytes are
 * those of the trace: not checked. */
void cs_label(const cs_walk *w, uint32_t ref, char out[CS_LABEL_MAX]);
/* "hit", "miss", "yes", "no", or "" where the present event has no outcome. */
const char *cs_outcome_word(const cs_walk *w);

#endif
