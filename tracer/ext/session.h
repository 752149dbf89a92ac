/* copyscope._core.Session: one recording. */
#ifndef CS_SESSION_H
#define CS_SESSION_H

#include "engine.h"

extern PyType_Spec cs_session_spec;

/* The runtime that the module of this type holds; borrowed. */
const cs_runtime *cs_runtime_of_type(PyTypeObject *type);

#endif
