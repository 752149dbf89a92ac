"""What a copy costs on this machine, and what of it are lookups in the memo: the measured half of a break-even.

With T the time of the copy, N its lookups and t_sw the time of one, a memory that answers in t' instead makes the
copy S = T / (T - N * (t_sw - t')) times as fast (Amdahl's law).
"""

from __future__ import annotations

import array
import copy
import copyreg
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

from copyscope import _core
from copyscope.recording import Event, Trace, trace

ROUNDS = 15
FEW_ROUNDS = 5  # beside a run, which waits for it
COPY_MAX_NS = 50_000_000  # a copy that takes longer is not made again beside a run
RECORDS_MAX = 50_000  # of a trace whose lookups are made again beside a run
SLICE_NS = 2_000_000  # how long one side runs in one round, at least
LOOKUPS = frozenset(("memo_get", "memo_again", "keep_get"))
STORES = frozenset(("memo_set", "keep_new"))
STORE = 1  # CS_MEMO_STORE


class NothingToMeasureError(Exception):
    """The copy never asks its memo, or raises; the text is one line."""


def operations(t: Trace) -> array.array[int]:
    """The lookups and stores of the trace's memo in time order, as `_core.lookup_cost` takes them.

    The key of a keep-alive lookup is the memo's own id, which is made up here: one that no object has.
    """
    addresses = [0, *(o.addr for o in t.objects)]
    memo = max(addresses) + 64 & ~15
    ops = array.array("Q")
    for e in t.events:
        if e.event in LOOKUPS or e.event in STORES:
            key = memo if e.event.startswith("keep") else addresses[e.obj] & ~STORE
            ops.append(key | STORE if e.event in STORES else key)
    return ops


def measure(x: Any, rounds: int = ROUNDS) -> tuple[dict[str, Any], Trace]:
    """Times the copy of x, and the lookups of its memo by themselves.

    Returns what `of_copies` and `of_lookups` do, and the trace that the lookups are from. User code of x runs once
    for each copy. Raises NothingToMeasureError.
    """
    t = trace(x)
    if t.exception is not None:
        raise NothingToMeasureError(f"the copy raises {type(t.exception).__name__}: nothing to time")
    lookups = of_lookups(t, rounds)
    return {**of_copies(x, rounds), **lookups}, t


def of_copies(x: Any, rounds: int = ROUNDS) -> dict[str, Any]:
    """Times copy.deepcopy(x) and the C engine with a dict as memo, in turns.

    `python_ns`, `engine_ns`: one copy, nanoseconds of the thread's CPU time, median of `rounds`.
    """
    python, engine = _in_turns((copy.deepcopy, _dict_engine), x, rounds)
    return {"python_ns": statistics.median(python), "engine_ns": statistics.median(engine), "rounds": rounds}


def of_lookups(t: Trace, rounds: int = ROUNDS) -> dict[str, Any]:
    """Times the trace's memo lookups on a dict of their own, and counts what they met.

    `dict_ns`, `walk_ns`: one lookup as copy.py makes it and as the engine does, nanoseconds with warm caches, so the
    least that it costs; `lookups`, `stores`; of the lookups `hits`, `first_probe` (hits found in the first slot),
    `hit_probes` (slots of all hits), `most_probes`. Raises NothingToMeasureError.
    """
    ops = operations(t)
    lookups = sum(1 for op in ops if not op & STORE)
    if not lookups:
        raise NothingToMeasureError("the copy asks its memo nothing: nothing to time")
    data = ops.tobytes()
    return {
        "dict_ns": max(0.0, statistics.median(_core.lookup_cost(data, rounds))),
        "walk_ns": max(0.0, statistics.median(_core.lookup_cost(data, rounds, True))),
        "lookups": lookups,
        "stores": len(ops) - lookups,
        **_probes(e for e in t.events if e.event in LOOKUPS),
    }


def beside_run(x: Any) -> dict[str, Any]:
    """`of_copies`, short, in a process that is made for it; `note` says why there is nothing.

    Copies x first while every call of a Python function is watched: where one is user code, a second copy could do
    what only the first should.
    """
    start = time.perf_counter_ns()
    called = _python_function_called(x)
    if called:
        return {"note": f"the copy calls {called}, which would run for each copy that is timed"}
    if time.perf_counter_ns() - start > COPY_MAX_NS:
        return {"note": "the copy takes too long to be made many times beside a run"}
    return of_copies(x, FEW_ROUNDS)


def _python_function_called(x: Any) -> str:
    """The name of the first Python function outside copyreg that a copy of x calls, or ""."""
    called: list[str] = []

    def on_call(frame: Any, event: str, _argument: Any) -> None:
        if event == "call" and not called and frame.f_globals is not copyreg.__dict__:
            called.append(frame.f_code.co_name)

    sys.setprofile(on_call)
    try:
        _core.deepcopy(x, table=False)
    finally:
        sys.setprofile(None)
    return called[0] if called else ""


def _dict_engine(x: Any) -> Any:
    return _core.deepcopy(x, table=False)


def _probes(lookups: Iterable[Event]) -> dict[str, int]:
    hits = [e.probes for e in lookups if e.outcome and e.log2_slots]
    return {
        "hits": len(hits),
        "first_probe": sum(1 for probes in hits if probes == 1),
        "hit_probes": sum(hits),
        "most_probes": max(hits, default=0),
    }


def _in_turns(copiers: tuple[Callable[[Any], Any], ...], x: Any, rounds: int) -> tuple[list[float], ...]:
    """Nanoseconds of one copy by each, in each round."""
    times = [max(1, int(SLICE_NS / max(1.0, _ns(copier, x, 1)))) for copier in copiers]
    figures: tuple[list[float], ...] = tuple([] for _ in copiers)
    for _ in range(rounds):
        for copier, n, into in zip(copiers, times, figures, strict=True):
            into.append(_ns(copier, x, n))
    return figures


def _ns(copier: Callable[[Any], Any], x: Any, times: int) -> float:
    start = time.thread_time_ns()
    for _ in range(times):
        copier(x)
    return (time.thread_time_ns() - start) / times
