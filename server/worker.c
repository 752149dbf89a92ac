#include "worker.h"

#include <errno.h>
#include <cjson/cJSON.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bell.h"
#include "box.h"
#include "limits.h"
#include "say.h"
#include "text.h"

#define ZYGOTE_FD 3        /* where the zygote finds its socket */
#define FILTER_FD 4        /* and, boxed, the program for seccomp */
#define ZYGOTE_END_MS 1000 /* how long it may take to end by itself */

extern char **environ;

struct cs_zygote {
    char *python;
    char *const *wrapper; /* words that go before the Python's, or NULL */
    int filter;           /* -1: none */
    bool boxed;
    pthread_t keeper;     /* starts the process, hears it, and starts it again when a run wants it */
    pthread_mutex_t lock; /* guards what follows, and every worker of this zygote */
    pthread_cond_t changed;
    enum { DOWN, WANTED, UP } state;
    int sock; /* while UP */
    pid_t pid;
    bool stopping;
    unsigned last_id;
    char *box; /* what it told of itself, NULL: nothing yet */
    cs_worker *workers;
};

struct cs_worker {
    cs_zygote *zygote;
    cs_worker *next;
    unsigned id;
    pid_t pid; /* 0 until the zygote told */
    cs_worker_phase phase;
    int value, bell;
    bool doomed; /* to be killed as soon as its pid is known */
};

/* ---- what the zygote says ---- */

static void set_phase(cs_worker *w, cs_worker_phase phase, int value) { /* needs the lock */
    w->phase = phase;
    w->value = value;
    cs_bell_ring(w->bell);
}

static void kill_group(pid_t pid) {
    /* Between its fork and its setsid() the worker has no group of its own yet. */
    if (pid > 1 && kill(-pid, SIGKILL) != 0) kill(pid, SIGKILL);
}

static void on_started(cs_worker *w, int pid) { /* needs the lock */
    w->pid = pid;
    set_phase(w, CS_WORKER_RUNNING, 0);
    if (w->doomed) kill_group(pid);
}

static void on_ended(cs_worker *w, const cJSON *message) { /* needs the lock */
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(message, "exit");
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(message, "signal");
    /* What the snippet left behind in the group holds the pipes open.  The worker itself is reaped. */
    if (w->pid > 1) kill(-w->pid, SIGKILL);
    w->pid = 0;
    if (cJSON_IsNumber(number)) set_phase(w, CS_WORKER_SIGNALED, number->valueint);
    else if (cJSON_IsNumber(code)) set_phase(w, CS_WORKER_EXITED, code->valueint);
    else set_phase(w, CS_WORKER_LOST, 0);
}

static void on_box(cs_zygote *z, const cJSON *box) { /* needs the lock */
    free(z->box);
    z->box = cJSON_PrintUnformatted(box);
    pthread_cond_broadcast(&z->changed);
}

static void on_message(cs_zygote *z, const char *text, size_t n) {
    cJSON *message = cJSON_ParseWithLength(text, n);
    const cJSON *box = cJSON_GetObjectItemCaseSensitive(message, "box");
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
    const cJSON *pid = cJSON_GetObjectItemCaseSensitive(message, "pid");
    pthread_mutex_lock(&z->lock);
    if (cJSON_IsObject(box)) on_box(z, box);
    for (cs_worker *w = z->workers; w && cJSON_IsNumber(id); w = w->next) {
        if (w->id != (unsigned)id->valueint || w->phase > CS_WORKER_RUNNING) continue;
        if (cJSON_IsNumber(pid) && pid->valueint > 1) on_started(w, pid->valueint);
        else on_ended(w, message);
        break;
    }
    pthread_mutex_unlock(&z->lock);
    cJSON_Delete(message);
}

static void on_gone(cs_zygote *z) {
    pthread_mutex_lock(&z->lock);
    if (!z->stopping) cs_say(CS_SAY_WARNING, "python.end", "unexpected=yes");
    z->state = DOWN;
    pthread_cond_broadcast(&z->changed);
    for (cs_worker *w = z->workers; w; w = w->next) {
        if (w->phase > CS_WORKER_RUNNING) continue;
        kill_group(w->pid);
        set_phase(w, CS_WORKER_LOST, 0);
    }
    pthread_mutex_unlock(&z->lock);
}

