#include "routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "class_link.h"
#include "export_route.h"
#include "lessons.h"
#include "pins.h"
#include "qr.h"
#include "subcommands.h"
#include "summary.h"

static void reply_text(cs_exchange *x, int status, const char *text) {
    cs_reply(x, status, "text/plain; charset=utf-8", "", text, strlen(text));
}

/* Takes json over. */
static void reply_json(cs_exchange *x, cJSON *json) {
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (text) cs_reply(x, 200, "application/json", "", text, strlen(text));
    else reply_text(x, 500, "out of memory\n");
    free(text);
}

static void reply_asset(const cs_site *site, cs_exchange *x, const char *path) {
    cs_asset_body body;
    if (!cs_asset_find(site->web_root, path, &body)) {
        reply_text(x, 404, "copyscope: there is no such page\n");
        return;
    }
    cs_reply(x, 200, body.type, "", body.bytes, body.length);
    free(body.owned);
}

static void get_page(const cs_site *site, cs_exchange *x, const char *rest) {
    (void)rest;
    reply_asset(site, x, "index.html");
}

/* Followers see what their class is shown, and no other trace of the presenter's. */
static bool is_follower(const cs_site *site, const cs_exchange *x) {
    return cs_gate_role(site->gate, x) == CS_FOLLOWER;
}

static cs_log *find_trace(const cs_site *site, const cs_exchange *x, uint32_t id) {
    return is_follower(site, x) ? cs_classroom_trace(site->room, id) : cs_hub_find(site->hub, id);
}

static void get_asset(const cs_site *site, cs_exchange *x, const char *rest) { reply_asset(site, x, rest); }

static void get_state(const cs_site *site, cs_exchange *x, const char *rest) {
    cJSON *o = cJSON_CreateObject();
    (void)rest;
    cJSON_AddStringToObject(o, "version", CS_VERSION_TEXT);
    cJSON_AddItemToObject(o, "python", site->python ? cJSON_CreateString(site->python) : cJSON_CreateNull());
    cJSON_AddItemToObject(o, "no_python", site->no_python ? cJSON_CreateString(site->no_python) : cJSON_CreateNull());
    char *box = site->zygote ? cs_zygote_box(site->zygote, 0) : NULL;
    cJSON_AddItemToObject(o, "box", box ? cJSON_CreateRaw(box) : cJSON_CreateNull());
    free(box);
    cJSON_AddItemToObject(o, "policies", cs_hub_policies());
    cJSON_AddItemToObject(o, "traces", is_follower(site, x) ? cJSON_CreateArray() : cs_hub_list(site->hub));
    if (site->room) cJSON_AddStringToObject(o, "class", is_follower(site, x) ? "follower" : "presenter");
    reply_json(x, o);
}

/* What the presenter shows so that others come: the link, and its code. */
static void get_class(const cs_site *site, cs_exchange *x, const char *rest) {
    char link[CS_CLASS_LINK_LENGTH];
    (void)rest;
    if (!site->room || is_follower(site, x)) {
        reply_text(x, 404, "copyscope: only a class's presenter has this\n");
        return;
    }
    cJSON *o = cJSON_CreateObject();
    bool known = cs_class_link(site->gate, link) == 0;
    cJSON_AddItemToObject(o, "link", known ? cJSON_CreateString(link) : cJSON_CreateNull());
    cJSON_AddItemToObject(o, "qr", known ? cs_qr_rows(link) : cJSON_CreateNull());
    cJSON_AddBoolToObject(o, "lan", site->gate->lan);
    reply_json(x, o);
}

static void get_teacher(const cs_site *site, cs_exchange *x, const char *rest) {
    char *text = is_follower(site, x) ? NULL : cs_lesson_teacher(site->lessons, rest);
    if (text) reply_text(x, 200, text);
    else reply_text(x, 404, "copyscope: there are no teacher's notes\n");
    free(text);
}

static void get_lessons(const cs_site *site, cs_exchange *x, const char *rest) {
    (void)rest;
    reply_json(x, cs_lessons_list(site->lessons));
}

static void get_lesson(const cs_site *site, cs_exchange *x, const char *rest) {
    cJSON *lesson = cs_lesson(site->lessons, rest);
    if (lesson) reply_json(x, lesson);
    else reply_text(x, 404, "copyscope: there is no such lesson\n");
}

