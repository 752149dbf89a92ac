#!/usr/bin/env python3
"""The goals' history: each run of bench.py and goals.py adds a line of JSON, and a row that bends is told.

    tests/bench/history.py [FILE]    the rows as lines over time, the newest at the right

Runs are compared with those of the same machine, Python and effort only; kinds of them are shown one after another.
"""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "build" / "bench-history.jsonl"
BEND = 0.10  # so much worse than the runs before, and beyond the quartiles of now
BEFORE = 3  # as many runs there must be
SHOWN = 24
LEVELS = "▁▂▃▄▅▆▇█"
Run = dict[str, Any]


def machine() -> str:
    """The processor's name, as the kernel gives it."""
    try:
        with open("/proc/cpuinfo") as lines:
            names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}"


def commit() -> str:
    """The commit that was measured, "" outside of a repository."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def run_of(report: dict[str, Any]) -> Run:
    """What is kept of a report as `bench.py --json` and `goals.py --json` print it."""
    return {
        "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": report["machine"],
        "python": report["versions"]["CPython"],
        "effort": report["effort"],
        "rows": {
            f"{row['table']} | {row['row']}": {k: row[k] for k in ("value", "quartiles", "goal", "verdict")}
            for row in report["rows"]
            if row["value"] is not None
        },
    }


def add(report: dict[str, Any], file: pathlib.Path = FILE) -> list[str]:
    """Adds a run; returns the rows that bend, a line each."""
    run = run_of(report)
    before = alike(load(file), run)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a", encoding="utf-8") as f:
        f.write(json.dumps(run) + "\n")
    return bends(before, run)


def load(file: pathlib.Path) -> list[Run]:
    """The runs of a file; lines that are none are passed over."""
    if not file.exists():
        return []
    runs = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            run = json.loads(line)
        except ValueError:
            continue
        if isinstance(run, dict) and isinstance(run.get("rows"), dict):
            runs.append(run)
    return runs


def alike(runs: list[Run], run: Run) -> list[Run]:
    """Those of the same machine, Python and effort."""
    return [r for r in runs if all(r.get(key) == run[key] for key in ("machine", "python", "effort"))]


def bends(before: list[Run], run: Run) -> list[str]:
    """The rows with a goal that are worse now than the median of the runs before, by more than their spread."""
    found = []
    for name, row in run["rows"].items():
        values = [r["rows"][name]["value"] for r in before if name in r["rows"]]
        if len(values) < BEFORE or not row["goal"]:
            continue
        usual = statistics.median(values)
        higher_is_better = row["goal"].startswith(">=")
        best_now = (max if higher_is_better else min)(row["quartiles"])
        worse = usual / best_now if higher_is_better else best_now / usual
        if worse > 1 + BEND:
            found.append(f"{name}: {row['value']:.3g}, was {usual:.3g} over {len(values)} runs (goal {row['goal']})")
    return found


def line(values: list[float]) -> str:
    """The values as a row of bars."""
    low, high = min(values), max(values)
    step = (high - low) / (len(LEVELS) - 1) or 1
    return "".join(LEVELS[round((v - low) / step)] for v in values)


def show(runs: list[Run]) -> list[str]:
    """Prints runs that can be compared, the rows as lines; returns those that bend."""
    shown = runs[-SHOWN:]
    print(f"{len(shown)} runs, {shown[0]['when']} to {shown[-1]['when']}; {shown[-1]['machine']}")
    for name, row in shown[-1]["rows"].items():
        values = [r["rows"][name]["value"] for r in shown if name in r["rows"]]
        print(f"{line(values):>{SHOWN}}  {row['value']:8.3g}  {row['goal'] or '':10} {row['verdict'] or '':9} {name}")
    return bends(shown[:-1], shown[-1])


def main() -> int:
    file = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    left = load(file)
    if not left:
        print(f"history: {file} has no runs: make bench adds one", file=sys.stderr)
        return 3
    bent = []
    while left:
        kind = alike(left, left[-1])
        bent += show(kind)
        left = [run for run in left if run not in kind]
    print("\n".join(f"BENDS {text}" for text in bent))
    return 1 if bent else 0


if __name__ == "__main__":
    sys.exit(main())
