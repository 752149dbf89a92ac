/* libFuzzer: what is taken as a command is JSON that survives being written and read again, the same. */
#include <stdlib.h>
#include <string.h>

#include "json.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n) {
    cJSON *command = cs_json_object((const char *)data, n);
    if (!command) return 0;
    char *text = cJSON_PrintUnformatted(command);
    cJSON *again = text ? cs_json_object(text, strlen(text)) : NULL;
    if (text && (!again || !cJSON_Compare(command, again, 1))) abort();
    cJSON_Delete(again);
    cJSON_Delete(command);
    free(text);
    return 0;
}
