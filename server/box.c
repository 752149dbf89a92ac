#include "box.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* the same on every machine */
#endif
#define LANDLOCK_VERSION 1u

typedef struct {
    const char *name;
    uint32_t action;
    unsigned count; /* of comparisons, all of which must hold */
    struct scmp_arg_cmp only[2];
} rule;

#define LOW_HALF 0xffffffff /* of an argument: the kernel reads no more of an int */
#define ALLOW(call) {#call, SCMP_ACT_ALLOW, 0, {{0}}},
#define ALLOW_IF(call, comparison) {#call, SCMP_ACT_ALLOW, 1, {comparison}},
#define ALLOW_IF_BOTH(call, a, b) {#call, SCMP_ACT_ALLOW, 2, {a, b}},
#define ASK(call) {#call, SCMP_ACT_NOTIFY, 0, {{0}}},
static const rule rules[] = {
#include "box_calls.def"
};
#undef ALLOW
#undef ALLOW_IF
#undef ALLOW_IF_BOTH
#undef ASK

/* glibc turns to an older call of the same purpose, whose arguments a filter can see. */
static const char *const absent[] = {"clone3", "openat2"};

static bool has_landlock(void) { return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION) > 0; }

/* A call that libseccomp does not know on this machine is no call that could be made.  Returns 0 or -1. */
static int add(scmp_filter_ctx filter, const char *name, uint32_t action, unsigned count,
               const struct scmp_arg_cmp *only) {
    int number = seccomp_syscall_resolve_name(name);
    if (number < 0) return 0;
    return seccomp_rule_add_array(filter, action, number, count, only) == 0 ? 0 : -1;
}

/* Where Landlock cannot tell one file from another, none is opened but to be read. */
static int add_opens(scmp_filter_ctx filter, bool landlock) {
    const uint64_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY);
    const struct scmp_arg_cmp open_reads = SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0);
    const struct scmp_arg_cmp openat_reads = SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0);
    const unsigned count = landlock ? 0 : 1;
    if (add(filter, "open", SCMP_ACT_ALLOW, count, &open_reads) != 0) return -1;
    return add(filter, "openat", SCMP_ACT_ALLOW, count, &openat_reads);
}

static int add_all(scmp_filter_ctx filter) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (add(filter, rules[i].name, rules[i].action, rules[i].count, rules[i].only) != 0) return -1;
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (add(filter, absent[i], SCMP_ACT_ERRNO(ENOSYS), 0, NULL) != 0) return -1;
    return add_opens(filter, has_landlock());
}

int cs_box_filter(void) {
    int fd = -1;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) return -1;
    seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS); /* calls by another machine's numbers */
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);                    /* a tree: it is asked at every call */
    if (add_all(filter) == 0) fd = memfd_create("copyscope-box", MFD_CLOEXEC);
    if (fd >= 0 && seccomp_export_bpf(filter, fd) != 0) {
        close(fd);
        fd = -1;
    }
    seccomp_release(filter);
    return fd;
}
