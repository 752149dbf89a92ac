/* The trace format: writer, reader, vocabulary.  FORMAT.md is the contract.
 *
 * No Python.h here: the extension, the server, the hardware replay and the fuzzers link this library.
 * Ownership: whoever opens closes.  Strings and kept chunks of a cs_trace live until cs_trace_close(), arrays
 * (records, objects, types, offsets) until the next cs_trace_feed() or cs_trace_close().
 */
#ifndef CS_TRACE_H
#define CS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- vocabulary, made from events.def ---- */
enum cs_family {
#define FAMILY(id, ...) CS_FAM_##id,
#include "../events.def"
    CS_FAM_COUNT
};
enum cs_event {
#define EV(id, num, ...) CS_EV_##id = (num),
#include "../events.def"
    CS_EV_MAX
};
enum cs_flag {
#define FLAG(id, bit, ...) CS_F_##id = (bit),
#include "../events.def"
};
enum cs_role {
#define ROLE(id, num, ...) CS_ROLE_##id = (num),
#include "../events.def"
    CS_ROLE_COUNT,
    CS_ROLE_ANY = 15
};
enum cs_copier {
#define COPIER(id, num, ...) CS_COPIER_##id = (num),
#include "../events.def"
    CS_COPIER_COUNT
};
enum cs_site {
#define SITE(id, ...) CS_SITE_##id,
#include "../events.def"
    CS_SITE_COUNT
};
enum cs_call {
#define CALL(id, ...) CS_CALL_##id,
#include "../events.def"
    CS_CALL_COUNT
};
enum cs_operand {
#define OPERAND(id, ...) CS_OPERAND_##id,
#include "../events.def"
    CS_OPERAND_COUNT
};
enum cs_rec {
#define REC(id, num, ...) CS_REC_##id = (num),
#include "../events.def"
    CS_REC_MAX
};
enum cs_outcome { CS_OUT_NA, CS_OUT_NO, CS_OUT_YES, CS_OUT_FLAG };

typedef struct {
    uint8_t rec, event, mask, want, role, outcome, site;
} cs_step;

const char *cs_event_name(unsigned ev); /* "?" for a number that is none */
const char *cs_event_text(unsigned ev);
const char *cs_family_name(unsigned fam);
unsigned cs_event_family(unsigned ev);
const char *cs_rec_name(unsigned rec);
const char *cs_role_name(unsigned role);
const char *cs_copier_name(unsigned copier);
const char *cs_site_name(unsigned site);
const char *cs_site_function(unsigned site);
const char *cs_site_statement(unsigned site);

/* ---- records: 16 bytes, little-endian, as in the file ---- */
typedef struct {
    uint8_t kind;  /* enum cs_rec */
    uint8_t flags; /* enum cs_flag */
    uint16_t pack; /* log2 table size (5 bits) | role (4) | probes (7, 127: that many or more) */
    uint32_t obj, arg;
    uint32_t t; /* ns since the trace began, modulo 2^32; see CLOCK */
} cs_record;

#define CS_PACK(lg, role, probes) ((uint16_t)((lg) | ((role) << 5) | ((probes) << 9)))
static inline unsigned cs_rec_lg(const cs_record *r) { return r->pack & 31u; }
static inline unsigned cs_rec_role(const cs_record *r) { return (r->pack >> 5) & 15u; }
static inline unsigned cs_rec_probes(const cs_record *r) { return (unsigned)r->pack >> 9; }

/* What a record of a kind does to its call (enum cs_call), and what its fields are (enum cs_operand); NULL for a kind
 * that is none. */
typedef struct {
    uint8_t call, obj, arg, t;
} cs_rec_shape;
const cs_rec_shape *cs_shape_of(unsigned kind);
/* Whether rec opens a call, and whether it closes the innermost one that is open (after opening its own). */
bool cs_opens_call(const cs_record *rec);
bool cs_closes_call(const cs_record *rec);

/* The steps that rec expands to, in order, at most CS_MAX_STEPS; returns how many. */
#define CS_MAX_STEPS 8
unsigned cs_expand(const cs_record *rec, const cs_step *steps[CS_MAX_STEPS]);

