"""Checking a file's deepcopy, which may do anything: in a process of its own, with limits, watched from outside.

The child tells over shared memory which try it is at, and at the end its report over a pipe. One that stands still,
dies or leaves is ended, and the program that it was at is the counterexample.
"""

from __future__ import annotations

import json
import mmap
import os
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Iterable
from typing import Any, NoReturn

from copyscope.soundness import checker, sides

STILL_S = 10.0  # so long may one try stand still
LOOK_S = 0.2
MEMORY = 1 << 30
FILE_SIZE = 16 << 20
COULD_NOT_LOAD = 10
STATE = struct.Struct("=QQ")  # the try, and how often anything has gone on


class _Shared:
    """Where the child is, in memory that both see."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, STATE.size)
        self.beats = 0

    def at(self, n: int) -> None:
        self.beats += 1
        STATE.pack_into(self.memory, 0, n, self.beats)

    def read(self) -> tuple[int, int]:
        n, beats = STATE.unpack_from(self.memory, 0)
        return n, beats


def check_file(
    path: str,
    objects: Iterable[Any] | None,
    tries: int,
    seed: int,
    *,
    every_kind: bool = False,
    progress: checker.Progress | None = None,
) -> checker.Report:
    """As `checker.check`, for a file. Raises ValueError for a file that cannot be loaded."""
    if not os.path.exists(path):
        raise ValueError(f"{path}: no such file")
    given = None if objects is None else list(objects)
    shared = _Shared()
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(path, given, tries, seed, every_kind, shared, writer)
    os.close(writer)
    try:
        answer, how = _watch(child, reader, shared, progress or (lambda _: None))
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(reader)
    if how:
        return _ended(path, given, seed, shared.read()[0], how)
    told = json.loads(answer)
    if "error" in told:
        raise ValueError(told["error"])
    told.pop("sound")
    told["counterexamples"] = [checker.Counterexample(**c) for c in told["counterexamples"]]
    return checker.Report(**told)


def _child(
    path: str, objects: list[Any] | None, tries: int, seed: int, every_kind: bool, shared: _Shared, writer: int
) -> NoReturn:
    """Loads the file and checks it. What it prints goes to the standard error."""
    code = 1
    try:
        _limit()
        os.dup2(2, 1)
        answer: dict[str, Any]
        try:
            side = sides.of_file(path)
            shared.at(0)
            report = checker.check_sides(path, [side], objects, tries, seed, every_kind, shared.at)
            answer = report.to_json()
        except (sides.LoadError, checker.BuildError) as e:
            answer = {"error": str(e)}
        with os.fdopen(writer, "w") as out:
            json.dump(answer, out)
        code = 0
    except BaseException as e:  # what the file's code left behind must not run the parent's code here
        os.write(2, f"copyscope check: {type(e).__name__}: {e}\n".encode(errors="replace"))
    finally:
        os._exit(code)


def _limit() -> None:
    with open("/proc/self/statm", encoding="ascii") as f:
        now = int(f.read().split()[0]) * mmap.PAGESIZE
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _watch(child: int, reader: int, shared: _Shared, progress: checker.Progress) -> tuple[bytes, str]:
    """Returns the child's answer, or how it ended without one; it has been waited for."""
    answer, beats, since = b"", -1, time.monotonic()
    while True:
        if select.select([reader], [], [], LOOK_S)[0]:
            more = os.read(reader, 1 << 16)
            if not more:
                break
            answer += more
        n, now = shared.read()
        if now != beats:
            beats, since = now, time.monotonic()
            progress(n)
        elif time.monotonic() - since > STILL_S:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return b"", f"it did not end within {STILL_S:.0f} s"
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status < 0:
        return b"", f"it crashed the process ({signal.Signals(-status).name})"
    if status or not answer:
        return b"", f"it ended the process (exit code {status})"
    return answer, ""


def _ended(path: str, objects: list[Any] | None, seed: int, n: int, how: str) -> checker.Report:
    """The report on a file whose deepcopy did not come back: the program that it was at, as it was drawn."""
    if n == 0 and objects is None:
        raise ValueError(f"{path}: while it was loaded, {how}")
    name = os.path.basename(path)
    report = checker.Report(path, seed, [name], tried=n, borders=checker.borders_of(path))
    source = checker.program_at(path, seed, n).source() if objects is None else ""
    report.counterexamples.append(
        checker.Counterexample(
            path, name, source, "no end", f"{how}; the object is as it was drawn, not made smaller", n, seed
        )
    )
    return report
