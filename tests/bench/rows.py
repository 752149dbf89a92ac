"""The rows: what is compared, the goal of each, and whether it is met."""

from __future__ import annotations

import dataclasses
import json
import os
import struct
import tempfile
import threading
from collections.abc import Callable
from typing import Any

import contenders as c
from contenders import Contender
from copyscope import _core
from measure import Effort, Spread, Times, geometric_mean, spread
from objects import WORKLOADS, json_graph

FIRST_SIX = tuple(w.name for w in WORKLOADS[:6])
ALL = tuple(w.name for w in WORKLOADS)
MEAN = "geometric mean"
TRACED_GOALS = dict(zip(FIRST_SIX, (5.0, 2.8, 12.0, 4.0, 20.0, 4.0), strict=True))
LARGE, SMALL_TURNS = 90_000, 200
AT_LEAST, AT_MOST, NO_GOAL = ">=", "<=", ""


@dataclasses.dataclass(frozen=True)
class Row:
    """One number beside its goal.  value is None where it was not measured; note says why, or of what it is made."""

    table: str
    name: str
    value: Spread | None
    relation: str = NO_GOAL
    goal: float = 0.0
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        if self.relation == NO_GOAL:
            return ""
        met = self.value.median >= self.goal if self.relation == AT_LEAST else self.value.median <= self.goal
        return "met" if met else "not met"


