/* Reels come and go here; what is on them is read in recorder.c. */
#include "recorder.h"

void
cs_tape_turn(cs_tape *t)
{
    t->reel->end = t->next;
    cs_reel *next = t->reel->next;
    if (next == NULL && t->reels < CS_TAPE_REELS) {
        next = PyMem_RawMalloc(sizeof *next + CS_TAPE_REEL * sizeof *next->marks);
        if (next != NULL) {
            next->next = NULL;
            next->room = CS_TAPE_REEL;
            t->reel->next = next;
            t->reels++;
        }
    }
    if (next == NULL) { /* as many reels as there may be, or out of memory: the ones there are serve again */
        cs_tape_show(t);
        next = t->first;
    }
    t->reel = next;
    t->next = next->marks;
    t->limit = next->marks + next->room;
}

void
cs_tape_tell_time(cs_tape *t, uint64_t ticks)
{
    if (t->live && ticks - t->shown > t->stale) {
        t->shown = ticks;
        cs_tape_show(t);
    }
    if (t->limit - t->next < 2) {
        cs_tape_turn(t);
    }
    *t->next++ = (cs_mark){CS_MARK_TIME, 0, 0, 0, (PyObject *)(uintptr_t)ticks};
    t->told = ticks;
}
