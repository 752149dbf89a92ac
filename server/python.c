#include "python.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char cs_python_front[] = "import sys\n"
                               "while '' in sys.path: sys.path.remove('')\n"
                               "from copyscope.cli import main\n"
                               "sys.exit(main(sys.argv[1:]))\n";

int cs_beside_program(const char *name, char *out, size_t n) {
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0) return -1;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash) return -1;
    *slash = '\0';
    if ((size_t)snprintf(out, n, "%s/../%s", program, name) < n && access(out, F_OK) == 0) return 0;
    return (size_t)snprintf(out, n, "%s/../../%s", program, name) < n && access(out, F_OK) == 0 ? 0 : -1;
}

/* Runs the probe; what it prints on its standard output goes to a pipe.  Returns the read end or -1. */
static int spawn_probe(const char *python, pid_t *pid) {
    static const char probe[] = "import sys, copyscope; print(sys.version.split()[0])";
    char *argv[] = {(char *)python, "-I", "-c", (char *)probe, NULL};
    int ends[2];
    posix_spawn_file_actions_t files;
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(pid, python, &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    close(ends[1]);
    if (!error) return ends[0];
    close(ends[0]);
    return -1;
}

/* Keeps what fits of everything up to the end: a writer whose pipe was closed early would fail. */
static void read_line(int fd, char *out, size_t size) {
    char rest[256] = "";
    size_t n = 0;
    for (ssize_t got = 1; got > 0;) {
        size_t room = size - 1 - n;
        got = read(fd, room ? out + n : rest, room ? room : sizeof rest);
        if (got > 0 && room) n += (size_t)got;
    }
    out[n] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
}

/* 0: it has the recorder; -1: it starts but has not; -2: it does not start. */
static int try_python(const char *path, cs_python *out) {
    pid_t pid;
    int fd = spawn_probe(path, &pid), status = -1;
    if (fd < 0) return -2;
    read_line(fd, out->version, sizeof out->version);
    close(fd);
    waitpid(pid, &status, 0);
    snprintf(out->path, sizeof out->path, "%s", path);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return -2;
    return status == 0 && out->version[0] ? 0 : -1;
}

int cs_python_find(const char *wanted, cs_python *out, char *why, size_t n) {
    char beside[4096];
    const char *named = wanted ? wanted : getenv("COPYSCOPE_PYTHON");
    if (named && *named) {
        int found = try_python(named, out);
        if (found == -2) snprintf(why, n, "%s cannot be started", named);
        if (found == -1) snprintf(why, n, "%s cannot import copyscope (pip install ./tracer)", named);
        return found ? -1 : 0;
    }
    if (cs_beside_program(".venv/bin/python", beside, sizeof beside) == 0 && try_python(beside, out) == 0) return 0;
    int found = try_python("python3", out);
    if (found == -2) snprintf(why, n, "no Python was found: traces can be opened, but nothing can be run");
    if (found == -1) snprintf(why, n, "python3 cannot import copyscope: traces can be opened, but nothing can be run");
    return found ? -1 : 0;
}
