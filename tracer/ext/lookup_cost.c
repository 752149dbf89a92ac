#include "lookup_cost.h"

#include <time.h>

#include "table.h"

#define SLICE_NS 2000000.0 /* how long the passes of one side take in a round, at least */

typedef struct {
    PyObject **keys; /* an int object for each operation: copy.py makes one for each id(x) */
    const uint64_t *ops;
    Py_ssize_t n;
} sequence;

enum side { NO_LOOKUPS, BY_DICT, BY_WALK };

static double
cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Returns 0, or -1 with an exception set. */
static inline int
look_up(const sequence *s, Py_ssize_t i, PyObject *memo, enum side side)
{
    PyObject *value;
    cs_probe probe;
    if (side == BY_WALK && cs_table_find(memo, (uintptr_t)s->ops[i], &value, &probe)) {
        return 0;
    }
    return PyDict_GetItemWithError(memo, s->keys[i]) != NULL || PyErr_Occurred() == NULL ? 0 : -1;
}

/* One pass over a fresh dict. Returns 0, or -1 with an exception set. */
static int
pass(const sequence *s, enum side side)
{
    PyObject *memo = PyDict_New();
    int result = memo != NULL ? 0 : -1;
    for (Py_ssize_t i = 0; result == 0 && i < s->n; i++) {
        if (s->ops[i] & CS_MEMO_STORE) {
            result = PyDict_SetItem(memo, s->keys[i], Py_None);
        }
        else if (side != NO_LOOKUPS) {
            result = look_up(s, i, memo, side);
        }
    }
    Py_XDECREF(memo);
    return result;
}

/* CPU time of `times` passes in ns, or -1 with an exception set. */
static double
passes(const sequence *s, enum side side, int times)
{
    const double start = cpu_ns();
    for (int i = 0; i < times; i++) {
        if (pass(s, side) < 0) {
            return -1;
        }
    }
    return cpu_ns() - start;
}

static void
free_sequence(sequence *s)
{
    for (Py_ssize_t i = 0; s->keys != NULL && i < s->n; i++) {
        Py_XDECREF(s->keys[i]);
    }
    PyMem_Free(s->keys);
}

static int
make_sequence(sequence *s, const uint64_t *ops, Py_ssize_t n)
{
    *s = (sequence){.keys = PyMem_Calloc((size_t)n, sizeof(PyObject *)), .ops = ops, .n = n};
    if (s->keys == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        s->keys[i] = PyLong_FromUnsignedLongLong(ops[i] & ~(uint64_t)CS_MEMO_STORE);
        if (s->keys[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

/* Adds a round's figure to the list. Returns 0, or -1 with an exception set. */
static int
add_round(PyObject *list, const sequence *s, Py_ssize_t lookups, enum side side, int times)
{
    const double with = passes(s, side, times);
    const double without = with < 0 ? -1 : passes(s, NO_LOOKUPS, times);
    if (without < 0) {
        return -1;
    }
    PyObject *figure = PyFloat_FromDouble((with - without) / times / (double)lookups);
    const int result = figure != NULL ? PyList_Append(list, figure) : -1;
    Py_XDECREF(figure);
    return result;
}

PyObject *
cs_lookup_cost(const uint64_t *ops, Py_ssize_t n, Py_ssize_t lookups, int rounds, bool walk)
{
    const enum side side = walk ? BY_WALK : BY_DICT;
    sequence s;
    PyObject *list = NULL;
    double first = -1;
    if (make_sequence(&s, ops, n) == 0) {
        first = passes(&s, side, 1); /* warms the caches up, and tells how many passes fill a slice */
    }
    if (first >= 0) {
        list = PyList_New(0);
    }
    const int times = first >= SLICE_NS ? 1 : (int)(SLICE_NS / (first > 100 ? first : 100)) + 1;
    for (int i = 0; list != NULL && i < rounds; i++) {
        if (add_round(list, &s, lookups, side, times) < 0) {
            Py_CLEAR(list);
        }
    }
    free_sequence(&s);
    return list;
}