static void hear(cs_zygote *z, int sock) {
    char text[4096];
    for (;;) {
        ssize_t n = recv(sock, text, sizeof text, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        on_message(z, text, (size_t)n);
    }
}

/* ---- starting and ending the zygote ---- */

/* A snippet can read its process's environment: secrets stay here.  Needs environ; returns an array for free(). */
static char **kept_environment(void) {
    static const char *const kept[] = {
        "PATH=",       "HOME=",         "LANG=",         "LANGUAGE=",     "LC_", "TZ=", "TZDIR=", "LD_LIBRARY_PATH=",
        "LD_PRELOAD=", "ASAN_OPTIONS=", "LSAN_OPTIONS=", "UBSAN_OPTIONS="};
    size_t count = 0, n = 0;
    while (environ[count]) count++;
    char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
            if (strncmp(environ[i], kept[k], strlen(kept[k])) == 0) names[n++] = environ[i];
    return names;
}

/* What the process finds: its socket and, boxed, the filter; nothing else of what is open here. */
static void lay_out_files(posix_spawn_file_actions_t *files, int sock, int filter) {
    posix_spawn_file_actions_addopen(files, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(files, sock, ZYGOTE_FD); /* clears close-on-exec, even if it is 3 already */
    if (filter >= 0) posix_spawn_file_actions_adddup2(files, filter, FILTER_FD);
    posix_spawn_file_actions_addclosefrom_np(files, filter >= 0 ? FILTER_FD + 1 : FILTER_FD);
}

/* Returns an array for free() that points to others' words, or NULL. */
static char **command_of(const cs_zygote *z) {
    char *own[] = {z->python, "-I", "-m", "copyscope.zygote", NULL};
    size_t n = 0;
    while (z->wrapper && z->wrapper[n]) n++;
    char **argv = malloc((n + sizeof own / sizeof *own) * sizeof *argv);
    if (!argv) return NULL;
    if (n) memcpy(argv, z->wrapper, n * sizeof *argv);
    memcpy(argv + n, own, sizeof own);
    return argv;
}

/* In a process group of its own: Ctrl-C in the terminal is the server's business. */
static int spawn_python(const cs_zygote *z, int sock, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, dflt;
    char **environment = z->boxed ? kept_environment() : environ, **argv = command_of(z);
    if (!environment || !argv) {
        if (environment != environ) free(environment);
        free(argv);
        return -1;
    }
    sigemptyset(&none);
    sigemptyset(&dflt);
    sigaddset(&dflt, SIGPIPE);
    sigaddset(&dflt, SIGINT);
    sigaddset(&dflt, SIGTERM);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    lay_out_files(&files, sock, z->filter);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &dflt);
    int error = posix_spawnp(pid, argv[0], &files, &attr, argv, environment);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    if (environment != environ) free(environment);
    free(argv);
    return error ? -1 : 0;
}

/* The same file under a number that no new process wants for another.  Closes fd; returns -1 for -1. */
static int out_of_the_way(int fd) {
    int moved = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, FILTER_FD + 1);
    if (fd >= 0) close(fd);
    return moved;
}

/* Returns the socket's end, or -1. */
static int start_process(const cs_zygote *z, pid_t *pid) {
    int ends[2], size = 2 * (int)CS_REQUEST_MAX;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    ends[1] = out_of_the_way(ends[1]);
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    int started = ends[1] < 0 ? -1 : spawn_python(z, ends[1], pid);
    if (ends[1] >= 0) close(ends[1]);
    if (started == 0) return ends[0];
    close(ends[0]);
    return -1;
}

