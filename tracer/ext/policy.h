/* A policy says in which order deepcopy asks its questions, and which it skips. */
#ifndef CS_POLICY_H
#define CS_POLICY_H

#include <stdbool.h>

enum cs_atomic_test {
    CS_ATOMIC_IN_DISPATCH, /* up to 3.13: after the memo, as a copier in the dispatch table */
    CS_ATOMIC_TABLE_FIRST, /* the report: the dispatch table is asked before the memo */
    CS_ATOMIC_SET_FIRST,   /* 3.14: a set of atomic types is asked before the memo */
};

typedef struct {
    const char *name;
    const char *text;
    enum cs_atomic_test atomic;
    bool skip_first_get;     /* a memo that deepcopy made itself is not asked for the root (3.13) */
    unsigned fast_tuple_max; /* tuples of scalars up to this length come back as they are; 0: no such test */
    bool fast_reduce;        /* instances that need no more than a new object and its __dict__ are made at once */
    bool sound;              /* both fast paths test what the result depends on; else they test what the report tests */
    bool table;              /* the memo is a pointer table, no dict: it can be run, not recorded */
} cs_policy;

/* The preset of that name, or NULL.  "cpython" is the control flow of the CPython this was built for. */
const cs_policy *cs_policy_find(const char *name);
/* The i-th preset, or NULL past the last; the first is "cpython". */
const cs_policy *cs_policy_at(unsigned i);

#endif
