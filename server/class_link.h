/* The address that a class opens. */
#ifndef CS_CLASS_LINK_H
#define CS_CLASS_LINK_H

#include "gate.h"

#define CS_CLASS_LINK_LENGTH 64

/* Returns 0, or -1: this machine is on no network. */
int cs_class_link(const cs_gate *gate, char out[CS_CLASS_LINK_LENGTH]);

/* Says on standard output where the class goes, and on standard error what that means. */
void cs_class_announce(const cs_gate *gate);

#endif
