"""Experiments of the report: the constant of the tuple path, one copy or ten, what memo and dispatch come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copyscope import cost, variants
from copyscope.bench import ablation, figures, plan, timing
from copyscope.bench.figures import Figure
from copyscope.bench.session import AnswerError

if TYPE_CHECKING:
    from copyscope.bench.study import Study

LIMITS = (0, 1, 2, 3, 5, 10, 20, 50, 100)
LENGTHS = (1, 2, 3, 5, 10, 20, 50, 100)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
QUICK_LIMITS, QUICK_LENGTHS, QUICK_SHARES = (0, 5, 100), (2, 5, 10, 50), (0.0, 0.5, 1.0)
TUPLES = 40
ROUNDS, QUICK_ROUNDS = 9, 3
SLICE_NS, QUICK_SLICE_NS = 4_000_000, 300_000
ENGINE_WORKLOADS = ("deepcopy", "deepcopy_reduce", "deepcopy_memo", "json", "lists")


def run(study: Study) -> None:
    """All of them, in each interpreter. Raises AnswerError."""
    for name, python in study.pythons.items():
        experiments = {"constant": _constant, "batching": _batching, "shares": _shares}
        for title, experiment in experiments.items():
            try:
                study.results["experiments"].setdefault(title, {})[name] = experiment(study, name, python)
            except (AnswerError, LookupError) as e:
                study.skip(f"{name}: experiment {title}", str(e))
    study.results["experiments"]["engine"] = _engine(study)


class Grid:
    """Contenders and workloads that are timed in rounds of their own."""

    def __init__(self, study: Study, name: str, recipes: timing.Recipes):
        quick = study.options.quick
        self.rounds, self.slice_ns = (QUICK_ROUNDS, QUICK_SLICE_NS) if quick else (ROUNDS, SLICE_NS)
        self.study = study
        self.bench = timing.Bench(study.pythons[name]["path"], recipes, study.skipper(name))
        self.times: dict[tuple[str, str], list[float | None]] = {}

    def __enter__(self) -> Grid:
        return self

    def __exit__(self, *exception: object) -> None:
        self.bench.close()

    def measure(self, wanted: dict[str, tuple[str, dict[str, Any]]], only: tuple[str, ...] = ()) -> None:
        """Times each contender, or some, on workloads of that maker and these parameters."""
        cells = []
        for workload, (maker, parameters) in wanted.items():
            if self.bench.add(workload, maker, parameters):
                cells += [timing.Cell(c, workload, []) for c in only or self.bench.recipes]
        ready = timing.prepare(self.bench, cells, self.slice_ns, lambda what: None)
        for number in range(self.rounds):
            timing.run_round(self.bench, ready, number, lambda what: None)
            self.study.progress.step("round", 1)
        self.times.update({(cell.workload, cell.contender): cell.rounds for cell in ready})

    def saved(self, workload: str, contender: str, baseline: str = plan.STDLIB) -> Figure | None:
        """Percent that a contender saves against the baseline on one workload."""
        of = figures.ratio(self.times.get((workload, contender), []), self.times.get((workload, baseline), []))
        return figures.saving(of) if of else None


def _constant(study: Study, name: str, python: dict[str, Any]) -> dict[str, Any]:
    """The tuple path alone, with its constant from 0 to 100. Raises LookupError."""
    quick = study.options.quick
    limits, lengths, shares = (QUICK_LIMITS, QUICK_LENGTHS, QUICK_SHARES) if quick else (LIMITS, LENGTHS, SHARES)
    recipes: timing.Recipes = {plan.STDLIB: {"kind": "own"}}
    for limit in limits:
        text = variants.report_tuple_only(python["copy_text"], limit)
        recipes[str(limit)] = {"kind": "text", "filename": f"copy.py, tuples up to {limit}", "text": text}
    by_length = {f"length {n}": ("tuples", {"length": n, "n": TUPLES}) for n in lengths}
    by_share = {f"share {s}": ("tuples", {"length": 3, "n": TUPLES, "share": s, "other": 50}) for s in shares}
    with Grid(study, name, recipes) as grid:
        grid.measure({**by_length, **by_share})
        return {
            "limits": limits,
            "lengths": lengths,
            "shares": shares,
            "by_length": [[grid.saved(f"length {n}", str(limit)) for n in lengths] for limit in limits],
            "by_share": [[grid.saved(f"share {s}", str(limit)) for s in shares] for limit in limits],
        }


def _batching(study: Study, name: str, python: dict[str, Any]) -> dict[str, Any]:
    """Ten structures, each with a call of its own, or all in one list with one."""
    kept = (plan.STDLIB, "report-merged", "sound-merged", *plan.ENGINE)
    recipes = {n: r for n, r in study.recipes[name].items() if n in kept}
    with Grid(study, name, recipes) as grid:
        grid.measure({"ten": ("ten", {}), "batched": ("ten_batched", {})})
        found = {}
        for contender in grid.bench.recipes:
            one, all_ten = (grid.times.get((w, contender), []) for w in ("ten", "batched"))
            of = figures.ratio(all_ten, one)
            if of:
                found[contender] = {
                    "one_by_one_ns": figures.bootstrap(figures.measured(one)),
                    "batched_ns": figures.bootstrap(figures.measured(all_ten)),
                    "saved": figures.saving(of),
                }
        return found


def _shares(study: Study, name: str, python: dict[str, Any]) -> dict[str, Any]:
    """What a step's cost is of the whole, in time: by making it twice, and by leaving it out, on trees."""
    steps, _ = ablation.recipes(python["copy_text"])
    recipes: timing.Recipes = {plan.STDLIB: {"kind": "own"}, **steps}
    trees = ablation.TREES[:2] if study.options.quick else ablation.TREES
    wanted = {w: plan.WORKLOADS[w][:2] for w in trees if w in plan.WORKLOADS}
    if not study.options.quick:
        wanted["lists"] = ablation.LISTS
    with Grid(study, name, recipes) as grid:
        grid.measure(wanted)
        return {workload: {step: grid.saved(workload, step) for step in steps} for workload in wanted}


def _engine(study: Study) -> dict[str, Any]:
    """The lookups by themselves, beside the whole copy: in copy.py, and in the C engine with a dict as memo.

    In copyscope's own interpreter: its extension makes the recorded lookups again on a dict of their own.
    """
    from copyscope.bench.inside import workloads

    found = {}
    chosen = ENGINE_WORKLOADS[:3] if study.options.quick else ENGINE_WORKLOADS
    for workload in chosen:
        maker, parameters = ablation.LISTS if workload == "lists" else plan.WORKLOADS[workload][:2]
        study.progress.step(f"{workload}, the lookups alone", 1)
        measured = []
        for x in workloads.MAKERS[maker](**parameters):
            try:
                measured.append(cost.measure(x, QUICK_ROUNDS if study.options.quick else ROUNDS)[0])
            except cost.NothingToMeasureError as e:
                study.skip(f"lookups of {workload}", str(e))
        if measured:
            found[workload] = _sides(measured)
    return found


def _sides(measured: list[dict[str, Any]]) -> dict[str, Any]:
    """Of all roots of a workload together."""
    python, engine = (sum(m[key] for m in measured) for key in ("python_ns", "engine_ns"))
    lookups = sum(m["lookups"] for m in measured)
    return {
        "python_ns": python,
        "engine_ns": engine,
        "lookups": lookups,
        "python_share": sum(m["lookups"] * m["dict_ns"] for m in measured) / python,
        "engine_share": sum(m["lookups"] * m["walk_ns"] for m in measured) / engine,
    }
