/* Reels come and go here; what is on them is read in recorder.c. */
#include "recorder.h"

#define REELS_KEPT 8

static cs_reel *kept; /* guarded by the GIL */
static unsigned n_kept;

cs_reel *
cs_reel_take(void)
{
    cs_reel *reel = kept;
    if (reel != NULL) {
        kept = reel->next;
        n_kept--;
    }
    else {
        reel = PyMem_RawMalloc(sizeof *reel + CS_TAPE_REEL * sizeof *reel->marks);
    }
    if (reel != NULL) {
        reel->next = NULL;
        reel->room = CS_TAPE_REEL;
    }
    return reel;
}

void
cs_reel_give_back(cs_reel *reel)
{
    if (reel->room != CS_TAPE_REEL || n_kept == REELS_KEPT) {
        PyMem_RawFree(reel);
        return;
    }
    reel->next = kept;
    kept = reel;
    n_kept++;
}

void
cs_tape_turn(cs_tape *t)
{
    t->reel->end = t->next;
    cs_reel *next = t->reel->next;
    if (next == NULL && t->reels < CS_TAPE_REELS) {
        next = cs_reel_take();
        if (next != NULL) {
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