/* Waits for the process to end, at first patiently. */
static void reap(pid_t pid) {
    for (int64_t end = cs_now_ms() + ZYGOTE_END_MS; cs_now_ms() < end;) {
        if (waitpid(pid, NULL, WNOHANG) != 0) return;
        poll(NULL, 0, 5);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* Waits until a run wants the process.  False: never again. */
static bool wait_until_wanted(cs_zygote *z) {
    pthread_mutex_lock(&z->lock);
    while (z->state != WANTED && !z->stopping) pthread_cond_wait(&z->changed, &z->lock);
    bool go_on = !z->stopping;
    pthread_mutex_unlock(&z->lock);
    return go_on;
}

static void on_start(cs_zygote *z, int sock, pid_t pid) {
    pthread_mutex_lock(&z->lock);
    z->state = sock < 0 ? DOWN : UP;
    z->sock = sock;
    z->pid = pid;
    if (z->stopping && sock >= 0) shutdown(sock, SHUT_RDWR);
    pthread_cond_broadcast(&z->changed);
    pthread_mutex_unlock(&z->lock);
}

/* One thread for the process's whole life: the process asks the kernel to die with the thread that started it. */
static void *keep(void *arg) {
    cs_zygote *z = arg;
    while (wait_until_wanted(z)) {
        pid_t pid = 0;
        int sock = start_process(z, &pid);
        on_start(z, sock, pid);
        if (sock < 0) continue;
        hear(z, sock);
        on_gone(z); /* from now on nobody sends */
        close(sock);
        reap(pid);
    }
    return NULL;
}

static void free_zygote(cs_zygote *z) {
    pthread_cond_destroy(&z->changed);
    pthread_mutex_destroy(&z->lock);
    if (z->filter >= 0) close(z->filter);
    free(z->box);
    free(z->python);
    free(z);
}

/* Returns a descriptor; of an empty file where there is no filter; or -1. */
static int filter_of(bool boxed) {
    int filter = boxed ? cs_box_filter() : -1;
    return out_of_the_way(boxed && filter < 0 ? memfd_create("copyscope-box", MFD_CLOEXEC) : filter);
}

cs_zygote *cs_zygote_start(const char *python, bool boxed, char *const *wrapper) {
    cs_zygote *z = calloc(1, sizeof *z);
    if (!z) return NULL;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&z->lock, NULL);
    pthread_cond_init(&z->changed, &clock);
    pthread_condattr_destroy(&clock);
    z->state = WANTED;
    z->boxed = boxed;
    z->wrapper = wrapper;
    z->filter = filter_of(boxed);
    z->python = strdup(python);
    if (z->python && (!boxed || z->filter >= 0) && pthread_create(&z->keeper, NULL, keep, z) == 0) return z;
    free_zygote(z);
    return NULL;
}

void cs_zygote_stop(cs_zygote *z) {
    if (!z) return;
    pthread_mutex_lock(&z->lock);
    z->stopping = true;
    for (cs_worker *w = z->workers; w; w = w->next) kill_group(w->pid);
    if (z->state == UP) shutdown(z->sock, SHUT_RDWR); /* the zygote and the keeper both see the end */
    pthread_cond_broadcast(&z->changed);
    pthread_mutex_unlock(&z->lock);
    pthread_join(z->keeper, NULL);
    free_zygote(z);
}

char *cs_zygote_box(cs_zygote *z, int wait_ms) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += wait_ms / 1000;
    end.tv_nsec += wait_ms % 1000 * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&z->lock);
    while (!z->box && z->state != DOWN && !z->stopping)
        if (pthread_cond_timedwait(&z->changed, &z->lock, &end) != 0) break;
    char *box = z->box ? strdup(z->box) : NULL;
    pthread_mutex_unlock(&z->lock);
    return box;
}

/* Has the process started when it is down.  Needs the lock.  Returns 0 or -1. */
static int want(cs_zygote *z) {
    if (z->state == DOWN) z->state = WANTED;
    pthread_cond_broadcast(&z->changed);
    while (z->state == WANTED && !z->stopping) pthread_cond_wait(&z->changed, &z->lock);
    return z->state == UP && !z->stopping ? 0 : -1;
}

/* ---- one worker ---- */

