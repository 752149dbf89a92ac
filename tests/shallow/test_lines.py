"""The recorded events of a shallow copy stand on the lines that the interpreter's own copy.py visits."""

import copy
import inspect

import pytest
from likeness import lines_of_both

import copyscope
from objects import CASES

# Here not copy.py's lines run but those of what was put in their place.
OTHER_CODE = {"reconstruct_is_another", "reconstruct_is_another_short", "immutable_is_another"}


@pytest.mark.parametrize("case", [c for c in CASES if c not in OTHER_CODE])
def test_copy_visits_the_lines_that_were_recorded(case):
    ours, theirs = lines_of_both(CASES[case])
    assert ours == theirs
    assert len(ours) >= 2


def test_the_lines_are_lines_of_copy():
    """The comparison is not of nothing with nothing: an instance with items goes through all the parts."""
    ours, _ = lines_of_both(CASES["everything"])
    visited = [step[1] for step in ours if step[0] == "line"]
    text = inspect.getsource(copy).splitlines()
    said = [text[line - 1].strip() for line in visited]
    for wanted in ("def copy(x):", "rv = reductor(4)", "y = func(*args)", "y.append(item)", "y[key] = value"):
        assert wanted in said
    assert ours[-1] == ("return", False)


def test_a_difference_is_found():
    """The check can fail: what happens to one object is not what happens to another."""
    ours, _ = lines_of_both(CASES["plain"])
    _, theirs = lines_of_both(CASES["with_state"])
    assert ours != theirs


def test_a_trace_carries_the_verdict():
    trace = copyscope.trace(CASES["everything"](), op="copy", verify=True)
    assert trace.meta["op"] == "copy"
    assert trace.verdict["state"] == "equal", trace.verdict["where"]
    assert trace.verdict["total"] > 10


def test_calls_of_user_code_are_recorded_inside():
    events = copyscope.trace(CASES["hook_nested"](), op="copy").events
    calls = [(e.site, e.role) for e in events if e.event == "call"]
    assert calls[0][0] == "copy_call"
    assert [site for site, _ in calls].count("copy_call") == 3
    assert "call" in [site for site, _ in calls]  # the deep copy


def test_functions_are_put_back_after_a_recording():
    before = [(getattr(copy, n).__code__, getattr(copy, n).__defaults__) for n in ("copy", "deepcopy")]
    copyscope.trace(CASES["hook_nested_raises"](), op="copy")
    assert [(getattr(copy, n).__code__, getattr(copy, n).__defaults__) for n in ("copy", "deepcopy")] == before


@pytest.mark.parametrize(
    "arguments, error, said",
    [
        ({"op": "shallow"}, ValueError, "unknown operation 'shallow'"),
        ({"op": "copy", "policy": "report-memo"}, ValueError, "policy 'report-memo' is one of deepcopy"),
        ({"op": "copy", "changes": {"a": 1}}, ValueError, "changes are for op 'replace'"),
        ({"changes": {"a": 1}}, ValueError, "changes are for op 'replace'"),
        ({"op": "replace", "changes": 3}, TypeError, "changes must be a dict"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_one_line(arguments, error, said):
    with pytest.raises(error, match=said):
        copyscope.trace([1], **arguments)
