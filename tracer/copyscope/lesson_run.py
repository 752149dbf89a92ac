"""One run of a lesson's snippet, and what a check may ask about it: events, instructions, soundness, memories."""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterator
from typing import Any

from copyscope import recording, simulated, snippet, soundness, variants, watch


class Run:
    """A snippet, recorded. x: what was copied; y: its copy, or None; names: those of the snippet; trace.

    policy: one of the engine's, or a variant of the same steps. module: a copy.py of one's own instead, watched.
    """

    def __init__(self, code: str, policy: str = "cpython", op: str = "deepcopy", module: str | None = None):
        self.code, self.policy, self.op, self.module = code, policy, op, module
        self.x, self.names = snippet.run(code)
        changed = snippet.changes(self.names) if op == "replace" else None
        self.trace = recording.trace(
            self.x,
            variants.engine_policy(policy) or policy,
            op,
            changes=changed,
            names=snippet.names(self.names, self.x),
            module=module,
        )
        self.error = self.trace.exception
        self.y = None if self.error else self.trace.result
        self.refs = {o.name: ref for ref, o in reversed(list(enumerate(self.trace.objects, 1))) if o.name}

    def find(self, query: dict[str, Any]) -> int:
        """The event that a query means, from 0; -1: there is none."""
        left = query.get("nth", 1)
        for n in self.matching(query):
            left -= 1
            if left == 0:
                return n
        return -1

    def matching(self, query: dict[str, Any]) -> Iterator[int]:
        """All events that a query means, whatever its nth."""
        wanted = self.refs.get(query["object"], -1) if "object" in query else None
        for n, event in enumerate(self.trace.events):
            if (
                event.event == query.get("event", event.event)
                and (wanted is None or event.obj == wanted)
                and ("outcome" not in query or event.outcome is query["outcome"])
            ):
                yield n

    def count(self, event: str, **query: Any) -> int:
        """How many events there are of a kind: count("memo_get", outcome=True)."""
        return sum(1 for _ in self.matching({"event": event, **query}))

    # ---- other runs beside this one ----

    def _beside(self, code: str | None, policy: str | None) -> tuple[str, str, str | None]:
        """A run that is asked about: this one, or one with another text, or under another policy."""
        return code or self.code, policy or self.policy, None if policy else self.module

    def instructions(self, code: str | None = None, policy: str | None = None, line: str = "") -> int:
        """Bytecode instructions that copy.py ran for the copy; line: only on its lines that begin so."""
        counted = _counted(*self._beside(code, policy))
        return sum(times for (text, _), times in counted.items() if text.startswith(line))

    def lines(self, code: str | None = None, policy: str | None = None) -> list[str]:
        """The lines of copy.py in the order in which they began, without indentation."""
        text, named, module = self._beside(code, policy)
        subject = watch.subject_of_file(module) if module else watch.subject_for(named)
        seen = watch.watch(subject, lines=True).run(snippet.run(text)[0])
        return [subject.text.splitlines()[line - 1].strip() for line, _ in seen.lines]

    def opcodes(self, code: str | None = None, policy: str | None = None) -> collections.Counter[str]:
        """The same, by the name of the instruction."""
        found: collections.Counter[str] = collections.Counter()
        for (_, name), times in _counted(*self._beside(code, policy)).items():
            found[name] += times
        return found

    def sound(self, code: str | None = None, policy: str | None = None) -> bool:
        """Whether the copy is what the interpreter's own deepcopy makes of it."""
        text, named, module = self._beside(code, policy)
        return soundness.check(module or named, [text]).sound

    def memory(self, **config: Any) -> dict[str, Any]:
        """What a simulated memory answers to the lookups of this run: `copyscope replay --json`."""
        return simulated.replay(self.trace, **config)

    def verdict(self) -> dict[str, Any]:
        """How many events are equal to those of the interpreter's own copy.py: {"equal", "total", ...}."""
        x, names = snippet.run(self.code)
        changed = snippet.changes(names) if self.op == "replace" else None
        done = recording.trace(
            x, variants.engine_policy(self.policy) or self.policy, self.op, changes=changed, verify=True
        )
        return done.verdict or {}

    def holds(self, check: str, **beside: Any) -> bool:
        """Whether an expression is true of the run; lessons/README.md says what it knows. beside: more names."""
        known = {
            "code": self.code,
            **self.names,
            "x": self.x,
            "y": self.y,
            "error": self.error,
            "count": self.count,
            "events": self.trace.events,
            "kinds": collections.Counter(event.event for event in self.trace.events),
            "objects": self.trace.objects,
            "instructions": self.instructions,
            "opcodes": self.opcodes,
            "lines": self.lines,
            "sound": self.sound,
            "memory": self.memory,
            "verdict": self.verdict,
            "source": source,
            "Run": Run,
            **beside,
        }
        return bool(eval(check, known))


def source(policy: str = "cpython") -> list[str]:
    """The lines of copy.py as a policy has it, without indentation."""
    return [line.strip() for line in variants.source_for(policy)[1].splitlines()]


@functools.lru_cache(maxsize=64)
def _counted(code: str, policy: str, module: str | None) -> dict[tuple[str, str], int]:
    """{(text of the line, instruction): times} of copy.py for one copy.

    The copy is made twice, and counted the second time: CPython 3.13 tells of a code from its second call on.
    """
    subject = watch.subject_of_file(module) if module else watch.subject_for(policy)
    lines = subject.text.splitlines()
    found: dict[tuple[str, str], int] = {}
    for is_last in (False, True):
        seen = watch.watch(subject, opcodes=True).run(snippet.run(code)[0])
        if not is_last:
            continue
        for (line, name), times in seen.opcodes.items():
            key = lines[line - 1].strip() if 0 < line <= len(lines) else "", name
            found[key] = found.get(key, 0) + times
    return found
