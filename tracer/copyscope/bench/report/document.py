"""The report of results: sections of tables and figures, each with how it was made and what repeats it."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence

from copyscope.bench import figures, plan, summary
from copyscope.bench.figures import Figure as Value
from copyscope.bench.report import charts, parts_profile, parts_shares, published
from copyscope.bench.report.model import Block, Code, Document, Figure, Section, Table, Text, Warnings
from copyscope.bench.report.parts_middle import middle_tables
from copyscope.bench.results import Results

TITLE = "copy.deepcopy: the study, repeated"
EXAMPLES_MAX = 8  # counterexamples that are shown whole


def document(results: Results, path: str, traces: Sequence[str] = (), notes: str = "", title: str = TITLE) -> Document:
    """The whole report. path: of the results, for the commands. traces: files of recorded copies."""
    makers: list[tuple[str, str, Callable[[], list[Block]]]] = [
        ("machine", "Machine, interpreters, warnings", lambda: _machine(results)),
        ("middle", "The middle versions, published and measured", lambda: middle_tables(results)),
        ("published", "Baseline and merged under pyperf", lambda: _pyperf(results)),
        ("variants", "All who copied, on all workloads", lambda: _variants(results)),
        ("soundness", "Is it still deepcopy?", lambda: _soundness(results)),
        ("counters", "Counters, instructions, simulated misses", lambda: parts_profile.counters(results)),
        ("profiles", "Where the time goes", lambda: parts_profile.profiles(results)),
        ("experiments", "Experiments", lambda: parts_shares.experiments(results)),
        ("hardware", "What a content-addressable memory could save", lambda: parts_shares.hardware(results)),
        ("traces", "Recorded copies", lambda: _traces(traces)),
        ("notes", "The reader's notes", lambda: [Text(p) for p in notes.split("\n\n") if p.strip()]),
        ("made", "How this was made", lambda: _made(results, path)),
    ]
    sections = [Section(name, heading, maker()) for name, heading, maker in makers]
    begun = str(results.get("begun", ""))[:16].replace("T", " ")
    processor = results["machine"].get("processor", "an unknown machine")
    subtitle = f"Measured on {processor}, begun {begun} UTC" if begun else f"Measured on {processor}"
    return Document(title, subtitle, [s for s in sections if s.blocks])


def _machine(results: Results) -> list[Block]:
    m = results["machine"]
    rows = [
        ["processor", f"{m.get('processor', '?')}, {m.get('cpus', '?')} CPUs"],
        ["system", f"{m.get('kernel', '?')}, {m.get('architecture', '?')}"],
        ["CPU governor, turbo", f"{m.get('governor', '?')}, {m.get('turbo', '?')}"],
        ["load before and after", f"{m.get('load_before', 0):.2f}, {m.get('load_after', 0):.2f}"],
    ]
    for name, p in results["pythons"].items():
        has = f"copyscope {p['engine']}" if p.get("engine") else "copyscope is not installed in it"
        rows.append([f"CPython {name}", f"{summary.python_text(p)}; {has}"])
    blocks: list[Block] = [Table("What was measured on", ["", ""], rows, source="recorded", wide=(1,))]
    warnings = summary.warnings(results)
    if warnings:
        blocks.append(Warnings(warnings))
    blocks.append(
        Text(
            "Times are CPU time of the thread unless a table says otherwise, in interleaved rounds; given are medians, "
            "and 95 % intervals by bootstrap. Ratios are taken round by round against copy.deepcopy of the same "
            "interpreter. No absolute time is compared with another machine's; published figures stand beside "
            "measured ones as percentages. A version with a cross copies some object otherwise than copy.deepcopy "
            "does: "
            "see Is it still deepcopy?"
        )
    )
    return blocks


def percent(saved: Value | None) -> str:
    """A figure with its interval."""
    if saved is None:
        return ""
    if saved.value < -100:
        return summary.saved_text(saved)
    return f"{saved.value:+.1f} % [{saved.low:+.1f} {saved.high:+.1f}]"


def _pyperf(results: Results) -> list[Block]:
    blocks: list[Block] = []
    for python in results["pyperf"]:
        rows = [r for scenario in published.SCENARIOS for r in _pyperf_rows(results, python, scenario)]
        if rows:
            blocks.append(
                Table(
                    f"pyperformance's bm_deepcopy under pyperf, CPython {python}",
                    ["scenario", "version", "published", "saved", "here", "saved here"],
                    rows,
                    "pyperformance's own program with another deepcopy in the copy module; wall time, processes "
                    "started "
                    "in turns; here: the median process's mean, saved: "
                    "median of the ratios of processes that were neighbours.",
                    "copyscope bench --stage pyperf",
                    "published; measured",
                )
            )
    return blocks


def _pyperf_rows(results: Results, python: str, scenario: str) -> list[list[str]]:
    by_variant = results["pyperf"][python]
    base = by_variant.get(plan.STDLIB, {}).get("rounds", {}).get(scenario)
    rows = []
    for variant, found in by_variant.items():
        values = found.get("rounds", {}).get(scenario)
        if not values:
            continue
        mean = published.MEANS.get(variant, {}).get(scenario)
        old = f"{mean.mean:g} ± {mean.deviation:g} µs" if mean else ""
        saved_then = published.SAVED if variant == published.MERGED else published.MIDDLE.get(variant, {})
        of = figures.ratio(values, base) if base and variant != plan.STDLIB else None
        here = summary.time_text(statistics.median(values))
        label = summary.label(results, python, variant)
        published_saving = f"{saved_then[scenario]:+.1f} %" if scenario in saved_then else ""
        rows.append([scenario, label, old, published_saving, here, percent(figures.saving(of)) if of else ""])
    return rows


def _variants(results: Results) -> list[Block]:
    blocks: list[Block] = []
    for python, by_workload in results["times"].items():
        for name in ("pyperformance", "larger"):
            blocks += _chart(results, python, name, list(by_workload))
        for workload in by_workload:
            blocks += _workload_table(results, python, workload)
    return blocks


def _chart(results: Results, python: str, name: str, workloads: list[str]) -> list[Block]:
    """Bars of some workloads; those of pyperformance stand by themselves, with the published figures."""
    wanted = [w for w in workloads if (name == "pyperformance") == (w in plan.PYPERFORMANCE)]
    groups = [(w, bars) for w in wanted if (bars := _bars(results, python, w))]
    if not groups:
        return []
    title = f"Time saved by each version of copy.py, {name} workloads, CPython {python}"
    text = "Bars to the right are time saved; pale ones are within noise."
    how = "Interleaved rounds; whiskers are 95 % intervals" + ("; a diamond is published." if name != "larger" else ".")
    command = "copyscope bench --stage timing"
    return [Figure(f"variants-{name}-{python}", title, charts.bars(title, groups), text, how, command, "measured")]


def _bars(results: Results, python: str, workload: str) -> list[charts.Bar]:
    rows = summary.savings(results, python, workload)
    shown = [name for name in rows if name in plan.VARIANTS or name not in results["contenders"] or os.sep in name]
    return [
        charts.Bar(
            summary.label(results, python, name),
            rows[name][1],
            published.MIDDLE.get(name, {}).get(workload),
            {"bind-locals": 5, "sound-merged": 2, "cpython-3.14": 3}.get(name, 0),
        )
        for name in shown
    ]


def _workload_table(results: Results, python: str, workload: str) -> list[Block]:
    rows, marks = [], {}
    for name, (ns, saved) in summary.savings(results, python, workload).items():
        noise = name != plan.STDLIB and figures.is_noise(saved)
        verdict = summary.mark(results, python, name)
        if verdict == "WRONG":
            marks[len(rows), 3] = "bad"
        if noise:
            marks[len(rows), 2] = "noise"
        rows.append(
            [
                summary.label(results, python, name),
                f"{summary.time_text(ns.value)} [{summary.time_text(ns.low)} {summary.time_text(ns.high)}]",
                "" if name == plan.STDLIB else percent(saved) + (", noise" if noise else ""),
                verdict,
            ]
        )
    if not rows:
        return []
    text = results["workloads"].get(workload, workload)
    return [
        Table(
            f"{workload}, CPython {python}: {text}",
            ["who copies", "a turn", "saved against copy.deepcopy", "sound?"],
            rows,
            "Median of the rounds and its 95 % interval, CPU time of the thread.",
            f"copyscope bench --stage timing --workload {workload}"
            if workload in plan.WORKLOADS
            else "copyscope bench --stage timing --json-file FILE",
            "measured",
            marks,
        )  # fmt: skip
    ]


def _soundness(results: Results) -> list[Block]:
    rows: list[list[str]] = []
    marks = {}
    examples: dict[tuple[str, str], list[Block]] = {}
    for python, verdicts in results["soundness"].items():
        for variant, v in verdicts.items():
            label = os.path.basename(plan.variant_label(variant))
            if v["sound"]:
                rows.append([python, label, "no difference found", f"{v['tried']:,}", ""])
            for fault in v["faults"]:
                marks[len(rows), 2] = "bad"
                rows.append(
                    [python, label, f"WRONG: {fault['kind']}", f"try {fault['found_at']:,}", fault["difference"]]
                )
                words = Text(f"The smallest object that {label} copies otherwise ({fault['kind']}):")
                examples.setdefault((variant, fault["kind"]), [words, Code(fault["source"])])
    if not rows:
        return []
    tries, seed = results["options"]["tries"], results["options"]["seed"]
    how = (
        "Objects are made by random programs; exceptions, hooks, the original and the results as graphs are compared; "
        "of each kind of difference the first is shrunk to the smallest object that shows it."
    )
    columns = ["CPython", "version", "verdict", "objects", "difference"]
    command = f"copyscope check --variant NAME --tries {tries} --seed {seed} --all"
    table = Table(
        "Each version beside copy.deepcopy on random objects", columns, rows, how, command, "measured", marks, (4,)
    )
    shown = [block for pair in list(examples.values())[:EXAMPLES_MAX] for block in pair]
    return [table, *shown]


def _traces(paths: Sequence[str]) -> list[Block]:
    if not paths:
        return []
    from copyscope import load

    rows = []
    for path in paths:
        trace = load(path)  # cmd_report has looked at it before
        counts: dict[str, int] = {}
        for event in trace.events:
            counts[event.event] = counts.get(event.event, 0) + 1
        lookups = sum(counts.get(name, 0) for name in ("memo_get", "memo_again", "keep_get"))
        verdict = trace.verdict or {}
        told = verdict.get("text") if isinstance(verdict, dict) else str(verdict)
        rows.append(
            [os.path.basename(path), f"{len(trace.objects):,}", f"{len(trace.events):,}", f"{counts.get('call', 0):,}",
             f"{lookups:,}", str(told or "not checked")]
        )  # fmt: skip
    columns = ["trace", "objects", "events", "calls", "memo lookups", "beside copy.py"]
    return [
        Table("Traces that were given", columns, rows, command="copyscope info FILE.cst", source="recorded", wide=(5,))
    ]


def _made(results: Results, path: str) -> list[Block]:
    options = results["options"]
    words = ["copyscope bench", *(["--quick"] if options["quick"] else []), "-o", path]
    words += [w for p in options["pythons"] for w in ("--interpreter", p)] + [
        w for f in options["files"] for w in ("--file", f)
    ]
    if options["json_file"]:
        words += ["--json-file", options["json_file"]]
    blocks: list[Block] = [
        Text(
            f"Measured by copyscope {results.get('copyscope', '?')}: {options['rounds']} rounds of about "
            f"{options['slice_ms']:g} ms, {options['processes']} processes under pyperf, {options['tries']:,} "
            "objects for "
            "each verdict. The same again:"
        ),
        Code(f"{' '.join(words)}\ncopyscope report {path}\ncopyscope bench compare {path} OTHER.json"),
    ]
    if results["skipped"]:
        rows = [[what, why] for what, why in results["skipped"]]
        blocks.append(Table("What was not measured, and why", ["what", "why"], rows, wide=(0, 1)))
    return blocks
