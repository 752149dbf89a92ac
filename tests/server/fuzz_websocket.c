/* libFuzzer: frames read in one piece are those read in pieces, and nothing larger than the limit comes out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "websocket.h"

#define LIMIT 300u

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

/* All that a reader said, folded into one number. */
typedef struct {
    uint64_t sum;
    size_t messages;
} heard;

static void fold(heard *h, int kind, const void *bytes, size_t n) {
    h->sum = (h->sum ^ (uint64_t)(kind + 1) ^ n << 8) * 0x100000001b3u;
    for (size_t i = 0; i < n; i++) h->sum = (h->sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    h->messages++;
}

static bool on_text(void *ctx, const char *text, size_t n) {
    if (n > LIMIT || text[n]) abort();
    if (!cs_utf8_valid(text, n)) return false;
    fold(ctx, CS_WS_TEXT, text, n);
    return true;
}

static void on_control(void *ctx, int opcode, const unsigned char *bytes, size_t n) {
    if (n > CS_WS_CONTROL_MAX) abort();
    fold(ctx, opcode, bytes, n);
}

static heard read_in_pieces(const unsigned char *data, size_t n, size_t piece) {
    heard h = {.sum = 0xcbf29ce484222325u};
    const cs_ws_sink sink = {on_text, on_control, &h};
    cs_ws_reader *reader = cs_ws_reader_new(&sink, LIMIT);
    unsigned char *own = malloc(n + 1);
    if (!reader || !own) abort();
    memcpy(own, data, n);
    int code = CS_WS_OPEN;
    for (size_t at = 0; at < n && !code; at += piece)
        code = cs_ws_feed(reader, own + at, piece < n - at ? piece : n - at);
    fold(&h, code, "", 0);
    cs_ws_reader_free(reader);
    free(own);
    return h;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n) {
    if (n < 1) return 0;
    heard whole = read_in_pieces(data + 1, n - 1, n), pieces = read_in_pieces(data + 1, n - 1, 1 + data[0] % 16);
    if (whole.sum != pieces.sum || whole.messages != pieces.messages) abort();
    return 0;
}
