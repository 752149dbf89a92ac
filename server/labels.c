#include "labels.h"

#include <inttypes.h>
#include <stdio.h>

void cs_label(const cs_walk *w, uint32_t ref, char out[CS_LABEL_MAX]) {
    const cs_object *o = cs_walk_object(w, ref);
    const char *prime = "";
    snprintf(out, CS_LABEL_MAX, "?");
    if (o && w->copy_of[ref]) {
        o = cs_walk_object(w, w->copy_of[ref]);
        prime = "\xe2\x80\xb2";
    }
    if (!o) return;
    const cs_type *type = cs_walk_type(w, o->type);
    size_t n;
    const char *text = cs_trace_string(w->trace, o->name ? o->name : o->text, &n);
    if (n) {
        snprintf(out, CS_LABEL_MAX, "%.*s%s", (int)(n < 100 ? n : 100), text, prime);
        return;
    }
    text = type ? cs_trace_string(w->trace, type->name, &n) : "object";
    snprintf(out, CS_LABEL_MAX, "<%.80s %06" PRIx64 ">%s", text, o->addr & 0xffffff, prime);
}

const char *cs_outcome_word(const cs_walk *w) {
    bool lookup = cs_event_family(w->step->event) == CS_FAM_MEMO;
    if (w->outcome == CS_OUT_YES) return lookup ? "hit" : "yes";
    if (w->outcome == CS_OUT_NO) return lookup ? "miss" : "no";
    return "";
}
