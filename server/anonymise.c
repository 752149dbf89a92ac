#include "anonymise.h"

#include <stdbool.h>
#include <string.h>

#include "trace.h"

static const char *const types[] = {
    "int", "float", "complex", "bool", "str", "bytes", "bytearray", "memoryview", "list", "tuple", "dict", "set",
    "frozenset", "range", "slice", "type", "object", "function", "builtin_function_or_method", "method",
    "method-wrapper", "module", "property", "NoneType", "ellipsis", "NotImplementedType", "code", "cell", "generator",
    "coroutine", "mappingproxy", "OrderedDict", "defaultdict", "deque", "Counter", "ChainMap", "date", "datetime",
    "time", "timedelta", "timezone", "Decimal", "Fraction", "Path", "PosixPath", "WindowsPath", "SimpleNamespace",
    "weakref", "ReferenceType", "ABCMeta", "EnumType", "EnumMeta", "UUID", "array", "Pattern",
    /* exceptions */
    "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BufferError", "EOFError", "Exception",
    "FloatingPointError", "GeneratorExit", "ImportError", "IndexError", "KeyError", "KeyboardInterrupt", "LookupError",
    "MemoryError", "ModuleNotFoundError", "NameError", "NotImplementedError", "OSError", "OverflowError",
    "PicklingError", "RecursionError", "ReferenceError", "RuntimeError", "StopIteration", "SyntaxError", "SystemError",
    "SystemExit", "TimeoutError", "TypeError", "UnboundLocalError", "UnicodeError", "ValueError", "ZeroDivisionError",
    "Error"};

const char *cs_known_type(const char *name, size_t n) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strlen(types[i]) == n && memcmp(types[i], name, n) == 0) return types[i];
    return NULL;
}

static bool is_one_of(const char *word, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0) return true;
    return false;
}

#define IS_ONE_OF(word, ...)                                                                                           \
    is_one_of(word, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool is_version(const char *text) { return strlen(text) <= 12 && !text[strspn(text, "0123456789.abrc+")]; }

static bool may_stay(const char *key, const char *text) {
    if (strcmp(key, "python") == 0) return is_version(text);
    if (strcmp(key, "op") == 0) return IS_ONE_OF(text, "deepcopy", "copy", "replace");
    if (strcmp(key, "recorder") == 0) return IS_ONE_OF(text, "engine", "witness");
    if (strcmp(key, "clock") == 0) return IS_ONE_OF(text, "all", "composites");
    if (strcmp(key, "policy") == 0)
        return IS_ONE_OF(text, "cpython", "cpython-3.11", "cpython-3.13", "cpython-3.14", "report-memo",
                         "report-fastpath", "report-merged", "sound-merged", "table", "no-memo");
    return strcmp(key, "state") == 0 && IS_ONE_OF(text, "equal", "differs", "unchecked");
}

/* Keys of the format itself: a member under any other name is the user's. */
static bool is_key(const char *key) {
    return IS_ONE_OF(key, "python", "policy", "op", "recorder", "clock", "verdict", "state", "equal", "total", "cost",
                     "python_ns", "engine_ns", "dict_ns", "walk_ns", "rounds", "lookups", "stores", "hits",
                     "first_probe", "hit_probes", "most_probes", "untold", "program", "wall_ns", "calls", "recorded",
                     "on_other_threads", "past_cap", "without_file", "children_past_cap", "soundness", "sound",
                     "excerpt", "from", "to", "of");
}

static cJSON *only_known(const cJSON *from, unsigned depth) {
    cJSON *out = cJSON_CreateObject();
    const cJSON *item;
    cJSON_ArrayForEach(item, from) {
        if (!item->string || !is_key(item->string)) continue;
        if (cJSON_IsNumber(item) || cJSON_IsBool(item))
            cJSON_AddItemToObject(out, item->string, cJSON_Duplicate(item, false));
        else if (cJSON_IsString(item) && may_stay(item->string, item->valuestring))
            cJSON_AddStringToObject(out, item->string, item->valuestring);
        else if (cJSON_IsObject(item) && depth) cJSON_AddItemToObject(out, item->string, only_known(item, depth - 1));
    }
    return out;
}

cJSON *cs_anonymous_meta(const cJSON *meta) {
    cJSON *out = only_known(meta, 1);
    cJSON_AddStringToObject(out, "title", "anonymised");
    return out;
}

cJSON *cs_anonymous_source(const cJSON *source) {
    cJSON *out = cJSON_CreateObject(), *lines = NULL;
    const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(source, "role"));
    const cJSON *sites = cJSON_GetObjectItemCaseSensitive(source, "sites");
    cJSON_AddStringToObject(out, "role", role && strcmp(role, "copy.py") == 0 ? "copy.py" : "left out");
    cJSON_AddStringToObject(out, "name", "");
    cJSON_AddStringToObject(out, "text", "");
    lines = cJSON_AddObjectToObject(out, "sites");
    for (unsigned site = 0; site < CS_SITE_COUNT; site++) {
        const cJSON *line = cJSON_GetObjectItemCaseSensitive(sites, cs_site_name(site));
        if (cJSON_IsNumber(line)) cJSON_AddNumberToObject(lines, cs_site_name(site), line->valuedouble);
    }
    return out;
}
