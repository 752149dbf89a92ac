/* copyscope._core.Session: one recording. */
#ifndef CS_SESSION_H
#define CS_SESSION_H

#include "engine.h"
#include "shallow.h"

extern PyType_Spec cs_session_spec;

/* For whoever records calls of several threads into one session, one at a time (program.c). */
/* The recorder, or NULL for what is no session, or one that has ended. */
cs_recorder *cs_session_recorder(PyObject *session);
/* From now on the session records calls of the present thread. */
void cs_session_take(PyObject *session);
/* Session.deepcopy(x, memo).  Returns a new reference, or NULL with an exception set. */
PyObject *cs_session_deepcopy(PyObject *session, PyObject *x, PyObject *memo);

/* The runtime that the module of this type holds; borrowed. */
cs_runtime *cs_runtime_of_type(PyTypeObject *type);
const cs_shallow *cs_shallow_of_type(PyTypeObject *type);

#endif
