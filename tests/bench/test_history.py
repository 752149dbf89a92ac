"""The history of the goals: what is added, what is compared, what bends."""

from __future__ import annotations

import subprocess
import sys

import history


def report(value, goal=">= 2", machine="m"):
    rows = [{"table": "t", "row": "r", "value": value, "quartiles": [value, value], "goal": goal, "verdict": "met",
             "note": None}]  # fmt: skip
    return {"machine": machine, "versions": {"CPython": "3.11.7"}, "effort": {"rounds": 1}, "rows": rows}


def test_a_row_that_gets_worse_than_it_was_bends_and_one_that_gets_better_does_not(tmp_path):
    file = tmp_path / "h.jsonl"
    assert [history.add(report(v), file) for v in (4.0, 4.1, 3.9, 4.0, 5.0)] == [[]] * 5
    (told,) = history.add(report(3.0), file)
    assert told.startswith("t | r: 3, was 4 over 5 runs")


def test_what_should_be_small_bends_upwards(tmp_path):
    file = tmp_path / "h.jsonl"
    for value in (1.0, 1.0, 1.0):
        history.add(report(value, "<= 2"), file)
    assert history.add(report(0.5, "<= 2"), file) == []
    assert len(history.add(report(1.5, "<= 2"), file)) == 1


def test_other_machines_and_broken_lines_are_not_compared(tmp_path):
    file = tmp_path / "h.jsonl"
    for _ in range(4):
        history.add(report(9.0, machine="another"), file)
    file.write_text(file.read_text() + "{broken\n[]\n")
    assert history.add(report(1.0), file) == []
    assert len(history.load(file)) == 5


def test_the_history_is_shown_as_lines(tmp_path):
    file = tmp_path / "h.jsonl"
    for value in (1.0, 2.0, 3.0):
        history.add(report(value), file)
    done = subprocess.run([sys.executable, history.__file__, str(file)], capture_output=True, text=True)
    assert done.returncode == 0 and "▁▅█" in done.stdout.replace("▄", "▅")
    none = subprocess.run([sys.executable, history.__file__, str(tmp_path / "x")], capture_output=True, text=True)
    assert none.returncode == 3 and len(none.stderr.splitlines()) == 1
