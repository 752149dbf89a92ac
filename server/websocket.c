#include "websocket.h"

#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_LENGTH 24 /* 16 bytes in base64 */
#define CLIENT_HEAD_MAX 14

struct cs_ws_reader {
    cs_ws_sink sink;
    size_t max;
    unsigned char head[CLIENT_HEAD_MAX];
    size_t head_have;
    uint64_t left; /* bytes of this frame's payload that have not come */
    size_t at;     /* of its payload, for the mask */
    unsigned char control[CS_WS_CONTROL_MAX];
    size_t control_n;
    char *message; /* of fragments, so far; always one byte more than it needs */
    size_t length, capacity;
    bool assembling;
    int closed; /* what it was closed with */
};

bool cs_ws_accept(const char *key, char out[CS_WS_ACCEPT_SIZE]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char text[KEY_LENGTH + sizeof GUID];
    if (strlen(key) != KEY_LENGTH) return false;
    snprintf(text, sizeof text, "%s%s", key, GUID);
    if (EVP_Digest(text, strlen(text), digest, &n, EVP_sha1(), NULL) != 1) return false;
    EVP_EncodeBlock((unsigned char *)out, digest, (int)n); /* 28 characters and the end */
    return true;
}

size_t cs_ws_head(unsigned char out[CS_WS_HEAD_MAX], int opcode, size_t n) {
    size_t wide = n < 126 ? 0 : n <= UINT16_MAX ? 2 : 8;
    out[0] = (unsigned char)(0x80 | opcode);
    out[1] = (unsigned char)(wide == 0 ? n : wide == 2 ? 126 : 127);
    for (size_t i = 0; i < wide; i++) out[2 + i] = (unsigned char)((uint64_t)n >> (8 * (wide - 1 - i)));
    return 2 + wide;
}

cs_ws_reader *cs_ws_reader_new(const cs_ws_sink *sink, size_t max) {
    cs_ws_reader *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->sink = *sink;
    r->max = max;
    return r;
}

void cs_ws_reader_free(cs_ws_reader *r) {
    if (!r) return;
    free(r->message);
    free(r);
}

/* ---- one frame's head ---- */

static size_t length_bytes(const cs_ws_reader *r) {
    int length = r->head[1] & 0x7f;
    return length == 126 ? 2 : length == 127 ? 8 : 0;
}

/* How long the head is, as far as is known. */
static size_t head_length(const cs_ws_reader *r) { return r->head_have < 2 ? 2 : 2 + length_bytes(r) + 4; }

static uint64_t payload_length(const cs_ws_reader *r) {
    size_t wide = length_bytes(r);
    uint64_t length = wide ? 0 : r->head[1] & 0x7f;
    for (size_t i = 0; i < wide; i++) length = length << 8 | r->head[2 + i];
    return length;
}

/* May a frame begin so?  Of the first two bytes. */
static int check_start(const cs_ws_reader *r) {
    int opcode = r->head[0] & 15;
    bool last = r->head[0] & 0x80, control = opcode & 8;
    if (r->head[0] & 0x70) return CS_WS_PROTOCOL;    /* no extension was agreed on */
    if (!(r->head[1] & 0x80)) return CS_WS_PROTOCOL; /* a client masks */
    if (control && (!last || (r->head[1] & 0x7f) > CS_WS_CONTROL_MAX || opcode > CS_WS_PONG)) return CS_WS_PROTOCOL;
    if (control) return CS_WS_OPEN;
    if (opcode == CS_WS_BINARY) return CS_WS_KIND;
    if (opcode > CS_WS_BINARY || (opcode == CS_WS_CONTINUATION) != r->assembling) return CS_WS_PROTOCOL;
    return CS_WS_OPEN;
}

/* The head is whole: is there room for what it announces? */
static int check_length(cs_ws_reader *r) {
    r->left = payload_length(r);
    r->at = 0;
    if (r->head[0] & 8) {
        r->control_n = 0;
        return CS_WS_OPEN;
    }
    if (r->left > r->max - r->length) return CS_WS_TOO_LARGE;
    r->assembling = true;
    return CS_WS_OPEN;
}

/* ---- its payload ---- */

/* Room for n bytes more, and the end. */
static int make_room(cs_ws_reader *r, size_t n) {
    if (r->length + n < r->capacity) return CS_WS_OPEN;
    size_t capacity = (r->length + n + 1) * 2; /* of what has come, not of what was announced */
    char *grown = realloc(r->message, capacity);
    if (!grown) return CS_WS_INTERNAL;
    r->message = grown;
    r->capacity = capacity;
    return CS_WS_OPEN;
}

static int keep(cs_ws_reader *r, const unsigned char *bytes, size_t n) {
    if (r->head[0] & 8) {
        memcpy(r->control + r->control_n, bytes, n);
        r->control_n += n;
        return CS_WS_OPEN;
    }
    int error = make_room(r, n);
    if (error) return error;
    memcpy(r->message + r->length, bytes, n);
    r->length += n;
    return CS_WS_OPEN;
}

/* A close frame's reason is echoed if it is one that may be sent. */
static int closing(const cs_ws_reader *r) {
    unsigned code = r->control_n >= 2 ? (unsigned)r->control[0] << 8 | r->control[1] : CS_WS_NORMAL;
    bool known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    return known && r->control_n != 1 ? (int)code : CS_WS_PROTOCOL;
}

/* The frame is whole. */
static int finish(cs_ws_reader *r) {
    int opcode = r->head[0] & 15;
    if (opcode == CS_WS_CLOSE) return closing(r);
    if (opcode & 8) {
        r->sink.control(r->sink.ctx, opcode, r->control, r->control_n);
        return CS_WS_OPEN;
    }
    if (!(r->head[0] & 0x80)) return CS_WS_OPEN;
    int error = make_room(r, 0); /* an empty message has its place, too */
    if (error) return error;
    r->message[r->length] = '\0';
    bool good = r->sink.text(r->sink.ctx, r->message, r->length);
    r->length = 0;
    r->assembling = false;
    return good ? CS_WS_OPEN : CS_WS_NOT_UTF8;
}

/* ---- the stream ---- */

static int feed_head(cs_ws_reader *r, const unsigned char **bytes, size_t *n) {
    while (*n && r->head_have < head_length(r)) {
        r->head[r->head_have++] = *(*bytes)++;
        --*n;
        int error = r->head_have == 2 ? check_start(r) : CS_WS_OPEN;
        if (error) return error;
    }
    return r->head_have >= 2 && r->head_have == head_length(r) ? check_length(r) : CS_WS_OPEN;
}

static bool head_is_whole(const cs_ws_reader *r) { return r->head_have >= 2 && r->head_have == head_length(r); }

int cs_ws_feed(cs_ws_reader *r, unsigned char *bytes, size_t n) {
    while (!r->closed && (n || (head_is_whole(r) && !r->left))) {
        if (!head_is_whole(r)) {
            const unsigned char *from = bytes;
            size_t before = n;
            r->closed = feed_head(r, &from, &n);
            bytes += before - n;
            continue;
        }
        size_t part = n < r->left ? n : (size_t)r->left;
        const unsigned char *mask = r->head + head_length(r) - 4;
        for (size_t i = 0; i < part; i++) bytes[i] ^= mask[r->at++ & 3];
        r->closed = keep(r, bytes, part);
        r->left -= part;
        bytes += part;
        n -= part;
        if (r->left || r->closed) continue;
        r->closed = finish(r);
        r->head_have = 0;
    }
    return r->closed;
}
