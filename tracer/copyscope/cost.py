"""What a copy costs on this machine, and what of it are lookups in the memo: the measured half of a break-even.

With T the time of the copy, N its lookups and t_sw the time of one, a memory that answers in t' instead makes the
copy S = T / (T - N * (t_sw - t')) times as fast (Amdahl's law).
"""

from __future__ import annotations

import array
import copy
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

from copyscope import _core
from copyscope.recording import Event, Trace, trace

ROUNDS = 15
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
    """Times copy.deepcopy(x) and the C engine in turns, and the memo's lookups by themselves.

    Returns the figures, and the trace that the lookups are from. CPU time of the thread, in nanoseconds, medians:
    `python_ns`, `engine_ns` one copy; `dict_ns`, `walk_ns` one lookup of its memo, with warm caches: the least it costs;
    `lookups`, `stores`; of the lookups `hits`, `first_probe` (hits found in the first slot), `hit_probes` (slots of all hits),
    `most_probes`. User code of x runs once for each copy. Raises NothingToMeasureError.
    """
    t = trace(x)
    if t.exception is not None:
        raise NothingToMeasureError(f"the copy raises {type(t.exception).__name__}: nothing to time")
    ops = operations(t)
    lookups = sum(1 for op in ops if not op & STORE)
    if not lookups:
        raise NothingToMeasureError("the copy asks its memo nothing: nothing to time")
    python, engine = _in_turns((copy.deepcopy, _dict_engine), x, rounds)
    data = ops.tobytes()
    figures = {
        "python_ns": statistics.median(python),
        "engine_ns": statistics.median(engine),
        "dict_ns": max(0.0, statistics.median(_core.lookup_cost(data, rounds))),
        "walk_ns": max(0.0, statistics.median(_core.lookup_cost(data, rounds, True))),
        "rounds": rounds,
        "lookups": lookups,
        "stores": len(ops) - lookups,
        **_probes(e for e in t.events if e.event in LOOKUPS),
    }
    return figures, t


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
        for copier, n, into in zip(copiers, times, figures):
            into.append(_ns(copier, x, n))
    return figures


def _ns(copier: Callable[[Any], Any], x: Any, times: int) -> float:
    start = time.thread_time_ns()
    for _ in range(times):
        copier(x)
    return (time.thread_time_ns() - start) / times
