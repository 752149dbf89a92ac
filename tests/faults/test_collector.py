"""The collector runs at any point: at every allocation, in every hook, and with callbacks that copy themselves."""

import contextlib
import copy
import gc
import weakref

import pytest
from operations import CASES, COPIES
from shapes import outcome, shape

import copyscope
from copyscope import _core


@contextlib.contextmanager
def collecting(callback=None):
    """A collection at every container that is made; callback runs at its begin and end."""
    before = gc.get_threshold()
    if callback:
        gc.callbacks.append(callback)
    gc.set_threshold(1, 1, 1)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if callback:
            gc.callbacks.remove(callback)


def outcome_of(operation, x, folder):
    made = COPIES[operation](x, str(folder))
    try:
        return outcome(made.run)
    finally:
        made.close()


@pytest.mark.parametrize("operation", COPIES)
@pytest.mark.parametrize("case", CASES)
def test_a_collection_at_every_allocation_changes_nothing(case, operation, tmp_path):
    expected = outcome(copy.deepcopy, CASES[case]())
    with collecting():
        assert outcome_of(operation, CASES[case](), tmp_path) == expected


@pytest.mark.parametrize("operation", COPIES)
def test_a_callback_of_the_collector_may_copy(operation, tmp_path):
    calls = []

    def callback(phase, info):
        if len(calls) < 200:
            calls.append(shape(copyscope.deepcopy([[1], (2, [3])])))

    x = CASES["many"]()
    expected = outcome(copy.deepcopy, x)
    with collecting(callback):
        assert outcome_of(operation, x, tmp_path) == expected
    assert calls and set(calls) == {shape([[1], (2, [3])])}


class Collects:
    """Collects in each of its hooks, and lets go of garbage whose finalizer copies."""

    def __init__(self):
        self.items = [[1], {"k": (1, [2])}]

    def _collect(self):
        garbage = Finalized()
        garbage.me = garbage
        del garbage
        gc.collect()

    def __reduce_ex__(self, protocol):
        self._collect()
        return Collects, (), {"items": self.items}, iter([]), None

    def __setstate__(self, state):
        self._collect()
        self.__dict__.update(state)


class Finalized:
    copies = 0

    def __del__(self):
        Finalized.copies += copyscope.deepcopy([1, [2]]) == [1, [2]]


@pytest.mark.parametrize("operation", COPIES)
def test_collections_in_hooks_and_finalizers_change_nothing(operation, tmp_path):
    def make():
        return [Collects(), (Collects(), 1), {"k": Collects()}]

    expected = outcome(copy.deepcopy, make())
    Finalized.copies = 0
    assert outcome_of(operation, make(), tmp_path) == expected
    assert Finalized.copies >= 6


class Meddles:
    """Does something to the session that copies it."""

    def __init__(self, what):
        self.what = what

    def __deepcopy__(self, memo):
        self.what()
        return "meddled"


def test_a_session_that_is_ended_by_a_hook_copies_on():
    session = _core.Session()
    ended = []
    x = [[1], Meddles(lambda: ended.append(session.end())), [2], (3, [4])]
    assert session.deepcopy(x) == [[1], "meddled", [2], (3, [4])]
    read = _core.read(ended[0])
    assert read["error"] is None


def test_a_session_that_nobody_holds_lives_until_its_copy_is_made():
    sessions = [_core.Session()]
    x = [[1], Meddles(sessions.clear), [[2], (3, [4])]]
    assert sessions[0].deepcopy(x) == [[1], "meddled", [[2], (3, [4])]]


def test_a_session_within_its_own_copy_is_recorded():
    session = _core.Session()
    x = [[1], Meddles(lambda: session.deepcopy([5, [6]])), [2]]
    assert session.deepcopy(x) == [[1], "meddled", [2]]
    read = _core.read(session.end())
    assert read["complete"] and sum(e[2] == "call" for e in read["events"]) > 8


def test_a_session_in_a_cycle_with_what_it_recorded_is_collected():
    class Holds:
        pass

    x = Holds()
    x.session = _core.Session()
    y = x.session.deepcopy([x.session.__class__, [1]])
    dead = weakref.ref(x)
    x.session.deepcopy([x.__dict__ and 1, [x.__class__]])
    session, x.me = x.session, x
    with contextlib.suppress(TypeError):  # a session itself cannot be copied; but it has met x
        session.deepcopy(x)
    del session, x, y
    gc.collect()
    assert dead() is None


def test_looking_at_every_object_while_one_is_copied():
    """What the collector shows to others is whole: a half-made object must not be seen."""
    seen = []
    x = [[1], Meddles(lambda: seen.append(sum(len(gc.get_referents(o)) for o in gc.get_objects()))), [2]]
    assert copyscope.trace(x).result == [[1], "meddled", [2]] and copyscope.deepcopy(x) == [[1], "meddled", [2]]
    assert len(seen) == 2
