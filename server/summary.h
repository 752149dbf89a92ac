/* A trace at a glance, for a gallery: where it comes from, its counts, and a picture's worth of numbers. */
#ifndef CS_SUMMARY_H
#define CS_SUMMARY_H

#include <cjson/cJSON.h>

#include "hub.h"

/* For cJSON_Delete(), or NULL: there is no such trace, or no memory. */
cJSON *cs_summary(cs_hub *hub, uint32_t id);

#endif
