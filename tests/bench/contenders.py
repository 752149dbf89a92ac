"""Who is timed: each a way to copy an object, or to watch copy.deepcopy do it."""

from __future__ import annotations

import contextlib
import copy
import cProfile
import dataclasses
import importlib.metadata
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import copyscope
import native
from copyscope import _core

STDLIB, ENGINE, DICT = "stdlib", "untraced", "untraced dict"
TRACED, ENDED, WHOLE, WRITE = "traced", "traced, ended", "trace()", "write"
COPIUM, VIZTRACER, VIZTRACER_WRITE = "copium", "viztracer", "viztracer write"
FOLDER = native.BUILD  # on the disk that the project is on
TRACER_ENTRIES = 4_000_000  # VizTracer keeps that many at the most, and the last ones only


@dataclasses.dataclass(frozen=True)
class Contender:
    """batch(roots, turns) copies each root, `turns` times over, and gives the thread's CPU time in ns; copy(x) is one
    copy, made the same way.  exact: what copy.deepcopy shares with the original is to be shared.  slow: too slow to
    be measured in every round.  save(roots, turns, path) is a batch whose record stays, for who writes one.  record(x)
    is the trace of one copy, for copyscope traced: it must be whole, with the probes.
    """

    name: str
    text: str
    batch: Callable[[tuple, int], int]
    copy: Callable[[Any], Any]
    exact: bool = True
    slow: bool = False
    ours: bool = False
    save: Callable[[tuple, int, str], int] | None = None
    record: Callable[[Any], bytes] | None = None


@dataclasses.dataclass(frozen=True)
class Skipped:
    """A contender that cannot run here, and why."""

    name: str
    reason: str


def plain(name: str, text: str, function: Callable[..., Any], **options: Any) -> Contender:
    """A function that copies by itself."""
    return Contender(name, text, lambda roots, turns: native.run(function, roots, turns), function, **options)


def watched(name: str, text: str, around: Callable[[], Any], **options: Any) -> Contender:
    """copy.deepcopy, with something that watches switched on around the batch only."""

    def batch(roots: tuple, turns: int) -> int:
        with around():
            return native.run(copy.deepcopy, roots, turns)

    def one(x: Any) -> Any:
        with around():
            return copy.deepcopy(x)

    return Contender(name, text, batch, one, slow=True, **options)


# ---- copyscope ----


def traced_batch(roots: tuple, turns: int) -> int:
    """One session, open before.  What it holds is let go within the time that is taken; what it has not yet made into
    a trace by then is not made: `ended_batch` has that in it.
    """
    session = _core.Session(policy="cpython", lazy=True)
    ns = native.run(session.deepcopy, roots, turns)
    start = time.thread_time_ns()
    del session
    return ns + time.thread_time_ns() - start


def ended_batch(roots: tuple, turns: int) -> int:
    """One recording in memory: from making the session to the finished trace, and both freed."""
    start = time.thread_time_ns()
    session = _core.Session(policy="cpython")
    native.run(session.deepcopy, roots, turns)
    session.end(False)
    del session
    return time.thread_time_ns() - start


def write_batch(roots: tuple, turns: int) -> int:
    """One recording into a file, from making the session to closing the file; fsync is not called."""
    path = os.path.join(FOLDER, f"written-{os.getpid()}.cst")
    try:
        start = time.thread_time_ns()
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        session = _core.Session(policy="cpython", fd=fd)
        native.run(session.deepcopy, roots, turns)
        session.end(False)
        del session
        os.close(fd)
        return time.thread_time_ns() - start
    finally:
        os.unlink(path)


def traced_record(x: Any) -> bytes:
    session = _core.Session(policy="cpython")
    session.deepcopy(x)
    return session.end(False)


def write_copy(x: Any) -> Any:
    with tempfile.TemporaryFile(dir=FOLDER) as f:
        session = _core.Session(policy="cpython", fd=f.fileno())
        y = session.deepcopy(x)
        session.end(False)
        return y


def engine() -> list[Contender]:
    return [
        plain(ENGINE, "copyscope.deepcopy", copyscope.deepcopy, ours=True),
        plain(DICT, "copyscope, memo a dict", _core.deepcopy_with_dict, ours=True),
        Contender(
            TRACED,
            "copyscope traced, session open",
            traced_batch,
            lambda x: _core.Session(policy="cpython").deepcopy(x),
            ours=True,
            record=traced_record,
        ),
        Contender(
            ENDED,
            "copyscope traced, trace in memory",
            ended_batch,
            lambda x: _core.Session(policy="cpython").deepcopy(x),
            ours=True,
        ),
        Contender(
            WHOLE,
            "copyscope.trace, whole",
            lambda roots, turns: native.run(copyscope.trace, roots, turns),
            lambda x: copyscope.trace(x).result,
            ours=True,
        ),
        Contender(WRITE, "copyscope traced to a file", write_batch, write_copy, ours=True),
    ]


