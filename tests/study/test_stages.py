"""The study's stages on real runs: instructions, counters, experiments, profiles, pyperf."""

from __future__ import annotations

import copy
import errno
import importlib.util
import shutil
import subprocess
import sys

import pytest

import copyscope
from copyscope import source, variants, watch
from copyscope.bench import (
    ablation,
    callgrind_stage,
    experiments,
    interpreters,
    plan,
    profiles,
    pyperf_stage,
    results,
    stacks,
    summary,
)
from copyscope.bench.callgrind_stage import Marked
from copyscope.bench.inside import perf_events, workloads
from copyscope.bench.session import AnswerError, Session

OWN = source.copy_source()[1]
VALGRIND = pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed")


def bench(*words, cwd):
    command = [sys.executable, "-m", "copyscope", "bench", "--quick", "--interpreter", sys.executable, *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=600)
    assert done.returncode == 0, done.stderr
    return results.load(str(cwd / plan_output()))


def plan_output():
    from copyscope.cmd_bench import OUTPUT

    return OUTPUT


def only(by_python):
    (found,) = by_python.values()
    return found


# ---- instructions ----


@VALGRIND
def test_instructions_come_out_the_same_twice_and_show_what_an_edit_saves(tmp_path):
    recipes, _ = plan.recipes(plan.Options(files=[]), interpreters.describe(sys.executable))
    marks = [Marked(w, c) for w in ("deepcopy", "deepcopy_reduce") for c in (plan.STDLIB, "report-memo")]
    runs = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        runs.append(callgrind_stage.count(sys.executable, recipes, marks, str(tmp_path / name), 2))
    first, second = ({m: p.events["Ir"] for m, p in run.items()} for run in runs)
    assert first.keys() == set(marks)
    assert first == second
    for workload in ("deepcopy", "deepcopy_reduce"):
        assert first[Marked(workload, "report-memo")] < first[Marked(workload, plan.STDLIB)]
    assert {"D1mr", "DLmr", "Bcm"} <= set(runs[0][marks[0]].events)


@VALGRIND
def test_the_c_frames_of_a_copy_are_folded_without_what_stands_below_the_mark(tmp_path):
    recipes = {plan.STDLIB: {"kind": "own"}}
    marks = [Marked("deepcopy", plan.STDLIB)]
    switches = (f"--separate-callers={profiles.CALLERS}",)
    (profile,) = callgrind_stage.count(sys.executable, recipes, marks, str(tmp_path), 1, switches=switches).values()
    folded = profiles.folded(profile)
    assert sum(folded.values()) == profile.total > 0
    assert not any(callgrind_stage.MARK in stack for stack in folded)


# ---- what a step costs ----


