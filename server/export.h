/* A trace in the formats of other tools: one source file for each, behind one struct. */
#ifndef CS_EXPORT_H
#define CS_EXPORT_H

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>

#include "walk.h"

/* A call that is open at the present event. */
typedef struct {
    uint32_t obj, number; /* number: among all calls, from 1 */
    uint64_t events;      /* of its own so far, those of the calls in it left out */
} cs_export_call;

typedef struct {
    uint64_t first, last; /* events, from 1, both included; 0: from the first, to the end */
    /* Writes the trace's own bytes, as far as they are valid.  Returns 0, or -1 and errno. */
    int (*bytes)(void *ctx, FILE *out);
    void *ctx;
    const char *name;    /* of the trace's file */
    uint64_t step;       /* event that a page opens at, from 1; 0: its first */
    const char *caption; /* of figures; NULL: what the page says of the event */
    const char *size;    /* WxH of the window that figures are drawn of; NULL: as it comes */
    const char *output;  /* path of the file; NULL: it goes to the terminal */
    bool fragment;       /* reports: what stands in a document, without its beginning and end */
    bool anonymise;      /* cst, html: nobody's texts */
    bool quiet;          /* no progress, no remarks on stderr */
    const char *views;   /* what a page shows: a layout, or views between commas; NULL: as it comes */
} cs_export_options;

typedef struct {
    const cs_trace *trace;
    const cs_export_options *options;
    const cJSON *meta;
    FILE *out;
    uint64_t first, last; /* events, from 1; both included */
    cs_walk walk;
    cs_export_call *calls; /* outermost first */
    size_t depth, room;
    uint64_t written; /* rows, events or edges, for the separator before the next */
    bool *seen;       /* by ref: the object has its node */
    uint32_t *walker; /* by ref: number of the call that followed its references first; 0: none did */
    uint32_t opened;  /* calls so far */
} cs_export;

typedef struct {
    const char *name, *ending, *text; /* ending: of a file's name */
    bool frames;                      /* with a range it writes a file for each event itself, see output */
    bool local;                       /* made by a program of this machine: no server starts that for a page */
    /* Of a format that is not made of events; then there is nothing else.  Returns 0, or -1 and errno. */
    int (*whole)(cs_export *x);
    void (*begin)(cs_export *x);
    void (*open)(cs_export *x);  /* the innermost of calls has just been opened, or was open where the range begins */
    void (*event)(cs_export *x); /* any event of the range */
    void (*close)(cs_export *x); /* the innermost of calls is about to be closed, or is open where the range ends */
    void (*end)(cs_export *x);
} cs_exporter;

extern const cs_exporter cs_export_csv, cs_export_ndjson, cs_export_chrome, cs_export_speedscope, cs_export_folded,
    cs_export_dot, cs_export_graphml, cs_export_html, cs_export_svg, cs_export_png, cs_export_pdf, cs_export_animation,
    cs_export_markdown, cs_export_latex, cs_export_cst, cs_export_parquet, cs_export_vcd, cs_export_fst,
    cs_export_wavedrom;

/* NULL: there is none of that name. */
const cs_exporter *cs_exporter_find(const char *name);
/* The i-th, or NULL past the last. */
const cs_exporter *cs_exporter_at(size_t i);

/* Returns 0, or -1 and errno; write errors are ferror(out)'s. */
int cs_export_run(const cs_exporter *format, const cs_trace *trace, FILE *out, const cs_export_options *options);

/* An errno of cs_export_run: no event of the range asks or changes the memo. */
#define CS_EXPORT_NO_LOOKUP ENODATA
/* What an errno of cs_export_run says. */
const char *cs_export_why(int error);

/* The columns of csv, ndjson and parquet: the i-th one's name, NULL past the last; its kind: n number, t text, b true
 * or false. */
#define CS_ROW_COLUMNS_MAX 32
const char *cs_row_column(size_t i);
char cs_row_kind(size_t i);

/* ---- for the formats ---- */

/* Text of the trace as a JSON string, quotes included, bad bytes replaced. */
void cs_put_json(FILE *out, const char *text);
/* As a field of CSV (RFC 4180), in quotes where it needs them. */
void cs_put_csv(FILE *out, const char *text);
/* As XML text or attribute value; what XML does not have is left out. */
void cs_put_xml(FILE *out, const char *text);
/* The type's name of an object, or "object"; in a static buffer. */
const char *cs_export_type(const cs_export *x, uint32_t ref);
/* ns since the trace began, as microseconds with three decimals. */
void cs_put_us(FILE *out, uint64_t ns);

#endif
