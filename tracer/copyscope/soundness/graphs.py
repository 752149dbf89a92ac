"""Comparing two object graphs that were made by two runs of the same text: shape, types, values, sharing.

Two objects are the same if they stand in the same places: a one-to-one relation between the objects of either side is
built while both are walked together, originals first. So an object of a result that is shared with the original on
one side must be so on the other, and what is one object on one side is one on the other. Objects that are looked at
run no code of their own: their parts are read by the built-in types' own functions.
"""

from __future__ import annotations

import collections
import functools
import types
import weakref
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

SCALARS = frozenset((int, float, complex, bool, str, bytes, type(None), type(...), type(NotImplemented), range))
HEAP_TYPE = 1 << 9
BY_CODE = (types.FunctionType,)
BY_IDENTITY = (types.ModuleType, types.CodeType, property)
TEXT_MAX = 60

Part = tuple[str, Any]


class Difference(NamedTuple):
    """kind: a few words that are the same for the same fault. text: where, and what either side has."""

    kind: str
    text: str


class Opaque:
    """An object of which only the identity is compared, as that of the memo."""

    def __init__(self, x: Any):
        self.x = x


class Path(NamedTuple):
    """A place in a graph, named only when it is printed."""

    before: Any
    label: str

    def __str__(self) -> str:
        labels = []
        at: Any = self
        while at is not None:
            labels.append(at.label)
            at = at.before
        return "".join(reversed(labels))


class Relation:
    """The one-to-one relation. a and b are kept alive, so that no id is used twice."""

    def __init__(self) -> None:
        self.forth: dict[int, int] = {}
        self.back: dict[int, int] = {}
        self.held: list[Any] = []
        self.looked_at: list[Any] = []

    def known(self, a: Any, b: Any) -> bool | None:
        """Whether the two are related already; None: neither is related to anything."""
        forth, back = self.forth.get(id(a)), self.back.get(id(b))
        if forth is None and back is None:
            return None
        return forth == id(b) and back == id(a)

    def relate(self, a: Any, b: Any) -> None:
        self.forth[id(a)], self.back[id(b)] = id(b), id(a)
        self.held += (a, b)

    def undo(self, length: int) -> None:
        """Takes back what was related since `held` had this length."""
        for i in range(length, len(self.held), 2):
            del self.forth[id(self.held[i])], self.back[id(self.held[i + 1])]
        del self.held[length:]


def compare(relation: Relation, label: str, a: Any, b: Any) -> Difference | None:
    """The first difference between two graphs, or None. What is found the same is added to the relation."""
    todo: list[tuple[Any, Any, Path]] = [(a, b, Path(None, label))]
    while todo:
        a, b, path = todo.pop()
        cls = type(a)
        identity_only = cls is Opaque and type(b) is Opaque
        if identity_only:
            a, b = a.x, b.x
        if cls in SCALARS or type(b) in SCALARS:
            if cls is not type(b):
                return _type_differs(a, b, path)
            if a is not b and repr(a) != repr(b):
                return Difference("value", f"{path}: {short(a)} and {short(b)}")
            continue
        known = relation.known(a, b)
        if known:
            continue
        found = _sharing_differs(relation, a, b, path) if known is False else _same_type(relation, a, b, path)
        if found is not None:
            return _deeper(relation, a, b, path) or found
        relation.relate(a, b)
        if identity_only:
            continue
        more = _pairs(relation, a, b, path)
        if isinstance(more, Difference):
            return more
        todo += more
    return None


def _deeper(relation: Relation, a: Any, b: Any, path: Path) -> Difference | None:
    """Why one tuple is the original and the other is not: the first of its elements that differs."""
    if type(a) is not tuple or type(b) is not tuple or len(a) != len(b):
        return None
    differences = (compare(relation, f"{path}[{i}]", a[i], b[i]) for i in range(len(a)))
    return next((d for d in differences if d is not None), None)


def _sharing_differs(relation: Relation, a: Any, b: Any, path: Path) -> Difference:
    fate = [
        "met before" if id(x) in table else "not met before" for x, table in ((a, relation.forth), (b, relation.back))
    ]
    if fate[0] == fate[1]:
        fate[1] = "met before, another one"
    state = " with attributes" if any(part for label, part in parts(a) if label == ".__dict__") else ""
    kind = f"sharing of {_base(a).__name__}{state}"
    return Difference(kind, f"{path}: {short(a)} {fate[0]}, and {short(b)} {fate[1]}")


