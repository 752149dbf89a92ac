#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "limits.h"

/* Length of the UTF-8 character that starts at s, or 0 when there is none (overlong, surrogate, cut). */
static size_t char_length(const unsigned char *s, size_t n) {
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xc2 || s[0] > 0xf4) return 0;
    size_t len = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (n < len) return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if (s[0] == 0xe0 && s[1] < 0xa0) return 0;
    if (s[0] == 0xed && s[1] > 0x9f) return 0;
    if (s[0] == 0xf0 && s[1] < 0x90) return 0;
    if (s[0] == 0xf4 && s[1] > 0x8f) return 0;
    return len;
}

bool cs_utf8_valid(const char *s, size_t n) {
    for (size_t i = 0, len; i < n; i += len)
        if ((len = char_length((const unsigned char *)s + i, n - i)) == 0) return false;
    return true;
}

char *cs_utf8_repair(const char *s, size_t n) {
    char *out = malloc(n * 3 + 1), *to = out;
    if (!out) return NULL;
    for (size_t i = 0; i < n;) {
        size_t len = char_length((const unsigned char *)s + i, n - i);
        if (len == 0) {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
            i++;
            continue;
        }
        memcpy(to, s + i, len);
        if (*to == '\0') *to = ' ';
        to += len;
        i += len;
    }
    *to = '\0';
    return out;
}

/* C0, DEL and, in UTF-8, C1: what a terminal would obey instead of showing. */
static bool is_control(const unsigned char *s, size_t len) {
    return (len == 1 && (s[0] < 0x20 || s[0] == 0x7f)) || (len == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

size_t cs_print_clean(FILE *out, const char *s, size_t n, size_t columns) {
    size_t printed = 0;
    for (size_t i = 0; i < n && printed < columns; printed++) {
        const unsigned char *at = (const unsigned char *)s + i;
        size_t len = char_length(at, n - i);
        if (len == 0 || is_control(at, len)) fputc('?', out);
        else fwrite(at, 1, len, out);
        i += len ? len : 1;
    }
    return printed;
}

bool cs_json_plain(const char *s, size_t n) {
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\0') return false;
        if (s[i] == '\\') {
            if (n - i >= 6 && memcmp(s + i, "\\u0000", 6) == 0) return false;
            i++; /* the escaped character, which may be a backslash or a quote */
        } else if (s[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (s[i] == '[' || s[i] == '{')) {
            if (++depth > CS_JSON_DEPTH) return false;
        } else if (!quoted && (s[i] == ']' || s[i] == '}')) {
            depth -= depth > 0;
        }
    }
    return true;
}

int64_t cs_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
