"""Measuring: every contender in every round, in an order that turns, on one workload after the other.

Times are CPU time of the thread, so that a busy machine shows in them as little as can be.  The garbage collector is
on; what a copy made is freed within its time.
"""

from __future__ import annotations

import copy
import dataclasses
import gc
import statistics
import sys
from collections.abc import Callable, Iterable
from typing import Any

import same
from contenders import STDLIB, Contender
from copyscope import _core
from copyscope.recording import Event
from objects import Workload

EVENT, PROBES = Event._fields.index("event"), Event._fields.index("probes")


@dataclasses.dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, those of slow contenders, and ns that a batch is to last."""

    rounds: int
    slow_rounds: int
    slice_ns: int


@dataclasses.dataclass(frozen=True)
class Spread:
    """Median and quartiles."""

    median: float
    low: float
    high: float

    def scaled(self, factor: float) -> Spread:
        return Spread(self.median * factor, self.low * factor, self.high * factor)


@dataclasses.dataclass(frozen=True)
class Wrong:
    """A contender whose copy is not the stdlib's."""

    contender: str
    workload: str
    where: str


def spread(values: list[float]) -> Spread:
    if len(values) < 2:
        return Spread(values[0], values[0], values[0])
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high)


def geometric_mean(spreads: Iterable[Spread]) -> Spread:
    """Of the medians, and of the quartiles each."""
    all_of = list(spreads)
    mean = [statistics.geometric_mean(getattr(s, f) for s in all_of) for f in ("median", "low", "high")]
    return Spread(*mean)


class Times:
    """ns of one copy, by workload, contender and round."""

    def __init__(self) -> None:
        self.ns: dict[tuple[str, str], dict[int, float]] = {}

    def add(self, workload: str, contender: str, round_: int, ns: float) -> None:
        self.ns.setdefault((workload, contender), {})[round_] = ns

    def has(self, workload: str, contender: str) -> bool:
        return (workload, contender) in self.ns

    def rounds(self, workload: str, contender: str) -> int:
        return len(self.ns[workload, contender])

    def spread(self, workload: str, contender: str) -> Spread:
        return spread(list(self.ns[workload, contender].values()))

    def ratio(self, workload: str, above: str, below: str) -> Spread | None:
        """above ÷ below, taken round by round; None where one was not measured."""
        if not self.has(workload, above) or not self.has(workload, below):
            return None
        a, b = self.ns[workload, above], self.ns[workload, below]
        return spread([a[r] / b[r] for r in sorted(a.keys() & b.keys())])


def record_fault(data: bytes) -> str:
    """What is missing from a trace that is to have every lookup with its probes, or ""."""
    trace = _core.read(data)
    if not trace["complete"]:
        return f"its trace is not whole: {trace['error']}"
    lookups = [e for e in trace["events"] if e[EVENT] == "memo_get"]
    bare = sum(e[PROBES] == 0 for e in lookups)
    return f"its trace has no probes for {bare} of {len(lookups)} lookups" if bare or not lookups else ""


def fault(contender: Contender, x: Any) -> str:
    """What is wrong with its copy of x, or with what it records of it; "" if nothing is."""
    try:
        where = same.difference(x, copy.deepcopy(x), contender.copy(x), contender.exact)
        return where or (record_fault(contender.record(x)) if contender.record is not None else "")
    except Exception as e:  # a peer may raise anything; it is told, and not timed
        return f"raised {type(e).__name__}: {e}"


def faults(workload: Workload, contenders: list[Contender]) -> list[Wrong]:
    """Whose copies of a workload's objects are not what copy.deepcopy makes of them.

    The objects are made anew for each: looking at an instance changes how it keeps its attributes.
    """
    found = [(c.name, next(filter(None, (fault(c, x) for x in workload.make())), "")) for c in contenders]
    return [Wrong(name, workload.name, where) for name, where in found if where]


def check_unwatched() -> None:
    """A hook that a contender left set would slow all the others."""
    if sys.gettrace() is not None or sys.getprofile() is not None:
        raise RuntimeError(f"a hook is set where none may be: {sys.gettrace() or sys.getprofile()!r}")


def turns_for(contender: Contender, roots: tuple, slice_ns: int) -> int:
    """How many turns make a batch of about slice_ns; measured warm."""
    turns, ns = 1, contender.batch(roots, 1)
    while ns < slice_ns // 4:
        turns *= 4
        ns = contender.batch(roots, turns)
    return max(1, turns * slice_ns // ns)


def measure_workload(
    times: Times, workload: Workload, contenders: list[Contender], effort: Effort, told: Callable[[str], None]
) -> None:
    roots = tuple(workload.make())
    told(f"{workload.name}: how long is a batch?")
    turns = {c.name: turns_for(c, roots, effort.slice_ns) for c in contenders if not c.slow}
    order = list(contenders)
    for round_ in range(effort.rounds):
        told(f"{workload.name}: round {round_ + 1} of {effort.rounds}")
        for contender in order:
            if contender.slow and round_ >= effort.slow_rounds:
                continue
            n = turns.get(contender.name, turns.get(STDLIB, 1))
            check_unwatched()
            gc.collect()
            times.add(workload.name, contender.name, round_, contender.batch(roots, n) / n / len(roots))
        order.append(order.pop(0))


def measure(
    workloads: Iterable[Workload],
    contenders: list[Contender],
    effort: Effort,
    told: Callable[[str], None] = lambda text: None,
) -> tuple[Times, list[Wrong]]:
    """Times of everyone whose copies are right, and who was wrong."""
    times, wrong = Times(), []
    for workload in workloads:
        told(f"{workload.name}: are the copies right?")
        bad = faults(workload, contenders)
        wrong += bad
        names = {w.contender for w in bad}
        right = [c for c in contenders if c.name not in names]
        measure_workload(times, workload, right, effort, told)
    return times, wrong
