/* Replays a run's memo operations through the simulated CAM, in a thread of its own beside the run. */
#ifndef CS_REPLAY_H
#define CS_REPLAY_H

#include "log.h"
#include "trace.h"

typedef struct cs_replayer cs_replayer;

/* Reads the log's frames as they come.  Returns NULL when it could not start: the run goes on without. */
cs_replayer *cs_replayer_start(cs_log *log);

/* Call when the last frame is in the log.  Waits, at most CS_REPLAY_MS, and frees r.
 * Returns the CAM_ chunk for free(), *n its bytes; NULL: no replay, or no time (*late). */
unsigned char *cs_replayer_finish(cs_replayer *r, size_t *n, bool *late);

/* The CAM_ chunk of a whole trace for free(), *n its bytes; NULL when out of memory. */
unsigned char *cs_replay_chunk(const cs_trace *trace, size_t *n);

/* The CAM's figures for a whole trace, at once.  Returns 0, or -1 when out of memory. */
int cs_replay_whole(const cs_trace *trace, cs_cam_header *out);

#endif
