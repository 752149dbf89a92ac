/* Figures: the page's own views, drawn by the page itself in a Chromium without a window. */
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "browser.h"
#include "export.h"
#include "file.h"
#include "part_file.h"
#include "text.h"

#define WIDTH 1600u
#define HEIGHT 900u
#define READY_MS 60000
#define LOOK_MS 30
#define FRAMES_MAX 240u /* of an animation, which is one file */

typedef enum { SVG, PNG, PDF, ANIMATION } kind;

/* Sets errno to a value whose text is not of use, after saying in words what is. */
static int fail(const char *why) {
    fprintf(stderr, "copyscope export: %s\n", why);
    errno = ECANCELED;
    return -1;
}

/* The page with the recording in it, in a file of its own. */
static int write_page(cs_export *x, const char *path) {
    char part[CS_PART_PATH];
    cs_export_options options = *x->options;
    options.quiet = true;
    options.views = NULL; /* what is shown is asked for figure by figure */
    FILE *file = cs_part_open(path, part);
    if (!file) return -1;
    const int failed = cs_export_run(&cs_export_html, x->trace, file, &options);
    return cs_part_close(file, path, part, failed);
}

static int wait_for_page(cs_browser *b, char *why, size_t n) {
    const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000};
    for (const int64_t end = cs_now_ms() + READY_MS; cs_now_ms() < end; nanosleep(&pause, NULL)) {
        cJSON *state =
            cs_browser_value(b, "window.copyscope && document.querySelector('.stage').dataset.state", why, n);
        const char *word = cJSON_GetStringValue(state);
        const bool ready = word && strcmp(word, "done") == 0, none = word && strcmp(word, "error") == 0;
        cJSON_Delete(state);
        if (ready) return 0;
        if (none) break;
    }
    snprintf(why, n, "the page shows no recording");
    return -1;
}

/* What is to be drawn of event n, 0: of the one that the page opens at. */
static cJSON *wish(const cs_export *x, uint64_t n) {
    cJSON *o = cJSON_CreateObject(), *views = cJSON_AddArrayToObject(o, "views");
    for (const char *at = x->options->views; at && *at;) {
        char name[64];
        const size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        cJSON_AddItemToArray(views, cJSON_CreateString(name));
        at += length + (at[length] == ',');
    }
    cJSON_AddNumberToObject(o, "step", (double)n);
    if (x->options->caption) cJSON_AddStringToObject(o, "caption", x->options->caption);
    return o;
}

/* Asks for figures of events first to last, and with the list of them, `figures`, for the value of an expression. */
static cJSON *ask(const cs_export *x, cs_browser *b, uint64_t first, uint64_t last, const char *expression, char *why,
                  size_t n) {
    cJSON *wishes = cJSON_CreateArray();
    for (uint64_t event = first; event <= last; event++) cJSON_AddItemToArray(wishes, wish(x, event));
    char *list = cJSON_PrintUnformatted(wishes), *text = NULL;
    cJSON_Delete(wishes);
    if (list && asprintf(&text, "copyscope.figures(%s).then((figures) => %s)", list, expression) < 0) text = NULL;
    cJSON *value = text ? cs_browser_value(b, text, why, n) : NULL;
    free(list);
    free(text);
    return value;
}

static int put_bytes(FILE *out, const char *base64) {
    const size_t n = strlen(base64), ends = n && base64[n - 1] == '=' ? base64[n - 2] == '=' ? 2 : 1 : 0;
    unsigned char *bytes = malloc(n / 4 * 3 + 3);
    const int length = bytes && n < INT32_MAX ? EVP_DecodeBlock(bytes, (const unsigned char *)base64, (int)n) : -1;
    const bool written = length >= (int)ends && fwrite(bytes, 1, (size_t)length - ends, out) == (size_t)length - ends;
    free(bytes);
    return written ? 0 : -1;
}

