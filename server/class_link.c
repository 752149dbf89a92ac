#include "class_link.h"

#include <stdio.h>

#include "lan.h"
#include "qr.h"

int cs_class_link(const cs_gate *gate, char out[CS_CLASS_LINK_LENGTH]) {
    /* Without a network the class is this machine's browsers.  A cookie belongs to a host: as another name for the same
     * machine, localhost keeps a follower's apart from the presenter's. */
    char address[CS_ADDRESS_LENGTH] = "localhost";
    if (gate->lan && cs_lan_address(address) != 0) return -1;
    snprintf(out, CS_CLASS_LINK_LENGTH, "http://%s:%d/#t=%s", address, gate->port, gate->code);
    return 0;
}

void cs_class_announce(const cs_gate *gate) {
    char link[CS_CLASS_LINK_LENGTH];
    if (!*gate->code) return;
    if (cs_class_link(gate, link) != 0) {
        fputs("copyscope: no network now: the page says the class's address once there is one\n", stderr);
        return;
    }
    printf("copyscope: the class opens %s\n", link);
    if (!gate->lan) return;
    cs_qr_print(stdout, link);
    fputs("copyscope: warning: whoever has the class's address and reaches this machine can watch what you show, and\n"
          "  so can who listens on the network: HTTP hides nothing.  Nobody there can run, change or stop anything.\n",
          stderr);
}
