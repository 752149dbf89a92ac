/* TAP for C tests: `CHECK(condition)` inside a claim, `claim(name)` after it, `tap_end()` last. */
#ifndef CS_TAP_H
#define CS_TAP_H

#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failed;
static bool tap_ok = true;

static inline bool tap_check(bool holds, const char *what, const char *file, int line) {
    if (!holds) {
        tap_ok = false;
        printf("# %s:%d: %s\n", file, line, what);
    }
    return holds;
}
#define CHECK(condition) tap_check((condition), #condition, __FILE__, __LINE__)

/* Ends a claim: it holds if every CHECK since the one before did. */
static inline void claim(const char *name) {
    printf("%sok %d - %s\n", tap_ok ? "" : "not ", ++tap_count, name);
    tap_failed += !tap_ok;
    tap_ok = true;
    fflush(stdout);
}

static inline int tap_end(void) {
    printf("1..%d\n", tap_count);
    return tap_failed != 0;
}

#endif
