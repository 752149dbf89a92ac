/* The call sites of a recorded program, ranked: as a table, or as JSON. */
#ifndef CS_RANKING_H
#define CS_RANKING_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "callsites.h"

/* meta: the trace's metadata; rows: how many sites are shown, 0: all. */
void cs_ranking_print(FILE *out, const cs_callsites *sites, const cJSON *meta, size_t rows);

/* Adds "calls" and "call_sites" to o; all sites. */
void cs_ranking_json(cJSON *o, const cs_callsites *sites);

#endif
