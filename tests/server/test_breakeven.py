"""`copyscope breakeven`: what a memory in hardware could save of a copy."""

import json
import os
from pathlib import Path

import pytest

PLACES = json.loads((Path(__file__).parents[2] / "hw/model/placements.json").read_text())


def breakeven(program, *options):
    answer = program("breakeven", *options, "--json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_the_lookups_are_those_of_the_trace(program, tmp_path):
    snippet = "a = [1]; [a, a, (a,)]"
    answer = breakeven(program, "-e", snippet)
    assert program("trace", "-e", snippet, "-o", tmp_path / "t.cst").returncode == 0
    memo = json.loads(program("info", tmp_path / "t.cst", "--json").stdout)["memo"]
    assert (answer["lookups"], answer["hits"]) == (memo["lookups"], memo["hits"])


@pytest.mark.parametrize("depth, clock", [(1, 50), (4, 1000), (64, 4000)])
def test_each_speedup_is_amdahls(program, depth, clock):
    answer = breakeven(program, "-e", "[[i] for i in range(40)]", "--depth", str(depth), "--clock", str(clock))
    for side in (answer["copy_py"], answer["engine"]):
        t, n, t_sw = side["copy_ns"], answer["lookups"], side["lookup_ns"]
        assert side["lookup_share"] == pytest.approx(min(1, n * t_sw / t))
        assert side["limit"] == pytest.approx(t / (t - n * t_sw))
        assert side["breakeven_ns"] == pytest.approx(t_sw * (1 - answer["overflow"]))
        for place in PLACES:
            hardware = place["ns"] + answer["cycles"] * 1000 / clock
            replaced = t - n * t_sw + n * (hardware + answer["overflow"] * t_sw)
            assert side["speedup"][place["id"]] == pytest.approx(t / replaced)


def test_what_does_not_fit_asks_the_dict_as_well(program):
    few, enough = (breakeven(program, "-e", "[[i] for i in range(40)]", "--depth", depth) for depth in ("8", "128"))
    assert few["overflow"] > 0.5 and enough["overflow"] == 0
    assert few["cycles"] == enough["cycles"] == 2


def test_a_file_is_measured_and_nothing_is_left_behind(program, tmp_path):
    (tmp_path / "x.py").write_text("x = {'k': [1, 2]}\n")
    (tmp_path / "for a while").mkdir()
    answer = program("breakeven", tmp_path / "x.py", env={**os.environ, "TMPDIR": str(tmp_path / "for a while")})
    assert answer.returncode == 0 and "over PCIe" in answer.stdout and "copy.py" in answer.stdout
    assert not os.listdir(tmp_path / "for a while")


@pytest.mark.parametrize(
    "options, code, words",
    [
        ([], 2, "one snippet"),
        (["-e", "1", "x.py"], 2, "one snippet"),
        (["-e", "1", "--depth", "0"], 2, "--depth: 1 to 4096"),
        (["-e", "1", "--depth", "4097"], 2, "--depth: 1 to 4096"),
        (["-e", "1", "--clock", "fast"], 2, "--clock"),
        (["-e", "1/0"], 3, "ZeroDivisionError: division by zero"),
        (["-e", "import sys; sys.stdout"], 3, "the copy raises TypeError"),
        (["missing.py"], 3, "missing.py: No such file or directory"),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(program, options, code, words):
    answer = program("breakeven", *options)
    assert answer.returncode == code
    assert words in answer.stderr and answer.stderr.count("\n") == 1


def test_lookup_cost_refuses_what_is_no_sequence():
    from copyscope import _core

    for operations in (b"", b"1234567", (17).to_bytes(8, "little")):
        with pytest.raises(ValueError, match="operations"):
            _core.lookup_cost(operations, 3)
    with pytest.raises(ValueError, match="one round"):
        _core.lookup_cost((16).to_bytes(8, "little"), 0)
    assert len(_core.lookup_cost((16).to_bytes(8, "little"), 3, True)) == 3
