/* Names, texts and steps, all made from events.def at compile time. */
#include "trace.h"

enum {
#define FLAG(id, bit, ...) F_##id = (bit),
#include "../events.def"
};

static const struct {
    const char *name, *text;
    uint8_t family;
} EVENTS[CS_EV_MAX] = {
#define EV(id, num, name, family, text) [num] = {name, text, CS_FAM_##family},
#include "../events.def"
};

static const char *const FAMILIES[CS_FAM_COUNT] = {
#define FAMILY(id, name, ...) [CS_FAM_##id] = name,
#include "../events.def"
};

static const char *const ROLES[CS_ROLE_COUNT] = {
#define ROLE(id, num, name, ...) [num] = name,
#include "../events.def"
};

static const char *const COPIERS[CS_COPIER_COUNT] = {
#define COPIER(id, num, name, ...) [num] = name,
#include "../events.def"
};

static const struct {
    const char *name, *function, *statement;
} SITES[CS_SITE_COUNT] = {
#define SITE(id, ...) [CS_SITE_##id] = {__VA_ARGS__},
#include "../events.def"
};

static const char *const RECS[CS_REC_MAX] = {
#define REC(id, num, name, ...) [num] = name,
#include "../events.def"
};

static const cs_rec_shape SHAPES[CS_REC_MAX] = {
#define REC(id, num, name, call, obj, arg, t, text)                                                                    \
    [num] = {CS_CALL_##call, CS_OPERAND_##obj, CS_OPERAND_##arg, CS_OPERAND_##t},
#include "../events.def"
};

static const cs_step STEPS[] = {
#define STEP(rec, ev, mask, want, role, outcome, site)                                                                 \
    {CS_REC_##rec, CS_EV_##ev, (mask), (want), CS_ROLE_##role, CS_OUT_##outcome, CS_SITE_##site},
#include "../events.def"
};
#define N_STEPS (sizeof STEPS / sizeof STEPS[0])

/* Counts through the list: FIRST_id is the index in STEPS of the row that follows REC(id). */
#define AT_LINE_(line) STEP_AT_##line
#define AT_LINE(line) AT_LINE_(line)
enum {
#define REC(id, ...) FIRST_##id, BEFORE_##id = FIRST_##id - 1,
#define STEP(...) AT_LINE(__LINE__),
#include "../events.def"
};

static const uint8_t FIRST_STEP[CS_REC_MAX] = {
#define REC(id, num, ...) [num] = FIRST_##id,
#include "../events.def"
};
_Static_assert(N_STEPS <= UINT8_MAX, "FIRST_STEP holds bytes");
_Static_assert(CS_REC_MAX <= UINT8_MAX && CS_EV_MAX <= UINT8_MAX, "records hold bytes");
_Static_assert(sizeof(cs_record) == 16 && sizeof(cs_object) == 32 && sizeof(cs_type) == 32, "as in the file");
_Static_assert(sizeof(cs_header) == 16 && sizeof(cs_chunk) == 16 && sizeof(cs_end) == 64, "as in the file");
_Static_assert(sizeof(cs_cam_header) == 32 && sizeof(cs_cam_op) == 32, "as in the file");

unsigned cs_expand(const cs_record *rec, const cs_step *steps[CS_MAX_STEPS]) {
    unsigned n = 0, role = cs_rec_role(rec);

    if (rec->kind >= CS_REC_MAX) return 0;
    for (size_t i = FIRST_STEP[rec->kind]; i < N_STEPS && STEPS[i].rec == rec->kind; i++) {
        const cs_step *step = &STEPS[i];
        bool holds = (rec->flags & step->mask) == step->want && (step->role == CS_ROLE_ANY || step->role == role);
        if (holds && n < CS_MAX_STEPS) steps[n++] = step;
    }
    return n;
}

const cs_rec_shape *cs_shape_of(unsigned kind) { return kind < CS_REC_MAX && RECS[kind] ? &SHAPES[kind] : NULL; }

bool cs_opens_call(const cs_record *rec) {
    const cs_rec_shape *shape = cs_shape_of(rec->kind);
    return shape && (shape->call == CS_CALL_OPENS || shape->call == CS_CALL_WHOLE) && !(rec->flags & CS_F_NO_CALL);
}

bool cs_closes_call(const cs_record *rec) {
    const cs_rec_shape *shape = cs_shape_of(rec->kind);
    return shape && (shape->call == CS_CALL_CLOSES || shape->call == CS_CALL_WHOLE);
}

/* The member of a table's row, or "?" for a number that is none. */
#define LOOKUP(table, i, member) ((i) < sizeof(table) / sizeof(table)[0] && (table)[i] member ? (table)[i] member : "?")

const char *cs_event_name(unsigned ev) { return LOOKUP(EVENTS, ev, .name); }

const char *cs_event_text(unsigned ev) { return LOOKUP(EVENTS, ev, .text); }

unsigned cs_event_family(unsigned ev) { return ev < CS_EV_MAX ? EVENTS[ev].family : 0; }

const char *cs_family_name(unsigned fam) { return LOOKUP(FAMILIES, fam, ); }

const char *cs_rec_name(unsigned rec) { return LOOKUP(RECS, rec, ); }

const char *cs_role_name(unsigned role) { return LOOKUP(ROLES, role, ); }

const char *cs_copier_name(unsigned copier) { return LOOKUP(COPIERS, copier, ); }

const char *cs_site_name(unsigned site) { return LOOKUP(SITES, site, .name); }

const char *cs_site_function(unsigned site) { return LOOKUP(SITES, site, .function); }

const char *cs_site_statement(unsigned site) { return LOOKUP(SITES, site, .statement); }

const char *cs_strerror(cs_error e) {
    static const char *const TEXTS[] = {
#define X(id, text) [CS_E_##id] = text,
        CS_ERRORS(X)
#undef X
    };
    return LOOKUP(TEXTS, (unsigned)e, );
}
