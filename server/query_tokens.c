#include "query_tokens.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cs_query_fault(cs_query_error *error, unsigned column, const char *expects, const char *words, ...) {
    va_list rest;
    error->column = column;
    error->expects = expects;
    va_start(rest, words);
    vsnprintf(error->words, sizeof error->words, words, rest); /* NOLINT(clang-analyzer-valist.Uninitialized): it is */
    va_end(rest);
}

/* UTF-16 units of the first n bytes. */
static unsigned units(const char *text, size_t n) {
    unsigned count = 0;
    for (size_t i = 0; i < n; i++)
        count += (((unsigned char)text[i] & 0xc0) != 0x80) + ((unsigned char)text[i] >= 0xf0);
    return count;
}

static bool is_first(char c) { return isalpha((unsigned char)c) || c == '_'; }
static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static size_t name_length(const char *at) {
    size_t n = 0;
    if (!is_first(*at)) return 0;
    for (;;) {
        while (is_word(at[n])) n++;
        if (at[n] != '.' || !is_first(at[n + 1])) return n;
        n++;
    }
}

static size_t number_length(const char *at) {
    size_t n = 0;
    if (!isdigit((unsigned char)*at)) return 0;
    if (*at == '0' && (at[1] == 'x' || at[1] == 'X')) n = 2 + strspn(at + 2, "0123456789abcdefABCDEF");
    else n = strspn(at, "0123456789_");
    return n == 2 && !isdigit((unsigned char)at[1]) && at[1] != '_' ? 0 : is_word(at[n]) || at[n] == '.' ? 0 : n;
}

static size_t text_length(const char *at) {
    if (*at != '"' && *at != '\'') return 0;
    for (size_t n = 1; at[n]; n++) {
        if (at[n] == *at) return n + 1;
        if (at[n] == '\\' && (!at[++n] || at[n] == '\n')) return 0;
    }
    return 0;
}

static size_t sign_length(const char *at) {
    static const char *const two[] = {"==", "!=", "<=", ">=", "&&", "||"};
    for (size_t i = 0; i < sizeof two / sizeof *two; i++)
        if (strncmp(at, two[i], 2) == 0) return 2;
    return *at && strchr("<>~!()", *at) ? 1 : 0;
}

static double number_of(const char *at, size_t n) {
    char digits[CS_QUERY_LONGEST + 1];
    size_t kept = 0;
    for (size_t i = 0; i < n && kept < CS_QUERY_LONGEST; i++)
        if (at[i] != '_') digits[kept++] = at[i];
    digits[kept] = '\0';
    return strtod(digits, NULL); /* hexadecimal, too */
}

/* Without its quotes; a backslash takes the next character as it is. */
static cs_query_value text_of(const char *at, size_t n) {
    char *out = malloc(n), *to = out;
    for (size_t i = 1; out && i + 1 < n; i++) *to++ = at[i] == '\\' ? at[++i] : at[i];
    return (cs_query_value){.text = out, .n = out ? (size_t)(to - out) : 0};
}

static bool is(const cs_token *t, const char *word) { return t->n == strlen(word) && memcmp(t->raw, word, t->n) == 0; }

static void take_name(cs_token *t) {
    t->kind = CS_TOKEN_NAME;
    if (is(t, "and") || is(t, "or") || is(t, "not")) {
        t->kind = CS_TOKEN_SIGN;
        snprintf(t->sign, sizeof t->sign, "%s", is(t, "and") ? "&&" : is(t, "or") ? "||" : "!");
    } else if (is(t, "true") || is(t, "false") || is(t, "none")) {
        t->kind = CS_TOKEN_CONSTANT;
        t->value = (cs_query_value){.none = is(t, "none"), .yes = is(t, "true")};
    }
}

/* Reads the token at t->raw; false: there is none. */
static bool take(cs_token *t) {
    if ((t->n = name_length(t->raw))) {
        take_name(t);
    } else if ((t->n = number_length(t->raw))) {
        t->kind = CS_TOKEN_NUMBER;
        t->value = (cs_query_value){.number = number_of(t->raw, t->n)};
    } else if ((t->n = text_length(t->raw))) {
        t->kind = CS_TOKEN_TEXT;
        t->value = text_of(t->raw, t->n);
    } else if ((t->n = sign_length(t->raw))) {
        t->kind = CS_TOKEN_SIGN;
        snprintf(t->sign, sizeof t->sign, "%.*s", (int)t->n, t->raw);
    }
    return t->n != 0;
}

static void unreadable(const cs_token *t, cs_query_error *error) {
    const char c = *t->raw;
    size_t n = isdigit((unsigned char)c) ? 0 : 1;
    if (!n)
        while (is_word(t->raw[n]) || t->raw[n] == '.') n++;
    while (((unsigned char)t->raw[n] & 0xc0) == 0x80) n++; /* a whole character */
    if (c == '"' || c == '\'') cs_query_fault(error, t->column, "quote", "this text is not closed: %c is missing", c);
    else if (c == '=') cs_query_fault(error, t->column, "equals", "== compares; a single = means nothing");
    else if (c == '&' || c == '|')
        cs_query_fault(error, t->column, "twice", "%c%c joins conditions; a single %c means nothing", c, c, c);
    else cs_query_fault(error, t->column, "sign", "%.*s means nothing here", (int)(n < 60 ? n : 60), t->raw);
}

size_t cs_query_tokens(const char *text, cs_token *list, cs_query_error *error) {
    size_t count = 0, end = strlen(text);
    if (units(text, end) > CS_QUERY_LONGEST) {
        cs_query_fault(error, CS_QUERY_LONGEST + 1, "shorter", "a query has at most %u characters", CS_QUERY_LONGEST);
        return 0;
    }
    while (end && isspace((unsigned char)text[end - 1])) end--;
    for (const char *at = text; at < text + end;) {
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        cs_token *t = &list[count++];
        *t = (cs_token){.raw = at, .column = units(text, (size_t)(at - text)) + 1};
        if (!take(t)) {
            unreadable(t, error);
            for (size_t i = 0; i < count; i++)
                if (list[i].kind == CS_TOKEN_TEXT) free((char *)list[i].value.text);
            return 0;
        }
        at += t->n;
    }
    list[count++] = (cs_token){.kind = CS_TOKEN_END, .raw = "", .column = units(text, end) + 1};
    return count;
}
