/* copy.copy and copy.replace in C: the control flow of the running interpreter's Lib/copy.py.
 *
 * shallow.c is compiled twice, as engine.c is: shallow_traced.c records every step, shallow_plain.c none.
 */
#ifndef CS_SHALLOW_H
#define CS_SHALLOW_H

#include "compat.h"
#include "recorder.h"

/* Names that the functions of copy.py look up, as interned str. */
/* clang-format off */
#define CS_SHALLOW_NAMES(X)                                                                                            \
    X(copy_dispatch, "_copy_dispatch") X(atomic_types, "_copy_atomic_types") X(holders, "_copy_builtin_containers")    \
    X(immutable, "_copy_immutable") X(reconstruct, "_reconstruct") X(dispatch_table, "dispatch_table")                 \
    X(error, "Error") X(copy, "copy") X(replace, "replace") X(get, "get") X(hook, "__copy__")                          \
    X(reduce_ex, "__reduce_ex__") X(reduce, "__reduce__") X(setstate, "__setstate__") X(dict, "__dict__")              \
    X(update, "update") X(items, "items") X(append, "append") X(class, "__class__") X(replace_hook, "__replace__")     \
    X(class_name, "__name__") X(uncopyable, "un(shallow)copyable object of type %s")
/* clang-format on */

enum { CS_SHALLOW_HOLDERS = 4 }; /* list, dict, set, bytearray */

/* What is known of the interpreter's copy module; fetched once per module instance. */
typedef struct {
    PyObject *globals;        /* copy.__dict__: its names are looked up at each call, as its own functions do */
    bool by_table;            /* there is copy._copy_dispatch (up to 3.13); else two sets of types (3.14) */
    PyObject *copy, *replace; /* the functions, asked only to refuse wrong arguments; replace: NULL before 3.13 */
    PyObject *immutable;      /* copy._copy_immutable; NULL where there is no table */
    PyObject *reconstruct;    /* copy._reconstruct */
    PyObject *holders[CS_SHALLOW_HOLDERS]; /* list.copy and its like, as the table has them */
    PyObject *four;                        /* the protocol */
    struct {
#define X(id, text) PyObject *id;
        CS_SHALLOW_NAMES(X)
#undef X
    } names;
} cs_shallow;

/* Returns 0, or -1 with an exception set; cs_shallow_clear() frees what there is in either case. */
int cs_shallow_init(cs_shallow *facts);
int cs_shallow_visit(cs_shallow *facts, visitproc visit, void *arg);
void cs_shallow_clear(cs_shallow *facts);

/* The one argument of copy(x); borrowed.  NULL with the TypeError that copy.copy() raises for such arguments. */
PyObject *cs_copy_argument(const cs_shallow *facts, PyObject *args, PyObject *kwargs);
/* The object of replace(obj, /, **changes), likewise; the keywords are checked as well. */
PyObject *cs_replace_argument(const cs_shallow *facts, PyObject *args, PyObject *kwargs);

/* copy(x) and replace(x, **changes); changes is a dict.  role: CS_ROLE_ROOT, or CS_ROLE_USER for a call from user
 * code inside another one.  Each returns a new reference, or NULL with an exception set. */
PyObject *cs_copy_plain(const cs_shallow *facts, PyObject *x);
PyObject *cs_copy_traced(const cs_shallow *facts, PyObject *x, cs_recorder *rec, unsigned role);
PyObject *cs_replace_plain(const cs_shallow *facts, PyObject *x, PyObject *changes);
PyObject *cs_replace_traced(const cs_shallow *facts, PyObject *x, PyObject *changes, cs_recorder *rec, unsigned role);

#endif
