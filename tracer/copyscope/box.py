"""What a run of somebody else's snippet is boxed in by. The zygote finds out what this kernel has; a worker enters.

Walls, from the outside in:

- a process group of its own, which is killed as a whole; it dies with the zygote;
- rlimits: address space, processor time, size of a file, number of descriptors;
- no descriptor but those of the run, none of the zygote's environment (the server has left it out);
- as root: no capability, and where the interpreter stays readable to it the user `nobody`;
- Landlock: nothing is opened but the standard library and what is on sys.path, to be read; no TCP, no signal outwards;
- seccomp: the calls of server/box_calls.def and no others: no sockets, no exec, no change to any file;
- where that filter asks (clone, kill), the warden in the zygote answers.

A worker copies the object once more in forked twins, so some forks are right. The warden lets MAX_TWINS pass, each
announced beforehand, from the worker itself, never from a twin. A snippet that finds out how a fork is announced
gains those twins, boxed in as it is, and no more.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import errno
import fcntl
import os
import platform
import pwd
import resource
import select
import signal
import socket
import struct
import sys
import sysconfig
from collections.abc import Iterable
from typing import Any, NamedTuple

from copyscope import message

LIMITS = {
    "as": resource.RLIMIT_AS,
    "cpu": resource.RLIMIT_CPU,
    "fsize": resource.RLIMIT_FSIZE,
    "nofile": resource.RLIMIT_NOFILE,
}
MAX_TWINS = 3  # the witness, the comparison with copy.py, the timer
MAX_THREADS = 64
NOBODY = 65534
# What the standard library reads outside of its own folder: shared libraries, the time zone, the locale.
SYSTEM_FILES = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime",
    "/usr/share/zoneinfo", "/dev/urandom", "/dev/zero",
)  # fmt: skip

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
CAPABILITY_VERSION = 0x20080522

# The same numbers on every machine, as for all calls that came after 2019.
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
FS_WRITE_FILE, FS_READ_FILE, FS_READ_DIR, FS_TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
# By ABI: how many rights over files, over TCP and over what else there are to be taken away.
FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
FS_RIGHTS_NOW, NET_RIGHTS, SCOPES = 16, 2, 2

SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277}
SECCOMP_SET_MODE_FILTER, SECCOMP_NEW_LISTENER = 1, 1 << 3
NOTIFICATION, RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
NOTIF_RECV, NOTIF_SEND = 0xC0502100, 0xC0182101
NOTIF_CONTINUE = 1

CLONE_THREAD, CLONE_FORK = 0x10000, (0x01200011, signal.SIGCHLD)  # fork() of glibc, of musl
CLONE_OTHER = 0x7E02_0000 | 0x2000 | 0x4000 | 0x8000  # namespaces; to be traced; vfork; a sibling
CLONE = {"x86_64": 56, "aarch64": 220, "riscv64": 220}.get(platform.machine(), -1)

_libc = ctypes.CDLL(None, use_errno=True)
for _name in ("capset", "prctl", "syscall"):
    getattr(_libc, _name)  # looked up here, once, and not by each worker


class BoxError(Exception):
    """A wall could not be put up: nothing may run. The text is one line."""


def _call(name: str, *arguments: Any) -> int:
    """A function of the C library that returns -1 on failure. Raises OSError."""
    result = getattr(_libc, name)(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def _prctl(what: int, value: int) -> None:
    _call("prctl", what, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))


def die_with_parent() -> None:
    """The kernel kills this process when the one that made it ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# ---- what there is ----


def readable() -> list[str]:
    """Files and folders that a snippet may read: what it can import, and what that reads."""
    stdlib = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    found = [*sys.path, *stdlib, sysconfig.get_config_var("LIBDIR") or "", *SYSTEM_FILES]
    return list(dict.fromkeys(path for path in found if path and os.path.exists(path)))


def mounts() -> list[str]:
    """What there is to be in a file system that holds no more than Python: for `serve --paranoid`."""
    return [*dict.fromkeys([sys.prefix, sys.base_prefix, os.path.dirname(sys.executable), *readable()])]


