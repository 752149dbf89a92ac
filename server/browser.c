#include "browser.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define ANSWER_MAX (256u << 20) /* bytes of one message */
#define PATIENCE_MS 60000       /* for one answer */
#define PIPE_IN 3               /* Chromium's side of --remote-debugging-pipe */
#define PIPE_OUT 4

struct cs_browser {
    pid_t pid;
    int to, from;
    char profile[CS_TEMPORARY_MAX];
    char *session;
    unsigned asked;
    char *text; /* what came and was not taken yet */
    size_t used, room;
};

static const char *const programs[] = {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"};

/* $COPYSCOPE_BROWSER, or the first of the known ones on PATH. */
static const char *find_program(char *out, size_t n) {
    const char *named = getenv("COPYSCOPE_BROWSER"), *path = getenv("PATH");
    if (named && *named) return access(named, X_OK) == 0 ? named : NULL;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        for (const char *at = path ? path : "/usr/bin"; at && *at; at += strspn(at, ":")) {
            const size_t length = strcspn(at, ":");
            if (snprintf(out, n, "%.*s/%s", (int)length, at, programs[i]) < (int)n && access(out, X_OK) == 0)
                return out;
            at += length;
        }
    return NULL;
}

static _Noreturn void become(const char *program, const char *profile, unsigned width, unsigned height, int in,
                             int out) {
    char where[CS_TEMPORARY_MAX + 32], size[48];
    snprintf(where, sizeof where, "--user-data-dir=%s", profile);
    snprintf(size, sizeof size, "--window-size=%u,%u", width, height);
    const int nothing = open("/dev/null", O_RDWR);
    /* First out of the way of 3 and 4, which they may be themselves. */
    in = fcntl(in, F_DUPFD, 10);
    out = fcntl(out, F_DUPFD, 10);
    if (nothing < 0 || dup2(in, PIPE_IN) < 0 || dup2(out, PIPE_OUT) < 0) _exit(127);
    for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
    execl(program, program, "--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run",
          "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--disable-dev-shm-usage", "--force-device-scale-factor=1", "--hide-scrollbars", where, size,
          geteuid() == 0 ? "--no-sandbox" : "--disable-quic", "about:blank", (char *)NULL);
    _exit(127);
}

static int start(cs_browser *b, const char *program, unsigned width, unsigned height) {
    int there[2], back[2];
    if (pipe2(there, O_CLOEXEC) != 0) return -1;
    if (pipe2(back, O_CLOEXEC) != 0) {
        close(there[0]);
        close(there[1]);
        return -1;
    }
    b->pid = fork();
    if (b->pid > 0) setpgid(b->pid, b->pid); /* here and there: whoever comes first */
    if (b->pid == 0) {
        setpgid(0, 0);
        become(program, b->profile, width, height, there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    b->to = there[1];
    b->from = back[0];
    return b->pid < 0 ? -1 : 0;
}

static int send_message(cs_browser *b, const char *text) {
    const size_t n = strlen(text) + 1; /* a NUL ends each message */
    for (size_t at = 0; at < n;) {
        const ssize_t sent = write(b->to, text + at, n - at);
        if (sent < 0 && errno != EINTR) return -1;
        if (sent > 0) at += (size_t)sent;
    }
    return 0;
}

/* Takes in what comes; -1 when nothing does any more. */
static int receive(cs_browser *b, long long deadline) {
    struct pollfd ready = {.fd = b->from, .events = POLLIN};
    const long long left = deadline - cs_now_ms();
    if (left <= 0 || poll(&ready, 1, (int)left) <= 0) return -1;
    if (b->room - b->used < 1 << 16) {
        const size_t room = b->room ? b->room * 2 : 1 << 18;
        char *more = room <= ANSWER_MAX ? realloc(b->text, room) : NULL;
        if (!more) return -1;
        b->text = more;
        b->room = room;
    }
    const ssize_t got = read(b->from, b->text + b->used, b->room - b->used);
    if (got <= 0) return -1;
    b->used += (size_t)got;
    return 0;
}

/* The next message, for cJSON_Delete(); NULL when none comes. */
static cJSON *next_message(cs_browser *b, long long deadline) {
    for (size_t from = 0;;) {
        const char *end = b->used > from ? memchr(b->text + from, '\0', b->used - from) : NULL;
        if (end) {
            const size_t length = (size_t)(end - b->text) + 1;
            cJSON *message = cJSON_Parse(b->text);
            memmove(b->text, b->text + length, b->used - length);
            b->used -= length;
            return message ? message : cJSON_CreateObject();
        }
        from = b->used;
        if (receive(b, deadline) != 0) return NULL;
    }
}

/* Takes params over.  The result for cJSON_Delete(), or NULL and why. */
static cJSON *call(cs_browser *b, const char *method, cJSON *params, char *why, size_t n) {
    const long long deadline = cs_now_ms() + PATIENCE_MS;
    const unsigned id = ++b->asked;
    cJSON *question = cJSON_CreateObject(), *result = NULL;
    cJSON_AddNumberToObject(question, "id", id);
    cJSON_AddStringToObject(question, "method", method);
    if (b->session) cJSON_AddStringToObject(question, "sessionId", b->session);
    cJSON_AddItemToObject(question, "params", params);
    char *text = cJSON_PrintUnformatted(question);
    cJSON_Delete(question);
    bool waiting = text && send_message(b, text) == 0;
    free(text);
    snprintf(why, n, "the browser does not answer");
    while (waiting && !result) {
        cJSON *message = next_message(b, deadline);
        const cJSON *of = cJSON_GetObjectItemCaseSensitive(message, "id");
        waiting = message != NULL;
        if (cJSON_IsNumber(of) && of->valuedouble == id) {
            const cJSON *error = cJSON_GetObjectItemCaseSensitive(message, "error");
            const char *told = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"));
            if (told) snprintf(why, n, "the browser: %s", told);
            result = cJSON_DetachItemFromObjectCaseSensitive(message, "result");
            waiting = false;
        }
        cJSON_Delete(message);
    }
    return result;
}

static cJSON *pair(const char *key, const char *value) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, key, value);
    return o;
}

static char *string_of(const cJSON *o, const char *key) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
    return text ? strdup(text) : NULL;
}

