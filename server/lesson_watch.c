#include "lesson_watch.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "bell.h"
#include "lessons.h"
#include "limits.h"

#define OF_FOLDER (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR)
#define OF_LESSON (IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR)

typedef struct {
    int wd;
    char id[CS_LESSON_ID_MAX];
    bool changed; /* and not told yet */
} lesson;

struct cs_lesson_watch {
    char *dir;
    cs_clients *clients;
    pthread_t thread;
    int inotify, folder, end; /* end: a bell */
    bool unknown;             /* something changed, and the kernel does not say what */
    size_t count;
    lesson lessons[CS_LESSONS_WATCHED];
};

/* ---- what is watched ---- */

static lesson *find(cs_lesson_watch *w, const char *id) {
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->lessons[i].id, id) == 0) return &w->lessons[i];
    return NULL;
}

/* Watches one lesson; one whose folder was made anew, again.  NULL: not a lesson's name, or too many. */
static lesson *add(cs_lesson_watch *w, const char *id) {
    char path[4096];
    if (!cs_lesson_is_id(id) || snprintf(path, sizeof path, "%s/%s", w->dir, id) >= (int)sizeof path) return NULL;
    lesson *l = find(w, id);
    if (!l && w->count == CS_LESSONS_WATCHED) return NULL;
    if (!l) {
        l = &w->lessons[w->count++];
        snprintf(l->id, sizeof l->id, "%s", id);
        l->changed = false;
    }
    l->wd = inotify_add_watch(w->inotify, path, OF_LESSON);
    return l;
}

static void add_all(cs_lesson_watch *w) {
    DIR *dir = opendir(w->dir);
    for (struct dirent *d; dir && (d = readdir(dir));) add(w, d->d_name);
    if (dir) closedir(dir);
}

/* ---- what happens ---- */

static void note(cs_lesson_watch *w, const struct inotify_event *event) {
    if (event->mask & IN_Q_OVERFLOW) w->unknown = true;
    if (event->wd == w->folder && event->len) {
        lesson *l = add(w, event->name);
        if (l) l->changed = true;
        return;
    }
    for (size_t i = 0; i < w->count; i++) /* not a folder that is gone: that was noted by the folder around it */
        if (w->lessons[i].wd == event->wd && event->len) w->lessons[i].changed = true;
}

static void read_events(cs_lesson_watch *w) {
    _Alignas(struct inotify_event) char buffer[16384];
    ssize_t n;
    while ((n = read(w->inotify, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + n; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len)
            note(w, (struct inotify_event *)at);
}

static void tell(cs_lesson_watch *w, const char *id) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "op", "lesson");
    cJSON_AddStringToObject(o, "id", id);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (text) cs_clients_tell_all(w->clients, text);
    free(text);
}

static void tell_all(cs_lesson_watch *w) {
    if (w->unknown) tell(w, "");
    for (size_t i = 0; i < w->count; i++)
        if (w->lessons[i].changed) tell(w, w->lessons[i].id);
    for (size_t i = 0; i < w->count; i++) w->lessons[i].changed = false;
    w->unknown = false;
}

/* An editor writes a file in several steps: what changed is told once nothing more does for a moment. */
static void *watch_all(void *arg) {
    cs_lesson_watch *w = arg;
    bool pending = false;
    for (;;) {
        struct pollfd fds[] = {{.fd = w->end, .events = POLLIN}, {.fd = w->inotify, .events = POLLIN}};
        int ready = poll(fds, 2, pending ? CS_LESSON_QUIET_MS : -1);
        if (ready < 0 && errno != EINTR) return NULL;
        if (ready > 0 && fds[0].revents) return NULL;
        if (ready > 0) read_events(w);
        if (ready == 0) tell_all(w);
        pending = ready != 0;
    }
}

/* ---- from beginning to end ---- */

static void release(cs_lesson_watch *w) {
    if (w->inotify >= 0) close(w->inotify);
    if (w->end >= 0) close(w->end);
    free(w->dir);
    free(w);
}

cs_lesson_watch *cs_lesson_watch_start(const char *dir, cs_clients *clients) {
    cs_lesson_watch *w = dir ? calloc(1, sizeof *w) : NULL;
    if (!w) return NULL;
    w->clients = clients;
    w->dir = strdup(dir);
    w->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    w->end = cs_bell_new();
    w->folder = w->dir && w->inotify >= 0 ? inotify_add_watch(w->inotify, dir, OF_FOLDER) : -1;
    if (w->folder >= 0 && w->end >= 0) {
        add_all(w);
        if (pthread_create(&w->thread, NULL, watch_all, w) == 0) return w;
    }
    release(w);
    return NULL;
}

void cs_lesson_watch_stop(cs_lesson_watch *w) {
    if (!w) return;
    cs_bell_ring(w->end);
    pthread_join(w->thread, NULL);
    release(w);
}
