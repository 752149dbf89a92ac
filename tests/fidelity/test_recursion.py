"""Nests that are too deep fail at the same depth, with the same words, as the interpreter's own deepcopy."""

import copy
import sys

import pytest
from corpus import Plain

import copyscope

WRAPS = {
    "list": lambda x: [x],
    "dict": lambda x: {"k": x},
    "tuple": lambda x: (x,),
    "instance": lambda x: Plain(x=x),
}


def nest(kind, depth):
    x = []
    for _ in range(depth):
        x = WRAPS[kind](x)
    return x


def outcome(function, x):
    """The text of the RecursionError, or None where the copy was made."""
    try:
        function(x)
    except RecursionError as e:
        return str(e)
    return None


def first_too_deep(function, kind):
    low, high = 1, 2000
    while low < high:
        middle = (low + high) // 2
        if outcome(function, nest(kind, middle)) is None:
            low = middle + 1
        else:
            high = middle
    return low, outcome(function, nest(kind, low))


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="frames are counted in another way: not measured yet")
@pytest.mark.parametrize("kind", WRAPS)
@pytest.mark.parametrize("frames", range(4))
def test_the_same_depth_and_the_same_words(kind, frames):
    def deeper(n):
        if n:
            return deeper(n - 1)
        return first_too_deep(copyscope.deepcopy, kind), first_too_deep(copy.deepcopy, kind)

    ours, theirs = deeper(frames)
    assert ours == theirs


@pytest.mark.parametrize("kind", WRAPS)
@pytest.mark.parametrize("frames", range(5))
def test_a_recording_survives_the_limit_at_any_step(kind, frames):
    x = nest(kind, 2000)

    def deeper(n):
        return deeper(n - 1) if n else copyscope.trace(x)

    trace = deeper(frames)
    assert isinstance(trace.exception, RecursionError) and trace.complete, trace.error


@pytest.mark.parametrize("depth", [100, 400, 10_000, 100_000])
def test_deep_nests_end_as_the_interpreters_do(depth):
    x = nest("list", depth)
    ends = {outcome(f, x) for f in (copy.deepcopy, copyscope.deepcopy)}
    assert len(ends) == 1, ends


@pytest.mark.parametrize("copies", [copyscope.deepcopy, lambda x: copyscope.trace(x).result])
def test_a_raised_recursion_limit_is_all_that_bounds_the_depth(copies):
    x = nest("list", 200_000)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    try:
        y = copies(x)
    finally:
        sys.setrecursionlimit(limit)
    depth = 0
    while y:
        (y,) = y
        depth += 1
    assert depth == 200_000
