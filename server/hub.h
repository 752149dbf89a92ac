/* All traces of one server: runs that go on, runs that ended, files that were opened.  Thread-safe. */
#ifndef CS_HUB_H
#define CS_HUB_H

#include <cjson/cJSON.h>

#include "log.h"
#include "trace.h"
#include "worker.h"

typedef struct cs_hub cs_hub;

/* zygote NULL: runs are refused with the reason `no_python`.  Both outlive the hub. */
cs_hub *cs_hub_new(cs_zygote *zygote, const char *no_python);

/* What a run may record and print; CS_WORKER_RECORDS and CS_WORKER_OUTPUT if this is not called.  Before any run. */
void cs_hub_limit(cs_hub *hub, uint64_t records, uint64_t output);

/* Ends every run and waits for them. */
void cs_hub_free(cs_hub *hub);

/* Opens a file's longest valid prefix.  Returns 0, or -1 and *st says why. */
int cs_hub_open_file(cs_hub *hub, const char *path, cs_status *st);

/* Starts a run.  Returns its log, held once, or NULL and *why (static text). */
cs_log *cs_hub_run(cs_hub *hub, const char *code, const char *policy, const char *op, const char *title,
                   const char **why);
void cs_hub_stop_run(cs_hub *hub, uint32_t id);

/* Held once, or NULL. */
cs_log *cs_hub_find(cs_hub *hub, uint32_t id);

cJSON *cs_hub_list(cs_hub *hub); /* [{"id":1,"title":"x.cst"}] */
cJSON *cs_hub_policies(void);    /* ["cpython", ...] */

/* Why nothing is recorded under this policy and operation, or NULL (static text). */
const char *cs_hub_refuses(const char *policy, const char *op);

#endif