/* Attaches to a page of its own at that address. */
static int attach(cs_browser *b, const char *url, char *why, size_t n) {
    cJSON *made = call(b, "Target.createTarget", pair("url", url), why, n);
    char *target = string_of(made, "targetId");
    cJSON_Delete(made);
    if (!target) return -1;
    cJSON *ask = pair("targetId", target);
    cJSON_AddBoolToObject(ask, "flatten", true);
    cJSON *attached = call(b, "Target.attachToTarget", ask, why, n);
    b->session = string_of(attached, "sessionId");
    cJSON_Delete(attached);
    free(target);
    return b->session ? 0 : -1;
}

cs_browser *cs_browser_open(const char *path, unsigned width, unsigned height, char *why, size_t n) {
    char found[4096], url[4200];
    const char *program = find_program(found, sizeof found);
    if (!program) {
        snprintf(
            why, n,
            "figures are drawn by Chromium, and none is installed: apt install chromium, or set $COPYSCOPE_BROWSER");
        return NULL;
    }
    cs_browser *b = calloc(1, sizeof *b);
    if (!b) return NULL;
    b->to = b->from = -1;
    signal(SIGPIPE, SIG_IGN); /* a browser that ended is an answer that does not come */
    snprintf(url, sizeof url, "file://%s", path);
    if (cs_temporary_folder(b->profile) != 0) b->profile[0] = '\0';
    if (b->profile[0] && start(b, program, width, height) == 0 && attach(b, url, why, n) == 0) return b;
    if (!*why) snprintf(why, n, "%s could not be started", program);
    cs_browser_close(b);
    return NULL;
}

cJSON *cs_browser_value(cs_browser *b, const char *expression, char *why, size_t n) {
    cJSON *ask = pair("expression", expression);
    cJSON_AddBoolToObject(ask, "awaitPromise", true);
    cJSON_AddBoolToObject(ask, "returnByValue", true);
    cJSON *answer = call(b, "Runtime.evaluate", ask, why, n);
    cJSON *thrown = cJSON_GetObjectItemCaseSensitive(answer, "exceptionDetails");
    cJSON *result = cJSON_GetObjectItemCaseSensitive(answer, "result");
    const char *told = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "description"));
    cJSON *value = thrown ? NULL : cJSON_DetachItemFromObjectCaseSensitive(result, "value");
    if (thrown) snprintf(why, n, "the page: %.*s", told ? (int)strcspn(told, "\n") : 0, told ? told : "");
    else if (!value && answer) value = cJSON_CreateNull();
    cJSON_Delete(answer);
    return value;
}

cJSON *cs_browser_pdf(cs_browser *b, char *why, size_t n) {
    cJSON *ask = cJSON_CreateObject();
    cJSON_AddBoolToObject(ask, "printBackground", true);
    cJSON_AddBoolToObject(ask, "preferCSSPageSize", true);
    cJSON *answer = call(b, "Page.printToPDF", ask, why, n);
    cJSON *data = cJSON_DetachItemFromObjectCaseSensitive(answer, "data");
    cJSON_Delete(answer);
    return data;
}

static int take_away(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void cs_browser_close(cs_browser *b) {
    if (!b) return;
    if (b->to >= 0) close(b->to);
    if (b->from >= 0) close(b->from);
    if (b->pid > 0) {
        kill(-b->pid, SIGKILL); /* with the processes that it started, which share its group */
        waitpid(b->pid, NULL, 0);
    }
    if (b->profile[0]) nftw(b->profile, take_away, 16, FTW_DEPTH | FTW_PHYS);
    free(b->session);
    free(b->text);
    free(b);
}
