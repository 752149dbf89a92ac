"""The engine's replace does what the interpreter's own does: result, exception, order of hooks, lines, depth."""

import copy
import sys

import pytest
from likeness import answer, lines_of_both, outcome, recorded, recursion_error

import copyscope
from objects import REPLACE


@pytest.mark.parametrize("engine", ["plain", "traced"])
@pytest.mark.parametrize("case", REPLACE)
def test_replace_does_what_copy_py_does(case, engine):
    ours = copyscope.replace if engine == "plain" else recorded("replace")
    make, changes = REPLACE[case]
    assert outcome(ours, make, changes) == outcome(copy.replace, make, changes)


@pytest.mark.parametrize("arguments", [((), {}), ((), {"obj": 1}), ((1, 2), {}), ((1, 2), {"a": 1})])
def test_replace_refuses_arguments_in_the_words_of_copy_py(arguments):
    args, kwargs = arguments
    assert answer(copyscope.replace, *args, **kwargs) == answer(copy.replace, *args, **kwargs)


@pytest.mark.parametrize("case", [c for c in REPLACE if c != "keyword_not_str"])
def test_replace_visits_the_lines_that_were_recorded(case):
    make, changes = REPLACE[case]
    ours, theirs = lines_of_both(make, "replace", changes)
    assert ours == theirs
    assert len(ours) >= 2


class Replaced:
    def __init__(self, function, inner):
        self.function, self.inner = function, inner

    def __replace__(self, /, **changes):
        return self.function(self.inner)


@pytest.mark.parametrize("frames", range(4))
def test_replace_ends_at_the_same_depth(frames):
    def ending(replace):
        class End(Replaced):
            def __replace__(self, /, **changes):
                return None

        def function(x):
            return replace(x) if isinstance(x, Replaced) else None

        low, high = 1, sys.getrecursionlimit()
        while low < high:
            middle = (low + high) // 2
            x = End(None, None)
            for _ in range(middle):
                x = Replaced(function, x)
            low, high = (middle + 1, high) if recursion_error(replace, x) is None else (low, middle)
        return low

    def deeper(n):
        return deeper(n - 1) if n else (ending(copyscope.replace), ending(copy.replace))

    ours, theirs = deeper(frames)
    assert ours == theirs
