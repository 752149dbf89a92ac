/* The query language of web/QUERY.md: the page's, once more.  tests/web/query-cases.json holds both to the same. */
#ifndef CS_QUERY_H
#define CS_QUERY_H

#include "query_row.h"

typedef struct cs_query cs_query;

/* Where a query cannot be read. */
typedef struct {
    unsigned column; /* from 1, in UTF-16 units as the page counts */
    const char *expects;
    char words[300];
} cs_query_error;

/* Returns a query for cs_query_free(), or NULL and *error. */
cs_query *cs_query_parse(const char *text, cs_query_error *error);
void cs_query_free(cs_query *q);

/* Does the event that the row stands on match? */
bool cs_query_test(const cs_query *q, cs_query_row *row);

#endif
