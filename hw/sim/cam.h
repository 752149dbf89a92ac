/* The Verilated memo_cam behind a C ABI, and the replay of a trace's memo operations on it.
 *
 * Ownership: whoever calls ..._new() calls ..._free(); pointers handed out live until the next call on their owner.
 * Any number of cams and replays may live side by side, each used by one thread at a time.  Nothing here is a
 * constant: hits, match lines, counts and cycles are read from the simulated pins and clock.
 */
#ifndef CS_CAM_H
#define CS_CAM_H

#include "trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one CAM ---- */
typedef struct cs_cam cs_cam;

/* Simulates a CAM of that many entries: on the smallest Verilated depth (16, 64, 1024) that holds them, by its limit
 * input, else on the largest.  0 is taken as 1.  NULL: out of memory. */
cs_cam *cs_cam_new(unsigned depth);
unsigned cs_cam_depth(const cs_cam *cam);  /* entries it can hold */
uint64_t cs_cam_cycles(const cs_cam *cam); /* clock cycles simulated since the reset */
bool cs_cam_overflowed(const cs_cam *cam); /* an insertion has been spilled since the last clear */
void cs_cam_free(cs_cam *cam);

/* Each waits for the response, as software that needs the answer does; rec, step and CS_CAM_AGREED of *out stay 0.
 * CS_CAM_SPILL: on a lookup, it missed and the CAM has overflowed; on an insertion, it was not stored. */
void cs_cam_lookup(cs_cam *cam, uint64_t key, cs_cam_op *out);
void cs_cam_insert(cs_cam *cam, uint64_t key, uint32_t value, cs_cam_op *out);
void cs_cam_clear(cs_cam *cam);

/* ---- a trace's memo operations beside the dict's recorded outcomes ---- */
typedef struct cs_replay cs_replay;

/* The key that an address is looked up by, 44 bits: objects of 16 bytes or more never share one. */
static inline uint64_t cs_cam_key(uint64_t addr) { return (addr >> 4) & ((UINT64_C(1) << 44) - 1); }

cs_replay *cs_replay_new(unsigned depth); /* as cs_cam_new() */
/* Takes the records not yet seen.  -1: out of memory, the replay can only be freed. */
int cs_replay_feed(cs_replay *replay, const cs_trace *trace);
/* header.agreed of header.lookups had the dict's outcome, value included where both are known.  A miss after an
 * overflow asks the spilled entries that software keeps, and agrees if they have the dict's outcome.
 * Entries that a memo already had (PRESET) are inserted, take cycles and may spill, but are no operations. */
const cs_cam_header *cs_replay_header(const cs_replay *replay);
size_t cs_replay_ops(const cs_replay *replay, const cs_cam_op **out); /* CS_CAM_AGREED is of lookups only */
void cs_replay_free(cs_replay *replay);

#ifdef __cplusplus
}
#endif
#endif
