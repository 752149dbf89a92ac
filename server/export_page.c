/* The page with a recording in it: one file that needs no server and no network. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "export.h"
#include "replay.h"

#define PIECE                                                                                                          \
    (3u << 11) /* bytes that become base64 at once; a multiple of 3.  The server's threads have small stacks */

static const char place[] = "<!--recording-->";
static const char before_data[] = "\n<script type=\"text/plain\" id=\"recording\">";
static const char after_data[] = "</script>";

/* A page's own text, so that nothing in it can end the element that it stands in. */
static void put_in_script(FILE *out, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (text[i] == '<') fputs("\\u003c", out);
        else fputc(text[i], out);
}

static void put_list(FILE *out, const char *words) {
    fputc('[', out);
    for (const char *at = words ? words : ""; *at;) {
        char word[64];
        const size_t n = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)n, at);
        cs_put_json(out, word);
        at += n;
        at += *at == ',';
        if (*at) fputc(',', out);
    }
    fputc(']', out);
}

/* What was chosen at the export, for the page.  Returns text for free(), or NULL. */
static char *choices(const cs_export_options *o, size_t *n) {
    char *text = NULL;
    FILE *out = open_memstream(&text, n);
    if (!out) return NULL;
    fputs("{\"name\":", out);
    cs_put_json(out, o->name ? o->name : "trace.cst");
    fprintf(out, ",\"step\":%" PRIu64 ",\"views\":", o->step);
    put_list(out, o->views);
    fputc('}', out);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

static int put_cam(const cs_trace *trace, FILE *out) {
    size_t n;
    unsigned char *cam = cs_replay_chunk(trace, &n);
    if (cam) fwrite(cam, 1, n, out);
    free(cam);
    return ferror(out) ? -1 : 0;
}

/* A part of the trace is read again: the CAM answers what stands in it. */
static int put_excerpt(cs_export *x, FILE *out) {
    char piece[1 << 14];
    if (cs_export_run(&cs_export_cst, x->trace, out, x->options) != 0) return -1;
    cs_trace *part = cs_trace_new();
    rewind(out);
    for (size_t n; part && (n = fread(piece, 1, sizeof piece, out)) > 0;) cs_trace_feed(part, piece, n);
    const int failed = part && fseek(out, 0, SEEK_END) == 0 ? put_cam(part, out) : -1;
    if (part) cs_trace_close(part);
    return failed;
}

/* The trace's bytes and what the simulated CAM answers, as the server sends it to a page. */
static int put_recording(cs_export *x, FILE *out) {
    size_t n;
    if (x->options->anonymise || x->options->last || x->options->first > 1) return put_excerpt(x, out);
    if (x->options->bytes(x->options->ctx, out) != 0) return -1;
    if (cs_trace_chunk(x->trace, "CAM_", 0, &n)) return 0;
    return put_cam(x->trace, out);
}

static int put_base64(FILE *in, FILE *out) {
    unsigned char piece[PIECE], text[PIECE / 3 * 4 + 1];
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;) {
        const int letters = EVP_EncodeBlock(text, piece, (int)n);
        if (fwrite(text, 1, (size_t)letters, out) != (size_t)letters) return -1;
    }
    return ferror(in) ? -1 : 0;
}

static size_t base64_length(size_t n) { return (n + 2) / 3 * 4; }

static void tell_size(size_t page, size_t recording) {
    fprintf(stderr, "copyscope export: the page will have %zu bytes, %zu of them the recording\n", page + recording,
            recording);
}

/* All that stands in the page's place for a recording, and before and after it the page. */
static int put_page(cs_export *x, FILE *recording, const cs_asset_body *page, const char *hole) {
    size_t n, told = 0;
    char *choice = choices(x->options, &n);
    const size_t length = (size_t)ftell(recording);
    if (!choice) return -1;
    for (size_t i = 0; i < n; i++) told += choice[i] == '<' ? strlen("\\u003c") : 1;
    const char opening[] = "<script type=\"application/json\" id=\"carried\">";
    if (!x->options->quiet)
        tell_size(page->length - strlen(place) + strlen(opening) + told + 2 * strlen(after_data) + strlen(before_data),
                  base64_length(length));
    rewind(recording);
    fwrite(page->bytes, 1, (size_t)(hole - page->bytes), x->out);
    fputs(opening, x->out);
    put_in_script(x->out, choice, n);
    fputs(after_data, x->out);
    fputs(before_data, x->out);
    const int failed = put_base64(recording, x->out);
    fputs(after_data, x->out);
    hole += strlen(place);
    fwrite(hole, 1, page->length - (size_t)(hole - page->bytes), x->out);
    free(choice);
    return failed;
}

static int html(cs_export *x) {
    cs_asset_body page;
    const char *hole = NULL;
    if (cs_asset_find(NULL, "standalone.html", &page)) hole = memmem(page.bytes, page.length, place, strlen(place));
    if (!hole) {
        errno = ENOENT;
        return -1;
    }
    FILE *recording = tmpfile();
    if (!recording) return -1;
    int failed = put_recording(x, recording);
    if (!failed) failed = put_page(x, recording, &page, hole);
    const int why = errno;
    fclose(recording);
    errno = why;
    return failed;
}

const cs_exporter cs_export_html = {.name = "html",
                                    .ending = "html",
                                    .text = "the page with the trace in it, one file that needs no network",
                                    .whole = html};
