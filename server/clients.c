#include "clients.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bell.h"
#include "limits.h"
#include "text.h"

struct cs_clients {
    cs_hub *hub;
    cs_classroom *room;    /* or NULL */
    size_t most[CS_ROLES]; /* how many of each role there may be */
    pthread_mutex_t lock;  /* guards the list; taken before a client's own lock, never after */
    cs_client *first;
    size_t count[CS_ROLES];
    bool closing;
};

struct cs_client {
    cs_clients *clients;
    cs_client *next;
    cs_socket *socket;
    cs_role role;
    pthread_t sender;
    int bell;
    pthread_mutex_t lock; /* guards what follows; never held while sending */
    bool closing, switched;
    cs_log *follow; /* held: what to send from now on, once `switched` */
    size_t from;    /* beginning with this frame; 0: with the opening */
    char *answers[CS_ANSWERS_MAX];
    size_t answer_count;
};

/* ---- the sender's thread ---- */

typedef struct {
    cs_log *log; /* held and listened to, or NULL */
    size_t next;
    bool ended;
} cursor;

static void leave(cs_client *c, cursor *at) {
    if (!at->log) return;
    cs_log_unlisten(at->log, c->bell);
    cs_log_drop(at->log);
    *at = (cursor){0};
}

/* Takes what others put down for this client; false when it closes.  *answer: to be sent and freed. */
static bool take_orders(cs_client *c, char **answer, cs_log **follow, size_t *from) {
    *answer = NULL;
    *follow = NULL;
    pthread_mutex_lock(&c->lock);
    bool go_on = !c->closing;
    if (c->answer_count) {
        *answer = c->answers[0];
        c->answer_count--;
        for (size_t i = 0; i < c->answer_count; i++) c->answers[i] = c->answers[i + 1];
    } else if (c->switched) {
        *follow = cs_log_hold(c->follow);
        *from = c->from;
        c->switched = false;
    }
    pthread_mutex_unlock(&c->lock);
    return go_on;
}

static int begin(cs_client *c, cursor *at, cs_log *log, size_t from) {
    leave(c, at);
    at->log = log;
    at->next = from;
    cs_log_listen(log, c->bell);
    return from ? 0 : cs_socket_send_text(c->socket, cs_log_opening(log));
}

/* Sends what is new in the class.  1 sent, 0 nothing is, -1 the client is gone. */
static int send_news(cs_client *c, uint64_t *seen) {
    char *news = c->clients->room ? cs_classroom_news(c->clients->room, c->role, seen) : NULL;
    int sent = news ? cs_socket_send_text(c->socket, news) == 0 ? 1 : -1 : 0;
    free(news);
    return sent;
}

/* Sends the next thing the log has.  1 sent, 0 nothing there yet, -1 the client is gone. */
static int send_next(cs_client *c, cursor *at) {
    if (!at->log || at->ended) return 0;
    const char *ending = cs_log_ending(at->log); /* before the frames: none comes after it */
    cs_frame frame;
    if (cs_log_frame(at->log, at->next, &frame)) {
        at->next++;
        return cs_socket_send_bytes(c->socket, frame.bytes, frame.length) == 0 ? 1 : -1;
    }
    if (!ending) return 0;
    at->ended = true;
    return cs_socket_send_text(c->socket, ending) == 0 ? 1 : -1;
}

static void wait_for_bell(cs_client *c) {
    struct pollfd ring = {.fd = c->bell, .events = POLLIN};
    poll(&ring, 1, -1);
    cs_bell_quiet(c->bell);
}

static void *send_all(void *arg) {
    cs_client *c = arg;
    cursor at = {0};
    char *answer;
    cs_log *follow;
    size_t from = 0;
    int sent = 0;
    uint64_t seen = 0;
    while (take_orders(c, &answer, &follow, &from) && sent >= 0) {
        if (answer) sent = cs_socket_send_text(c->socket, answer);
        else if (follow) sent = begin(c, &at, follow, from);
        else if ((sent = send_news(c, &seen)) == 0 && (sent = send_next(c, &at)) == 0) wait_for_bell(c);
        free(answer);
    }
    free(answer);
    if (follow) cs_log_drop(follow);
    leave(c, &at);
    if (sent < 0) cs_socket_kick(c->socket); /* so that the reader's thread hears of it */
    return NULL;
}

/* ---- what others do with a client ---- */

cs_hub *cs_client_hub(cs_client *c) { return c->clients->hub; }
cs_classroom *cs_client_room(cs_client *c) { return c->clients->room; }
cs_role cs_client_role(cs_client *c) { return c->role; }

