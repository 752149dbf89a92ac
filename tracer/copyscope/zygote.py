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
from typing import Any, ClassVar, NamedTuple

from copyscope import box, cost, shallow, snippet, variants, verdict, watch
from copyscope.recording import Recording, Trace
from copyscope.soundness import checker

SOCKET_FD, FILTER_FD = 3, 4
MESSAGE_MAX = 256 * 1024
STEPS_MAX = 10_000_000  # of the twin, 32 bytes each; past them the verdict is on those, and says so
SNIPPET_FAILED, INTERNAL, NOT_BOXED = 10, 11, 12
TOO_LARGE = "the copy is too large to be made many times beside a run"
NO_TWIN = -1
CHECK_S = 5  # so long may it take to compare a policy's copy with the interpreter's


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
            code = INTERNAL
            try:
                signal.set_wakeup_fd(-1)
                self.server.close()
                code = run(request, *fds, self.box, warden)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                _flush_output()
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


# ---- in the fork ----


def run(request: dict[str, Any], trace_fd: int, out_fd: int, its_box: box.Box | None, warden: box.Warden | None) -> int:
    """One run, in a process of its own. Returns the exit code."""
    os.setsid()
    box.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out_fd, 1)
    os.dup2(out_fd, 2)
    limits = request.get("limits") or {}
    if limits:
        try:
            if its_box is None or warden is None:
                raise box.BoxError("the snippet was to be boxed in, and there is no box")
            its_box.enter(limits, [trace_fd], warden.workers)
        except box.BoxError as e:
            os.write(1, f"{e}\n".encode())
            return NOT_BOXED
        Twin.warden = warden
    code, policy, op = request["code"], request["policy"], request.get("op") or "deepcopy"
    filename = request.get("filename") or snippet.FILENAME
    engine = variants.DEFAULT if policy in variants.FAULTY else policy
    meta = {"title": request.get("title") or "", "code": code, "policy": policy}
    subject = None
    try:
        if request.get("copy_module"):
            subject = watch.subject_of_file(request["copy_module"])
        elif policy in variants.FAULTY:  # the engine has no such policy: the text itself copies, under a witness
            subject = watch.subject_for(policy)
        x, namespace = snippet.run(code, filename)
        changes = snippet.changes(namespace) if op == "replace" else None
        shallow.check(op, engine, changes)
    except (snippet.SnippetError, NotImplementedError, ValueError, OSError) as e:
        _flush_output()
        text = f"{e.filename}: {e.strerror}" if isinstance(e, OSError) else str(e)
        failed = Recording("cpython" if op != "deepcopy" else engine, trace_fd, meta={**meta, "error": text}, op=op)
        failed.source("snippet", filename, code)
        failed.session.end(True)
        return SNIPPET_FAILED
    _flush_output()
    twin = Twin()
    if twin.is_this:
        try:
            witness = twin.prepare(engine, op)
            if witness is not None:  # run from here, as the recording is: both meet the recursion limit at one depth
                twin.send(verdict.Seen.of(witness.run(x)))
            elif op != "deepcopy":
                twin.send(verdict.Seen.of_lines(shallow.observe(op, x, changes)))
        finally:
            os._exit(0)
    names = snippet.names(namespace, x)
    records = limits.get("records") or 0
    recording = Recording(
        engine, trace_fd, names, records, meta, keep=True, op=op, subject=subject, clock="all", opcodes=True
    )
    recording.source("snippet", filename, code)
    _, exception = recording.copy(x, changes)
    if exception is not None:
        recording.meta(exception=snippet.describe(exception, filename))
    recording.meta(verdict=twin.judge(recording))
    if op == "deepcopy" and policy != variants.DEFAULT and limits:  # unboxed code has effects: it does not run again
        recording.meta(soundness=_soundness(recording, policy, code, filename))
    if op == "deepcopy" and exception is None and subject is None:
        recording.meta(cost=_cost(recording, x))
    recording.session.end(exception is not None)
    _flush_output()
    return 0


