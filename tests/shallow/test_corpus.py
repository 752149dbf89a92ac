"""The engine's copy does what the interpreter's own does: result, sharing, exception, order of hooks."""

import copy

import pytest
from likeness import answer, outcome, recorded

import copyscope
from objects import CASES


def without_deaths(outcome):
    """A recording holds what it has met until it is freed: objects die later than in an unrecorded copy."""
    like, after, log = outcome
    return like, after, [what for what in log if what[0] != "died"]


@pytest.mark.parametrize("engine", ["plain", "traced"])
@pytest.mark.parametrize("case", CASES)
def test_copy_does_what_copy_py_does(case, engine):
    theirs = outcome(copy.copy, CASES[case])
    if engine == "plain":
        assert outcome(copyscope.copy, CASES[case]) == theirs
    else:
        assert without_deaths(outcome(recorded("copy"), CASES[case])) == without_deaths(theirs)


@pytest.mark.parametrize("arguments", [((), {}), ((1, 2), {}), ((), {"y": 1}), ((1,), {"x": 2}), ((), {"x": [1]})])
def test_copy_refuses_arguments_in_the_words_of_copy_py(arguments):
    args, kwargs = arguments
    assert answer(copyscope.copy, *args, **kwargs) == answer(copy.copy, *args, **kwargs)
