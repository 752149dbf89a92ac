#include "gate.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "assets.h"
#include "lan.h"
#include "say.h"

#define CS_COOKIE_LINE 160

static const char outside[] = "copyscope: open the address that `copyscope serve` printed\n";
static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz"; /* none that looks like another */
_Static_assert(sizeof letters == 32 + 1, "a random byte chooses each letter as often");

int cs_gate_init(cs_gate *gate, bool with_class, bool lan) {
    unsigned char random[CS_TOKEN_LENGTH / 2], more[CS_CODE_LENGTH];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return -1;
    if (getrandom(more, sizeof more, 0) != (ssize_t)sizeof more) return -1;
    for (size_t i = 0; i < sizeof random; i++) snprintf(gate->token + 2 * i, 3, "%02x", random[i]);
    for (size_t i = 0; with_class && i < sizeof more; i++) gate->code[i] = letters[more[i] % 32];
    gate->lan = lan;
    return 0;
}

void cs_gate_set_port(cs_gate *gate, int port) {
    gate->port = port;
    snprintf(gate->cookie, sizeof gate->cookie, "cs_token_%d", port);
}

/* In a time that does not tell how much of it was right. */
static bool is_token(const char *token, size_t length, const char *guess, size_t n) {
    unsigned char differ = 0;
    if (n != length || !*token) return false;
    for (size_t i = 0; i < n; i++) differ |= (unsigned char)(guess[i] ^ token[i]);
    return differ == 0;
}

static cs_role whose(const cs_gate *gate, const char *guess, size_t n) {
    if (is_token(gate->token, CS_TOKEN_LENGTH, guess, n)) return CS_PRESENTER;
    return is_token(gate->code, CS_CODE_LENGTH, guess, n) ? CS_FOLLOWER : CS_NOBODY;
}

/* Looks for name=token among pairs that a separator divides. */
static cs_role role_in(const cs_gate *gate, const char *pairs, const char *name, char separator) {
    size_t name_n = strlen(name);
    while (pairs && *pairs) {
        while (*pairs == ' ') pairs++;
        const char *end = strchrnul(pairs, separator);
        cs_role role = CS_NOBODY;
        if ((size_t)(end - pairs) > name_n && strncmp(pairs, name, name_n) == 0 && pairs[name_n] == '=')
            role = whose(gate, pairs + name_n + 1, (size_t)(end - pairs) - name_n - 1);
        if (role != CS_NOBODY) return role;
        pairs = *end ? end + 1 : end;
    }
    return CS_NOBODY;
}

/* (127.0.0.1 | localhost):port, and nothing else. */
static bool is_loopback(const cs_gate *gate, const char *host) {
    char name[64], number[64];
    snprintf(number, sizeof number, "127.0.0.1:%d", gate->port);
    snprintf(name, sizeof name, "localhost:%d", gate->port);
    return strcmp(host, number) == 0 || strcmp(host, name) == 0;
}

/* Who comes from elsewhere is let in by an address of this machine on that network, and by no name: a name can be made
 * to lead here by others. */
static bool is_own_host(const cs_gate *gate, const cs_exchange *x, const char *host) {
    if (is_loopback(gate, host)) return cs_exchange_from_here(x);
    return gate->lan && cs_lan_is_own(host, gate->port);
}

/* The presenter's token never crosses a network: what comes that way is a copy of it. */
static cs_role where_it_counts(const cs_gate *gate, const cs_exchange *x, cs_role role) {
    size_t hosts;
    const char *host = cs_exchange_header(x, "Host", &hosts);
    return role == CS_PRESENTER && !(hosts == 1 && is_loopback(gate, host)) ? CS_NOBODY : role;
}

cs_role cs_gate_role(const cs_gate *gate, const cs_exchange *x) {
    size_t cookies;
    const char *cookie = cs_exchange_header(x, "Cookie", &cookies);
    return where_it_counts(gate, x, cookies == 1 ? role_in(gate, cookie, gate->cookie, ';') : CS_NOBODY);
}

static bool refuse(cs_exchange *x, int status, const char *why) {
    cs_say(CS_SAY_DEBUG, "request.refused", "status=%d", status);
    cs_reply(x, status, "text/plain; charset=utf-8", "", why, strlen(why));
    return false;
}

/* Exchanges the token, which is all of the body, for a cookie. */
static void enter(const cs_gate *gate, cs_exchange *x) {
    char token[CS_TOKEN_LENGTH + 2], cookie[CS_COOKIE_LINE];
    long n = cs_exchange_body(x, token, sizeof token);
    cs_role role = n > 0 ? where_it_counts(gate, x, whose(gate, token, (size_t)n)) : CS_NOBODY;
    if (role == CS_NOBODY) {
        refuse(x, 403, outside);
        return;
    }
    snprintf(cookie, sizeof cookie, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict\r\n", gate->cookie,
             role == CS_FOLLOWER ? gate->code : gate->token);
    cs_reply(x, 204, "text/plain", cookie, "", 0);
}

/* What everybody may have: a page that hands in the token of its address, or says where to find it. */
static void show_door(cs_exchange *x, int status, const char *name) {
    cs_asset_body body;
    if (cs_asset_find(NULL, name, &body)) cs_reply(x, status, body.type, "", body.bytes, body.length);
    else refuse(x, status, outside);
}

/* Host and Origin: does the request come from a page of this server, or from none? */
static bool comes_from_here(const cs_gate *gate, cs_exchange *x) {
    size_t hosts, origins, upgrades;
    const char *host = cs_exchange_header(x, "Host", &hosts), *origin = cs_exchange_header(x, "Origin", &origins);
    if (hosts != 1 || !is_own_host(gate, x, host)) return refuse(x, 403, "copyscope: wrong Host\n");
    if (origins > 1 || (origin && (strncmp(origin, "http://", 7) != 0 || strcmp(origin + 7, host) != 0)))
        return refuse(x, 403, "copyscope: wrong Origin\n");
    cs_exchange_header(x, "Upgrade", &upgrades);
    if (!origin && (upgrades || strcmp(cs_exchange_method(x), "GET") != 0))
        return refuse(x, 403, "copyscope: a WebSocket, and anything but GET, needs an Origin\n");
    return true;
}

bool cs_gate_admit(const cs_gate *gate, cs_exchange *x) {
    const char *path = cs_exchange_path(x), *method = cs_exchange_method(x);
    if (!comes_from_here(gate, x)) return false;
    if (strcmp(method, "POST") == 0 && strcmp(path, "/enter") == 0) {
        enter(gate, x);
        return false;
    }
    if (strcmp(method, "GET") != 0) return refuse(x, 405, "copyscope: only GET is answered\n");
    if (cs_gate_role(gate, x) != CS_NOBODY) return true;
    if (strcmp(path, "/") == 0) show_door(x, 403, "door.html");
    else if (strcmp(path, "/door.js") == 0 || strcmp(path, "/door.css") == 0) show_door(x, 200, path + 1);
    else refuse(x, 403, outside);
    return false;
}