def _soundness(recording: Recording, policy: str, code: str, filename: str) -> dict[str, Any]:
    """Does this policy copy the snippet's object as the interpreter's deepcopy does? Both make one, in another process.

    `sound`: True, False, or None with a `note` that says why it is not known; `difference`: where they part; `kind`.
    """
    if recording.session.records > cost.RECORDS_MAX:
        return {"sound": None, "note": TOO_LARGE}
    twin = Twin()
    if twin.is_this:
        try:
            twin.silence()
            signal.alarm(CHECK_S)
            with open(twin.write, "w") as pipe:
                json.dump(_checked(policy, code, filename), pipe)
        finally:
            os._exit(0)
    return {"sound": None, **twin.answer("the process that compares the copies ended before it had an answer")}


def _checked(policy: str, code: str, filename: str) -> dict[str, Any]:
    try:
        report = checker.check(policy, [checker.Text(code, filename)])
    except Exception as e:
        return {"note": snippet.describe(e, filename)}
    if not report.tried:
        return {"note": report.borders[-1].rpartition(": ")[2] if report.borders else "nothing could be compared"}
    found = report.counterexample
    told = {"sound": report.sound, "against": f"CPython {report.python}", "compared": report.compared}
    return told if found is None else {**told, "kind": found.kind, "difference": found.difference, "side": found.side}


def _cost(recording: Recording, x: Any) -> dict[str, Any]:
    """What such a copy and its lookups cost on this machine; a dict with `note` says why that is not known."""
    if recording.session.records > cost.RECORDS_MAX:
        return {"note": TOO_LARGE}
    timer = Twin()
    if timer.is_this:
        try:
            timer.silence()
            with open(timer.write, "w") as pipe:
                json.dump(cost.beside_run(x), pipe)
        finally:
            os._exit(0)
    found = timer.answer()
    if "note" in found:
        return found
    try:
        recording.session.flush()
        return {**found, **cost.of_lookups(Trace(recording.session.data()), cost.FEW_ROUNDS)}
    except cost.NothingToMeasureError as e:
        return {"note": str(e)}


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


class Twin:
    """A fork made after the snippet ran, which copies the same object: with the real copy.py, watched, or to time it.

    Same heap, same ids; side effects of user code happen once here and once in the recording, never twice in one.
    """

    warden: ClassVar[box.Warden | None] = None  # who lets the next one pass

    def __init__(self) -> None:
        if self.warden:
            self.warden.announce()
        self.read, self.write = os.pipe()
        try:
            self.pid = os.fork()
        except OSError:  # it is not let pass: no answer will come
            self.pid = NO_TWIN
        if self.pid == 0:
            box.die_with_parent()
        os.close(self.read if self.pid == 0 else self.write)

    @property
    def is_this(self) -> bool:
        """Whether this process is the twin."""
        return self.pid == 0

    @staticmethod
    def silence() -> None:
        """In the twin: what user code prints is not printed twice."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)

    def answer(
        self, otherwise: str = "the process that times the copy ended before it had an answer"
    ) -> dict[str, Any]:
        """In the recording's process: the JSON object that the twin wrote; waits for it."""
        try:
            with open(self.read, encoding="utf-8") as pipe:
                return json.load(pipe)
        except ValueError:
            return {"note": otherwise}
        finally:
            self._wait()

    def _wait(self) -> None:
        if self.pid != NO_TWIN:
            os.waitpid(self.pid, 0)

    def prepare(self, policy: str, op: str) -> watch.Witnessed | None:
        """In the twin: what is to watch a deep copy; None for another op, or where nothing is there to compare with."""
        self.silence()
        try:
            return (
                watch.watch(watch.subject_for(policy), opcodes=True, max_steps=STEPS_MAX) if op == "deepcopy" else None
            )
        except (LookupError, OSError) as e:
            self.send(verdict.Seen.nothing(str(e)))
            return None

    def send(self, seen: verdict.Seen) -> None:
        """In the twin: hands over what was seen."""
        with open(self.write, "wb") as pipe:
            seen.write(pipe)

    def judge(self, recording: Recording) -> dict[str, Any]:
        """In the recording's process: the verdict; waits for the twin."""
        try:
            with open(self.read, "rb") as pipe:
                return recording.judge(verdict.Seen.read(pipe))
        except ValueError:
            return verdict.unchecked("the twin that runs copy.py ended before it had an answer", recording.policy)
        except MemoryError:
            return verdict.unchecked("not enough memory to compare the events", recording.policy)
        finally:
            self._wait()


if __name__ == "__main__":
    sys.exit(main())
