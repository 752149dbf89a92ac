#!/usr/bin/env python3
"""Does every operation on every object of the corpus again and again, and counts what is not given back.

    leaks.py [--runs N] [--operations A,B] [--cases A,B]

Under a debug build of CPython (python3-dbg) each reference is counted, by `sys.gettotalrefcount`. Without, the counts
of all objects that the collector knows, and of the constants, are added up: a leaked reference to an object that is
neither is seen only as a block that is not freed. Both count the interpreter's memory blocks, and the bytes of
the C library's heap. Each operation on each object has a process of its own. Exit 0: no drift, 1: drift.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import os
import sys
import tempfile
from typing import NamedTuple

from operations import CASES, REPEATED

WARM_UP = 60  # runs after which caches and free lists are as full as they get
DRIFT = 10  # references, and blocks, that may be there or not
HEAP = 16384  # bytes of the C heap that may be there or not
EXACT_HEAP = "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0"  # else what is free but cached counts as in use
CONSTANTS = (None, True, False, Ellipsis, NotImplemented, (), "", b"", *range(-5, 257))


class Counts(NamedTuple):
    """What is in use."""

    references: int
    blocks: int
    heap: int


class _Mallinfo2(ctypes.Structure):
    NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in NAMES.split()]


_mallinfo2 = ctypes.CDLL(None).mallinfo2
_mallinfo2.restype = _Mallinfo2


def references() -> int:
    """All references, or those that can be counted without a debug build."""
    if hasattr(sys, "gettotalrefcount"):
        return sys.gettotalrefcount()
    known = gc.get_objects()
    return sum(sys.getrefcount(x) for x in known) + sum(sys.getrefcount(x) for x in CONSTANTS)


def counts() -> Counts:
    gc.collect()
    sys._clear_type_cache()
    heap = _mallinfo2()
    return Counts(references(), sys.getallocatedblocks(), heap.uordblks + heap.hblkhd)


def repeat(operation: str, case: str, runs: int, folder: str) -> None:
    make, prepare = CASES[case], REPEATED[operation]
    for _ in range(runs):
        made = prepare(make(), folder)
        try:
            made.run()
        except Exception:
            pass
        made.close()
        del made


def drift(operation: str, case: str, runs: int) -> Counts:
    """What `runs` runs left behind; of the heap, what each half of them did: a table of the interpreter grows once."""
    with tempfile.TemporaryDirectory() as folder:
        repeat(operation, case, WARM_UP, folder)
        counts()
        before = counts()
        repeat(operation, case, runs // 2, folder)
        middle = counts()
        repeat(operation, case, runs - runs // 2, folder)
        after = counts()
    heap = 2 * min(middle.heap - before.heap, after.heap - middle.heap)
    return Counts(after.references - before.references, after.blocks - before.blocks, heap)


def in_fork(operation: str, case: str, runs: int) -> Counts | str:
    """The drift as a process of its own finds it, or how that process ended."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            with os.fdopen(write, "w") as out, open(os.devnull, "w") as null, contextlib.redirect_stderr(null):
                json.dump(drift(operation, case, runs), out)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return Counts(*json.loads(text)) if code == 0 else f"the process ended with {code}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000, help="of each operation on each object (default: 100000)")
    parser.add_argument("--operations", default=",".join(REPEATED), help="which (default: all)")
    parser.add_argument("--cases", default=",".join(CASES), help="objects of tests/fidelity/corpus.py (default: all)")
    a = parser.parse_args()
    if os.environ.get("GLIBC_TUNABLES") != EXACT_HEAP:
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "GLIBC_TUNABLES": EXACT_HEAP})
    if not hasattr(sys, "gettotalrefcount"):
        print("# no debug build: references of objects that the collector does not know are not counted")
    worst, failed = Counts(0, 0, 0), 0
    for operation in a.operations.split(","):
        for case in a.cases.split(","):
            found = in_fork(operation, case, a.runs)
            bad = isinstance(found, str) or found.references > DRIFT or found.blocks > DRIFT or found.heap > HEAP
            failed += bad
            if not isinstance(found, str):
                worst = Counts(*map(max, worst, found))
            if bad:
                print(f"{operation} {case}: {found} after {a.runs} runs", flush=True)
        print(f"# {operation}: done, worst so far {worst}, {failed} with drift", file=sys.stderr, flush=True)
    print(f"{a.runs} runs each: worst {worst}, {failed} with drift")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
