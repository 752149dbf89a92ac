#include "meta.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static cJSON *parse_object(const char *text) {
    cJSON *object = cJSON_Parse(text);
    if (cJSON_IsObject(object)) return object;
    cJSON_Delete(object);
    return NULL;
}

static void merge(cJSON *into, cJSON *from) {
    cJSON *item;
    while ((item = from->child)) {
        cJSON_DetachItemViaPointer(from, item);
        cJSON_DeleteItemFromObjectCaseSensitive(into, item->string);
        cJSON_AddItemToObject(into, item->string, item); /* copies the key itself */
    }
}

cJSON *cs_meta_load(const cs_trace *trace) {
    cJSON *meta = cJSON_CreateObject();
    const void *bytes;
    size_t n;
    for (size_t i = 0; trace && (bytes = cs_trace_chunk(trace, "META", i, &n)); i++) {
        char *text = cs_utf8_repair(bytes, n);
        if (!text) {
            cJSON_Delete(meta);
            return NULL;
        }
        cJSON *object = parse_object(text);
        free(text);
        if (object) merge(meta, object);
        cJSON_Delete(object);
    }
    return meta;
}

const char *cs_meta_string(const cJSON *meta, const char *key) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(meta, key));
}

/* Appends what the watched copy.py shows no line for. */
static void add_not_compared(const cJSON *verdict, char *out, size_t n) {
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(verdict, "not_compared"), *item;
    const char *before = "; not compared: ";
    cJSON_ArrayForEach(item, list) {
        size_t used = strlen(out);
        if (!cJSON_IsString(item)) continue;
        snprintf(out + used, n - used, "%s%s", before, item->valuestring);
        before = ", ";
    }
}

cs_verdict cs_meta_verdict(const cJSON *meta, char *out, size_t n) {
    const cJSON *verdict = cJSON_GetObjectItemCaseSensitive(meta, "verdict");
    const char *state = cs_meta_string(verdict, "state"), *against = cs_meta_string(verdict, "against");
    const char *where = cs_meta_string(verdict, "where");
    const cJSON *equal = cJSON_GetObjectItemCaseSensitive(verdict, "equal");
    const cJSON *total = cJSON_GetObjectItemCaseSensitive(verdict, "total");
    bool is_equal = state && strcmp(state, "equal") == 0;
    if (!is_equal && !(state && strcmp(state, "differs") == 0)) {
        snprintf(out, n, "not checked against copy.py%s%s", where && *where ? ": " : "", where ? where : "");
        return CS_VERDICT_UNCHECKED;
    }
    snprintf(out, n, "%.0f of %.0f compared events equal to %s%s%s", cJSON_IsNumber(equal) ? equal->valuedouble : 0,
             cJSON_IsNumber(total) ? total->valuedouble : 0, against ? against : "copy.py",
             where && *where ? is_equal ? "; " : "; they part at " : "", where ? where : "");
    add_not_compared(verdict, out, n);
    return is_equal ? CS_VERDICT_EQUAL : CS_VERDICT_DIFFERS;
}
