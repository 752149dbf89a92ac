/* Lessons: folders NN-name with lesson.json and lesson.md. */
#ifndef CS_LESSONS_H
#define CS_LESSONS_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* Small letters, digits and dashes: no way out of the folder. */
bool cs_lesson_is_id(const char *id);

/* [{"id","part","title","question","summary","minutes","from","until","translations"}] in the order of their names;
 * folders without a readable lesson.json are left out. */
cJSON *cs_lessons_list(const char *dir);

/* lesson.json with "text", the Markdown, beside it; NULL when there is no such lesson. */
cJSON *cs_lesson(const char *dir, const char *id);

/* What the lesson says to who teaches it, for free(), or NULL. */
char *cs_lesson_teacher(const char *dir, const char *id);

#endif