/* ---- tables ---- */
typedef struct {
    uint64_t addr;
    uint32_t type; /* type ref, from 1 */
    uint32_t text; /* string ref: short text of an exact built-in, or 0 */
    uint32_t name; /* string ref: the snippet's name for it, or 0 */
    uint32_t len;  /* items, characters or bytes of an exact built-in when first seen, else 0 */
    uint32_t flags;
    uint32_t reserved;
} cs_object;           /* 32 bytes; ref = position + 1, in order of first sight */
#define CS_OBJ_COPY 1u /* made by the copy (list, dict, tuple, instance, method) */
#define CS_OBJ_MEMO 2u /* is a memo */
#define CS_OBJ_KEEP 4u /* reserved */

typedef struct {
    uint64_t addr;
    uint32_t name, module; /* string refs */
    uint32_t slot;         /* where its dispatch lookup ended */
    uint8_t copier;        /* enum cs_copier */
    uint8_t lg, probes;    /* the dispatch table's log2 size, and slots visited; 0, 0: not read */
    uint8_t flags;
    uint64_t reserved;
} cs_type; /* 32 bytes; ref = position + 1 */

/* ---- file = wire: 16-byte header, then chunks ---- */
#define CS_MAGIC                                                                                                       \
    "\x89"                                                                                                             \
    "CST\r\n\x1a\n"
#define CS_VERSION 2u /* of what is written; 1 is read as well */
typedef struct {
    char magic[8];
    uint16_t version;
    uint16_t reserved0;
    uint32_t reserved1;
} cs_header;

typedef struct {
    char kind[4];
    uint32_t length; /* of the payload before padding; payloads are padded with zeros to 16 bytes */
    uint32_t crc;    /* CRC-32 of the payload before padding */
    uint32_t seq;    /* 0, 1, 2, ... */
} cs_chunk;          /* 16 bytes */

/* META json object, merged key by key, later wins | STRS (u32 length, bytes)* | TYPE cs_type* | OBJS cs_object*
 * EVTS cs_record* | SRC_ json {"role","name","first_line","text","sites":{site name: line}} | NOTE json
 * CAM_ cs_cam_header + cs_cam_op* | END_ cs_end */
typedef struct {
    uint64_t records, events;
    uint32_t objects, types, strings, flags;
    uint8_t sha256[32];     /* of every byte before this chunk's header */
} cs_end;                   /* 64 bytes */
#define CS_END_TRUNCATED 1u /* a cap was hit */
#define CS_END_FAILED 2u    /* the copy raised */

/* ---- CAM replay results (chunk CAM_), one per memo operation, written by hw/ ---- */
typedef struct {
    uint32_t depth;           /* entries of the simulated CAM */
    uint32_t ops;             /* cs_cam_op that follow */
    uint32_t lookups, agreed; /* outcomes equal to the dict's */
    uint32_t spilled;         /* insertions that did not fit: software keeps them */
    uint32_t skipped;         /* operations on another memo than the first */
    uint64_t cycles;
} cs_cam_header; /* 32 bytes */
typedef struct {
    uint32_t rec;  /* index of the record in the trace, from 0 */
    uint8_t step;  /* position of the memo event among that record's steps, from 0 */
    uint8_t op;    /* CS_CAM_LOOKUP, CS_CAM_INSERT */
    uint8_t flags; /* CS_CAM_* */
    uint8_t cycles;
    uint32_t index; /* entry matched or written; 0xffffffff none */
    uint32_t cycle; /* simulated cycle the operation was accepted in, modulo 2^32 */
    uint64_t match; /* match lines of entries 0 to 63 */
    uint32_t count; /* valid entries afterwards */
    uint32_t value; /* what the CAM returned: an object ref */
} cs_cam_op;        /* 32 bytes */
#define CS_CAM_LOOKUP 1u
#define CS_CAM_INSERT 2u

#define CS_CAM_HIT 1u
#define CS_CAM_FULL 2u
#define CS_CAM_SPILL 4u /* the dict had to be asked: the CAM overflowed earlier */
#define CS_CAM_AGREED 8u

