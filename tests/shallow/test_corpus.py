"""The engine's copy and replace do what the interpreter's own do: result, sharing, exception, order of hooks."""

import copy

import pytest
from likeness import outcome, recorded
from objects import CASES, REPLACE

import copyscope


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


@pytest.mark.parametrize("engine", ["plain", "traced"])
@pytest.mark.parametrize("case", REPLACE)
def test_replace_does_what_copy_py_does(case, engine):
    ours = copyscope.replace if engine == "plain" else recorded("replace")
    make, changes = REPLACE[case]
    assert outcome(ours, make, changes) == outcome(copy.replace, make, changes)


@pytest.mark.parametrize("arguments", [((), {}), ((1, 2), {}), ((), {"y": 1}), ((1,), {"x": 2}), ((), {"x": [1]})])
def test_copy_refuses_arguments_in_the_words_of_copy_py(arguments):
    args, kwargs = arguments
    assert answer(copyscope.copy, *args, **kwargs) == answer(copy.copy, *args, **kwargs)


@pytest.mark.skipif(not hasattr(copy, "replace"), reason="this interpreter has no copy.replace")
@pytest.mark.parametrize("arguments", [((), {}), ((), {"obj": 1}), ((1, 2), {}), ((1, 2), {"a": 1})])
def test_replace_refuses_arguments_in_the_words_of_copy_py(arguments):
    args, kwargs = arguments
    assert answer(copyscope.replace, *args, **kwargs) == answer(copy.replace, *args, **kwargs)


@pytest.mark.skipif(hasattr(copy, "replace"), reason="this interpreter has copy.replace")
@pytest.mark.parametrize("call", [copyscope.replace, recorded("replace")])
def test_replace_says_that_this_interpreter_has_none(call):
    with pytest.raises(NotImplementedError, match=r"CPython 3\.\d+ has no copy\.replace\(\), it came with 3\.13"):
        call([1], a=1)


def answer(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except TypeError as e:
        return str(e)
