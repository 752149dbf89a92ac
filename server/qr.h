/* QR codes: in a terminal, and for the page. */
#ifndef CS_QR_H
#define CS_QR_H

#include <cjson/cJSON.h>
#include <stdio.h>

/* Prints text as a QR code of half blocks, black on white whatever the terminal's colours.  Returns 0, or -1: too long.
 */
int cs_qr_print(FILE *out, const char *text);

/* Rows of '1' (dark) and '0', without the quiet zone; NULL: too long. */
cJSON *cs_qr_rows(const char *text);

#endif
