#include "paranoid.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"

#define WORDS_MAX 512

/* Its own namespaces for all but processes: the server kills by process id.  /proc is for the zygote, which looks up
 * who asks; a worker's Landlock does not let it in. */
static const char *const first[] = {"bwrap",         "--die-with-parent",
                                    "--unshare-ipc", "--unshare-net",
                                    "--unshare-uts", "--ro-bind",
                                    "/proc",         "/proc",
                                    "--dev",         "/dev",
                                    "--tmpfs",       "/tmp"};
/* To become another user in a worker, and to drop what is left. */
static const char *const as_root[] = {"--cap-add", "CAP_SETUID",  "--cap-add", "CAP_SETGID",
                                      "--cap-add", "CAP_SETPCAP", "--cap-add", "CAP_KILL"};
static const char *const as_user[] = {"--unshare-user"};

static const char program[] = "import json\n"
                              "from copyscope import box\n"
                              "print(json.dumps(box.mounts()))\n";

typedef struct {
    char **words;
    size_t count;
} list;

static void add(list *l, const char *word) {
    if (l->count < WORDS_MAX - 1 && (l->words[l->count] = strdup(word))) l->count++;
}

static void add_all(list *l, const char *const words[], size_t n) {
    for (size_t i = 0; i < n; i++) add(l, words[i]);
}

static int is_installed(void) {
    char path[4096];
    const char *folders = getenv("PATH");
    while (folders && *folders) {
        const char *end = strchrnul(folders, ':');
        snprintf(path, sizeof path, "%.*s/%s", (int)(end - folders), folders, first[0]);
        if (access(path, X_OK) == 0) return 1;
        folders = *end ? end + 1 : end;
    }
    return 0;
}

void cs_paranoid_free(char **wrapper) {
    for (size_t i = 0; wrapper && wrapper[i]; i++) free(wrapper[i]);
    free(wrapper);
}

char **cs_paranoid_wrapper(const char *python, char *why, size_t n) {
    list l = {calloc(WORDS_MAX, sizeof *l.words), 0};
    const cJSON *path;
    if (!is_installed()) snprintf(why, n, "--paranoid wants bubblewrap: apt-get install bubblewrap");
    cJSON *paths = l.words && is_installed() ? cs_ask_program(python, program, (const char *[]){NULL}) : NULL;
    if (!paths) {
        if (!*why) snprintf(why, n, "%s does not say where its files are", python);
        free(l.words);
        return NULL;
    }
    add_all(&l, first, sizeof first / sizeof *first);
    if (geteuid() == 0) add_all(&l, as_root, sizeof as_root / sizeof *as_root);
    else add_all(&l, as_user, sizeof as_user / sizeof *as_user);
    cJSON_ArrayForEach(path, paths) if (cJSON_IsString(path)) {
        add(&l, "--ro-bind-try");
        add(&l, path->valuestring);
        add(&l, path->valuestring);
    }
    cJSON_Delete(paths);
    return l.words;
}
