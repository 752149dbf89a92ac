#include "lan.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ELSEWHERE "198.51.100.1" /* of the addresses that are for documentation: nothing is sent there */

/* The address of an interface that is up and leads to others; false if it is none. */
static bool address_of(const struct ifaddrs *interface, char out[CS_ADDRESS_LENGTH]) {
    const struct sockaddr *address = interface->ifa_addr;
    if (!address || address->sa_family != AF_INET) return false;
    if (!(interface->ifa_flags & IFF_UP) || (interface->ifa_flags & IFF_LOOPBACK)) return false;
    return inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, out, CS_ADDRESS_LENGTH);
}

bool cs_lan_is_own(const char *host, int port) {
    struct ifaddrs *first;
    char address[CS_ADDRESS_LENGTH], own[CS_ADDRESS_LENGTH + 8];
    bool found = false;
    if (getifaddrs(&first) != 0) return false;
    for (const struct ifaddrs *i = first; i && !found; i = i->ifa_next) {
        if (!address_of(i, address)) continue;
        snprintf(own, sizeof own, "%s:%d", address, port);
        found = strcmp(own, host) == 0;
    }
    freeifaddrs(first);
    return found;
}

/* The address that a packet to elsewhere would have as its sender: of the interface of the default route. */
static bool routed_address(char out[CS_ADDRESS_LENGTH]) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)}, own = {0};
    socklen_t n = sizeof own;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    inet_pton(AF_INET, ELSEWHERE, &to.sin_addr);
    bool known =
        connect(fd, (struct sockaddr *)&to, sizeof to) == 0 && getsockname(fd, (struct sockaddr *)&own, &n) == 0;
    close(fd);
    return known && ntohl(own.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET &&
           inet_ntop(AF_INET, &own.sin_addr, out, CS_ADDRESS_LENGTH);
}

int cs_lan_address(char out[CS_ADDRESS_LENGTH]) {
    struct ifaddrs *first;
    bool found = routed_address(out); /* a classroom's network may have no way out: then the first one */
    if (found || getifaddrs(&first) != 0) return found ? 0 : -1;
    for (const struct ifaddrs *i = first; i && !found; i = i->ifa_next) found = address_of(i, out);
    freeifaddrs(first);
    return found ? 0 : -1;
}
