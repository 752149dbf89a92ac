/* Every limit of the server by name.  What comes from a browser, a worker or a file is checked against these. */
#ifndef CS_SERVER_LIMITS_H
#define CS_SERVER_LIMITS_H

/* A run */
#define CS_CODE_MAX (64u << 10)     /* bytes of a snippet */
#define CS_REQUEST_MAX (200u << 10) /* bytes of one message to the zygote */
#define CS_TRACE_MAX (256ull << 20) /* bytes of a run's trace */
#define CS_OUTPUT_KEPT (64u << 10)  /* bytes of printed output that are kept; the rest is counted */
#define CS_WALL_MS 10000            /* wall clock of a run */
#define CS_KILL_GRACE_MS 2000       /* how long a killed worker may take to be reaped */
#define CS_DRAIN_MS 500             /* how long the pipes of an ended worker are read */
#define CS_RUNS_AT_ONCE 4u          /* the others wait */
#define CS_RUNS_WAITING 12u
#define CS_TITLE_MAX 200u
#define CS_REPLAY_MS 10000 /* simulating the CAM may take this long */
#define CS_CAM_DEPTH 64u   /* entries: as many as the page has match lines */

/* What a worker may use, set by the worker itself as rlimits */
#define CS_WORKER_MEMORY (512ull << 20) /* address space */
#define CS_WORKER_CPU_S 5u              /* of all threads of one process */
#define CS_WORKER_FILE (1u << 20)       /* bytes of a file it writes */
#define CS_WORKER_FILES 64u
#define CS_WORKER_RECORDS 1000000u /* unless --max-records says otherwise */
#define CS_RECORDS_MOST 100000000u
#define CS_WORKER_OUTPUT (10u * 1000 * 1000) /* bytes of what it prints, unless --max-output says otherwise */
#define CS_OUTPUT_MOST (10ull * 1000 * 1000 * 1000)

#define CS_ARENAS 2    /* malloc's: one for each of many threads would keep the most that any of them ever needed */
#define CS_BOX_MS 5000 /* how long the start waits to hear what of the box there is */

/* Traces in memory */
#define CS_TRACES_KEPT 32u             /* finished runs; the oldest goes first */
#define CS_TRACES_BYTES (512ull << 20) /* of all finished runs */
#define CS_FILE_MAX (1ull << 30)       /* a file that `serve` opens */
#define CS_READ_SIZE (256u << 10)      /* bytes read at once, from a pipe or a file */

/* The configuration */
#define CS_CONFIG_LINE 4096u
#define CS_CONFIG_OPTIONS 64u

/* Clients */
#define CS_CLIENTS_MAX 64u
#define CS_MESSAGE_MAX (1u << 20)   /* bytes of one WebSocket message; a snippet may be all escapes */
#define CS_RECEIVE_SIZE (16u << 10) /* bytes read at once from a socket */
#define CS_STALL_MS 10000           /* a client that takes nothing for so long is given up */
#define CS_PING_MS 20000            /* one that says nothing for so long is asked whether it is there */
#define CS_PINGS_MAX 3u             /* and given up after so many times */
#define CS_CLOSE_MS 1000            /* how long a closed socket is read on */
#define CS_FOLLOWERS_MAX 64u        /* of a class, beside its presenter's own pages */
#define CS_PRESENTERS_MAX 8u        /* those, in a class */
#define CS_VOTERS_MAX 256u          /* whose answers to one question are counted */
#define CS_OPTIONS_MAX 8u           /* of a question */
#define CS_VIEW_MAX (4u << 10)      /* bytes of what a presenter says of the view */
#define CS_CLASS_TRACES 8u          /* that followers may open: those shown last */
#define CS_JSON_DEPTH 16u           /* of a command or a lesson */
#define CS_JSON_MEMBERS 64u         /* of one object of a command */
#define CS_ANSWERS_MAX 16u          /* texts waiting for one client */
#define CS_PINS_WORK (64u << 20)    /* operations times entries that are simulated for one look at the pins */
#define CS_PINS_CYCLES 96u          /* shown around an operation */
#define CS_LESSON_MAX (256u << 10)  /* one file of a lesson */
#define CS_LESSON_ID_MAX 100u       /* bytes of its folder's name, the end included */
#define CS_LESSONS_WATCHED 256u
#define CS_LESSON_QUIET_MS 100 /* without a change, before a page is told of one */
#define CS_ASSET_MAX (16u << 20)
#define CS_PORT 8377
#define CS_PORTS_TRIED 32

#endif
