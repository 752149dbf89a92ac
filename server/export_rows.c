/* CSV and NDJSON: a row for each event, the same columns, for pandas, DuckDB and Spark. */
#include <inttypes.h>

#include "export.h"
#include "labels.h"

enum { NUMBER, TEXT, BOOLEAN };

typedef struct {
    int kind;
    const char *name;
} column;

static const column columns[] = {{NUMBER, "n"},          {NUMBER, "time_ns"}, {BOOLEAN, "timed"},  {NUMBER, "depth"},
                                 {TEXT, "family"},       {TEXT, "event"},     {TEXT, "role"},      {NUMBER, "object"},
                                 {TEXT, "name"},         {TEXT, "type"},      {NUMBER, "address"}, {TEXT, "outcome"},
                                 {NUMBER, "log2_slots"}, {NUMBER, "probes"},  {TEXT, "site"}};
#define COLUMNS (sizeof columns / sizeof *columns)

_Static_assert(COLUMNS <= CS_ROW_COLUMNS_MAX, "more columns than others have room for");

const char *cs_row_column(size_t i) { return i < COLUMNS ? columns[i].name : NULL; }
char cs_row_kind(size_t i) { return "ntb"[columns[i].kind]; }

typedef struct {
    uint64_t number[COLUMNS];
    const char *text[COLUMNS];
} row;

static void fill(const cs_export *x, row *r, char name[CS_LABEL_MAX]) {
    const cs_walk *w = &x->walk;
    const cs_object *o = cs_walk_object(w, w->record->obj);
    cs_label(w, w->record->obj, name);
    *r = (row){
        .number = {[0] = w->n,
                   [1] = w->time,
                   [2] = w->timed,
                   [3] = w->depth,
                   [7] = w->record->obj,
                   [10] = o ? o->addr : 0,
                   [12] = w->probed ? w->lg : 0,
                   [13] = w->probed ? w->probes : 0},
        .text = {[4] = cs_family_name(cs_event_family(w->step->event)),
                 [5] = cs_event_name(w->step->event),
                 [6] = cs_role_name(cs_rec_role(w->record)),
                 [8] = o ? name : "",
                 [9] = o ? cs_export_type(x, w->record->obj) : "",
                 [11] = cs_outcome_word(w),
                 [14] = cs_site_name(w->step->site)},
    };
}

static void csv_begin(cs_export *x) {
    for (size_t i = 0; i < COLUMNS; i++) fprintf(x->out, "%s%s", i ? "," : "", columns[i].name);
    fputs("\r\n", x->out);
}

static void csv_event(cs_export *x) {
    char name[CS_LABEL_MAX];
    row r;
    fill(x, &r, name);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i) fputc(',', x->out);
        if (columns[i].kind == TEXT) cs_put_csv(x->out, r.text[i]);
        else if (columns[i].kind == BOOLEAN) fputs(r.number[i] ? "true" : "false", x->out);
        else fprintf(x->out, "%" PRIu64, r.number[i]);
    }
    fputs("\r\n", x->out);
}

static void ndjson_event(cs_export *x) {
    char name[CS_LABEL_MAX];
    row r;
    fill(x, &r, name);
    for (size_t i = 0; i < COLUMNS; i++) {
        fprintf(x->out, "%s\"%s\":", i ? "," : "{", columns[i].name);
        if (columns[i].kind == TEXT) cs_put_json(x->out, r.text[i]);
        else if (columns[i].kind == BOOLEAN) fputs(r.number[i] ? "true" : "false", x->out);
        else fprintf(x->out, "%" PRIu64, r.number[i]);
    }
    fputs("}\n", x->out);
}

const cs_exporter cs_export_csv = {.name = "csv",
                                   .ending = "csv",
                                   .text = "a row for each event: pandas, DuckDB, spreadsheets",
                                   .begin = csv_begin,
                                   .event = csv_event};
const cs_exporter cs_export_ndjson = {.name = "ndjson",
                                      .ending = "ndjson",
                                      .text = "the same as one JSON object a line: DuckDB, Spark, jq",
                                      .event = ndjson_event};
