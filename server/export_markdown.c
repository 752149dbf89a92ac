/* A report in Markdown, with the tables of GitHub and pandoc. */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "text.h"

static void put_clean(FILE *out, const char *text, const char *special) {
    char *clean = cs_utf8_repair(text, strlen(text));
    for (const char *c = clean ? clean : ""; *c; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            fputc(' ', out);
            continue;
        }
        if (strchr(special, *c)) fputc('\\', out);
        fputc(*c, out);
    }
    free(clean);
}

static void text(FILE *out, const char *words) { put_clean(out, words, "\\`*_[]<>#|~$^&"); }

/* With as many backticks around as none within has; a bar would end the cell that it stands in. */
static void mono(FILE *out, const char *words) {
    size_t longest = 0, run = 0;
    bool bar = false;
    for (const char *c = words; *c; c++) {
        run = *c == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
        bar = bar || *c == '|' || *c == '\\';
    }
    if (bar || !*words) { /* code cannot say either in a table */
        text(out, words);
        return;
    }
    for (size_t i = 0; i <= longest; i++) fputc('`', out);
    if (longest) fputc(' ', out);
    put_clean(out, words, "");
    if (longest) fputc(' ', out);
    for (size_t i = 0; i <= longest; i++) fputc('`', out);
}

static void begin(FILE *out, const char *title, bool fragment) {
    if (fragment) return;
    fputs("# ", out);
    text(out, title);
    fputs("\n\n", out);
}
static void end(FILE *out, bool fragment) { (void)fragment, (void)out; }
static void heading(FILE *out, const char *words) { fprintf(out, "\n## %s\n\n", words); }
static void paragraph(FILE *out) { fputs("\n\n", out); }

/* Indented, which nothing in a line can end. */
static void code(FILE *out, const char *lines) {
    char *clean = cs_utf8_repair(lines, strlen(lines));
    bool at_start = true;
    for (const char *c = clean ? clean : ""; *c; c++) {
        if (at_start) fputs("    ", out);
        at_start = *c == '\n';
        if (*c == '\n' || *c == '\t' || (unsigned char)*c >= ' ') fputc(*c, out);
    }
    fputs(at_start ? "\n" : "\n\n", out);
    free(clean);
}

static void figure(FILE *out, const char *file, const char *caption) {
    fputs("![", out);
    text(out, caption);
    fputs("](<", out);
    put_clean(out, file, "\\<>");
    fputs(">)\n\n", out);
}

static void table(FILE *out, const char *align, const char *const *titles) {
    const size_t n = strlen(align);
    for (size_t i = 0; i < n; i++) fprintf(out, "| %s ", titles[i]);
    fputs("|\n", out);
    for (size_t i = 0; i < n; i++) fputs(align[i] == 'r' ? "| ---: " : "| --- ", out);
    fputs("|\n", out);
}
static void cell(FILE *out, size_t column) { fputs(column ? " | " : "| ", out); }
static void row(FILE *out) { fputs(" |\n", out); }
static void table_end(FILE *out) { fputc('\n', out); }

static int markdown(cs_export *x) {
    static const cs_markup markup = {begin,  end,   heading, text, mono,      paragraph,     code,
                                     figure, table, cell,    row,  table_end, &cs_export_svg};
    return cs_report(x, &markup);
}

const cs_exporter cs_export_markdown = {.name = "markdown",
                                        .ending = "md",
                                        .text = "a report: origin, counts, notes, steps; with --views a figure",
                                        .whole = markdown};
