"""Interleaved rounds: in each round every contender of every interpreter copies every workload once.

CPU time of the thread, so that a busy machine shows as little as can be; the garbage collector is on, and what a copy
made is freed within its time. The order turns from round to round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copyscope.bench import plan
from copyscope.bench.session import AnswerError, GoneError, Session

Recipes = dict[str, dict[str, Any]]
Tell = Callable[[str], None]
BATCH_S = 60.0  # no batch takes so long, unless a file does not end
CHECK_S = 15.0  # nor a single copy
SLOW = frozenset((plan.TRACED, "cProfile", "settrace", "viztracer"))
SLOW_EVERY = 3  # they are measured in every third round


class Cell:
    """A contender on a workload in one interpreter, with its rounds."""

    def __init__(self, contender: str, workload: str, rounds: list[float | None]):
        self.contender, self.workload, self.rounds = contender, workload, rounds
        self.turns = 0


class Bench:
    """One interpreter with everything made in it that is to be measured. Contenders that hang or crash it drop out."""

    def __init__(self, python: str, recipes: Recipes, skip: Callable[[str, str], None]):
        self.python, self.recipes, self.skip = python, dict(recipes), skip
        self.workloads: dict[str, tuple[str, dict[str, Any]]] = {}
        self.session = Session(python, patience_s=BATCH_S)
        self.versions: dict[str, str] = {}
        self.out: set[tuple[str, str]] = set()  # cells that ended the process, or never answered
        self._make(list(self.recipes))

    def _make(self, names: list[str]) -> None:
        for name in names:
            try:
                told = self.session.ask("contender", name=name, recipe=self.recipes[name])
                self.versions[name] = told["version"]
            except GoneError as e:
                self.skip(name, str(e))
                del self.recipes[name]
                return self._restart()
            except AnswerError as e:
                self.skip(name, str(e))
                del self.recipes[name]

    def add(self, name: str, maker: str, parameters: dict[str, Any]) -> bool:
        """Makes a workload; False if it cannot be."""
        try:
            self.session.ask("workload", name=name, maker=maker, parameters=parameters)
        except AnswerError as e:
            self.skip(f"workload {name}", str(e))
            return False
        self.workloads[name] = maker, parameters
        return True

    def forget(self, names: list[str]) -> None:
        """Workloads that a new process need not make again."""
        for name in names:
            self.workloads.pop(name, None)

    def _restart(self) -> None:
        """Another process, after one that is gone, with all that is left."""
        self.session.close()
        self.session = Session(self.python, patience_s=BATCH_S)
        self._make(list(self.recipes))
        for name, (maker, parameters) in self.workloads.items():
            self.session.ask("workload", name=name, maker=maker, parameters=parameters)

    def ask(self, cell: Cell, op: str, **request: Any) -> dict[str, Any] | None:
        """An answer about a cell; None where it is out, or cannot. Raises GoneError for the baseline."""
        if cell.contender not in self.recipes or (cell.contender, cell.workload) in self.out:
            return None
        try:
            return self.session.ask(op, contender=cell.contender, workload=cell.workload, **request)
        except GoneError as e:
            if cell.contender == plan.STDLIB:
                raise
            self.skip(cell.contender, f"{cell.workload}: {e}")
            self.out.add((cell.contender, cell.workload))
            self._restart()
        except AnswerError as e:
            self.skip(cell.contender, f"{cell.workload}: {e}")
        return None

    def ready(self, cell: Cell, slice_ns: int) -> bool:
        """Whether the cell's copies are right; fixes how many make a batch."""
        if cell.contender not in (plan.STDLIB, plan.CONTROL):
            told = self.ask(cell, "check", patience_s=CHECK_S)
            if told is None:
                return False
            if told["fault"]:
                self.skip(cell.contender, f"{cell.workload}: not timed, its copy differs: {told['fault']}")
                return False
        told = self.ask(cell, "calibrate", patience_s=CHECK_S, slice_ns=slice_ns)
        cell.turns = told["turns"] if told else 0
        return cell.turns > 0

    def close(self) -> None:
        self.session.close()


def run_round(bench: Bench, cells: list[Cell], number: int, told: Tell) -> None:
    """Times each cell once; a round that is there already is kept."""
    turned = cells[number % len(cells) :] + cells[: number % len(cells)] if cells else []
    for cell in turned:
        told(f"{cell.workload}, {cell.contender}")
        cell.rounds += [None] * (number + 1 - len(cell.rounds))
        slow = cell.contender in SLOW and number % SLOW_EVERY != 0
        if cell.rounds[number] is not None or slow:
            continue
        answer = bench.ask(cell, "time", turns=cell.turns)
        if answer is not None:
            cell.rounds[number] = answer["ns"]


def prepare(bench: Bench, cells: list[Cell], slice_ns: int, told: Tell) -> list[Cell]:
    """Those of the cells that can be timed."""
    ready = []
    for cell in cells:
        told(f"{cell.workload}, {cell.contender}: is the copy right?")
        if bench.ready(cell, slice_ns):
            ready.append(cell)
    return ready
