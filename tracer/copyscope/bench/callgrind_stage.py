"""Instructions of one turn under each variant, counted by callgrind, and what its simulated caches would miss.

An instruction count does not depend on the machine's load: with the same interpreter, file and objects it comes out
the same. Misses are those of callgrind's simulated caches (cachegrind's), not of this processor.
"""

from __future__ import annotations

import collections
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from copyscope.bench import ablation, callgrind, plan, timing
from copyscope.bench.session import AnswerError, GoneError, Session

if TYPE_CHECKING:
    from copyscope.bench.study import Study

MARK = "PyNumber_MatrixMultiply"  # see inside/__main__.py
LOOP = "_PyEval_EvalFrameDefault"
WARM = 12
PATIENCE_S = 600.0
TOP = 40
LARGE = {"json": 1, "lists": 1}  # workloads of which one turn is enough
STEPS_ON = ("deepcopy", "json")  # trees: there a step may be left out


class Marked(NamedTuple):
    """A contender on a workload, one turn."""

    workload: str
    contender: str


def run(study: Study) -> None:
    """Counts for each copy.py and the engine in each interpreter. Raises AnswerError without valgrind."""
    if not shutil.which("valgrind"):
        raise AnswerError("valgrind is not installed (Debian: apt-get install valgrind): no instructions are counted")
    for name, python in study.pythons.items():
        try:
            study.results["callgrind"][name] = _one(study, name, python["path"])
        except GoneError as e:
            study.skip(f"{name}: callgrind", str(e))


def _one(study: Study, name: str, python: str) -> dict[str, Any]:
    kinds = ("own", "text", "engine")
    recipes = {n: r for n, r in study.recipes[name].items() if r["kind"] in kinds and n != plan.CONTROL}
    if study.options.quick:
        recipes = {n: r for n, r in recipes.items() if n in (*plan.QUICK_VARIANTS, *study.options.files)}
    names = plan.PYPERFORMANCE if study.options.quick else (*plan.PYPERFORMANCE, "json")
    marks = [Marked(w, c) for w in names for c in recipes]
    steps, skipped = ablation.recipes(study.pythons[name]["copy_text"])
    for what, why in skipped:
        study.skip(f"{name}: {what}", why)
    marks += [Marked(w, c) for w in STEPS_ON[: 1 if study.options.quick else None] for c in steps]
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        profiles = count(
            python, {**recipes, **steps}, marks, folder, study.options.turns, study.tell, study.skipper(name)
        )
    counts: dict[str, Any] = {}
    for marked, profile in profiles.items():
        turns = LARGE.get(marked.workload, study.options.turns)
        each = {event: value / turns for event, value in profile.events.items()}
        counts.setdefault(marked.workload, {})[marked.contender] = {**each, "loop": loop_share(profile)}
    return {"counts": counts, "functions": _functions(profiles)}


def count(
    python: str,
    recipes: timing.Recipes,
    marks: Iterable[Marked],
    folder: str,
    turns: int,
    tell: timing.Tell = lambda text: None,
    skip: Any = lambda what, why: None,
    switches: Iterable[str] = ("--cache-sim=yes", "--branch-sim=yes"),
) -> dict[Marked, callgrind.Profile]:
    """A profile for each mark, of `turns` turns; of large workloads of one. Raises GoneError."""
    out = pathlib.Path(folder, "callgrind.out")
    tool = ["valgrind", "-q", "--tool=callgrind", *switches, f"--callgrind-out-file={out}"]
    done: list[Marked] = []
    made: set[str] = set()
    with Session(python, [*tool, f"--toggle-collect={MARK}", f"--dump-after={MARK}"], PATIENCE_S) as session:
        for marked in marks:
            tell(f"{marked.workload}, {marked.contender}")
            try:
                _make(session, recipes, marked, made)
                large = LARGE.get(marked.workload)
                session.ask("mark", workload=marked.workload, contender=marked.contender, turns=large or turns,
                            warm=large or WARM)  # fmt: skip
            except GoneError:
                raise
            except AnswerError as e:
                skip(marked.contender, f"{marked.workload} under callgrind: {e}")
                continue
            done.append(marked)
        session.finish()
    return {marked: _read(f"{out}.{n}") for n, marked in enumerate(done, 1)}


def _make(session: Session, recipes: timing.Recipes, marked: Marked, made: set[str]) -> None:
    if f"workload {marked.workload}" not in made:
        maker, parameters = ablation.LISTS if marked.workload == "lists" else plan.WORKLOADS[marked.workload][:2]
        session.ask("workload", name=marked.workload, maker=maker, parameters=parameters)
        made.add(f"workload {marked.workload}")
    if marked.contender not in made:
        session.ask("contender", name=marked.contender, recipe=recipes[marked.contender])
        made.add(marked.contender)


def _read(path: str) -> callgrind.Profile:
    if not os.path.exists(path):
        raise GoneError(f"callgrind wrote no {os.path.basename(path)}: its valgrind does not see {MARK}")
    return callgrind.read(pathlib.Path(path))


def loop_share(profile: callgrind.Profile) -> float:
    """The interpreter loop's own part of all instructions; 0 where the interpreter has no symbols."""
    own = sum(cost for function, cost in profile.own.items() if function.name.split("'")[0].startswith(LOOP))
    return own / profile.total if profile.total else 0.0


def _functions(profiles: dict[Marked, callgrind.Profile]) -> dict[str, list[list[Any]]]:
    """The dearest functions of the first workload under each contender, with their shares."""
    found = {}
    for marked, profile in profiles.items():
        if marked.workload != plan.PYPERFORMANCE[0]:
            continue
        own: collections.Counter[str] = collections.Counter()
        for function, cost in profile.own.items():
            own[function.name.split("'")[0]] += cost
        found[marked.contender] = [[name, cost / max(1, profile.total)] for name, cost in own.most_common(TOP)]
    return found
