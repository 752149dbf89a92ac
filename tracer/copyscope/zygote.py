"""The process that the server forks once; each run is a fork of it, so that Python and the extension are loaded.

Speaks over file descriptor 3, a SOCK_SEQPACKET socket. The server sends one JSON message per run, with two pipe
ends: for the trace, and for what the snippet prints. Answers are `{"id", "pid"}` and, when the run is over,
`{"id", "exit", "signal"}`. When the socket closes, every run is ended.

A run of code that is not the user's own is boxed in (box.py). Then descriptor 4 is the program for its seccomp filter,
and the first answer is `{"box"}`: what of the box there is on this machine.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

from copyscope import box, worker

SOCKET_FD, FILTER_FD = 3, 4
MESSAGE_MAX = 256 * 1024


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
        self.selector = selectors.DefaultSelector()
        self.wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.selector.register(server, selectors.EVENT_READ)
        self.selector.register(self.wake, selectors.EVENT_READ)

    def serve_once(self) -> bool:
        """Waits for something to do, and does it. False: the server is gone."""
        for key, _ in self.selector.select():
            if key.fileobj is self.server:
                request = _receive(self.server)
                if request is None:
                    _end_all(self.running)
                    return False
                self._start(*request)
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

    def _start(self, request: dict[str, Any], fds: list[int]) -> None:
        warden = box.Warden() if request.get("limits") and self.box else None
        pid = os.fork()
        if pid == 0:
            code = worker.INTERNAL
            try:
                signal.set_wakeup_fd(-1)
                self.server.close()
                code = worker.run(request, *fds, self.box, warden)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                worker.flush_output()
            finally:
                os._exit(code)
        for fd in fds:
            os.close(fd)
        if warden:
            warden.pid = pid
            warden.workers.close()
            self.selector.register(warden.own, selectors.EVENT_READ, warden)
        self.running[pid] = Running(request["id"], warden)
        _send(self.server, {"id": request["id"], "pid": pid})

    def _reap(self) -> None:
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            answer = {"exit": code, "signal": None} if code >= 0 else {"exit": None, "signal": -code}
            if pid in self.running:
                ended = self.running.pop(pid)
                self._forget(ended.warden)
                _send(self.server, {"id": ended.id, **answer})

    def _forget(self, warden: box.Warden | None) -> None:
        if warden is None:
            return
        for fileobj in (warden.own, warden.listener):
            with contextlib.suppress(KeyError, ValueError):  # unregistered already
                self.selector.unregister(fileobj)
        warden.forget()


class Running(NamedTuple):
    """A worker that has not ended: the server's name for its run, and who answers for it."""

    id: int
    warden: box.Warden | None


def _receive(server: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    fds = array.array("i")
    try:
        data, ancillary, _, _ = server.recvmsg(MESSAGE_MAX, socket.CMSG_LEN(4 * fds.itemsize))
    except ConnectionError:
        return None
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(payload[: len(payload) - len(payload) % fds.itemsize])
    return (json.loads(data), list(fds)) if data else None


def _send(server: socket.socket, message: dict[str, Any]) -> None:
    try:
        server.send(json.dumps(message).encode())
    except (BrokenPipeError, ConnectionError):
        pass  # the next receive finds the socket closed and ends everything


def _end_all(running: Iterable[int]) -> None:
    for pid in running:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
