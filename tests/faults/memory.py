#!/usr/bin/env python3
"""Lets each of the first allocations fail, one alone and all from there on, and looks at what becomes of the copy.

    memory.py [--allocator python|c] [--first N] [--operations A,B] [--cases A,B]

The interpreter's allocators fail by CPython's own `_testcapi.set_nomemory`; those of the C library, which the trace
library calls, by failmalloc.c, for calls from the extension and the libraries below it. Each operation on each object
is run in a fork, so that a crash is one finding and the rest goes on. Right is: MemoryError, or what the interpreter's
copy.deepcopy gives; a trace that is whole, or one that says it is not; and a right copy afterwards.
Exit 0: nothing found, 1: faults.
"""

from __future__ import annotations

import _testcapi
import argparse
import copy
import ctypes
import faulthandler
import json
import os
import pathlib
import re
import signal
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from operations import CASES, OPERATIONS, Attempt
from shapes import outcome, shape

import copyscope
from copyscope import _core

MODES = ("all from", "only")  # every allocation from the n-th on fails; the n-th alone
TRIAL_S = 2  # of CPU time; see HANGS
# With every allocation failing the interpreter itself may never end: up to 3.13 the way from an exception to its
# handler makes an int (ceval.c, PyLong_FromLong(lasti)), and where that fails goes back to where it came from.
HANGS = ("all from", signal.SIGVTALRM)
SLACK = 20  # free lists make the count of allocations differ a little from run to run
# What the interpreter itself makes of a failed allocation: open(); a Python function that raises and whose frame
# object, which the traceback wants, cannot be made: the exception is lost. A C function would be "<built-in ...>".
INTERPRETERS_OWN = re.compile(
    "RuntimeError: can't allocate read lock|SystemError: error return without exception set"
    "|SystemError: <function .*> returned NULL without setting an exception"
)
PROGRESS = struct.Struct("<II")  # the mode's index and n: what is being tried, should it crash


ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOREVER = 2**64 - 1
Allocator = tuple[Callable[[int, int], Any], Callable[[], Any]]


class Fault(Exception):
    """What went wrong, in one line."""


def python_allocator() -> Allocator:
    """Functions that let allocations from `first` to before `last` fail, and that let all succeed again."""
    return _testcapi.set_nomemory, _testcapi.remove_mem_hooks


def c_allocator() -> Allocator:
    """The same for malloc; starts this program again where the library that does it is not in the process."""
    library = ROOT / os.environ.get("BUILD", "build") / "faults" / "failmalloc.so"
    if str(library) not in os.environ.get("LD_PRELOAD", ""):
        env = {**os.environ, "LD_PRELOAD": str(library)}
        os.execve(sys.executable, [sys.executable, *sys.argv], env)
    process = ctypes.CDLL(None)
    process.failmalloc_set.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    found = [process.failmalloc_only(name) for name in (b"/_core.", b"libcrypto", b"libz")]
    if not found[0]:
        raise SystemExit("memory.py: the extension is not among the libraries of this process")
    fail = process.failmalloc_set
    return lambda first, last: fail(first, last or FOREVER), lambda: fail(FOREVER, FOREVER)


def attempt(made: Attempt, mode: str, n: int, allocator: Allocator) -> tuple[str, Any]:
    """("result", value) or ("error", exception) of one run in which allocations fail."""
    end = 0 if mode == "all from" else n + 1
    fail, succeed = allocator
    run, error, value = made.run, None, None
    fail(n, end)
    try:
        value = run()
    except BaseException as e:
        error = e
    finally:
        succeed()
    if error is not None:
        # No cycle with this frame: the 16 MemoryErrors that the interpreter keeps ready must come back.
        error.__traceback__ = error.__context__ = None
    return ("result", value) if error is None else ("error", error)


def judge(made: Attempt, got: tuple[str, Any], expected: tuple[str, str]) -> bool:
    """Raises Fault unless the outcome may be. Returns whether it is the one without a failing allocation."""
    how, value = got
    if how == "error" and isinstance(value, MemoryError):
        return False
    if how == "result" and made.right is not None:
        if made.right(value):
            return True
        raise Fault("returns, and what was read or written is not right")
    seen = ("result", shape(value)) if how == "result" else (type(value).__name__, str(value))
    if INTERPRETERS_OWN.fullmatch(": ".join(seen)):
        return False
    if how == "error" and seen == (expected[0], ""):  # PyErr_Format of 3.10 and early 3.11 without memory for the text
        return False
    if seen == expected:
        return True
    raise Fault(f"gives {seen[0]} {seen[1][:200]!r}, neither MemoryError nor {expected[0]} {expected[1][:80]!r}")


def judge_trace(written: bytes | None, whole: int | None, succeeded: bool) -> None:
    """A trace that calls itself whole has all records; any other opens as a prefix."""
    if written is None or len(written) < 16:
        return
    try:
        read = _core.read(written)
    except ValueError as e:
        raise Fault(f"the trace that was written does not open: {e}") from None
    if read["error"] not in (None, "cut short"):
        raise Fault(f"the trace that was written is no prefix: {read['error']} at {read['offset']}")
    if whole is not None and succeeded and read["complete"] and len(read["records"]) // 16 < whole:
        raise Fault(f"{len(read['records']) // 16} of {whole} records in a trace that says it is whole")


def records_in(operation: str, case: str, folder: str) -> int | None:
    """How many records the operation writes where memory is plenty."""
    made = OPERATIONS[operation](CASES[case](), folder)
    try:
        made.run()
    except Exception:
        pass
    written = made.written()
    made.close()
    return len(_core.read(written)["records"]) // 16 if written else None


