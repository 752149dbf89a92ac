#include "advice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define REPEATED 8u /* copies of one shape from which on it is worth a word */

cs_call_kind cs_main_kind(const cs_callsite *s) {
    unsigned most = 0;
    for (unsigned k = 1; k < CS_CALL_KINDS; k++)
        if (s->kinds[k] > s->kinds[most]) most = k;
    return (cs_call_kind)most;
}

static bool is(const char *name, bool mixed, const char *wanted) { return name && !mixed && strcmp(name, wanted) == 0; }

static const char *for_rows(const cs_callsite *s) {
    bool lists = is(s->child, s->child_mixed, "list"), dicts = is(s->child, s->child_mixed, "dict");
    if (is(s->type, s->type_mixed, "list"))
        return lists ? "[list(r) for r in x]" : dicts ? "[dict(r) for r in x]" : NULL;
    if (is(s->type, s->type_mixed, "dict"))
        return lists ? "{k: list(v) for k, v in x.items()}" : dicts ? "{k: dict(v) for k, v in x.items()}" : NULL;
    return NULL;
}

const char *cs_replacement(const cs_callsite *s) {
    switch (cs_main_kind(s)) {
    case CS_CALL_UNCHANGED: return "x";
    case CS_CALL_FLAT:
        return is(s->type, s->type_mixed, "list") ? "list(x)" : is(s->type, s->type_mixed, "dict") ? "dict(x)" : NULL;
    case CS_CALL_FLAT_OBJECT: return "copy.copy(x)";
    case CS_CALL_ROWS: return for_rows(s);
    default: return NULL;
    }
}

/* ---- the words ---- */

typedef struct {
    char *out;
    size_t used, room;
} line;

/* n: what snprintf() returned. */
static void advance(line *l, int n) {
    if (n > 0) l->used = l->used + (size_t)n < l->room ? l->used + (size_t)n : l->room - 1;
}
#define say(l, ...) advance(l, snprintf((l)->out + (l)->used, (l)->room - (l)->used, __VA_ARGS__))

/* "list of 3 int", "dict of 1 to 20", "Model" */
static void say_object(line *l, const cs_callsite *s, bool with_leaf) {
    say(l, "%.60s", s->type && !s->type_mixed ? s->type : "objects");
    if (!s->most) return;
    if (s->least == s->most) say(l, " of %" PRIu64, s->most);
    else say(l, " of %" PRIu64 " to %" PRIu64, s->least, s->most);
    if (with_leaf && s->leaf && !s->leaf_mixed) say(l, " %.60s", s->leaf);
}

static void say_kind(line *l, const cs_callsite *s) {
    switch (cs_main_kind(s)) {
    case CS_CALL_UNCHANGED:
        say(l, "comes back unchanged: ");
        say_object(l, s, false);
        break;
    case CS_CALL_FLAT:
        say(l, "flat ");
        say_object(l, s, true);
        break;
    case CS_CALL_FLAT_OBJECT:
        say(l, "%.60s with an atomic state", s->type && !s->type_mixed ? s->type : "objects");
        break;
    case CS_CALL_ROWS:
        say_object(l, s, false);
        say(l, " flat %.60ss", s->child && !s->child_mixed ? s->child : "container");
        break;
    case CS_CALL_PLAIN:
        say(l, "nested ");
        say_object(l, s, false);
        say(l, ", plain data, nothing in it twice");
        break;
    case CS_CALL_RAISED: say(l, "the copy raised or was not recorded to its end"); break;
    default: say_object(l, s, false); break;
    }
}

static void say_what_to_do(line *l, const cs_callsite *s) {
    const char *replacement = cs_replacement(s);
    cs_call_kind kind = cs_main_kind(s);
    if (kind == CS_CALL_UNCHANGED) say(l, "; leave the copy out");
    else if (kind == CS_CALL_FLAT_OBJECT) say(l, "; copy.copy(x) makes an equal copy, if the class has no __copy__");
    else if (kind == CS_CALL_PLAIN) say(l, "; one comprehension a level makes an equal copy");
    else if (replacement) say(l, "; %s makes an equal copy", replacement);
    if (s->measured > 0) say(l, ", in 1/%.*f of the time (measured now on the like)", s->measured < 10, s->measured);
}

static void say_repeats(line *l, const cs_callsite *s) {
    cs_call_kind kind = cs_main_kind(s);
    if (s->calls < REPEATED || s->shapes * REPEATED > s->calls || kind == CS_CALL_RAISED) return;
    say(l, "; %" PRIu64 " calls copy %" PRIu64 " shape%s", s->calls, s->shapes, s->shapes == 1 ? "" : "s");
    if (kind == CS_CALL_PLAIN || kind == CS_CALL_ROWS) say(l, ": code that builds it need not visit a template");
}

void cs_advice(const cs_callsite *s, char *out, size_t n) {
    line l = {.out = out, .room = n};
    uint64_t same = s->kinds[cs_main_kind(s)];
    *out = '\0';
    if (same < s->calls) say(&l, "%" PRIu64 " of %" PRIu64 " calls: ", same, s->calls);
    say_kind(&l, s);
    size_t described = l.used;
    say_what_to_do(&l, s);
    if (!cs_replacement(s)) say_repeats(&l, s);
    if (l.used == described && cs_main_kind(s) == CS_CALL_OTHER)
        say(&l, "; the trace proves no cheaper copy that is equal");
}
