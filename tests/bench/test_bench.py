"""The benchmark measures all that it promises, and times no wrong copy.  Nothing is said of how long anything takes."""

from __future__ import annotations

import copy
import dataclasses
import json
import pathlib
import struct
import subprocess
import sys

import pytest

import contenders
import measure
import objects
import rows
import same
from copyscope import _core

BENCH = pathlib.Path(__file__).with_name("bench.py")
ONE_ROUND = measure.Effort(rounds=1, slow_rounds=1, slice_ns=1)
MEMO = objects.WORKLOADS[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(BENCH), *arguments], capture_output=True, text=True)


@pytest.fixture(scope="module")
def report() -> dict:
    done = bench("--quick", "--rounds", "1", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def values(report: dict, table: str) -> dict[str, dict]:
    found = [r for r in report["rows"] if r["table"].startswith(table)]
    return {r["row"]: r for r in found}


def test_every_contender_is_timed_on_every_workload(report):
    assert report["wrong"] == []
    found, skipped = contenders.everyone()
    assert [s["name"] for s in report["skipped"]] == [s.name for s in skipped]
    timed = {(t["workload"], t["contender"]) for t in report["times"]}
    assert timed == {(w.name, c.name) for w in objects.WORKLOADS for c in found}
    assert all(t["us"] > 0 for t in report["times"])


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("traced", 7),
        ("beside it, the trace", 7),
        ("cost of tracing", 7),
        ("capture and write", 9),
        ("a 3-key dict", 3),
        ("bytes per", 1),
    ],
)
def test_every_own_row_has_a_value(report, table, count):
    found = [r for name, r in values(report, table).items() if name not in ("copium", "viztracer")]
    assert len(found) == count
    assert all(r["value"] > 0 for r in found)
    assert all(r["verdict"] in ("met", "not met") for r in found if r["goal"])


@pytest.mark.parametrize(
    ("table", "peer", "count"), [("untraced", "copium", 9), ("beside it: Viz", "viztracer write", 9)]
)
def test_a_row_that_needs_a_peer_is_measured_or_said_not_to_be(report, table, peer, count):
    found = values(report, table)
    assert len(found) == count
    missing = peer in {s["name"] for s in report["skipped"]}
    assert all((r["value"] is None) == missing for r in found.values())


def test_bytes_are_all_the_bytes_of_the_trace():
    data = contenders.traced_record(objects.json_graph()[0])
    _records, events = struct.unpack_from("<QQ", data, len(data) - 64)  # as END_ counts them
    assert events > 50_000
    assert rows.own_bytes("bytes", data).value.median == len(data) / events
    sizes = rows.chunk_sizes(data)
    assert sum(sizes.values()) == len(data) and sizes["END_"] == 80


def shallow(x):
    return copy.copy(x)


def unshared(x):
    """A copy in which what was one list is many."""
    return {"tuple": tuple(list(a) for a in x["tuple"]), "list": [list(a) for a in x["list"]]}


def leaving(x):
    raise ValueError("no copy today")


@pytest.mark.parametrize(
    ("function", "where"),
    [
        (lambda x: x, "copy: shared with the original"),
        (shallow, "shared with the original"),
        (unshared, "one object became two"),
        (lambda x: {**copy.deepcopy(x), "more": 1}, "another number of parts"),
        (lambda x: list(x), "list instead of dict"),
        (leaving, "raised ValueError: no copy today"),
    ],
)
def test_a_wrong_copy_is_reported_and_not_timed(function, where):
    wrong = contenders.plain("wrong", "makes wrong copies", function)
    right = contenders.plain(contenders.STDLIB, "copy.deepcopy", copy.deepcopy)
    times, found = measure.measure([MEMO], [right, wrong], ONE_ROUND)
    assert [(w.contender, w.workload) for w in found] == [("wrong", MEMO.name)]
    assert where in found[0].where
    assert times.has(MEMO.name, contenders.STDLIB) and not times.has(MEMO.name, "wrong")
    assert times.ratio(MEMO.name, contenders.STDLIB, "wrong") is None


def without_probes(x):
    """A trace whose lookups have none: the memo is no plain dict."""

    class Memo(dict):
        pass

    session = _core.Session()
    session.deepcopy(x, Memo())
    return session.end(False)


@pytest.mark.parametrize(
    ("record", "where"),
    [
        (lambda x: contenders.traced_record(x)[:-80], "its trace is not whole"),
        (without_probes, "its trace has no probes for 208 of 208 lookups"),
    ],
)
def test_a_recording_that_lacks_something_is_reported(record, where):
    careless = dataclasses.replace(contenders.plain("careless", "", copy.deepcopy), record=record)
    assert where in measure.faults(MEMO, [careless])[0].where


@pytest.mark.parametrize(
    ("expected", "got", "where"),
    [
        ([1, "a"], [1, "b"], "'b' instead of 'a'"),
        ([1], [True], "bool instead of int"),
        ([[1], [1]], "aliased", "two objects became one"),
        ({"a": ({"b": 1},)}, {"a": ({"b": 2},)}, "copy['a'][0]['b']: 2 instead of 1"),
        ({"a": 1}, {"b": 1}, "copy.key(0): 'b' instead of 'a'"),
    ],
)
def test_differences_are_named(expected, got, where):
    if got == "aliased":
        one = [1]
        got = [one, one]
    assert where in same.difference([], expected, got, exact=False)


def test_a_tuple_copied_without_need_is_a_difference_unless_values_only_count():
    original = [(1, 2)]
    again = [tuple([1, 2])]
    assert "the original is to be shared" in same.difference(original, copy.deepcopy(original), again)
    assert same.difference(original, copy.deepcopy(original), again, exact=False) == ""


def test_a_hook_that_is_left_set_ends_the_run():
    def careless(x):
        sys.setprofile(lambda *args: None)
        return copy.deepcopy(x)

    try:
        with pytest.raises(RuntimeError, match="a hook is set where none may be"):
            measure.measure([MEMO], [contenders.plain("careless", "", careless)], ONE_ROUND)
    finally:
        sys.setprofile(None)


def test_making_the_contenders_leaves_no_hook():
    contenders.everyone()
    measure.check_unwatched()


def test_the_ratio_is_taken_round_by_round():
    times = measure.Times()
    for round_, (a, b) in enumerate([(10, 5), (30, 10), (80, 20)]):
        times.add("w", "a", round_, a)
        times.add("w", "b", round_, b)
    times.add("w", "b", 3, 1)
    assert times.ratio("w", "a", "b") == measure.Spread(3.0, 2.5, 3.5)


@pytest.mark.parametrize("arguments", [("--rounds", "0"), ("--workload", "nonsense"), ("--rounds", "x")])
def test_bad_arguments_are_one_clear_line(arguments):
    done = bench(*arguments)
    assert done.returncode == 2
    assert arguments[0] in done.stderr.splitlines()[-1]
