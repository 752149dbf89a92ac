"""A run of the study: stage after stage, saved as it goes, so that a broken one can be gone on with."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

from copyscope import __version__
from copyscope.bench import (
    callgrind_stage,
    counter_stage,
    experiments,
    interpreters,
    machine,
    plan,
    profiles,
    pyperf_stage,
    results,
    soundness_stage,
    timing,
)
from copyscope.bench.progress import Progress
from copyscope.bench.session import AnswerError, GoneError

SAVE_EVERY_S = 2.0


class CannotError(Exception):
    """Nothing can be measured; the message is one line."""


class Study:
    """Options, what they come to on this machine, and the results so far."""

    def __init__(self, found: results.Results, path: str):
        self.results, self.path = found, path
        self.options = results.options_of(found)
        self.pythons, skipped = interpreters.choose(self.options.pythons)
        if not self.pythons:
            raise CannotError("; ".join(why for _, why in skipped) or "no CPython from 3.10 to 3.14 was found")
        self.workloads, more = plan.workloads(self.options)
        for what, why in [*skipped, *more]:
            self.skip(what, why)
        self.recipes: dict[str, timing.Recipes] = {}
        for name, python in self.pythons.items():
            self.recipes[name], without = plan.recipes(self.options, python)
            for what, why in without:
                self.skip(f"{name}: {what}", why)
        self.progress = Progress(self._units())
        self.saved = 0.0
        self._describe()

    def _describe(self) -> None:
        r = self.results
        r.setdefault("begun", datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"))
        r["copyscope"] = __version__
        r["machine"] = r["machine"] or machine.describe()
        r["pythons"] = {
            name: {k: v for k, v in python.items() if k != "copy_text"} for name, python in self.pythons.items()
        }
        names = {name for recipes in self.recipes.values() for name in recipes}
        r["contenders"] = {name: plan.variant_label(name) for name in names}
        r["workloads"] = {name: text for name, (_, _, text) in self.workloads.items()}

    def _units(self) -> int:
        cells = sum(len(r) for r in self.recipes.values()) * len(self.workloads)
        units = {
            "timing": cells * (self.options.rounds + 1),
            "pyperf": 20 * sum(len(self.texts(p)) for p in self.pythons) * self.options.processes,
            "callgrind": 20 * sum(len(self.texts(p)) for p in self.pythons),
        }
        return sum(units.get(stage, 60) for stage in self.options.stages)

    def texts(self, python: str) -> dict[str, dict[str, Any]]:
        """The contenders that are a copy.py, baseline first."""
        return {name: recipe for name, recipe in self.recipes[python].items() if recipe["kind"] in ("own", "text")}

    def skip(self, what: str, why: str) -> None:
        results.skip(self.results, what, why)

    def skipper(self, python: str) -> Callable[[str, str], None]:
        """`skip` for one interpreter."""
        return lambda what, why: self.skip(f"{python}: {what}", why)

    def tell(self, what: str) -> None:
        """One unit of work begins; what is there is saved now and then."""
        self.progress.step(what)
        now = time.monotonic()
        if now - self.saved > SAVE_EVERY_S:
            self.save()
            self.saved = now

    def save(self) -> None:
        results.save(self.results, self.path)

    def run(self) -> None:
        """All stages that are not done yet."""
        stages: dict[str, Callable[[Study], None]] = {
            "soundness": soundness_stage.run,
            "timing": run_timing,
            "pyperf": pyperf_stage.run,
            "counters": counter_stage.run,
            "callgrind": callgrind_stage.run,
            "experiments": experiments.run,
            "profiles": profiles.run,
        }
        for name in self.options.stages:
            if name in self.results["done"]:
                continue
            self.progress.begin(plan.STAGES[name])
            try:
                stages[name](self)
            except AnswerError as e:  # a stage that cannot go on; the others still can
                self.skip(f"stage {name}", str(e))
            self.results["done"].append(name)
            self.save()
        self.results["machine"]["load_after"] = machine.load()
        self.results["complete"] = True
        self.save()
        self.progress.clear()


def run_timing(study: Study) -> None:
    """The interleaved rounds, over all interpreters."""
    benches = {
        name: timing.Bench(p["path"], study.recipes[name], study.skipper(name)) for name, p in study.pythons.items()
    }
    try:
        cells = {name: _cells(study, name, bench) for name, bench in benches.items()}
        for number in range(study.options.rounds):
            for name, bench in list(benches.items()):
                try:
                    timing.run_round(
                        bench,
                        cells[name],
                        number,
                        lambda what, n=name, r=number: study.tell(f"{n}, round {r + 1}, {what}"),
                    )
                except GoneError as e:  # even the baseline: this interpreter is out, the others go on
                    study.skip(name, str(e))
                    benches.pop(name).close()
        for name, bench in benches.items():
            study.results["pythons"][name]["peers"] = {k: v for k, v in bench.versions.items() if v}
    finally:
        for bench in benches.values():
            bench.close()


def _cells(study: Study, name: str, bench: timing.Bench) -> list[timing.Cell]:
    """Everything to be timed in an interpreter; their rounds stand in the results as they are filled."""
    by_workload = study.results["times"].setdefault(name, {})
    wanted = []
    for workload, (maker, parameters, _) in study.workloads.items():
        if bench.add(workload, maker, parameters):
            rounds = by_workload.setdefault(workload, {})
            wanted += [timing.Cell(c, workload, rounds.setdefault(c, [])) for c in bench.recipes]
    ready = timing.prepare(bench, wanted, int(study.options.slice_ms * 1e6), lambda what: study.tell(f"{name}: {what}"))
    kept = {(cell.workload, cell.contender) for cell in ready}
    for workload, rounds in by_workload.items():
        for contender in [c for c in rounds if (workload, c) not in kept]:
            del rounds[contender]
    return ready
