"""Runs a program as on a kernel that has not some system calls: `without.py CALL... -- PROGRAM...`."""

import ctypes
import errno
import os
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000


def main(words):
    calls, command = words[: words.index("--")], words[words.index("--") + 1 :]
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(ALLOW))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            sys.exit(f"without.py: there is no call {name}")
        if seccomp.seccomp_rule_add(context, ERRNO | errno.ENOSYS, number, 0):
            sys.exit(f"without.py: {name} cannot be taken away")
    if seccomp.seccomp_load(context):
        sys.exit("without.py: the filter cannot be loaded")
    os.execv(command[0], command)


main(sys.argv[1:])
