#!/usr/bin/env python3
"""The goals of the server, the page and the simulated hardware beside what is measured here.

    goals.py [server|page|hardware ...] [--quick] [--json]

Each part measures itself and prints a JSON array of rows {name, value, unit, relation, goal, note}, relation "<=", ">="
or null where there is no goal. Shown is goal, measured and their ratio: 1 or more is met. A run is added to the history
of goals, and rows that bend are told. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/bench"))
import history  # noqa: E402

BUILD = ROOT / os.environ.get("BUILD", "build")
PARTS = {
    "server": [[sys.executable, "tests/bench/server.py"]],
    "page": [["node", "tests/bench/page.mjs"], ["node", "tests/bench/graph.mjs"]],
    "hardware": [["nice", str(BUILD / "hw/bench_units")]],
}
Row = dict[str, Any]


def measured(part: str, quick: bool) -> list[Row]:
    """The part's rows; ends the program with a line where it could not be measured."""
    rows = []
    for command in PARTS[part]:
        done = subprocess.run([*command, *(["--quick"] if quick else [])], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit(f"goals: {' '.join(command)} ended with {done.returncode}, see above")
        rows += json.loads(done.stdout)
    return rows


def ratio(row: Row) -> float | None:
    """1 or more: the goal is met. None: there is no goal."""
    if row["relation"] is None:
        return None
    best, worst = (row["value"], row["goal"]) if row["relation"] == ">=" else (row["goal"], row["value"])
    return best / worst if worst else float("inf") if best else 1.0


def verdict(row: Row) -> str | None:
    found = ratio(row)
    return None if found is None else "met" if found >= 1 else "not met"


def report(part: str, rows: list[Row], quick: bool) -> dict[str, Any]:
    """As the history takes it."""
    return {
        "machine": history.machine(),
        "versions": {"CPython": platform.python_version()},
        "effort": {"part": part, "quick": quick},
        "rows": [
            {
                "table": part,
                "row": row["name"],
                "value": row["value"],
                "quartiles": [row["value"]] * 2,
                "goal": f"{row['relation']} {row['goal']:g}" if row["relation"] else None,
                "verdict": verdict(row),
                "note": row["note"],
            }
            for row in rows
        ],
    }


def lines(part: str, rows: list[Row]) -> str:
    wide = max(len(row["name"]) for row in rows)
    out = [f"\n{part:{wide + 2}} {'goal':>11} {'measured':>10} {'':9} {'ratio':>6}"]
    for row in rows:
        found = ratio(row)
        goal = f"{row['relation']} {row['goal']:g}" if row["relation"] else ""
        shown = "" if found is None else f"{found:6.2f} {verdict(row)}" if found != float("inf") else "       met"
        out.append(
            f"  {row['name']:{wide}} {goal:>11} {row['value']:10.4g} {row['unit']:9} {shown:15} {row['note']}".rstrip()
        )
    return "\n".join(out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="few rounds: a look, no measurement to cite")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"{unknown[0]}: a part is one of {', '.join(PARTS)}")
    reports = []
    for part in options.parts or PARTS:
        rows = measured(part, options.quick)
        reports.append(report(part, rows, options.quick))
        if not options.json:
            print(lines(part, rows), flush=True)
        for told in history.add(reports[-1]):
            print(f"BENDS {told}", file=sys.stderr)
    if options.json:
        json.dump(reports, sys.stdout, indent=1)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
