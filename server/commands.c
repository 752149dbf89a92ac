/* The JSON commands of a page: run, open, stop.  cJSON is lenient; what it lets pass is checked here. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "json.h"
#include "limits.h"

char *cs_error_json(const char *message) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "op", "error");
    cJSON_AddStringToObject(o, "message", message);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}

static void refuse(cs_client *client, const char *why) { cs_client_answer(client, cs_error_json(why)); }

static const char *string_of(const cJSON *command, const char *key) {
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(command, key));
}

/* The whole number from 1 on under a key, or 0. */
static uint32_t number_of(const cJSON *command, const char *key) {
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(command, key);
    bool whole = cJSON_IsNumber(id) && id->valuedouble >= 1 && id->valuedouble <= UINT32_MAX &&
                 id->valuedouble == (double)(uint32_t)id->valuedouble;
    return whole ? (uint32_t)id->valuedouble : 0;
}

static uint32_t trace_of(const cJSON *command) { return number_of(command, "trace"); }

static void on_run(cs_client *client, const cJSON *command) {
    const char *code = string_of(command, "code"), *policy = string_of(command, "policy");
    const char *title = string_of(command, "title"), *op = string_of(command, "operation"), *why;
    if (!code) {
        refuse(client, "a run needs its code");
        return;
    }
    if (title && strlen(title) > CS_TITLE_MAX) title = NULL;
    cs_log *log = cs_hub_run(cs_client_hub(client), code, policy ? policy : "cpython", op ? op : "deepcopy",
                             title ? title : "snippet", &why);
    if (log) cs_client_follow(client, log);
    else refuse(client, why);
}

static void on_open(cs_client *client, const cJSON *command) {
    cs_log *log = cs_hub_find(cs_client_hub(client), trace_of(command));
    if (log) cs_client_resume(client, log, number_of(command, "frame"));
    else refuse(client, "there is no such trace (any more)");
}

static void on_stop(cs_client *client, const cJSON *command) {
    (void)command;
    cs_hub_stop_run(cs_client_hub(client), cs_client_followed(client));
}

static const struct {
    const char *op;
    void (*carry_out)(cs_client *client, const cJSON *command);
} commands[] = {{"run", on_run}, {"open", on_open}, {"stop", on_stop}};

void cs_command(cs_client *client, const char *text, size_t n) {
    cJSON *command = cs_json_object(text, n);
    const char *op = string_of(command, "op");
    bool known = false;
    if (!command) {
        refuse(client, "the command is not a JSON object");
    } else {
        for (size_t i = 0; op && i < sizeof commands / sizeof *commands; i++) {
            if (strcmp(commands[i].op, op) != 0) continue;
            commands[i].carry_out(client, command);
            known = true;
        }
        if (!known) refuse(client, "there is no such command: run, open and stop are");
    }
    cJSON_Delete(command);
}
