#!/usr/bin/env python3
"""Counts the instructions that the recorder itself spends on fixed workloads, by callgrind.

Only those of its own library are counted: what the interpreter, libc and libcrypto do is theirs. A count does not
depend on the machine's load, so it can be held to a band: 3 % for the geometric mean over a contender's workloads. It
does depend on where the objects lie, since a table is walked from an address: the count of a single small workload
moves by that much between two checkouts, and is held to 10 %. Known counts are in instructions.json, by the Python, the
compiler and the machine that they hold for.

    tests/bench/instructions.py             print what is counted beside what is known
    tests/bench/instructions.py --record    make it the known count: after a change that is meant to cost, or to save
"""

from __future__ import annotations

import json
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from typing import Any

from copyscope.bench import callgrind_stage, plan
from copyscope.bench.callgrind_stage import Marked

KNOWN = pathlib.Path(__file__).with_name("instructions.json")
BAND = 0.03
BAND_OF_ONE = 0.10
TURNS = 10
WORKLOADS = (*plan.PYPERFORMANCE, "dataclasses", "shared")
RECIPES: dict[str, dict[str, Any]] = {
    "untraced": {"kind": "engine", "policy": "cpython", "table": False},
    "untraced, table": {"kind": "engine", "policy": "table", "table": True},
    "traced": {"kind": "traced", "policy": "cpython"},
}


def key() -> str:
    """What a count holds for: the Python's minor version, the compiler's major one, the processor's kind."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    done = subprocess.run([compiler, "-dumpversion"], capture_output=True, text=True)
    version = re.match(r"\d+", done.stdout)
    minor = ".".join(platform.python_version_tuple()[:2])
    return f"CPython {minor}, {compiler} {version[0] if version else '?'}, {platform.machine()}"


def count() -> dict[str, int]:
    """Instructions of the recorder's library for one turn, by contender and workload."""
    marks = [Marked(workload, contender) for workload in WORKLOADS for contender in RECIPES]
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        found = callgrind_stage.count(sys.executable, RECIPES, marks, folder, TURNS, switches=())
    return {
        f"{mark.contender}, {mark.workload}": sum(
            cost for function, cost in profile.own.items() if "_core." in function.library
        )
        // TURNS
        for mark, profile in found.items()
    }


def known() -> dict[str, int] | None:
    """The known counts for this Python, compiler and machine."""
    return json.loads(KNOWN.read_text()).get(key()) if KNOWN.exists() else None


def record(counts: dict[str, int]) -> None:
    """Makes these the known counts."""
    everything = json.loads(KNOWN.read_text()) if KNOWN.exists() else {}
    everything[key()] = counts
    KNOWN.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n")


def outside(counts: dict[str, int], before: dict[str, int]) -> list[str]:
    """What has left the band, a line each."""
    change = {name: n / before[name] for name, n in counts.items() if before.get(name)}
    told = [
        f"{name}: {before[name]:,} instructions were known, {counts[name]:,} are counted ({100 * (ratio - 1):+.1f} %)"
        for name, ratio in change.items()
        if abs(ratio - 1) > BAND_OF_ONE
    ]
    for contender in sorted({name.rpartition(", ")[0] for name in change}):
        mean = statistics.geometric_mean(r for name, r in change.items() if name.rpartition(", ")[0] == contender)
        if abs(mean - 1) > BAND:
            told.append(f"{contender}: {100 * (mean - 1):+.1f} % instructions, mean over its workloads")
    return told


def main() -> int:
    counts = count()
    before = known() or {}
    for name, n in counts.items():
        change = f"{100 * (n / before[name] - 1):+6.1f} %" if before.get(name) else "   new"
        print(f"{n:12,} {change}  {name}")
    if "--record" in sys.argv[1:]:
        record(counts)
        print(f"recorded in {KNOWN.name} for {key()}")
        return 0
    return 1 if outside(counts, before) else 0


if __name__ == "__main__":
    sys.exit(main())
