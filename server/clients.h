/* The open pages: each follows one trace with a cursor of its own and a thread that sends. */
#ifndef CS_CLIENTS_H
#define CS_CLIENTS_H

#include "classroom.h"
#include "hub.h"
#include "transport.h"

typedef struct cs_clients cs_clients;
typedef struct cs_client cs_client;

/* room NULL: there is no class, and every client is a presenter.  Both outlive the clients. */
cs_clients *cs_clients_new(cs_hub *hub, cs_classroom *room);
/* Ends every connection; call before the transport is stopped. */
void cs_clients_kick_all(cs_clients *clients);
/* Sends json to every page. */
void cs_clients_tell_all(cs_clients *clients, const char *json);
void cs_clients_free(cs_clients *clients);

/* These three are the transport's callbacks.  opened: NULL when there are as many of its role as may be. */
cs_client *cs_client_opened(cs_clients *clients, cs_socket *socket, cs_role role);
bool cs_client_text(cs_client *client, const char *text, size_t n); /* false: not UTF-8 */
void cs_client_closed(cs_client *client);

/* For commands.c.  Any thread. */
cs_hub *cs_client_hub(cs_client *client);
cs_classroom *cs_client_room(cs_client *client); /* or NULL */
cs_role cs_client_role(cs_client *client);
void cs_client_answer(cs_client *client, char *json);  /* takes json over, for free() */
void cs_client_follow(cs_client *client, cs_log *log); /* takes one hold over */
/* The same, from a frame on: for one that has those before it. */
void cs_client_resume(cs_client *client, cs_log *log, size_t from);
uint32_t cs_client_followed(cs_client *client); /* trace id, 0: none */

/* commands.c: carries out one JSON command. */
void cs_command(cs_client *client, const char *text, size_t n);
/* {"op":"error","message":...} for free() */
char *cs_error_json(const char *message);

#endif
