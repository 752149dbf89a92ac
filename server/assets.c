#include "assets.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "limits.h"

static const struct {
    const char *suffix, *type;
} types[] = {{".html", "text/html; charset=utf-8"},
             {".js", "text/javascript; charset=utf-8"},
             {".css", "text/css; charset=utf-8"},
             {".json", "application/json"},
             {".map", "application/json"},
             {".svg", "image/svg+xml"},
             {".png", "image/png"},
             {".ico", "image/x-icon"},
             {".txt", "text/plain; charset=utf-8"},
             {".woff2", "font/woff2"}};

/* NULL: not a kind of file that the page is made of. */
static const char *type_of(const char *path) {
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i].suffix) == 0) return types[i].type;
    return NULL;
}

/* Letters, digits, "-", "_", "." within names that do not begin with a dot. */
static bool is_plain(const char *path) {
    for (const char *at = path; *at; at++) {
        bool first = at == path || at[-1] == '/';
        if (first && (*at == '.' || *at == '/')) return false;
        if (!isalnum((unsigned char)*at) && !strchr("-_./", *at)) return false;
    }
    return *path != '\0';
}

static bool find_on_disk(const char *web_root, const char *path, cs_asset_body *out) {
    char full[4096];
    if (snprintf(full, sizeof full, "%s/%s", web_root, path) >= (int)sizeof full) return false;
    out->owned = cs_file_read(full, CS_ASSET_MAX, &out->length);
    out->bytes = out->owned;
    return out->owned != NULL;
}

bool cs_asset_find(const char *web_root, const char *path, cs_asset_body *out) {
    *out = (cs_asset_body){.type = type_of(path)};
    if (!out->type || !is_plain(path)) return false;
    if (web_root) return find_on_disk(web_root, path, out);
    for (const cs_asset *a = cs_embedded_assets; a->path; a++) {
        if (strcmp(a->path, path) != 0) continue;
        out->bytes = a->bytes;
        out->length = a->length;
        return true;
    }
    return false;
}
