#include "lessons.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "limits.h"
#include "text.h"

bool cs_lesson_is_id(const char *id) {
    size_t n = strlen(id);
    for (size_t i = 0; i < n; i++)
        if (!islower((unsigned char)id[i]) && !isdigit((unsigned char)id[i]) && id[i] != '-') return false;
    return n > 0 && n < CS_LESSON_ID_MAX;
}

static char *read_part(const char *dir, const char *id, const char *name, size_t *n) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s/%s", dir, id, name) >= (int)sizeof path) return NULL;
    return cs_file_read(path, CS_LESSON_MAX, n);
}

static cJSON *read_json(const char *dir, const char *id) {
    size_t n;
    char *text = cs_lesson_is_id(id) ? read_part(dir, id, "lesson.json", &n) : NULL;
    cJSON *lesson = text && cs_utf8_valid(text, n) && cs_json_plain(text, n) ? cJSON_ParseWithLength(text, n) : NULL;
    free(text);
    if (cJSON_IsObject(lesson)) return lesson;
    cJSON_Delete(lesson);
    return NULL;
}

static void copy_string(cJSON *to, const cJSON *from, const char *key) {
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(from, key));
    cJSON_AddStringToObject(to, key, value ? value : "");
}

/* By language, title and question: all that an index needs. */
static void add_index_words(cJSON *to, const cJSON *lesson) {
    cJSON *all = cJSON_AddObjectToObject(to, "translations");
    const cJSON *words;
    cJSON_ArrayForEach(words, cJSON_GetObjectItemCaseSensitive(lesson, "translations")) {
        if (!cJSON_IsObject(words)) continue;
        cJSON *o = cJSON_AddObjectToObject(all, words->string);
        copy_string(o, words, "title");
        copy_string(o, words, "question");
    }
}

static cJSON *index_entry(const char *id, const cJSON *lesson) {
    static const char *const strings[] = {"part", "title", "question", "summary", "from", "until"};
    const cJSON *minutes = cJSON_GetObjectItemCaseSensitive(lesson, "minutes");
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "id", id);
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) copy_string(o, lesson, strings[i]);
    cJSON_AddNumberToObject(o, "minutes", cJSON_IsNumber(minutes) ? minutes->valuedouble : 0);
    add_index_words(o, lesson);
    return o;
}

static int visible(const struct dirent *d) { return cs_lesson_is_id(d->d_name); }

cJSON *cs_lessons_list(const char *dir) {
    struct dirent **names;
    cJSON *list = cJSON_CreateArray();
    int count = dir ? scandir(dir, &names, visible, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        cJSON *lesson = read_json(dir, names[i]->d_name);
        if (lesson) cJSON_AddItemToArray(list, index_entry(names[i]->d_name, lesson));
        cJSON_Delete(lesson);
        free(names[i]);
    }
    if (dir && count >= 0) free(names);
    return list;
}

/* lesson.vi.md and the like, as "text" of the translation's own words. */
static void add_translations(const char *dir, const char *id, cJSON *lesson) {
    cJSON *words;
    cJSON_ArrayForEach(words, cJSON_GetObjectItemCaseSensitive(lesson, "translations")) {
        char name[64];
        size_t n;
        if (!cJSON_IsObject(words) || !cs_lesson_is_id(words->string) || strlen(words->string) > 16) continue;
        snprintf(name, sizeof name, "lesson.%s.md", words->string);
        char *text = read_part(dir, id, name, &n);
        cJSON_DeleteItemFromObjectCaseSensitive(words, "text");
        if (text && cs_utf8_valid(text, n)) cJSON_AddStringToObject(words, "text", text);
        free(text);
    }
}

cJSON *cs_lesson(const char *dir, const char *id) {
    size_t n;
    cJSON *lesson = dir ? read_json(dir, id) : NULL;
    if (!lesson) return NULL;
    char *text = read_part(dir, id, "lesson.md", &n);
    cJSON_DeleteItemFromObjectCaseSensitive(lesson, "text");
    cJSON_AddStringToObject(lesson, "text", text && cs_utf8_valid(text, n) ? text : "");
    free(text);
    add_translations(dir, id, lesson);
    return lesson;
}

char *cs_lesson_teacher(const char *dir, const char *id) {
    size_t n;
    char *text = dir && cs_lesson_is_id(id) ? read_part(dir, id, "teacher.md", &n) : NULL;
    if (text && cs_utf8_valid(text, n)) return text;
    free(text);
    return NULL;
}
