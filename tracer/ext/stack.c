#define _GNU_SOURCE
#include "stack.h"

#include <pthread.h>
#include <stddef.h>

/* Left for what runs below the engine: hooks, the interpreter, signal handlers. */
#define STACK_SPARE (160 * 1024)

/* The lowest address at which a run may begin, for the calling thread. */
static const char *
stack_floor(void)
{
    static _Thread_local const char *floor;
    if (floor == NULL) {
        pthread_attr_t attr;
        void *low = NULL;
        size_t size = 0;
        if (pthread_getattr_np(pthread_self(), &attr) == 0) {
            (void)pthread_attr_getstack(&attr, &low, &size);
            pthread_attr_destroy(&attr);
        }
        const size_t spare = size / 4 < STACK_SPARE ? size / 4 : STACK_SPARE;
        floor = (const char *)low + spare;
    }
    return floor;
}

bool
cs_stack_is_short(void)
{
    const char here = 0;
    return &here < stack_floor();
}
