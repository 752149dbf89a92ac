#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "text.h"

#define EXACT_MAX 9007199254740991.0 /* 2^53 - 1: past it, two whole numbers are one double */
#define NUMBER_MAX 40                /* characters of a number */

typedef struct {
    const char *at, *end;
} cursor;

static bool value(cursor *c, unsigned depth);

static void skip_space(cursor *c) {
    while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')) c->at++;
}

static bool take(cursor *c, char wanted) {
    if (c->at == c->end || *c->at != wanted) return false;
    c->at++;
    return true;
}

static bool take_word(cursor *c, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n) != 0) return false;
    c->at += n;
    return true;
}

static bool is_digit(const cursor *c) { return c->at < c->end && *c->at >= '0' && *c->at <= '9'; }

static bool digits(cursor *c) {
    if (!is_digit(c)) return false;
    while (is_digit(c)) c->at++;
    return true;
}

/* Is it the number that will be read?  A fraction is rounded, as everybody expects. */
static bool is_held(const char *text, size_t n, bool whole) {
    char copy[NUMBER_MAX + 1];
    if (n > NUMBER_MAX) return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    double number = strtod(copy, NULL);
    return isfinite(number) && (!whole || fabs(number) <= EXACT_MAX);
}

static bool number(cursor *c) {
    const char *start = c->at;
    bool whole = true;
    take(c, '-');
    if (!take(c, '0') && !digits(c)) return false;
    if (take(c, '.')) {
        whole = false;
        if (!digits(c)) return false;
    }
    if (take(c, 'e') || take(c, 'E')) {
        whole = false;
        if (!take(c, '+')) take(c, '-');
        if (!digits(c)) return false;
    }
    return is_held(start, (size_t)(c->at - start), whole);
}

/* Four hexadecimal digits, or -1. */
static long code_unit(cursor *c) {
    char copy[5] = "";
    if (c->end - c->at < 4) return -1;
    memcpy(copy, c->at, 4);
    if (strspn(copy, "0123456789abcdefABCDEF") != 4) return -1;
    c->at += 4;
    return strtol(copy, NULL, 16);
}

/* After a backslash. */
static bool escape(cursor *c) {
    if (c->at < c->end && *c->at && strchr("\"\\/bfnrt", *c->at)) {
        c->at++;
        return true;
    }
    long unit = take(c, 'u') ? code_unit(c) : -1;
    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return false;
    if (unit < 0xd800 || unit > 0xdbff) return true;
    long low = take_word(c, "\\u") ? code_unit(c) : -1;
    return low >= 0xdc00 && low <= 0xdfff;
}

static bool string(cursor *c) {
    if (!take(c, '"')) return false;
    while (c->at < c->end && *c->at != '"') {
        if ((unsigned char)*c->at < 0x20) return false;
        bool escaped = *c->at++ == '\\';
        if (escaped && !escape(c)) return false;
    }
    return take(c, '"');
}

/* The members of an object, or the items of an array, after the bracket that opens it. */
static bool members(cursor *c, char closing, unsigned depth) {
    skip_space(c);
    if (take(c, closing)) return true;
    do {
        skip_space(c);
        if (closing == '}') {
            if (!string(c)) return false;
            skip_space(c);
            if (!take(c, ':')) return false;
        }
        if (!value(c, depth)) return false;
        skip_space(c);
    } while (take(c, ','));
    return take(c, closing);
}

static bool value(cursor *c, unsigned depth) { /* NOLINT(misc-no-recursion): CS_JSON_DEPTH bounds it */
    skip_space(c);
    if (c->at == c->end) return false;
    switch (*c->at) {
    case '{': return depth < CS_JSON_DEPTH && (c->at++, members(c, '}', depth + 1));
    case '[': return depth < CS_JSON_DEPTH && (c->at++, members(c, ']', depth + 1));
    case '"': return string(c);
    case 't': return take_word(c, "true");
    case 'f': return take_word(c, "false");
    case 'n': return take_word(c, "null");
    default: return number(c);
    }
}

bool cs_json_strict(const char *text, size_t n) {
    cursor c = {text, text + n};
    if (!cs_utf8_valid(text, n) || !value(&c, 0)) return false;
    skip_space(&c);
    return c.at == c.end;
}

/* Names as they were decoded: "\u006fp" is "op". */
static bool is_unique(const cJSON *item) { /* NOLINT(misc-no-recursion): CS_JSON_DEPTH bounds it */
    size_t count = 0;
    for (const cJSON *member = item->child; member; member = member->next) {
        if (cJSON_IsObject(item) && ++count > CS_JSON_MEMBERS) return false;
        for (const cJSON *other = member->next; cJSON_IsObject(item) && other; other = other->next)
            if (strcmp(member->string, other->string) == 0) return false;
        if (!is_unique(member)) return false;
    }
    return true;
}

cJSON *cs_json_object(const char *text, size_t n) {
    cJSON *object = cs_json_strict(text, n) ? cJSON_ParseWithLength(text, n) : NULL;
    if (object && cJSON_IsObject(object) && is_unique(object)) return object;
    cJSON_Delete(object);
    return NULL;
}
