#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {
#define X(id, name) name,
    CS_LEVELS(X)
#undef X
};
static cs_level loudest = CS_SAY_WARNING;

bool cs_say_level(const char *name) {
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) != 0) continue;
        loudest = (cs_level)i;
        return true;
    }
    return false;
}

void cs_say(cs_level level, const char *event, const char *fields, ...) {
    char line[512], when[32];
    struct timespec now;
    struct tm utc;
    va_list values;
    if (level > loudest) return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &utc);
    int n = snprintf(line, 110, "time=%s.%03ldZ level=%s event=%s ", when, now.tv_nsec / 1000000, names[level], event);
    va_start(values, fields);
    vsnprintf(line + n, 400, fields, values); /* NOLINT(clang-analyzer-valist.Uninitialized): it was, above */
    va_end(values);
    size_t length = strlen(line);
    line[length++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, length); /* in one piece: other threads say things, too */
    (void)written;
}
