"""Deep nests: the interpreter's RecursionError, its depth and words; the copy where the limit allows; no crash."""

import copy
import json
import pathlib
import signal
import subprocess
import sys

import pytest
from deep import FUNCTIONS, KINDS, nest, outcome

import copyscope

DEEP = str(pathlib.Path(__file__).parent / "deep.py")
ENGINES = ("deepcopy", "trace")
LARGE_STACK = 1 << 19  # KiB: where the interpreter's own deepcopy needs C stack, up to 3.10
SMALL_STACK = 256  # KiB
NO_LIMIT = 100_000_000
frames_are_known = pytest.mark.skipif(sys.version_info >= (3, 14), reason="3.14 counts frames in another way")


def in_child(function, kind, limit, stack, *depths):
    """What came of each depth, in a process of its own."""
    command = [sys.executable, DEEP, function, kind, *map(str, (limit, stack, *depths))]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        how = signal.Signals(-done.returncode).name if done.returncode < 0 else f"exit {done.returncode}"
        pytest.fail(f"{' '.join(command[2:])}: {how} {done.stderr[-1000:]}")
    return json.loads(done.stdout)


def first_too_deep(function, kind, high=2000):
    """The least depth that cannot be copied, and the error's words."""
    low = 1
    while low < high:
        middle = (low + high) // 2
        if outcome(function, KINDS[kind], middle) == "copied":
            low = middle + 1
        else:
            high = middle
    return low, outcome(function, KINDS[kind], low)


# ---- under the interpreter's limit ----


@frames_are_known
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frames", range(4))
def test_the_same_depth_and_the_same_words(kind, frames):
    def deeper(n):
        if n:
            return deeper(n - 1)
        return first_too_deep(copyscope.deepcopy, kind), first_too_deep(copy.deepcopy, kind)

    ours, theirs = deeper(frames)
    assert ours == theirs and ours[0] < 1000


@frames_are_known
@pytest.mark.parametrize("limit", [150, 617, 5000])
@pytest.mark.parametrize("kind", ["list", "dict", "tuple", "instance", "state"])
def test_the_same_depth_under_another_limit(kind, limit):
    # 3.10's own deepcopy needs C stack for 5000 frames: each in its own thread, all stacks large.
    depths = (
        range(limit // 5 - 50, limit // 2 + 1) if limit < 1000 else (*range(1200, 1260), *range(1640, 1680), 2490, 2520)
    )
    theirs = in_child("stdlib", kind, limit, LARGE_STACK, *depths)
    assert in_child("deepcopy", kind, limit, LARGE_STACK, *depths) == theirs
    assert {"copied"} < set(theirs)


@frames_are_known
@pytest.mark.parametrize("kind", KINDS)
def test_a_small_stack_changes_nothing(kind):
    depths = (*range(90, 520, 5), 1000, 10_000)
    theirs = in_child("stdlib", kind, 1000, LARGE_STACK, *depths)
    assert in_child("deepcopy", kind, 1000, SMALL_STACK, *depths) == theirs
    assert {"copied"} < set(theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_counting_is_undone_after_an_error(kind):
    before = first_too_deep(copyscope.deepcopy, kind)
    x = nest(KINDS[kind], 3000)
    for _ in range(50):
        for function in (copyscope.deepcopy, FUNCTIONS["trace"]):
            with pytest.raises(RecursionError):
                function(x)
    assert first_too_deep(copyscope.deepcopy, kind) == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frames", range(5))
def test_a_recording_survives_the_limit_at_any_step(kind, frames):
    x = nest(KINDS[kind], 2000)

    def deeper(n):
        return deeper(n - 1) if n else copyscope.trace(x)

    trace = deeper(frames)
    assert isinstance(trace.exception, RecursionError) and trace.complete, trace.error
    events = [e.event for e in trace.events]
    assert events.count("call") == events.count("return") + events.count("raise")


# ---- with the limit out of the way ----


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_raised_limit_gives_the_copy(kind, engine):
    depths = (1000, 10_000, 100_000) if engine == "deepcopy" else (1000, 30_000)
    assert in_child(engine, kind, NO_LIMIT, SMALL_STACK, *depths) == ["copied"] * len(depths)


@pytest.mark.parametrize("kind", ["list", "dict", "tuple", "instance"])
def test_a_million_levels(kind):
    assert in_child("deepcopy", kind, NO_LIMIT, SMALL_STACK, 1_000_000) == ["copied"]


def test_a_recording_of_a_million_levels():
    assert in_child("trace", "list", NO_LIMIT, SMALL_STACK, 1_000_000) == ["copied"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("stack", [SMALL_STACK, 8192])
def test_user_code_in_between_meets_a_guard_and_does_not_crash(engine, stack):
    found = in_child(engine, "hook", NO_LIMIT, stack, 10, 100_000)
    assert found[0] == "copied" and ("recursion" in found[1] or found[1] == "copied")


# ---- the limit changes while a copy runs ----


class SetsLimit:
    def __init__(self, limit):
        self.limit = limit

    def __deepcopy__(self, memo):
        sys.setrecursionlimit(self.limit)
        return self.limit


@frames_are_known
@pytest.mark.parametrize("limit", [300, 1500, 20_000])
@pytest.mark.parametrize("depth", [50, 200, 450, 600, 740, 760])
def test_a_hook_that_sets_the_limit(limit, depth):
    def copied(function):
        before = sys.getrecursionlimit()
        try:
            return function([SetsLimit(limit), nest(KINDS["list"], depth)]) is not None
        except RecursionError as e:
            return str(e)
        finally:
            sys.setrecursionlimit(before)

    assert copied(copyscope.deepcopy) == copied(copy.deepcopy)
