"""Objects as text, so that two copies can be compared: types, values, and which part is the same object as which."""

from __future__ import annotations

from typing import Any

DEPTH = 60  # deeper than any object of the corpus; a bound, so that nothing here recurses without end
ATOMS = (int, float, complex, bool, str, bytes, type(None), type, range)


def shape(x: Any) -> str:
    """One line that is equal for equal graphs. No method of the objects runs."""
    return _shape(x, {}, 0)


def outcome(function: Any, *args: Any) -> tuple[str, str]:
    """("result", shape) of a call, or the type and the text of the exception that left it."""
    try:
        return "result", shape(function(*args))
    except Exception as e:
        return type(e).__name__, str(e)


def _shape(x: Any, seen: dict[int, int], depth: int) -> str:
    kind = type(x)
    if kind in ATOMS:
        return f"{kind.__name__}:{x!r}"
    if issubclass(kind, type):  # a class is never copied; what others cache in it is no part of the shape
        return f"{kind.__name__}:{type.__repr__(x)}"
    if id(x) in seen:
        return f"#{seen[id(x)]}"
    seen[id(x)] = len(seen)
    if depth > DEPTH:
        return "..."
    parts = [_shape(part, seen, depth + 1) for part in _parts(x)]
    if isinstance(x, (set, frozenset)):
        parts.sort()
    return f"{kind.__name__}({', '.join(parts)})"


def _parts(x: Any) -> list[Any]:
    parts: list[Any] = []
    if isinstance(x, dict):
        parts += [part for item in dict.items(x) for part in item]
    elif isinstance(x, (list, tuple, set, frozenset)):
        parts += type(x).__mro__[-2].__iter__(x)
    names = [name for c in type(x).__mro__ for name in _slots(c)]
    for name in names:
        try:
            parts.append(object.__getattribute__(x, name))
        except AttributeError:
            parts.append("unset")
    try:
        parts += object.__getattribute__(x, "__dict__").values()
    except AttributeError:
        pass
    return parts


def _slots(c: type) -> list[str]:
    slots = c.__dict__.get("__slots__", ()) if c.__flags__ & (1 << 9) else ()  # a class made by Python code
    return [name for name in ([slots] if isinstance(slots, str) else slots) if name not in ("__dict__", "__weakref__")]