def _type_differs(a: Any, b: Any, path: Path) -> Difference:
    return Difference("type", f"{path}: {type_name(a)} and {type_name(b)} ({short(a)}, {short(b)})")


def _same_type(relation: Relation, a: Any, b: Any, path: Path) -> Difference | None:
    """The types must be one, or two that the two runs of one text made in the same place."""
    one, other = (x if is_a(x, type) else type(x) for x in (a, b))
    same = one is other or (one.__qualname__ == other.__qualname__ and one.__module__ == other.__module__)
    if not same or is_a(a, type) != is_a(b, type) or type_name(a) != type_name(b):
        return _type_differs(a, b, path)
    if one is not other and relation.known(one, other) is False:
        return _type_differs(a, b, path)
    if is_a(a, BY_CODE) and is_a(b, BY_CODE) and a.__code__ is not b.__code__:
        return Difference("value", f"{path}: functions {a.__name__} and {b.__name__}")
    if is_a(a, BY_IDENTITY) and a is not b and type(a) is not property:
        return Difference("value", f"{path}: {short(a)} and {short(b)}")
    return None


def _pairs(relation: Relation, a: Any, b: Any, path: Path) -> list[tuple[Any, Any, Path]] | Difference:
    """The parts of two objects, side by side, last first."""
    if is_a(a, (type, *BY_CODE, *BY_IDENTITY)):
        return []
    mine, theirs = parts(a), parts(b)
    relation.looked_at += (mine, theirs)  # parts that were made for the walk must not lend their id to the next
    pairs = []
    if is_a(a, (set, frozenset)):
        found = _sets(relation, a, b, path)
        if found is not None:
            return found
    if _outline(mine) != _outline(theirs):
        return _parts_differ(mine, theirs, path)
    for i in range(len(mine) - 1, -1, -1):
        pairs.append((mine[i][1], theirs[i][1], Path(path, mine[i][0])))
    return pairs


def _outline(found: list[Part]) -> list[str]:
    """The labels; of items only that there is one, since keys are compared as parts."""
    return ["[" if label[0] == "[" else label for label, _ in found]


def _parts_differ(mine: list[Part], theirs: list[Part], path: Path) -> Difference:
    for start, kind in ((".key ", "items of a dict"), ("[", "items of a list")):
        a, b = (sum(label.startswith(start) for label, _ in found) for found in (mine, theirs))
        if a != b:
            of_instance = path.label == ".__dict__"
            return Difference("attributes" if of_instance else kind, f"{path}: {a} items and {b}")
    ours, others = _outline(mine), _outline(theirs)
    only = [", ".join(x for x in some if x not in rest) or "nothing" for some, rest in ((ours, others), (others, ours))]
    return Difference("attributes", f"{path}: {only[0]} besides, and {only[1]} besides")


def _sets(relation: Relation, a: Any, b: Any, path: Path) -> Difference | None:
    """Elements of sets have no order that two runs share: each is matched with one that is the same."""
    base = set if is_a(a, set) else frozenset
    left = list(base.__iter__(b))
    for x in base.__iter__(a):
        for i in range(len(left)):
            length = len(relation.held)
            if compare(relation, "", x, left[i]) is None:
                del left[i]
                break
            relation.undo(length)
        else:
            return Difference("elements of a set", f"{path}: an element {short(x)} of the first is not in the second")
    return Difference("elements of a set", f"{path}: the second has {short(left[0])} besides") if left else None


def is_a(x: Any, cls: type | tuple[type, ...]) -> bool:
    """isinstance(), without asking the object what it says its class is."""
    return issubclass(type(x), cls)


def type_name(x: Any) -> str:
    """The name of x's type, with its module where that is neither the text's own nor built in."""
    cls = type(x)
    text = cls.__qualname__
    return text if cls.__flags__ & HEAP_TYPE or cls.__module__ == "builtins" else f"{cls.__module__}.{text}"


