/* `a, b = pair`, with the interpreter's own words for what is no pair. */
#ifndef CS_UNPACK_H
#define CS_UNPACK_H

#include "compat.h"

/* *a and *b are new references.  Returns 0, or -1 with an exception set. */
int cs_unpack_pair(PyObject *pair, PyObject **a, PyObject **b);

#endif
