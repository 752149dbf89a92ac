/* This machine's own IPv4 addresses on networks, as they are now: a laptop changes networks. */
#ifndef CS_LAN_H
#define CS_LAN_H

#include <stdbool.h>

#define CS_ADDRESS_LENGTH 16 /* of an IPv4 address as text, with its NUL */

/* Is host one of them, as a plain address, with :port behind it? */
bool cs_lan_is_own(const char *host, int port);

/* The one that others on the network reach first.  Returns 0, or -1: there is no network. */
int cs_lan_address(char out[CS_ADDRESS_LENGTH]);

#endif
