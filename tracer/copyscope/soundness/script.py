"""A counterexample as a program: when it is run, it prints what either deepcopy does with its object."""

from __future__ import annotations

import os
import platform
import sys
from typing import TYPE_CHECKING, Any, TextIO

from copyscope.soundness import graphs, sides, worlds

if TYPE_CHECKING:
    from copyscope.soundness.checker import Counterexample

DEPTH_MAX, PICTURE_MAX = 8, 600

SCRIPT = '''\
"""{variant} is not sound: copy.deepcopy of CPython {python} does something else with this object.

{difference}

Run this file: both results are printed.
"""

{source}

if __name__ == "__main__":
    import sys

    from copyscope.soundness import show

    sys.exit(show(__file__, {variant!r}))
'''


def script(c: Counterexample) -> str:
    """The text of the program; a variant that is a file is named by its whole path."""
    from copyscope.soundness.checker import is_file

    variant = os.path.abspath(c.variant) if is_file(c.variant) else c.variant
    words = c.difference.replace("\\", "\\\\").replace('"""', "'''")
    return SCRIPT.format(variant=variant, python=platform.python_version(), difference=words, source=c.source)


def show(path: str, variant: str, out: TextIO | None = None) -> int:
    """Runs the text of a file up to its object and prints what copy.deepcopy and a variant do with it.

    Returns 1 if they differ, 0 if not, 3 if the object or the variant cannot be had.
    """
    from copyscope.soundness.checker import difference, is_file

    out = out or sys.stdout
    try:
        compared = [sides.of_file(variant)] if is_file(variant) else sides.named(variant)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        outcomes = [
            worlds.outcome(lambda: worlds.run(text, path), side, worlds.user_code(path))
            for side in (sides.stdlib(), *compared)
        ]
    except (sides.LoadError, worlds.BuildError, OSError) as e:
        print(f"{path}: {e}", file=sys.stderr)
        return 3
    differs = 0
    for side, outcome in zip((sides.stdlib(), *compared), outcomes):  # noqa: B905  (as many)
        print(f"{side.name}\n  {picture(outcome)}", file=out)
        print(f"  calls: {', '.join(call.name for call in outcome.calls) or 'none'}", file=out)
        found = difference(outcomes[0], outcome)
        if found is not None:
            differs = 1
            print(f"  differs: {found.text}", file=out)
    return differs


def picture(o: worlds.Outcome) -> str:
    """The result in a line: what is shared with the original is marked, what comes again has a number."""
    if o.exception is not None:
        return f"raises {worlds.describe(o.exception)}"
    text = _Picture(_reached(o.made.x)).of(o.result, 0)
    return text if len(text) <= PICTURE_MAX else text[: PICTURE_MAX - 3] + "..."


def _reached(x: Any) -> dict[int, Any]:
    """The objects of a graph by id, which also keeps them."""
    reached: dict[int, Any] = {}
    todo = [x]
    while todo:
        x = todo.pop()
        if (
            id(x) in reached
            or type(x) in graphs.SCALARS
            or graphs.is_a(x, (type, *graphs.BY_CODE, *graphs.BY_IDENTITY))
        ):
            continue
        reached[id(x)] = x
        todo += [part for _, part in _all_parts(x)]
    return reached


def _all_parts(x: Any) -> list[graphs.Part]:
    more = (
        [("", v) for v in (set if graphs.is_a(x, set) else frozenset).__iter__(x)]
        if graphs.is_a(x, (set, frozenset))
        else []
    )
    return [*graphs.parts(x), *more]


class _Picture:
    def __init__(self, originals: dict[int, Any]):
        self.originals = originals
        self.numbers: dict[int, int] = {}
        self.held: list[Any] = []

    def of(self, x: Any, depth: int) -> str:
        if type(x) in graphs.SCALARS or graphs.is_a(x, (type, *graphs.BY_CODE, *graphs.BY_IDENTITY)):
            return graphs.short(x)
        if id(x) in self.numbers:
            return f"#{self.numbers[id(x)]}"
        self.numbers[id(x)] = len(self.numbers) + 1
        self.held.append(x)
        shared = "the original's " if id(x) in self.originals else ""
        if depth > DEPTH_MAX:
            return f"{shared}{graphs.type_name(x)}(...)"
        return f"{shared}{self.inside(x, depth)}"

    def inside(self, x: Any, depth: int) -> str:
        parts = _all_parts(x)
        if type(x) is dict:
            texts = [self.of(part, depth + 1) for _, part in parts]  # a key, its value, the next key
            return "{" + ", ".join(f"{texts[i]}: {texts[i + 1]}" for i in range(0, len(texts), 2)) + "}"
        if type(x) in (list, tuple, set):
            start, end = {list: "[]", tuple: "()", set: "{}"}[type(x)]
            return start + ", ".join(self.of(part, depth + 1) for _, part in parts) + end
        named = [f"{label.strip()}={self.of(part, depth + 1)}" for label, part in parts]
        return f"{graphs.type_name(x)}({', '.join(named)})"
