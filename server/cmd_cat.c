/* copyscope cat: a trace's events, those that match a query. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "meta.h"
#include "query.h"
#include "subcommands.h"
#include "table.h"

static const char help[] =
    "usage: copyscope cat FILE.cst [--where QUERY] [--json | --numbers | --count]\n\n"
    "Prints the events of a trace, or those that a query matches: the language of the page's event list, "
    "web/QUERY.md.\n"
    "  --where QUERY  memo.miss && type == \"list\" && depth > 3\n"
    "  --json         a JSON object a line\n"
    "  --numbers      only the events' numbers\n"
    "  --count        only how many they are\n"
    "  --names        the names that a query knows\n\n"
    "example: copyscope cat outer.cst --where 'event == \"memo_get\" && probes >= 3'\n"
    "exit: 0 printed, 1 printed, of a trace that is cut short or damaged; or nothing matches, 2 usage, 3 no trace\n";

typedef enum { TABLE, JSON, NUMBERS, COUNT } shape;

typedef struct {
    const char *input, *where;
    shape as;
} arguments;

static int print_names(void) {
    static const char *const kinds[] = {
        [CS_QUERY_NUMBER] = "number", [CS_QUERY_TEXT] = "text", [CS_QUERY_YESNO] = "true or false"};
    for (size_t i = 0; cs_query_field_at(i); i++)
        printf("%-12s %s\n", cs_query_field_at(i)->name, kinds[cs_query_field_at(i)->kind]);
    return CS_EXIT_DONE;
}

/* Returns -1 when there is a file to read, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"where", required_argument, NULL, 'w'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"numbers", no_argument, NULL, 'n'},
                                            {"count", no_argument, NULL, 'c'},
                                            {"names", no_argument, NULL, 'k'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *a = (arguments){.as = TABLE};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (c) {
        case 'w': a->where = optarg; break;
        case 'j': a->as = JSON; break;
        case 'n': a->as = NUMBERS; break;
        case 'c': a->as = COUNT; break;
        case 'k': return print_names();
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    if (argc - optind == 1) {
        a->input = argv[optind];
        return -1;
    }
    fputs(help, stderr);
    return CS_EXIT_USAGE;
}

static void print_event(const cs_query_row *row, const cJSON *meta, shape as) {
    if (as == NUMBERS) printf("%" PRIu64 "\n", row->walk.n);
    else if (as == JSON) cs_table_json_row(stdout, &row->walk, meta);
    else if (as == TABLE) cs_table_row(stdout, &row->walk, meta);
}

/* Returns how many match, or -1 when out of memory. */
static int64_t print_events(const cs_trace *trace, const cs_query *query, shape as) {
    cs_query_row row;
    cJSON *meta = cs_meta_load(trace);
    int64_t found = 0;
    int more = meta ? cs_query_row_begin(&row, trace) : -1;
    if (more == 0 && as == TABLE) cs_table_head(stdout);
    while (more >= 0 && (more = cs_query_row_next(&row)) > 0) {
        if (query && !cs_query_test(query, &row)) continue;
        print_event(&row, meta, as);
        found++;
    }
    if (meta) cs_query_row_end(&row);
    cJSON_Delete(meta);
    return more < 0 ? -1 : found;
}

int cs_cmd_cat(int argc, char **argv) {
    arguments a;
    cs_status st;
    cs_query_error error;
    const int code = parse(argc, argv, &a);
    if (code >= 0) return code;
    cs_query *query = a.where ? cs_query_parse(a.where, &error) : NULL;
    if (a.where && !query) {
        fprintf(stderr, "copyscope cat: --where: column %u: %s\n", error.column, error.words);
        return CS_EXIT_USAGE;
    }
    cs_trace *trace = cs_trace_open(a.input, &st);
    const int64_t found = trace ? print_events(trace, query, a.as) : -1;
    cs_query_free(query);
    if (!trace)
        fprintf(stderr, "copyscope cat: %s: %s\n", a.input,
                st.error == CS_E_IO ? strerror(errno) : cs_strerror(st.error));
    else if (found < 0) fputs("copyscope cat: out of memory\n", stderr);
    else if (a.as == COUNT) printf("%" PRId64 "\n", found);
    if (trace && found >= 0 && !st.complete)
        fprintf(stderr, "copyscope cat: %s is readable up to byte %" PRIu64 ": %s\n", a.input, st.offset,
                cs_strerror(st.error));
    cs_trace_close(trace);
    return found < 0 ? CS_EXIT_COULD_NOT : found && st.complete ? CS_EXIT_DONE : CS_EXIT_NOT_SO;
}
