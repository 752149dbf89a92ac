"""The process that the server forks once; each run is a fork of it, so that Python and the extension are loaded.

Speaks over file descriptor 3, a SOCK_SEQPACKET socket. The server sends one JSON message per run, with two pipe
ends: for the trace, and for what the snippet prints. Answers are `{"id", "pid"}` and, when the run is over,
`{"id", "exit", "signal"}`. When the socket closes, every run is ended.

A run of code that is not the user's own is boxed in (box.py). Then descriptor 4 is the program for its seccomp filter,
and the first answer is `{"box"}`: what of the box there is on this machine. After each boxed run has been given to its
worker the next worker is forked, boxed in by the same limits: the spare, which waits. A worker has one run, no more.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from copyscope import box, message, worker

SOCKET_FD, FILTER_FD = 3, 4
QUIET_S = 0.005  # without news, before the next spare is made: whoever has just got a run goes first


def main() -> int:
    """Serves runs until the socket closes."""
    box.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its zygote
    server = socket.socket(fileno=SOCKET_FD)
    os.set_inheritable(SOCKET_FD, False)
    zygote = Zygote(server, _prepare_box(server))
    gc.freeze()  # what is loaded now stays shared between the forks
    while zygote.serve_once():
        pass
    return 0


def _prepare_box(server: socket.socket) -> box.Box | None:
    """None: nothing that is run here is to be boxed in."""
    try:
        program = os.pread(FILTER_FD, 1 << 20, 0)
    except OSError:
        return None
    os.close(FILTER_FD)
    made = box.Box.prepare(program)
    _send(server, {"box": made.report()})
    return made


class Zygote:
    """The process's loop: requests, workers that ended, and what the workers' filters ask."""

    def __init__(self, server: socket.socket, its_box: box.Box | None):
        self.server, self.box = server, its_box
        self.running: dict[int, Running] = {}
        self.spare: Spare | None = None
        self.limits: dict[str, int] | None = None  # of the spare that is to be made; None: it has been
        self.selector = selectors.DefaultSelector()
        self.wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.selector.register(server, selectors.EVENT_READ)
        self.selector.register(self.wake, selectors.EVENT_READ)

    def serve_once(self) -> bool:
        """Waits for something to do, and does it. False: the server is gone."""
        ready = self.selector.select(None if self.limits is None else QUIET_S)
        if not ready and self.limits is not None:
            limits, self.limits = self.limits, None
            with contextlib.suppress(OSError):  # no process to be had: the next run asks for one when it comes
                self.spare = self._box_worker(limits)
        for key, _ in ready:
            if key.fileobj is self.server:
                handed = message.receive(self.server)
                if handed is None:
                    _end_all([*self.running, *([self.spare.pid] if self.spare else [])])
                    return False
                self._start(*handed)
            elif key.fileobj == self.wake:
                os.read(self.wake, 4096)
            else:
                self._attend(key.data, key.fileobj)
        self._reap()
        return True

    def _attend(self, warden: box.Warden, fileobj: Any) -> None:
        if fileobj is warden.own:
            self.selector.unregister(fileobj)
            if warden.meet() and warden.listener >= 0:
                self.selector.register(warden.listener, selectors.EVENT_READ, warden)
        elif not warden.answer():
            self.selector.unregister(fileobj)

    def _start(self, data: bytes, fds: list[int]) -> None:
        request = json.loads(data)
        limits = request.get("limits")
        if limits and self.box:
            pid, _, warden = self._hand_over(limits, data, fds)
        else:
            pid, warden = self._fork(lambda: worker.run(request, fds)), None
        for fd in fds:
            os.close(fd)
        self.running[pid] = Running(request["id"], warden)
        _send(self.server, {"id": request["id"], "pid": pid})

    def _hand_over(self, limits: dict[str, int], data: bytes, fds: list[int]) -> Spare:
        """The worker that has the run now: the spare if it is there and boxed in as it is to be, or a new one."""
        spare, self.spare, self.limits = self.spare, None, limits
        if spare and spare.limits == limits and spare.warden.hand_over(data, fds):
            return spare
        if spare:
            self._forget(spare.warden)
            os.kill(spare.pid, signal.SIGKILL)
        made = self._box_worker(limits)
        made.warden.hand_over(data, fds)  # if it has ended it is told of as any that ends
        return made

    def _box_worker(self, limits: dict[str, int]) -> Spare:
        assert self.box is not None
        its_box, warden = self.box, box.Warden()
        warden.pid = self._fork(lambda: worker.run_boxed(its_box, limits, warden))
        warden.workers.close()
        self.selector.register(warden.own, selectors.EVENT_READ, warden)
        return Spare(warden.pid, limits, warden)

    def _fork(self, work: Callable[[], int]) -> int:
        """The process that does the work and ends with what it returns."""
        pid = os.fork()
        if pid == 0:
            code = worker.INTERNAL
            try:
                signal.set_wakeup_fd(-1)
                self.server.close()
                code = work()
            except BaseException:
                sys.excepthook(*sys.exc_info())
                worker.flush_output()
            finally:
                os._exit(code)
        return pid

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):  # there are none
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._end(*ended)

    def _end(self, pid: int, status: int) -> None:
        if self.spare and pid == self.spare.pid:
            self._forget(self.spare.warden)
            self.spare = None
        elif pid in self.running:
            run = self.running.pop(pid)
            self._forget(run.warden)
            code = os.waitstatus_to_exitcode(status)
            _send(
                self.server, {"id": run.id, "exit": None if code < 0 else code, "signal": -code if code < 0 else None}
            )

    def _forget(self, warden: box.Warden | None) -> None:
        if warden is None:
            return
        for fileobj in (warden.own, warden.listener):
            with contextlib.suppress(KeyError, ValueError):  # unregistered already
                self.selector.unregister(fileobj)
        warden.forget()


class Spare(NamedTuple):
    """A worker that waits for its run."""

    pid: int
    limits: dict[str, int]  # that it is boxed in by
    warden: box.Warden


class Running(NamedTuple):
    """A worker that has not ended: the server's name for its run, and who answers for it."""

    id: int
    warden: box.Warden | None


def _send(server: socket.socket, answer: dict[str, Any]) -> None:
    try:
        server.send(json.dumps(answer).encode())
    except (BrokenPipeError, ConnectionError):
        pass  # the next receive finds the socket closed and ends everything


def _end_all(running: Iterable[int]) -> None:
    for pid in running:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
