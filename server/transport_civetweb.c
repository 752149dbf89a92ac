#include "transport.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "limits.h"
#include "say.h"
#include "text.h"
#include "websocket.h"

#define SOCKET_PATH "/ws"
#define NO_PEER 0 /* of a listening socket: no port, and any address */

struct cs_transport {
    struct mg_context *civetweb;
    cs_transport_ops ops;
    void *ctx;
    int port;
    atomic_uint sockets; /* open ones */
    unsigned most;       /* so many may be */
};

struct cs_exchange {
    struct mg_connection *conn;
    const struct mg_request_info *info;
    int status; /* 0: nothing replied yet */
};

/* civetweb accepts frames without a mask, believes a length of 2 GiB, does not put fragments together and never gives a
 * stalled client up.  So it only brings the handshake; from then on its thread serves the descriptor here. */
struct cs_socket {
    int fd; /* civetweb's own */
    cs_transport *transport;
    void *client;
    pthread_mutex_t sending; /* one frame at a time: the client's sender, and the answers to pings */
};

/* ---- requests ---- */

const char *cs_exchange_method(const cs_exchange *x) { return x->info->request_method; }
const char *cs_exchange_path(const cs_exchange *x) { return x->info->local_uri ? x->info->local_uri : ""; }
const char *cs_exchange_query(const cs_exchange *x) { return x->info->query_string ? x->info->query_string : ""; }

const char *cs_exchange_header(const cs_exchange *x, const char *name, size_t *count) {
    const char *value = NULL;
    *count = 0;
    for (int i = 0; i < x->info->num_headers; i++)
        if (strcasecmp(x->info->http_headers[i].name, name) == 0) {
            value = x->info->http_headers[i].value;
            ++*count;
        }
    return value;
}

bool cs_exchange_from_here(const cs_exchange *x) { return strncmp(x->info->remote_addr, "127.", 4) == 0; }

long cs_exchange_body(cs_exchange *x, char *out, size_t size) {
    long long length = x->info->content_length;
    size_t n = 0;
    if (length < 0 || (unsigned long long)length >= size) return -1;
    for (int got = 1; got > 0 && n < (size_t)length;) {
        got = mg_read(x->conn, out + n, (size_t)length - n);
        if (got > 0) n += (size_t)got;
    }
    out[n] = '\0';
    return n == (size_t)length ? (long)n : -1;
}

void cs_reply_begin(cs_exchange *x, int status, const char *type, const char *headers, unsigned long long length) {
    x->status = status;
    mg_disable_connection_keep_alive(x->conn);
    mg_printf(x->conn,
              "HTTP/1.1 %d %s\r\n"
              "Content-Type: %s\r\n"
              "Content-Length: %llu\r\n"
              "Connection: close\r\n"
              "Content-Security-Policy: default-src 'self'; style-src 'self'; img-src 'self' data:; "
              "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Referrer-Policy: no-referrer\r\n"
              "Cross-Origin-Resource-Policy: same-origin\r\n"
              "Cache-Control: no-store\r\n"
              "%s\r\n",
              status, mg_get_response_code_text(x->conn, status), type, length, headers);
}

int cs_reply_write(cs_exchange *x, const void *bytes, size_t n) {
    return n == 0 || mg_write(x->conn, bytes, n) > 0 ? 0 : -1;
}

void cs_reply(cs_exchange *x, int status, const char *type, const char *headers, const void *body, size_t n) {
    cs_reply_begin(x, status, type, headers, n);
    cs_reply_write(x, body, n);
}

static bool wants_socket(const cs_exchange *x) {
    size_t n;
    const char *upgrade = cs_exchange_header(x, "Upgrade", &n);
    return upgrade && strcasecmp(upgrade, "websocket") == 0;
}

/* ---- sockets ---- */

/* civetweb keeps the descriptor to itself, and without it a stalled send cannot be ended: find it by its peer. */
static int find_descriptor(int own_port, int peer_port, in_addr_t address) {
    long max = sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < max && fd < 65536; fd++) {
        struct sockaddr_in own = {0}, peer = {0};
        socklen_t own_n = sizeof own, peer_n = sizeof peer;
        if (getsockname(fd, (struct sockaddr *)&own, &own_n) != 0 || own.sin_family != AF_INET) continue;
        bool connected = getpeername(fd, (struct sockaddr *)&peer, &peer_n) == 0;
        if (connected && peer.sin_addr.s_addr != address) continue; /* two machines may use one port */
        if (ntohs(own.sin_port) == own_port && (connected ? ntohs(peer.sin_port) : NO_PEER) == peer_port) return fd;
    }
    return -1;
}

/* Waits until the client takes more.  False: it has taken nothing for too long, or is gone. */
static bool has_room(int fd) {
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    int ready;
    do ready = poll(&room, 1, CS_STALL_MS);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && !(room.revents & (POLLERR | POLLHUP | POLLNVAL));
}

