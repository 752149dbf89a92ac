"""Objects that a deep copy can trip over, each made anew by a function of its own."""

from __future__ import annotations

import collections
import copy
import copyreg
import dataclasses
import datetime
import enum
import fractions
import re
import weakref


class Plain:
    def __init__(self, **items):
        self.__dict__.update(items)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = [1], {"k": (1, [2])}


class SlotsAndDict(Slots):
    def __init__(self):
        super().__init__()
        self.c = self.a


class WithState:
    def __init__(self):
        self.seen = []
        self.items = [1, 2]

    def __getstate__(self):
        return {"items": self.items}

    def __setstate__(self, state):
        self.items = state["items"]
        self.seen = ["__setstate__"]


class Reduce:
    def __init__(self):
        self.a, self.t = [1, 2], (1, 2)

    def __reduce__(self):
        return Reduce, (), self.__dict__

    def __setstate__(self, state):
        self.__dict__.update(state)


class ReduceList(list):
    def __reduce_ex__(self, protocol):
        return type(self), (), {"p": protocol}, iter([[1], (2,), 3])


class ReduceDict(dict):
    pass


class Hook:
    def __deepcopy__(self, memo):
        return [copy.deepcopy([1, 2], memo), copy.deepcopy((3, [4]), memo)]


class HookWithoutMemo:
    def __deepcopy__(self, memo):
        return copy.deepcopy([[5], [5]])


class HookWritesMemo:
    def __init__(self, other):
        self.other = other

    def __deepcopy__(self, memo):
        memo[id(self.other)] = "already there"
        return copy.deepcopy(self.other, memo)


class HookWritesAndRaises:
    def __deepcopy__(self, memo):
        memo["not an id"] = memo[id(self)] = [1]
        raise KeyError("after writing")


class ReduceCopiesAndRaises:
    def __reduce_ex__(self, protocol):
        copy.deepcopy([1], None)
        raise ZeroDivisionError


class HookReturnsSelf:
    def __deepcopy__(self, memo):
        return self


class HookRaises:
    def __deepcopy__(self, memo):
        raise NotImplementedError("cannot copy this")


class ReduceRaises:
    def __reduce_ex__(self, protocol):
        raise ValueError("no")


class ReduceString:
    def __reduce__(self):
        return "a_global"


class ReduceShort:
    def __reduce__(self):
        return (list,)


class ReduceLong:
    def __reduce__(self):
        return list, (), None, None, None, None


class ReduceNone:
    def __reduce__(self):
        return None


class ReduceArgs:
    def __init__(self, *args):
        self.args = args

    def __reduce__(self):
        return ReduceArgs, self.args, {"extra": list(self.args)}


class NotHashedLater:
    """Its copy cannot be a key."""

    def __deepcopy__(self, memo):
        return []


class Meta(type):
    pass


class OfMeta(metaclass=Meta):
    pass


class IntWithAttribute(int):
    pass


@dataclasses.dataclass
class Data:
    a: int
    b: list
    c: object = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
    b: tuple


class Colour(enum.Enum):
    RED = 1


Point = collections.namedtuple("Point", "x y")


class Registered:
    def __init__(self):
        self.v = [1]


class RegisteredState:
    def __init__(self, v=None):
        self.v = v


copyreg.pickle(RegisteredState, lambda x: (RegisteredState, ([7],), {"w": [8]}))


class Grows(list):
    """Appends to another list while it is copied."""

    def __init__(self, target):
        super().__init__()
        self.target = target

    def __deepcopy__(self, memo):
        if len(self.target) < 6:
            self.target.append([len(self.target)])
        return "grown"


class ShrinksDict:
    def __init__(self, target):
        self.target = target

    def __deepcopy__(self, memo):
        self.target.pop("later", None)
        return None


def self_list():
    x = [1]
    x.append(x)
    return x


def self_dict():
    x = {}
    x["me"] = x
    return x


def tuple_cycle():
    inner = []
    x = (inner, 1)
    inner.append(x)
    return x


def two_lists():
    a, b = [1, 2, 3], [1]
    b.append(a)
    a[0] = b
    return a


def self_instance():
    x = Plain(v=[1])
    x.me, x.both = x, [x, x.v]
    return x


def growing():
    x = [[0]]
    x.append(Grows(x))
    return x


def shrinking():
    x = {}
    x["a"] = ShrinksDict(x)
    x["later"] = 1
    return x


