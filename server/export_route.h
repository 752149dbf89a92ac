/* What the page asks to be exported: /export/TRACE/FORMAT?events=A..B */
#ifndef CS_EXPORT_ROUTE_H
#define CS_EXPORT_ROUTE_H

#include "hub.h"
#include "transport.h"

/* rest: TRACE/FORMAT.  Always replies. */
void cs_export_reply(cs_hub *hub, cs_exchange *x, const char *rest);

#endif