/* Skips n bytes that are sent. */
static void advance(struct msghdr *message, size_t n) {
    while (message->msg_iovlen && n >= message->msg_iov->iov_len) {
        n -= message->msg_iov->iov_len;
        message->msg_iov++;
        message->msg_iovlen--;
    }
    if (!message->msg_iovlen) return;
    message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + n;
    message->msg_iov->iov_len -= n;
}

/* Sends all parts.  Needs the lock.  Returns 0, or -1: the client is gone, or was given up. */
static int send_parts(cs_socket *s, struct iovec *parts, size_t count) {
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
    advance(&message, 0);
    while (message.msg_iovlen) {
        ssize_t n = sendmsg(s->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) advance(&message, (size_t)n);
        else if (errno == EAGAIN ? !has_room(s->fd) : errno != EINTR) {
            cs_socket_kick(s); /* what came of the frame is no frame: nothing can follow it */
            return -1;
        }
    }
    return 0;
}

static int send_frame(cs_socket *s, int opcode, const void *bytes, size_t n) {
    unsigned char head[CS_WS_HEAD_MAX];
    struct iovec parts[] = {{head, cs_ws_head(head, opcode, n)}, {(void *)bytes, n}};
    pthread_mutex_lock(&s->sending);
    int result = send_parts(s, parts, 2);
    pthread_mutex_unlock(&s->sending);
    return result;
}

int cs_socket_send_text(cs_socket *s, const char *text) { return send_frame(s, CS_WS_TEXT, text, strlen(text)); }
int cs_socket_send_bytes(cs_socket *s, const void *bytes, size_t n) { return send_frame(s, CS_WS_BINARY, bytes, n); }
void cs_socket_kick(cs_socket *s) { shutdown(s->fd, SHUT_RDWR); }

static bool on_text(void *ctx, const char *text, size_t n) {
    const cs_socket *s = ctx;
    return s->transport->ops.text(s->client, text, n);
}

static void on_control(void *ctx, int opcode, const unsigned char *bytes, size_t n) {
    if (opcode == CS_WS_PING) send_frame(ctx, CS_WS_PONG, bytes, n);
}

/* Waits for bytes.  Returns how many came; 0: the client is gone, or has not even answered a ping. */
static size_t receive(cs_socket *s, unsigned char *buffer) {
    for (unsigned silent = 0; silent < CS_PINGS_MAX;) {
        struct pollfd wait = {.fd = s->fd, .events = POLLIN};
        int ready = poll(&wait, 1, CS_PING_MS);
        if (ready == 0) {
            silent++;
            if (send_frame(s, CS_WS_PING, "", 0) != 0) return 0;
            continue;
        }
        ssize_t n = ready > 0 ? recv(s->fd, buffer, CS_RECEIVE_SIZE, MSG_DONTWAIT) : -1;
        if (n >= 0) return (size_t)n;
        if (errno != EINTR && errno != EAGAIN) return 0;
    }
    return 0;
}

/* Says why, and reads on for a while: what is left unread at the end would make the kernel take the reason back. */
static void close_with(cs_socket *s, int code, unsigned char *buffer) {
    const unsigned char status[2] = {(unsigned char)(code >> 8), (unsigned char)code};
    if (send_frame(s, CS_WS_CLOSE, status, sizeof status) != 0) return;
    shutdown(s->fd, SHUT_WR);
    for (int64_t left, end = cs_now_ms() + CS_CLOSE_MS; (left = end - cs_now_ms()) > 0;) {
        struct pollfd wait = {.fd = s->fd, .events = POLLIN};
        if (poll(&wait, 1, (int)left) > 0 && recv(s->fd, buffer, CS_RECEIVE_SIZE, MSG_DONTWAIT) <= 0) return;
    }
}

/* Until the client is gone, one way or another. */
static void read_frames(cs_socket *s) {
    const cs_ws_sink sink = {on_text, on_control, s};
    cs_ws_reader *reader = cs_ws_reader_new(&sink, CS_MESSAGE_MAX);
    unsigned char *buffer = malloc(CS_RECEIVE_SIZE);
    int code = reader && buffer ? CS_WS_OPEN : CS_WS_INTERNAL;
    for (size_t n; !code && (n = receive(s, buffer));) code = cs_ws_feed(reader, buffer, n);
    if (code && buffer) close_with(s, code, buffer);
    cs_ws_reader_free(reader);
    free(buffer);
}

static void refuse(cs_exchange *x, int status, const char *why) {
    cs_reply(x, status, "text/plain; charset=utf-8", "", why, strlen(why));
}

