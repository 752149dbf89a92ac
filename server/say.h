/* What happens in the server, one line each on the standard error, for those who asked for it (--log LEVEL):
 *
 *     time=2026-11-21T10:04:00.123Z level=info event=run.end trace=3 state=done ms=12
 *
 * No line holds what a user wrote, recorded or named, nor a token. */
#ifndef CS_SAY_H
#define CS_SAY_H

#include <stdbool.h>

#define CS_LEVELS(X) X(ERROR, "error") X(WARNING, "warning") X(INFO, "info") X(DEBUG, "debug")
typedef enum {
#define X(id, name) CS_SAY_##id,
    CS_LEVELS(X)
#undef X
} cs_level;

/* Before any thread.  False: there is no such level. */
bool cs_say_level(const char *name);

/* fields: printf's format of `name=value` pairs, each value without a blank; what is said is cut after 400 characters.
 */
void cs_say(cs_level level, const char *event, const char *fields, ...) __attribute__((format(printf, 3, 4)));

#endif
