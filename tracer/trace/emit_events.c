/* cs-events --js: prints web/src/events.js, the vocabulary as the page reads it; --table: the rows of FORMAT.md. */
#include "trace.h"

#include <stdio.h>
#include <string.h>

enum {
#define FLAG(id, bit, ...) F_##id = (bit),
#include "../events.def"
};

static const struct {
    unsigned num;
    const char *name, *family, *text;
} EVENTS[] = {
#define EV(id, num, name, family, text) {num, name, #family, text},
#include "../events.def"
};

static const struct {
    const char *id, *name, *text;
} FAMILIES[] = {
#define FAMILY(id, name, text) {#id, name, text},
#include "../events.def"
};

typedef struct {
    unsigned num;
    const char *name, *text;
} numbered;

static const numbered ROLES[] = {
#define ROLE(id, num, name, text) {num, name, text},
#include "../events.def"
};

static const numbered COPIERS[] = {
#define COPIER(id, num, name, text) {num, name, text},
#include "../events.def"
};

static const numbered RECS[] = {
#define REC(id, num, name, call, obj, arg, t, text) {num, name, text},
#include "../events.def"
};

static const char *const CALLS[] = {
#define CALL(id, name, text) name,
#include "../events.def"
};

static const char *const OPERANDS[] = {
#define OPERAND(id, name, text) name,
#include "../events.def"
};

static const struct {
    unsigned bit;
    const char *id, *text;
} FLAGS[] = {
#define FLAG(id, bit, text) {bit, #id, text},
#include "../events.def"
};

static const cs_step STEPS[] = {
#define STEP(rec, ev, mask, want, role, outcome, site)                                                                 \
    {CS_REC_##rec, CS_EV_##ev, (mask), (want), CS_ROLE_##role, CS_OUT_##outcome, CS_SITE_##site},
#include "../events.def"
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void put_string(const char *s) {
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') putchar('\\');
        putchar(*s);
    }
    putchar('"');
}

static void put_member(const char *key, const char *value, const char *after) {
    printf("%s: ", key);
    put_string(value);
    fputs(after, stdout);
}

/* The file's lists are in order of their numbers, but a number may have been left out: null stands there. */
static void put_gap(unsigned *next, unsigned num) {
    for (; *next < num; ++*next) puts("  null,");
    ++*next;
}

static void put_families(void) {
    puts("\n/** Event families, by number. */\nexport const FAMILIES = [");
    for (size_t i = 0; i < COUNT(FAMILIES); i++) {
        put_member("  {name", FAMILIES[i].name, ", ");
        put_member("text", FAMILIES[i].text, "},\n");
    }
    puts("];");
}

static const char *family_name(const char *id) {
    for (size_t i = 0; i < COUNT(FAMILIES); i++)
        if (strcmp(FAMILIES[i].id, id) == 0) return FAMILIES[i].name;
    return "?";
}

static void put_events(void) {
    unsigned next = 0;
    puts("\n/** Logical events, by number; 0 is none. */\nexport const EVENTS = [");
    for (size_t i = 0; i < COUNT(EVENTS); i++) {
        put_gap(&next, EVENTS[i].num);
        put_member("  {name", EVENTS[i].name, ", ");
        put_member("family", family_name(EVENTS[i].family), ", ");
        put_member("text", EVENTS[i].text, "},\n");
    }
    puts("];");
}

static void put_flags(void) {
    puts("\n/** Bits of a record's flags. */\nexport const FLAGS = {");
    for (size_t i = 0; i < COUNT(FLAGS); i++) printf("  %s: %u, // %s\n", FLAGS[i].id, FLAGS[i].bit, FLAGS[i].text);
    puts("};");
}

static void put_numbered(const char *name, const char *doc, const numbered *rows, size_t n) {
    unsigned next = 0;
    printf("\n/** %s */\nexport const %s = [\n", doc, name);
    for (size_t i = 0; i < n; i++) {
        put_gap(&next, rows[i].num);
        put_member("  {name", rows[i].name, ", ");
        put_member("text", rows[i].text, "},\n");
    }
    puts("];");
}

static void put_sites(void) {
    puts("\n/** Lines of Lib/copy.py, by number. */\nexport const SITES = [");
    for (unsigned i = 0; i < CS_SITE_COUNT; i++) {
        put_member("  {name", cs_site_name(i), ", ");
        put_member("function", cs_site_function(i), ", ");
        put_member("statement", cs_site_statement(i), "},\n");
    }
    puts("];");
}

static void put_steps(unsigned rec) {
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        const cs_step *s = &STEPS[i];
        if (s->rec == rec)
            printf("    {event: %u, mask: %u, want: %u, role: %u, outcome: %u, site: %u},\n", s->event, s->mask,
                   s->want, s->role, s->outcome, s->site);
    }
}

static void put_recs(void) {
    unsigned next = 0;
    puts("\n/**\n * Record kinds, by number; 0 is none.  A record expands to the steps with (flags & mask) === want "
         "and\n"
         " * role 15 (any) or the record's own.  Outcome: 0 none, 1 no, 2 yes, 3 as the record's YES bit says.\n"
         " * `call`: what it does to the call of deepcopy() it belongs to; `obj`, `arg`, `t`: what its fields are.\n "
         "*/\n"
         "export const RECS = [");
    for (size_t i = 0; i < COUNT(RECS); i++) {
        put_gap(&next, RECS[i].num);
        put_member("  {name", RECS[i].name, ", ");
        put_member("text", RECS[i].text, ",\n   ");
        const cs_rec_shape *shape = cs_shape_of(RECS[i].num);
        put_member("call", CALLS[shape->call], ", ");
        put_member("obj", OPERANDS[shape->obj], ", ");
        put_member("arg", OPERANDS[shape->arg], ", ");
        put_member("t", OPERANDS[shape->t], ", steps: [\n");
        put_steps(RECS[i].num);
        puts("  ]},");
    }
    puts("];");
}

/* The beginnings of the rows of FORMAT.md's table of records. */
static void put_table(void) {
    for (size_t i = 0; i < COUNT(RECS); i++) {
        const cs_rec_shape *s = cs_shape_of(RECS[i].num);
        printf("| %u | `%s` | %s | %s | %s | %s |\n", RECS[i].num, RECS[i].name, CALLS[s->call], OPERANDS[s->obj],
               OPERANDS[s->arg], OPERANDS[s->t]);
    }
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--table") == 0) {
        put_table();
        return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 3;
    }
    if (argc != 2 || strcmp(argv[1], "--js") != 0) {
        fputs("usage: cs-events --js > web/src/events.js, or cs-events --table\n", stderr);
        return 2;
    }
    puts("// Generated from tracer/events.def by cs-events: do not edit, run `make events`.");
    put_families();
    put_events();
    put_flags();
    put_numbered("ROLES", "Why deepcopy() was called on an object, by number.", ROLES, COUNT(ROLES));
    put_numbered("COPIERS", "What the dispatch table answered for a type, by number.", COPIERS, COUNT(COPIERS));
    put_sites();
    put_recs();
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 3;
}
