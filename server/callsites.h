/* What a recorded program's copies cost, by the line that asked for them, and what of it was needless.
 *
 * Everything is read off the trace.  Time: what TOOK says of an outermost call, else from its first to its last record.
 * Bytes: of the exact lists, dicts and tuples that were made, as sys.getsizeof() gives them for their number of items
 * without room to spare (dict: with str keys), so no less than this. */
#ifndef CS_CALLSITES_H
#define CS_CALLSITES_H

#include "trace.h"

/* What one outermost call turned out to be. */
typedef enum {
    CS_CALL_UNCHANGED,   /* gave x itself back */
    CS_CALL_FLAT,        /* one list or dict was made; what it holds came back unchanged */
    CS_CALL_FLAT_OBJECT, /* one instance was made (and the dict of its state); what it holds came back unchanged */
    CS_CALL_ROWS,        /* a list or dict of flat lists, or of flat dicts, no two the same */
    CS_CALL_PLAIN,       /* lists, dicts and tuples of atomic leaves, no two the same */
    CS_CALL_OTHER,
    CS_CALL_RAISED,
    CS_CALL_KINDS
} cs_call_kind;
const char *cs_call_kind_name(cs_call_kind kind);

typedef struct {
    const char *file, *function; /* live as long as the trace */
    uint32_t line;
    uint64_t calls, kinds[CS_CALL_KINDS];
    uint64_t ns, wasted_ns; /* wasted: of the calls that are unchanged, flat, rows or plain */
    uint64_t visits;        /* calls of deepcopy() in them, the outermost too */
    uint64_t made;          /* objects that are new */
    uint64_t bytes;
    uint64_t shapes; /* different ones: types, roles and nesting of all that was visited; addresses are reused and prove
                        nothing */
    /* The object that was copied: type names and lengths, the same for all calls or NULL and least < most. */
    const char *type, *child, *leaf; /* of the outermost; of the rows; of what came back unchanged */
    bool type_mixed, child_mixed, leaf_mixed;
    double measured;      /* how many times copy.deepcopy takes the time of the replacement; 0: not measured */
    uint64_t least, most; /* items of the outermost, where it is an exact built-in */
    uint32_t instances;   /* type ref of an instance that was made, 0: none */
} cs_callsite;

typedef struct {
    cs_callsite *sites; /* by time, the dearest first */
    size_t count;
    uint64_t calls, ns;
    bool callers; /* the trace names callers: it is that of a program */
} cs_callsites;

/* Returns 0, or -1 when out of memory; cs_callsites_free() either way. */
int cs_callsites_read(cs_callsites *out, const cs_trace *trace);
void cs_callsites_free(cs_callsites *sites);

typedef enum { CS_BY_TIME, CS_BY_OBJECTS, CS_BY_BYTES, CS_BY_WASTE } cs_callsite_order;
void cs_callsites_sort(cs_callsites *sites, cs_callsite_order order);

#endif
