#include "tap.h"
#include "trace.h"

#include <string.h>

static const struct {
    unsigned rec, ev;
} ROWS[] = {
#define STEP(rec, ev, ...) {CS_REC_##rec, CS_EV_##ev},
#include "../../tracer/events.def"
};

static unsigned expand(uint8_t kind, uint8_t flags, unsigned role, uint8_t events[CS_MAX_STEPS]) {
    const cs_step *steps[CS_MAX_STEPS];
    cs_record r = {.kind = kind, .flags = flags, .pack = CS_PACK(0, role, 0)};
    unsigned n = cs_expand(&r, steps);
    for (unsigned i = 0; i < n; i++) events[i] = steps[i]->event;
    return n;
}

static void expands_to(uint8_t kind, uint8_t flags, unsigned role, unsigned n, const uint8_t *expected) {
    uint8_t events[CS_MAX_STEPS];
    if (CHECK(expand(kind, flags, role, events) == n)) CHECK(memcmp(events, expected, n) == 0);
}
#define EXPANDS(kind, flags, role, ...)                                                                                \
    expands_to(CS_REC_##kind, (flags), CS_ROLE_##role, sizeof((uint8_t[]){__VA_ARGS__}), (uint8_t[]){__VA_ARGS__})

static void test_names(void) {
    CHECK(strcmp(cs_event_name(CS_EV_MEMO_GET), "memo_get") == 0);
    CHECK(strcmp(cs_event_text(CS_EV_RETURN), "deepcopy(x) returns") == 0);
    CHECK(cs_event_family(CS_EV_MEMO_GET) == CS_FAM_MEMO);
    CHECK(strcmp(cs_family_name(CS_FAM_FAST), "fast") == 0);
    CHECK(strcmp(cs_rec_name(CS_REC_KEEP_FIRST), "keep_first") == 0);
    CHECK(strcmp(cs_role_name(CS_ROLE_DICT_KEY), "dict_key") == 0);
    CHECK(strcmp(cs_copier_name(CS_COPIER_TUPLE), "tuple") == 0);
    CHECK(strcmp(cs_site_function(CS_SITE_KEEP_GET), "_keep_alive") == 0);
    CHECK(strcmp(cs_site_statement(CS_SITE_MEMO_GET), "y = memo.get(d, _nil) | y = get(d, _nil)") == 0);
    claim("names and texts are those of events.def");

    for (unsigned i = 1; i < CS_EV_MAX; i++)
        CHECK(strcmp(cs_event_name(i), "?") != 0 && cs_event_family(i) < CS_FAM_COUNT);
    for (unsigned i = 1; i < CS_REC_MAX; i++) CHECK(strcmp(cs_rec_name(i), "?") != 0);
    claim("no number in the lists was left out");

    CHECK(strcmp(cs_event_name(0), "?") == 0 && strcmp(cs_event_name(255), "?") == 0);
    CHECK(strcmp(cs_rec_name(0), "?") == 0 && strcmp(cs_rec_name(CS_REC_MAX), "?") == 0);
    CHECK(strcmp(cs_role_name(CS_ROLE_ANY), "?") == 0 && strcmp(cs_site_name(9999), "?") == 0);
    CHECK(strcmp(cs_family_name(99), "?") == 0 && strcmp(cs_copier_name(99), "?") == 0);
    CHECK(strcmp(cs_strerror((cs_error)-1), "?") == 0 && strcmp(cs_strerror(CS_E_CRC), "chunk checksum differs") == 0);
    claim("a number that is none is called ?");
}

static void test_expansion(void) {
    EXPANDS(ROOT, 0, ROOT, CS_EV_CALL, CS_EV_MEMO_NEW);
    EXPANDS(ROOT, CS_F_YES, ROOT, CS_EV_CALL, CS_EV_MEMO_GIVEN);
    EXPANDS(ATOM, 0, LIST_ELEM, CS_EV_CALL, CS_EV_MEMO_GET, CS_EV_DISPATCH, CS_EV_ATOMIC, CS_EV_RETURN, CS_EV_APPEND);
    EXPANDS(ATOM, CS_F_NO_GET, DICT_KEY, CS_EV_CALL, CS_EV_DISPATCH, CS_EV_ATOMIC, CS_EV_RETURN);
    EXPANDS(MISS, CS_F_NO_CALL, ROOT, CS_EV_MEMO_GET, CS_EV_DISPATCH);
    EXPANDS(MISS, CS_F_DISPATCH_FIRST, ROOT, CS_EV_CALL, CS_EV_DISPATCH, CS_EV_MEMO_GET);
    EXPANDS(HIT, 0, TUPLE_ELEM, CS_EV_CALL, CS_EV_MEMO_GET, CS_EV_RETURN);
    EXPANDS(KEEP_FIRST, 0, LIST_ELEM, CS_EV_KEEP_GET, CS_EV_KEEP_NEW, CS_EV_RETURN, CS_EV_APPEND);
    claim("a record expands to the steps that its flags and role ask for");

    const cs_step *steps[CS_MAX_STEPS];
    cs_record preset = {.kind = CS_REC_PRESET}, none = {.kind = 0}, unknown = {.kind = 255};
    CHECK(cs_expand(&preset, steps) == 0 && cs_expand(&none, steps) == 0 && cs_expand(&unknown, steps) == 0);
    claim("a record without steps, and a kind that is none, expand to nothing");
}

/* Rows of one record stand together: a row that strayed would never be reached. */
static void test_every_row(void) {
    bool reached[sizeof ROWS / sizeof ROWS[0]] = {false};
    for (unsigned kind = 0; kind < 256; kind++)
        for (unsigned flags = 0; flags < 256; flags++)
            for (unsigned role = 0; role < CS_ROLE_COUNT; role++) {
                uint8_t events[CS_MAX_STEPS];
                unsigned n = expand((uint8_t)kind, (uint8_t)flags, role, events);
                for (size_t i = 0; n && i < sizeof ROWS / sizeof ROWS[0]; i++)
                    for (unsigned e = 0; e < n; e++) reached[i] |= ROWS[i].rec == kind && ROWS[i].ev == events[e];
            }
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) CHECK(reached[i]);
    claim("every row of events.def is reached by some record");
}

static void test_few_enough(void) {
    for (unsigned kind = 0; kind < CS_REC_MAX; kind++) {
        unsigned rows = 0;
        for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) rows += ROWS[i].rec == kind;
        CHECK(rows <= CS_MAX_STEPS);
    }
    claim("no record has more rows than CS_MAX_STEPS");
}

int main(void) {
    test_names();
    test_expansion();
    test_every_row();
    test_few_enough();
    return tap_end();
}
