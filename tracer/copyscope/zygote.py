"""The process that the server forks once; each run is a fork of it, so that Python and the extension are loaded.

Speaks over file descriptor 3, a SOCK_SEQPACKET socket. The server sends one JSON message per run, with two pipe
ends: for the trace, and for what the snippet prints. Answers are `{"id", "pid"}` and, when the run is over,
`{"id", "exit", "signal"}`. When the socket closes, every run is ended.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from typing import Any

from copyscope import cost, shallow, snippet, variants, verdict, watch
from copyscope.recording import Recording, Trace
from copyscope.soundness import checker

SOCKET_FD = 3
MESSAGE_MAX = 256 * 1024
STEPS_MAX = 10_000_000  # of the twin, 32 bytes each; past them the verdict is on those, and says so
SNIPPET_FAILED, INTERNAL = 10, 11
TOO_LARGE = "the copy is too large to be made many times beside a run"
CHECK_S = 5  # so long may it take to compare a policy's copy with the interpreter's
PR_SET_PDEATHSIG = 1
LIMITS = {
    "as": resource.RLIMIT_AS,
    "cpu": resource.RLIMIT_CPU,
    "fsize": resource.RLIMIT_FSIZE,
    "nofile": resource.RLIMIT_NOFILE,
}


def main() -> int:
    """Serves runs until the socket closes."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server ends its zygote
    server = socket.socket(fileno=SOCKET_FD)
    os.set_inheritable(SOCKET_FD, False)
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    running: dict[int, int] = {}
    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ)
    selector.register(wake_read, selectors.EVENT_READ)
    gc.freeze()  # what is loaded now stays shared between the forks
    while True:
        for key, _ in selector.select():
            if key.fileobj is server:
                request = _receive(server)
                if request is None:
                    _end_all(running)
                    return 0
                _start(server, *request, running)
            else:
                os.read(wake_read, 4096)
        _reap(server, running)


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


def _start(server: socket.socket, request: dict[str, Any], fds: list[int], running: dict[int, int]) -> None:
    pid = os.fork()
    if pid == 0:
        code = INTERNAL
        try:
            signal.set_wakeup_fd(-1)
            server.close()
            code = run(request, *fds)
        finally:
            os._exit(code)
    for fd in fds:
        os.close(fd)
    running[pid] = request["id"]
    _send(server, {"id": request["id"], "pid": pid})


def _reap(server: socket.socket, running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        answer = {"exit": code, "signal": None} if code >= 0 else {"exit": None, "signal": -code}
        if pid in running:
            _send(server, {"id": running.pop(pid), **answer})


def _send(server: socket.socket, message: dict[str, Any]) -> None:
    try:
        server.send(json.dumps(message).encode())
    except (BrokenPipeError, ConnectionError):
        pass  # the next receive finds the socket closed and ends everything


def _end_all(running: dict[int, int]) -> None:
    for pid in running:
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# ---- in the fork ----


def run(request: dict[str, Any], trace_fd: int, out_fd: int) -> int:
    """One run, in a process of its own. Returns the exit code."""
    os.setsid()
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out_fd, 1)
    os.dup2(out_fd, 2)
    limits = request.get("limits") or {}
    for name, which in LIMITS.items():
        if limits.get(name):
            resource.setrlimit(which, (limits[name], limits[name]))
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

    def __init__(self) -> None:
        self.read, self.write = os.pipe()
        self.pid = os.fork()
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
            os.waitpid(self.pid, 0)


if __name__ == "__main__":
    sys.exit(main())
