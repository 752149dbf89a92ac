/* What the memo's lookups alone cost: a copy's recorded operations, done again on a dict of their own. */
#ifndef CS_LOOKUP_COST_H
#define CS_LOOKUP_COST_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#define CS_MEMO_STORE 1u /* lowest bit of an operation: it stores; the other bits are the key, an even address */

/* Nanoseconds of CPU time of one lookup, from `rounds` pairs of passes with and without the lookups: a new list of
 * rounds floats, each a pair's difference by the lookups, or NULL with an exception set.  A difference can be
 * negative where a lookup costs less than the noise.  ops: n operations of which `lookups` are lookups (at least one).
 * walk: as the engine looks up, by the address itself, instead of the dict with an int object. */
PyObject *cs_lookup_cost(const uint64_t *ops, Py_ssize_t n, Py_ssize_t lookups, int rounds, bool walk);

#endif
