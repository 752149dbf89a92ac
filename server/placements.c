#include "placements.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "assets.h"

static void take_text(const cJSON *item, const char *key, char *out, size_t n) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, key));
    snprintf(out, n, "%s", text ? text : "");
}

size_t cs_placements(cs_placement out[static CS_PLACEMENTS_MAX]) {
    cs_asset_body file;
    size_t n = 0;
    if (!cs_asset_find(NULL, "placements.json", &file)) return 0;
    cJSON *list = cJSON_ParseWithLength(file.bytes, file.length);
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (n == CS_PLACEMENTS_MAX) break;
        take_text(item, "id", out[n].id, sizeof out[n].id);
        take_text(item, "name", out[n].name, sizeof out[n].name);
        out[n++].ns = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(item, "ns"));
    }
    cJSON_Delete(list);
    return n;
}
