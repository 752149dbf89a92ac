/* HTTP and WebSocket, as thin as can be: another library could take this one's place. */
#ifndef CS_TRANSPORT_H
#define CS_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cs_transport cs_transport;
typedef struct cs_exchange cs_exchange; /* one request and its reply */
typedef struct cs_socket cs_socket;     /* one open WebSocket */

/* Called in the transport's threads. */
typedef struct {
    bool (*admit)(void *ctx, cs_exchange *x); /* before every route; false: it replied with a refusal */
    void (*get)(void *ctx, cs_exchange *x);   /* must reply */
    /* The socket is open until `closed` returns.  NULL: refused. */
    void *(*opened)(void *ctx, cs_socket *socket, const cs_exchange *handshake);
    bool (*text)(void *client, const char *text, size_t n); /* a whole message; false closes the socket */
    void (*closed)(void *client);
} cs_transport_ops;

/* Listens on 127.0.0.1, or on all addresses of this machine, and holds up to `sockets` WebSockets open.  Returns NULL
 * when it cannot (the port is taken, as a rule). */
cs_transport *cs_transport_start(const cs_transport_ops *ops, void *ctx, int port, bool everywhere, unsigned sockets);
void cs_transport_stop(cs_transport *t); /* kick every socket before */

const char *cs_exchange_method(const cs_exchange *x);
const char *cs_exchange_path(const cs_exchange *x);  /* decoded, without "..": never NULL */
const char *cs_exchange_query(const cs_exchange *x); /* "" when there is none */
/* The header's value, or NULL; *count: how often it was sent. */
const char *cs_exchange_header(const cs_exchange *x, const char *name, size_t *count);
bool cs_exchange_from_here(const cs_exchange *x); /* over the loopback: by this machine itself */

/* Reads the body into out, NUL-terminated.  Returns its length, or -1: none was announced, or more than fits. */
long cs_exchange_body(cs_exchange *x, char *out, size_t size);

/* Replies at once.  headers: more lines, each ending in \r\n, or "". */
void cs_reply(cs_exchange *x, int status, const char *type, const char *headers, const void *body, size_t n);
/* Or piece by piece, `length` bytes in all. */
void cs_reply_begin(cs_exchange *x, int status, const char *type, const char *headers, unsigned long long length);
int cs_reply_write(cs_exchange *x, const void *bytes, size_t n); /* -1: the client is gone */

/* Sends one message.  Returns 0, or -1 when the client is gone, or has taken nothing for CS_STALL_MS. */
int cs_socket_send_text(cs_socket *s, const char *text);
int cs_socket_send_bytes(cs_socket *s, const void *bytes, size_t n);
/* Ends the connection; a sender that waits for a slow client returns at once.  Any thread, until `closed` returns. */
void cs_socket_kick(cs_socket *s);

#endif
