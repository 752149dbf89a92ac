/* A report on a trace: where it comes from, its counts, its steps and notes; the same in every language of markup. */
#ifndef CS_REPORT_H
#define CS_REPORT_H

#include "export.h"

typedef struct {
    void (*begin)(FILE *out, const char *title, bool fragment);
    void (*end)(FILE *out, bool fragment);
    void (*heading)(FILE *out, const char *text);
    void (*text)(FILE *out, const char *text); /* escaped, within a line */
    void (*mono)(FILE *out, const char *text);
    void (*paragraph)(FILE *out);
    void (*code)(FILE *out, const char *text); /* lines */
    void (*figure)(FILE *out, const char *file, const char *caption);
    /* align: an "l" or "r" for each column. */
    void (*table)(FILE *out, const char *align, const char *const *titles);
    void (*cell)(FILE *out, size_t column); /* before each */
    void (*row)(FILE *out);                 /* after its cells */
    void (*table_end)(FILE *out);
    const cs_exporter *pictures; /* what a figure is drawn in */
} cs_markup;

int cs_report(cs_export *x, const cs_markup *m);

#endif
