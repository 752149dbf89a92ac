/* A trace's logical events in order, each with its time, depth and outcome. */
#ifndef CS_WALK_H
#define CS_WALK_H

#include "trace.h"

typedef struct {
    const cs_trace *trace;
    const cs_record *records;
    const cs_object *objects;
    const cs_type *types;
    size_t record_count, object_count, type_count;
    uint32_t *copy_of; /* by ref: the original that this object was seen to be the copy of, or 0 */
    /* the present event */
    uint64_t n; /* from 1 */
    const cs_record *record;
    const cs_step *step;
    enum cs_outcome outcome; /* NA, NO or YES */
    uint64_t time;           /* ns since the trace began */
    bool timed;              /* the record has a time of its own, not that of the one before */
    unsigned depth, lg, probes;
    bool probed; /* lg and probes hold: a dict was asked */
    /* inside */
    const cs_step *steps[CS_MAX_STEPS];
    size_t next_record;
    unsigned step_count, next_step, open_calls;
    uint64_t clock;
    uint32_t last_t; /* of the record before that has a time */
} cs_walk;

/* Returns 0, or -1 when out of memory; cs_walk_end() either way. */
int cs_walk_begin(cs_walk *w, const cs_trace *trace);
bool cs_walk_next(cs_walk *w);
void cs_walk_end(cs_walk *w);

/* NULL when the ref is none. */
const cs_object *cs_walk_object(const cs_walk *w, uint32_t ref);
const cs_type *cs_walk_type(const cs_walk *w, uint32_t ref);

#endif