def later_copy(case: str, expected: tuple[str, str]) -> None:
    """After a failed allocation the next copy is as ever."""
    for function in (copyscope.deepcopy, lambda x: copyscope.trace(x).result):
        seen = outcome(function, CASES[case]())
        if seen != expected:
            raise Fault(f"the next copy gives {seen[0]} {seen[1][:80]!r}, not {expected[1][:80]!r}")


def one(
    operation: str,
    case: str,
    mode: str,
    n: int,
    allocator: Allocator,
    folder: str,
    expected: tuple[str, str],
    whole: int | None,
) -> bool:
    """One attempt, judged. Returns whether it came out as if memory were plenty."""
    made = OPERATIONS[operation](CASES[case](), folder)
    try:
        got = attempt(made, mode, n, allocator)
        if judge(made, got, expected):
            judge_trace(made.written(), whole, True)
            return True
        judge_trace(made.written(), whole, False)
        return False
    finally:
        made.close()


def work(
    operation: str,
    case: str,
    allocator: Allocator,
    start: tuple[int, int],
    first: int,
    progress: int,
    report: int,
) -> None:
    """In the fork: every n of both modes from `start` on; findings as JSON lines."""
    expected = outcome(copy.deepcopy, CASES[case]())
    with tempfile.TemporaryDirectory() as folder, os.fdopen(report, "w") as out:
        whole = records_in(operation, case, folder)
        for mode in range(start[0], len(MODES)):
            for n in range(start[1] if mode == start[0] else 0, first):
                os.pwrite(progress, PROGRESS.pack(mode, n), 0)
                signal.setitimer(signal.ITIMER_VIRTUAL, TRIAL_S)
                try:
                    done = one(operation, case, MODES[mode], n, allocator, folder, expected, whole)
                    later_copy(case, expected)
                except Fault as e:
                    print(json.dumps({"mode": MODES[mode], "n": n, "fault": str(e)}), file=out, flush=True)
                    done = False
                if done and mode == 0:  # no more than n allocations are made
                    first = min(first, n + SLACK)
                    break
        print(json.dumps({"allocations": first}), file=out, flush=True)


def forked(
    operation: str,
    case: str,
    allocator: Allocator,
    start: tuple[int, int],
    first: int,
    progress: int,
    log: Any,
) -> tuple[int, list[Any]]:
    """The fork's wait status, and its findings."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.close(read)
            os.dup2(log.fileno(), 2)
            work(operation, case, allocator, start, first, progress, write)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as lines:
        findings = [json.loads(line) for line in lines]
    return os.waitpid(pid, 0)[1], findings


def explore(operation: str, case: str, allocator: Allocator, first: int) -> Iterator[dict[str, Any]]:
    """All findings on one operation and object; a crash is one and does not end the search."""
    start = (0, 0)
    with tempfile.TemporaryFile() as progress, tempfile.TemporaryFile(mode="w+", errors="replace") as log:
        while True:
            status, findings = forked(operation, case, allocator, start, first, progress.fileno(), log)
            yield from findings
            if status == 0:
                return
            mode, n = PROGRESS.unpack(os.pread(progress.fileno(), PROGRESS.size, 0))
            log.seek(0)
            code = os.waitstatus_to_exitcode(status)
            how = signal.Signals(-code).name if code < 0 else f"exit {code}"
            start = (mode, n + 1)
            if (MODES[mode], -code) == HANGS:
                yield {"hung": n}
                continue
            yield {"mode": MODES[mode], "n": n, "fault": f"crash: {how}", "log": log.read()[-1500:]}


def summary(findings: Iterator[dict[str, Any]]) -> tuple[list[str], int]:
    """One text for each different fault, with the numbers of the allocations; and how many attempts were made."""
    numbers: dict[tuple[str, str], list[int]] = {}
    logs: dict[tuple[str, str], str] = {}
    attempts = 0
    for finding in findings:
        if "hung" in finding:
            print(f"# allocation {finding['hung']} and all after it: the interpreter did not end", file=sys.stderr)
            continue
        if "allocations" in finding:
            attempts += len(MODES) * finding["allocations"]
            continue
        key = finding["mode"], finding["fault"]
        numbers.setdefault(key, []).append(finding["n"])
        logs.setdefault(key, "".join(f"\n    | {line}" for line in finding.get("log", "").splitlines()[-25:]))
    texts = [f"{mode} allocation {spans(n)}: {fault}{logs[mode, fault]}" for (mode, fault), n in numbers.items()]
    return texts, attempts


def spans(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    parts: list[list[int]] = []
    for n in sorted(numbers):
        if parts and parts[-1][1] == n - 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


ALLOCATORS = {"python": python_allocator, "c": c_allocator}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--allocator", choices=ALLOCATORS, default="python", help="which fails (default: python)")
    parser.add_argument("--first", type=int, default=1000, help="allocations that are let fail (default: 1000)")
    parser.add_argument("--operations", default=",".join(OPERATIONS), help="which (default: all)")
    parser.add_argument("--cases", default=",".join(CASES), help="objects of tests/fidelity/corpus.py (default: all)")
    a = parser.parse_args()
    faulthandler.enable()
    allocator = ALLOCATORS[a.allocator]()
    faults = tried = 0
    for operation in a.operations.split(","):
        for case in a.cases.split(","):
            found, attempts = summary(explore(operation, case, allocator, a.first))
            tried += attempts
            faults += len(found)
            for line in found:
                print(f"{operation} {case}: {line}", flush=True)
        print(f"# {operation}: done, {tried} failing allocations tried so far, {faults} faults", file=sys.stderr)
    print(f"{tried} failing allocations tried, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
