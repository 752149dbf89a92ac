"""`copyscope trace`, with the recorder itself where it is installed."""

import json
import pathlib
import subprocess

import pytest

OUTER = "inner = [1, 2, 3]; outer = [inner, inner]; outer"


@pytest.fixture
def trace(program, real_python, tmp_path):
    def run(*arguments):
        return program("trace", "--python", real_python, *arguments, cwd=tmp_path)

    return run


def test_an_expression_becomes_a_table_and_a_file(trace, program, tmp_path):
    answer = trace("-e", OUTER)
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["n", "time/µs", "event", "object", "outcome", "probes"]
    assert any("memo_get" in line and "hit → inner′" in line for line in lines)
    assert lines[-1] == "written: expression.cst"
    assert program("info", tmp_path / "expression.cst").returncode == 0


def test_json_is_one_event_a_line(trace):
    answer = trace("-e", OUTER, "--json")
    events = [json.loads(line) for line in answer.stdout.splitlines()]
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["event"] == "call"
    assert events[-1]["event"] == "return"
    assert all(event["addr"].startswith("0x") for event in events)


def test_a_script_names_its_file(trace, tmp_path):
    (tmp_path / "cycle.py").write_text("x = []\nx.append(x)\n")
    answer = trace("cycle.py", "-o", "there.cst")
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "there.cst").read_bytes().startswith(b"\x89CST")
    assert trace("cycle.py").stdout.endswith("written: cycle.cst\n")


def test_printed_text_goes_to_the_standard_error(trace):
    answer = trace("-e", "print('hello'); []")
    assert answer.stderr == "hello\n"
    assert "hello" not in answer.stdout


@pytest.mark.parametrize(
    "code, message",
    [("1 +", "SyntaxError"), ("1 / 0", "ZeroDivisionError"), ("import os; os._exit(4)", "exit code 4")],
)
def test_a_snippet_that_fails_is_told(trace, code, message):
    answer = trace("-e", code)
    assert answer.returncode == 3
    assert message in answer.stderr


def test_a_crash_is_named(trace):
    answer = trace("-e", "import ctypes; ctypes.string_at(0)")
    assert answer.returncode == 3
    assert "the snippet crashed Python (SIGSEGV)" in answer.stderr


def test_a_copy_that_raises_is_a_trace(trace):
    answer = trace("-e", "import threading; [1, threading.Lock()]")
    assert answer.returncode == 0, answer.stderr
    assert "raise" in answer.stdout


def test_a_shallow_copy_is_recorded_and_compared(trace, program, tmp_path):
    answer = trace("-e", "x = [[1]]; x", "--op", "copy")
    assert answer.returncode == 0, answer.stderr
    assert [line.split()[2] for line in answer.stdout.splitlines()[1:5]] == ["call", "dispatch", "shallow", "return"]
    assert "compared events equal to CPython" in answer.stdout
    info = program("info", tmp_path / "expression.cst", "--json")
    assert json.loads(info.stdout)["meta"]["op"] == "copy"


def test_replace_takes_its_changes_from_the_snippet(trace):
    code = "import types; changes = {'a': 2}; types.SimpleNamespace(a=1)"
    answer = trace("-e", code, "--op", "replace")
    if "came with 3.13" in answer.stderr:
        assert answer.returncode == 3
        return
    assert answer.returncode == 0, answer.stderr
    assert "replace_call" in answer.stdout
    assert trace("-e", "changes = 3; 1", "--op", "replace").returncode == 3


def test_a_policy_of_deepcopy_is_refused_for_another_function(trace):
    answer = trace("-e", "[]", "--op", "copy", "--policy", "report-memo")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1 and "recorded as cpython" in answer.stderr
    assert trace("-e", "[]", "--op", "shallow").returncode == 2


def test_a_page_runs_the_function_that_it_names(serve, real_python):
    page = serve(python=real_python).open()
    opening, _, ending = page.run("[1]", operation="copy")
    assert opening["operation"] == "copy" and ending["state"] == "done"


def test_usage(program):
    assert program("trace").returncode == 2
    assert program("trace", "-e", "[]", "file.py").returncode == 2
    assert program("trace", "-e", "[]", "--policy", "fast").returncode == 2
    answer = program("trace", "-e", "[]", "--python", "/nonexistent")
    assert answer.returncode == 3
    assert "cannot be started" in answer.stderr


@pytest.mark.parametrize("code", ["[]", "x = {'a': (1, [2])}", "class A: pass\nx = [A(), A()]", "1"])
@pytest.mark.parametrize("policy", ["cpython", "report-memo", "report-fastpath", "report-merged"])
def test_a_page_runs_real_snippets(serve, real_python, code, policy):
    page = serve(python=real_python).open()
    opening, frames, ending = page.run(code, policy=policy)
    assert opening["policy"] == policy
    assert ending["state"] == "done", ending
    assert frames[-1][:4] == b"CAM_"


@pytest.mark.parametrize(
    "code, state, message",
    [
        ("x = (", "error", "SyntaxError"),
        ("import os; os._exit(1)", "error", "exit code 1"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "SIGSEGV"),
        ("while True: pass", "timeout", "stopped"),
        ("x = []\nfor i in range(100000): x = [x]", "done", "raised"),
        ("print('x' * 10**9)", None, ""),
        ("x = bytearray(10**10)", "error", "MemoryError"),
    ],
)
def test_a_snippet_that_goes_wrong_is_named_and_the_next_run_works(serve, real_python, code, state, message):
    page = serve(python=real_python).open()
    ending = page.run(code)[2]
    assert state is None or ending["state"] == state, ending
    assert message in ending["message"]
    assert page.run("[1, [2]]")[2]["state"] == "done"


