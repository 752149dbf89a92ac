/* The door in front of every route: exact Host, Origin, and the token, which tells who comes. */
#ifndef CS_GATE_H
#define CS_GATE_H

#include <stdbool.h>

#include "transport.h"

#define CS_TOKEN_LENGTH 64 /* hex digits: 256 bits */
#define CS_CODE_LENGTH 12  /* of 32 letters: 60 bits, short enough to type from a projected page */

/* A presenter may do everything; without a class there is nobody else.  A follower watches what a class is shown. */
typedef enum { CS_NOBODY, CS_PRESENTER, CS_FOLLOWER, CS_ROLES } cs_role;

typedef struct {
    char token[CS_TOKEN_LENGTH + 1]; /* the presenter's: taken on this machine only */
    char code[CS_CODE_LENGTH + 1];   /* the followers', or "": there is no class */
    bool lan;                        /* this machine's addresses are allowed hosts, too */
    char cookie[32];                 /* its name carries the port: two servers on one machine do not share it */
    int port;
} cs_gate;

/* Makes a new token, and a code for a class.  Returns 0, or -1 when the system gives no random bytes. */
int cs_gate_init(cs_gate *gate, bool with_class, bool lan);
void cs_gate_set_port(cs_gate *gate, int port);

/* True, or false after replying: with a refusal, with the page of those outside, or with a cookie for a token that was
 * handed in. */
bool cs_gate_admit(const cs_gate *gate, cs_exchange *x);

/* Who is it, of those that were admitted? */
cs_role cs_gate_role(const cs_gate *gate, const cs_exchange *x);

#endif
