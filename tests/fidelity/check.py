"""One object, copied by the engine and by the real copy.py under a witness, compared event for event."""

from __future__ import annotations

import copyscope
from copyscope import verdict, watch


def compare(make, policy: str = "cpython"):
    """The verdict for two equal objects that make() gives, one for each recorder; the trace; what the witness saw.

    Two, since user code changes some of them while they are copied.
    """
    for_engine, for_witness = make(), make()
    t = copyscope.trace(for_engine, policy=policy)
    assert t.complete, t.error
    seen = witness_of(for_witness, policy)
    return verdict.judge(t.data, verdict.Seen.of(seen), policy), t, seen


def witness_of(x, policy: str = "cpython"):
    """What the copy.py that a policy stands for does with x."""
    return watch.watch(watch.subject_for(policy)).run(x)


def exception_text(e: BaseException) -> str:
    """Type and message of an exception, for a test to compare."""
    return f"{type(e).__name__}: {e}"


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
