"""The clock is read at composites or at every record; the events are the same, and a trace says which it was."""

import pytest

import copyscope

GRAPH = [{"a": 1, "b": [2.5, ("c", [3])], i: None} for i in range(200)]


def timeless(trace):
    """Refs are given in order of sight, so they are the same in both."""
    return [e._replace(time_ns=0, log2_slots=0, probes=0) for e in trace.events]


def slotless(events):
    """arg of a memo_get that missed is a slot, which follows from an address."""
    return [e._replace(arg=0) if e.event == "memo_get" and not e.outcome else e for e in events]


def test_the_events_are_the_same_whenever_the_clock_is_read():
    composites, all_ = (copyscope.trace(GRAPH, clock=clock) for clock in ("composites", "all"))
    assert slotless(timeless(composites)) == slotless(timeless(all_))
    assert len(composites.data) < len(all_.data)
    assert (composites.meta["clock"], all_.meta["clock"]) == ("composites", "all")


def test_times_never_go_back():
    for clock in ("composites", "all"):
        times = [e.time_ns for e in copyscope.trace(GRAPH, clock=clock).events]
        assert times == sorted(times)
        assert times[-1] > times[0]


def test_an_unknown_clock_is_refused():
    with pytest.raises(ValueError, match="unknown clock 'sundial'"):
        copyscope.trace([], clock="sundial")
