/* One event under a query's eye, and what can be asked of it. */
#ifndef CS_QUERY_ROW_H
#define CS_QUERY_ROW_H

#include <cjson/cJSON.h>

#include "walk.h"

typedef struct {
    uint64_t number; /* from 1, in order of opening */
    uint8_t kind;    /* of the record that opened it */
} cs_query_call;

typedef struct {
    cs_walk walk;
    size_t taken; /* records whose calls are told */
    cs_query_call *calls;
    size_t depth, room;
    uint64_t opened;
    bool closes; /* the record in hand closes a call when it is done */
    const cs_record *caller;
    uint32_t lines[CS_SITE_COUNT]; /* of copy.py by site, 0: the trace does not say */
    char *policy;
    char addr[24];
} cs_query_row;

/* Returns 0, or -1 when out of memory; cs_query_row_end() either way. */
int cs_query_row_begin(cs_query_row *row, const cs_trace *trace);
/* Goes to the next event.  Returns 1, 0 when there is none, or -1 when out of memory. */
int cs_query_row_next(cs_query_row *row);
void cs_query_row_end(cs_query_row *row);

typedef enum { CS_QUERY_NUMBER, CS_QUERY_TEXT, CS_QUERY_YESNO } cs_query_kind;

typedef struct {
    bool none;
    bool yes;
    double number;
    const char *text;
    size_t n;
} cs_query_value;

typedef struct {
    const char *name;
    cs_query_kind kind;
    cs_query_value (*read)(cs_query_row *row);
} cs_query_field;

/* NULL: there is no such name. */
const cs_query_field *cs_query_field_find(const char *name, size_t n);
const cs_query_field *cs_query_field_at(size_t i);

#endif