def bound_method():
    x = Plain(v=[1])
    x.f = Plain.__init__.__get__(x)
    return [x.f, x]


def many():
    shared = list(range(5))
    return [shared, {"k": shared}, (shared,), [list(range(i)) for i in range(60)]]


def int_with_attribute():
    x = IntWithAttribute(3)
    x.tag = [1]
    return [x, (x, 1), x]


def list_subclass():
    class L(list):
        pass

    x = L([[1], 2])
    x.name = ["n"]
    return [x, x]


CASES = {
    "int": lambda: 5,
    "none": lambda: None,
    "str": lambda: "text",
    "empty_list": list,
    "empty_tuple": tuple,
    "shared": lambda: (lambda inner: [inner, inner])([1, 2, 3]),
    "two_lists": two_lists,
    "self_list": self_list,
    "self_dict": self_dict,
    "tuple_cycle": tuple_cycle,
    "self_instance": self_instance,
    "atomic_tuple": lambda: (1, "a", (2.0, None)),
    "long_tuple": lambda: (1, 2, 3, 4, 5, 6),
    "tuple_of_lists": lambda: ([1], 2, ([1],)),
    "dict_tuple_keys": lambda: {(1, 2): [1], "a": {(3,): (4, [5])}},
    "sets": lambda: [{1, 2}, frozenset({3}), {(1, 2)}],
    "bytearray": lambda: [bytearray(b"ab"), b"ab"],
    "range_slice_ellipsis": lambda: [range(3), ..., NotImplemented, len, copy.copy, re.compile("a")],
    "classes": lambda: [int, Plain, OfMeta, Meta],
    "of_meta": lambda: [OfMeta(), OfMeta()],
    "function_and_lambda": lambda: [many, lambda: 0],
    "plain": lambda: Plain(a=[1], b=Plain()),
    "slots": lambda: [Slots(), Slots()],
    "slots_and_dict": SlotsAndDict,
    "with_state": lambda: [WithState(), WithState()],
    "reduce": lambda: [Reduce(), Reduce()],
    "reduce_list": lambda: ReduceList(),
    "reduce_dict": lambda: ReduceDict(a=[1], b=(2, [3])),
    "reduce_string": ReduceString,
    "reduce_short": ReduceShort,
    "reduce_long": ReduceLong,
    "reduce_none": ReduceNone,
    "reduce_args": lambda: ReduceArgs([1], (2, [3])),
    "reduce_raises": lambda: [[1], ReduceRaises()],
    "hook": lambda: [Hook(), Hook()],
    "hook_without_memo": lambda: [HookWithoutMemo(), [6]],
    "hook_writes_memo": lambda: (lambda o: [HookWritesMemo(o), o])([1]),
    "hook_writes_and_raises": lambda: [[1], HookWritesAndRaises()],
    "reduce_copies_and_raises": lambda: [[1], ReduceCopiesAndRaises()],
    "hook_returns_self": lambda: [HookReturnsSelf()] * 2,
    "hook_raises": lambda: {"k": [HookRaises()]},
    "unhashable_key": lambda: {NotHashedLater(): 1},
    "dataclass": lambda: Data(1, [2], Data(3, [])),
    "frozen": lambda: Frozen(1, (2, (3,))),
    "namedtuple": lambda: [Point([1], 2), Point(1, 2)],
    "enum": lambda: [Colour.RED, {Colour.RED: [1]}],
    "ordereddict": lambda: collections.OrderedDict(a=[1], b=[2]),
    "defaultdict": lambda: collections.defaultdict(list, {"a": [1]}),
    "deque": lambda: collections.deque([[1], 2]),
    "counter": lambda: collections.Counter("abca"),
    "datetime": lambda: [datetime.datetime(2020, 1, 1), datetime.timedelta(1)],
    "fraction": lambda: fractions.Fraction(1, 3),
    "weakref": lambda: (lambda o: [weakref.ref(o), o])(Plain()),
    "exception": lambda: ValueError("text", [1]),
    "generator": lambda: (i for i in ()),
    "module": lambda: copy,
    "lock": lambda: __import__("threading").Lock(),
    "registered": lambda: [RegisteredState(), RegisteredState()],
    "growing": growing,
    "shrinking": shrinking,
    "bound_method": bound_method,
    "builtin_method": lambda: [].append,
    "many": many,
    "int_with_attribute": int_with_attribute,
    "list_subclass": list_subclass,
    "property": lambda: property(len),
}
