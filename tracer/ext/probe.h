/* Reads what a dict lookup really did, from the dict's live table. */
#ifndef CS_PROBE_H
#define CS_PROBE_H

#include "table.h"

/* Walks the table of dict for a key of this hash, as a lookup of key does, and checks that the walk ends on an
 * entry of that key holding value, or on an empty slot when value is NULL.  key is compared by identity or, when it
 * is an exact int, by value; never through __eq__.  Anything else than agreement gives CS_PROBE_UNKNOWN.
 * Runs no Python code. */
cs_probe cs_probe_read(PyObject *dict, PyObject *key, Py_hash_t hash, PyObject *value);

/* log2 of the number of slots of an exact dict, or 0. */
unsigned cs_probe_log2(PyObject *dict);

/* What can be told of a dict at once and differs after it was changed.  Where the interpreter gives no version (3.14),
 * a value put under a key that is there already changes none of it. */
typedef struct {
    uint64_t version;
    Py_ssize_t used, nentries;
    const void *table, *last_key;
} cs_dict_mark;
cs_dict_mark cs_probe_mark(PyObject *dict);
bool cs_probe_same_mark(cs_dict_mark a, cs_dict_mark b);

/* Self-test of the layout on dicts of many shapes.  Returns 1 if this build may read tables, 0 if not, -1 with an
 * exception set.  Until it has returned 1, every probe is unknown. */
int cs_probe_selftest(void);

#endif
