/* WebSocket (RFC 6455), the server's side: the handshake's answer, and frames of a client, parsed as hostile.  No
 * socket is touched here. */
#ifndef CS_WEBSOCKET_H
#define CS_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

enum { CS_WS_CONTINUATION = 0, CS_WS_TEXT = 1, CS_WS_BINARY = 2, CS_WS_CLOSE = 8, CS_WS_PING = 9, CS_WS_PONG = 10 };

/* Why a connection is closed */
enum {
    CS_WS_OPEN = 0, /* it is not */
    CS_WS_NORMAL = 1000,
    CS_WS_GOING_AWAY = 1001,
    CS_WS_PROTOCOL = 1002, /* a frame that must not be: without a mask, with reserved bits, a fragment of nothing */
    CS_WS_KIND = 1003,     /* binary: commands are text */
    CS_WS_NOT_UTF8 = 1007,
    CS_WS_TOO_LARGE = 1009,
    CS_WS_INTERNAL = 1011,
    CS_WS_TRY_LATER = 1013 /* all places are taken */
};

#define CS_WS_ACCEPT_SIZE 32
#define CS_WS_HEAD_MAX 10
#define CS_WS_CONTROL_MAX 125

/* What the client's key is answered with, NUL-terminated.  False: that is no key. */
bool cs_ws_accept(const char *key, char out[CS_WS_ACCEPT_SIZE]);

/* Writes the head of an unfragmented frame to a client; returns its length. */
size_t cs_ws_head(unsigned char out[CS_WS_HEAD_MAX], int opcode, size_t n);

typedef struct {
    /* A whole message; false: it is not UTF-8. */
    bool (*text)(void *ctx, const char *text, size_t n);
    /* A ping or pong. */
    void (*control)(void *ctx, int opcode, const unsigned char *bytes, size_t n);
    void *ctx;
} cs_ws_sink;

typedef struct cs_ws_reader cs_ws_reader;

/* max: bytes of a message, fragments together.  Returns NULL when out of memory. */
cs_ws_reader *cs_ws_reader_new(const cs_ws_sink *sink, size_t max);
void cs_ws_reader_free(cs_ws_reader *r);

/* Takes what came, cut anywhere; the bytes are changed (unmasked).  Returns CS_WS_OPEN, or what to close with: nothing
 * is taken after that. */
int cs_ws_feed(cs_ws_reader *r, unsigned char *bytes, size_t n);

#endif