/* ---- errors ---- */
#define CS_ERRORS(X)                                                                                                   \
    X(OK, "no error")                                                                                                  \
    X(IO, "cannot read or write")                                                                                      \
    X(NOMEM, "out of memory")                                                                                          \
    X(MAGIC, "not a copyscope trace")                                                                                  \
    X(VERSION, "written by a newer format version")                                                                    \
    X(CUT, "cut short")                                                                                                \
    X(CRC, "chunk checksum differs")                                                                                   \
    X(CHUNK, "malformed chunk")                                                                                        \
    X(REF, "reference to something not yet defined")                                                                   \
    X(LIMIT, "larger than the reader's limit")                                                                         \
    X(DIGEST, "digest differs")
typedef enum {
#define X(id, text) CS_E_##id,
    CS_ERRORS(X)
#undef X
} cs_error;
const char *cs_strerror(cs_error e);

/* ---- reader ---- */
typedef struct cs_trace cs_trace;
typedef struct {
    cs_error error;  /* OK, or why reading stopped */
    uint64_t offset; /* of the first byte not read */
    bool complete;   /* an END_ chunk was read and its counts and digest are right */
} cs_status;

/* Incremental: feed bytes as they come; whole chunks are taken in, a partial one waits.  After an error nothing
 * more is taken; what came before stays readable. */
cs_trace *cs_trace_new(void); /* NULL: out of memory */
cs_error cs_trace_feed(cs_trace *t, const void *bytes, size_t n);
/* Reads a whole file or its longest valid prefix.  NULL only for IO, NOMEM, MAGIC, VERSION; *st says why and where. */
cs_trace *cs_trace_open(const char *path, cs_status *st);
cs_status cs_trace_status(const cs_trace *t);
void cs_trace_close(cs_trace *t);

unsigned cs_trace_version(const cs_trace *t); /* 0: no header yet */
size_t cs_trace_records(const cs_trace *t, const cs_record **out);
size_t cs_trace_objects(const cs_trace *t, const cs_object **out);
size_t cs_trace_types(const cs_trace *t, const cs_type **out);
uint64_t cs_trace_events(const cs_trace *t);                               /* logical events */
const char *cs_trace_string(const cs_trace *t, uint32_t ref, size_t *len); /* "" for 0 or out of range */
/* The i-th chunk of a kind that the reader keeps whole (META, SRC_, NOTE, CAM_, END_), or NULL. */
const void *cs_trace_chunk(const cs_trace *t, const char kind[4], size_t i, size_t *len);
/* Byte offsets of the whole chunks read, for streaming: chunk i is [at[i], at[i+1]).  at[0] is 16. */
size_t cs_trace_chunk_offsets(const cs_trace *t, const uint64_t **at);

/* ---- writer ---- */
typedef struct cs_writer cs_writer;
/* Called with whole chunks (and first the header); returns 0, or -1 to stop writing (disk full, reader gone). */
typedef int (*cs_sink)(void *ctx, const void *bytes, size_t n);
/* max_records 0: no cap but the format's own.  Errors are remembered: after one, calls do nothing and return 0. */
cs_writer *cs_writer_new(cs_sink sink, void *ctx, uint64_t max_records);
/* The ref of an equal string that was written lately, or of this one; 0: out of memory or n == 0. */
uint32_t cs_writer_string(cs_writer *w, const char *utf8, size_t n);
uint32_t cs_writer_type(cs_writer *w, const cs_type *type);
uint32_t cs_writer_object(cs_writer *w, const cs_object *object);
void cs_writer_event(cs_writer *w, const cs_record *rec);
uint64_t cs_writer_records(const cs_writer *w);
cs_error cs_writer_flush(cs_writer *w);
cs_error cs_writer_chunk(cs_writer *w, const char kind[4], const void *payload, size_t n); /* META, SRC_, NOTE, CAM_ */
cs_error cs_writer_end(cs_writer *w, uint32_t flags);                                      /* flushes, writes END_ */
void cs_writer_free(cs_writer *w);

#ifdef __cplusplus
}
#endif
#endif
