/* A trace's logical events as text: a table to read, or one JSON object a line. */
#ifndef CS_TABLE_H
#define CS_TABLE_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "walk.h"

/* Returns 0, or -1 when out of memory. */
int cs_table_print(FILE *out, const cs_trace *trace);
int cs_table_print_json(FILE *out, const cs_trace *trace);

/* One event of either; meta is the trace's.  JSON: 0, or -1 when out of memory. */
void cs_table_head(FILE *out);
void cs_table_row(FILE *out, const cs_walk *w, const cJSON *meta);
int cs_table_json_row(FILE *out, const cs_walk *w, const cJSON *meta);

typedef struct {
    uint64_t events, families[CS_FAM_COUNT];
    uint64_t lookups, hits; /* of the memo */
    uint64_t probes;        /* slots visited in it */
    uint64_t not_kept;      /* records that a cap kept out */
} cs_counts;
cs_counts cs_count_events(const cs_trace *trace);

#endif
