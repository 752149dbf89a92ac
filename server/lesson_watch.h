/* Tells the open pages which lesson was changed on disk, so that they show it as it is written. */
#ifndef CS_LESSON_WATCH_H
#define CS_LESSON_WATCH_H

#include "clients.h"

typedef struct cs_lesson_watch cs_lesson_watch;

/* Watches the lessons of a folder, and those that come into it.  A page gets {"op":"lesson","id":...}: a lesson that
 * was written, made or removed; "" when it is not known which.  NULL: nothing is watched (no such folder, no more
 * watches). */
cs_lesson_watch *cs_lesson_watch_start(const char *dir, cs_clients *clients);
void cs_lesson_watch_stop(cs_lesson_watch *watch); /* NULL is fine */

#endif
