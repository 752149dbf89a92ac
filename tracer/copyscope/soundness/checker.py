"""Comparing a variant with the interpreter's deepcopy, over random programs or over objects that are given."""

from __future__ import annotations

import dataclasses
import os
import platform
import random
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

from copyscope import variants
from copyscope.soundness import generate, graphs, shrink, sides, worlds
from copyscope.soundness.graphs import Difference
from copyscope.soundness.programs import Program
from copyscope.soundness.sides import Side
from copyscope.soundness.worlds import BuildError, Outcome

TRIES = 10_000
SEEDS = 1 << 40  # the tries of one seed never meet those of the next
NOT_BUILT_MAX = 20  # of the programs drawn, at most so many times those that could be built
ATOMIC_FIRST = ("report-memo", "report-merged", "sound-merged", "table", "cpython-3.14")
BORDER_ATOMIC = (
    "by design: an entry that a hook or the caller put into the memo under the id of an atomic object is not asked "
    "for where the atomic test comes first, as in CPython 3.14; no such case was made"
)
BORDERS = (
    "not compared: the depth of a RecursionError; how often a type's own __hash__, __eq__ or __getattr__ is asked; "
    "what is seen by who rebinds private names of copy or copyreg, or hands in a memo whose get() and [] disagree"
)


@dataclasses.dataclass(frozen=True)
class Counterexample:
    """A text that makes an object (``x``, and ``memo`` if one is handed in) which the two copy differently.

    variant: the variant's name or file. side: what of it differs: the text, or the engine. kind: a few words for
    the fault. difference: where, and what either has. found_at: the try; 0 for an object that was given.
    """

    variant: str
    side: str
    source: str
    kind: str
    difference: str
    found_at: int
    seed: int

    def script(self) -> str:
        """The text as a program that prints both results when it is run."""
        from copyscope.soundness.script import script

        return script(self)


