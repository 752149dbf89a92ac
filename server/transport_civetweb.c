#include "transport.h"

#include <civetweb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limits.h"

#define SOCKET_PATH "/ws"
#define NO_PEER 0 /* of a listening socket */

struct cs_transport {
    struct mg_context *civetweb;
    cs_transport_ops ops;
    void *ctx;
    int port;
};

struct cs_exchange {
    struct mg_connection *conn;
    const struct mg_request_info *info;
    int status; /* 0: nothing replied yet */
};

struct cs_socket {
    struct mg_connection *conn;
    int fd; /* civetweb's own; -1: not found */
    void *client;
    char *message; /* of fragments, so far */
    size_t length;
    bool assembling;
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

/* Every request comes here first, a WebSocket's handshake too. */
static int on_request(struct mg_connection *conn) {
    const struct mg_request_info *info = mg_get_request_info(conn);
    cs_transport *t = info->user_data;
    cs_exchange x = {.conn = conn, .info = info};
    if (!t->ops.admit(t->ctx, &x)) return x.status;
    if (strcmp(cs_exchange_path(&x), SOCKET_PATH) == 0 && wants_socket(&x)) return 0; /* civetweb shakes hands */
    t->ops.get(t->ctx, &x);
    return x.status ? x.status : 500;
}

static int on_log(const struct mg_connection *conn, const char *message) {
    (void)conn;
    (void)message;
    return 1; /* said aloud where it matters; requests may carry the token */
}

/* ---- sockets ---- */

/* civetweb keeps the descriptor to itself, and without it a stalled send cannot be ended: find it by its peer. */
static int find_descriptor(int own_port, int peer_port) {
    long max = sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < max && fd < 65536; fd++) {
        struct sockaddr_in own = {0}, peer = {0};
        socklen_t own_n = sizeof own, peer_n = sizeof peer;
        if (getsockname(fd, (struct sockaddr *)&own, &own_n) != 0 || own.sin_family != AF_INET) continue;
        bool connected = getpeername(fd, (struct sockaddr *)&peer, &peer_n) == 0;
        if (ntohs(own.sin_port) == own_port && (connected ? ntohs(peer.sin_port) : NO_PEER) == peer_port) return fd;
    }
    return -1;
}

static void on_ready(struct mg_connection *conn, void *arg) {
    cs_transport *t = arg;
    cs_socket *s = calloc(1, sizeof *s);
    if (!s) return;
    const struct mg_request_info *info = mg_get_request_info(conn);
    s->conn = conn;
    s->fd = find_descriptor(info->server_port, info->remote_port);
    s->client = t->ops.opened(t->ctx, s);
    mg_set_user_connection_data(conn, s);
    if (!s->client) cs_socket_kick(s);
}

static void close_with(cs_socket *s, unsigned code) {
    char status[2] = {(char)(code >> 8), (char)code};
    mg_websocket_write(s->conn, MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE, status, sizeof status);
}

/* Collects a message of fragments.  Returns 0, or the status to close with. */
static unsigned collect(cs_socket *s, int opcode, const char *data, size_t n) {
    bool continues = opcode == MG_WEBSOCKET_OPCODE_CONTINUATION;
    if (continues != s->assembling) return 1002;
    if (n > CS_MESSAGE_MAX - s->length) return 1009;
    char *message = realloc(s->message, s->length + n + 1);
    if (!message) return 1011;
    s->message = message;
    memcpy(message + s->length, data, n);
    s->length += n;
    s->assembling = true;
    return 0;
}

static int on_data(struct mg_connection *conn, int bits, char *data, size_t n, void *arg) {
    cs_transport *t = arg;
    cs_socket *s = mg_get_user_connection_data(conn);
    int opcode = bits & 15;
    if (!s || !s->client) return 0;
    if (opcode == MG_WEBSOCKET_OPCODE_PING || opcode == MG_WEBSOCKET_OPCODE_PONG) return 1; /* civetweb answers */
    if (opcode == MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE) return 0;
    unsigned status = opcode > MG_WEBSOCKET_OPCODE_TEXT ? 1003 : collect(s, opcode, data, n);
    if (!status && (bits & 0x80)) {
        if (!t->ops.text(s->client, s->message, s->length)) status = 1007;
        s->length = 0;
        s->assembling = false;
    }
    if (status) close_with(s, status);
    return status == 0;
}

static void on_close(const struct mg_connection *conn, void *arg) {
    cs_transport *t = arg;
    cs_socket *s = mg_get_user_connection_data(conn);
    if (!s) return;
    if (s->client) t->ops.closed(s->client);
    free(s->message);
    free(s);
}

int cs_socket_send_text(cs_socket *s, const char *text) {
    return mg_websocket_write(s->conn, MG_WEBSOCKET_OPCODE_TEXT, text, strlen(text)) > 0 ? 0 : -1;
}

int cs_socket_send_bytes(cs_socket *s, const void *bytes, size_t n) {
    return mg_websocket_write(s->conn, MG_WEBSOCKET_OPCODE_BINARY, bytes, n) > 0 ? 0 : -1;
}

void cs_socket_kick(cs_socket *s) {
    if (s->fd >= 0) shutdown(s->fd, SHUT_RDWR);
}

/* ---- start and stop ---- */

cs_transport *cs_transport_start(const cs_transport_ops *ops, void *ctx, int port) {
    char listen[32], threads[16];
    snprintf(listen, sizeof listen, "127.0.0.1:%d", port);
    snprintf(threads, sizeof threads, "%u", CS_CLIENTS_MAX + 16); /* a socket keeps its thread */
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
                             "websocket_timeout_ms",
                             "20000",
                             "enable_websocket_ping_pong",
                             "yes",
                             "enable_directory_listing",
                             "no",
                             NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request, .log_message = on_log};
    cs_transport *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->ops = *ops;
    t->ctx = ctx;
    t->port = port;
    mg_init_library(0);
    t->civetweb = mg_start(&callbacks, t, options);
    if (!t->civetweb) {
        mg_exit_library();
        free(t);
        return NULL;
    }
    mg_set_websocket_handler(t->civetweb, SOCKET_PATH, NULL, on_ready, on_data, on_close, t);
    return t;
}

void cs_transport_stop(cs_transport *t) {
    int listening = find_descriptor(t->port, NO_PEER);
    if (listening >= 0) shutdown(listening, SHUT_RDWR); /* wakes the thread that accepts: else it sleeps for 2 s */
    mg_stop(t->civetweb);
    mg_exit_library();
    free(t);
}
