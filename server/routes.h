/* What GET answers. */
#ifndef CS_ROUTES_H
#define CS_ROUTES_H

#include "classroom.h"
#include "gate.h"
#include "hub.h"

typedef struct {
    const cs_gate *gate;
    cs_hub *hub;
    cs_zygote *zygote;     /* NULL: no Python */
    cs_classroom *room;    /* NULL: there is no class */
    const char *web_root;  /* NULL: the embedded page */
    const char *lessons;   /* folder, or NULL */
    const char *python;    /* version, or NULL */
    const char *no_python; /* why there is none, or NULL */
} cs_site;

void cs_route(const cs_site *site, cs_exchange *x);

#endif
