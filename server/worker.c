#include "worker.h"

#include <errno.h>
#include <cjson/cJSON.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bell.h"
#include "limits.h"
#include "text.h"

#define ZYGOTE_FD 3          /* where the zygote finds its socket */
#define ZYGOTE_END_MS 1000   /* how long it may take to end by itself */

extern char **environ;

struct cs_zygote {
    char *python;
    pthread_mutex_t lock; /* guards what follows, and every worker of this zygote */
    int sock;             /* -1: none */
    pid_t pid;
    pthread_t reader;
    bool gone; /* the reader saw the end of the socket */
    unsigned last_id;
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
    if (cJSON_IsNumber(number))
        set_phase(w, CS_WORKER_SIGNALED, number->valueint);
    else if (cJSON_IsNumber(code))
        set_phase(w, CS_WORKER_EXITED, code->valueint);
    else
        set_phase(w, CS_WORKER_LOST, 0);
}

static void on_message(cs_zygote *z, const char *text, size_t n) {
    cJSON *message = cJSON_ParseWithLength(text, n);
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
    const cJSON *pid = cJSON_GetObjectItemCaseSensitive(message, "pid");
    pthread_mutex_lock(&z->lock);
    for (cs_worker *w = z->workers; w && cJSON_IsNumber(id); w = w->next) {
        if (w->id != (unsigned)id->valueint || w->phase > CS_WORKER_RUNNING) continue;
        if (cJSON_IsNumber(pid) && pid->valueint > 1)
            on_started(w, pid->valueint);
        else
            on_ended(w, message);
        break;
    }
    pthread_mutex_unlock(&z->lock);
    cJSON_Delete(message);
}

static void on_gone(cs_zygote *z) {
    pthread_mutex_lock(&z->lock);
    z->gone = true;
    for (cs_worker *w = z->workers; w; w = w->next) {
        if (w->phase > CS_WORKER_RUNNING) continue;
        kill_group(w->pid);
        set_phase(w, CS_WORKER_LOST, 0);
    }
    pthread_mutex_unlock(&z->lock);
}

static void *read_zygote(void *arg) {
    cs_zygote *z = arg;
    int sock = z->sock; /* closed only after this thread was joined */
    char text[4096];
    for (;;) {
        ssize_t n = recv(sock, text, sizeof text, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        on_message(z, text, (size_t)n);
    }
    on_gone(z);
    return NULL;
}

/* ---- starting and ending the zygote ---- */

/* In a process group of its own: Ctrl-C in the terminal is the server's business. */
static int spawn_python(const char *python, int sock, pid_t *pid) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, dflt;
    sigemptyset(&none);
    sigemptyset(&dflt);
    sigaddset(&dflt, SIGPIPE);
    sigaddset(&dflt, SIGINT);
    sigaddset(&dflt, SIGTERM);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&files, sock, ZYGOTE_FD); /* clears close-on-exec, even if it is 3 already */
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &dflt);
    char *argv[] = {(char *)python, "-I", "-m", "copyscope.zygote", NULL};
    int error = posix_spawnp(pid, python, &files, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return error ? -1 : 0;
}

/* Starts the process and the thread that reads it.  Needs the lock, or to be the only thread. */
static int start_process(cs_zygote *z) {
    int ends[2], size = 2 * (int)CS_REQUEST_MAX;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return -1;
    setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    int started = spawn_python(z->python, ends[1], &z->pid);
    close(ends[1]);
    z->gone = false;
    z->sock = ends[0];
    if (started == 0 && pthread_create(&z->reader, NULL, read_zygote, z) == 0) return 0;
    close(z->sock);
    z->sock = -1;
    if (started == 0) waitpid(z->pid, NULL, 0); /* it reads the end of its socket */
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

/* Ends the process and its reader.  Must not hold the lock: the reader takes it. */
static void end_process(cs_zygote *z) {
    if (z->sock < 0) return;
    shutdown(z->sock, SHUT_RDWR); /* the zygote and the reader both see the end */
    pthread_join(z->reader, NULL);
    close(z->sock);
    z->sock = -1;
    reap(z->pid);
}

cs_zygote *cs_zygote_start(const char *python) {
    cs_zygote *z = calloc(1, sizeof *z);
    if (!z) return NULL;
    z->python = strdup(python);
    z->sock = -1;
    if (!z->python) {
        free(z);
        return NULL;
    }
    pthread_mutex_init(&z->lock, NULL);
    start_process(z);
    return z;
}

void cs_zygote_stop(cs_zygote *z) {
    if (!z) return;
    pthread_mutex_lock(&z->lock);
    for (cs_worker *w = z->workers; w; w = w->next) kill_group(w->pid);
    pthread_mutex_unlock(&z->lock);
    end_process(z);
    pthread_mutex_destroy(&z->lock);
    free(z->python);
    free(z);
}

/* Starts the process again when it has died.  Needs the lock. */
static int revive(cs_zygote *z) {
    if (z->sock >= 0 && !z->gone) return 0;
    if (z->sock >= 0) { /* on_gone() was the reader's last use of the lock: joining cannot wait for us */
        pthread_join(z->reader, NULL);
        close(z->sock);
        z->sock = -1;
        reap(z->pid);
    }
    return start_process(z);
}

/* ---- one worker ---- */

static cJSON *limits_json(bool boxed) {
    if (!boxed) return cJSON_CreateNull();
    cJSON *limits = cJSON_CreateObject();
    cJSON_AddNumberToObject(limits, "as", (double)CS_WORKER_MEMORY);
    cJSON_AddNumberToObject(limits, "cpu", CS_WORKER_CPU_S);
    cJSON_AddNumberToObject(limits, "fsize", CS_WORKER_FILE);
    cJSON_AddNumberToObject(limits, "nofile", CS_WORKER_FILES);
    cJSON_AddNumberToObject(limits, "records", CS_WORKER_RECORDS);
    return limits;
}

/* Returns the request as one message for free(), or NULL. */
static char *request_text(const cs_request *request, unsigned id) {
    cJSON *message = cJSON_CreateObject();
    cJSON_AddNumberToObject(message, "id", id);
    cJSON_AddStringToObject(message, "code", request->code);
    cJSON_AddStringToObject(message, "policy", request->policy);
    cJSON_AddStringToObject(message, "title", request->title);
    cJSON_AddStringToObject(message, "filename", request->filename);
    cJSON_AddItemToObject(message, "limits", limits_json(request->boxed));
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
    if (revive(z) != 0) return "Python could not be started";
    char *text = request_text(request, id);
    const char *why = NULL;
    if (!text)
        why = "out of memory";
    else if (strlen(text) > CS_REQUEST_MAX)
        why = "the snippet is too long";
    else if (send_request(z->sock, text, trace_fd, output_fd) != 0)
        why = "Python's recorder does not answer";
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
        w->next = z->workers; /* the reader waits for the lock: it cannot have missed this one */
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
