/* Whether the C stack has room for one more run of the engine and for what it calls. */
#ifndef CS_STACK_H
#define CS_STACK_H

#include <stdbool.h>

bool cs_stack_is_short(void);

#endif