/* Answers the handshake.  Returns 0, or -1 after a refusal. */
static int shake_hands(cs_socket *s, cs_exchange *x) {
    size_t keys, versions;
    const char *key = cs_exchange_header(x, "Sec-WebSocket-Key", &keys);
    const char *version = cs_exchange_header(x, "Sec-WebSocket-Version", &versions);
    char accept[CS_WS_ACCEPT_SIZE], text[160];
    if (versions != 1 || strcmp(version, "13") != 0) {
        cs_reply(x, 426, "text/plain", "Sec-WebSocket-Version: 13\r\n", "", 0);
        return -1;
    }
    if (keys != 1 || !cs_ws_accept(key, accept)) {
        refuse(x, 400, "copyscope: the handshake has no key\n");
        return -1;
    }
    snprintf(text, sizeof text,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n\r\n",
             accept);
    x->status = 101;
    mg_disable_connection_keep_alive(x->conn);
    return send_parts(s, &(struct iovec){text, strlen(text)}, 1);
}

/* Serves one socket in the request's thread, to its end. */
static void serve_open(cs_transport *t, cs_exchange *x, int fd) {
    cs_socket s = {.fd = fd, .transport = t};
    pthread_mutex_init(&s.sending, NULL);
    if (shake_hands(&s, x) == 0) {
        s.client = t->ops.opened(t->ctx, &s, x);
        if (s.client) {
            cs_say(CS_SAY_DEBUG, "client.open", "open=%u", atomic_load(&t->sockets));
            read_frames(&s);
            cs_say(CS_SAY_DEBUG, "client.end", "open=%u", atomic_load(&t->sockets) - 1);
            t->ops.closed(s.client);
        } else {
            const unsigned char full[2] = {CS_WS_TRY_LATER >> 8, CS_WS_TRY_LATER & 255};
            send_frame(&s, CS_WS_CLOSE, full, sizeof full);
        }
    }
    pthread_mutex_destroy(&s.sending);
}

static void refuse_full(const cs_transport *t, cs_exchange *x) {
    cs_say(CS_SAY_INFO, "client.refused", "most=%u", t->most);
    refuse(x, 503, "copyscope: all places are taken\n");
}

static void serve_socket(cs_transport *t, cs_exchange *x) {
    int fd = find_descriptor(x->info->server_port, x->info->remote_port, inet_addr(x->info->remote_addr));
    if (atomic_fetch_add(&t->sockets, 1) >= t->most) refuse_full(t, x);
    else if (fd < 0) refuse(x, 500, "copyscope: the connection is not found\n");
    else serve_open(t, x, fd);
    atomic_fetch_sub(&t->sockets, 1);
}

/* ---- all requests ---- */

/* Every request comes here first, a WebSocket's handshake too. */
static int on_request(struct mg_connection *conn) {
    const struct mg_request_info *info = mg_get_request_info(conn);
    cs_transport *t = info->user_data;
    cs_exchange x = {.conn = conn, .info = info};
    if (!t->ops.admit(t->ctx, &x)) return x.status;
    if (strcmp(cs_exchange_path(&x), SOCKET_PATH) == 0 && wants_socket(&x)) serve_socket(t, &x);
    else t->ops.get(t->ctx, &x);
    return x.status ? x.status : 500;
}

/* What civetweb refuses by itself.  Its own answer repeats the version that the client sent, line ends and all. */
static int on_error(struct mg_connection *conn, int status, const char *message) {
    static const char text[] = "copyscope: that is no request that can be answered\n";
    cs_exchange x = {.conn = conn};
    (void)message;
    cs_reply(&x, status, "text/plain; charset=utf-8", "", text, sizeof text - 1);
    return 0;
}

static int on_log(const struct mg_connection *conn, const char *message) {
    (void)conn;
    (void)message;
    return 1; /* said aloud where it matters; requests may carry the token */
}

/* ---- start and stop ---- */

cs_transport *cs_transport_start(const cs_transport_ops *ops, void *ctx, int port, bool everywhere, unsigned sockets) {
    char listen[32], threads[16];
    snprintf(listen, sizeof listen, "%s:%d", everywhere ? "0.0.0.0" : "127.0.0.1", port);
    snprintf(threads, sizeof threads, "%u", sockets + 16); /* a socket keeps its thread */
    const char *options[] = {"listening_ports",
                             listen,
                             "num_threads",
                             threads,
                             "tcp_nodelay",
                             "1",
                             "enable_keep_alive",
                             "no",
                             "request_timeout_ms",
                             "10000",
                             "enable_directory_listing",
                             "no",
                             NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request, .log_message = on_log, .http_error = on_error};
    cs_transport *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->ops = *ops;
    t->ctx = ctx;
    t->port = port;
    t->most = sockets;
    mg_init_library(0);
    t->civetweb = mg_start(&callbacks, t, options);
    if (!t->civetweb) {
        mg_exit_library();
        free(t);
        return NULL;
    }
    return t;
}

void cs_transport_stop(cs_transport *t) {
    int listening = find_descriptor(t->port, NO_PEER, INADDR_ANY);
    if (listening >= 0) shutdown(listening, SHUT_RDWR); /* wakes the thread that accepts: else it sleeps for 2 s */
    mg_stop(t->civetweb);
    mg_exit_library();
    free(t);
}
