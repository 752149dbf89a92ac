/* A report in LaTeX: a document that pdflatex builds with what its base has, or with --fragment what stands in one. */
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "text.h"

/* Characters of our own texts that pdflatex has no letter for as they are. */
static const struct {
    const char *utf8, *tex;
} known[] = {{"\xe2\x80\xb2", "$'$"}, {"\xe2\x80\xa6", "\\ldots{}"}, {"\xe2\x86\x92", "$\\to$"}, {"\xc2\xa0", "~"}};

/* Returns how many bytes the character has that starts at c, and writes it. */
static size_t wide(FILE *out, const unsigned char *c) {
    const size_t n = *c >= 0xf0 ? 4 : *c >= 0xe0 ? 3 : 2;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp((const char *)c, known[i].utf8, n) == 0) {
            fputs(known[i].tex, out);
            return n;
        }
    unsigned long point = *c & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) point = point << 6 | (c[i] & 0x3f);
    if (point >= 0xa1 && point < 0x100) fwrite(c, 1, n, out); /* Latin letters of any LaTeX */
    else fprintf(out, "[U+%04lX]", point);
    return n;
}

/* Escapes for running text, and by number for typewriter type, whose font has all of ASCII in its places. */
static void put_clean(FILE *out, const char *words, bool typewriter) {
    char *clean = cs_utf8_repair(words, strlen(words));
    unsigned run = 0; /* of typewriter type, which LaTeX does not break by itself: a digest is longer than a line */
    for (const unsigned char *c = (const unsigned char *)(clean ? clean : ""); *c; run++) {
        if (typewriter && run && run % 16 == 0) fputs("\\allowbreak{}", out);
        if (*c >= 0x80) {
            c += wide(out, c);
            continue;
        }
        if (*c < ' ' || *c == 0x7f) fputc(' ', out);
        else if (typewriter && *c == ' ') fputc('~', out);
        else if (strchr("\\{}$&#^_~%<>|\"", *c) && typewriter) fprintf(out, "{\\char%d}", *c);
        else if (strchr("{}$&#_%", *c)) fprintf(out, "\\%c", *c);
        else if (strchr("\\^~<>|\"", *c)) fprintf(out, "{\\ttfamily\\char%d}", *c);
        else fputc(*c, out);
        c++;
    }
    free(clean);
}

static void text(FILE *out, const char *words) { put_clean(out, words, false); }

static void mono(FILE *out, const char *words) {
    fputs("\\texttt{", out);
    put_clean(out, words, true);
    fputc('}', out);
}

static void begin(FILE *out, const char *title, bool fragment) {
    if (fragment) return;
    fputs("\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{longtable}\n\\usepackage{graphicx}\n"
          "\\usepackage[margin=2cm]{geometry}\n\\begin{document}\n\\section*{",
          out);
    text(out, title);
    fputs("}\n", out);
}
static void end(FILE *out, bool fragment) {
    if (!fragment) fputs("\\end{document}\n", out);
}
static void heading(FILE *out, const char *words) { fprintf(out, "\n\\subsection*{%s}\n", words); }
static void paragraph(FILE *out) { fputs("\n\n", out); }

static void code(FILE *out, const char *lines) {
    fputs("\\begin{flushleft}\n", out);
    for (const char *at = lines; *at;) {
        const size_t n = strcspn(at, "\n");
        char *line = strndup(at, n);
        fputs("\\mbox{}", out);
        if (line) mono(out, line);
        fputs("\\\\\n", out);
        free(line);
        at += n + (at[n] == '\n');
    }
    fputs("\\end{flushleft}\n", out);
}

static void figure(FILE *out, const char *file, const char *caption) {
    fputs("\\begin{figure}[htbp]\n\\centering\n\\includegraphics[width=\\linewidth]{\\detokenize{", out);
    for (const char *c = file; *c; c++) fputc(strchr("{}\\%#", *c) ? '_' : *c, out);
    fputs("}}\n\\caption{", out);
    text(out, caption);
    fputs("}\n\\end{figure}\n", out);
}

static void table(FILE *out, const char *align, const char *const *titles) {
    const size_t n = strlen(align);
    fputs("\\begin{longtable}{", out);
    for (size_t i = 0; i < n; i++)
        if (i + 1 == n && align[i] == 'l') fputs("p{.45\\linewidth}", out); /* what is long stands last, and wraps */
        else fputc(align[i], out);
    fputs("}\n\\hline\n", out);
    for (size_t i = 0; i < n; i++) fprintf(out, "%s%s", i ? " & " : "", titles[i]);
    fputs(" \\\\\n\\hline\n\\endhead\n", out);
}
static void cell(FILE *out, size_t column) {
    if (column) fputs(" & ", out);
}
static void row(FILE *out) { fputs(" \\\\\n", out); }
static void table_end(FILE *out) { fputs("\\hline\n\\end{longtable}\n", out); }

static int latex(cs_export *x) {
    static const cs_markup markup = {begin,  end,   heading, text, mono,      paragraph,     code,
                                     figure, table, cell,    row,  table_end, &cs_export_pdf};
    return cs_report(x, &markup);
}

const cs_exporter cs_export_latex = {
    .name = "latex", .ending = "tex", .text = "the same for pdflatex; --fragment: to be \\input", .whole = latex};
