/* The door in front of every route: exact Host, Origin, and the token. */
#ifndef CS_GATE_H
#define CS_GATE_H

#include <stdbool.h>

#include "transport.h"

#define CS_TOKEN_LENGTH 64 /* hex digits: 256 bits */

typedef struct {
    char token[CS_TOKEN_LENGTH + 1];
    char cookie[32]; /* its name carries the port: two servers on one machine do not share it */
    int port;
} cs_gate;

/* Makes a new token.  Returns 0, or -1 when the system gives no random bytes. */
int cs_gate_init(cs_gate *gate);
void cs_gate_set_port(cs_gate *gate, int port);

/* True, or false after replying with a refusal. */
bool cs_gate_admit(const cs_gate *gate, cs_exchange *x);

/* The header line that gives the page its cookie; n >= 160. */
void cs_gate_cookie_line(const cs_gate *gate, char *out, unsigned n);

#endif
