/* What a simulated memory does with one operation of a trace: its answer, and its pins in each cycle around it. */
#ifndef CS_PINS_H
#define CS_PINS_H

#include <cjson/cJSON.h>

#include "cam.h"
#include "log.h"

/* Replays the log's trace up to operation `index` (from 0, as in the CAM_ chunk) on a memory of this kind.  Returns
 * {engine, depth, latency, op, before, cycles, dropped}, or NULL and *why (static text). */
cJSON *cs_pins(cs_log *log, const cs_unit_config *config, size_t index, const char **why);

#endif
