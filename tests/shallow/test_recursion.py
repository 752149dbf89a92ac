"""Hooks that copy what they hold end at the same depth, with the same words, as under the interpreter's own copy.

Up to 3.11 one word differs: where the call of copy() itself is one too many, the interpreter adds "while calling a
Python object" if copy() is a function in C.
"""

import copy
import sys

import pytest
from likeness import recorded, recursion_error

import copyscope


class Hook:
    def __init__(self, function, inner):
        self.function, self.inner = function, inner

    def __copy__(self):
        return self.function(self.inner)


class State(Hook):
    __copy__ = None

    def __reduce_ex__(self, protocol):
        return State, (None, None), {"inner": self.inner, "function": self.function}

    def __setstate__(self, state):
        if state["function"]:
            self.inner = state["function"](state["inner"])


ENDS = {"atomic": 1, "class": Hook, "list": [1], "instance": copy.Error("e")}


def nest(cls, function, end, depth):
    x = ENDS[end]
    for _ in range(depth):
        x = cls(function, x)
    return x


def first_too_deep(cls, function, end):
    low, high = 1, sys.getrecursionlimit()
    while low < high:
        middle = (low + high) // 2
        if recursion_error(function, nest(cls, function, end, middle)) is None:
            low = middle + 1
        else:
            high = middle
    return low, recursion_error(function, nest(cls, function, end, low))


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="frames are counted in another way: not measured yet")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("cls", [Hook, State])
@pytest.mark.parametrize("frames", range(4))
def test_the_same_depth_and_the_same_words(cls, end, frames):
    def deeper(n):
        if n:
            return deeper(n - 1)
        return first_too_deep(cls, copyscope.copy, end), first_too_deep(cls, copy.copy, end)

    ours, theirs = deeper(frames)
    assert ours == theirs


@pytest.mark.parametrize("frames", range(6))
def test_a_recording_survives_the_limit_at_any_step(frames):
    call = recorded("copy")  # a session of its own at each level: each must end whole

    def deeper(n):
        return deeper(n - 1) if n else recursion_error(call, nest(Hook, call, "list", 2000))

    assert "maximum recursion depth exceeded" in deeper(frames)


def test_a_raised_recursion_limit_does_not_crash():
    limit = sys.getrecursionlimit()
    x = nest(Hook, copyscope.copy, "list", 300_000)
    sys.setrecursionlimit(1_000_000)
    try:
        said = recursion_error(copyscope.copy, x)
    finally:
        sys.setrecursionlimit(limit)
        while isinstance(x, Hook):  # freed from the outside in: the interpreter's own clearing would recurse
            x = x.inner
    assert said is None or "maximum recursion depth exceeded" in said
