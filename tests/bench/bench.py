#!/usr/bin/env python3
"""Times copy.deepcopy, copyscope untraced and traced, and peers, on the same objects, interleaved in one process.

Each round runs every contender once on the workload, in an order that turns.  Times are CPU time of the thread, the
garbage collector on, freeing the copies included; ratios are taken round by round, and shown are their medians and
quartiles.  Before anything is timed, each contender's copies are compared with copy.deepcopy's as graphs: a wrong one
is reported and not timed.  Nothing is asserted: the goals stand beside the numbers.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.metadata
import json
import platform
import signal
import sys
from collections.abc import Callable
from typing import Any

import contenders as c
import copyscope
import history
import rows
from measure import Effort, Spread, Times, Wrong, measure
from objects import WORKLOADS

QUICK = Effort(rounds=3, slow_rounds=1, slice_ns=1_000_000)
FULL = Effort(rounds=21, slow_rounds=5, slice_ns=5_000_000)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """All that one run found."""

    times: Times
    wrong: list[Wrong]
    skipped: list[c.Skipped]
    rows: list[rows.Row]
    contenders: list[c.Contender]
    effort: Effort


def versions() -> dict[str, str]:
    found = {"CPython": platform.python_version(), "copyscope": copyscope.__version__}
    for peer in ("copium", "viztracer"):
        try:
            found[peer] = importlib.metadata.version(peer)
        except importlib.metadata.PackageNotFoundError:
            found[peer] = "not installed"
    return found


def told() -> Callable[[str], None]:
    """Shows progress on a terminal, in one line that is written over."""
    if not sys.stderr.isatty():
        return lambda text: None
    return lambda text: print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def measure_all(names: list[str], contenders: list[c.Contender], skipped: list[c.Skipped], effort: Effort) -> Outcome:
    """Times everyone on the workloads of these names; the rows of the others are not measured."""
    tell = told()
    chosen = [w for w in WORKLOADS if not names or w.name in names]
    times, wrong = measure(chosen, contenders, effort, tell)
    tell("after a large copy, and bytes")
    found = rows.all_rows(times, contenders, effort)
    tell("")
    return Outcome(times, wrong, skipped, found, contenders, effort)


# ---- as JSON ----


def time_row(times: Times, workload: str, contender: str) -> dict[str, Any]:
    s = times.spread(workload, contender).scaled(1e-3)
    ratio = times.ratio(workload, c.STDLIB, contender)
    return {
        "workload": workload,
        "contender": contender,
        "us": s.median,
        "us_quartiles": [s.low, s.high],
        "rounds": times.rounds(workload, contender),
        "times_as_fast_as_stdlib": ratio.median if ratio else None,
    }


def row_json(row: rows.Row) -> dict[str, Any]:
    value = row.value
    return {
        "table": row.table,
        "row": row.name,
        "value": value.median if value else None,
        "quartiles": [value.low, value.high] if value else None,
        "goal": f"{row.relation} {row.goal:g}" if row.relation else None,
        "verdict": row.verdict or None,
        "note": row.note or None,
    }


def as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "machine": history.machine(),
        "versions": versions(),
        "effort": dataclasses.asdict(outcome.effort),
        "rows": [row_json(row) for row in outcome.rows],
        "times": [time_row(outcome.times, *key) for key in outcome.times.ns],
        "skipped": [dataclasses.asdict(s) for s in outcome.skipped],
        "wrong": [dataclasses.asdict(w) for w in outcome.wrong],
    }


# ---- as text ----


def number(x: float) -> str:
    return f"{x:.3f}" if x < 10 else f"{x:.2f}" if x < 100 else f"{x:.1f}"


def quartiles(s: Spread) -> str:
    return f"[{number(s.low)} {number(s.high)}]" if s.low != s.high else ""


def print_rows(found: list[rows.Row]) -> None:
    table = ""
    for row in found:
        if row.table != table:
            table = row.table
            print(f"\n{table}")
        value = number(row.value.median) if row.value else "-"
        goal = f"goal {row.relation} {row.goal:g}" if row.relation else ""
        spread = quartiles(row.value) if row.value else ""
        print(f"  {row.name:16} {value:>9} {spread:18} {goal:14} {row.verdict:12} {row.note}".rstrip())


def print_times(outcome: Outcome) -> None:
    times = outcome.times
    print("\nµs per copy, median [quartiles], and how many times as fast as copy.deepcopy")
    for workload in WORKLOADS:
        shown = [x for x in outcome.contenders if times.has(workload.name, x.name)]
        if shown:
            print(f"\n{workload.name}: {workload.text}")
        for contender in shown:
            s = times.spread(workload.name, contender.name).scaled(1e-3)
            ratio = times.ratio(workload.name, c.STDLIB, contender.name)
            fast = f"{number(ratio.median):>8}x" if ratio else ""
            print(f"  {contender.text:34} {number(s.median):>10} {quartiles(s):22} {fast}")


def print_text(outcome: Outcome) -> None:
    print(history.machine())
    print(", ".join(f"{name} {version}" for name, version in versions().items()))
    effort = outcome.effort
    print(f"{effort.rounds} interleaved rounds, of slow contenders {effort.slow_rounds}; CPU time of the thread")
    for skipped in outcome.skipped:
        print(f"SKIPPED {skipped.name}: {skipped.reason}")
    for wrong in outcome.wrong:
        print(f"WRONG {wrong.contender} on {wrong.workload}, not timed: {wrong.where}")
    print_rows(outcome.rows)
    print_times(outcome)
    verdicts = [row.verdict for row in outcome.rows]
    print(f"\n{verdicts.count('met')} met, {verdicts.count('not met')} not met", end="")
    print(f", {verdicts.count('not measured')} not measured" if "not measured" in verdicts else "")


# ---- the command ----


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="Exit 1: a copy that copyscope made is wrong."
    )
    names = [w.name for w in WORKLOADS]
    parser.add_argument("--rounds", type=int, help=f"rounds ({FULL.rounds}; with --quick {QUICK.rounds})")
    parser.add_argument("--quick", action="store_true", help="few and short rounds: a look, no measurement to cite")
    parser.add_argument("--workload", action="append", default=[], choices=names, help="only this one; may be repeated")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    options = parser.parse_args()
    if options.rounds is not None and options.rounds < 1:
        parser.error("--rounds: 1 or more")
    return options


def main() -> int:
    options = parse()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends it without a traceback
    effort = QUICK if options.quick else FULL
    if options.rounds:
        effort = dataclasses.replace(effort, rounds=options.rounds, slow_rounds=min(effort.slow_rounds, options.rounds))
    contenders, skipped = c.everyone()
    outcome = measure_all(options.workload, contenders, skipped, effort)
    if options.json:
        json.dump(as_json(outcome), sys.stdout, indent=1)
        print()
    else:
        print_text(outcome)
    if not options.workload:  # a part of the rows says nothing of the others
        for told in history.add(as_json(outcome)):
            print(f"BENDS {told}", file=sys.stderr)
    ours = {x.name for x in contenders if x.ours}
    return 1 if any(w.contender in ours for w in outcome.wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