def _landlock_abi() -> int:
    try:
        return _call("syscall", LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    except OSError:
        return 0


def _ruleset(abi: int, paths: Iterable[str]) -> int:
    """A Landlock ruleset's descriptor: of what it can forbid, only reading these paths is not. Raises OSError."""
    rights = (1 << FS_RIGHTS.get(abi, FS_RIGHTS_NOW)) - 1
    words = [rights, *([(1 << NET_RIGHTS) - 1] if abi >= 4 else []), *([(1 << SCOPES) - 1] if abi >= 6 else [])]
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = _call("syscall", LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    for path in paths:
        _allow(ruleset, path, FS_READ_FILE | (FS_READ_DIR if os.path.isdir(path) else 0))
    _allow(ruleset, os.devnull, FS_READ_FILE | FS_WRITE_FILE | (FS_TRUNCATE & rights))
    return ruleset


def _allow(ruleset: int, path: str, rights: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call("syscall", LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", rights, fd), 0)
    finally:
        os.close(fd)


def _can_import(uid: int) -> bool:
    """Would that user find the interpreter's files? Tried in a process that becomes it."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _become(uid)
            for path in sys.path:
                if os.path.isdir(path) and "site-packages" not in path:
                    os.listdir(path)
            for module in (os, sys.modules["copyscope"], ctypes):
                with open(str(module.__file__), "rb") as file:
                    file.read(1)
            code = 0
        except OSError:
            pass
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _nobody() -> int:
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody").pw_uid
    return NOBODY


def _has_sanitizer() -> bool:
    return hasattr(_libc, "__asan_init")


# ---- the box ----


class Lack(NamedTuple):
    """A wall that is missing here: its name, and a line for who reads it."""

    id: str
    text: str


class Filter:
    """A program for seccomp, laid out as the kernel takes it: a worker has no more to do than to load it."""

    def __init__(self, program: bytes):
        self._instructions = ctypes.create_string_buffer(program, len(program))
        self._program = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(self._instructions))
        self._call = SECCOMP[platform.machine()]

    def load(self, control: socket.socket) -> None:
        """Who answers where the filter asks gets the listener through `control`; it does not stay here."""
        listener = _call("syscall", self._call, SECCOMP_SET_MODE_FILTER, SECCOMP_NEW_LISTENER, self._program)
        control.sendmsg([b"listener"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", listener))])
        os.close(listener)


@dataclasses.dataclass
class Box:
    """What a worker is to put up around itself, found out once.

    lacks: what is missing here; refuses: why nothing may run at all, or "".
    """

    filter: Filter | None
    abi: int
    ruleset: int
    uid: int | None  # to become; None: stay who one is
    lacks: list[Lack]
    refuses: str = ""

    @classmethod
    def prepare(cls, program: bytes) -> Box:
        """Looks at this kernel and this user. program: the filter for seccomp, b"" where there is none."""
        lacks: list[Lack] = []
        refuses, uid = "", None
        abi = _landlock_abi()
        ruleset = _ruleset(abi, readable()) if abi else -1
        if not abi:
            lacks.append(Lack("landlock", "no Landlock: a snippet can read what its user can read"))
        filtered = Filter(program) if program and platform.machine() in SECCOMP else None
        if filtered is None:
            lacks.append(Lack("seccomp", "no seccomp: a snippet can use the network, start processes and write files"))
        if os.geteuid() == 0:
            uid = _nobody() if _can_import(_nobody()) else None
            if uid is None and not abi:
                refuses = "as root, where only root can read Python's files, and without Landlock, no snippet is run"
            elif uid is None:
                lacks.append(
                    Lack("user", "only root can read Python's files: a snippet runs as root, with no capability")
                )
            _bound_capabilities()
        if _has_sanitizer():
            lacks.append(
                Lack("memory", "built with a sanitizer, which wants all addresses: a snippet's memory has no limit")
            )
        return cls(filtered, abi, ruleset, uid, lacks, refuses)

    def report(self) -> dict[str, Any]:
        """For the server, which says it aloud."""
        user = "own" if os.geteuid() != 0 else "root without capabilities" if self.uid is None else "nobody"
        walls = {"landlock": self.abi, "seccomp": self.filter is not None, "user": user}
        return {**walls, "lacks": [lack._asdict() for lack in self.lacks], "refuses": self.refuses}

    def enter(self, limits: dict[str, int], control: socket.socket) -> None:
        """Puts the walls up around this process, for good. control: what stays open. Raises BoxError."""
        if self.refuses:
            raise BoxError(self.refuses)
        try:
            _close_all_but({0, 1, 2, control.fileno(), self.ruleset})
            for name, which in LIMITS.items():
                if limits.get(name) and not (name == "as" and _has_sanitizer()):
                    _limit(which, limits[name])
            _limit(resource.RLIMIT_CORE, 0)
            _drop_capabilities(self.uid)
            die_with_parent()  # a change of the user has undone it
            _prctl(PR_SET_NO_NEW_PRIVS, 1)
            if self.ruleset >= 0:
                _call("syscall", LANDLOCK_RESTRICT, self.ruleset, 0)
                os.close(self.ruleset)
            if self.filter is not None:
                self.filter.load(control)
        except (OSError, ValueError) as e:
            raise BoxError(f"the snippet could not be boxed in: {e}") from None


def _close_all_but(keep: set[int]) -> None:
    low = 0
    for fd in sorted(fd for fd in keep if fd >= 0):
        if low < fd:  # an empty range would close all
            os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, os.sysconf("SC_OPEN_MAX"))


def _limit(which: int, value: int) -> None:
    """At the limit of processor time a signal says why; one second later there is no answering back."""
    hard = value + 1 if which == resource.RLIMIT_CPU else value
    most = resource.getrlimit(which)[1]
    if most != resource.RLIM_INFINITY:
        hard = min(hard, most)
    resource.setrlimit(which, (min(value, hard), hard))


def _drop_capabilities(uid: int | None) -> None:
    if os.geteuid() != 0:
        return
    if uid is not None:
        _become(uid)
    none = struct.pack("=6I", 0, 0, 0, 0, 0, 0)
    _call("capset", struct.pack("=Ii", CAPABILITY_VERSION, 0), none)


def _bound_capabilities() -> None:
    """No program that is started from here on will have any. Forks inherit that, so it is done once."""
    for capability in range(64):
        try:
            _prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            break  # past the last one that this kernel has, or not allowed to


# ---- the warden ----


class Warden:
    """In the zygote: answers for one worker what its filter asks about. What it hears is the worker's word: hostile."""

    def __init__(self) -> None:
        self.own, self.workers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.own.setblocking(False)
        message.make_room(self.own)
        self.listener = -1
        self.pid = 0
        self.announced = self.twins = 0

    def meet(self) -> bool:
        """Takes the listener, the first thing that the worker sends. False: there is none, and there will be none."""
        try:
            _, fds, _, _ = socket.recv_fds(self.own, 16, 1)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.listener = fds[0] if fds else -1
        return bool(fds)

    def hand_over(self, text: bytes, fds: list[int]) -> bool:
        """Gives the worker its run. False: the worker has ended."""
        try:
            return socket.send_fds(self.own, [text], fds) == len(text)
        except OSError:
            return False

    def answer(self) -> bool:
        """Answers the next question. False: nobody is left to ask one."""
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        if not any(events & select.POLLIN for _, events in poll.poll(0)):
            return False  # to receive would wait for ever
        question = bytearray(NOTIFICATION.size)
        with contextlib.suppress(FileNotFoundError):  # who asked is gone
            fcntl.ioctl(self.listener, NOTIF_RECV, question)
            cookie, tid, _, call, _, _, *arguments = NOTIFICATION.unpack(question)
            may = self._may_clone(tid, arguments[0]) if call == CLONE else self._may_signal(arguments[0])
            refusal = 0 if may else -errno.EPERM
            fcntl.ioctl(self.listener, NOTIF_SEND, RESPONSE.pack(cookie, 0, refusal, NOTIF_CONTINUE if may else 0))
        return True

    def announce(self) -> None:
        """In the worker: the next fork is a twin's."""
        with contextlib.suppress(OSError):
            self.workers.send(b"twin", socket.MSG_DONTWAIT)

    def _may_clone(self, tid: int, flags: int) -> bool:
        if flags & CLONE_THREAD and not flags & CLONE_OTHER:
            return _threads_of(tid) < MAX_THREADS
        self._hear_announcements()
        if flags not in CLONE_FORK or self.twins >= self.announced or _process_of(tid) != self.pid:
            return False
        self.twins += 1
        return True

    def _may_signal(self, target: int) -> bool:
        """Only to the worker and its twins: they are one session, and nothing else is in it."""
        target = ctypes.c_int(target & 0xFFFFFFFF).value
        with contextlib.suppress(OSError):
            return target >= 0 and os.getsid(target or self.pid) == self.pid  # 0: its process group
        return False

    def _hear_announcements(self) -> None:
        with contextlib.suppress(OSError):  # no news, or nobody there
            while self.announced < MAX_TWINS and self.own.recv(16):  # descriptors that come along are dropped
                self.announced += 1

    def forget(self) -> None:
        """The run is over."""
        self.own.close()
        if self.listener >= 0:
            os.close(self.listener)


def _process_of(tid: int) -> int:
    """The process that a thread is of; 0 where it has ended."""
    with contextlib.suppress(OSError), open(f"/proc/{tid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("Tgid:"):
                return int(line[5:])
    return 0


def _threads_of(tid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{tid}/task"))
    return MAX_THREADS
