/* The witness: what the interpreter's real copy.py does, seen by a trace function on its frames and by tables that log.
 *
 * witness.c          copyscope._core.Witness: its plan, its run, what it hands out
 * witness_follow.c   from calls, lines, returns and exceptions of copy.py's frames to steps
 * witness_tables.c   the memo, the dispatch table and copyreg's, while copy.py runs: dicts that log each access
 * witness_log.c      the steps
 * witness_record.c   the steps as records of a trace, where one is wanted
 * witness_frame.h    what differs between CPython's frames
 *
 * It runs no code of the user's that copy.py would not run, and holds no object longer than copy.py does (but for a
 * trace, as a recorder does): objects are told by their addresses.
 */
#ifndef CS_WITNESS_H
#define CS_WITNESS_H

#include "../trace/trace.h"
#include "witness_frame.h"

#include <structmember.h>

/* One logical event, as copy.py did it. */
typedef struct {
    uint64_t obj, arg;                 /* addresses, 0: none; of RAISE, arg is the index of a text */
    uint64_t t;                        /* ns since the run began */
    uint32_t line;                     /* of copy.py's text */
    uint8_t event, outcome, role, aux; /* enum cs_event, enum cs_outcome, enum cs_role; see CS_WITNESS_ */
} cs_witness_step;                     /* 32 bytes */

/* aux: of DISPATCH the enum cs_copier; of REDUCE which reductor was called. */
enum { CS_WITNESS_REDUCE_EX, CS_WITNESS_REDUCE_COPYREG, CS_WITNESS_REDUCE_OLD, CS_WITNESS_REDUCTORS };
const char *cs_witness_reductor_name(unsigned reductor);
/* Roles in a plan that no trace has. */
enum { CS_WITNESS_ROLE_PAIR = 254, CS_WITNESS_ROLE_UNKNOWN = 255 };

/* A statement that stands for a step.  yes: the lines that an `if` goes to when its test holds. */
typedef struct {
    uint32_t first, last, yes_first, yes_last;
    uint8_t site, how;
} cs_witness_action;

enum cs_witness_function { CS_FN_OTHER, CS_FN_INNER, CS_FN_DEEPCOPY, CS_FN_TUPLE, CS_FN_KEEP, CS_FN_SHALLOW };

/* A frame of the watched module that is running. */
typedef struct {
    PyFrameObject *frame;                /* to be compared only */
    PyObject *error;                     /* the exception on its way out, where it is to be recorded; owned */
    PyObject *memo;                      /* what this frame uses as memo; the frame holds it */
    const cs_witness_action *pending;    /* the statement that runs */
    uint64_t x, child_x, child_y, key_y; /* of the deepcopy() called last from here: its object, copy, copied key */
    uint32_t line, text;
    uint8_t function, role, copier, pairs;
    bool fresh, opened, foreign, raising;
    bool shallow; /* in copy.copy() or copy.replace(), which user code has called */
} cs_witness_level;

typedef struct {
    PyCodeObject *code;
    PyObject *x_name, *memo_name; /* borrowed from the code */
    uint32_t *counts;             /* of opcodes, by offset / 2; NULL where none are counted */
    uint8_t function;
} cs_witness_code;

typedef struct {
    uint64_t ns;
    uint32_t line;
} cs_witness_line;

#define CS_WITNESS_NAMES(X) X(y) X(state) X(slotstate) X(item) X(key) X(value) X(rv) X(copier) X(_nil)
enum {
#define X(name) CS_NAME_##name,
    CS_WITNESS_NAMES(X)
#undef X
        CS_NAME_COUNT
};

typedef struct cs_witness {
    PyObject_HEAD
    PyObject *globals, *deepcopy_code, *copiers; /* of the watched module */
    PyTypeObject *watched;                       /* dict, with a log */
    PyObject *names[CS_NAME_COUNT];
    cs_witness_action *actions;
    uint32_t n_actions, n_lines;
    uint16_t *action_at; /* by line: index in actions + 1, or 0 */
    uint8_t *role_at;    /* by line: the role of a deepcopy() called there */
    uint64_t max_steps;
    bool want_lines, want_opcodes;
    /* while it runs */
    unsigned long thread;
    bool inside; /* copy.py's own code runs, not user code */
    PyObject *memo, *dispatch, *copyreg;
    cs_witness_level *levels;
    uint32_t depth, room;
    cs_witness_code *codes;
    uint32_t n_codes, codes_room;
    uint64_t started, now;
    /* what it saw */
    cs_witness_step *steps;
    uint64_t n_steps, steps_room;
    cs_witness_line *lines;
    uint64_t n_lines_seen, lines_room;
    struct cs_witness_record *record; /* NULL: no trace is wanted */
    PyObject *session;                /* whose trace it is */
    uint64_t untold;                  /* steps that no record could tell */
    PyObject *texts;                  /* list of str: the exceptions */
    bool failed, truncated, lost, user_calls;
} cs_witness;

extern PyType_Spec cs_witness_spec, cs_watched_dict_spec;

/* witness_follow.c: a Py_tracefunc, with the witness as its object. */
int cs_witness_on_event(PyObject *witness, PyFrameObject *frame, int what, PyObject *arg);

/* witness_tables.c.  Whether copy.py's own code runs: only then do the tables log. */
void cs_witness_set_inside(cs_witness *w, bool inside);
void cs_witness_use_memo(cs_witness *w, PyObject *memo);
/* What a value of the dispatch table is: enum cs_copier.  NULL: nothing found. */
uint8_t cs_witness_copier(cs_witness *w, PyObject *copier);

/* module.c.  The witness at work, or NULL, and the type of a dict that logs: in the state of the type's module. */
cs_witness **cs_witness_at_work(PyTypeObject *type);
PyTypeObject *cs_witness_dict_type(PyTypeObject *type);

/* witness_log.c */
void cs_witness_log(cs_witness *w, const cs_witness_step *step);
void cs_witness_log_line(cs_witness *w, uint32_t line);
/* The index of an exception's text in w->texts. */
uint32_t cs_witness_text(cs_witness *w, PyObject *type, PyObject *value);
uint64_t cs_witness_clock(void);

#endif
