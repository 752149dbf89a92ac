"""Two results side by side: only ratios to the baseline of the same run are compared."""

from __future__ import annotations

from typing import NamedTuple

from copyscope.bench import plan, summary
from copyscope.bench.figures import Figure
from copyscope.bench.results import Results


class Change(NamedTuple):
    """Percent saved in either; changed: their intervals have nothing in common."""

    python: str
    workload: str
    contender: str
    a: Figure
    b: Figure

    @property
    def changed(self) -> bool:
        apart = self.a.high < self.b.low or self.b.high < self.a.low
        return apart and min(self.a.rounds, self.b.rounds) > 1  # one round has no interval


def compare(a: Results, b: Results) -> list[Change]:
    """All that both have measured."""
    found = []
    for python in a["times"]:
        for workload in a["times"][python]:
            mine, theirs = (summary.savings(r, python, workload) for r in (a, b))
            found += [
                Change(python, workload, name, mine[name][1], theirs[name][1])
                for name in mine
                if name in theirs and name != plan.STDLIB
            ]
    return found


def text(changes: list[Change], a: str, b: str) -> str:
    """The changes as a table, the largest of those that are no noise first."""
    if not changes:
        return f"{a} and {b} have measured nothing alike: same interpreter version, workload and contender are wanted"
    order = sorted(changes, key=lambda c: (not c.changed, -abs(c.b.value - c.a.value)))
    lines = [f"% saved against copy.deepcopy in the same run: {a}, then {b}"]
    for c in order:
        mark = "CHANGED" if c.changed else ""
        lines.append(
            f"  {c.python:8} {c.workload:16} {c.contender[-24:]:24} {c.a.value:+7.1f} [{c.a.low:+.1f} {c.a.high:+.1f}] "
            f"-> {c.b.value:+7.1f} [{c.b.low:+.1f} {c.b.high:+.1f}]  {mark}".rstrip()
        )
    changed = sum(c.changed for c in changes)
    return "\n".join([*lines, f"{changed} of {len(changes)} ratios have changed by more than their noise"])
