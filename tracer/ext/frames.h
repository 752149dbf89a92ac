/* The explicit stack of the engine: copies nest as deep as memory goes, whatever the C stack. */
#ifndef CS_FRAMES_H
#define CS_FRAMES_H

#include "engine.h"

static inline cs_frame *
cs_frames_push(cs_stack *s)
{
    cs_frame *f = s->top != NULL ? s->top + 1 : s->segment->frames;
    if (f == s->segment->end) {
        cs_segment *next = s->segment->next;
        if (next == NULL) {
            next = PyMem_RawMalloc(sizeof *next + CS_FRAMES_MORE * sizeof *next->frames);
            if (next == NULL) {
                PyErr_NoMemory();
                return NULL;
            }
            next->before = s->segment;
            next->next = NULL;
            next->end = next->frames + CS_FRAMES_MORE;
            s->segment->next = next;
        }
        s->segment = next;
        f = next->frames;
    }
    s->top = f;
    return f;
}

static inline void
cs_frames_pop(cs_stack *s)
{
    if (s->top != s->segment->frames) {
        s->top--;
        return;
    }
    if (s->segment->before == NULL) {
        s->top = NULL;
        return;
    }
    s->segment = s->segment->before;
    s->top = s->segment->end - 1;
}

/* Calls see(ctx, frame) for each, the innermost first. */
static inline void
cs_frames_each(const cs_stack *s, void (*see)(void *ctx, cs_frame *f), void *ctx)
{
    const cs_segment *at = s->segment;
    for (cs_frame *f = s->top; f != NULL;) {
        see(ctx, f);
        if (f != at->frames) {
            f--;
        }
        else {
            at = at->before;
            f = at != NULL ? at->end - 1 : NULL;
        }
    }
}

static inline void
cs_frames_free(cs_stack *s)
{
    for (cs_segment *at = s->first->next, *next; at != NULL; at = next) {
        next = at->next;
        PyMem_RawFree(at);
    }
}

#endif