# ---- peers ----


def pickled(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x, pickle.HIGHEST_PROTOCOL))


@contextlib.contextmanager
def profiled() -> Iterator[None]:
    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()


@contextlib.contextmanager
def python_hook() -> Iterator[None]:
    def hook(frame: Any, event: str, arg: Any) -> Any:
        return hook

    sys.settrace(hook)
    try:
        yield
    finally:
        sys.settrace(None)


@contextlib.contextmanager
def c_hook() -> Iterator[None]:
    native.set_trace(True)
    try:
        yield
    finally:
        native.set_trace(False)


@contextlib.contextmanager
def monitored() -> Iterator[None]:
    """Calls, returns and lines, as sys.settrace tells them."""
    monitoring = sys.monitoring
    tool, events = monitoring.PROFILER_ID, monitoring.events
    monitoring.use_tool_id(tool, "copyscope-bench")
    wanted = (events.PY_START, events.PY_RETURN, events.LINE)
    for event in wanted:
        monitoring.register_callback(tool, event, lambda *args: None)
    monitoring.set_events(tool, sum(wanted))
    try:
        yield
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


def interpreter() -> list[Contender | Skipped]:
    """What the interpreter itself offers."""
    found: list[Contender | Skipped] = [
        plain("pickle", "pickle, there and back", pickled, exact=False),
        watched("cProfile", "stdlib under cProfile", profiled),
        watched("settrace", "stdlib under sys.settrace, no-op", python_hook),
        watched("C hook", "stdlib under a no-op C trace hook", c_hook),
    ]
    if hasattr(sys, "monitoring"):
        found.append(watched("monitoring", "stdlib under sys.monitoring, no-op", monitored))
    else:
        found.append(Skipped("monitoring", "sys.monitoring came with CPython 3.12"))
    return found


def copium() -> list[Contender | Skipped]:
    try:
        from copium import deepcopy
    except ImportError as e:
        return [Skipped(COPIUM, f"not installed ({e})")]
    return [plain(COPIUM, f"copium {importlib.metadata.version('copium')}", deepcopy)]


class Viz:
    """One VizTracer for the whole run: making one is dear, and no part of what is compared."""

    def __init__(self, tracer_class: Any):
        self.tracer = tracer_class(verbose=0, tracer_entries=TRACER_ENTRIES, register_global=False)
        with self.around():  # making one leaves its hook set, which slows everybody: stopping takes it away
            pass

    @contextlib.contextmanager
    def around(self) -> Iterator[None]:
        self.tracer.start()
        try:
            yield
        finally:
            self.tracer.stop()
            self.tracer.clear()

    def save(self, roots: tuple, turns: int, path: str) -> int:
        """Records and writes its JSON: CPU time of all of it."""
        start = time.thread_time_ns()
        self.tracer.start()
        try:
            native.run(copy.deepcopy, roots, turns)
        finally:
            self.tracer.stop()
        self.tracer.save(path, verbose=0)
        ns = time.thread_time_ns() - start
        self.tracer.clear()
        return ns

    def write_batch(self, roots: tuple, turns: int) -> int:
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            return self.save(roots, turns, os.path.join(folder, "viztracer.json"))

    def write_copy(self, x: Any) -> Any:
        with self.around():
            return copy.deepcopy(x)


def viztracer() -> list[Contender | Skipped]:
    try:
        from viztracer import VizTracer
    except ImportError as e:
        return [Skipped(name, f"not installed ({e})") for name in (VIZTRACER, VIZTRACER_WRITE)]
    viz = Viz(VizTracer)
    version = importlib.metadata.version("viztracer")
    return [
        watched(VIZTRACER, f"stdlib under VizTracer {version}", viz.around),
        Contender(
            VIZTRACER_WRITE,
            "stdlib under VizTracer, to a file",
            viz.write_batch,
            viz.write_copy,
            slow=True,
            save=viz.save,
        ),
    ]


def everyone() -> tuple[list[Contender], list[Skipped]]:
    """Who can run here, copy.deepcopy first, and who cannot."""
    found = [
        plain(STDLIB, "copy.deepcopy", copy.deepcopy),
        *engine(),
        *copium(),
        *interpreter(),
        *viztracer(),
    ]
    return [c for c in found if isinstance(c, Contender)], [c for c in found if isinstance(c, Skipped)]
