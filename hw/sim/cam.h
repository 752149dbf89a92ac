/* The Verilated memories behind a C ABI, and the replay of a trace's memo operations on them.
 *
 * Ownership: whoever calls ..._new() calls ..._free(); pointers handed out live until the next call on their owner.
 * Any number of units and replays may live side by side, each used by one thread at a time.  Nothing here is a
 * constant: hits, match lines, counts and cycles are read from the simulated pins and clock.
 */
#ifndef CS_CAM_H
#define CS_CAM_H

#include "trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one memory ---- */
#define CS_ENGINES(X)                                                                                                  \
    X(CAM, "cam", "compares all entries at once", 4096)                                                                \
    X(PROBE, "probe", "walks a hash table in RAM as CPython does", 65536)                                              \
    X(HASH, "hash", "4 ways of block RAM and a stash of 8 entries", 65536)
typedef enum {
#define X(id, name, text, deepest) CS_ENGINE_##id,
    CS_ENGINES(X)
#undef X
        CS_ENGINE_COUNT
} cs_engine;
const char *cs_engine_name(cs_engine engine);
const char *cs_engine_text(cs_engine engine);
unsigned cs_engine_deepest(cs_engine engine);           /* the most entries that it can be asked for */
bool cs_engine_named(const char *name, cs_engine *out); /* false: there is none of that name */

#define CS_LATENCY_MOST 4095u

typedef struct {
    cs_engine engine;
    unsigned depth;   /* entries, from 1; what is past the engine's deepest is taken as that */
    unsigned latency; /* cycles that each response takes longer, at most CS_LATENCY_MOST: the way there and back */
    bool rotate;      /* CS_ENGINE_PROBE: hash the id turned by 4 bits, as hash(object) does and a memo does not */
} cs_unit_config;

typedef struct cs_unit cs_unit;

/* What one operation came to.  flags: CS_CAM_*; CS_CAM_SPILL on a lookup: it missed and the unit has overflowed; on an
 * insertion: it was not stored. */
typedef struct {
    uint64_t cycle;  /* in which the request was taken */
    uint64_t match;  /* cam: match lines of entries 0 to 63; hash: of the 4 ways, then of the stash; probe: 0 */
    uint32_t cycles; /* from there to the response */
    uint32_t waited; /* cycles that the request waited before it was taken */
    uint32_t index;  /* entry found or appended, UINT32_MAX: none */
    uint32_t count;  /* entries in use afterwards */
    uint32_t value;  /* stored under the key before, 0 on a miss */
    uint32_t probes; /* probe: slots visited; else 0 */
    uint8_t op, flags;
    uint8_t log2; /* probe: of the table that was walked, 0: an empty dict's */
} cs_answer;

/* The pins of one clock cycle, as they have settled before its end.  A field that an engine has no pin for is 0. */
typedef struct {
    uint64_t cycle;
    uint64_t req_key, s1_key, s2_key; /* probe: s2 is the operation under way */
    uint64_t s1_match, s2_match;      /* as cs_answer.match; hash and probe compare nothing in stage 1 */
    uint32_t s1_line, s2_line;        /* the match line that is up, UINT32_MAX: none */
    uint32_t req_value, rsp_value, rsp_index, count;
    uint32_t sets[4]; /* hash: the set that each way was read in */
    uint32_t slot;    /* probe: being looked at while `probing` */
    uint32_t probes;  /* probe: slots visited so far */
    uint8_t req_valid, req_ready, req_op, hazard;
    uint8_t s1_valid, s1_op, s2_valid, s2_op, s2_commit;
    uint8_t rsp_valid, rsp_ready, rsp_hit, rsp_spilled;
    uint8_t full, overflow;
    uint8_t sweep, used;         /* hash: removing old entries; ways whose entry is of this epoch, one bit each */
    uint8_t probing, grow, log2; /* probe: a slot is being looked at; the table is being rebuilt; log2 of its slots */
} cs_cycle;

