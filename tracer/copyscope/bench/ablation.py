"""What a step of deepcopy costs: copy.py with the step made twice, or left out.

Made twice, a lookup changes nothing but the cost, so what comes on top is what it costs, on any object. Left out, the
memo is missed only where something is met twice: on trees. Both are edits of the interpreter's own text, as variants
are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from copyscope.variants import Text, edited

GET, HIT = "y = memo.get(d, _nil)", "if y is not _nil:\n    return y"
DISPATCH = "copier = _deepcopy_dispatch.get(cls)"
KEEP = "if y is not x:"
STEPS = {
    "memo lookup twice": "the memo is asked twice: one lookup's cost comes on top",
    "dispatch twice": "the dispatch table is asked twice: one lookup's cost comes on top",
    "no memo lookup": "the memo is written and never read (trees only)",
    "no memo at all": "nor is it written, and originals are not kept alive (trees only)",
}
LISTS: tuple[str, dict[str, Any]] = ("lists", {"n": 10_000})
TREES = ("deepcopy", "json", "ints", "dataclasses", "nest")


def _twice(statement: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        t = Text(text)
        t.before(t.find("deepcopy", statement), [statement])
        return t.result()

    return edit


def _no_memo(text: str) -> str:
    t = Text(text)
    for statement in (GET, HIT, "d = id(x)"):
        t.replace(t.find("deepcopy", statement), ["pass"])
    t.replace(t.find("deepcopy", KEEP), ["pass"])
    asked = "try:\n    return memo[id(x)]\nexcept KeyError:\n    pass"
    t.replace(t.find("_deepcopy_tuple", asked), ["pass"])
    for function in ("_deepcopy_list", "_deepcopy_dict", "_reconstruct"):
        with contextlib.suppress(LookupError):
            t.replace(t.find(function, "memo[id(x)] = y"), ["pass"])
    return t.result()


EDITS: dict[str, Callable[[str], str]] = {
    "memo lookup twice": _twice(GET),
    "dispatch twice": _twice(DISPATCH),
    "no memo lookup": lambda text: edited(text, "no-memo"),
    "no memo at all": _no_memo,
}


def recipes(own: str) -> tuple[dict[str, dict[str, Any]], list[tuple[str, str]]]:
    """A contender for each step, and the steps that cannot be made of this copy.py with the reason."""
    found: dict[str, dict[str, Any]] = {}
    skipped = []
    for name, edit in EDITS.items():
        try:
            found[name] = {"kind": "text", "filename": f"copy.py, {name}", "text": edit(own)}
        except LookupError as e:
            skipped.append((name, str(e)))
    return found, skipped
