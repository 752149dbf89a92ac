"""Making a program that shows a difference as small as it gets: parts are left out for as long as it still shows it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator

from copyscope.soundness.programs import Class, Program, Step, expression

TRIES_MAX = 3000


def shrink(program: Program, shows: Callable[[Program], bool]) -> Program:
    """The smallest program found of which `shows` is true, as it is of the one given."""
    left = TRIES_MAX
    better: Program | None = program
    while better is not None:
        program, better = better, None
        for smaller in _smaller(program):
            if smaller.size() >= program.size():
                continue
            left -= 1
            if left < 0:
                return program
            if shows(smaller):
                better = smaller
                break
    return _numbered(program, shows)


def _numbered(p: Program, shows: Callable[[Program], bool]) -> Program:
    """Classes C0, C1, ... and objects o0, o1, ... in the order in which they stand."""
    names = [c.name for c in p.classes], [s.target for s in p.steps if s.target not in ("", "x")]
    new = {old: f"{'Co'[kind]}{i}" for kind in (0, 1) for i, old in enumerate(names[kind])}

    def renamed(text: str) -> str:
        return re.sub(r"\b[Co]\d+\b", lambda m: new.get(m[0], m[0]), text)

    def all_of(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(renamed, texts))

    classes = tuple(
        dataclasses.replace(c, name=renamed(c.name), base=renamed(c.base), features=all_of(c.features))
        for c in p.classes
    )
    steps = tuple(Step(renamed(s.target), s.kind, all_of(s.operands), all_of(s.extra)) for s in p.steps)
    memo = None if p.memo is None else tuple((renamed(k), renamed(v)) for k, v in p.memo)
    other = Program(classes, steps, memo)
    return other if shows(other) else p


def _smaller(p: Program) -> Iterator[Program]:
    """Programs with a part less, the largest parts first."""
    if p.memo is not None:
        yield dataclasses.replace(p, memo=None)
        for i in range(len(p.memo)):
            yield dataclasses.replace(p, memo=p.memo[:i] + p.memo[i + 1 :])
    for i in range(len(p.steps) - 1):
        yield from _without_step(p, i)
    for i in range(len(p.classes)):
        yield from _without_class(p, i)
    root = p.steps[-1]
    for operand in root.operands:
        yield _with_step(p, len(p.steps) - 1, Step("x", "name", (operand,)))
    for i, step in enumerate(p.steps):
        for simpler in _simpler(step):
            yield _with_step(p, i, simpler)
    yield from _inlined(p)
    for i, c in enumerate(p.classes):
        for simpler_class in _simpler_class(c):
            yield dataclasses.replace(p, classes=(*p.classes[:i], simpler_class, *p.classes[i + 1 :]))
    if p.memo:
        for value in ("0", "[]"):
            yield dataclasses.replace(p, memo=tuple((k, value) for k, _ in p.memo))


def _with_step(p: Program, i: int, step: Step) -> Program:
    return dataclasses.replace(p, steps=(*p.steps[:i], step, *p.steps[i + 1 :]))


def _without_step(p: Program, i: int) -> Iterator[Program]:
    """Without the step; what used its name uses one of its operands, or a constant."""
    gone = p.steps[i]
    rest = (*p.steps[:i], *p.steps[i + 1 :])
    if not gone.target:
        yield dataclasses.replace(p, steps=rest)
        return
    memo = p.memo
    if memo is not None:
        memo = tuple(m for m in memo if not re.search(rf"\b{gone.target}\b", " ".join(m)))
    for instead in ("0", "[]", *gone.operands):
        steps = tuple(
            dataclasses.replace(s, operands=tuple(instead if o == gone.target else o for o in s.operands)) for s in rest
        )
        changes_constant = any(not s.target and s.operands[0] in ("0", "[]") for s in steps)
        if changes_constant:
            steps = tuple(s for s in steps if s.target or s.operands[0] not in ("0", "[]"))
        yield dataclasses.replace(p, steps=steps, memo=memo)


def _without_class(p: Program, i: int) -> Iterator[Program]:
    """Without the class: what was made of it is made of its base, or of the class before it."""
    gone = p.classes[i]
    rest = (*p.classes[:i], *p.classes[i + 1 :])
    instead = gone.base if any(gone.base == c.name for c in rest) else rest[0].name if rest else None
    derived = tuple(dataclasses.replace(c, base=gone.base) if c.base == gone.name else c for c in rest)
    steps = []
    for s in p.steps:
        operands = tuple((instead or "0") if o == gone.name else o for o in s.operands)
        s = dataclasses.replace(s, operands=operands)
        if s.kind == "instance" and s.extra[0] == gone.name:
            s = Step(s.target, "instance", operands, (instead,)) if instead else Step(s.target, "name", ("0",))
        steps.append(s)
    yield dataclasses.replace(p, classes=derived, steps=tuple(steps))


def _simpler(step: Step) -> Iterator[Step]:
    """The same kind of step with less in it, or a plainer object in its place."""
    o = step.operands
    changes = not step.target
    if step.kind in ("list", "tuple", "dict", "instance"):
        for i in range(len(o)):
            extra = step.extra
            if step.kind == "dict":
                extra = extra[:i] + extra[i + 1 :]
            yield dataclasses.replace(step, operands=o[:i] + o[i + 1 :], extra=extra)
    for i in range(1 if changes else 0, len(o)):
        for value in ("0", "[]"):
            if o[i] not in ("0", "[]") or (o[i], value) == ("[]", "0"):
                yield dataclasses.replace(step, operands=(*o[:i], value, *o[i + 1 :]))
    if step.target and step.kind not in ("list", "name", "instance"):
        yield Step(step.target, "list", ())
        yield Step(step.target, "list", o[:1])


def _inlined(p: Program) -> Iterator[Program]:
    """An expression without operands, or whose name is used once, is written where it is used."""
    classes = {c.name: c for c in p.classes}
    for i, step in enumerate(p.steps[:-1]):
        uses = sum(s.operands.count(step.target) for s in p.steps) if step.target else 0
        changed = any(not s.target and s.operands[0] == step.target for s in p.steps)
        if uses != 1 or changed or any(re.search(rf"\b{step.target}\b", " ".join(m)) for m in p.memo or ()):
            continue
        text = expression(step, classes)
        if "lambda" in text or len(text) > 60:
            continue
        steps = tuple(
            dataclasses.replace(s, operands=tuple(text if o == step.target else o for o in s.operands))
            for s in (*p.steps[:i], *p.steps[i + 1 :])
        )
        yield dataclasses.replace(p, steps=steps)


def _simpler_class(c: Class) -> Iterator[Class]:
    """Without a feature, without decorator and metaclass, of a plainer base, with fewer lines in a feature."""
    for i in range(len(c.features)):
        yield dataclasses.replace(c, features=c.features[:i] + c.features[i + 1 :])
    if c.decorator or c.meta:
        yield dataclasses.replace(c, decorator="", meta=False)
    if c.base != "object":
        yield dataclasses.replace(c, base="object")
    for i, feature in enumerate(c.features):
        for simpler in _simpler_feature(feature):
            yield dataclasses.replace(c, features=(*c.features[:i], simpler, *c.features[i + 1 :]))


def _simpler_feature(text: str) -> Iterator[str]:
    lines = text.splitlines()
    for i in range(1, len(lines) - 1):
        yield "\n".join([*lines[:i], *lines[i + 1 :]])
    if lines[0].startswith("def "):
        for body in ("pass", "return {}", "return self", "return super().__new__(cls)"):
            yield f"{lines[0]}\n    {body}"
    for item in ("[1, [2]]", "('k', [1])", "((1, 2), self)", "[self]"):
        if f"iter([{item}])" in text or f"iter({item})" in text:
            yield text.replace(f"iter({item})", "iter([0])")
    for long in ("{'a': [1], 'b': self}", "{'a': [1]}", "vars(self)", "({'a': [1]}, {'s': [2]})"):
        if long in text:
            yield text.replace(long, "{}")
            yield text.replace(long, "{'a': 1}")
            yield text.replace(long, "None")
