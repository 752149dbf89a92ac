"""The verdict: a trace of the engine beside what a witness of copy.py saw, event for event, and in words."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from copyscope import _core, shallow
from copyscope.plan import Plan
from copyscope.watch import STEP, Witnessed, subject_for, watch

BLOCK = 1 << 16  # steps that are handed over at once
SIZE_BYTES = 8


class Seen:
    """What copy.py did, as it goes through a pipe: a head, and blocks of a witness's steps.

    head: `note`, why it cannot be compared, or ""; of a witness `texts`, `seen`, `unseen`, `sites`, `partial`; of a
    shallow copy `lines`. `opcodes`: how often each ran, where they were counted.
    """

    def __init__(self, head: dict[str, Any], blocks: Iterable[bytes] = ()):
        self.head, self.blocks = head, blocks

    @classmethod
    def nothing(cls, note: str) -> Seen:
        """Nothing to compare with; note says why."""
        return cls({"note": note})

    @classmethod
    def of(cls, w: Witnessed) -> Seen:
        """What a witness saw."""
        plan = w.subject.plan
        head = {
            "note": w.note,
            "texts": w.core.texts,
            "seen": sorted(plan.seen),
            "unseen": plan.unseen,
            "sites": plan.sites,
            "partial": w.core.truncated,
            "opcodes": w.opcode_counts,
        }
        return cls(head, (w.core.steps(first, BLOCK) for first in range(0, w.core.count, BLOCK)))

    @classmethod
    def of_lines(cls, observed: tuple[Sequence[Any], str]) -> Seen:
        """What `shallow.observe` saw."""
        return cls({"note": observed[1], "lines": observed[0]})

    def write(self, pipe: BinaryIO) -> None:
        """A length, the head, the blocks."""
        data = json.dumps(self.head).encode()
        pipe.write(len(data).to_bytes(SIZE_BYTES, "little") + data)
        if not self.head["note"]:
            for block in self.blocks:
                pipe.write(block)

    @classmethod
    def read(cls, pipe: BinaryIO) -> Seen:
        """What `write` wrote; the blocks are read when they are asked for. Raises ValueError where it is cut short."""
        size = int.from_bytes(_exactly(pipe, SIZE_BYTES), "little")
        return cls(json.loads(_exactly(pipe, size)), _blocks(pipe))


def _blocks(pipe: BinaryIO) -> Iterator[bytes]:
    while block := pipe.read(BLOCK * STEP.size):
        yield block


def _exactly(pipe: BinaryIO, n: int) -> bytes:
    data = pipe.read(n)
    if len(data) != n:
        raise ValueError("the witness ended before it had an answer")
    return data


def seen_of(
    x: Any, policy: str, op: str = "deepcopy", changes: dict[str, Any] | None = None, opcodes: bool = False
) -> Seen:
    """Copies x with the real copy.py, watched."""
    if op != "deepcopy":
        return Seen.of_lines(shallow.observe(op, x, changes))
    try:
        return Seen.of(watch(subject_for(policy), opcodes=opcodes).run(x))
    except (LookupError, OSError) as e:
        return Seen.nothing(str(e))


def against(policy: str) -> str:
    """What a policy's events are compared with, in words."""
    text = f"CPython {platform.python_version()}'s copy.py"
    own = ("cpython", f"cpython-{platform.python_version().rpartition('.')[0]}")
    return text if policy in own else f"{text} as {policy}"


def unchecked(note: str, policy: str) -> dict[str, Any]:
    """The verdict where nothing was compared; note says why."""
    return {"state": "unchecked", "equal": 0, "total": 0, "where": note, "against": against(policy)}


def judge(trace: bytes, seen: Seen, policy: str, plan: Plan | None = None) -> dict[str, Any]:
    """The verdict on a trace, its whole chunks. plan: of the copy.py whose steps the trace tells, if not the engine's.

    `state` is equal, differs or unchecked; `where` names the first difference or says why nothing was compared.
    `not_compared`, if there, lists events that the watched copy.py shows no line for.
    """
    head = seen.head
    if head["note"]:
        return unchecked(head["note"], policy)
    if plan is not None:
        head = {**head, "seen": plan.seen & {*head["seen"]}, "unseen": plan.unseen}
    comparison = _core.Comparison(trace, head["texts"], frozenset(head["seen"]), head["sites"])
    for block in seen.blocks:
        comparison.feed(block)
    return _words(comparison.result(head["partial"]), head, policy)


def of_lists(ours: Sequence[Any], theirs: Sequence[Any], policy: str) -> dict[str, Any]:
    """The verdict on two lists of steps."""
    total = max(len(ours), len(theirs))
    first = next((i for i in range(total) if list(ours[i : i + 1]) != [tuple(s) for s in theirs[i : i + 1]]), None)
    found = {"state": "equal", "equal": total, "total": total, "where": "", "against": against(policy)}
    if first is not None:
        a, b = (s[first] if first < len(s) else "nothing" for s in (ours, theirs))
        found.update(state="differs", equal=first, where=f"step {first + 1}: recorded {a}; copy.py did {b}")
    return found


def _words(result: tuple[int, int, Any, bool], head: dict[str, Any], policy: str) -> dict[str, Any]:
    equal, total, first, cut = result
    found = {"state": "equal", "equal": equal, "total": total, "where": "", "against": against(policy)}
    if first is not None:
        step, ours, theirs = first
        found.update(state="differs", where=f"step {step}: recorded {_event(ours)}; copy.py did {_event(theirs)}")
    elif cut or head["partial"]:
        found["where"] = f"only the first {total:,} events were kept and compared"
    if head["unseen"]:
        found["not_compared"] = list(head["unseen"])
    return found


def _event(e: tuple[str, str, int, int, str, int, str] | None) -> str:
    """memo_get no of #3 (an element of a list), line 128"""
    if e is None:
        return "nothing"
    event, outcome, obj, arg, role, line, detail = e
    words = [event, *([outcome] if outcome else []), *([f"({detail})"] if detail else [])]
    words.append(f"of #{obj}" if obj else "of an object not met before")
    if arg:
        words.append(f"with #{arg}")
    if role:
        words.append(f"as {role}")
    return " ".join(words) + (f", line {line}" if line else "")
