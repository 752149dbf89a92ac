"""What a run says of its own cost: timed beside it, unless that would run user code again."""

import json

import pytest


def cost_of(program, tmp_path, snippet):
    path = tmp_path / "t.cst"
    assert program("trace", "-e", snippet, "-o", path).returncode == 0
    answer = json.loads(program("info", path, "--json").stdout)
    return answer["meta"]["cost"], answer


def test_the_cost_is_of_the_lookups_that_were_recorded(program, tmp_path):
    cost, answer = cost_of(program, tmp_path, "a = [1]; [a, a, (a, 2)]")
    assert (cost["lookups"], cost["hits"]) == (answer["memo"]["lookups"], answer["memo"]["hits"])
    assert cost["python_ns"] > 0 and cost["engine_ns"] > 0 and cost["rounds"] > 0


def test_an_instance_without_code_of_its_own_is_timed(program, tmp_path):
    cost, _ = cost_of(program, tmp_path, "class A: pass\na = A(); a.x = [1]; [a, a]")
    assert "python_ns" in cost


@pytest.mark.parametrize(
    "name, body",
    [
        ("__deepcopy__", "def __deepcopy__(self, memo): note(); return self"),
        ("__reduce_ex__", "def __reduce_ex__(self, n): note(); return A, ()"),
        ("__setstate__", "def __getstate__(self): return 1\n  def __setstate__(self, s): note()"),
        ("__new__", "def __new__(cls): note(); return object.__new__(cls)"),
    ],
)
def test_user_code_is_not_run_again_to_time_it(program, tmp_path, name, body):
    """Once to record, once to check, once to find out: three processes, one line of each."""
    log = tmp_path / "log"
    note = f"def note():\n  if armed: open({str(log)!r}, 'a').write('x')\narmed = False\n"
    snippet = f"{note}class A:\n  {body}\na = A(); armed = True; [a]"
    cost, _ = cost_of(program, tmp_path, snippet)
    assert cost["note"].startswith("the copy calls "), cost
    assert log.read_text() == "xxx"


def test_a_long_copy_is_not_made_again(program, tmp_path):
    cost, _ = cost_of(program, tmp_path, "[[i] for i in range(40000)]")
    assert "too large" in cost["note"]
