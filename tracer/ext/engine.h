/* deepcopy in C: the control flow of Lib/copy.py under a policy.
 *
 * engine.c is compiled twice: engine_traced.c records every step, engine_plain.c has no trace of tracing in it.
 */
#ifndef CS_ENGINE_H
#define CS_ENGINE_H

#include "compat.h"
#include "policy.h"
#include "recorder.h"

/* What the engine needs of the interpreter's own copy module; fetched once per module instance. */
typedef struct {
    PyObject *dispatch;     /* copy._deepcopy_dispatch: looked up live, registrations count */
    PyObject *copyreg;      /* copyreg.dispatch_table */
    PyObject *atomic_types; /* copy._atomic_types (3.14), or NULL */
    PyObject *copier_atomic, *copier_list, *copier_tuple, *copier_dict, *copier_method; /* atomic: NULL in 3.14 */
    PyObject *error;                                                                    /* copy.Error */
    PyObject *reconstruct; /* copy._reconstruct: asked only to raise its own TypeError for a wrong number of items */
    PyObject *scalars;     /* the report's _IMMUTABLE_SCALARS */
    PyObject *object_new;  /* object.__new__ */
    PyObject *nil;         /* a sentinel for memo.get(d, nil) */
    PyObject *s_deepcopy, *s_reduce_ex, *s_reduce, *s_setstate, *s_dict, *s_get, *s_items, *s_append, *s_update,
        *s_func, *s_self;
    PyObject *four; /* the protocol */
} cs_runtime;

/* One memo in use.  Nested calls with the same memo share it. */
typedef struct cs_engine {
    const cs_runtime *rt;
    const cs_policy *policy;
    PyObject *memo;          /* held by the caller of the run */
    bool plain;              /* exact dict: its table may be read */
    bool fresh;              /* the memo was made here, not given */
    bool announced;          /* the ROOT record of this memo is written */
    cs_dict_mark known;      /* the memo as the engine left it */
    const char *stack_floor; /* below this address the C stack is too short for another level */
    cs_recorder *rec;        /* NULL in the plain engine */
    struct cs_engine *outer; /* the run whose user code called this one */
} cs_engine;

/* Runs deepcopy(x, memo); memo is NULL or None for a new one.  outer: the run in progress on this thread, or NULL.
 * *current is set to the run while it lasts.  Returns a new reference, or NULL with an exception set. */
PyObject *cs_deepcopy_plain(const cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo);
PyObject *cs_deepcopy_traced(const cs_runtime *rt, const cs_policy *policy, PyObject *x, PyObject *memo,
                             cs_recorder *rec, cs_engine **current);

/* What the dispatch table holds for a type: enum cs_copier, and the copier as a new reference where it is one
 * registered by hand.  Returns 0, or -1 with an exception set. */
int cs_copier_of(const cs_runtime *rt, PyTypeObject *type, uint8_t *kind, PyObject **custom);

#endif