def module_of(text):
    namespace = {"__name__": "copy"}
    exec(compile(text, "copy.py", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("name", ablation.STEPS)
@pytest.mark.parametrize("workload", ablation.TREES)
def test_a_step_made_twice_or_left_out_copies_trees_as_before(name, workload):
    found, skipped = ablation.recipes(OWN)
    assert not skipped
    maker, parameters, _ = plan.WORKLOADS[workload]
    for x in workloads.MAKERS[maker](**parameters):
        y = module_of(found[name]["text"])["deepcopy"](x)
        assert y == copy.deepcopy(x) and (y is not x)


@pytest.mark.parametrize("order", ["cpython-3.11", "cpython-3.13", "cpython-3.14"])
def test_steps_can_be_edited_in_each_versions_order(order):
    found, skipped = ablation.recipes(variants.edited(OWN, order))
    assert set(found) == set(ablation.STEPS) and not skipped


@pytest.mark.parametrize("limit", experiments.LIMITS)
def test_the_constant_of_the_tuple_path_is_the_one_asked_for(limit):
    module = module_of(variants.report_tuple_only(OWN, limit))

    class Number(int):
        pass

    for length in (1, limit, limit + 1):
        number = Number(7)  # the report's test lets it through: shared where its path is taken
        y = module["deepcopy"](tuple([number] * length))
        if length:
            assert (y[0] is number) == (length <= limit)


# ---- stacks ----


@pytest.mark.parametrize("policy", ["cpython", "report-merged", "sound-merged", "cpython-3.14", "bind-locals"])
@pytest.mark.parametrize("maker", ["deepcopy", "deepcopy_reduce", "deepcopy_memo", "shared", "deep_nest", "ten"])
def test_stacks_made_of_lines_have_the_calls_that_were_made(policy, maker):
    for x in workloads.MAKERS[maker]():
        seen = copyscope.witness(x, policy=policy)
        folded = stacks.fold(seen.subject.text, seen.lines)
        calls = sum(event.event == "call" for event in seen.events)
        assert folded.calls["deepcopy"] == calls
        assert sum(folded.ns.values()) == seen.lines[-1][1] - seen.lines[0][1]


def test_stacks_are_as_deep_as_the_interpreters_own():
    """Beside sys.settrace, which knows the frames: the same set of stacks of functions."""
    x = workloads.deepcopy()[0]
    real, names = set(), []

    def hook(frame, event, argument):
        if frame.f_code.co_filename != copy.__file__:
            return None
        stack, f = [], frame
        while f is not None:
            if f.f_code.co_filename == copy.__file__ and not f.f_code.co_name.startswith("<"):
                stack.append(f.f_code.co_name)
            f = f.f_back
        real.add(";".join(reversed(stack)))
        return hook

    sys.settrace(hook)
    try:
        copy.deepcopy(x)
    finally:
        sys.settrace(None)
    seen = watch.watch(watch.subject_for("cpython"), lines=True).run(x)
    folded = stacks.fold(OWN, seen.lines)
    names = {";".join(frame.split(" ")[0] for frame in stack.split(";")) for stack in folded.ns}
    assert names == real


# ---- a whole quick run of the stages ----


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stages")
    words = [w for s in ("counters", "experiments", "profiles") for w in ("--stage", s)]
    return bench(*words, cwd=folder)


def test_each_counter_of_the_published_table_is_counted_or_refused_with_a_reason(staged):
    found = only(staged["counters"])
    counted = found["counts"]["deepcopy"][plan.STDLIB]
    for name in [*perf_events.COUNTERS, perf_events.ELAPSED]:
        assert bool(counted.get(name)) != bool(found["refused"].get(name)), name
    assert len(perf_events.COUNTERS) + 1 == 17


def test_the_experiments_have_a_figure_for_each_cell(staged):
    constant = only(staged["experiments"]["constant"])
    assert len(constant["by_length"]) == len(constant["limits"])
    assert all(len(row) == len(constant["lengths"]) and all(row) for row in constant["by_length"])
    assert {plan.STDLIB, "report-merged"} <= set(only(staged["experiments"]["batching"]))
    for steps in only(staged["experiments"]["shares"]).values():
        assert set(steps) == set(ablation.STEPS)
    for sides in staged["experiments"]["engine"].values():
        assert sides["lookups"] > 0 and sides["python_ns"] > 0 and sides["engine_ns"] > 0


def test_profiles_have_lines_that_stand_in_the_text(staged):
    own = OWN.splitlines()
    stdlib = staged["profiles"]["python"][plan.STDLIB]
    for number, text, cost in stdlib["lines"]:
        assert own[number - 1].strip()[:120] == text and cost > 0
    assert any("_deepcopy_dispatch.get(cls)" in text for number, text, _ in stdlib["lines"])
    assert sum(stdlib["stacks"].values()) <= stdlib["total"]


# ---- what is missing ----


def test_counters_that_are_forbidden_are_told_and_nothing_else_fails(monkeypatch):
    def forbidden(name):
        raise OSError(errno.EACCES, "no")

    monkeypatch.setattr(perf_events, "open_counter", forbidden)
    counters = perf_events.Counters()
    assert set(counters.refused) == set(perf_events.COUNTERS)
    assert all("perf_event_paranoid" in why for why in counters.refused.values())
    assert set(counters.around(lambda: None)) == {perf_events.ELAPSED}


def test_without_pyperf_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AnswerError, match="pyperf is not installed: pip install"):
        pyperf_stage.run(None)


def test_without_valgrind_the_stage_says_so_and_the_run_goes_on(tmp_path):
    (tmp_path / "bin").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "copyscope", "bench", "--quick", "--stage", "callgrind", "--stage", "soundness",
         "--variant", "report-memo", "--tries", "20", "--interpreter", sys.executable],
        capture_output=True, text=True, cwd=tmp_path, env={"PATH": str(tmp_path / "bin")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "SKIPPED stage callgrind: valgrind is not installed" in done.stdout
    found = results.load(str(tmp_path / plan_output()))
    assert only(found["soundness"])["report-memo"]["sound"] is True


def test_an_unsound_variant_has_its_counterexample_and_the_command(tmp_path):
    words = ("--stage", "soundness", "--variant", "report-fastpath", "--tries", "2000")
    verdict = only(bench(*words, cwd=tmp_path)["soundness"])["report-fastpath"]
    assert verdict["sound"] is False and len({fault["kind"] for fault in verdict["faults"]}) >= 2
    assert all(fault["source"] and fault["difference"] for fault in verdict["faults"])
    assert verdict["command"].startswith("copyscope check --variant report-fastpath")


def test_a_process_that_hangs_is_ended():
    with Session(sys.executable) as session:
        session.ask("contender", name="never", recipe={"kind": "text", "filename": "never.py", "text":
                    "def deepcopy(x, memo=None):\n    while True: pass\n"})  # fmt: skip
        session.ask("workload", name="w", maker="ints", parameters={"n": 1})
        with pytest.raises(AnswerError, match="no answer within"):
            session.ask("time", patience_s=0.2, contender="never", workload="w", turns=1)
        assert session.process.poll() is not None


@pytest.mark.skipif(importlib.util.find_spec("pyperformance") is None, reason="pyperformance is not installed")
def test_pyperf_runs_pyperformances_own_program_with_a_variant_in_it(tmp_path):
    import pyperf

    found = bench("--stage", "pyperf", "--variant", "report-merged", cwd=tmp_path)
    suites = only(found["pyperf"])
    assert {plan.STDLIB, "report-merged"} == set(suites)
    for suite in suites.values():
        assert set(suite["rounds"]) == set(plan.PYPERFORMANCE)
        assert all(len(values) == 2 for values in suite["rounds"].values())
    paths = list(summary.write_pyperf(found["pyperf"], str(tmp_path / "suites")))
    loaded = [pyperf.BenchmarkSuite.load(path) for path in paths]
    assert all(set(s.get_benchmark_names()) == set(plan.PYPERFORMANCE) and s.get_dates() for s in loaded)
    assert all(len(b.get_runs()) >= 2 for s in loaded for b in s.get_benchmarks())


@pytest.mark.skipif(importlib.util.find_spec("pyperformance") is None, reason="pyperformance is not installed")
def test_the_processes_that_pyperf_starts_call_the_variant(tmp_path):
    called = tmp_path / "called"
    text = f"def deepcopy(x, memo=None):\n    open({str(called)!r}, 'w').close()\n    return x\n"
    script = pyperf_stage._package("pyperformance") / pyperf_stage.SCRIPT
    (tmp_path / "pyperf").symlink_to(pyperf_stage._package("pyperf"))
    recipe = {"kind": "text", "filename": "mine.py", "text": text}
    fault = pyperf_stage.measure(sys.executable, recipe, str(script), str(tmp_path), str(tmp_path / "out.json"), True)
    assert fault == "" and called.exists()