void cs_client_answer(cs_client *c, char *json) {
    if (!json) return;
    pthread_mutex_lock(&c->lock);
    bool room = c->answer_count < CS_ANSWERS_MAX; /* one that asks and never reads gets no more */
    if (room) c->answers[c->answer_count++] = json;
    pthread_mutex_unlock(&c->lock);
    if (!room) free(json);
    cs_bell_ring(c->bell);
}

void cs_client_follow(cs_client *c, cs_log *log) { cs_client_resume(c, log, 0); }

void cs_client_resume(cs_client *c, cs_log *log, size_t from) {
    pthread_mutex_lock(&c->lock);
    cs_log *before = c->follow;
    c->follow = log;
    c->from = from;
    c->switched = true;
    pthread_mutex_unlock(&c->lock);
    cs_log_drop(before);
    cs_bell_ring(c->bell);
}

uint32_t cs_client_followed(cs_client *c) {
    pthread_mutex_lock(&c->lock);
    uint32_t id = c->follow ? cs_log_id(c->follow) : 0;
    pthread_mutex_unlock(&c->lock);
    return id;
}

/* ---- coming and going ---- */

cs_clients *cs_clients_new(cs_hub *hub, cs_classroom *room) {
    cs_clients *clients = calloc(1, sizeof *clients);
    if (!clients) return NULL;
    clients->hub = hub;
    clients->room = room;
    clients->most[CS_PRESENTER] = room ? CS_PRESENTERS_MAX : CS_CLIENTS_MAX;
    clients->most[CS_FOLLOWER] = room ? CS_FOLLOWERS_MAX : 0;
    pthread_mutex_init(&clients->lock, NULL);
    return clients;
}

void cs_clients_free(cs_clients *clients) {
    if (!clients) return;
    pthread_mutex_destroy(&clients->lock);
    free(clients);
}

static void free_client(cs_client *c) {
    for (size_t i = 0; i < c->answer_count; i++) free(c->answers[i]);
    cs_log_drop(c->follow);
    if (c->bell >= 0) close(c->bell);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* Puts the client on the list and starts its sender. */
static bool enlist(cs_clients *clients, cs_client *c) {
    pthread_mutex_lock(&clients->lock);
    bool in = !clients->closing && clients->count[c->role] < clients->most[c->role] && c->bell >= 0 &&
              pthread_create(&c->sender, NULL, send_all, c) == 0;
    if (in) {
        c->next = clients->first;
        clients->first = c;
        clients->count[c->role]++;
    }
    pthread_mutex_unlock(&clients->lock);
    return in;
}

cs_client *cs_client_opened(cs_clients *clients, cs_socket *socket, cs_role role) {
    cs_client *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->clients = clients;
    c->socket = socket;
    c->role = role;
    c->bell = cs_bell_new();
    pthread_mutex_init(&c->lock, NULL);
    if (enlist(clients, c)) {
        if (clients->room) cs_classroom_join(clients->room, role, c->bell);
        return c;
    }
    free_client(c);
    return NULL;
}

bool cs_client_text(cs_client *c, const char *text, size_t n) {
    if (!cs_utf8_valid(text, n)) return false;
    cs_command(c, text, n);
    return true;
}

void cs_client_closed(cs_client *c) {
    cs_clients *clients = c->clients;
    if (clients->room) cs_classroom_leave(clients->room, c->bell);
    pthread_mutex_lock(&clients->lock);
    for (cs_client **at = &clients->first; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            clients->count[c->role]--;
            break;
        }
    pthread_mutex_unlock(&clients->lock);
    pthread_mutex_lock(&c->lock);
    c->closing = true;
    pthread_mutex_unlock(&c->lock);
    cs_bell_ring(c->bell);
    cs_socket_kick(c->socket); /* the sender may be waiting for a client that does not read */
    pthread_join(c->sender, NULL);
    free_client(c);
}

void cs_clients_kick_all(cs_clients *clients) {
    pthread_mutex_lock(&clients->lock);
    clients->closing = true;
    for (cs_client *c = clients->first; c; c = c->next) cs_socket_kick(c->socket);
    pthread_mutex_unlock(&clients->lock);
}

void cs_clients_tell_all(cs_clients *clients, const char *json) {
    pthread_mutex_lock(&clients->lock);
    for (cs_client *c = clients->first; c; c = c->next) cs_client_answer(c, strdup(json));
    pthread_mutex_unlock(&clients->lock);
}
