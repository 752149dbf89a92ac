"""One run: a fork of the zygote executes a snippet, records the copy of its object, and compares it with copy.py's."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from typing import Any, ClassVar

from copyscope import box, cost, message, shallow, snippet, variants, verdict, watch
from copyscope.recording import Recording, Trace
from copyscope.soundness import checker

STEPS_MAX = 10_000_000  # of the twin, 32 bytes each; past them the verdict is on those, and says so
SNIPPET_FAILED, INTERNAL, NOT_BOXED = 10, 11, 12
TOO_LARGE = "the copy is too large to be made many times beside a run"
NO_TWIN = -1
CHECK_S = 5  # so long may it take to compare a policy's copy with the interpreter's


def run(request: dict[str, Any], fds: list[int]) -> int:
    """A run of the user's own code. Returns the exit code."""
    _stand_alone()
    return _record(request, *fds)


def run_boxed(its_box: box.Box, limits: dict[str, int], warden: box.Warden) -> int:
    """Boxes this process in, then waits for a run, which may be long in coming. Returns the exit code."""
    _stand_alone()
    refusal = None
    try:
        its_box.enter(limits, warden.workers)
        if not message.waits(warden.workers):
            _touch()
    except box.BoxError as e:
        refusal = e
    handed = message.receive(warden.workers)
    if handed is None:
        return 0  # the zygote has ended
    data, fds = handed
    Twin.warden = warden
    return _record(json.loads(data), *fds, refusal)


def _stand_alone() -> None:
    """In a process group of its own, without what the zygote has made of its signals and its input."""
    os.setsid()
    box.die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


def _touch() -> None:
    """Runs a snippet of nothing: pages that any run writes to are copied from the zygote's now, while nobody waits."""
    snippet.run(json.loads(json.dumps("import sys; [[1]]")))


def _record(request: dict[str, Any], trace_fd: int, out_fd: int, refusal: box.BoxError | None = None) -> int:
    """Executes the snippet and records the copy. refusal: why that must not be."""
    os.dup2(out_fd, 1)
    os.dup2(out_fd, 2)
    os.close(out_fd)
    limits = request.get("limits") or {}
    if limits and refusal is None and Twin.warden is None:
        refusal = box.BoxError("the snippet was to be boxed in, and there is no box")
    if refusal is not None:
        os.write(1, f"{refusal}\n".encode())
        return NOT_BOXED
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
        flush_output()
        text = f"{e.filename}: {e.strerror}" if isinstance(e, OSError) else str(e)
        failed = Recording("cpython" if op != "deepcopy" else engine, trace_fd, meta={**meta, "error": text}, op=op)
        failed.source("snippet", filename, code)
        failed.session.end(True)
        return SNIPPET_FAILED
    flush_output()
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
    flush_output()
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


def flush_output() -> None:
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
