/* The JSON commands of a page.  cJSON is lenient; what it lets pass is checked here. */
#include <cjson/cJSON.h>
#include <stdio.h>
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
    bool follower = cs_client_role(client) == CS_FOLLOWER;
    uint32_t id = trace_of(command);
    cs_log *log = follower ? cs_classroom_trace(cs_client_room(client), id) : cs_hub_find(cs_client_hub(client), id);
    if (log) cs_client_resume(client, log, number_of(command, "frame"));
    else refuse(client, "there is no such trace (any more)");
}

static void on_stop(cs_client *client, const cJSON *command) {
    (void)command;
    cs_hub_stop_run(cs_client_hub(client), cs_client_followed(client));
}

/* The presenter of a class goes on to another step or view, or asks. */
static void on_lead(cs_client *client, const cJSON *command) {
    cs_hub *hub = cs_client_hub(client);
    const uint32_t beside = number_of(command, "other");
    cs_log *log = cs_hub_find(hub, trace_of(command)), *other = beside ? cs_hub_find(hub, beside) : NULL;
    const char *why = "there is no such trace (any more)";
    uint64_t number = 0;
    if (log) number = cs_classroom_lead(cs_client_room(client), log, other, command, &why);
    else cs_log_drop(other);
    char text[64];
    snprintf(text, sizeof text, "{\"op\":\"led\",\"seq\":%llu}", (unsigned long long)number);
    if (number) cs_client_answer(client, strdup(text));
    else refuse(client, why);
}

static void on_answer(cs_client *client, const cJSON *command) {
    const char *why = cs_classroom_answer(cs_client_room(client), command);
    if (why) refuse(client, why);
    else cs_client_answer(client, strdup("{\"op\":\"answered\"}"));
}

static const struct {
    const char *op;
    void (*carry_out)(cs_client *client, const cJSON *command);
    bool in_class;    /* there has to be one */
    bool by_follower; /* in a class, those may, too */
} commands[] = {{"run", on_run, false, false},
                {"open", on_open, false, true},
                {"stop", on_stop, false, false},
                {"lead", on_lead, true, false},
                {"answer", on_answer, true, true}};

/* NULL: it was carried out, or refused already. */
static const char *carry_out(cs_client *client, const char *op, const cJSON *command) {
    for (size_t i = 0; op && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].op, op) != 0) continue;
        if (commands[i].in_class && !cs_client_room(client)) return "there is no class: start with --class or --lan";
        if (!commands[i].by_follower && cs_client_role(client) != CS_PRESENTER)
            return "in a class, only the presenter does that";
        commands[i].carry_out(client, command);
        return NULL;
    }
    return "there is no such command: run, open, stop, lead and answer are";
}

void cs_command(cs_client *client, const char *text, size_t n) {
    cJSON *command = cs_json_object(text, n);
    const char *op = string_of(command, "op");
    const char *why = command ? carry_out(client, op, command) : "the command is not a JSON object";
    if (why) refuse(client, why);
    cJSON_Delete(command);
}
