"""The middle-versions table: published and measured, and why a sign is another."""

from __future__ import annotations

from copyscope.bench import plan, summary
from copyscope.bench.figures import Figure as Value
from copyscope.bench.report import published, signs
from copyscope.bench.report.model import Block, Table, Text
from copyscope.bench.results import Results

WORDS = {"same": "same sign", "other": "OTHER SIGN", "noise": "within noise", "missing": "not measured"}
VERSIONS = ("report-fastpath", "report-memo", "report-merged")
SOURCES = (
    ("published", "as published: pyperf, mean of wall times, CPython not named"),
    ("pyperf", "pyperf: wall time, fresh processes"),
    ("CPU time", "interleaved rounds: CPU time of the thread"),
    ("instructions", "callgrind: instructions of one turn, the same in every run"),
)


def middle_tables(results: Results) -> list[Block]:
    """For each interpreter the table, and under it a line for each cell."""
    blocks: list[Block] = []
    for python in results["pythons"]:
        rows = _rows(results, python)
        if len(rows) > len(VERSIONS):  # more than what was published
            how = "; ".join(text for _, text in SOURCES)
            columns = ["version", "figure", *published.SCENARIOS]
            command = "copyscope bench --stage pyperf --stage timing --stage callgrind"
            marks = {(n, c): "old" for n, row in enumerate(rows) for c in range(5) if row[1] == "published"}
            caption = f"Percent saved against the baseline, CPython {python}"
            blocks.append(Table(caption, columns, rows, how, command, "published; measured", marks))
            blocks.append(_explanations(results, python))
            blocks.append(_by_hand(results, python))
    if blocks:
        blocks.insert(0, Text(
            "A version changes one thing against the interpreter's own copy.py, MERGED has both. Above stands what was "
            "published, below it what this machine says: by pyperf, by CPU time in interleaved rounds, and by the "
            "number of instructions, which has no noise at all."
        ))  # fmt: skip
    return blocks


def instructions(results: Results, python: str, workload: str, contender: str) -> float | None:
    """Percent of instructions saved, or None."""
    counts = results["callgrind"].get(python, {}).get("counts", {}).get(workload, {})
    mine, base = counts.get(contender, {}).get("Ir"), counts.get(plan.STDLIB, {}).get("Ir")
    return 100 * (1 - mine / base) if mine and base else None


def by_pyperf(results: Results, python: str, workload: str, contender: str) -> Value | None:
    """Percent saved under pyperf, or None."""
    from copyscope.bench import figures

    suites = results["pyperf"].get(python, {})
    mine, base = (suites.get(name, {}).get("rounds", {}).get(workload) for name in (contender, plan.STDLIB))
    of = figures.ratio(mine, base) if mine and base else None
    return figures.saving(of) if of else None


def by_time(results: Results, python: str, workload: str, contender: str) -> Value | None:
    """Percent of CPU time saved, or None."""
    found = summary.savings(results, python, workload).get(contender)
    return found[1] if found else None


def _title(results: Results, python: str, version: str) -> str:
    cross = summary.mark(results, python, version) == summary.MARKS[False]
    return published.MIDDLE_TITLES[version] + (f" {summary.CROSS}" if cross else "")


def _rows(results: Results, python: str) -> list[list[str]]:
    rows = []
    for version in VERSIONS:
        title = _title(results, python, version)
        rows.append([title, "published", *(f"{published.MIDDLE[version][s]:+.1f} %" for s in published.SCENARIOS)])
        for name, find in (("pyperf", by_pyperf), ("CPU time", by_time)):
            found = [find(results, python, s, version) for s in published.SCENARIOS]
            if any(found):
                rows.append(
                    [title, name, *(f"{v.value:+.1f} % [{v.low:+.1f} {v.high:+.1f}]" if v else "" for v in found)]
                )
        counted = [instructions(results, python, s, version) for s in published.SCENARIOS]
        if any(v is not None for v in counted):
            rows.append([title, "instructions", *(f"{v:+.1f} %" if v is not None else "" for v in counted)])
    return rows


def _explanations(results: Results, python: str) -> Table:
    rows, marks = [], {}
    for version in VERSIONS:
        for scenario in published.SCENARIOS:
            old = published.MIDDLE[version][scenario]
            measured = by_time(results, python, scenario, version) or by_pyperf(results, python, scenario, version)
            counted = instructions(results, python, scenario, version)
            verdict = signs.judged(old, measured, counted)
            if verdict == "other":
                marks[len(rows), 2] = "bad"
            why = signs.explained(version, scenario, old, measured, counted, results["pythons"][python]["version"])
            rows.append([_title(results, python, version), scenario, WORDS[verdict], why])
    return Table(
        f"Each sign, CPython {python}",
        ["version", "scenario", "against the published sign", "why"],
        rows,
        marks=marks,
        wide=(3,),
    )


def _by_hand(results: Results, python: str) -> Table:
    """The two fast paths apart, and CPython 3.14's order, beside an earlier repetition on 3.11 and 3.13."""
    rows = []
    for version, row in published.BY_HAND.items():
        for scenario, (old, new) in row.items():
            time, counted = (
                by_time(results, python, scenario, version),
                instructions(results, python, scenario, version),
            )
            here = f"{time.value:+.1f} % [{time.low:+.1f} {time.high:+.1f}]" if time else ""
            number = f"{counted:+.1f} %" if counted is not None else ""
            rows.append([summary.label(results, python, version), scenario, f"{old:+d} %", f"{new:+d} %", here, number])
    columns = ["version", "scenario", "3.11", "3.13", "CPU time here", "instructions here"]
    how = "3.11 and 3.13: an earlier repetition, by hand, of each version on these scenarios, without intervals."
    command = "copyscope bench --stage timing --stage callgrind"
    caption = f"Each path alone, and CPython 3.14's own atomic test, CPython {python}"
    return Table(caption, columns, rows, how, command, "published; measured")
