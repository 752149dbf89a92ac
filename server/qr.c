#include "qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <string.h>

#define QUIET 4    /* modules of white around, as the standard wants them */
#define WIDEST 177 /* modules of the largest code */

static QRcode *encode(const char *text) { return QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M); }

/* Outside of the code all is white. */
static bool is_dark(const QRcode *code, int x, int y) {
    return x >= 0 && y >= 0 && x < code->width && y < code->width && (code->data[y * code->width + x] & 1);
}

int cs_qr_print(FILE *out, const char *text) {
    static const char *const halves[] = {" ", "\u2584", "\u2580", "\u2588"}; /* none, lower, upper, both dark */
    QRcode *code = encode(text);
    if (!code) return -1;
    for (int y = -QUIET; y < code->width + QUIET; y += 2) {
        fputs("\x1b[30;107m", out);
        for (int x = -QUIET; x < code->width + QUIET; x++)
            fputs(halves[2 * is_dark(code, x, y) + is_dark(code, x, y + 1)], out);
        fputs("\x1b[0m\n", out);
    }
    QRcode_free(code);
    return 0;
}

cJSON *cs_qr_rows(const char *text) {
    QRcode *code = encode(text);
    if (!code) return NULL;
    cJSON *rows = cJSON_CreateArray();
    for (int y = 0; y < code->width; y++) {
        char row[WIDEST + 1] = "";
        for (int x = 0; x < code->width; x++) row[x] = is_dark(code, x, y) ? '1' : '0';
        cJSON_AddItemToArray(rows, cJSON_CreateString(row));
    }
    QRcode_free(code);
    return rows;
}
