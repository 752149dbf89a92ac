/* A Chromium without a window that opens one page from disk and answers questions about it, over the pipe of its
 * DevTools protocol: no port is opened. */
#ifndef CS_BROWSER_H
#define CS_BROWSER_H

#include <cjson/cJSON.h>

typedef struct cs_browser cs_browser;

/* Opens the page at `path` in a window of that size.  Returns NULL and says why in a line. */
cs_browser *cs_browser_open(const char *path, unsigned width, unsigned height, char *why, size_t n);

/* The value of a JavaScript expression, a promise's when it is kept.  Returns JSON for cJSON_Delete(), or NULL and why.
 */
cJSON *cs_browser_value(cs_browser *b, const char *expression, char *why, size_t n);

/* The page as PDF, on paper of the page's own size: base64.  For cJSON_Delete(); NULL and why. */
cJSON *cs_browser_pdf(cs_browser *b, char *why, size_t n);

void cs_browser_close(cs_browser *b);

#endif