/* The trace file as far as it came, the first `frames`. */
static void send_trace(cs_exchange *x, cs_log *log, size_t frames) {
    char headers[96];
    unsigned long long length = 0;
    cs_frame frame;
    for (size_t i = 0; i < frames && cs_log_frame(log, i, &frame); i++) length += frame.length - CS_FRAME_PREFIX;
    snprintf(headers, sizeof headers, "Content-Disposition: attachment; filename=\"trace-%u.cst\"\r\n", cs_log_id(log));
    cs_reply_begin(x, 200, "application/octet-stream", headers, length);
    for (size_t i = 0; i < frames && cs_log_frame(log, i, &frame); i++)
        if (cs_reply_write(x, frame.bytes + CS_FRAME_PREFIX, frame.length - CS_FRAME_PREFIX) != 0) break;
}

/* ID.cst is the file; ID-replayed.cst has behind it what the server added for the page. */
static void get_trace(const cs_site *site, cs_exchange *x, const char *rest) {
    char *end;
    unsigned long id = *rest >= '1' && *rest <= '9' ? strtoul(rest, &end, 10) : 0;
    const bool whole = id && strcmp(end, "-replayed.cst") == 0;
    cs_log *log =
        id && id <= UINT32_MAX && (whole || strcmp(end, ".cst") == 0) ? find_trace(site, x, (uint32_t)id) : NULL;
    if (!log) {
        reply_text(x, 404, "copyscope: there is no such trace\n");
        return;
    }
    send_trace(x, log, whole ? SIZE_MAX : cs_log_file_frames(log));
    cs_log_drop(log);
}

static void get_export(const cs_site *site, cs_exchange *x, const char *rest) {
    if (is_follower(site, x)) reply_text(x, 404, "copyscope: in a class, only the presenter exports\n");
    else cs_export_reply(site->hub, x, rest);
}

static void get_summary(const cs_site *site, cs_exchange *x, const char *rest) {
    char *end = "";
    const unsigned long id = *rest >= '1' && *rest <= '9' ? strtoul(rest, &end, 10) : 0;
    const bool known = id && id <= UINT32_MAX && !*end && !is_follower(site, x);
    cJSON *summary = known ? cs_summary(site->hub, (uint32_t)id) : NULL;
    if (summary) reply_json(x, summary);
    else reply_text(x, 404, "copyscope: there is no such trace\n");
}

/* TRACE/OPERATION/ENGINE/DEPTH/LATENCY */
static void get_pins(const cs_site *site, cs_exchange *x, const char *rest) {
    unsigned id, index, depth, latency;
    char engine[16];
    int end = 0;
    const char *why = "copyscope: there is no such trace";
    cs_unit_config config = {.rotate = false};
    const bool signless = !strpbrk(rest, "+- "); /* %u takes a sign */
    if (!signless || sscanf(rest, "%9u/%9u/%15[a-z]/%9u/%9u%n", &id, &index, engine, &depth, &latency, &end) != 5 ||
        rest[end] || !depth || !cs_engine_named(engine, &config.engine)) {
        reply_text(x, 404, "copyscope: the pins are under TRACE/OPERATION/ENGINE/DEPTH/LATENCY\n");
        return;
    }
    const unsigned deepest = cs_engine_deepest(config.engine);
    config.depth = depth < deepest ? depth : deepest;
    config.latency = latency < CS_LATENCY_MOST ? latency : CS_LATENCY_MOST;
    cs_log *log = find_trace(site, x, id);
    cJSON *pins = log ? cs_pins(log, &config, index, &why) : NULL;
    if (pins) reply_json(x, pins);
    else reply_text(x, 404, why);
    if (log) cs_log_drop(log);
}

/* The first prefix that fits; one that does not end in "/" must fit whole. */
static const struct {
    const char *prefix;
    void (*get)(const cs_site *site, cs_exchange *x, const char *rest);
} routes[] = {{"/api/state", get_state}, {"/api/lessons", get_lessons}, {"/api/lessons/", get_lesson},
              {"/api/pins/", get_pins},  {"/api/class", get_class},     {"/api/teacher/", get_teacher},
              {"/trace/", get_trace},    {"/export/", get_export},      {"/api/traces/", get_summary},
              {"/", get_asset}};

void cs_route(const cs_site *site, cs_exchange *x) {
    const char *path = cs_exchange_path(x);
    if (strcmp(path, "/") == 0) {
        get_page(site, x, "");
        return;
    }
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t n = strlen(routes[i].prefix);
        bool folder = routes[i].prefix[n - 1] == '/';
        if (strncmp(path, routes[i].prefix, n) != 0 || (!folder && path[n])) continue;
        routes[i].get(site, x, path + n);
        return;
    }
    reply_text(x, 404, "copyscope: there is no such page\n");
}
