/* copyscope notes: the notes in traces and sidecars, listed and merged. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "citation.h"
#include "file.h"
#include "notes.h"
#include "part_file.h"
#include "subcommands.h"
#include "text.h"

#define SIDECAR_MAX (8u << 20)

static const char help[] =
    "usage: copyscope notes list FILE.cst\n"
    "       copyscope notes merge FILE.cst OTHER... -o OUT.cst\n\n"
    "list prints the notes of a trace.  merge puts the notes of other copies of the same recording, or of sidecars\n"
    "(notes.json), together with its own: a note of two that are the same stands once; of two notes that differ under\n"
    "one name both stay, the other's under a new name.\n\n"
    "example: copyscope notes merge an.cst binh.cst notes.json -o both.cst\n"
    "exit: 0 done, 1 a note could not be read and was left out, 2 usage, 3 another recording, no trace, or not "
    "written\n";

static cs_trace *open_trace(const char *path, cs_status *st) {
    cs_trace *trace = cs_trace_open(path, st);
    if (!trace)
        fprintf(stderr, "copyscope notes: %s: %s\n", path,
                st->error == CS_E_IO ? strerror(errno) : cs_strerror(st->error));
    return trace;
}

/* ---- list ---- */

static int list(const char *path) {
    cs_status st;
    cs_trace *trace = open_trace(path, &st);
    size_t refused;
    if (!trace) return CS_EXIT_COULD_NOT;
    cJSON *notes = cs_notes_load(trace, &refused), *note;
    cJSON_ArrayForEach(note, notes) {
        const char *text = cs_note_text(note);
        printf("%8" PRIu64 "  ", cs_note_event(note) + 1);
        cs_print_clean(stdout, text, strlen(text), 1000);
        const char *author = cs_note_author(note);
        if (*author) fputs("  - ", stdout), cs_print_clean(stdout, author, strlen(author), 60);
        putchar('\n');
    }
    if (refused) fprintf(stderr, "copyscope notes: %s: %zu notes cannot be read\n", path, refused);
    cJSON_Delete(notes);
    cs_trace_close(trace);
    return refused ? CS_EXIT_NOT_SO : CS_EXIT_DONE;
}

/* ---- merge ---- */

typedef struct {
    const char *base;
    cs_trace *trace;
    cs_status st;
    char digest[CS_DIGEST_LENGTH + 1];
    cJSON *notes;
    size_t refused;
} merging;

static cJSON *find(const cJSON *notes, const char *id) {
    cJSON *note;
    cJSON_ArrayForEach(note, notes) if (strcmp(cs_note_id(note), id) == 0) return note;
    return NULL;
}

/* Do two notes say the same, whatever they are called? */
static bool same(const cJSON *a, const cJSON *b) {
    cJSON *x = cJSON_Duplicate(a, true), *y = cJSON_Duplicate(b, true);
    cJSON_DeleteItemFromObjectCaseSensitive(x, "id");
    cJSON_DeleteItemFromObjectCaseSensitive(y, "id");
    const bool equal = cJSON_Compare(x, y, true);
    cJSON_Delete(x);
    cJSON_Delete(y);
    return equal;
}

static bool stands(const cJSON *notes, const cJSON *note) {
    const cJSON *other;
    cJSON_ArrayForEach(other, notes) if (same(other, note)) return true;
    return false;
}

/* A name that no note has. */
static void rename_note(const cJSON *notes, cJSON *note) {
    char id[41];
    for (unsigned i = 2;; i++) {
        snprintf(id, sizeof id, "%.30s-%u", cs_note_id(note), i);
        if (!find(notes, id)) break;
    }
    cJSON_ReplaceItemInObjectCaseSensitive(note, "id", cJSON_CreateString(id));
}

static void join(merging *m, cJSON *others) {
    cJSON *note;
    while ((note = cJSON_DetachItemFromArray(others, 0))) {
        if (stands(m->notes, note)) {
            cJSON_Delete(note);
            continue;
        }
        if (find(m->notes, cs_note_id(note))) rename_note(m->notes, note);
        cJSON_AddItemToArray(m->notes, note);
    }
}

static int refuse(const char *path, const char *why) {
    fprintf(stderr, "copyscope notes: %s: %s\n", path, why);
    return -1;
}

static int join_trace(merging *m, const char *path) {
    cs_status st;
    char digest[CS_DIGEST_LENGTH + 1];
    size_t refused = 0;
    cs_trace *other = open_trace(path, &st);
    if (!other) return -1;
    cs_digest_text(other, digest);
    const bool mine = *digest && strcmp(digest, m->digest) == 0;
    cJSON *notes = mine ? cs_notes_load(other, &refused) : NULL;
    if (notes) join(m, notes);
    m->refused += refused;
    cJSON_Delete(notes);
    cs_trace_close(other);
    return mine ? 0 : refuse(path, "is another recording: its digest differs");
}

