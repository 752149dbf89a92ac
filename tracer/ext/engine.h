/* deepcopy in C: the control flow of Lib/copy.py under a policy.
 *
 * engine.c is compiled three times: engine_traced.c records every step, engine_plain.c has no trace of tracing in it,
 * and engine_table.c has no dict for a memo either.
 */
#ifndef CS_ENGINE_H
#define CS_ENGINE_H

#include "compat.h"
#include "memo_table.h"
#include "policy.h"
#include "probe.h"
#include "recorder.h"
#include "runtime.h"

/* One call of copy.py that is not finished: what its Python frames would hold. */
typedef struct cs_frame {
    uint8_t step;    /* enum step (engine.c): where it goes on when the copy it waits for is there */
    uint8_t role;    /* enum cs_role: why x is copied */
    uint8_t own;     /* Python frames counted for deepcopy() itself: none where its caller's call has counted */
    uint8_t entered; /* Python frames counted for it, its copier's with them */
    bool returned;   /* its RETURN is recorded already */
    bool untold;     /* its MISS is still to be put on the tape: flags, pack and time are what it says */
    uint8_t flags;
    uint16_t pack;
    uint32_t time;
    bool stored;             /* y is in the memo */
    bool cloned;             /* y began as a clone of the dict x: from entry i on its values are still those of x */
    cs_probe at;             /* the walk that missed id(x); once it is stored, the one that finds it */
    Py_ssize_t used;         /* entries of the memo at that miss */
    PyObject *x, *y;         /* owned: the original, and the copy as far as it is made */
    PyObject *a, *b, *c, *d; /* owned: what the step needs */
    Py_ssize_t i, n, left;   /* where it is; of how many; how many there are still to come */
} cs_frame;

#define CS_FRAMES_FIRST 6  /* on the C stack: most copies are shallow */
#define CS_FRAMES_MORE 250 /* in each segment that follows */

typedef struct cs_segment {
    struct cs_segment *before, *next;
    cs_frame *end;
    cs_frame frames[];
} cs_segment;

/* The explicit stack: frames do not move, so that a pointer to one outlives a nested copy. */
typedef struct {
    cs_frame *top; /* the innermost one, or NULL */
    cs_segment *segment;
    cs_segment *first;
} cs_stack;

/* One memo in use.  Nested calls with the same memo share it. */
typedef struct cs_engine {
    cs_runtime *rt;
    const cs_policy *policy;
    PyThreadState *ts;
    PyObject *memo;     /* held by the caller of the run */
    bool plain;         /* exact dict: its table may be read */
    bool fresh;         /* the memo was made here, not given */
    bool announced;     /* the ROOT record of this memo is written */
    bool bare;          /* the tape need not own what the memo keeps alive (tape.h) */
    bool quiet;         /* no user code has run in it yet: dicts may be copied within clones */
    bool exposed;       /* user code has had it: it may hold what the engine did not put there */
    cs_dict_mark known; /* the memo as the engine left it */
    PyObject *keep;     /* the list in an own memo that keeps originals alive, or NULL; borrowed */
    cs_probe keep_at;   /* the walk that finds it */
    cs_stack stack;
    cs_recorder *rec; /* NULL in the plain engine, as tape */
    cs_tape *tape;
    cs_memo_table table; /* stands for the memo while memo is NULL */
    cs_memo_room *room;
    bool gc_paused;
    struct cs_engine *outer; /* the run whose user code called this one */
} cs_engine;

/* Runs deepcopy(x, memo); memo is NULL or None for a new one.  *current: the run in progress on this thread, or NULL;
 * it is set to the run while it lasts.  Returns a new reference, or NULL with an exception set. */
PyObject *cs_deepcopy_plain(cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo);
PyObject *cs_deepcopy_table(cs_runtime *rt, const cs_policy *policy, PyObject *x);
PyObject *cs_deepcopy_traced(cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo, cs_recorder *rec,
                             cs_engine **current);

#endif
