"""A ref stands for one object, whoever keeps it alive: the recording, the memo of the copy, or nobody any more."""

import copy
import weakref

import pytest
from corpus import CASES

import copyscope
from copyscope import _core
from copyscope.recording import Event

COPY = 1  # flag of an object: made by the copy
ARG = 5  # role of a call: an argument of func(*args)


def timeless(events):
    """Without what differs between two copies of equal objects: times, probes, and slots, which an address decides."""
    events = [Event._make(e) for e in events]
    slots = {e.record for e in events if e.event == "memo_get" and e.outcome is False}
    return [e._replace(time_ns=0, log2_slots=0, probes=0, arg=0 if e.record in slots else e.arg) for e in events]


def described(trace):
    return [(o.type, o.text, o.len, o.flags) for o in trace.objects]


@pytest.mark.parametrize("case", CASES)
def test_it_does_not_matter_who_keeps_the_copies_alive(case):
    """With a time for every record each step is written out and owns what it names; without, the memo keeps it."""
    by_memo, by_tape = (copyscope.trace(CASES[case](), clock=clock) for clock in ("composites", "all"))
    assert timeless(by_memo.events) == timeless(by_tape.events)
    assert described(by_memo) == described(by_tape)


class Node:
    def __init__(self, *parts):
        self.parts = parts


def test_a_copy_dies_while_its_recording_goes_on():
    session = _core.Session(lazy=True)
    y = session.deepcopy(Node([1], Node()))
    outer, inner = weakref.ref(y), weakref.ref(y.parts[1])
    del y
    assert outer() is None and inner() is None


def test_objects_at_one_address_one_after_the_other_are_two():
    session = _core.Session(lazy=True)
    x = [[1], {"k": [2]}]
    for _ in range(50):
        session.deepcopy(x)  # the copy is gone before the next
    read = _core.read(session.end())
    copies = [o for o in read["objects"] if o[5] & COPY]
    assert len(copies) == 50 * 4
    assert len({o[0] for o in copies}) < 50, "no address was used twice: this shows nothing"


@pytest.mark.parametrize("clock", ["composites", "all"])
def test_what_a_hook_takes_out_of_the_memo_is_not_taken_for_what_comes_after_it(clock):
    class Fresh:
        """Its argument is made when it is reduced: only the memo keeps it alive."""

        def __reduce__(self):
            return Node, ([len("made anew")],)

    class Clears:
        def __deepcopy__(self, memo):
            memo.clear()
            return None

    x = [part for _ in range(20) for part in (Fresh(), Clears())]
    trace = copyscope.trace(x, clock=clock)
    args = [e.obj for e in trace.events if e.event == "call" and e.role == ARG]
    assert len(args) == len(set(args)) == 20


def test_a_tape_that_is_read_while_the_copy_goes_on_says_the_same():
    class Reads:
        """Asks for what was recorded so far, from within the copy, without having been given the memo."""

        def __reduce__(self):
            looked.append(session.records)
            return Node, ()

    shared, pair = [1], ([2],)
    x = [shared, pair, Reads(), shared, pair, {"a": shared, "b": Reads()}, pair, [3, 3, 3]]
    looked, session = [], _core.Session()
    y = session.deepcopy(x)
    assert y[0] is y[3] is y[5]["a"] and y[1] is y[4] is y[6]
    read = _core.read(session.end())
    assert read["complete"] and len(looked) == 2 and looked[0] < looked[1]
    looked, session = [], _core.Session(clock="all")
    session.deepcopy(x)
    other = _core.read(session.end())
    assert [o[1:] for o in read["objects"]] == [o[1:] for o in other["objects"]]
    assert timeless(read["events"]) == timeless(other["events"])


def test_a_live_trace_is_the_same_as_one_that_is_read_at_the_end(tmp_path):
    """A viewer is shown what there is every 40 ms: the tape is read in the midst of a bare run."""
    shared = [0]
    x = [[i, shared, (i, [i])] for i in range(30_000)]
    with open(tmp_path / "live.cst", "wb") as f:
        session = _core.Session(fd=f.fileno())
        session.deepcopy(x)
        session.end()
    live = _core.read((tmp_path / "live.cst").read_bytes())
    session = _core.Session()
    session.deepcopy(x)
    at_end = _core.read(session.end())
    assert live["complete"]
    assert [o[1:] for o in live["objects"]] == [o[1:] for o in at_end["objects"]]
    assert timeless(live["events"]) == timeless(at_end["events"])


@pytest.mark.parametrize("clock", ["composites", "all"])
def test_what_user_code_copies_in_between_is_not_taken_for_the_key(clock):
    class Key:
        def __hash__(self):
            copy.deepcopy([[7]])
            return 1

        def __eq__(self, other):
            copy.deepcopy((8, [9]))
            return self is other

    trace = copyscope.trace({Key(): [1], Key(): [2]}, clock=clock)
    stored = [e for e in trace.events if e.event == "setitem"]
    assert [trace.objects[e.arg - 1].type for e in stored] == ["Key", "Key"]
    assert len({e.arg for e in stored}) == 2
    assert [trace.objects[e.obj - 1].type for e in stored] == ["dict", "dict"]


def test_what_a_setstate_copies_in_between_is_not_taken_for_the_state():
    class Looks:
        def __init__(self):
            self.kept = [1]

        def __getattribute__(self, name):
            if name == "__setstate__":
                copy.deepcopy([["between"]])
            return object.__getattribute__(self, name)

        def __setstate__(self, state):
            self.__dict__.update(state)

    trace = copyscope.trace(Looks())
    (state,) = [e for e in trace.events if e.event == "setstate"]
    assert (trace.objects[state.obj - 1].type, trace.objects[state.arg - 1].type) == ("Looks", "dict")
