"""Recording every deep copy of a program into one file, each with the line that asked for it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import sys
import threading
import time
import weakref
from typing import Any

from copyscope import _core
from copyscope.recording import Recording
from copyscope.redirect import redirected

RECORDS_MAX = 10_000_000  # by default: a file of some 400 MB
CHILDREN_MAX = 64  # forked children with a file of their own
HIGH_FD = 512  # the program's own descriptors keep their numbers


class AlreadyRecordingError(RuntimeError):
    """A program is recorded once at a time."""


class ProgramRecording:
    """Records from `start` to `stop`. One at a time in a process.

    path: the trace file, written as it grows. policy: a name of `policies()`. max_records, max_calls: caps, 0 for
    none; past one the program's copies are made and counted, not recorded. meta: more for the trace's metadata.

    A thread's call that comes while another's is being recorded is counted. A forked child records into a file of
    its own, PATH.PID.cst, made when it first copies something.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        policy: str = "cpython",
        max_records: int = RECORDS_MAX,
        max_calls: int = 0,
        meta: dict[str, Any] | None = None,
    ):
        self.path = os.path.abspath(os.fspath(path))
        self.policy, self.max_records, self._meta = policy, max_records, meta or {}
        self.program = _core.Program(policy=policy, max_calls=max_calls, max_records=max_records, opener=self._session)
        self.error: OSError | None = None  # why the file is not whole
        self._redirection = contextlib.ExitStack()
        self._recording: Recording | None = None
        self._fd = -1
        self._root = os.path.splitext(self.path)[0]
        self._children = 0
        self._began = 0
        self.is_child = False

    # ---- beginning and end ----

    def start(self) -> None:
        """Opens the file and begins. Raises OSError, and AlreadyRecordingError."""
        global _active
        with _lock:
            if _active is not None:
                raise AlreadyRecordingError(f"copies are being recorded into {_active.path} already: end that first")
            self._open()
            _active = self
        _watch_forks()
        self._redirection.enter_context(redirected(self.program))

    def stop(self, **meta: Any) -> None:
        """Ends the recording and the file; `error` tells if that could not be written. A second call does nothing."""
        global _active
        if _active is not self:
            return
        self._redirection.close()
        with _lock:
            _active = None
        recording, self._recording = self._recording, None
        self.program.close()
        if recording is not None:
            try:
                recording.meta(**meta, calls=self.counts(), wall_ns=time.monotonic_ns() - self._began)
                recording.session.end()
            except OSError as e:
                self.error = e
        self._close_fd()

    def counts(self) -> dict[str, int]:
        """Outermost calls: recorded, and not recorded, by reason."""
        return {
            "recorded": self.program.calls,
            "on_other_threads": self.program.missed_threads,
            "past_cap": self.program.missed_cap,
            "without_file": self.program.missed_closed,
            "children": self._children,
            "children_past_cap": max(0, self._children - CHILDREN_MAX),
        }

    @property
    def records(self) -> int:
        """Records written so far, 0 after the end."""
        return self._recording.session.records if self._recording is not None else 0

    # ---- the file ----

    def _open(self) -> None:
        low = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            self._fd = _high(low)
        finally:
            os.close(low)
        self._began = time.monotonic_ns()
        meta = {"program": True, **self._meta}
        try:
            self._recording = Recording(self.policy, fd=self._fd, max_records=self.max_records, meta=meta)
        except BaseException:
            self._close_fd()
            raise

    def _close_fd(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            with contextlib.suppress(OSError):  # the program may have closed it
                os.close(fd)

    def _session(self) -> Any:
        """The session for the first call."""
        return self._recording.session if self._recording is not None else None

    # ---- forks ----

    def _forking(self) -> None:
        self._children += 1

    def _forked(self) -> None:
        """In the child: what the parent has not yet written stays the parent's to write."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
                os.dup2(null, self._fd, inheritable=False)
                os.close(null)
        _abandoned.append(self._recording)  # never ended: it would write into the parent's file
        self._recording, self.error, self.is_child = None, None, True
        self.program.forked(self._open_child if self._children <= CHILDREN_MAX else None)

    def _open_child(self) -> Any:
        self._close_fd()
        self.path = f"{self._root}.{os.getpid()}.cst"
        self._meta = {**self._meta, "parent": os.getppid()}
        self._open()
        util = sys.modules.get("multiprocessing.util")
        if util is not None:  # its children end by os._exit(): no atexit there
            util.Finalize(None, _stop_if_alive, args=(weakref.ref(self),), exitpriority=-100)
        return self._session()


_active: ProgramRecording | None = None
_lock = threading.Lock()
_watching = False
_abandoned: list[Any] = []


def active() -> ProgramRecording | None:
    """The recording in progress in this process, if there is one."""
    return _active


def _stop_if_alive(reference: weakref.ref[ProgramRecording]) -> None:
    recording = reference()
    if recording is not None:
        recording.stop()


def _watch_forks() -> None:
    """Once in a process: handlers cannot be taken back."""
    global _watching
    if not _watching:
        _watching = True
        os.register_at_fork(before=_before_fork, after_in_child=_in_child)


def _before_fork() -> None:
    if _active is not None:
        _active._forking()


def _in_child() -> None:
    global _lock
    _lock = threading.Lock()
    if _active is not None:
        _active._forked()


def _high(fd: int) -> int:
    """A second descriptor of the same file with a number that a program does not come to see."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HIGH_FD if soft == resource.RLIM_INFINITY or soft > 2 * HIGH_FD else max(3, soft // 2)
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, wanted)