def ratios(times: Times, names: tuple[str, ...], above: str, below: str) -> dict[str, Spread]:
    found = {name: times.ratio(name, above, below) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def with_mean(
    table: str, names: tuple[str, ...], found: dict[str, Spread], relation: str, goals: dict[str, float]
) -> list[Row]:
    """A row for each workload, and their geometric mean if all were measured."""
    rows = [Row(table, n, found.get(n), relation if n in goals else NO_GOAL, goals.get(n, 0.0)) for n in names]
    mean = geometric_mean(found.values()) if len(found) == len(names) else None
    return [*rows, Row(table, MEAN, mean, relation if MEAN in goals else NO_GOAL, goals.get(MEAN, 0.0))]


def traced(times: Times) -> list[Row]:
    """The copy with its events kept; making a trace of what is kept is left to `ended` and `write`."""
    table = "traced with probe walk: stdlib / copyscope traced, session open"
    found = ratios(times, FIRST_SIX, c.STDLIB, c.TRACED)
    return with_mean(table, FIRST_SIX, found, AT_LEAST, {**TRACED_GOALS, MEAN: 6.0})


def ended(times: Times) -> list[Row]:
    table = "beside it, the trace finished in memory: stdlib / copyscope traced, ended"
    found = ratios(times, FIRST_SIX, c.STDLIB, c.ENDED)
    return with_mean(table, FIRST_SIX, found, AT_LEAST, {**dict.fromkeys(FIRST_SIX, 1.0), MEAN: 1.0})


def untraced(times: Times) -> list[Row]:
    table = "untraced: copium / copyscope"
    found = ratios(times, ALL, c.COPIUM, c.ENGINE)
    return with_mean(table, ALL, found, AT_LEAST, {**dict.fromkeys(ALL, 0.95), MEAN: 1.5})


def cost_of_tracing(times: Times) -> list[Row]:
    table = "cost of tracing: copyscope traced / copyscope untraced, memo a dict"
    found = ratios(times, FIRST_SIX, c.TRACED, c.DICT)
    return with_mean(table, FIRST_SIX, found, AT_MOST, {**dict.fromkeys(FIRST_SIX, 1.1), MEAN: 1.1})


def write(times: Times) -> list[Row]:
    table = "capture and write to disk: copyscope to a file / stdlib untraced"
    found = ratios(times, ALL, c.WRITE, c.STDLIB)
    return with_mean(table, ALL, found, AT_MOST, {**dict.fromkeys(ALL, 1.0), MEAN: 1.0})


def write_viztracer(times: Times) -> list[Row]:
    table = "beside it: VizTracer to a file / stdlib untraced"
    found = ratios(times, ALL, c.VIZTRACER_WRITE, c.STDLIB)
    return with_mean(table, ALL, found, NO_GOAL, {})


# ---- after a large copy on the same thread ----


def in_new_thread(function: Callable[[], float]) -> float:
    """What function gives in a thread of its own: nothing is kept there from earlier copies."""
    got: list[float] = []
    thread = threading.Thread(target=lambda: got.append(function()))
    thread.start()
    thread.join()
    if not got:
        raise RuntimeError("the thread that copies ended with an exception")
    return got[0]


def slowdown(contender: Contender, large: Any) -> float:
    """Time of a small copy after a large one ÷ before it, in one thread."""
    small = ({"a": 1, "b": 2.5, "c": "text"},)

    def best() -> float:
        return min(contender.batch(small, SMALL_TURNS) for _ in range(7))

    def ratio() -> float:
        best()
        fresh = best()
        contender.copy(large)
        return best() / fresh

    return in_new_thread(ratio)


def after_large(contenders: list[Contender], effort: Effort) -> list[Row]:
    table = f"a 3-key dict after {LARGE:,} objects copied on the same thread / before"
    large = [[i] for i in range(LARGE - 1)]
    chosen = {x.name: x for x in contenders if x.name in (c.ENGINE, c.DICT, c.STDLIB, c.COPIUM)}
    found: dict[str, list[float]] = {name: [] for name in chosen}
    for _ in range(max(3, effort.rounds // 3)):
        for name, contender in chosen.items():
            found[name].append(slowdown(contender, large))
    goals = {c.ENGINE: 1.1, c.DICT: 1.1}
    return [
        Row(table, name, spread(found[name]) if name in found else None, AT_MOST if name in goals else "", goal)
        for name in (c.ENGINE, c.DICT, c.STDLIB, c.COPIUM)
        for goal in [goals.get(name, 0.0)]
    ]


# ---- bytes ----


def constant(value: float) -> Spread:
    return Spread(value, value, value)


def chunk_sizes(data: bytes) -> dict[str, int]:
    """Bytes of a trace by kind of chunk, heads and padding included."""
    sizes, at = {"header": 16}, 16
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        whole = 16 + (length + 15) // 16 * 16
        sizes[kind.decode()] = sizes.get(kind.decode(), 0) + whole
        at += whole
    return sizes


def own_bytes(table: str, data: bytes) -> Row:
    """Every byte of the trace counts, not those of the records alone."""
    events = len(_core.read(data)["events"])
    parts = [f"{kind} {size / events:.2f}" for kind, size in chunk_sizes(data).items() if size * 100 > events]
    note = f"{len(data):,} bytes, {events:,} events: {', '.join(parts)}"
    return Row(table, "copyscope", constant(len(data) / events), AT_MOST, 4.0, note)


def saved_bytes(table: str, contender: Contender) -> Row:
    """Of a peer that writes JSON in the Trace Event Format."""
    assert contender.save is not None
    with tempfile.TemporaryDirectory(dir=c.FOLDER) as folder:
        path = os.path.join(folder, "trace.json")
        contender.save(tuple(json_graph()), 1, path)
        size = os.path.getsize(path)
        with open(path) as f:
            events = sum(e["ph"] != "M" for e in json.load(f)["traceEvents"])
    return Row(table, c.VIZTRACER, constant(size / events), note=f"{size:,} bytes, {events:,} events")


def bytes_per_event(contenders: list[Contender]) -> list[Row]:
    table = "bytes per logical event: the JSON-like graph's trace"
    savers = [saved_bytes(table, x) for x in contenders if x.save is not None]
    return [own_bytes(table, c.traced_record(json_graph()[0])), *(savers or [Row(table, c.VIZTRACER, None)])]


def all_rows(times: Times, contenders: list[Contender], effort: Effort) -> list[Row]:
    """Every row, in the order they are shown."""
    return [
        *traced(times),
        *ended(times),
        *untraced(times),
        *after_large(contenders, effort),
        *cost_of_tracing(times),
        *bytes_per_event(contenders),
        *write(times),
        *write_viztracer(times),
    ]
