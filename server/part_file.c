#include "part_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER (1u << 20)

FILE *cs_part_open(const char *path, char part[CS_PART_PATH]) {
    if (snprintf(part, CS_PART_PATH, "%s.part", path) >= CS_PART_PATH) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) part[0] = '\0';
    FILE *file = fopen(*part ? part : path, "wb");
    if (file) setvbuf(file, NULL, _IOFBF, BUFFER);
    return file;
}

int cs_part_close(FILE *file, const char *path, const char *part, int failed) {
    int why = errno;
    if (!failed && (fflush(file) != 0 || ferror(file))) {
        failed = -1;
        why = errno;
    }
    if (fclose(file) != 0 && !failed) {
        failed = -1;
        why = errno;
    }
    if (!failed && (!*part || rename(part, path) == 0)) return 0;
    if (!failed) why = errno;
    if (*part) unlink(part);
    errno = why;
    return -1;
}
