"""Are two copies of one object the same graph?  Shape, types, values, what aliases what, what is shared with the
original.  Written for what the benchmarks copy: exact built-in containers, scalars, instances with a __dict__.
"""

from __future__ import annotations

from typing import Any

SCALARS = (int, float, bool, str, bytes, complex, type(None))


def parts(x: Any) -> list[Any]:
    """What x refers to, in order; of a dict the keys, then the values."""
    kind = type(x)
    if kind is list or kind is tuple:
        return list(x)
    if kind is dict:
        return [*x, *x.values()]
    return [vars(x)] if hasattr(x, "__dict__") else []


def step(x: Any, i: int) -> str:
    """How the i-th part of x is reached, as text."""
    if type(x) is dict:
        return f".key({i})" if i < len(x) else f"[{list(x)[i - len(x)]!r:.40}]"
    return f"[{i}]" if type(x) in (list, tuple) else ".__dict__"


def reachable(x: Any) -> set[int]:
    """The ids of all containers and instances that x reaches."""
    seen: set[int] = set()
    stack = [x]
    while stack:
        a = stack.pop()
        if type(a) in SCALARS or id(a) in seen:
            continue
        seen.add(id(a))
        stack += parts(a)
    return seen


def scalar_difference(expected: Any, got: Any, exact: bool) -> str:
    if exact and expected is not got:
        return f"{expected!r:.40} is no longer the same object"
    return "" if expected == got else f"{got!r:.40} instead of {expected!r:.40}"


class Comparison:
    """Walks two copies in step.  exact: what one shares with the original, be it a scalar, so does the other."""

    def __init__(self, original: Any, exact: bool):
        self.original = reachable(original)
        self.exact = exact
        self.there: dict[int, int] = {}
        self.back: dict[int, int] = {}

    def node(self, expected: Any, got: Any) -> str:
        """What is wrong with one pair of objects, or ""."""
        if type(expected) is not type(got):
            return f"{type(got).__name__} instead of {type(expected).__name__}"
        if type(expected) in SCALARS:
            return scalar_difference(expected, got, self.exact)
        if self.there.setdefault(id(expected), id(got)) != id(got):
            return "one object became two"
        if self.back.setdefault(id(got), id(expected)) != id(expected):
            return "two objects became one"
        return self.sharing(expected, got)

    def sharing(self, expected: Any, got: Any) -> str:
        if id(got) in self.original and id(expected) not in self.original:
            return "shared with the original"
        if self.exact and id(expected) in self.original and got is not expected:
            return "copied, where the original is to be shared"
        return ""


def path(trail: Any) -> str:
    """The steps of a trail, (trail of the parent, parent, index of the part) or None, as text."""
    steps: list[str] = []
    while trail is not None:
        trail, parent, i = trail
        steps.append(step(parent, i))
    return "copy" + "".join(reversed(steps))


def difference(original: Any, expected: Any, got: Any, exact: bool = True) -> str:
    """Where got parts from expected, both copies of original, as one line; "" if nowhere."""
    comparison = Comparison(original, exact)
    stack: list[tuple[Any, Any, Any]] = [(None, expected, got)]
    seen = set()
    while stack:
        trail, a, b = stack.pop()
        wrong = comparison.node(a, b)
        if wrong:
            return f"{path(trail)}: {wrong}"
        if type(a) in SCALARS or id(a) in seen:
            continue
        seen.add(id(a))
        of_a, of_b = parts(a), parts(b)
        if len(of_a) != len(of_b):
            return f"{path(trail)}: another number of parts"
        stack += [((trail, a, i), p, q) for i, (p, q) in enumerate(zip(of_a, of_b, strict=True))]
    return ""
