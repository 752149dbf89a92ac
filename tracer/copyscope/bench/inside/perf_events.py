"""Hardware and software counters of this process, by perf_event_open(2).

Only the process itself is counted, in user mode, and only between start and stop. What the machine, the kernel or its
settings refuse is told counter by counter.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
import time

SYSCALL = {"x86_64": 298, "aarch64": 241, "riscv64": 241}
HARDWARE, SOFTWARE, CACHE = 0, 1, 3
L1D, LL, DTLB, ITLB = 0, 2, 3, 4
ENABLE, DISABLE, RESET = 0x2400, 0x2401, 0x2403
ATTR_SIZE = 112
FLAGS = 1 << 0 | 1 << 5 | 1 << 6  # disabled, exclude_kernel, exclude_hv
READ_TIMES = 3  # time_enabled and time_running, beside the count
FLAG_FD_CLOEXEC = 8


def cache(which: int, missed: int) -> tuple[int, int]:
    """Reads of a cache: all, or those that missed."""
    return CACHE, which | missed << 16


COUNTERS = {
    "L1-dcache-load-misses": cache(L1D, 1),
    "L1-dcache-loads": cache(L1D, 0),
    "LLC-load-misses": cache(LL, 1),
    "LLC-loads": cache(LL, 0),
    "branch-misses": (HARDWARE, 5),
    "branches": (HARDWARE, 4),
    "context-switches": (SOFTWARE, 3),
    "cpu-migrations": (SOFTWARE, 4),
    "cycles": (HARDWARE, 0),
    "dTLB-load-misses": cache(DTLB, 1),
    "dTLB-loads": cache(DTLB, 0),
    "iTLB-load-misses": cache(ITLB, 1),
    "iTLB-loads": cache(ITLB, 0),
    "instructions": (HARDWARE, 1),
    "page-faults": (SOFTWARE, 2),
    "task-clock": (SOFTWARE, 1),
}
ELAPSED = "time-elapsed"
IN_KERNEL = frozenset(("context-switches", "cpu-migrations"))  # counted where they happen, which is never user mode


def paranoid() -> str:
    """The kernel's setting, or "?"."""
    try:
        with open("/proc/sys/kernel/perf_event_paranoid") as f:
            return f.read().strip()
    except OSError:
        return "?"


def refusal(number: int) -> str:
    """Why a counter was refused, in one line."""
    if number in (errno.EACCES, errno.EPERM):
        return f"forbidden here (kernel.perf_event_paranoid is {paranoid()}, or a sandbox refuses perf_event_open)"
    if number in (errno.ENOENT, errno.EOPNOTSUPP, errno.ENODEV, errno.EINVAL):
        return "this processor, or the virtual machine it is in, does not offer it"
    if number == errno.ENOSYS:
        return "this kernel has no perf_event_open"
    return os.strerror(number)


def open_counter(name: str) -> int:
    """A descriptor that counts this process. Raises OSError."""
    number = SYSCALL.get(platform.machine())
    if number is None:
        raise OSError(errno.ENOSYS, "no such call on this machine")
    kind, config = COUNTERS[name]
    flags = FLAGS & ~(1 << 5) if name in IN_KERNEL else FLAGS
    attr = struct.pack("<IIQQQQQ", kind, ATTR_SIZE, config, 0, 0, READ_TIMES, flags).ljust(ATTR_SIZE, b"\0")
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(number, ctypes.c_char_p(attr), 0, -1, -1, FLAG_FD_CLOEXEC)
    if fd < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return fd


class Counters:
    """All that can be opened; `refused` says why the others cannot."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self.refused: dict[str, str] = {}
        for name in COUNTERS:
            try:
                self.open[name] = open_counter(name)
            except OSError as e:
                self.refused[name] = refusal(e.errno)

    def around(self, function) -> dict[str, float]:
        """Counts while function() runs; a counter that shared its place with others is scaled up."""
        for fd in self.open.values():
            fcntl.ioctl(fd, RESET, 0)
        for fd in self.open.values():
            fcntl.ioctl(fd, ENABLE, 0)
        start = time.perf_counter_ns()
        function()
        elapsed = time.perf_counter_ns() - start
        for fd in self.open.values():
            fcntl.ioctl(fd, DISABLE, 0)
        found = {name: self.read(fd) for name, fd in self.open.items()}
        return {**{name: value for name, value in found.items() if value is not None}, ELAPSED: elapsed / 1e6}

    @staticmethod
    def read(fd: int) -> float | None:
        """A count, or None where the counter never ran."""
        value, enabled, running = struct.unpack("<QQQ", os.read(fd, 24))
        return value * enabled / running if running else None

    def close(self) -> None:
        for fd in self.open.values():
            os.close(fd)
        self.open = {}