# ---- a copy.py of one's own ----

OWN_COPY = """\
def deepcopy(x, memo=None, _nil=[]):
    if memo is None:
        memo = {}
    d = id(x)
    if d in memo:
        return memo[d]
    if type(x) is not list:
        return x
    y = memo[d] = []
    for a in x:
        y.append(deepcopy(a, memo))
    return y
"""


def info(program, path):
    return json.loads(program("info", path, "--json").stdout)


def test_the_interpreters_copy_py_given_as_ones_own_does_the_same_steps(trace, program, real_python, tmp_path):
    where = subprocess.run([real_python, "-c", "import copy; print(copy.__file__)"], capture_output=True, text=True)
    (tmp_path / "my_copy.py").write_text(pathlib.Path(where.stdout.strip()).read_text())
    answer = trace("--copy-module", "my_copy.py", "-e", OUTER, "-o", "own.cst")
    assert answer.returncode == 0, answer.stderr
    found = info(program, tmp_path / "own.cst")
    assert found["meta"]["recorder"] == "witness" and found["meta"]["module"] == "my_copy.py"
    assert found["meta"]["verdict"]["state"] == "equal"
    assert found["meta"]["verdict"]["total"] == found["events"] and "not_compared" not in found["meta"]["verdict"]


def test_a_copy_py_of_ones_own_is_told_where_it_parts(trace, program, tmp_path):
    (tmp_path / "my_copy.py").write_text(OWN_COPY)
    answer = trace("--copy-module", "my_copy.py", "-e", OUTER, "-o", "own.cst")
    assert answer.returncode == 1 and "they part at step" in answer.stdout
    found = info(program, tmp_path / "own.cst")
    assert found["file"]["complete"] and found["memo"]["hits"] == 1
    assert found["meta"]["untold"] == 1  # `d in memo` and memo[d] both found it: a record tells of one
    assert "reduce" in found["meta"]["verdict"]["not_compared"]
    assert "1 step" in program("info", tmp_path / "own.cst").stdout


@pytest.mark.parametrize(
    "text, message",
    [
        (None, "my_copy.py: No such file"),
        ("def (", "my_copy.py, line 1:"),
        ("1 / 0", "my_copy.py cannot be run: ZeroDivisionError"),
        ("x = 1", "my_copy.py has no function deepcopy"),
        ("def deepcopy(x, memo=None):\n    raise KeyError('mine')", None),
    ],
)
def test_a_copy_py_that_cannot_be_used_is_told_in_one_line(trace, program, tmp_path, text, message):
    if text is not None:
        (tmp_path / "my_copy.py").write_text(text)
    answer = trace("--copy-module", "my_copy.py", "-e", OUTER, "-o", "own.cst")
    if message is None:
        assert answer.returncode == 1 and "KeyError" in info(program, tmp_path / "own.cst")["meta"]["exception"]
        return
    assert answer.returncode == 3 and message in answer.stderr and answer.stderr.count("\n") == 1


def test_only_deepcopy_of_ones_own_copy_py_is_watched(trace):
    answer = trace("--op", "copy", "--copy-module", "my_copy.py", "-e", "[]")
    assert answer.returncode == 2 and "only deepcopy()" in answer.stderr


# ---- the limits of a run ----


def test_a_run_that_prints_too_much_is_stopped_and_what_was_recorded_is_kept(serve):
    server = serve("--max-output", "100000")
    page = server.open()
    assert page.run("flood 1")[2]["state"] == "done"
    _, frames, ending = page.run("flood 30")
    assert (ending["state"], ending["message"]) == (
        "cut",
        "the snippet was stopped: it printed more than 0.1 MB; --max-output raises that",
    )
    assert len(ending["stdout"]) + ending["stdout_dropped"] > 100_000
    assert page.run("good")[2]["state"] == "done"


def test_a_gigabyte_printed_is_stopped_after_10_mb(serve, real_python):
    page = serve(python=real_python).open()
    ending = page.run("for _ in range(1000): print('x' * 10**6)\n[]")[2]
    assert (ending["state"], "more than 10 MB" in ending["message"]) == ("cut", True), ending


def test_a_run_of_too_many_records_is_cut_and_says_so(serve, real_python, program, tmp_path):
    server = serve("--max-records", "50", python=real_python)
    page = server.open()
    assert page.run("[[1]]")[2]["state"] == "done"
    opening, _, ending = page.run("[[i] for i in range(100)]")
    assert ending["state"] == "cut" and "--max-records raises that" in ending["message"]
    path = tmp_path / "cut.cst"
    path.write_bytes(server.get(f"/trace/{opening['trace']}.cst")[2])
    assert info(program, path)["not_kept"] > 0


@pytest.mark.parametrize("value", ["0", "-1", "x", "1e6", "", "99999999999999999999"])
@pytest.mark.parametrize("option", ["--max-records", "--max-output"])
def test_a_limit_is_a_number(program, option, value):
    answer = program("serve", option, value)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert f"{option} wants a number" in answer.stderr
