"""Experiments, and what bounds a memory in hardware."""

from __future__ import annotations

from typing import Any

from copyscope.bench import ablation, summary
from copyscope.bench.figures import Figure as Value
from copyscope.bench.report import charts
from copyscope.bench.report.model import Block, Figure, Table, Text
from copyscope.bench.report.parts_middle import instructions
from copyscope.bench.results import Results

COMMAND = "copyscope bench --stage experiments"


def value(found: Any) -> Value | None:
    """A figure as it stands in JSON."""
    return Value(*found) if isinstance(found, (list, tuple)) and len(found) == 4 else None


def told(found: Any) -> str:
    """The same as text."""
    v = value(found)
    return f"{v.value:+.1f} % [{v.low:+.1f} {v.high:+.1f}]" if v else ""


def experiments(results: Results) -> list[Block]:
    """The constant, batching, local binding."""
    found = results["experiments"]
    blocks: list[Block] = []
    for python, constant in found.get("constant", {}).items():
        blocks += _constant(python, constant)
    for python, batching in found.get("batching", {}).items():
        blocks += _batching(results, python, batching)
    return [*blocks, *_binding(results)]


def _constant(python: str, found: dict[str, Any]) -> list[Block]:
    limits = [str(n) for n in found["limits"]]
    maps = (
        ("by_length", "lengths", "length of the tuples, all of ints", "{}", "tuple-length"),
        ("by_share", "shares", "share of tuples of 3 among tuples of 50", "{:.0%}", "tuple-share"),
    )
    blocks: list[Block] = []
    for key, columns, across, form, name in maps:
        title = f"Percent saved by the tuple path, by its constant, CPython {python}"
        cells = [[value(cell) for cell in row] for row in found[key]]
        svg = charts.heat(title, "constant", across, limits, [form.format(c) for c in found[columns]], cells)
        blocks.append(
            Figure(
                f"{name}-{python}",
                f"{title}: {across}",
                svg,
                "Each cell is percent saved against copy.deepcopy; pale ones are within noise.",
                "The tuple path alone, its 5 replaced by the constant; interleaved rounds.",
                COMMAND,
                "measured",
            )  # fmt: skip
        )
    blocks.append(
        Text(
            "The constant says only which tuples the path looks at. Up to it a tuple of scalars costs one test for "
            "each "
            "element in place of a call of deepcopy for each; beyond it one comparison is lost. A tuple that is "
            "looked at "
            "and holds something else has paid for the test as well: that, and not its length, is what a larger "
            "constant "
            "can lose."
        )
    )
    return blocks


def _batching(results: Results, python: str, found: dict[str, Any]) -> list[Block]:
    rows = []
    for contender, f in found.items():
        one, batched = value(f["one_by_one_ns"]), value(f["batched_ns"])
        if one and batched:
            rows.append(
                [
                    summary.label(results, python, contender),
                    summary.time_text(one.value),
                    summary.time_text(batched.value),
                    told(f["saved"]),
                ]
            )
    how = (
        "Ten structures of ten kinds, a call each, or all in one list with one call: nine memos and nine first calls "
        "fewer, "
        "one memo that grows larger. They share nothing, so nothing else is saved."
    )
    columns = ["who copies", "ten calls", "one call", "saved by batching"]
    return [Table(f"Ten structures one by one or batched, CPython {python}", columns, rows, how, COMMAND, "measured")]


def _binding(results: Results) -> list[Block]:
    rows = []
    for python, by_workload in results["times"].items():
        for workload in by_workload:
            saved = summary.savings(results, python, workload).get("bind-locals")
            if saved:
                counted = instructions(results, python, workload, "bind-locals")
                counted_text = f"{counted:+.1f} %" if counted is not None else ""
                rows.append([python, workload, told(list(saved[1])), counted_text])
    if not rows:
        return []
    text = Text(
        "Local binding pays for a name that is looked up often in one call. In deepcopy each name is used once a call: "
        "binding it costs the same lookup and a store besides, and from 3.11 on the interpreter keeps looked-up "
        "globals "
        "in the instruction itself, and calls a bound method without making it."
    )
    how = "memo.get, append and deepcopy bound to local names: copyscope variant bind-locals."
    columns = ["CPython", "workload", "time saved", "instructions saved"]
    command = "copyscope bench --stage timing --variant bind-locals"
    return [Table("Local binding of deepcopy, append and memo.get", columns, rows, how, command, "measured"), text]