static int join_sidecar(merging *m, const char *path, const char *text) {
    cJSON *sidecar = cs_json_plain(text, strlen(text)) ? cJSON_Parse(text) : NULL;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(sidecar, "notes");
    const char *digest = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(sidecar, "digest"));
    int failed = -1;
    if (!cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(sidecar, "copyscope_notes")) || !cJSON_IsArray(list))
        refuse(path, "holds no notes: a trace, or a file that the page's \"Save notes\" wrote, is wanted");
    else if (!digest || strcmp(digest, m->digest) != 0)
        refuse(path, "has the notes of another recording: its digest differs");
    else {
        cJSON *notes = cJSON_CreateArray();
        cs_notes_add(notes, list, m->trace, &m->refused);
        join(m, notes);
        cJSON_Delete(notes);
        failed = 0;
    }
    cJSON_Delete(sidecar);
    return failed;
}

static int join_file(merging *m, const char *path) {
    size_t n;
    char *text = cs_file_read(path, SIDECAR_MAX, &n);
    const bool sidecar = text && n && text[strspn(text, " \t\r\n")] == '{';
    const int failed = sidecar ? join_sidecar(m, path, text) : join_trace(m, path);
    free(text);
    return failed;
}

/* The trace as it is, without the notes behind its end; then the notes, and those taken back that stand inside. */
static int write_merged(const merging *m, FILE *out) {
    const uint64_t *at;
    const size_t chunks = cs_trace_chunk_offsets(m->trace, &at);
    FILE *in = fopen(m->base, "rb");
    if (!in) return -1;
    char *bytes = malloc(m->st.offset);
    bool ok = bytes && fread(bytes, 1, m->st.offset, in) == m->st.offset;
    fclose(in);
    if (ok) fwrite(bytes, 1, sizeof(cs_header), out);
    for (size_t i = 0; ok && i < chunks; i++) {
        const uint64_t end = i + 1 < chunks ? at[i + 1] : m->st.offset;
        cs_chunk head;
        memcpy(&head, bytes + at[i], sizeof head);
        const bool appended = memcmp(head.kind, "NOTE", 4) == 0 && head.seq == 0xffffffffu;
        if (!appended) fwrite(bytes + at[i], 1, end - at[i], out);
    }
    free(bytes);
    const cJSON *note;
    cJSON_ArrayForEach(note, m->notes) if (ok) ok = cs_note_write(note, out) == 0;
    return ok && !ferror(out) ? 0 : -1;
}

static int save(const merging *m, const char *path) {
    char part[CS_PART_PATH];
    FILE *out = cs_part_open(path, part);
    if (out && cs_part_close(out, path, part, write_merged(m, out)) == 0) return 0;
    fprintf(stderr, "copyscope notes: %s: %s\n", path, strerror(errno));
    return -1;
}

static int merge(char **files, int count, const char *output) {
    merging m = {.base = files[0]};
    m.trace = open_trace(m.base, &m.st);
    int failed = m.trace ? 0 : -1;
    if (!failed) cs_digest_text(m.trace, m.digest);
    if (!failed && !*m.digest) failed = refuse(m.base, "is cut short: notes follow the end of a trace");
    if (!failed && !(m.notes = cs_notes_load(m.trace, &m.refused))) failed = refuse(m.base, "out of memory");
    for (int i = 1; !failed && i < count; i++) failed = join_file(&m, files[i]);
    if (!failed) cs_notes_sort(m.notes);
    if (!failed) failed = save(&m, output);
    if (!failed) fprintf(stderr, "%d notes\n", cJSON_GetArraySize(m.notes));
    if (!failed && m.refused) fprintf(stderr, "copyscope notes: %zu notes cannot be read: left out\n", m.refused);
    cJSON_Delete(m.notes);
    if (m.trace) cs_trace_close(m.trace);
    return failed ? CS_EXIT_COULD_NOT : m.refused ? CS_EXIT_NOT_SO : CS_EXIT_DONE;
}

int cs_cmd_notes(int argc, char **argv) {
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *output = NULL;
    for (int c; (c = getopt_long(argc, argv, "o:h", options, NULL)) != -1;) switch (c) {
        case 'o': output = optarg; break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    const char *word = optind < argc ? argv[optind] : "";
    char **files = argv + optind + 1;
    const int count = argc - optind - 1;
    if (strcmp(word, "list") == 0 && count == 1 && !output) return list(files[0]);
    if (strcmp(word, "merge") == 0 && count >= 1 && output) return merge(files, count, output);
    fputs(help, stderr);
    return CS_EXIT_USAGE;
}
