#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "citation.h"
#include "labels.h"
#include "meta.h"
#include "notes.h"
#include "part_file.h"
#include "subcommands.h"
#include "table.h"

#define STEPS_MAX 200u /* without a range of events */

static void put(cs_export *x, const cs_markup *m, const char *before, const char *mono, const char *after) {
    m->text(x->out, before);
    m->mono(x->out, mono);
    m->text(x->out, after);
}

static void number_cell(cs_export *x, const cs_markup *m, size_t column, uint64_t n) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, n);
    m->cell(x->out, column);
    m->text(x->out, text);
}

static void text_cell(cs_export *x, const cs_markup *m, size_t column, const char *text) {
    m->cell(x->out, column);
    if (*text) m->mono(x->out, text);
}

/* ---- where it comes from ---- */

static void put_digest(cs_export *x, const cs_markup *m) {
    char text[CS_DIGEST_LENGTH + 1];
    cs_digest_text(x->trace, text);
    if (*text) put(x, m, " SHA-256 of the recording: ", text, ".");
}

static void origin(cs_export *x, const cs_markup *m) {
    char verdict[512];
    const char *python = cs_meta_string(x->meta, "python"), *policy = cs_meta_string(x->meta, "policy");
    const char *created = cs_meta_string(x->meta, "created"), *op = cs_meta_string(x->meta, "op");
    const char *recorder = cs_meta_string(x->meta, "recorder");
    m->text(x->out, "Recorded by copyscope " CS_VERSION_TEXT);
    m->text(x->out, recorder && strcmp(recorder, "witness") == 0 ? ", by watching a copy.py: " : ": ");
    put(x, m, "", op && *op ? op : "deepcopy", "()");
    if (python) put(x, m, " as of CPython ", python, "");
    if (policy) put(x, m, ", policy ", policy, "");
    if (created) put(x, m, ", ", created, "");
    m->text(x->out, ". ");
    cs_meta_verdict(x->meta, verdict, sizeof verdict);
    m->text(x->out, verdict);
    m->text(x->out, ".");
    put_digest(x, m);
    m->paragraph(x->out);
}

/* ---- counts ---- */

static void counts(cs_export *x, const cs_markup *m) {
    static const char *const titles[] = {"", "count"};
    const cs_counts c = cs_count_events(x->trace);
    const struct {
        const char *name;
        uint64_t n;
    } rows[] = {
        {"events", c.events}, {"memo lookups", c.lookups}, {"of these hits", c.hits}, {"slots visited", c.probes}};
    m->heading(x->out, "Counts");
    m->table(x->out, "lr", titles);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        m->cell(x->out, 0);
        m->text(x->out, rows[i].name);
        number_cell(x, m, 1, rows[i].n);
        m->row(x->out);
    }
    for (unsigned f = 0; f < CS_FAM_COUNT; f++) {
        m->cell(x->out, 0);
        put(x, m, "events of family ", cs_family_name(f), "");
        number_cell(x, m, 1, c.families[f]);
        m->row(x->out);
    }
    m->table_end(x->out);
}

/* ---- steps ---- */

static void step_row(cs_export *x, const cs_markup *m) {
    char name[CS_LABEL_MAX];
    const cs_walk *w = &x->walk;
    number_cell(x, m, 0, w->n);
    number_cell(x, m, 1, w->depth);
    text_cell(x, m, 2, cs_event_name(w->step->event));
    cs_label(w, w->record->obj, name);
    text_cell(x, m, 3, cs_walk_object(w, w->record->obj) ? name : "");
    text_cell(x, m, 4, cs_outcome_word(w));
    m->cell(x->out, 5);
    if (w->probed) fprintf(x->out, "%u", w->probes);
    m->cell(x->out, 6);
    m->text(x->out, cs_event_text(w->step->event));
    m->row(x->out);
}

static void steps(cs_export *x, const cs_markup *m) {
    static const char *const titles[] = {"n", "depth", "event", "object", "outcome", "probes", "what"};
    const uint64_t all = cs_trace_events(x->trace);
    uint64_t last = x->last;
    if (!x->options->first && last > STEPS_MAX) last = STEPS_MAX;
    m->heading(x->out, "Steps");
    m->table(x->out, "rrlllrl", titles);
    while (x->walk.n < last && cs_walk_next(&x->walk) && !ferror(x->out))
        if (x->walk.n >= x->first) step_row(x, m);
    m->table_end(x->out);
    if (last < x->last && !x->options->first) {
        char words[120];
        snprintf(words, sizeof words, "%" PRIu64 " more of %" PRIu64 " events are not listed.", all - last, all);
        m->text(x->out, words);
        m->paragraph(x->out);
    }
}

/* ---- snippet, notes, figure ---- */

static void snippet(cs_export *x, const cs_markup *m) {
    const char *code = cs_meta_string(x->meta, "code");
    if (!code || !*code) return;
    m->heading(x->out, "Snippet");
    m->code(x->out, code);
}

static void notes(cs_export *x, const cs_markup *m) {
    static const char *const titles[] = {"event", "by", "note"};
    size_t refused;
    cJSON *all = cs_notes_load(x->trace, &refused), *note;
    if (cJSON_GetArraySize(all)) {
        m->heading(x->out, "Notes");
        m->table(x->out, "rll", titles);
        cJSON_ArrayForEach(note, all) {
            number_cell(x, m, 0, cs_note_event(note) + 1);
            m->cell(x->out, 1);
            m->text(x->out, cs_note_author(note));
            m->cell(x->out, 2);
            m->text(x->out, cs_note_text(note));
            m->row(x->out);
        }
        m->table_end(x->out);
    }
    cJSON_Delete(all);
}

/* A figure of the views asked for, in a file beside the report. */
static int figure(cs_export *x, const cs_markup *m) {
    char path[CS_PART_PATH], part[CS_PART_PATH], caption[80];
    const char *output = x->options->output;
    if (!x->options->views) return 0;
    if (!output) {
        fputs("copyscope export: --views draws a figure beside the report: say with -o where\n", stderr);
        errno = ECANCELED;
        return -1;
    }
    const char *dot = strrchr(output, '.'), *slash = strrchr(output, '/');
    const size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - output) : strlen(output);
    const uint64_t n = x->options->step ? x->options->step : x->first;
    if (snprintf(path, sizeof path, "%.*s-%04" PRIu64 ".%s", (int)stem, output, n, m->pictures->ending) >=
        (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    cs_export_options options = *x->options;
    options.first = options.last = 0;
    options.step = n;
    FILE *file = cs_part_open(path, part);
    if (!file || cs_part_close(file, path, part, cs_export_run(m->pictures, x->trace, file, &options)) != 0) return -1;
    snprintf(caption, sizeof caption, "Event %" PRIu64 " of %" PRIu64 ".", n, cs_trace_events(x->trace));
    slash = strrchr(path, '/');
    m->figure(x->out, slash ? slash + 1 : path, x->options->caption ? x->options->caption : caption);
    return 0;
}

int cs_report(cs_export *x, const cs_markup *m) {
    const char *title = cs_meta_string(x->meta, "title");
    m->begin(x->out, title && *title ? title : "copyscope", x->options->fragment);
    origin(x, m);
    snippet(x, m);
    if (figure(x, m) != 0) return -1;
    counts(x, m);
    notes(x, m);
    steps(x, m);
    m->end(x->out, x->options->fragment);
    return 0;
}