static cJSON *limits_json(const cs_request *request) {
    if (!request->boxed) return cJSON_CreateNull();
    cJSON *limits = cJSON_CreateObject();
    cJSON_AddNumberToObject(limits, "as", (double)CS_WORKER_MEMORY);
    cJSON_AddNumberToObject(limits, "cpu", CS_WORKER_CPU_S);
    cJSON_AddNumberToObject(limits, "fsize", CS_WORKER_FILE);
    cJSON_AddNumberToObject(limits, "nofile", CS_WORKER_FILES);
    cJSON_AddNumberToObject(limits, "records", (double)request->records);
    return limits;
}

/* Returns the request as one message for free(), or NULL. */
static char *request_text(const cs_request *request, unsigned id) {
    cJSON *message = cJSON_CreateObject();
    cJSON_AddNumberToObject(message, "id", id);
    cJSON_AddStringToObject(message, "code", request->code);
    cJSON_AddStringToObject(message, "policy", request->policy);
    cJSON_AddStringToObject(message, "op", request->op);
    cJSON_AddStringToObject(message, "title", request->title);
    cJSON_AddStringToObject(message, "filename", request->filename);
    if (request->copy_module) cJSON_AddStringToObject(message, "copy_module", request->copy_module);
    cJSON_AddItemToObject(message, "limits", limits_json(request));
    char *text = cJSON_PrintUnformatted(message);
    cJSON_Delete(message);
    return text;
}

/* Never waits: the lock is held. */
static int send_request(int sock, const char *text, int trace_fd, int output_fd) {
    int fds[2] = {trace_fd, output_fd};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof fds)];
    } control = {0};
    struct iovec body = {(void *)text, strlen(text)};
    struct msghdr message = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(rights), fds, sizeof fds);
    return sendmsg(sock, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -1 : 0;
}

/* Needs the lock.  Returns NULL, or why the request could not be handed over. */
static const char *hand_over(cs_zygote *z, const cs_request *request, unsigned id, int trace_fd, int output_fd) {
    if (want(z) != 0) return "Python could not be started";
    char *text = request_text(request, id);
    const char *why = NULL;
    if (!text) why = "out of memory";
    else if (strlen(text) > CS_REQUEST_MAX) why = "the snippet is too long";
    else if (send_request(z->sock, text, trace_fd, output_fd) != 0) why = "Python's recorder does not answer";
    free(text);
    return why;
}

cs_worker *cs_worker_start(cs_zygote *z, const cs_request *request, int trace_fd, int output_fd, int bell,
                           const char **why) {
    cs_worker *w = calloc(1, sizeof *w);
    if (!w) {
        *why = "out of memory";
        return NULL;
    }
    w->zygote = z;
    w->bell = bell;
    pthread_mutex_lock(&z->lock);
    w->id = ++z->last_id;
    *why = hand_over(z, request, w->id, trace_fd, output_fd);
    if (!*why) {
        w->next = z->workers; /* the keeper waits for the lock: it cannot have missed this one */
        z->workers = w;
    }
    pthread_mutex_unlock(&z->lock);
    if (!*why) return w;
    free(w);
    return NULL;
}

cs_worker_phase cs_worker_phase_now(cs_worker *w, int *value) {
    pthread_mutex_lock(&w->zygote->lock);
    cs_worker_phase phase = w->phase;
    *value = w->value;
    pthread_mutex_unlock(&w->zygote->lock);
    return phase;
}

void cs_worker_kill(cs_worker *w) {
    pthread_mutex_lock(&w->zygote->lock);
    w->doomed = true;
    if (w->phase == CS_WORKER_RUNNING) kill_group(w->pid);
    pthread_mutex_unlock(&w->zygote->lock);
}

void cs_worker_free(cs_worker *w) {
    pthread_mutex_lock(&w->zygote->lock);
    for (cs_worker **at = &w->zygote->workers; *at; at = &(*at)->next)
        if (*at == w) {
            *at = w->next;
            break;
        }
    pthread_mutex_unlock(&w->zygote->lock);
    free(w);
}