static int draw(const cs_export *x, cs_browser *b, kind of, uint64_t first, uint64_t last, FILE *out) {
    static const char *const expressions[] = {[SVG] = "figures[0]",
                                              [PNG] = "copyscope.png(figures[0])",
                                              [PDF] = "void (window.unprint = copyscope.print(figures[0]))",
                                              [ANIMATION] = "copyscope.animation(figures)"};
    char why[400] = "out of memory";
    cJSON *value = ask(x, b, first, last, expressions[of], why, sizeof why);
    if (value && of == PDF) {
        cJSON_Delete(value);
        value = cs_browser_pdf(b, why, sizeof why);
        cJSON_Delete(cs_browser_value(b, "window.unprint()", why, sizeof why));
    }
    const char *text = cJSON_GetStringValue(value);
    int failed = text ? of == SVG || of == ANIMATION ? fputs(text, out) < 0 : put_bytes(out, text) : -1;
    cJSON_Delete(value);
    return text ? failed : fail(why);
}

/* OUT.svg becomes OUT-0012.svg. */
static int numbered(const char *path, uint64_t n, char out[CS_PART_PATH]) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    const size_t stem = dot && dot > path && (!slash || dot > slash + 1) ? (size_t)(dot - path) : strlen(path);
    if (snprintf(out, CS_PART_PATH, "%.*s-%04" PRIu64 "%s", (int)stem, path, n, path + stem) < CS_PART_PATH) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

/* A file for each event of the range. */
static int draw_frames(const cs_export *x, cs_browser *b, kind of) {
    for (uint64_t n = x->first; n <= x->last; n++) {
        char path[CS_PART_PATH], part[CS_PART_PATH];
        if (numbered(x->options->output, n, path) != 0) return -1;
        FILE *file = cs_part_open(path, part);
        if (!file) return -1;
        const int failed = draw(x, b, of, n, n, file);
        if (cs_part_close(file, path, part, failed) != 0) return -1;
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " frames ", n - x->first + 1, x->last - x->first + 1);
    }
    if (isatty(STDERR_FILENO)) fputs("\r\x1b[K", stderr);
    return 0;
}

static int draw_all(cs_export *x, cs_browser *b, kind of) {
    char why[400] = "";
    const uint64_t step = x->options->step ? x->options->step : x->first;
    if (wait_for_page(b, why, sizeof why) != 0) return fail(why);
    if (of == ANIMATION) return draw(x, b, of, x->first, x->last, x->out);
    return x->options->first ? draw_frames(x, b, of) : draw(x, b, of, step, step, x->out);
}

static int figure(cs_export *x, kind of) {
    char page[CS_TEMPORARY_MAX], why[400] = "";
    const int fd = cs_temporary(page, ".html");
    if (fd < 0) return -1;
    close(fd);
    int failed = -1;
    if (of == ANIMATION && x->last - x->first >= FRAMES_MAX)
        failed = fail("an animation has at most 240 frames: choose them with --events A..B");
    else if (of == PDF && x->options->first) failed = fail("a PDF is of one event: choose it with --step N");
    else if (x->options->first && of != ANIMATION && !x->options->output)
        failed = fail("frames need -o OUT: their numbers are put into its name");
    else if (write_page(x, page) == 0) {
        const char *size = x->options->size;
        unsigned width = WIDTH, height = HEIGHT;
        if (size) sscanf(size, "%5ux%5u", &width, &height);
        cs_browser *b = cs_browser_open(page, width, height, why, sizeof why);
        failed = b ? draw_all(x, b, of) : fail(why);
        cs_browser_close(b);
    }
    const int reason = errno;
    unlink(page);
    errno = reason;
    return failed;
}

static int svg(cs_export *x) { return figure(x, SVG); }
static int png(cs_export *x) { return figure(x, PNG); }
static int pdf(cs_export *x) { return figure(x, PDF); }
static int animation(cs_export *x) { return figure(x, ANIMATION); }

const cs_exporter cs_export_svg = {.name = "svg",
                                   .ending = "svg",
                                   .local = true,
                                   .frames = true,
                                   .whole = svg,
                                   .text = "a figure of the page's views, on white: papers, slides; needs Chromium"};
const cs_exporter cs_export_png = {
    .name = "png", .ending = "png", .local = true, .frames = true, .whole = png, .text = "the same in points"};
const cs_exporter cs_export_pdf = {.name = "pdf",
                                   .ending = "pdf",
                                   .local = true,
                                   .frames = true,
                                   .whole = pdf,
                                   .text = "the same on paper of its size"};
const cs_exporter cs_export_animation = {.name = "animation",
                                         .ending = "svg",
                                         .local = true,
                                         .whole = animation,
                                         .text = "a figure of each event of a range in one SVG that plays"};
