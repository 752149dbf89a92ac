"""One object, copied by the engine and by the watched copy.py, compared event for event."""

from __future__ import annotations

import copyscope
from copyscope import oracle


def compare(make, policy: str = "cpython"):
    """The verdict for two equal objects that make() gives, one for each recorder.

    Two, since user code changes some of them while they are copied.
    """
    for_engine, for_oracle = make(), make()
    t = copyscope.trace(for_engine, policy=policy)
    assert t.complete, t.error
    seen = oracle.observe(for_oracle, policy)
    return oracle.verdict(oracle.from_trace(t), seen.steps, seen.note, policy), t, seen


def policies_here():
    """The policies for which this interpreter has a copy.py to compare with."""
    from copyscope import variants

    names = []
    for name in copyscope.policies():
        try:
            variants.source_for(name)
            names.append(name)
        except LookupError:
            pass
    return names


def policies_elsewhere():
    """The policies that stand for other interpreters' order: results can be compared, events cannot."""
    return sorted(set(copyscope.policies()) - set(policies_here()))
