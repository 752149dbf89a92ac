"""Counters row by row, instructions, simulated misses, and flame graphs."""

from __future__ import annotations

import os
import re
import statistics
from typing import Any

from copyscope.bench import plan, summary
from copyscope.bench.report import flamegraph, published
from copyscope.bench.report.model import Block, Figure, Table, Text
from copyscope.bench.results import Results

WORKLOAD = "deepcopy"
SIMULATED = {
    "instructions": ("Ir",),
    "L1-dcache-loads": ("Dr",),
    "L1-dcache-load-misses": ("D1mr",),
    "LLC-loads": ("I1mr", "D1mr", "D1mw"),
    "LLC-load-misses": ("DLmr",),
    "branches": ("Bc", "Bi"),
    "branch-misses": ("Bcm", "Bim"),
}
RARE = 0.5  # a counter that is met less than once in two turns has no change to speak of
SHOWN = (published.MERGED, "sound-merged")  # beside the baseline, and files
FRAME = re.compile(r"^(\S+) \(copy\.py:(\d+)\)$")


def counters(results: Results) -> list[Block]:
    """The seventeen rows, and instructions under each version."""
    blocks: list[Block] = []
    for python in results["pythons"]:
        if python in results["counters"] or python in results["callgrind"]:
            blocks.append(_seventeen(results, python))
    for python, found in results["callgrind"].items():
        blocks += [_instructions(results, python, w) for w in found["counts"]]
    return blocks


def _change(pair: tuple[float | None, float | None]) -> str:
    before, after = pair
    if not before or after is None or before < RARE:
        return ""
    return f"{100 * (after / before - 1):+.0f} %"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _seventeen(results: Results, python: str) -> Table:
    found = results["counters"].get(python, {"counts": {}, "refused": {}})
    counts = found["counts"].get(WORKLOAD, {})
    simulated = results["callgrind"].get(python, {}).get("counts", {}).get(WORKLOAD, {})
    rows, marks = [], {}
    for name, old in published.COUNTERS.items():
        pair = [_median(counts.get(v, {}).get(name)) for v in (plan.STDLIB, published.MERGED)]
        model = [_simulated(simulated.get(v), name) for v in (plan.STDLIB, published.MERGED)]
        refused = found["refused"].get(name, "")
        here = [_number(pair[0]), _number(pair[1]), _change((pair[0], pair[1]))]
        if refused or pair[0] is None:
            here = [refused or "not counted", "", ""]
            marks[len(rows), 2] = "noise"
        rows.append([name, _change(old), *here, *(_number(m) for m in model), _change((model[0], model[1]))])
    columns = ["counter", "published", "baseline", "merged", "change", "simulated: baseline", "merged", "change"]
    how = (
        f"One turn of {WORKLOAD} in user mode by perf_event_open; task-clock in ns, time in ms. Simulated: callgrind's "
        "caches and branch predictor, not this processor's; its instructions are counted, not simulated. LLC-loads of "
        "the simulation are all misses of its first level."
    )
    command = "copyscope bench --stage counters --stage callgrind"
    return Table(
        f"Counters, CPython {python}", columns, rows, how, command, "published; measured; simulated", marks, (2,)
    )


def _median(values: list[float] | None) -> float | None:
    return statistics.median(values) if values else None


def _simulated(counts: dict[str, float] | None, name: str) -> float | None:
    events = SIMULATED.get(name)
    if not counts or not events or any(event not in counts for event in events):
        return None
    return sum(counts[event] for event in events)


def _instructions(results: Results, python: str, workload: str) -> Table:
    counts = results["callgrind"][python]["counts"][workload]
    base = counts.get(plan.STDLIB, {}).get("Ir", 0)
    rows = []
    for contender, events in counts.items():
        label = summary.label(results, python, contender)
        saved = f"{100 * (1 - events['Ir'] / base):+.1f} %" if base else ""
        loop = f"{100 * events['loop']:.0f} %" if events.get("loop") else ""
        rows.append(
            [label, _number(events["Ir"]), saved, loop, *(_number(events.get(e)) for e in ("D1mr", "DLmr", "Bcm"))]
        )
    columns = ["who copies", "instructions", "saved", "interpreter loop", "L1 misses", "LL misses", "branch misses"]
    how = (
        "One turn, counted by callgrind; the same in every run of this interpreter. Misses are simulated. The "
        f"interpreter loop's share is its own instructions; published: {published.LOOP_SHARE[0]:.0f} % of samples "
        "before, "
        f"{published.LOOP_SHARE[1]:.0f} % after."
    )
    return Table(
        f"Instructions for one turn of {workload}, CPython {python}", columns, rows, how,
        "copyscope bench --stage callgrind", "measured; misses simulated",
    )  # fmt: skip


