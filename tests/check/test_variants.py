"""The variants of copy.py: made by edits, shown as diffs, doing the steps of their engine policy."""

import ast
import difflib
import subprocess
import sys

import pytest

import copyscope
from copyscope import _core, source, variants, verdict

OWN = source.copy_source()[1]


def module_of(text):
    namespace = {"__name__": "copy"}
    exec(compile(text, "variant", "exec"), namespace)
    return namespace


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "copyscope", "variant", *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_each_variant_is_made_here_and_copies(name):
    title, text = variants.source_for(name)
    x = [1, (2, "a"), {"k": [3]}]
    x.append(x)
    y = module_of(text)["deepcopy"](x)
    assert y is not x and y[3] is y and y[1] is x[1] and y[2] == {"k": [3]}
    assert name == variants.DEFAULT or title == f"copy.py as {name}" or text == OWN


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_an_edit_keeps_every_other_line(name):
    """The diff takes out what the edit replaces, and no comment."""
    text = variants.source_for(name)[1]
    diff = list(difflib.unified_diff(OWN.splitlines(), text.splitlines(), lineterm="", n=0))[2:]
    gone = [line[1:].strip() for line in diff if line.startswith("-") and line[1:].strip()]
    assert len(gone) <= 8
    assert not any(line.startswith("#") for line in gone)
    assert not any(line != line.rstrip() for line in text.splitlines() if line not in OWN.splitlines())


def test_other_versions_orders_are_each_others_inverse():
    """What 3.14's order is made from, 3.11's order gives again: the same statements in deepcopy()."""
    for there, back in (("cpython-3.14", "cpython-3.11"), ("cpython-3.13", "cpython-3.11")):
        first = variants.edited(OWN, back)
        again = variants.edited(variants.edited(first, there), back)
        assert [
            ast.unparse(s) for s in variants.Text(again).functions["deepcopy"].body if "_nil" in ast.unparse(s)
        ] == [ast.unparse(s) for s in variants.Text(first).functions["deepcopy"].body if "_nil" in ast.unparse(s)]


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_each_variant_is_made_from_a_copy_py_that_tests_atomic_types_first(name):
    """CPython 3.14's shape of the text, on any interpreter."""
    module = module_of(variants.edited(variants.edited(OWN, "cpython-3.14"), name))
    x = [1, (2, "a"), {"k": [3]}, slice(1)]
    y = module["deepcopy"](x)
    assert y[1] is x[1] and y[2] == {"k": [3]} and y[2] is not x[2]
    assert module["deepcopy"](type) is type


@pytest.mark.parametrize("name", [n for n in variants.VARIANTS if variants.engine_policy(n) in copyscope.policies()])
def test_the_engine_does_the_steps_of_the_variant(name):
    policy = variants.engine_policy(name)

    class C:
        pass

    x = [1, (1, "a"), (1, [2]), C(), len]
    x[3].attribute = x
    t = copyscope.trace(x, policy=policy)
    found = verdict.judge(t.data, verdict.seen_of(x, name), policy)
    assert found["state"] == "equal", found["where"]


def test_the_table_policy_is_run_and_not_recorded():
    shared = [1]
    y = _core.deepcopy([shared, shared, (1, 2)], policy=variants.engine_policy("table"))
    assert y == [[1], [1], (1, 2)] and y[0] is y[1] is not shared
    with pytest.raises(ValueError, match="record 'sound-merged'"):
        copyscope.trace(shared, policy="table")


def test_the_lines_of_the_fast_paths_are_found():
    everywhere = set(source.sites(OWN))
    for name, more in {
        "report-merged": {"fast_atomic", "fast_tuple", "fast_reduce", "fast_make", "fast_set", "fast_state"},
        "sound-merged": {"fast_atomic", "fast_tuple", "fast_reduce", "fast_make", "fast_set", "fast_state"},
        "bind-locals": set(),
        "cpython-3.14": {"fast_atomic"},
    }.items():
        assert set(source.sites(variants.source_for(name)[1])) >= everywhere | more, name


def test_every_policy_of_the_engine_is_a_variant():
    assert set(_core.policies()) <= set(variants.VARIANTS)


def test_a_copy_py_without_the_statement_is_refused_by_name():
    with pytest.raises(LookupError, match=r"deepcopy\(\) has no statement 'y = _reconstruct"):
        variants.edited(OWN.replace("y = _reconstruct(x, memo, *rv)", "y = other(x, memo, *rv)"), "report-merged")
    with pytest.raises(LookupError, match="copy.py has no _deepcopy_tuple"):
        variants.edited(OWN.replace("_deepcopy_tuple", "_tuple"), "sound-merged")


def test_the_command_lists_and_shows():
    listed = command()
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [*variants.VARIANTS, *variants.FAULTY]
    diff = command("bind-locals", "--diff")
    assert diff.returncode == 0 and "\n+    get = memo.get\n" in diff.stdout.replace("        get", "    get")
    assert command("bind-locals", "--source").stdout == variants.source_for("bind-locals")[1]
    assert command("cpython").stdout.endswith("unchanged\n")


def test_the_command_refuses_in_one_line():
    unknown = command("nonsense")
    assert unknown.returncode == 2 and "there is no variant nonsense" in unknown.stderr
    assert command("--diff").returncode == 2


@pytest.mark.parametrize("base", ["cpython", "cpython-3.13", "cpython-3.14"])
def test_without_a_memo_what_is_shared_is_copied_apart_and_a_cycle_does_not_end(base):
    """In each version's shape of the text."""
    deepcopy = module_of(variants.edited(variants.edited(OWN, base), "no-memo"))["deepcopy"]
    inner = [1]
    pair = (inner,)
    x = deepcopy([inner, inner, pair, pair])
    assert x == [[1], [1], ([1],), ([1],)]
    assert x[0] is not x[1] and x[2] is not x[3] and x[2][0] is not x[0]
    inner.append(inner)
    with pytest.raises(RecursionError):
        deepcopy(inner)


def test_a_faulty_variant_is_found_out_and_not_among_those_to_use():
    assert "no-memo" not in variants.texts()
    report = copyscope.check("no-memo", ["a = [1]; [a, a]"])
    assert not report.sound and report.counterexample.kind == "sharing of list"
