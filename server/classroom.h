/* A class: what its presenter shows last, who follows, and the answers to the question that is asked.  Thread-safe. */
#ifndef CS_CLASSROOM_H
#define CS_CLASSROOM_H

#include <cjson/cJSON.h>

#include "gate.h"
#include "log.h"

typedef struct cs_classroom cs_classroom;

/* Returns NULL when out of memory. */
cs_classroom *cs_classroom_new(void);
void cs_classroom_free(cs_classroom *room);

/* The bell rings when there is news for its role.  Returns 0, or -1: the class is full. */
int cs_classroom_join(cs_classroom *room, cs_role role, int bell);
void cs_classroom_leave(cs_classroom *room, int bell);

/* The newest news for a role, for free(), or NULL if there is none since *seen, which it moves on.  A client that is
 * slow gets the last word only: all of it is in there. */
char *cs_classroom_news(cs_classroom *room, cs_role role, uint64_t *seen);

/* Takes the presenter's word: trace, event, view, question, and the trace that is compared with it, NULL for none.  One
 * hold of each log is taken over.  Returns the news' number, or 0 and *why (static text). */
uint64_t cs_classroom_lead(cs_classroom *room, cs_log *log, cs_log *other, const cJSON *word, const char **why);

/* Takes an answer to the open question; one voter's later answer counts instead of the earlier.  Returns NULL, or why
 * not. */
const char *cs_classroom_answer(cs_classroom *room, const cJSON *answer);

/* A trace that the class has been shown, held once, or NULL: followers see no other. */
cs_log *cs_classroom_trace(cs_classroom *room, uint32_t id);

#endif
