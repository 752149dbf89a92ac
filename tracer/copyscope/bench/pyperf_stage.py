"""pyperformance's three scenarios under pyperf: its own program, with another deepcopy in the copy module.

pyperf measures wall time in fresh processes. They are started in turns, one for each contender in each round, so that
a slow minute of the machine meets all; pyperf adds the runs up, and its files can be read with its own tools.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any

from copyscope.bench import plan
from copyscope.bench.session import INSIDE, AnswerError

if TYPE_CHECKING:
    from copyscope.bench.study import Study

SCRIPT = "data-files/benchmarks/bm_deepcopy/run_benchmark.py"
PATIENCE_S = 300
QUICK = ("--min-time", "0.002", "--values", "2", "--warmups", "0")
FULL = ("--values", "3", "--warmups", "1")
INSTALL = "is not installed: pip install 'copyscope[bench]' (or pyperf and pyperformance)"


def _package(name: str) -> pathlib.Path:
    """The folder of a package. Raises AnswerError."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise AnswerError(f"{name} {INSTALL}")
    return pathlib.Path(spec.submodule_search_locations[0])


def run(study: Study) -> None:
    """A suite for each contender in each interpreter. Raises AnswerError where pyperf is not to be had."""
    pyperf = _package("pyperf")
    script = _package("pyperformance") / SCRIPT
    if not script.exists():
        raise AnswerError(f"this pyperformance has no {SCRIPT}")
    with tempfile.TemporaryDirectory(prefix="copyscope-") as folder:
        # pyperf alone, for interpreters that have not got it: it is Python throughout.
        os.symlink(pyperf, os.path.join(folder, "pyperf"))
        for number in range(study.options.processes):
            for name, python in study.pythons.items():
                for contender in contenders(study, name):
                    study.tell(f"{name}, {contender}, process {number + 1} of {study.options.processes}")
                    _process(study, name, python["path"], contender, str(script), folder, number)
                    study.progress.step("", 19)  # one of these is as long as many batches


def contenders(study: Study, python: str) -> dict[str, dict[str, Any]]:
    """Who is a plain function; some of them, when it is to be quick."""
    functions = {n: r for n, r in study.recipes[python].items() if r["kind"] in ("own", "text", "engine")}
    return {n: r for n, r in functions.items() if n in plan.QUICK_VARIANTS} if study.options.quick else functions


def _process(study: Study, name: str, path: str, contender: str, script: str, folder: str, number: int) -> None:
    into = study.results["pyperf"].setdefault(name, {})
    if into.get(contender, {}).get("processes", 0) > number or into.get(contender, {}).get("failed"):
        return
    out = os.path.join(folder, "out.json")
    fault = measure(path, study.recipes[name][contender], script, folder, out, study.options.quick)
    if fault:
        study.skip(f"{name}: {contender} under pyperf", fault)
        into.pop(contender, None)
        into.setdefault(contender, {"processes": 0, "failed": True, "rounds": {}, "suite": {}})
        return
    into[contender] = added(into.get(contender), out)


def measure(python: str, recipe: dict[str, Any], script: str, folder: str, out: str, quick: bool) -> str:
    """Has pyperf make its file; returns why it did not, or ""."""
    job = os.path.join(folder, "recipe.json")
    with open(job, "w", encoding="utf-8") as f:
        json.dump({"recipe": recipe, "script": script}, f)
    if os.path.exists(out):
        os.unlink(out)
    words = [python, str(INSIDE / "pyperf_main.py"), "-o", out, "--processes", "1", *(QUICK if quick else FULL)]
    words += ["--quiet", "--inherit-environ", "PYTHONPATH,COPYSCOPE_RECIPE"]
    environment = {**os.environ, "PYTHONPATH": folder, "COPYSCOPE_RECIPE": job, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, errors="replace", timeout=PATIENCE_S, env=environment, cwd=folder
        )
    except subprocess.TimeoutExpired:
        return f"pyperf did not end within {PATIENCE_S} s"
    if done.returncode == 0 and os.path.exists(out):
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"pyperf ended with {done.returncode}: {lines[-1][:300] if lines else 'without a word'}"


def added(before: dict[str, Any] | None, path: str) -> dict[str, Any]:
    """What one more process found, added to what is there: a suite as pyperf has it, and the mean of each process."""
    import pyperf

    suite = pyperf.BenchmarkSuite.load(path)
    rounds: dict[str, list[float]] = dict(before["rounds"]) if before else {}
    for benchmark in suite.get_benchmarks():
        rounds[benchmark.get_name()] = [*rounds.get(benchmark.get_name(), []), 1e9 * benchmark.mean()]
    if before:
        suite.add_runs(_suite_of(before["suite"]))
    return {"processes": (before["processes"] if before else 0) + 1, "rounds": rounds, "suite": _json_of(suite)}


def _suite_of(data: dict[str, Any]) -> Any:
    import pyperf

    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(data, f)
        f.flush()
        return pyperf.BenchmarkSuite.load(f.name)


def _json_of(suite: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "suite.json")
        suite.dump(path)
        with open(path, encoding="utf-8") as f:
            return json.load(f)