/* Simulates on the smallest Verilated depth that holds the entries, by its limit input.  NULL: out of memory. */
cs_unit *cs_unit_new(const cs_unit_config *config);
const cs_unit_config *cs_unit_config_of(const cs_unit *unit); /* as it was taken */
uint64_t cs_unit_cycles(const cs_unit *unit);                 /* simulated since the reset */
bool cs_unit_overflowed(const cs_unit *unit);                 /* an insertion has been spilled since the last clear */
void cs_unit_free(cs_unit *unit);

/* Each waits for the response, as software that needs the answer does.  out may be NULL. */
void cs_unit_lookup(cs_unit *unit, uint64_t key, cs_answer *out);
void cs_unit_insert(cs_unit *unit, uint64_t key, uint32_t value, cs_answer *out);
void cs_unit_clear(cs_unit *unit, cs_answer *out);
void cs_unit_delete(cs_unit *unit, uint64_t key, cs_answer *out); /* CS_ENGINE_PROBE; the others change nothing */

/* Calls on_cycle for every cycle from now on, in order; NULL: no more.  *cycle lives during the call. */
void cs_unit_watch(cs_unit *unit, void (*on_cycle)(void *context, const cs_cycle *cycle), void *context);

/* Calls on_cycle for the cycle that is under way: where the response that was waited for last is shown. */
void cs_unit_look(cs_unit *unit);

/* Answers n lookups one behind another, without waiting: a lookup each cycle.  Returns how many hit. */
size_t cs_unit_stream(cs_unit *unit, const uint64_t *keys, size_t n);

/* ---- a trace's memo operations beside the dict's recorded outcomes ---- */
typedef struct cs_replay cs_replay;

/* The key that an address is looked up by, 44 bits: objects of 16 bytes or more never share one. */
static inline uint64_t cs_cam_key(uint64_t addr) { return (addr >> 4) & ((UINT64_C(1) << 44) - 1); }

/* Beside each operation of the replay. */
typedef struct {
    uint64_t cycle;       /* simulated, in which it was taken */
    uint32_t cycles;      /* it took */
    uint32_t probes;      /* slots that the probe engine visited */
    uint32_t dict_probes; /* slots that the dict visited, as recorded; 0: not known, 127: that many or more */
    uint32_t waited;
} cs_replay_cost;

typedef struct {
    /* Lookups of ids that are multiples of 16 whose slots the dict's record tells and the probe engine walked too. */
    uint64_t walks;
    uint64_t walks_equal;                 /* of those, as many slots in a table of the same size */
    uint64_t cycles_kept, cycles_dropped; /* of the operations that are watched */
} cs_replay_totals;

cs_replay *cs_replay_new(const cs_unit_config *config);
/* Keeps every cycle of operations first to last (from 0, in the order of cs_replay_ops), the one that shows the last
 * response included, at most `most` cycles; before any is fed. */
void cs_replay_watch(cs_replay *replay, size_t first, size_t last, size_t most);
/* Takes the records not yet seen.  -1: out of memory, the replay can only be freed. */
int cs_replay_feed(cs_replay *replay, const cs_trace *trace);
/* header.agreed of header.lookups had the dict's outcome, value included where both are known.  A miss after an
 * overflow asks the spilled entries that software keeps, and agrees if they have the dict's outcome.
 * Entries that a memo already had (PRESET) are inserted, take cycles and may spill, but are no operations. */
const cs_cam_header *cs_replay_header(const cs_replay *replay);
cs_replay_totals cs_replay_sum(const cs_replay *replay);
/* The same operations as a CAM_ chunk holds them: there 255 cycles are that many or more; CS_CAM_AGREED is of lookups
 * only. */
size_t cs_replay_ops(const cs_replay *replay, const cs_cam_op **out);
size_t cs_replay_costs(const cs_replay *replay, const cs_replay_cost **out);
size_t cs_replay_cycles(const cs_replay *replay, const cs_cycle **out);
void cs_replay_free(cs_replay *replay);

#ifdef __cplusplus
}
#endif
#endif
