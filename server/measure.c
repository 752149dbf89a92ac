#include "measure.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "ask.h"
#include "python.h"

/* Where every call is of one kind, so that their average is one of them; x itself costs nothing. */
static bool is_measured(const cs_callsite *s) {
    cs_call_kind kind = cs_main_kind(s);
    return cs_replacement(s) && kind != CS_CALL_UNCHANGED && s->kinds[kind] == s->calls;
}

/* Items of each row, or attributes of an instance, on average: from the number of objects that were visited. */
static double inner_items(const cs_callsite *s, double length) {
    double visits = (double)s->visits / (double)s->calls;
    bool dict = strcmp(s->type, "dict") == 0, dict_rows = s->child && strcmp(s->child, "dict") == 0;
    if (cs_main_kind(s) == CS_CALL_FLAT_OBJECT) return (visits - 3) / 2; /* itself, its class, its state */
    if (cs_main_kind(s) != CS_CALL_ROWS || length < 1) return 0;
    return (visits - 1 - (dict ? 2 : 1) * length) / length / (dict_rows ? 2 : 1);
}

static cJSON *request(const cs_callsite *s) {
    cJSON *o = cJSON_CreateObject();
    double length = ((double)s->least + (double)s->most) / 2, inner = inner_items(s, length);
    bool object = cs_main_kind(s) == CS_CALL_FLAT_OBJECT;
    if (inner < 0) inner = 0;
    cJSON_AddStringToObject(o, "replacement", cs_replacement(s));
    cJSON_AddNumberToObject(o, "length", (double)(uint64_t)((object ? inner : length) + 0.5));
    cJSON_AddNumberToObject(o, "rows", (double)(uint64_t)(inner + 0.5));
    if (s->leaf && !s->leaf_mixed && strlen(s->leaf) < 20) cJSON_AddStringToObject(o, "leaf", s->leaf);
    return o;
}

/* The answers, one for each site that was asked for, in order.  Returns 0, or -1: they are not what was asked. */
static int take(cs_callsites *sites, size_t n, const cJSON *answer) {
    const cJSON *item = answer && cJSON_IsArray(answer) ? answer->child : NULL;
    for (size_t i = 0; i < n; i++) {
        if (!is_measured(&sites->sites[i])) continue;
        const cJSON *ratio = cJSON_GetObjectItemCaseSensitive(item, "ratio");
        if (!item || !cJSON_IsNumber(ratio)) return -1;
        sites->sites[i].measured = ratio->valuedouble;
        item = item->next;
    }
    return 0;
}

int cs_measure(cs_callsites *sites, size_t n, const char *wanted, char *why, size_t size) {
    cs_python python;
    cJSON *list = cJSON_CreateArray();
    if (!n || n > sites->count) n = sites->count;
    for (size_t i = 0; i < n; i++)
        if (is_measured(&sites->sites[i])) cJSON_AddItemToArray(list, request(&sites->sites[i]));
    int result = cJSON_GetArraySize(list) ? cs_python_find(wanted, &python, why, size) : 0;
    if (result == 0 && cJSON_GetArraySize(list)) {
        char *text = cJSON_PrintUnformatted(list);
        cJSON *answer = text ? cs_ask_python(python.path, (const char *[]){"measure", text, NULL}) : NULL;
        result = take(sites, n, answer);
        if (result != 0) snprintf(why, size, "%s gave no measurements", python.path);
        cJSON_Delete(answer);
        free(text);
    }
    cJSON_Delete(list);
    return result;
}
