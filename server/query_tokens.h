/* A query's text as tokens. */
#ifndef CS_QUERY_TOKENS_H
#define CS_QUERY_TOKENS_H

#include "query.h"

#define CS_QUERY_LONGEST 1000u /* UTF-16 units, and so tokens */

typedef enum {
    CS_TOKEN_NAME,
    CS_TOKEN_NUMBER,
    CS_TOKEN_TEXT,
    CS_TOKEN_CONSTANT,
    CS_TOKEN_SIGN,
    CS_TOKEN_END
} cs_token_kind;

typedef struct {
    cs_token_kind kind;
    const char *raw; /* in the query's text */
    size_t n;
    unsigned column;
    char sign[3];         /* of a sign: "&&" for `and`, too */
    cs_query_value value; /* of a constant, a number, a text: that one without its quotes, for free() */
} cs_token;

/* Fills list, which has room for CS_QUERY_LONGEST + 1; the last is the end.  Returns how many, or 0 and *error. */
size_t cs_query_tokens(const char *text, cs_token *list, cs_query_error *error);

/* Sets *error. */
__attribute__((format(printf, 4, 5))) void cs_query_fault(cs_query_error *error, unsigned column, const char *expects,
                                                          const char *words, ...);

#endif
