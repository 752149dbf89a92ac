/* What the engine needs of the interpreter's own copy module: its functions, its tables, and whether user code has put
 * others in their place. */
#ifndef CS_RUNTIME_H
#define CS_RUNTIME_H

#include "../trace/trace.h"
#include "classes.h"
#include "compat.h"
#include <stdbool.h>

#define CS_KIND_BITS 8 /* log2 of the slots for kinds */

typedef struct {
    PyTypeObject *type; /* borrowed, compared only */
    uint64_t version;   /* of the dispatch table when it was asked */
    uint8_t kind;       /* enum cs_copier */
} cs_kind_slot;

enum cs_own {
    CS_OWN_ATOMIC,
    CS_OWN_LIST,
    CS_OWN_TUPLE,
    CS_OWN_DICT,
    CS_OWN_METHOD,
    CS_OWN_RECONSTRUCT,
    CS_OWN_KEEP_ALIVE,
    CS_OWN_COUNT
};

typedef struct {
    PyObject *module;      /* copy */
    PyObject *module_dict; /* its dict, borrowed: a module keeps its own */
    uint64_t version;      /* of its dict when the fields below were read; 0: read them each time */
    /* read live: registrations count, and each of these may be rebound */
    PyObject *dispatch;     /* copy._deepcopy_dispatch */
    bool dispatch_plain;    /* it is an exact dict */
    PyObject *copyreg;      /* copy.dispatch_table: copyreg's */
    PyObject *atomic_types; /* copy._atomic_types (3.14), or NULL */
    PyObject *reconstruct;  /* copy._reconstruct */
    PyObject *keep_alive;   /* copy._keep_alive */
    PyObject *deepcopy;     /* copy.deepcopy: _deepcopy_method looks it up */
    PyObject *error;        /* copy.Error */
    /* copy.py's own functions, as they were when this module was imported */
    PyObject *own[CS_OWN_COUNT], *code[CS_OWN_COUNT]; /* _deepcopy_atomic: NULL in 3.14 */
    PyObject *no_code;                                /* NULL */
    PyObject *const *code_at[CS_OWN_COUNT];           /* where each function has its code, or no_code */
    PyObject *code_seen[CS_OWN_COUNT];                /* what was there at the last reload; compared only */
    PyObject *own_deepcopy;
    bool replaced[CS_OWN_COUNT]; /* it runs other code now: what the engine does in its stead would be wrong */
    PyObject *scalars;           /* the report's _IMMUTABLE_SCALARS */
    PyObject *object_new;        /* object.__new__ */
    PyObject *copyreg_dict;      /* of the module */
    PyObject *newobj;            /* copyreg.__newobj__ */
    PyObject *empty;             /* () */
    PyObject *nil;               /* a sentinel for memo.get(d, nil) */
    PyObject *s_deepcopy, *s_reduce_ex, *s_reduce, *s_setstate, *s_dict, *s_get, *s_items, *s_append, *s_update,
        *s_func, *s_self, *s_newobj;
    PyObject *four; /* the protocol */
    PyObject *star; /* lambda f, a: f(*a) */
    cs_kind_slot kinds[1 << CS_KIND_BITS];
    cs_classes classes;
} cs_runtime;

/* Fills rt, which is zeroed.  Returns 0, or -1 with an exception set. */
int cs_runtime_init(cs_runtime *rt);
int cs_runtime_visit(cs_runtime *rt, visitproc visit, void *arg);
void cs_runtime_clear(cs_runtime *rt);

/* Reads anew what may be rebound.  Returns 0, or -1 with an exception set. */
int cs_runtime_reload(cs_runtime *rt);

/* After every call of user code: nothing here may cost. */
static inline int
cs_runtime_refresh(cs_runtime *rt)
{
    const uint64_t version = cs_dict_version(rt->module_dict);
    uintptr_t other = 0;
#pragma GCC unroll 8
    for (int i = 0; i < CS_OWN_COUNT; i++) {
        other |= (uintptr_t)*rt->code_at[i] ^ (uintptr_t)rt->code_seen[i];
    }
    return version != 0 && version == rt->version && other == 0 ? 0 : cs_runtime_reload(rt);
}

/* Whether f is copy.py's own function of that name, and does what it did. */
static inline bool
cs_is_own(const cs_runtime *rt, const PyObject *f, enum cs_own i)
{
    return f == rt->own[i] && !rt->replaced[i];
}

/* 0 where answers cannot be remembered. */
static inline uint64_t
cs_dispatch_version(const cs_runtime *rt)
{
    return rt->dispatch_plain ? cs_dict_version(rt->dispatch) : 0;
}

/* What the dispatch table holds for a type: enum cs_copier, and the copier as a new reference where it is one
 * registered by hand.  Returns 0, or -1 with an exception set. */
int cs_copier_ask(cs_runtime *rt, PyTypeObject *type, uint8_t *kind, PyObject **custom);

/* Whether looking the type up in a dict runs no code of a metaclass. */
static inline bool
cs_is_plainly_hashed(PyTypeObject *type)
{
    return Py_TYPE(type)->tp_hash == PyType_Type.tp_hash && Py_TYPE(type)->tp_richcompare == PyType_Type.tp_richcompare;
}

static inline cs_kind_slot *
cs_kind_slot_of(cs_runtime *rt, const PyTypeObject *type)
{
    return &rt->kinds[(uint64_t)((uintptr_t)type >> 4) * 0x9E3779B97F4A7C15u >> (64 - CS_KIND_BITS)];
}

static inline int
cs_copier_of(cs_runtime *rt, PyTypeObject *type, uint8_t *kind, PyObject **custom)
{
    const cs_kind_slot *s = cs_kind_slot_of(rt, type);
    *custom = NULL;
    if (s->type == type && s->version == cs_dispatch_version(rt) && s->version != 0 &&
        /* Only the table keeps a type alive: another may have the address of one that is not in it. */
        (s->kind != CS_COPIER_NONE || cs_is_plainly_hashed(type))) {
        *kind = s->kind;
        return 0;
    }
    return cs_copier_ask(rt, type, kind, custom);
}

#endif
