/* The object graph: Graphviz DOT, and GraphML for Gephi, yEd and networkx.  A node for each object; an edge from an
 * object to each part that was copied for it; a dashed one from an original to its copy. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "labels.h"
#include "text.h"

static const char *role(const cs_export *x) { return cs_role_name(cs_rec_role(x->walk.record)); }

/* Whose reference the innermost call follows; 0: nobody's, or one that was followed before: in a cycle a tuple is
 * walked again before the memo knows it. */
static uint32_t parent(cs_export *x) {
    if (x->depth < 2) return 0;
    const cs_export_call *holder = &x->calls[x->depth - 2];
    if (!cs_walk_object(&x->walk, holder->obj)) return 0;
    if (!x->walker[holder->obj]) x->walker[holder->obj] = holder->number;
    return x->walker[holder->obj] == holder->number ? holder->obj : 0;
}

/* ---- DOT ---- */

static void dot_text(FILE *out, const char *text) {
    char *clean = cs_utf8_repair(text, strlen(text));
    for (const char *c = clean ? clean : ""; *c; c++) {
        if (*c == '"' || *c == '\\') fputc('\\', out);
        fputc((unsigned char)*c < ' ' ? ' ' : *c, out);
    }
    free(clean);
}

static void dot_node(cs_export *x, uint32_t ref) {
    char name[CS_LABEL_MAX];
    if (!cs_walk_object(&x->walk, ref) || x->seen[ref]) return;
    x->seen[ref] = true;
    cs_label(&x->walk, ref, name);
    fprintf(x->out, "  o%" PRIu32 " [label=\"", ref);
    dot_text(x->out, name);
    fputs("\\n", x->out);
    dot_text(x->out, cs_export_type(x, ref));
    fprintf(x->out, "\"%s];\n", x->walk.copy_of[ref] ? ", style=rounded" : "");
}

static void dot_begin(cs_export *x) { fputs("digraph copy {\n  node [shape=box, fontname=\"monospace\"];\n", x->out); }

static void dot_open(cs_export *x) {
    const uint32_t obj = x->calls[x->depth - 1].obj, from = parent(x);
    dot_node(x, obj);
    if (from && cs_walk_object(&x->walk, obj))
        fprintf(x->out, "  o%" PRIu32 " -> o%" PRIu32 " [label=\"%s\"];\n", from, obj, role(x));
}

static void dot_end(cs_export *x) {
    for (uint32_t ref = 1; ref <= x->walk.object_count; ref++) {
        const uint32_t of = x->walk.copy_of[ref];
        if (!of || !x->seen[of]) continue;
        dot_node(x, ref);
        fprintf(x->out, "  o%" PRIu32 " -> o%" PRIu32 " [style=dashed, label=\"copy\"];\n", of, ref);
    }
    fputs("}\n", x->out);
}

/* ---- GraphML ---- */

static void xml_node(cs_export *x, uint32_t ref) {
    char name[CS_LABEL_MAX];
    if (!cs_walk_object(&x->walk, ref) || x->seen[ref]) return;
    x->seen[ref] = true;
    cs_label(&x->walk, ref, name);
    fprintf(x->out, "<node id=\"o%" PRIu32 "\"><data key=\"name\">", ref);
    cs_put_xml(x->out, name);
    fputs("</data><data key=\"type\">", x->out);
    cs_put_xml(x->out, cs_export_type(x, ref));
    fprintf(x->out, "</data><data key=\"copy\">%s</data></node>\n", x->walk.copy_of[ref] ? "true" : "false");
}

static void xml_edge(cs_export *x, uint32_t from, uint32_t to, const char *kind) {
    fprintf(x->out,
            "<edge id=\"e%" PRIu64 "\" source=\"o%" PRIu32 "\" target=\"o%" PRIu32
            "\"><data key=\"role\">%s</data></edge>\n",
            ++x->written, from, to, kind);
}

static void xml_begin(cs_export *x) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
          "<key id=\"name\" for=\"node\" attr.name=\"name\" attr.type=\"string\"/>\n"
          "<key id=\"type\" for=\"node\" attr.name=\"type\" attr.type=\"string\"/>\n"
          "<key id=\"copy\" for=\"node\" attr.name=\"copy\" attr.type=\"boolean\"/>\n"
          "<key id=\"role\" for=\"edge\" attr.name=\"role\" attr.type=\"string\"/>\n"
          "<graph edgedefault=\"directed\">\n",
          x->out);
}

static void xml_open(cs_export *x) {
    const uint32_t obj = x->calls[x->depth - 1].obj, from = parent(x);
    xml_node(x, obj);
    if (from && cs_walk_object(&x->walk, obj)) xml_edge(x, from, obj, role(x));
}

static void xml_end(cs_export *x) {
    for (uint32_t ref = 1; ref <= x->walk.object_count; ref++) {
        const uint32_t of = x->walk.copy_of[ref];
        if (!of || !x->seen[of]) continue;
        xml_node(x, ref);
        xml_edge(x, of, ref, "copy");
    }
    fputs("</graph>\n</graphml>\n", x->out);
}

const cs_exporter cs_export_dot = {.name = "dot",
                                   .ending = "dot",
                                   .text = "the object graph: Graphviz",
                                   .begin = dot_begin,
                                   .open = dot_open,
                                   .end = dot_end};
const cs_exporter cs_export_graphml = {.name = "graphml",
                                       .ending = "graphml",
                                       .text = "the object graph: Gephi, yEd, networkx",
                                       .begin = xml_begin,
                                       .open = xml_open,
                                       .end = xml_end};
