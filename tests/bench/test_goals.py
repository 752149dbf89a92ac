"""Goals beside what is measured: the ratio, the verdict, what the history gets, and a part that cannot be measured."""

from __future__ import annotations

import json
import subprocess
import sys

import goals
import pytest

import history


def row(value, relation=">=", goal=10.0):
    return {"name": "n", "value": value, "unit": "ms", "relation": relation, "goal": goal, "note": ""}


@pytest.mark.parametrize(
    "value, relation, ratio, verdict",
    [
        (20, ">=", 2, "met"),
        (10, ">=", 1, "met"),
        (5, ">=", 0.5, "not met"),
        (20, "<=", 0.5, "not met"),
        (10, "<=", 1, "met"),
        (0, "<=", float("inf"), "met"),
        (20, None, None, None),
    ],
)
def test_a_ratio_of_one_or_more_is_met(value, relation, ratio, verdict):
    found = row(value, relation)
    assert (goals.ratio(found), goals.verdict(found)) == (ratio, verdict)


def test_nothing_missed_of_nothing_allowed_is_met():
    assert goals.verdict(row(0, "<=", 0)) == "met" and goals.verdict(row(1, "<=", 0)) == "not met"


def test_a_part_has_a_history_of_its_own(tmp_path):
    file = tmp_path / "h.jsonl"
    for _ in range(4):
        history.add(goals.report("page", [row(20)], False), file)
        history.add(goals.report("server", [row(1)], False), file)
    assert history.add(goals.report("page", [row(19)], False), file) == []
    (told,) = history.add(goals.report("page", [row(10)], False), file)
    assert told.startswith("page | n: 10, was 20")
    done = subprocess.run([sys.executable, history.__file__, str(file)], capture_output=True, text=True)
    assert "page | n" in done.stdout and "server | n" in done.stdout


def test_a_part_is_measured_printed_and_kept(tmp_path, monkeypatch, capsys):
    script = f"print({json.dumps(json.dumps([row(20), row(3, None)]))})"
    monkeypatch.setattr(goals, "PARTS", {"page": [[sys.executable, "-c", script]] * 2})
    monkeypatch.setattr(history.add, "__defaults__", (tmp_path / "h.jsonl",))
    monkeypatch.setattr(sys, "argv", ["goals.py"])
    assert goals.main() == 0
    printed = capsys.readouterr().out
    assert printed.count("2.00 met") == 2 and printed.count("\n") == 6
    assert len(history.load(tmp_path / "h.jsonl")) == 1


def test_what_cannot_be_measured_and_what_is_no_part_are_told_in_a_line(monkeypatch):
    monkeypatch.setattr(goals, "PARTS", {"page": [[sys.executable, "-c", "raise SystemExit(3)"]]})
    with pytest.raises(SystemExit, match="ended with 3"):
        goals.measured("page", False)
    done = subprocess.run([sys.executable, goals.__file__, "pages"], capture_output=True, text=True)
    assert done.returncode == 2 and "pages: a part is one of server, page, hardware" in done.stderr
