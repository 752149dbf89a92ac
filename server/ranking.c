#include "ranking.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "text.h"

#define ADVICE_MAX 600
#define PATH_COLUMNS 120u

static double percent(uint64_t part, uint64_t whole) { return whole ? 100.0 * (double)part / (double)whole : 0; }

/* 1234567 -> "1,234,567" */
static const char *grouped(uint64_t value, char out[32]) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, value), to = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = '\0';
    return out;
}

/* What a recorder counted and did not record, by META's "calls". */
static void print_missed(FILE *out, const cJSON *meta) {
    static const struct {
        const char *key, *text;
    } rows[] = {
        {"on_other_threads", "calls on other threads, while one was being recorded"},
        {"past_cap", "calls after the cap was reached"},
        {"without_file", "calls without a file to write to"},
        {"children", "forked children: those that copied have a trace of their own"},
        {"children_past_cap", "of these children, not recorded"},
    };
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(meta, "calls");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(calls, rows[i].key);
        if (cJSON_IsNumber(n) && n->valuedouble > 0)
            fprintf(out, "%-10s %.0f %s\n", i < 3 ? "missed" : "elsewhere", n->valuedouble, rows[i].text);
    }
}

static void print_head(FILE *out, const cs_callsites *sites, const cJSON *meta) {
    const cJSON *wall = cJSON_GetObjectItemCaseSensitive(meta, "wall_ns");
    char calls[32];
    fprintf(out, "%-10s %.3f ms in %s calls from %zu places, by the recording engine", "copying",
            (double)sites->ns / 1e6, grouped(sites->calls, calls), sites->count);
    if (cJSON_IsNumber(wall) && wall->valuedouble > 0)
        fprintf(out, "; %.1f %% of the program's %.0f ms", 100.0 * (double)sites->ns / wall->valuedouble,
                wall->valuedouble / 1e6);
    fputc('\n', out);
    print_missed(out, meta);
}

/* A long path by its end. */
static void print_path(FILE *out, const char *path) {
    size_t n = strlen(path);
    const char *tail = n > PATH_COLUMNS ? strchr(path + n - PATH_COLUMNS, '/') : NULL;
    if (tail) fputs("...", out);
    cs_print_clean(out, tail ? tail : path, tail ? strlen(tail) : n, PATH_COLUMNS);
}

static void print_site(FILE *out, const cs_callsites *sites, const cs_callsite *s) {
    char advice[ADVICE_MAX], calls[32], visits[32], bytes[32];
    fprintf(out, "%12.3f %5.1f %12s %14s %16s %5.0f %%  ", (double)s->ns / 1e6, percent(s->ns, sites->ns),
            grouped(s->calls, calls), grouped(s->visits, visits), grouped(s->bytes, bytes),
            percent(s->wasted_ns, s->ns));
    if (*s->file) print_path(out, s->file);
    else fputs("(caller not known)", out);
    fprintf(out, ":%" PRIu32, s->line);
    if (*s->function) {
        fputs(" in ", out);
        cs_print_clean(out, s->function, strlen(s->function), PATH_COLUMNS);
    }
    cs_advice(s, advice, sizeof advice);
    fputs("\n             ", out);
    cs_print_clean(out, advice, strlen(advice), ADVICE_MAX);
    fputc('\n', out);
}

void cs_ranking_print(FILE *out, const cs_callsites *sites, const cJSON *meta, size_t rows) {
    size_t shown = rows && rows < sites->count ? rows : sites->count;
    print_head(out, sites, meta);
    if (!shown) return;
    fprintf(out, "\n%12s %5s %12s %14s %16s %7s  %s\n", "time/ms", "%", "calls", "objects", "bytes made", "wasted",
            "where");
    for (size_t i = 0; i < shown; i++) print_site(out, sites, &sites->sites[i]);
    if (shown < sites->count) fprintf(out, "%12s %zu more: --sites 0 shows all\n", "", sites->count - shown);
    fputc('\n', out);
}

/* ---- JSON ---- */

static void add_text(cJSON *o, const char *key, const char *text) {
    char *clean = text ? cs_utf8_repair(text, strlen(text)) : NULL;
    if (clean) cJSON_AddStringToObject(o, key, clean);
    else cJSON_AddNullToObject(o, key);
    free(clean);
}

static cJSON *site_json(const cs_callsite *s) {
    char advice[ADVICE_MAX];
    cJSON *o = cJSON_CreateObject(), *kinds = cJSON_AddObjectToObject(o, "kinds");
    for (unsigned k = 0; k < CS_CALL_KINDS; k++)
        cJSON_AddNumberToObject(kinds, cs_call_kind_name((cs_call_kind)k), (double)s->kinds[k]);
    add_text(o, "file", s->file);
    cJSON_AddNumberToObject(o, "line", s->line);
    add_text(o, "function", s->function);
    cJSON_AddNumberToObject(o, "calls", (double)s->calls);
    cJSON_AddNumberToObject(o, "ns", (double)s->ns);
    cJSON_AddNumberToObject(o, "wasted_ns", (double)s->wasted_ns);
    cJSON_AddNumberToObject(o, "objects", (double)s->visits);
    cJSON_AddNumberToObject(o, "made", (double)s->made);
    cJSON_AddNumberToObject(o, "bytes", (double)s->bytes);
    cJSON_AddNumberToObject(o, "shapes", (double)s->shapes);
    add_text(o, "type", s->type_mixed ? NULL : s->type);
    add_text(o, "replacement", cs_replacement(s));
    if (s->measured > 0) cJSON_AddNumberToObject(o, "measured_ratio", s->measured);
    cs_advice(s, advice, sizeof advice);
    add_text(o, "advice", advice);
    return o;
}

void cs_ranking_json(cJSON *o, const cs_callsites *sites) {
    cJSON *calls = cJSON_AddObjectToObject(o, "calls"), *list = cJSON_AddArrayToObject(o, "call_sites");
    cJSON_AddNumberToObject(calls, "recorded", (double)sites->calls);
    cJSON_AddNumberToObject(calls, "ns", (double)sites->ns);
    for (size_t i = 0; i < sites->count; i++) cJSON_AddItemToArray(list, site_json(&sites->sites[i]));
}
