"""Counters of the processor and the kernel while a variant copies, those of the published table row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyscope.bench import plan, timing
from copyscope.bench.session import AnswerError

if TYPE_CHECKING:
    from copyscope.bench.study import Study

ROUNDS = 5
SLICE_NS = 50_000_000
QUICK_SLICE_NS = 2_000_000


def run(study: Study) -> None:
    """Counts for one turn of each of pyperformance's workloads under each variant."""
    for name, python in study.pythons.items():
        bench = timing.Bench(python["path"], study.texts(name), study.skipper(name))
        try:
            _count(study, name, bench)
        except AnswerError as e:
            study.skip(f"{name}: counters", str(e))
        finally:
            bench.close()


def _count(study: Study, name: str, bench: timing.Bench) -> None:
    into = study.results["counters"][name] = {"refused": {}, "counts": {}}
    slice_ns = QUICK_SLICE_NS if study.options.quick else SLICE_NS
    for workload in plan.PYPERFORMANCE:
        maker, parameters, _ = plan.WORKLOADS[workload]
        if not bench.add(workload, maker, parameters):
            continue
        cells = [timing.Cell(contender, workload, []) for contender in bench.recipes]
        counts = into["counts"].setdefault(workload, {})
        ready = timing.prepare(bench, cells, slice_ns, study.tell)
        for _ in range(1 if study.options.quick else ROUNDS):
            for cell in ready:
                told = bench.ask(cell, "count", turns=cell.turns)
                if told is None:
                    continue
                into["refused"] = told["refused"]
                for counter, value in told["counts"].items():
                    rows = counts.setdefault(cell.contender, {})
                    rows.setdefault(counter, []).append(value / cell.turns)