def hardware(results: Results) -> list[Block]:
    """Shares of memo and dispatch, the bound, and the proposal with its trade-offs."""
    found = results["experiments"]
    blocks: list[Block] = []
    for python in results["pythons"]:
        blocks += _steps(results, python)
    engine = found.get("engine", {})
    if engine:
        blocks += _bound(engine, _statement_share(results))
    if not blocks:
        return []
    title = "The proposal: a CAM beside the memo"
    diagram = Figure(
        "cam", title, charts.blocks(title),
        "Software asks the memory for id(x); it compares all entries at once and answers hit and value, or miss. What "
        "does not fit goes to the memo dict as before.", source="model",
    )  # fmt: skip
    return [*blocks, diagram, _trade_offs()]


def _steps(results: Results, python: str) -> list[Block]:
    times = results["experiments"].get("shares", {}).get(python, {})
    rows = []
    for workload, steps in times.items():
        for step in ablation.STEPS:
            counted = instructions(results, python, workload, step)
            v = value(steps.get(step))
            signed = -1 if "twice" in step else 1  # what is made twice costs more, what is left out is saved
            share = v.map(lambda x, s=signed: s * x) if v else None
            rows.append(
                [
                    workload,
                    step,
                    told(list(share)) if share else "",
                    f"{signed * counted:+.1f} %" if counted is not None else "",
                ]
            )
    if not rows:
        return []
    how = "; ".join(f"{name}: {text}" for name, text in ablation.STEPS.items())
    columns = ["workload", "what was done", "share of the time", "share of the instructions"]
    return [Table(f"What memo and dispatch come to, CPython {python}", columns, rows, how, COMMAND, "measured")]


def _bound(engine: dict[str, Any], statement: float) -> list[Block]:
    rows = []
    curves = []
    for workload, f in engine.items():
        python, c = (min(max(f[key], 0.0), 0.95) for key in ("python_share", "engine_share"))
        rows.append(
            [
                workload,
                f"{f['lookups']:,}",
                f"{100 * python:.1f} %",
                f"{1 / (1 - python):.2f}x",
                f"{100 * c:.1f} %",
                f"{1 / (1 - c):.2f}x",
            ]
        )
        curves += [(f"copy.py, {workload}", python), (f"C engine, {workload}", c)]
    how = (
        "The recorded lookups are made again by themselves on a dict of their own, caches warm, and divided by the "
        "time of "
        "the whole copy. At most: all of them answered in no time (Amdahl)."
    )
    columns = ["workload", "lookups", "of copy.py", "at most", "of the C engine", "at most"]
    table = Table("The lookups alone, which a CAM could replace", columns, rows, how, COMMAND, "measured; bound: model")
    best = max(1 / (1 - min(max(f["python_share"], 0.0), 0.95)) for f in engine.values())
    words = (
        f"Plainly: on these objects a memory that answered every lookup in no time at all would make copy.py at most "
        f"{best:.2f} times as fast. All memo work together is a larger share, but most of it is not the lookup: making "
        "id(x), calling memo.get, storing, keeping originals alive. A CAM does none of that."
    )
    if statement:
        words += (
            f" Counted with the whole statement, the call of memo.get and all, a lookup is {100 * statement:.0f} % "
            "of the "
            f"instructions: at most {1 / (1 - statement):.2f} times as fast, if the call cost nothing either."
        )
    plain = Text(words)
    title = "How much faster a whole copy gets"
    chosen = sorted(curves, key=lambda c: -c[1])[:6]
    chart = Figure(
        "amdahl", title, charts.amdahl(title, chosen), "Each curve flattens at its bound.",
        "Amdahl's law with the shares of the table above.", COMMAND, "model",
    )  # fmt: skip
    return [table, plain, chart]


def _statement_share(results: Results) -> float:
    """The largest share of the instructions that asking the memo has, call and all; 0 where none was counted."""
    counted = (instructions(results, python, w, step) for python in results["pythons"] for w in ("deepcopy", "json")
               for step in ("memo lookup twice", "no memo lookup"))  # fmt: skip
    return min(0.95, max((abs(share) / 100 for share in counted if share is not None), default=0.0))


def _trade_offs() -> Table:
    rows = [
        [
            "latency",
            "every entry in one or two cycles",
            "the way there and back is paid for each lookup: copyscope breakeven",
        ],
        [
            "depth",
            "no hash, no probe, no collision",
            "area and power grow with it; what does not fit asks the dict as well",
        ],
        [
            "dispatch table",
            "could be held as well",
            "a dict of some twenty types: its entries are in the first cache anyway",
        ],
        ["the rest", "untouched", "calls, reductors and new objects are most of the time, and stay"],
        ["who gains", "large graphs that share much, copied by C code", "small objects copied by Python code hardly"],
    ]
    return Table("Trade-offs", ["", "for it", "against it"], rows, source="model", wide=(1, 2))
