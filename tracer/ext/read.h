/* Reading a trace back into Python objects. */
#ifndef CS_READ_H
#define CS_READ_H

#include "compat.h"

/* A dict of what the trace holds; see copyscope.Trace.  Returns a new reference, or NULL with an exception set. */
PyObject *cs_read(PyObject *module, PyObject *bytes);

#endif
