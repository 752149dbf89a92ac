/* How far down the C stack the engine may go. */
#ifndef CS_STACK_H
#define CS_STACK_H

/* The lowest address at which another level may begin, for the calling thread. */
const char *cs_stack_floor(void);

#endif
