"""What a copy looks like beside its original, in words that are equal for equal copies of equal objects; and what was
recorded of it beside what copy.py did."""

from __future__ import annotations

import contextlib
import inspect
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import copyscope
from copyscope import _core, shallow
from objects import LOG

SCALARS = (int, float, complex, str, bytes, bool, type(None), type(...))


@contextlib.contextmanager
def made(case: Callable[[], Any]) -> Iterator[Any]:
    """The object of a case, for as long as what it changed for it is to hold."""
    if not inspect.isgeneratorfunction(case):
        yield case()
        return
    generator = case()
    try:
        yield next(generator)
    finally:
        generator.close()


def parts(x: Any) -> dict[str, Any]:
    """What x holds, by where it holds it; only what no user code has to be asked for."""
    found: dict[str, Any] = {}
    kind = type(x)
    with contextlib.suppress(AttributeError):
        found |= {f".{name}": value for name, value in object.__getattribute__(x, "__dict__").items()}
    for cls in kind.__mro__:
        for name, value in cls.__dict__.items():
            if isinstance(value, types.MemberDescriptorType):
                with contextlib.suppress(AttributeError):
                    found[f".{name}"] = value.__get__(x)
    if issubclass(kind, (list, tuple)):
        base = list if issubclass(kind, list) else tuple
        found |= {f"[{i}]": value for i, value in enumerate(base.__iter__(x))}
    elif issubclass(kind, dict):
        found |= {f"[{key!r}]": value for key, value in dict.items(x)}
    elif issubclass(kind, (set, frozenset, bytearray)):
        found["contents"] = repr(kind.__mro__[-2](x))
    return found


def named(x: Any, originals: dict[int, str], depth: int) -> Any:
    """x as a scalar, as a part of the original, or by type and parts."""
    if type(x) in SCALARS:
        return (type(x).__name__, repr(x))
    if id(x) in originals:
        return originals[id(x)]
    name = getattr(type(x), "__qualname__", "?")
    if isinstance(type(x), type) and issubclass(type(x), type):
        return ("class", type.__repr__(x))
    if depth == 0:
        return name
    return (name, {where: named(part, originals, depth - 1) for where, part in parts(x).items()})


def look(x: Any, y: Any, depth: int = 3) -> Any:
    """y beside x: its type, what it shares with x and where, what is new."""
    originals = {id(part): f"x{where}" for where, part in parts(x).items() if type(part) not in SCALARS}
    originals[id(x)] = "x"
    return named(y, originals, depth)


def text(e: BaseException) -> tuple[str, str]:
    """Type and message; an address in it would differ from run to run."""
    return type(e).__name__, re.sub(r"0x[0-9a-f]+", "0x...", str(e))


def outcome(
    function: Callable[..., Any], case: Callable[[], Any], changes: dict | None = None
) -> tuple[Any, Any, list]:
    """What the copy looks like or which exception left it, what became of the original, and what hooks wrote."""
    LOG.clear()
    with made(case) as x:
        try:
            y = function(x, **(changes or {}))
            like: Any = look(x, y)
        except Exception as e:
            like = text(e)
        after = look(None, x)
        return like, after, list(LOG)


def recorded(method: str) -> Callable[..., Any]:
    """A stand-in for a function of the copy module that records each call in a session of its own."""

    def call(*args: Any, **kwargs: Any) -> Any:
        session = _core.Session()
        try:
            return getattr(session, method)(*args, **kwargs)
        finally:
            read = _core.read(session.end())
            assert read["complete"], read["error"]

    return call


def answer(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What a function returns, or the text of its TypeError."""
    try:
        return function(*args, **kwargs)
    except TypeError as e:
        return str(e)


def lines_of_both(case: Callable[[], Any], op: str = "copy", changes: dict | None = None) -> tuple[list, list]:
    """The steps of the engine and of copy.py, each on an object of its own."""
    with made(case) as x:
        trace = copyscope.trace(x, op=op, changes=changes)
        ours = shallow.from_trace(trace)
    assert trace.complete, trace.error
    with made(case) as x:
        theirs, note = shallow.observe(op, x, changes)
    assert note == ""
    return ours, theirs


def recursion_error(function: Callable[..., Any], x: Any) -> str | None:
    """The text of the RecursionError that ends function(x), or None where there is none.

    Up to 3.11 the interpreter adds some words where the call of a function in C is one too many.
    """
    try:
        function(x)
    except RecursionError as e:
        return str(e) if sys.version_info >= (3, 12) else str(e).removesuffix(" while calling a Python object")
    return None
