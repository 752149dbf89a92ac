#include "gate.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int cs_gate_init(cs_gate *gate) {
    unsigned char random[CS_TOKEN_LENGTH / 2];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) return -1;
    for (size_t i = 0; i < sizeof random; i++) snprintf(gate->token + 2 * i, 3, "%02x", random[i]);
    return 0;
}

void cs_gate_set_port(cs_gate *gate, int port) {
    gate->port = port;
    snprintf(gate->cookie, sizeof gate->cookie, "cs_token_%d", port);
}

void cs_gate_cookie_line(const cs_gate *gate, char *out, unsigned n) {
    snprintf(out, n, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict\r\n", gate->cookie, gate->token);
}

/* In a time that does not tell how much of it was right. */
static bool is_token(const cs_gate *gate, const char *guess, size_t n) {
    unsigned char differ = 0;
    if (n != CS_TOKEN_LENGTH) return false;
    for (size_t i = 0; i < n; i++) differ |= (unsigned char)(guess[i] ^ gate->token[i]);
    return differ == 0;
}

/* Looks for name=token among pairs that a separator divides. */
static bool has_pair(const cs_gate *gate, const char *pairs, const char *name, char separator) {
    size_t name_n = strlen(name);
    while (pairs && *pairs) {
        while (*pairs == ' ') pairs++;
        const char *end = strchrnul(pairs, separator);
        if ((size_t)(end - pairs) > name_n && strncmp(pairs, name, name_n) == 0 && pairs[name_n] == '=' &&
            is_token(gate, pairs + name_n + 1, (size_t)(end - pairs) - name_n - 1))
            return true;
        pairs = *end ? end + 1 : end;
    }
    return false;
}

/* value is prefix + (127.0.0.1 | localhost) + :port, and nothing else. */
static bool is_own_address(const cs_gate *gate, const char *value, const char *prefix) {
    char name[64], number[64];
    snprintf(number, sizeof number, "%s127.0.0.1:%d", prefix, gate->port);
    snprintf(name, sizeof name, "%slocalhost:%d", prefix, gate->port);
    return strcmp(value, number) == 0 || strcmp(value, name) == 0;
}

static bool refuse(cs_exchange *x, int status, const char *why) {
    cs_reply(x, status, "text/plain; charset=utf-8", "", why, strlen(why));
    return false;
}

bool cs_gate_admit(const cs_gate *gate, cs_exchange *x) {
    size_t hosts, origins, cookies, upgrades;
    const char *host = cs_exchange_header(x, "Host", &hosts);
    const char *origin = cs_exchange_header(x, "Origin", &origins);
    const char *cookie = cs_exchange_header(x, "Cookie", &cookies);
    if (hosts != 1 || !is_own_address(gate, host, "")) return refuse(x, 403, "copyscope: wrong Host\n");
    if (origins > 1 || (origin && !is_own_address(gate, origin, "http://")))
        return refuse(x, 403, "copyscope: wrong Origin\n");
    cs_exchange_header(x, "Upgrade", &upgrades);
    if (upgrades && !origin) return refuse(x, 403, "copyscope: a WebSocket needs an Origin\n");
    if (strcmp(cs_exchange_method(x), "GET") != 0) return refuse(x, 405, "copyscope: only GET is answered\n");
    bool known =
        (cookies == 1 && has_pair(gate, cookie, gate->cookie, ';')) || has_pair(gate, cs_exchange_query(x), "t", '&');
    if (!known) return refuse(x, 403, "copyscope: open the address that `copyscope serve` printed\n");
    return true;
}
