#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *cs_file_read(const char *path, size_t max, size_t *n) {
    struct stat st;
    char *bytes = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size <= max) bytes = malloc((size_t)st.st_size + 1);
    *n = 0;
    for (ssize_t got = 1; bytes && got > 0 && *n < (size_t)st.st_size;) {
        got = read(fd, bytes + *n, (size_t)st.st_size - *n);
        if (got > 0) *n += (size_t)got;
    }
    if (bytes) bytes[*n] = '\0';
    close(fd);
    return bytes;
}

int cs_file_copy(const char *path, FILE *out) {
    char piece[1 << 14];
    FILE *in = fopen(path, "rb");
    if (!in) return -1;
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        if (fwrite(piece, 1, n, out) != n) break;
    const int failed = ferror(in) || ferror(out);
    const int why = errno;
    fclose(in);
    errno = why;
    return failed ? -1 : 0;
}

static int name_temporary(char path[CS_TEMPORARY_MAX], const char *suffix) {
    const char *folder = getenv("TMPDIR");
    const int n =
        snprintf(path, CS_TEMPORARY_MAX, "%s/copyscope-XXXXXX%s", folder && *folder ? folder : "/tmp", suffix);
    if (n < CS_TEMPORARY_MAX) return 0;
    errno = ENAMETOOLONG;
    return -1;
}

int cs_temporary(char path[CS_TEMPORARY_MAX], const char *suffix) {
    return name_temporary(path, suffix) == 0 ? mkstemps(path, (int)strlen(suffix)) : -1;
}

int cs_temporary_folder(char path[CS_TEMPORARY_MAX]) { return name_temporary(path, "") == 0 && mkdtemp(path) ? 0 : -1; }