@dataclasses.dataclass
class Report:
    """What a check found. tried: objects compared. skipped: objects that the interpreter itself cannot copy without
    a RecursionError, or that do not come out alike twice. compared: the names of what was compared with copy.deepcopy.
    """

    variant: str
    seed: int
    compared: list[str]
    tried: int = 0
    skipped: int = 0
    counterexamples: list[Counterexample] = dataclasses.field(default_factory=list)
    borders: list[str] = dataclasses.field(default_factory=list)
    python: str = dataclasses.field(default_factory=platform.python_version)

    @property
    def sound(self) -> bool:
        """Whether no difference was found."""
        return not self.counterexamples

    @property
    def counterexample(self) -> Counterexample | None:
        """The first that was found."""
        return self.counterexamples[0] if self.counterexamples else None

    def to_json(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return {**dataclasses.asdict(self), "sound": self.sound}


Progress = Callable[[int], None]


def difference(a: Outcome, b: Outcome) -> Difference | None:
    """The first difference between what two deepcopies did with the same object, or None."""
    if (a.exception is None) != (b.exception is None) or (a.exception and b.exception and _told(a) != _told(b)):
        names = (type(o.exception).__name__ if o.exception else "none" for o in (a, b))
        return Difference(
            " and ".join(("exception", *names)), f"{_told(a) or 'no exception'}, and {_told(b) or 'no exception'}"
        )
    found = _calls_differ(a, b)
    if found is not None:
        return found
    relation = graphs.Relation()
    for label, x, y in _seen(a, b):
        found = graphs.compare(relation, label, x, y)
        if found is not None:
            return found
    return None


def _told(o: Outcome) -> str:
    return worlds.describe(o.exception) if o.exception is not None else ""


def _seen(a: Outcome, b: Outcome) -> Iterable[tuple[str, Any, Any]]:
    """What is walked: the original as it is now, what hooks were handed, the result."""
    yield "the original x", a.made.x, b.made.x
    for name, value in a.made.names.items():
        if not isinstance(value, types.ModuleType):
            yield f"the original {name}", value, b.made.names.get(name)
    for i, call in enumerate(a.calls):
        for j, (x, y) in enumerate(zip(call.arguments, b.calls[i].arguments)):  # noqa: B905  (same code, as many)
            yield f"call {i + 1}, {call.name}, argument {j + 1}", x, y
    yield "the copy", a.result, b.result


def _calls_differ(a: Outcome, b: Outcome) -> Difference | None:
    for i in range(max(len(a.calls), len(b.calls))):
        mine = a.calls[i] if i < len(a.calls) else None
        theirs = b.calls[i] if i < len(b.calls) else None
        if mine is None or theirs is None or mine.code is not theirs.code:
            names = [call.name if call else "nothing more" for call in (mine, theirs)]
            missing = mine if mine and (theirs is None or len(b.calls) < len(a.calls)) else theirs
            assert missing is not None
            return Difference(f"call of {missing.code.co_name}", f"call {i + 1}: {names[0]}, and {names[1]}")
    return None


class Comparison:
    """One kind of object source against the sides of a variant."""

    def __init__(self, compared: list[Side], is_users: Callable[[types.CodeType], bool]):
        self.compared, self.is_users = compared, is_users
        self.own = sides.stdlib()

    def outcome(self, make: worlds.Maker, side: Side) -> Outcome:
        return worlds.outcome(make, side, self.is_users)

    def first(self, make: worlds.Maker) -> tuple[Side, Difference] | None | str:
        """The first side that differs and how, None, or why the object cannot be compared. Raises BuildError."""
        own = self.outcome(make, self.own)
        if isinstance(own.exception, RecursionError):
            return "the interpreter's own deepcopy ends in a RecursionError"
        for side in self.compared:
            found = difference(own, self.outcome(make, side))
            if found is not None:
                again = difference(own, self.outcome(make, self.own))
                return (side, found) if again is None else f"it does not come out alike twice: {again.text}"
        return None


def is_file(variant: str | os.PathLike[str]) -> bool:
    """Whether a variant is a file rather than a preset's name."""
    return isinstance(variant, os.PathLike) or variant.endswith(".py") or os.sep in variant


def check(
    variant: str | os.PathLike[str],
    objects: Iterable[Any] | None = None,
    tries: int = TRIES,
    seed: int = 0,
    *,
    every_kind: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Compares a variant with the interpreter's deepcopy.

    variant: a preset's name, compared as a text of copy.py and, where the engine has such a policy, as the engine; or
    a file with a deepcopy of its own, which runs in a process with limits. objects: what to copy, in place of random
    programs: functions that make an object anew for either side, texts that end with an expression or bind x, or
    objects (hooks then see one object twice). tries: the number of random programs. every_kind: goes on after the first
    difference, and keeps one counterexample of each kind. progress: is called now and then with the number tried.
    Raises ValueError for an unknown variant, or one that cannot be had here.
    """
    if is_file(variant):
        from copyscope.soundness import boxed

        return boxed.check_file(os.fspath(variant), objects, tries, seed, every_kind=every_kind, progress=progress)
    try:
        compared = sides.named(os.fspath(variant))
    except sides.LoadError as e:
        raise ValueError(str(e)) from None
    return check_sides(os.fspath(variant), compared, objects, tries, seed, every_kind, progress)


def check_sides(
    variant: str,
    compared: list[Side],
    objects: Iterable[Any] | None,
    tries: int,
    seed: int,
    every_kind: bool,
    progress: Progress | None,
) -> Report:
    """As `check`, for sides that are at hand."""
    report = Report(variant, seed, [side.name for side in compared], borders=borders_of(variant))
    if objects is None:
        _check_programs(report, compared, tries, every_kind, progress or (lambda _: None))
    else:
        for x in objects:
            _check_object(report, compared, x)
    return report


def _makes_atomic_memo(variant: str) -> bool:
    return variant in variants.VARIANTS and variant not in ATOMIC_FIRST and sys.version_info < (3, 14)


def borders_of(variant: str) -> list[str]:
    """What a check of the variant does not compare, and why."""
    return [BORDERS] if _makes_atomic_memo(variant) else [BORDERS, BORDER_ATOMIC]


def program_at(variant: str, seed: int, n: int) -> Program:
    """The n-th program that a check of a variant draws under a seed."""
    return generate.program(random.Random(seed * SEEDS + n), _makes_atomic_memo(variant))


def _check_programs(report: Report, compared: list[Side], tries: int, every_kind: bool, progress: Progress) -> None:
    comparison = Comparison(compared, worlds.is_generated_code)
    atomic_memo = _makes_atomic_memo(report.variant)
    kinds: set[str] = set()
    for n in range(1, NOT_BUILT_MAX * tries + 1):
        if report.tried == tries:
            return
        progress(n)
        program = program_at(report.variant, report.seed, n)
        text = program.source()
        try:
            found = comparison.first(lambda text=text: worlds.generated(text, atomic_memo))
        except BuildError:
            continue
        report.skipped += isinstance(found, str)
        report.tried += not isinstance(found, str)
        if isinstance(found, tuple) and found[1].kind not in kinds:
            kinds.add(found[1].kind)
            report.counterexamples.append(_shrunk(report, comparison, program, found[1].kind))
            if not every_kind:
                return


def _shrunk(report: Report, comparison: Comparison, program: Program, kind: str) -> Counterexample:
    atomic_memo = _makes_atomic_memo(report.variant)

    def shows(p: Program) -> tuple[Side, Difference] | None:
        text = p.source()
        try:
            found = comparison.first(lambda: worlds.generated(text, atomic_memo))
        except (BuildError, SyntaxError):
            return None
        return found if isinstance(found, tuple) and found[1].kind == kind else None

    small = shrink.shrink(program, lambda p: shows(p) is not None)
    found = shows(small)
    assert found is not None, "a difference that was seen is not seen again"
    side, what = found
    return Counterexample(report.variant, side.name, small.source(), kind, what.text, report.tried, report.seed)


def _check_object(report: Report, compared: list[Side], x: Any) -> None:
    """One object that was given. Raises BuildError."""
    source, make, filename = "", (lambda: worlds.given(x)), None
    if isinstance(x, Text):
        source, make, filename = x.text, (lambda: worlds.run(x.text, x.filename)), x.filename
    elif isinstance(x, str):
        source, make, filename = x, (lambda: worlds.run(x)), worlds.FILENAME
    elif isinstance(x, types.FunctionType):
        make = lambda: worlds.given(x())  # noqa: E731
    found = Comparison(compared, worlds.user_code(filename)).first(make)
    report.skipped += isinstance(found, str)
    report.tried += not isinstance(found, str)
    if isinstance(found, str):
        report.borders.append(f"not compared: {source or graphs.short(x)}: {found}")
    if isinstance(found, tuple):
        side, what = found
        report.counterexamples.append(
            Counterexample(report.variant, side.name, source, what.kind, what.text, 0, report.seed)
        )


@dataclasses.dataclass(frozen=True)
class Text:
    """A text that makes an object, and the file it is from."""

    text: str
    filename: str = worlds.FILENAME
