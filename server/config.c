#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"

/* Returns its path, or NULL: there is no place for one. */
static const char *path_of(char *out, size_t n) {
    const char *named = getenv("COPYSCOPE_CONFIG"), *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    int length = -1;
    if (named) length = snprintf(out, n, "%s", named);
    else if (folder && *folder) length = snprintf(out, n, "%s/copyscope.conf", folder);
    else if (home && *home) length = snprintf(out, n, "%s/.config/copyscope.conf", home);
    return length > 0 && (size_t)length < n ? out : NULL;
}

/* Without the blanks around it, and what follows # at its beginning or after a blank. */
static char *trimmed(char *line) {
    for (char *at = line; *at; at++)
        if (*at == '#' && (at == line || at[-1] == ' ' || at[-1] == '\t')) *at = '\0';
    line += strspn(line, " \t");
    size_t n = strlen(line);
    while (n && strchr(" \t\r\n", line[n - 1])) line[--n] = '\0';
    return line;
}

typedef struct {
    const char *command;
    char *words[2 * CS_CONFIG_OPTIONS];
    size_t count;
    bool ours; /* the section that is being read */
} reading;

static bool is_name(const char *text) {
    return *text && *text != '-' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz-0123456789")] == '\0';
}

/* name = value; NULL, or what is wrong. */
static const char *take_option(reading *r, char *line) {
    char *equals = strchr(line, '='), *word;
    if (!equals) return "a line is `name = value`, `[command]` or a comment";
    *equals = '\0';
    const char *name = trimmed(line), *value = trimmed(equals + 1);
    if (!is_name(name)) return "an option's name is that of the command line without the dashes";
    if (!r->ours || strcmp(value, "no") == 0) return NULL;
    if (r->count + 2 > sizeof r->words / sizeof *r->words) return "too many options";
    bool flag = strcmp(value, "yes") == 0;
    if (asprintf(&word, flag ? "--%s" : "--%s=%s", name, value) < 0) return "out of memory";
    r->words[r->count++] = word;
    return NULL;
}

static const char *take_line(reading *r, char *line) {
    line = trimmed(line);
    size_t n = strlen(line);
    if (!n) return NULL;
    if (*line != '[') return take_option(r, line);
    if (line[n - 1] != ']') return "a section is `[command]`";
    line[n - 1] = '\0';
    r->ours = strcmp(trimmed(line + 1), r->command) == 0;
    return NULL;
}

/* Returns 0, or -1 after saying what is wrong. */
static int read_lines(reading *r, FILE *file, const char *path) {
    char line[CS_CONFIG_LINE];
    for (unsigned number = 1; fgets(line, sizeof line, file); number++) {
        const char *wrong = strchr(line, '\n') || feof(file) ? take_line(r, line) : "the line is too long";
        if (!wrong) continue;
        fprintf(stderr, "copyscope: %s, line %u: %s\n", path, number, wrong);
        return -1;
    }
    return 0;
}

static char **joined(const reading *r, int *argc, char **argv) {
    char **all = malloc(((size_t)*argc + r->count + 1) * sizeof *all);
    if (!all) {
        fprintf(stderr, "copyscope: out of memory\n");
        return NULL;
    }
    memcpy(all, argv, 2 * sizeof *all);
    memcpy(all + 2, r->words, r->count * sizeof *all);
    memcpy(all + 2 + r->count, argv + 2, ((size_t)*argc - 1) * sizeof *all); /* and the NULL */
    *argc += (int)r->count;
    return all;
}

char **cs_config_apply(int *argc, char **argv) {
    char path[4096];
    if (*argc < 2 || !path_of(path, sizeof path)) return argv;
    FILE *file = fopen(path, "re");
    if (!file && (errno == ENOENT || errno == ENOTDIR || errno == EACCES) && !getenv("COPYSCOPE_CONFIG")) return argv;
    if (!file) {
        fprintf(stderr, "copyscope: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    reading r = {.command = argv[1]};
    int result = read_lines(&r, file, path);
    fclose(file);
    if (result == 0 && !r.count) return argv;
    return result == 0 ? joined(&r, argc, argv) : NULL;
}
