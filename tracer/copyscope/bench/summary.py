"""Results as text for a terminal."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

from copyscope.bench import figures, machine, plan
from copyscope.bench.figures import Figure
from copyscope.bench.results import Results

CROSS = "✗"
MARKS = {True: "sound", False: "WRONG", None: ""}


def savings(results: Results, python: str, workload: str) -> dict[str, tuple[Figure, Figure]]:
    """ns of a copy and percent saved against the baseline of the same rounds, for each contender."""
    rounds = results["times"].get(python, {}).get(workload, {})
    baseline = rounds.get(plan.STDLIB, [])
    found = {}
    for name, values in rounds.items():
        of = figures.ratio(values, baseline)
        if of is not None:
            found[name] = figures.bootstrap(figures.measured(values)), figures.saving(of)
    return found


def verdict(results: Results, python: str, variant: str) -> dict[str, Any] | None:
    """What the soundness check says of a variant; of another interpreter's where this one has none."""
    own = results["soundness"].get(python, {}).get(variant)
    others = (verdicts[variant] for verdicts in results["soundness"].values() if variant in verdicts)
    return own or next(others, None)


def mark(results: Results, python: str, variant: str) -> str:
    """sound, WRONG or nothing."""
    found = verdict(results, python, variant)
    return MARKS[found["sound"] if found else None]


def label(results: Results, python: str, variant: str) -> str:
    """What a contender is called in a report: with a cross where its copies are not deepcopy's."""
    cross = f" {CROSS}" if mark(results, python, variant) == MARKS[False] else ""
    return os.path.basename(plan.variant_label(variant)) + cross


def time_text(ns: float) -> str:
    """A time with a unit that fits."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}" if ns / size < 100 else f"{ns / size:.0f} {unit}"
    return f"{ns:.0f} ns"


def saved_text(saved: Figure) -> str:
    """Percent saved; where it takes more than twice as long, how many times as long."""
    return f"{saved.value:+.1f} %" if saved.value > -100 else f"{1 - saved.value / 100:.1f} x"


def warnings(results: Results) -> list[str]:
    """What a reader must know before believing the figures."""
    found = machine.warnings(results["machine"])
    if results["options"]["quick"]:
        found.append("--quick: few and short rounds, a look and no figure to cite")
    if not results["complete"]:
        found.append("the run was broken off: what is there stands here")
    return [*found, *_noisy(results)]


def _noisy(results: Results) -> Iterator[str]:
    """Where the same text measured twice differs from itself."""
    for python, by_workload in results["times"].items():
        apart = {}
        for workload in by_workload:
            control = savings(results, python, workload).get(plan.CONTROL)
            if control and not figures.is_noise(control[1]) and abs(control[1].value) >= 2:
                apart[workload] = control[1].value
        if apart:
            worst = max(apart, key=lambda name: abs(apart[name]))
            yield (
                f"{python}: the same text differs from itself by {abs(apart[worst]):.1f} % on {worst}: "
                "smaller differences say nothing"
            )


def heading(results: Results) -> list[str]:
    """Machine and interpreters."""
    m = results["machine"]
    lines = [
        f"{m.get('processor', '?')}, {m.get('cpus', '?')} CPUs, {m.get('kernel', '?')}; "
        f"governor {m.get('governor', '?')}, turbo {m.get('turbo', '?')}, load {m.get('load_before', 0):.1f} before"
        + (f", {m['load_after']:.1f} after" if "load_after" in m else "")
    ]
    return [*lines, *(f"CPython {python_text(p)}" for p in results["pythons"].values())]


def python_text(p: dict[str, Any]) -> str:
    """An interpreter and how it was built."""
    how = [name for key, name in (("pgo", "PGO"), ("lto", "LTO"), ("debug", "debug build")) if p.get(key)]
    return f"{p['version']} ({', '.join(how) or 'no PGO, no LTO'}; {p.get('compiler', '?')})"


def text(results: Results) -> str:
    """Everything that was timed, as tables."""
    lines = [*heading(results), *(f"WARNING {w}" for w in warnings(results))]
    lines += [f"SKIPPED {what}: {why}" for what, why in results["skipped"]]
    for python in results["times"]:
        for workload, line in results["workloads"].items():
            lines += _table(results, python, workload, str(line))
    return "\n".join(lines)


def _table(results: Results, python: str, workload: str, line: str) -> list[str]:
    rows = savings(results, python, workload)
    if not rows:
        return []
    out = ["", f"{python}  {workload}: {line}", f"  {'':34} {'a turn':>9} {'saved':>8}  95 % interval"]
    for name, (ns, saved) in rows.items():
        noise = "  within noise" if name != plan.STDLIB and figures.is_noise(saved) else ""
        interval = f"[{saved.low:+.1f} {saved.high:+.1f}]" if name != plan.STDLIB and saved.value > -100 else ""
        percent = "" if name == plan.STDLIB else saved_text(saved)
        label = plan.variant_label(name) if name in results["contenders"] else name
        out.append(
            f"  {os.path.basename(label):34.34} {time_text(ns.value):>9} {percent:>8}  {interval:18} "
            f"{mark(results, python, name)}{noise}".rstrip()
        )
    return out


def write_pyperf(suites: dict[str, Any], folder: str) -> Iterator[str]:
    """Writes each of pyperf's suites into a file of its own. Raises OSError."""
    os.makedirs(folder, exist_ok=True)
    for python, by_variant in suites.items():
        for variant, suite in by_variant.items():
            name = re.sub(r"[^\w.-]+", "-", f"{python}-{os.path.basename(variant)}")
            path = os.path.join(folder, f"{name}.json")
            with open(path, "w", encoding="utf-8") as f:
                json.dump(suite["suite"], f)
            yield path
