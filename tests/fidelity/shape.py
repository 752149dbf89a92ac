"""The shape of object graphs: what two runs of one scenario must agree on.

Objects are numbered in the order in which they are met, so that sharing, aliasing and cycles are part of the shape
and addresses are not. Reading runs no user code: items, slots and instance dicts are taken by the methods of the
built-in types, whatever a subclass overrides. Nothing here recurses: nests may be a million deep.
"""

from __future__ import annotations

import collections
import re
import types
from collections import deque
from typing import Any

HEAP_TYPE = 1 << 9
SMALL = 1 << 20  # no object lives below this address: such a memo key is no id
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|\b[0-9]{12,}\b")
VALUES = (int, float, complex, str, bytes, bytearray, range)
OPAQUE = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, types.CodeType)


def type_name(cls: type) -> str:
    """Module and qualified name, asked of `type` itself: metaclasses may lie."""
    qualname = type.__dict__["__qualname__"].__get__(cls)
    module = type.__dict__["__dict__"].__get__(cls).get("__module__", "builtins")
    return f"{module}.{qualname}"


def is_a(x: Any, *bases: type) -> bool:
    """isinstance() by the real type alone: an object's `__class__` may lie."""
    return issubclass(type(x), bases)


def _descriptor(cls: type, name: str, kind: type) -> Any:
    for base in type.__dict__["__mro__"].__get__(cls):
        found = type.__dict__["__dict__"].__get__(base).get(name)
        if type(found) is kind:
            return found
    return None


def instance_dict(x: Any) -> dict | None:
    """The dict of an instance's own attributes, or None."""
    descriptor = _descriptor(type(x), "__dict__", types.GetSetDescriptorType)
    return descriptor.__get__(x) if descriptor is not None and type(x) is not type else None


def slots(x: Any) -> list[tuple[str, Any]]:
    """Name and value of each slot that is filled."""
    found = []
    for base in type.__dict__["__mro__"].__get__(type(x)):
        if not type.__dict__["__flags__"].__get__(base) & HEAP_TYPE:
            continue
        for name, member in type.__dict__["__dict__"].__get__(base).items():
            if type(member) is types.MemberDescriptorType:
                try:
                    found.append((name, member.__get__(x)))
                except AttributeError:
                    pass
    return found


def _order(x: Any, numbers: dict[int, int]) -> tuple:
    """A sort key for a set's elements that does not depend on addresses."""
    if is_a(x, tuple):
        return ("tuple", *[_order(item, numbers) for item in tuple.__iter__(x)])
    for base in VALUES:
        if is_a(x, base):
            return (type_name(type(x)), base.__repr__(x))
    own = instance_dict(x)
    return (type_name(type(x)), str(numbers.get(id(x), "")), repr(own.get("tag")) if own else "")


def _items(x: Any, numbers: dict[int, int]) -> tuple[Any, list]:
    """What a built-in container holds: a payload to compare, and its children in order."""
    if is_a(x, list):
        return "list", list(list.__iter__(x))
    if is_a(x, tuple):
        return "tuple", list(tuple.__iter__(x))
    if is_a(x, dict):
        keys = collections.OrderedDict.__iter__(x) if is_a(x, collections.OrderedDict) else dict.__iter__(x)
        children = [part for key in list(keys) for part in (key, dict.__getitem__(x, key))]
        return "dict", children + ([x.default_factory] if is_a(x, collections.defaultdict) else [])
    if is_a(x, set, frozenset):
        base = set if is_a(x, set) else frozenset
        return base.__name__, sorted(base.__iter__(x), key=lambda item: _order(item, numbers))
    if is_a(x, deque):
        return ("deque", deque.maxlen.__get__(x)), list(deque.__iter__(x))
    if is_a(x, types.MethodType):
        return "method", [x.__func__, x.__self__]
    if is_a(x, BaseException):
        return "exception", list(BaseException.args.__get__(x))
    return "", []


def _expand(x: Any, numbers: dict[int, int]) -> tuple[Any, list]:
    """Payload and children of one object."""
    if is_a(x, *OPAQUE):
        return getattr(x, "__qualname__", getattr(x, "__name__", "")) if not is_a(x, type) else type_name(x), []
    for base in VALUES:
        if is_a(x, base):
            payload, children = base.__repr__(x), []
            break
    else:
        payload, children = _items(x, numbers)
    own, filled = instance_dict(x), slots(x)
    if own is not None:
        children = [*children, own]
    return (payload, len(children), [name for name, _ in filled]), [*children, *[value for _, value in filled]]


class Numbers:
    """Objects by the order in which they were met, held so that no id is used twice."""

    def __init__(self) -> None:
        self.by_id: dict[int, int] = {}
        self.held: list[Any] = []

    def of(self, x: Any) -> int:
        number = self.by_id.get(id(x))
        if number is None:
            number = self.by_id[id(x)] = len(self.held)
            self.held.append(x)
        return number


def shape(*roots: Any, memo: Any = None) -> list:
    """One row for each object that can be reached from the roots: type, payload, numbers of its children.

    memo: a memo dict, whose keys are told as the numbers of the objects they are ids of, where these can be reached
    from the first root or are kept alive by the memo. (The id of an object that has died may be another's by now.)
    """
    numbers = Numbers()
    rows: list = []

    def walk(*starts: Any) -> None:
        rows.append([numbers.of(x) for x in starts])
        while walked[0] < len(numbers.held):
            x = numbers.held[walked[0]]
            walked[0] += 1
            payload, children = _expand(x, numbers.by_id)
            rows.append((type_name(type(x)), payload, [numbers.of(child) for child in children]))

    walked = [0]
    walk(*roots[:1])
    originals = numbers.held[:]
    walk(*roots[1:])
    if isinstance(memo, dict):
        walk(*dict.values(memo))
        originals += list.__iter__(kept) if is_a(kept := dict.get(memo, id(memo)), list) else ()
        own_dicts = {id(instance_dict(x)) for x in originals}  # made when asked for, since 3.11
        known = {id(x): numbers.of(x) for x in originals if id(x) not in own_dicts}
        rows.append([_memo_key(key, memo, known) for key in dict.keys(memo)])
    return rows


def _memo_key(key: Any, memo: dict, known: dict[int, int]) -> Any:
    if type(key) is not int:
        return repr(key)
    if key == id(memo):
        return "id(memo)"
    return known.get(key, key if abs(key) < SMALL else "another address")


def without_addresses(x: Any) -> str:
    """str(x), addresses and ids in it replaced by a word."""
    return ADDRESS.sub("ADDRESS", str(x))


def exception_shape(e: BaseException | None) -> list[str]:
    """Type and text of an exception, and of those it was raised from or while handling."""
    rows = []
    while e is not None and len(rows) < 20:
        rows.append(f"{type_name(type(e))}: {without_addresses(e)}")
        rows.append("from" if e.__cause__ is not None else "while handling")
        e = e.__cause__ if e.__cause__ is not None else e.__context__
    return rows


def first_difference(ours: list, theirs: list) -> str:
    """The first row in which two shapes part, in words; "" where they are equal."""
    for i, (a, b) in enumerate(zip(ours, theirs)):  # noqa: B905  (lengths are compared below)
        if a != b:
            return f"row {i}: {a!r:.300}, expected {b!r:.300}"
    return "" if len(ours) == len(theirs) else f"{len(ours)} rows, expected {len(theirs)}"
