/* Workers: a Python process with the recorder loaded (the zygote) is forked once per run.
 *
 * The zygote is started with the server and, should it die, again for the next run.  Its socket is the tie:
 * when the server goes, it reads the end of the socket and goes too, its children with it. */
#ifndef CS_WORKER_H
#define CS_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cs_zygote cs_zygote;
typedef struct cs_worker cs_worker;

typedef struct {
    const char *code, *policy, *title, *filename;
    bool boxed;              /* without: one's own code in one's own terminal */
    uint64_t records;        /* that are recorded at most, boxed */
    const char *op;          /* deepcopy, copy or replace */
    const char *copy_module; /* path of a copy.py of one's own, or NULL */
} cs_request;

typedef enum {
    CS_WORKER_STARTING,
    CS_WORKER_RUNNING,
    CS_WORKER_EXITED,   /* value: exit code */
    CS_WORKER_SIGNALED, /* value: signal */
    CS_WORKER_LOST      /* the zygote died or answered nonsense */
} cs_worker_phase;

/* Starts `python -I -m copyscope.zygote`, after the words of `wrapper` (of paranoid.h; NULL: none; it outlives the
 * zygote).  boxed: it gets what it needs to box runs in, and none of this process's
 * environment but a few names.  Returns NULL when out of memory; a zygote that cannot start is found out by the first
 * run.  Free with cs_zygote_stop(), which also ends every worker. */
cs_zygote *cs_zygote_start(const char *python, bool boxed, char *const *wrapper);
void cs_zygote_stop(cs_zygote *z);

/* What of the box there is on this machine, as the zygote told it: JSON text for free(), or NULL when it told nothing
 * within wait_ms. */
char *cs_zygote_box(cs_zygote *z, int wait_ms);

/* Hands the pipes' write ends to a new worker; the caller closes its own.  `bell` rings when the phase changes.
 * Returns NULL and a reason in *why (static) when the request could not be handed over. */
cs_worker *cs_worker_start(cs_zygote *z, const cs_request *request, int trace_fd, int output_fd, int bell,
                           const char **why);
cs_worker_phase cs_worker_phase_now(cs_worker *w, int *value);
void cs_worker_kill(cs_worker *w); /* SIGKILL to its whole process group, now or as soon as it is there */
void cs_worker_free(cs_worker *w);

#endif
