/* copyscope._core.Comparison: a trace beside what a witness saw, event for event. */
#ifndef CS_VERDICT_H
#define CS_VERDICT_H

#include "witness.h"

extern PyType_Spec cs_comparison_spec;

/* Whether an event has a second object. */
bool cs_event_has_arg(unsigned event, unsigned outcome);

#endif
