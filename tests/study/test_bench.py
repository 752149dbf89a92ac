"""`copyscope bench` on real runs of a few short rounds. Nothing is said of how long anything takes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from copyscope.bench import compare, figures, interpreters, plan, results, summary

FEW = (
    "--quick",
    "--rounds",
    "2",
    "--stage",
    "timing",
    "--workload",
    "deepcopy_reduce",
    "--interpreter",
    sys.executable,
)


def bench(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "copyscope", "bench", *arguments], capture_output=True, text=True, cwd=cwd, timeout=300
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A run with a student's file that is right, one that hangs, and a document."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "mine.py").write_text("import copy\ndef deepcopy(x, memo=None):\n    return copy.deepcopy(x, memo)\n")
    (folder / "ends.py").write_text("import os\ndef deepcopy(x, memo=None):\n    os._exit(3)\n")
    (folder / "wrong.py").write_text("def deepcopy(x, memo=None):\n    return x\n")
    (folder / "broken.py").write_text("def deepcopy(x\n")
    (folder / "doc.json").write_text('{"a": [1, 2, {"b": null}]}')
    files = [word for name in ("mine", "ends", "wrong", "broken") for word in ("--file", f"{name}.py")]
    done = bench(*FEW, *files, "--json-file", "doc.json", "-o", "out.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done, results.load(str(folder / "out.json")), folder


def skipped(found, word):
    return [why for what, why in found["skipped"] if word in what]


def test_each_contender_has_every_round_of_every_workload(measured):
    _, found, folder = measured
    (by_workload,) = found["times"].values()
    assert set(by_workload) == {"deepcopy_reduce", plan.JSON_FILE}
    variants = {n for n in plan.VARIANTS if n in found["contenders"]}
    for rounds in by_workload.values():
        assert {plan.STDLIB, plan.CONTROL, *variants, *plan.ENGINE, "pickle", str(folder / "mine.py")} <= set(rounds)
        fast = {name: values for name, values in rounds.items() if name not in ("cProfile", "settrace", plan.TRACED)}
        assert all(len(values) == 2 and all(v > 0 for v in values) for values in fast.values())
    assert found["complete"] and found["machine"]["processor"] and found["machine"]["governor"]


def test_a_file_that_copies_wrongly_ends_or_is_no_python_is_told_and_not_timed(measured):
    done, found, folder = measured
    (by_workload,) = found["times"].values()
    for name in ("ends", "wrong", "broken"):
        assert str(folder / f"{name}.py") not in by_workload["deepcopy_reduce"]
    assert "ended (exit code 3)" in skipped(found, "ends.py")[0]
    assert "its copy differs" in skipped(found, "wrong.py")[0]
    assert "broken.py, line 1: SyntaxError" in skipped(found, "broken.py")[0]
    assert all(len(line) < 400 for line in done.stdout.splitlines())


def test_missing_peers_are_told_one_by_one(measured):
    _, found, _ = measured
    (by_workload,) = found["times"].values()
    for peer in plan.PEERS:
        assert (peer in by_workload["deepcopy_reduce"]) != bool(skipped(found, peer))


def test_results_are_kept_unless_told_otherwise_and_can_be_shown(measured):
    _, _, folder = measured
    again = bench(*FEW, "-o", "out.json", cwd=folder)
    assert again.returncode == 3 and len(again.stderr.splitlines()) == 1 and "--resume" in again.stderr
    shown = bench("show", "out.json", cwd=folder)
    assert shown.returncode == 0 and "stdlib (baseline)" in shown.stdout


def test_a_run_that_was_broken_off_is_gone_on_with(measured, tmp_path):
    """Rounds that are there are kept to the last digit; those that are missing are measured."""
    _, found, _ = measured
    broken = json.loads(json.dumps(found))
    broken.update(complete=False, done=[])
    (by_workload,) = broken["times"].values()
    kept = by_workload["deepcopy_reduce"][plan.STDLIB][0]
    for rounds in by_workload.values():
        for name in rounds:
            del rounds[name][1:]
    results.save(broken, str(tmp_path / "out.json"))
    done = bench("--resume", "out.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    after = results.load(str(tmp_path / "out.json"))
    (by_workload,) = after["times"].values()
    assert by_workload["deepcopy_reduce"][plan.STDLIB][0] == kept
    assert len(by_workload["deepcopy_reduce"][plan.STDLIB]) == 2 and after["complete"]


def test_two_results_are_compared_by_their_ratios_alone(measured, tmp_path):
    _, found, folder = measured
    other = json.loads(json.dumps(found))
    (by_workload,) = other["times"].values()
    for rounds in by_workload.values():  # a machine that is ten times as slow, and on it a variant twice as slow
        for name in rounds:
            rounds[name] = [v and 10 * v * (1 + (name == "report-memo")) for v in rounds[name]]
    results.save(other, str(tmp_path / "b.json"))
    done = bench("compare", str(folder / "out.json"), str(tmp_path / "b.json"), cwd=tmp_path)
    assert done.returncode == 1
    changed = {c.contender for c in compare.compare(found, other) if c.changed}
    assert changed == {"report-memo"}
    same = bench("compare", str(folder / "out.json"), str(folder / "out.json"), cwd=tmp_path)
    assert same.returncode == 0 and "0 of" in same.stdout


def test_an_interpreter_that_is_missing_is_told_and_the_others_are_measured(tmp_path):
    done = bench(*FEW, "--interpreter", "python3.99", "--variant", "report-memo", "--no-peers", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SKIPPED interpreter python3.99: python3.99 cannot be started" in done.stdout
    alone = bench("--quick", "--interpreter", "python3.99", "-o", "other.json", cwd=tmp_path)
    assert alone.returncode == 3
    assert len(alone.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "no results of copyscope bench"),
        ('{"format": "copyscope study", "version": 2}', "version 2"),
        ('{"format": "copyscope study", "version": 1}', "'options' is missing"),
        ("[" * 100_000, "nested too deep"),
        ('{"format": NaN}', "NaN is no JSON number"),
    ],
)
def test_a_bad_results_file_gets_one_line(text, says, tmp_path):
    (tmp_path / "bad.json").write_text(text)
    for words in (("show", "bad.json"), ("compare", "bad.json", "bad.json"), ("--resume", "bad.json")):
        done = bench(*words, cwd=tmp_path)
        assert done.returncode == 3 and done.stdout == ""
        assert len(done.stderr.splitlines()) == 1 and says in done.stderr and "bad.json" in done.stderr


@pytest.mark.parametrize(
    "changed",
    [{"variants": ["nobody"]}, {"workloads": [7]}, {"rounds": 0}, {"stages": ["timing", "x"]}, {"rounds": "x"}],
)
def test_options_that_cannot_be_are_refused(changed, tmp_path):
    found = results.new(plan.Options())
    found["options"].update(changed)
    results.save(found, str(tmp_path / "bad.json"))
    done = bench("--resume", "bad.json", cwd=tmp_path)
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1 and "its option" in done.stderr


def test_ctrl_c_leaves_what_was_measured_and_says_how_to_go_on(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "copyscope", "bench", "--rounds", "100000", "--stage", "timing", "--no-peers",
         "--workload", "deepcopy_reduce", "--interpreter", sys.executable, "-o", "out.json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored where this runs in the background
    )  # fmt: skip
    try:
        assert "interleaved rounds" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "--resume out.json" in told and "Traceback" not in told
    assert results.load(str(tmp_path / "out.json"))["complete"] is False


@pytest.mark.parametrize("times", [{"3.99": {}}, {"3.11": {"w": {"stdlib": [-1]}}}, {"3.11": {"w": {"stdlib": "x"}}}])
def test_times_that_cannot_be_are_refused(times, tmp_path):
    found = results.new(plan.Options())
    found.update(pythons={"3.11": {"version": "3.11"}}, times=times)
    results.save(found, str(tmp_path / "bad.json"))
    with pytest.raises(results.BadResultsError):
        results.load(str(tmp_path / "bad.json"))


def test_an_interpreter_may_be_named_from_the_folder_one_stands_in(tmp_path, monkeypatch):
    (tmp_path / "python-here").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    chosen, skipped = interpreters.choose(["./python-here"])
    assert not skipped and [p["path"] for p in chosen.values()] == [str(tmp_path / "python-here")]


def test_found_interpreters_are_cpython_and_each_is_there_once():
    chosen, skipped = interpreters.choose([])
    assert chosen and not skipped
    assert all((3, 10) <= tuple(map(int, p["version"].split(".")[:2])) <= (3, 14) for p in chosen.values())
    assert len({(p["version"], p["prefix"]) for p in chosen.values()}) == len(chosen)


def test_an_interval_holds_the_median_and_narrows_with_more_rounds():
    few = figures.bootstrap([9.0, 10, 11, 12, 30])
    many = figures.bootstrap([9.0, 10, 11, 12, 30] * 20)
    assert few.low <= few.value == many.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_a_difference_within_the_interval_is_called_noise():
    apart = figures.saving(figures.ratio([80.0, 81, 79, 80], [100.0, 101, 99, 100]))
    assert round(apart.value) == 20 and not figures.is_noise(apart)
    assert figures.is_noise(figures.saving(figures.ratio([90.0, 110, 95, 108], [100.0, 100, 100, 100])))
    assert figures.is_noise(figures.saving(figures.ratio([50.0], [100.0]))), "one round has no interval"


def test_the_same_text_twice_that_differs_is_warned_of(measured):
    _, found, _ = measured
    other = json.loads(json.dumps(found))
    (by_workload,) = other["times"].values()
    by_workload["deepcopy_reduce"][plan.CONTROL] = [v * 1.5 for v in by_workload["deepcopy_reduce"][plan.STDLIB]]
    assert any("the same text differs from itself by 50.0 %" in w for w in summary.warnings(other))
