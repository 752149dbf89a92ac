/* Turns what the engine does into records: objects get refs, types and texts are told once. */
#ifndef CS_RECORDER_H
#define CS_RECORDER_H

#include "compat.h"
#include "tape.h"

typedef struct cs_recorder cs_recorder;

/* What one record says.  x and y become its obj and arg; where y is NULL, arg is taken as it is. */
typedef struct {
    uint8_t kind, flags, role;
    cs_probe probe;
    PyObject *x, *y;
    uint32_t arg;
} cs_emission;

/* Where the recorder asks for what the dispatch table says of a type; must run no Python code. */
typedef cs_probe (*cs_dispatch_reader)(void *ctx, PyTypeObject *type, uint8_t *copier);

typedef struct {
    cs_sink sink;
    void *sink_ctx;
    uint64_t max_records; /* 0: no cap but the format's own */
    PyObject *names;      /* dict of id -> str, or NULL */
    bool clock_all;       /* every record has a time of its own, not the ones of composites only */
    bool live;            /* records reach the sink while the copy goes on */
    bool lazy;            /* what was met is held until the recorder goes, and looked at when someone asks */
    cs_dispatch_reader reader;
    void *reader_ctx;
} cs_recorder_options;

/* Returns NULL with an exception set. */
cs_recorder *cs_recorder_new(const cs_recorder_options *options);
/* Releases every object it has met: their finalizers may run now. */
void cs_recorder_free(cs_recorder *r);
int cs_recorder_visit(cs_recorder *r, visitproc visit, void *arg);

/* Exchanges what is asked of types: a witness has a dispatch table of its own. */
void cs_recorder_swap_reader(cs_recorder *r, cs_dispatch_reader *reader, void **ctx);

/* The tape that the engine writes; it lives as long as the recorder. */
cs_tape *cs_recorder_tape(cs_recorder *r);
void cs_recorder_emit(cs_recorder *r, const cs_emission *e);
/* An exception leaves the copy of x: records its type and, for built-in ones with a plain text, its message.
 * opened: whether a record that opens the call was written; if not, one is.  closes: the call is one of deepcopy(),
 * opened by a MISS.  The exception stays set. */
void cs_recorder_emit_raise(cs_recorder *r, PyObject *x, unsigned role, bool opened, bool closes);
/* Who makes the outermost call that follows; file and function are str, or NULL. */
void cs_recorder_emit_caller(cs_recorder *r, PyObject *file, PyObject *function, int line);
/* All entries of a memo that was not filled by the engine. */
void cs_recorder_emit_presets(cs_recorder *r, PyObject *memo);
/* Marks an object before or after its first sight: CS_OBJ_COPY, CS_OBJ_MEMO. */
void cs_recorder_mark(cs_recorder *r, PyObject *x, uint32_t flags);

/* Reads the tape: all that was emitted is with the writer now. */
void cs_recorder_drain(cs_recorder *r);
/* Drains, and lets go of every object met so far; one that is met again gets a new ref. */
void cs_recorder_release(cs_recorder *r);
/* Around each recorded call: when the outermost is over, releases, unless lazy.  An exception that is set stays.  Tells
 * whether this one is within another. */
bool cs_recorder_enter(cs_recorder *r);
void cs_recorder_leave(cs_recorder *r);
/* Whether memory ran out: what was recorded so far stands, and something is missing after it. */
bool cs_recorder_failed(const cs_recorder *r);
/* Drained, so that what is written to it comes after all that was emitted. */
cs_writer *cs_recorder_writer(cs_recorder *r);

#endif
