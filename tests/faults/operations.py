"""What is put to the test: every way in which a program calls the package, each on a fresh object."""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import copyscope
from copyscope import _core

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fidelity"))

from corpus import CASES


class Attempt(NamedTuple):
    """run() does the operation; written() is the trace so far, or None; close() lets go of what it holds.

    right(value): whether what run() returned is right; None: it is a copy, right if it is as copy.deepcopy's.
    """

    run: Callable[[], Any]
    written: Callable[[], bytes | None]
    close: Callable[[], None]
    right: Callable[[Any], bool] | None = None


def _nothing() -> None:
    return None


def untraced(x: Any, _folder: str) -> Attempt:
    """The engine alone."""
    return Attempt(lambda: copyscope.deepcopy(x), _nothing, _nothing)


def traced(x: Any, _folder: str) -> Attempt:
    """A session that records into memory."""
    sessions: list[Any] = []

    def run() -> Any:
        session = _core.Session()
        sessions.append(session)
        y = session.deepcopy(x)
        session.end()
        return y

    return Attempt(run, lambda: sessions[0].data() if sessions else None, sessions.clear)


def to_file(x: Any, folder: str) -> Attempt:
    """A session that records into a file."""
    path = os.path.join(folder, "traced.cst")
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)

    def run() -> Any:
        session = _core.Session(fd=fd)
        y = session.deepcopy(x)
        session.end()
        return y

    return Attempt(run, pathlib.Path(path).read_bytes, lambda: os.close(fd))


def trace(x: Any, _folder: str) -> Attempt:
    """What users call: a trace with its source text."""
    kept: list[Any] = []

    def run() -> Any:
        kept.append(copyscope.trace(x))
        return kept[0].result

    return Attempt(run, lambda: kept[0].data if kept else None, kept.clear)


def shallow(x: Any, _folder: str) -> Attempt:
    """A session that records copy.copy, and the untraced copy beside it."""

    def run() -> Any:
        session = _core.Session()
        try:
            return session.copy(x), copyscope.copy(x)
        finally:
            session.end()

    return Attempt(run, _nothing, _nothing)


def _trace_of(x: Any) -> copyscope.Trace:
    return copyscope.Trace(copyscope.trace(x).data)  # without the exception, whose traceback leads to its holder


def load(x: Any, folder: str) -> Attempt:
    """Reads a trace file, and all that is in it."""
    path = os.path.join(folder, "load.cst")
    _trace_of(x).save(path)

    def run() -> Any:
        t = copyscope.load(path)
        return [t.events, t.objects, t.meta, t.sources, t.messages, t.complete, t.error]

    whole = run()
    return Attempt(run, _nothing, _nothing, lambda value: value == whole)


def save(x: Any, folder: str) -> Attempt:
    """Writes a trace file."""
    path, t = pathlib.Path(folder, "save.cst"), _trace_of(x)
    path.write_bytes(b"")
    name = str(path)  # os.fspath() of a Path calls it no path at all where memory lacks
    return Attempt(lambda: t.save(name), path.read_bytes, _nothing, lambda _: path.read_bytes() == t.data)


COPIES = {f.__name__: f for f in (untraced, traced, to_file, trace)}
OPERATIONS = {**COPIES, "load": load, "save": save}
REPEATED = {**OPERATIONS, "shallow": shallow}  # with too little memory, shallow copies are tests/shallow's matter
__all__ = ["CASES", "COPIES", "OPERATIONS", "REPEATED", "Attempt"]