def profiles(results: Results) -> list[Block]:
    """Flame graphs before, after and their difference; the lines that cost most; C's frames."""
    found = results["profiles"]
    python = found.get("python", {})
    if plan.STDLIB not in python:
        return _c_graphs(found.get("c", {}))
    blocks: list[Block] = [_hot_lines(results), _why(python)]
    before = _named(python[plan.STDLIB])
    blocks.append(_graph("flame-before", f"copy.deepcopy, lines of {WORKLOAD}", before, "ns a turn"))
    for variant, profile in python.items():
        if variant in results["contenders"] and variant not in SHOWN and not os.path.isabs(variant):
            continue
        label = os.path.basename(plan.variant_label(variant))
        after = _named(profile)
        slug = re.sub(r"\W+", "-", label).strip("-")
        blocks.append(_graph(f"flame-{slug}", f"{label}, lines of {WORKLOAD}", after, "ns a turn"))
        if variant == published.MERGED:
            blocks.append(
                _graph(f"flame-difference-{slug}", f"{label} against copy.deepcopy", after, "ns a turn", before)
            )
    return [*blocks, *_c_graphs(found.get("c", {}))]


def _named(profile: dict[str, Any]) -> dict[str, float]:
    """Stacks with the text of each line in place of its number, in ns of one turn."""
    texts = profile.get("texts", {})

    def name(frame: str) -> str:
        match = FRAME.match(frame)
        return f"{match[1]}: {texts.get(match[2], '')}".replace(";", ",") if match else frame

    named: dict[str, float] = {}
    for stack, ns in profile["stacks"].items():
        key = ";".join(map(name, stack.split(";")))
        named[key] = named.get(key, 0) + ns
    return named


def _graph(
    name: str, title: str, stacks: dict[str, float], unit: str, before: dict[str, float] | None = None, how: str = ""
) -> Figure:
    text = "Callers stand above those they call; width is cost. The field at the right marks frames by name."
    made = how or (
        "Lines as the witness saw them in the interpreter's own copy.py or the variant, each with the cost of being "
        "watched."
    )
    source = "recorded" if unit.startswith("ns") else "counted"
    return Figure(
        name,
        title,
        flamegraph.flame(title, stacks, unit, before),
        text,
        made,
        "copyscope bench --stage profiles",
        source,
    )


def _share(profile: dict[str, Any], numbers: list[int]) -> float:
    return 100 * sum(cost for n, _, cost in profile["lines"] if n in numbers) / max(1, profile["total"])


def _hot_lines(results: Results) -> Table:
    python = results["profiles"]["python"]
    rows = []
    for variant, profile in python.items():
        label = summary.label(results, profile["python"], variant)
        for n, text, cost in profile["lines"][:6]:
            rows.append([label, str(n), text, f"{100 * cost / max(1, profile['total']):.1f} %"])
    how = "Time from this line to the next that ran, whichever frame that was in: its own, without what it calls."
    return Table(
        f"The dearest lines of {WORKLOAD}", ["version", "line", "", "own share"], rows, how,
        "copyscope bench --stage profiles", "recorded", wide=(2,),
    )  # fmt: skip


def _why(python: dict[str, Any]) -> Text:
    stdlib = python[plan.STDLIB]
    back = [(n, 100 * cost / max(1, stdlib["total"])) for n, text, cost in stdlib["lines"] if text == "return y"]
    line, share = max(back, key=lambda pair: pair[1], default=(0, 0.0))
    dispatch = _share(stdlib, stdlib.get("dispatch_lines", []))
    merged = python.get(published.MERGED)
    then = f", {_share(merged, merged.get('dispatch_lines', [])):.0f} % of the merged version's" if merged else ""
    return Text(
        f"Why is the return line hot? Line {line}, return y, has {share:.1f} % of the time by itself: from there the "
        "frame is taken down, its five locals are let go, and the caller goes on up to its next line, storing what "
        "came "
        "back; all of that is booked on the last line that ran. A sampling profiler that books a call's whole time "
        "on the "
        f"line at which the frame stands shows it hotter still. The dispatch lines by themselves are {dispatch:.0f} "
        "% of "
        f"the baseline's time{then}; published, with what they call: over {published.DISPATCH_SHARE[0]:.0f} % and "
        "about "
        f"{published.DISPATCH_SHARE[1]:.0f} %."
    )


def _c_graphs(c: dict[str, Any]) -> list[Block]:
    if plan.STDLIB not in c:
        return []
    how = (
        f"Instructions by callgrind, CPython {c.get('python')}, each function under its {c.get('callers')} innermost "
        "callers; "
        "calls of Python functions stay within one _PyEval_EvalFrameDefault from 3.11 on."
    )
    before = c[plan.STDLIB]["stacks"]
    blocks: list[Block] = [
        _graph("flame-c-before", f"C functions of copy.deepcopy, {WORKLOAD}", before, "instructions", how=how)
    ]
    if published.MERGED in c:
        after = c[published.MERGED]["stacks"]
        blocks.append(_graph("flame-c-merged", f"C functions of merged, {WORKLOAD}", after, "instructions", how=how))
        blocks.append(
            _graph(
                "flame-c-difference", "C functions, merged against copy.deepcopy", after, "instructions", before, how
            )
        )
    return blocks
