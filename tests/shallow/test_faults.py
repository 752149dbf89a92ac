"""Shallow copies leak nothing, on success and on each way to fail, and outlive any allocation that fails."""

import copy
import gc
import sys

import pytest
from likeness import made

import copyscope
from copyscope import _core
from objects import CASES, LOG, REPLACE

TIMES = 40
DRIFT = 10  # blocks in all those times: caches of the interpreter, not a block each time
# What keeps something each time by itself: a class that is made anew stays in caches and cycles.
KEEPS = {"meta_hash_raises_later"}
OF_ALL_KINDS = (
    "int", "list", "dict", "class", "hook", "hook_raises", "hook_nested", "copyreg", "reduce_none", "rv_str", "rv_none",
    "rv_long", "rv_args_int", "slots_logged", "with_state", "everything", "pairs_of_one", "copier", "copier_wrong",
)  # fmt: skip


def traced(method):
    def call(x, /, **changes):
        session = _core.Session()
        try:
            return getattr(session, method)(x, **changes)
        finally:
            session.end()

    return call


def attempt(function, case, changes=None):
    with made(case) as x:
        try:
            function(x, **(changes or {}))
        except Exception:
            pass
    LOG.clear()


def drift(function, case, changes=None):
    """Memory blocks that stay behind after that many copies."""
    for _ in range(10):
        attempt(function, case, changes)
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(TIMES):
        attempt(function, case, changes)
    gc.collect()
    return sys.getallocatedblocks() - before


@pytest.mark.parametrize("function", [copyscope.copy, traced("copy")], ids=["plain", "traced"])
@pytest.mark.parametrize("case", [c for c in CASES if c not in KEEPS])
def test_copy_leaves_nothing_behind(case, function):
    ours = drift(function, CASES[case])
    assert ours <= DRIFT or ours <= drift(copy.copy, CASES[case]) + DRIFT


@pytest.mark.skipif(not hasattr(copy, "replace"), reason="this interpreter has no copy.replace")
@pytest.mark.parametrize("function", [copyscope.replace, traced("replace")], ids=["plain", "traced"])
def test_replace_leaves_nothing_behind(function):
    for case, changes in REPLACE.values():
        ours = drift(function, case, changes)
        assert ours <= DRIFT or ours <= drift(copy.replace, case, changes) + DRIFT


def failed_at(n, function, x):
    """Calls function(x) with the n-th allocation failing; returns whether it failed for that."""
    testcapi = pytest.importorskip("_testcapi")
    try:
        testcapi.set_nomemory(n, n + 1)
        try:
            function(x)
        finally:
            testcapi.remove_mem_hooks()
    except MemoryError:
        return True
    except Exception:  # what the object's own hooks raise
        pass
    return False


def ended(session):
    """Whether the recording can be read as far as it goes; it may know that something is missing."""
    try:
        data = session.end()
    except MemoryError:
        data = session.data()
    return _core.read(data)["error"] in (None, "ends before its end chunk")


@pytest.mark.parametrize("name", OF_ALL_KINDS)
@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "traced"])
def test_an_allocation_that_fails_is_a_memory_error(name, recorded):
    failed = 0
    for n in range(120):
        session = _core.Session()
        with made(CASES[name]) as x:
            failed += failed_at(n, session.copy if recorded else copyscope.copy, x)
        LOG.clear()
        assert ended(session), n
    # What needs no memory cannot fail: an atomic copy.
    assert failed > 0 or name in ("int", "class")
