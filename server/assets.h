/* The page's files: part of the program, or from a folder while developing. */
#ifndef CS_ASSETS_H
#define CS_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *path; /* "index.html", "fonts/inter.woff2" */
    const char *bytes;
    size_t length;
} cs_asset;

/* Made by embed.c from build/web; ends with a path of NULL. */
extern const cs_asset cs_embedded_assets[];

typedef struct {
    const char *type;
    const char *bytes;
    size_t length;
    char *owned; /* for free(); NULL when embedded */
} cs_asset_body;

/* web_root NULL: the embedded ones.  False when there is no such file. */
bool cs_asset_find(const char *web_root, const char *path, cs_asset_body *out);

#endif
