/* The append-only log of one trace on its way to the page: frames that never move or change once appended.
 * One thread appends; any number read, each with a cursor of its own, and send without holding a lock. */
#ifndef CS_LOG_H
#define CS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cs_log cs_log;

/* A binary frame as it goes on the wire: 16 bytes {u32 trace id, u32 frame number, u64 0}, then whole chunks. */
typedef struct {
    const unsigned char *bytes;
    size_t length;
} cs_frame;
#define CS_FRAME_PREFIX 16u

/* opening: the JSON text that goes before the frames (copied).  Returns a log held once, or NULL. */
cs_log *cs_log_new(uint32_t id, const char *opening);
cs_log *cs_log_hold(cs_log *log);
void cs_log_drop(cs_log *log);

uint32_t cs_log_id(const cs_log *log);
const char *cs_log_opening(const cs_log *log);

/* in_file: part of the trace file, not made by the server.  Returns 0, or -1 when out of memory. */
int cs_log_append(cs_log *log, const void *bytes, size_t n, bool in_file);

/* Ends the log with a JSON text (copied).  Nothing is appended afterwards. */
void cs_log_end(cs_log *log, const char *ending);

/* True and *frame set when frame number i is there; what it points to lives as long as the log is held. */
bool cs_log_frame(cs_log *log, size_t i, cs_frame *frame);
size_t cs_log_file_frames(cs_log *log);
uint64_t cs_log_bytes(cs_log *log);
const char *cs_log_ending(cs_log *log); /* NULL while the log goes on */

/* The bell rings at every append and at the end.  Returns 0, or -1 when out of memory. */
int cs_log_listen(cs_log *log, int bell);
void cs_log_unlisten(cs_log *log, int bell);

#endif
