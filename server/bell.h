/* A doorbell: wakes a thread that waits in poll().  Ringing never blocks and is allowed in a signal handler. */
#ifndef CS_BELL_H
#define CS_BELL_H

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Returns a descriptor that the caller closes, or -1. */
static inline int cs_bell_new(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void cs_bell_ring(int bell) {
    uint64_t one = 1;
    ssize_t n = write(bell, &one, sizeof one); /* EAGAIN: it rings already */
    (void)n;
}

static inline void cs_bell_quiet(int bell) {
    uint64_t rings;
    ssize_t n = read(bell, &rings, sizeof rings); /* EAGAIN: it was quiet */
    (void)n;
}

#endif