def short(x: Any) -> str:
    """A few words for an object; none of its own code is run."""
    if type(x) in SCALARS:
        text = repr(x)
        return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 3] + "..."
    if is_a(x, type):
        return f"class {type.__dict__['__qualname__'].__get__(x)}"
    return f"{'an' if type_name(x)[0] in 'aeiouAEIOU' else 'a'} {type_name(x)}"


def _base(x: Any) -> type:
    """The most derived built-in type that x is made from."""
    return next(k for k in type(x).__mro__ if not k.__flags__ & HEAP_TYPE)


def parts(x: Any) -> list[Part]:
    """What an object consists of, as (label, part)."""
    cls = type(x)
    found: list[Part] = []
    base = cls
    if cls.__flags__ & HEAP_TYPE:
        found = list(_attributes(x))
        base = _base(x)
    read = READERS.get(base) or READERS.get(cls)
    if read is not None:
        found += read(x)
    elif not cls.__flags__ & HEAP_TYPE and cls is not object:
        found += _by_reduce(x)
    return found


def _attributes(x: Any) -> Iterator[Part]:
    """Its __dict__ and its slots, read by the descriptors that the interpreter made for its classes."""
    for k in type(x).__mro__:
        for name, d in list(type.__dict__["__dict__"].__get__(k).items()):
            kind = type(d)
            if name == "__dict__" and kind is types.GetSetDescriptorType and d.__objclass__ is k:
                yield ".__dict__", d.__get__(x)
            elif kind is types.MemberDescriptorType and k.__flags__ & HEAP_TYPE and name != "__weakref__":
                try:
                    yield f".{name}", d.__get__(x)
                except AttributeError:
                    pass


def _items(pairs: Iterable[tuple[Any, Any]]) -> list[Part]:
    found: list[Part] = []
    for i, (key, value) in enumerate(pairs):
        name = repr(key) if type(key) in SCALARS else f"key {i}"
        found += ((f".key {i}", key), (f"[{name}]", value))
    return found


def _by_reduce(x: Any) -> list[Part]:
    """A built-in type of which nothing else is known says itself what it consists of, if it can be pickled."""
    try:
        rv = type(x).__reduce_ex__(x, 4)
        if type(rv) is not tuple:
            return []
        rv = (*rv, None, None, None)
        lists = [list(i) if i is not None else [] for i in rv[3:5]]
    except Exception:
        return []
    return [("'s type", rv[0]), ("'s arguments", rv[1]), ("'s state", rv[2]), ("'s items", lists)]


def _payload(base: type, make: Any) -> Any:
    return lambda x: [(f" as {base.__name__}", make(x))]


READERS: dict[type, Any] = {
    list: lambda x: [(f"[{i}]", v) for i, v in enumerate(list.__iter__(x))],
    tuple: lambda x: [(f"[{i}]", v) for i, v in enumerate(tuple.__iter__(x))],
    collections.deque: lambda x: [(f"[{i}]", v) for i, v in enumerate(collections.deque.__iter__(x))],
    dict: lambda x: _items(dict.items(x)),
    collections.OrderedDict: lambda x: _items(collections.OrderedDict.items(x)),
    collections.defaultdict: lambda x: [
        (".default_factory", collections.defaultdict.default_factory.__get__(x)),  # type: ignore[attr-defined]
        *_items(dict.items(x)),
    ],
    set: lambda x: [],
    frozenset: lambda x: [],
    int: _payload(int, int.__index__),
    float: _payload(float, float.__float__),
    complex: _payload(complex, complex.__repr__),
    str: _payload(str, lambda x: str.__getitem__(x, slice(None))),
    bytes: _payload(bytes, lambda x: bytes.__getitem__(x, slice(None))),
    bytearray: _payload(bytearray, bytes),
    types.MethodType: lambda x: [(".__func__", x.__func__), (".__self__", x.__self__)],
    types.BuiltinFunctionType: lambda x: [(".__name__", x.__name__), (".__self__", x.__self__)],
    types.GenericAlias: lambda x: [],
    types.GeneratorType: lambda x: [],
    weakref.ref: lambda x: [("()", x())],
    functools.partial: lambda x: [
        (name, getattr(functools.partial, name[1:]).__get__(x)) for name in (".func", ".args", ".keywords")
    ],
    BaseException: lambda x: [(".args", BaseException.args.__get__(x))],  # type: ignore[attr-defined]
}
