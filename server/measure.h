/* What copy.deepcopy and the replacement that is advised for a call site cost, measured now by a Python on objects of
 * the site's form. */
#ifndef CS_MEASURE_H
#define CS_MEASURE_H

#include <stdio.h>

#include "callsites.h"

/* Measures the first n sites that have a replacement, and sets their `measured`.  python: the one to use, or NULL.
 * Returns 0, or -1 with the reason in one line in why. */
int cs_measure(cs_callsites *sites, size_t n, const char *python, char *why, size_t size);

#endif
