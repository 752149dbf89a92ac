#include "ask.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "python.h"
#include "text.h"

#define ANSWER_MAX (64u << 10)
#define WORDS_MAX 16

extern char **environ;

/* Starts the Python; returns the end of a pipe that has its answer, or -1. */
static int start(const char *python, const char *program, const char *const words[], pid_t *pid) {
    char *argv[WORDS_MAX + 4] = {(char *)python, "-c", (char *)program};
    for (size_t i = 0; i < WORDS_MAX && words[i]; i++) argv[3 + i] = (char *)words[i];
    int ends[2];
    posix_spawn_file_actions_t files;
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    int error = posix_spawnp(pid, python, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    if (!error) return ends[0];
    close(ends[0]);
    return -1;
}

cJSON *cs_ask_python(const char *python, const char *const words[]) {
    return cs_ask_program(python, cs_python_front, words);
}

cJSON *cs_ask_program(const char *python, const char *program, const char *const words[]) {
    char answer[ANSWER_MAX];
    size_t n = 0;
    pid_t pid;
    int status = -1, fd = start(python, program, words, &pid);
    if (fd < 0) return NULL;
    for (ssize_t got = 1; got > 0 && n < sizeof answer - 1;) {
        got = read(fd, answer + n, sizeof answer - 1 - n);
        if (got > 0) n += (size_t)got;
    }
    close(fd);
    waitpid(pid, &status, 0);
    answer[n] = '\0';
    return status == 0 && cs_json_plain(answer, n) ? cJSON_Parse(answer) : NULL;
}
