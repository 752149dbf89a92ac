"""copyscope replay: what the simulated memories answer to a trace's lookups, counted."""

import json
import subprocess

import pytest
from conftest import PROGRAM, REAL_PYTHON


def replay(*arguments):
    return subprocess.run([PROGRAM, "replay", *map(str, arguments)], capture_output=True, text=True, timeout=60)


def counted(*arguments):
    done = replay(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    """Of forty lists in a list."""
    path = tmp_path_factory.mktemp("replay") / "rows.cst"
    command = [PROGRAM, "trace", "-e", "[[i] for i in range(40)]", "--python", REAL_PYTHON, "-o", path]
    subprocess.run(command, check=True, capture_output=True)
    return path


@pytest.mark.parametrize("engine", ["cam", "hash", "probe"])
def test_every_outcome_is_the_dicts_with_and_without_room(trace, engine):
    for depth in (1, 16, 64):
        found = counted(trace, "--engine", engine, "--depth", depth)
        assert found["agreed"] == found["lookups"] > 80 and found["operations"] == found["lookups"] + found["inserts"]
        assert found["entries_most"] <= 42


def test_a_memory_that_is_too_small_spills_and_one_with_room_does_not(trace):
    small, large = counted(trace, "--depth", 16), counted(trace, "--depth", 64)
    assert small["entries_most"] == 16 and small["spilled"] > 0
    assert large["entries_most"] == 42 and large["spilled"] == 0
    assert small["hits"] == large["hits"]


def test_a_cam_answers_in_two_cycles_and_as_many_more_as_it_is_away(trace):
    for latency in (0, 7, 400):
        found = counted(trace, "--latency", latency)
        assert found["lookup_cycles_least"] == found["lookup_cycles_most"] == 2 + latency
        assert found["lines_most"] == 1


def test_the_probe_engine_walks_as_the_dict_does_and_turned_ids_walk_otherwise(trace):
    found, turned = counted(trace, "--engine", "probe"), counted(trace, "--engine", "probe", "--rotate")
    assert found["walks_equal"] == found["walks"] > 0
    assert turned["walks"] == 0 < turned["probes"]


def test_the_text_says_what_is_simulated_and_what_recorded(trace):
    done = replay(trace, "--depth", 16)
    assert done.returncode == 0
    assert done.stdout.startswith("simulated: cam of 16 entries") and "as recorded" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "one trace"),
        (["a.cst", "b.cst"], "one trace"),
        (["a.cst", "--depth", "0"], "--depth"),
        (["a.cst", "--depth", "5000"], "a cam has at most 4096"),
        (["a.cst", "--depth", "-1"], "--depth"),
        (["a.cst", "--latency", "x"], "--latency"),
        (["a.cst", "--engine", "tcam"], "--engine"),
    ],
)
def test_a_wrong_use_is_one_line(arguments, words):
    done = replay(*arguments)
    assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1


def test_what_is_no_trace_is_refused_and_a_cut_one_is_read_as_far_as_it_goes(trace, tmp_path):
    done = replay("/nowhere.cst")
    assert done.returncode == 3 and "No such file" in done.stderr
    other = tmp_path / "other.cst"
    other.write_bytes(b"no trace")
    assert replay(other).returncode == 3
    cut = tmp_path / "cut.cst"
    cut.write_bytes(trace.read_bytes()[:-80])
    done = replay(cut, "--json")
    assert done.returncode == 0 and "readable up to byte" in done.stderr
    assert json.loads(done.stdout)["agreed"] == json.loads(done.stdout)["lookups"]
