"""Objects that a shallow copy can trip over, each made anew by a function of its own.

Hooks write what they did to LOG. `REPLACE` holds what replace() is asked for: a function that makes the object, and the
changes. A case may be a generator function: it yields its object and puts back what it changed for it.
"""

from __future__ import annotations

import array
import collections
import contextlib
import copy
import copyreg
import dataclasses
import datetime
import decimal
import enum
import fractions
import threading
import types
import weakref

LOG: list[tuple] = []


def log(*what):
    LOG.append(what)


class Plain:
    def __init__(self, **items):
        self.__dict__.update(items)


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a, self.b = [1], {"k": 2}


class SlotsAndDict(Slots):
    def __init__(self):
        super().__init__()
        self.c = self.a


class LoggedSlots:
    __slots__ = ("a", "b")

    def __init__(self):
        object.__setattr__(self, "a", [1])
        object.__setattr__(self, "b", [2])

    def __setattr__(self, name, value):
        log("set", name)
        if name == "b":
            raise ValueError("b is not for you")
        object.__setattr__(self, name, value)


class WithState:
    def __init__(self):
        self.items = [1, 2]

    def __getstate__(self):
        log("getstate")
        return {"items": self.items}

    def __setstate__(self, state):
        log("setstate", sorted(state))
        self.__dict__.update(state)


class StateRaises(WithState):
    def __setstate__(self, state):
        raise KeyError("setstate")


class HasStateOnce:
    """hasattr() finds __setstate__, the call does not."""

    def __init__(self):
        self.n = 0

    def __getattr__(self, name):
        if name != "__setstate__":
            raise AttributeError(name)
        log("getattr", name)
        object.__setattr__(self, "asked", getattr(self, "asked", 0) + 1) if "asked" in self.__dict__ else None
        if "asked" in self.__dict__:
            raise AttributeError("only once")
        self.__dict__["asked"] = 1
        return lambda state: log("state", sorted(state))


class HasStateRaises:
    def __reduce_ex__(self, protocol):
        return HasStateRaises, (), {"a": 1}

    @property
    def __setstate__(self):
        raise ZeroDivisionError("looking for __setstate__")


class Reduces:
    """Gives the reduce value it was made with; what is built is a Target."""

    def __init__(self, rv):
        self.rv = rv

    def __reduce_ex__(self, protocol):
        log("reduce_ex", protocol)
        return self.rv(self) if isinstance(self.rv, types.FunctionType) else self.rv


class Target:
    """Takes everything and tells."""

    def __init__(self, *args):
        log("init", len(args))
        self.args, self.added = args, []

    def append(self, item):
        log("append", type(item).__name__)
        self.added.append(item)

    def __setitem__(self, key, value):
        log("setitem", key if isinstance(key, (int, str)) else type(key).__name__)
        self.added.append((key, value))


class RefusesItems(Target):
    def append(self, item):
        raise OverflowError("full")

    def __setitem__(self, key, value):
        raise KeyError("no such key")


class Slotless:
    __slots__ = ()


class Dying:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log("died", self.name)


class Forgets(Target):
    def append(self, item):
        log("forgets", item.name)


def dying_items():
    for name in "abc":
        log("next", name)
        yield Dying(name)
    log("end")


class Pair:
    """Iterable, and no sequence."""

    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        log("iter", len(self.items))
        return iter(self.items)


class PairTuple(tuple):
    """A tuple that unpacks to something else."""

    def __iter__(self):
        log("iter tuple")
        return iter(({"odd": 1}, {"a": 2}))


class SaysTuple:
    """No tuple, but isinstance() believes that it is one."""

    __class__ = tuple

    def __len__(self):
        log("len")
        return 2

    def __iter__(self):
        log("iter")
        return iter((None, None))


class SaysStr:
    __class__ = str


class StrSubclass(str):
    pass


class OldReduce:
    __reduce_ex__ = None

    def __init__(self):
        self.v = [1]

    def __reduce__(self):
        log("reduce")
        return Target, (self.v,)


class NoReduce:
    __reduce_ex__ = None
    __reduce__ = None


class FalseReductor:
    def __bool__(self):
        log("bool")
        return False

    def __call__(self):
        raise AssertionError


class FalseReduce:
    __reduce_ex__ = None
    __reduce__ = FalseReductor()


class InstanceReduce:
    def __init__(self):
        self.__reduce_ex__ = lambda protocol: (log("instance", protocol), (Target, ()))[1]


class GetattrReduce:
    __slots__ = ()

    def __getattribute__(self, name):
        log("getattribute", name)
        if name == "__reduce_ex__":
            raise AttributeError(name)
        return object.__getattribute__(self, name)

    def __reduce__(self):
        return Target, ()


class ReduceLookupRaises:
    @property
    def __reduce_ex__(self):
        raise ZeroDivisionError("no reductor today")


class NamelessMeta(type):
    def __str__(cls):
        log("str of the class")
        return "a class of no name"


class Nameless(metaclass=NamelessMeta):
    __reduce_ex__ = __reduce__ = None


class Hook:
    def __copy__(self):
        log("hook")
        return [1, self]


class HookReturnsSelf:
    def __copy__(self):
        return self


class HookReturnsNone:
    def __copy__(self):
        return None


class HookRaises:
    def __copy__(self):
        raise NotImplementedError("cannot copy this")


class HookIsNone:
    __copy__ = None

    def __init__(self):
        self.v = [1]


class HookNested:
    def __init__(self):
        self.v = [1, [2]]

    def __copy__(self):
        y = HookNested()
        y.v = copy.copy(self.v)
        y.w = copy.deepcopy(self.v)
        y.z = copy.copy((1, 2))
        return y


class HookNestedRaises:
    def __copy__(self):
        with contextlib.suppress(copy.Error):
            copy.copy(NoReduce())
        return copy.copy(HookRaises())


class HookOnInstance:
    """copy() looks at the class: this one is not called."""

    def __init__(self):
        self.__copy__ = lambda: log("never")


class HookStatic:
    @staticmethod
    def __copy__(x):
        log("static", type(x).__name__)
        return [x]


class MetaHook(type):
    def __getattr__(cls, name):
        log("meta getattr", name)
        if name == "__copy__":
            return lambda x: [x, "by the metaclass"]
        raise AttributeError(name)


class ByMeta(metaclass=MetaHook):
    pass


class MetaRaises(type):
    def __getattribute__(cls, name):
        if name == "__copy__":
            raise ZeroDivisionError("metaclass")
        return type.__getattribute__(cls, name)


class ByMetaRaises(metaclass=MetaRaises):
    pass


class CountingMeta(type):
    def __hash__(cls):
        log("hash")
        return 17

    def __eq__(cls, other):
        log("eq")
        return cls is other


class Counted(metaclass=CountingMeta):
    def __reduce__(self):
        return "a_global"


class HashRaisesMeta(type):
    def __hash__(cls):
        raise ZeroDivisionError("hash")


class HashRaises(metaclass=HashRaisesMeta):
    pass


class HashRaisesLaterMeta(type):
    asked = 0

    def __hash__(cls):
        cls.asked += 1
        if cls.asked > 1:
            raise ZeroDivisionError("hash, the second time")
        return 3


def hash_raises_later():
    return HashRaisesLaterMeta("HashRaisesLater", (), {})()


class ChangesClass:
    def __init__(self):
        self.v = [1]

    def __reduce_ex__(self, protocol):
        self.__class__ = Plain
        return Plain, (), {"v": self.v}


class Registered:
    def __init__(self, v=None):
        self.v = v


class RegisteredNone(Registered):
    pass


copyreg.dispatch_table[Registered] = lambda x: (log("copyreg"), (Registered, (x.v,)))[1]
copyreg.dispatch_table[RegisteredNone] = None


class ListSubclass(list):
    pass


class DictSubclass(dict):
    pass


class SetSubclass(set):
    pass


class TupleSubclass(tuple):
    pass


class IntSubclass(int):
    pass


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Data:
    a: int
    b: list
    c: object = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: int
    b: tuple


@dataclasses.dataclass
class WithInitVar:
    a: int
    b: dataclasses.InitVar[int]
    c: int = dataclasses.field(init=False, default=3)


Point = collections.namedtuple("Point", "x y")


def attributed(x, **attributes):
    x.__dict__.update(attributes)
    return x


@contextlib.contextmanager
def rebound(**names):
    """Names of the copy module, for a while; those it does not have stay away."""
    before = {n: copy.__dict__[n] for n in names if n in copy.__dict__}
    copy.__dict__.update({n: names[n] for n in before})
    try:
        yield
    finally:
        copy.__dict__.update(before)


@contextlib.contextmanager
def registered(cls, copier):
    """A copier in copy._copy_dispatch, where this interpreter has that."""
    table = getattr(copy, "_copy_dispatch", {})
    table[cls] = copier
    try:
        yield
    finally:
        del table[cls]


class Truth:
    """A copier that is called, or passed over, by its truth."""

    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        log("bool")
        if self.truth is None:
            raise ZeroDivisionError("neither")
        return self.truth

    def __call__(self, x):
        log("called")
        return [x]


def with_copier(make, copier):
    def case():
        x = make()
        with registered(type(x), copier):
            yield x

    return case


def with_names(make, **names):
    def case():
        x = make()
        with rebound(**names):
            yield x

    return case


class LoggedTable(dict):
    def get(self, key, default=None):
        log("table", key.__name__)
        return super().get(key, default)


def own_reconstruct(x, memo, *rest):
    log("_reconstruct", memo, len(rest))
    return [x]


class OwnError(Exception):
    def __init__(self, text):
        log("error made")
        super().__init__(text, 2)


def reduces(*rv):
    return lambda: Reduces(rv)


CASES = {
    "int": lambda: 5,
    "none": lambda: None,
    "str": lambda: "text",
    "tuple": lambda: (1, [2]),
    "frozenset": lambda: frozenset({1}),
    "range": lambda: range(3),
    "slice": lambda: slice(1, 2),
    "property": lambda: property(len),
    "ellipsis": lambda: ...,
    "notimplemented": lambda: NotImplemented,
    "function": lambda: log,
    "builtin": lambda: len,
    "code": lambda: log.__code__,
    "weakref": lambda: weakref.ref(Plain),
    "type": lambda: int,
    "class": lambda: Plain,
    "class_of_meta": lambda: ByMeta,
    "class_counting": lambda: Counted,
    "super": lambda: super(SlotsAndDict, SlotsAndDict()),
    "list": lambda: [1, [2], (3,)],
    "dict": lambda: {"a": [1], 2: "b"},
    "set": lambda: {1, "a"},
    "bytearray": lambda: bytearray(b"abc"),
    "list_subclass": lambda: attributed(ListSubclass([[1], 2]), n=[3]),
    "dict_subclass": lambda: attributed(DictSubclass(a=[1]), n=[3]),
    "set_subclass": lambda: attributed(SetSubclass([1]), n=[3]),
    "tuple_subclass": lambda: attributed(TupleSubclass([[1]]), n=[3]),
    "int_subclass": lambda: attributed(IntSubclass(3), n=[3]),
    "ordereddict": lambda: collections.OrderedDict(a=[1], b=[2]),
    "defaultdict": lambda: collections.defaultdict(list, {"a": [1]}),
    "deque": lambda: collections.deque([[1], 2], 5),
    "counter": lambda: collections.Counter("abca"),
    "array": lambda: array.array("i", [1, 2]),
    "datetime": lambda: datetime.datetime(2020, 1, 1),
    "fraction": lambda: fractions.Fraction(1, 3),
    "decimal": lambda: decimal.Decimal("1.5"),
    "namedtuple": lambda: Point([1], 2),
    "enum": lambda: Colour.RED,
    "dataclass": lambda: Data(1, [2], Data(3, [])),
    "frozen": lambda: Frozen(1, (2, [3])),
    "exception": lambda: ValueError("text", [1]),
    "method": lambda: [].append,
    "bound_method": lambda: WithState().__getstate__,
    "generator": lambda: (i for i in ()),
    "module": lambda: copy,
    "lock": threading.Lock,
    "plain": lambda: Plain(a=[1], b=2),
    "plain_empty": Plain,
    "slots": Slots,
    "slots_and_dict": SlotsAndDict,
    "slots_logged": LoggedSlots,
    "with_state": WithState,
    "state_raises": StateRaises,
    "has_state_once": HasStateOnce,
    "has_state_raises": HasStateRaises,
    "hook": Hook,
    "hook_returns_self": HookReturnsSelf,
    "hook_returns_none": HookReturnsNone,
    "hook_raises": HookRaises,
    "hook_is_none": HookIsNone,
    "hook_nested": HookNested,
    "hook_nested_raises": HookNestedRaises,
    "hook_on_instance": HookOnInstance,
    "hook_static": HookStatic,
    "hook_by_meta": ByMeta,
    "hook_lookup_raises": ByMetaRaises,
    "meta_counted": Counted,
    "meta_hash_raises": HashRaises,
    "meta_hash_raises_later": hash_raises_later,
    "copyreg": lambda: Registered([1]),
    "copyreg_none": lambda: RegisteredNone([1]),
    "class_changes": ChangesClass,
    "reduce_old": OldReduce,
    "reduce_none": NoReduce,
    "reduce_false": FalseReduce,
    "reduce_on_instance": InstanceReduce,
    "reduce_getattribute": GetattrReduce,
    "reduce_lookup_raises": ReduceLookupRaises,
    "reduce_nameless": Nameless,
    "rv_str": lambda: Reduces("a_global"),
    "rv_str_subclass": lambda: Reduces(StrSubclass("x")),
    "rv_says_str": lambda: Reduces(SaysStr()),
    "rv_none": lambda: Reduces(None),
    "rv_int": lambda: Reduces(3),
    "rv_list": lambda: Reduces([Target, ([1],)]),
    "rv_generator": lambda: Reduces(lambda x: (part for part in (Target, (x,)))),
    "rv_pair_object": lambda: Reduces(Pair(Target, ())),
    "rv_raising_generator": lambda: Reduces(lambda x: (1 // part for part in (1, 0))),
    "rv_short": reduces(list),
    "rv_empty": lambda: Reduces(()),
    "rv_long": reduces(list, (), None, None, None, None),
    "rv_not_callable": reduces(3, ()),
    "rv_args_list": reduces(Target, [1, [2]]),
    "rv_args_generator": lambda: Reduces(lambda x: (Target, (i for i in (1, x)))),
    "rv_args_none": reduces(Target, None),
    "rv_args_int": reduces(len, 3),
    "rv_args_wrong": reduces(Slotless, (1, 2)),
    "rv_args_raise": reduces(int, ("no number",)),
    "state_plain": reduces(Target, (), {"s": [1]}),
    "state_empty": reduces(Target, (), {}),
    "state_false": reduces(Target, (), False),
    "state_int": reduces(Target, (), 3),
    "state_pairs": reduces(Target, (), [("s", 1), ("t", 2)]),
    "state_pair": reduces(Target, (), ({"s": [1]}, {"t": [2]})),
    "state_pair_none": reduces(Target, (), (None, {"t": [2]})),
    "state_pair_none_none": reduces(Target, (), (None, None)),
    "state_three": reduces(Target, (), (1, 2, 3)),
    "state_tuple_subclass": lambda: Reduces((Target, (), PairTuple((1, 2)))),
    "state_says_tuple": lambda: Reduces((Target, (), SaysTuple())),
    "state_slots_no_items": reduces(Target, (), (None, [1])),
    "state_slots_bad_name": reduces(Target, (), (None, {3: 4})),
    "state_no_dict": reduces(Slotless, (), {"s": 1}),
    "state_no_slot": reduces(Slotless, (), (None, {"s": 1})),
    "items": lambda: Reduces((Target, (), None, iter([[1], 2]))),
    "items_list": reduces(Target, (), None, [[1], 2]),
    "items_int": reduces(Target, (), None, 3),
    "items_false": reduces(Target, (), None, False),
    "items_dying": lambda: Reduces((Forgets, (), None, dying_items())),
    "items_raise": lambda: Reduces((Target, (), None, (1 // i for i in (1, 0)))),
    "items_refused": lambda: Reduces((RefusesItems, (), None, [1])),
    "items_no_append": reduces(Plain, (), None, [1]),
    "pairs": lambda: Reduces((Target, (), None, None, iter([("a", [1]), ("b", 2)]))),
    "pairs_as_lists": lambda: Reduces((Target, (), None, None, [["a", 1], "bc", Pair(3, 4)])),
    "pairs_int": reduces(Target, (), None, None, 3),
    "pairs_of_int": reduces(Target, (), None, None, [5]),
    "pairs_of_one": reduces(Target, (), None, None, [("a", 1), (2,)]),
    "pairs_of_none": reduces(Target, (), None, None, [()]),
    "pairs_of_three": reduces(Target, (), None, None, [(1, 2, 3)]),
    "pairs_of_endless": lambda: Reduces(lambda x: (Target, (), None, None, [iter(int, 1)])),
    "pairs_refused": lambda: Reduces((RefusesItems, (), None, None, [(1, 2)])),
    "pairs_no_setitem": reduces(Plain, (), None, None, [(1, 2)]),
    "everything": lambda: Reduces((Target, ([1],), ({"s": [1]}, {"t": 2}), [[3]], [("k", [4])])),
    "copier": with_copier(Plain, lambda x: (log("copier"), [x])[1]),
    "copier_returns_x": with_copier(Plain, lambda x: x),
    "copier_raises": with_copier(Plain, lambda x: 1 // 0),
    "copier_for_list": with_copier(lambda: ListSubclass([1]), list.copy),
    "copier_wrong": with_copier(Plain, list.copy),
    "copier_immutable": with_copier(Plain, getattr(copy, "_copy_immutable", lambda x: x)),
    "copier_none": with_copier(Plain, None),
    "copier_true": with_copier(Plain, Truth(True)),
    "copier_false": with_copier(Plain, Truth(False)),
    "copier_neither": with_copier(Plain, Truth(None)),
    "copier_not_callable": with_copier(Plain, 3),
    "table_is_another": with_names(
        Plain, _copy_dispatch=LoggedTable({Plain: lambda x: [x]}), _copy_atomic_types={Plain}
    ),
    "table_is_none": with_names(Plain, _copy_dispatch=None, _copy_atomic_types=None),
    "copyreg_is_another": with_names(Plain, dispatch_table=LoggedTable({Plain: lambda x: "name"})),
    "reconstruct_is_another": with_names(lambda: Plain(a=1), _reconstruct=own_reconstruct),
    "reconstruct_is_another_short": with_names(reduces(list), _reconstruct=own_reconstruct),
    "immutable_is_another": with_names(lambda: ByMeta, _copy_immutable=lambda x: [x]),
    "error_is_another": with_names(NoReduce, Error=OwnError),
    "error_is_none": with_names(NoReduce, Error=lambda text: 3),
}


class Replaces:
    def __init__(self, v=()):
        self.v = v

    def __replace__(self, /, **changes):
        log("replace", sorted(changes))
        return Replaces((self, changes))


class ReplaceRaises:
    def __replace__(self, /, **changes):
        raise NotImplementedError("not this")


class ReplaceStatic:
    @staticmethod
    def __replace__(*args, **changes):
        log("static", len(args), sorted(changes))
        return [args, changes]


class ReplaceNested(Replaces):
    def __replace__(self, /, **changes):
        return [copy.replace(Replaces(), **changes), copy.copy([self]), copy.deepcopy([1])]


class ReplaceIsNone:
    __replace__ = None


class ReplaceNotCallable:
    __replace__ = 3


class KeepsChanges:
    """A C callable that is given the dict itself."""

    __replace__ = type("Call", (), {"__call__": lambda self, *a, **k: (a, k)})()


class LiesAboutClass:
    __class__ = Replaces


class ClassRaises:
    @property
    def __class__(self):
        raise ZeroDivisionError("class")


class OddName:
    def __init__(self):
        self.odd = types.SimpleNamespace(__name__=3.5)

    @property
    def __class__(self):
        return self.odd


class NoName:
    @property
    def __class__(self):
        return 7


class ReplaceLookupRaises(metaclass=type("Meta", (type,), {"__replace__": property(lambda cls: 1 // 0)})):
    pass


REPLACE = {
    "namedtuple": (lambda: Point([1], 2), {"x": 3}),
    "namedtuple_nothing": (lambda: Point([1], 2), {}),
    "namedtuple_wrong": (lambda: Point([1], 2), {"z": 3}),
    "dataclass": (lambda: Data(1, [2]), {"b": 5}),
    "dataclass_wrong": (lambda: Data(1, [2]), {"z": 5}),
    "frozen": (lambda: Frozen(1, (2, [3])), {"a": 4}),
    "init_var": (lambda: WithInitVar(1, 2), {"a": 4}),
    "init_var_given": (lambda: WithInitVar(1, 2), {"b": 4}),
    "init_false": (lambda: WithInitVar(1, 2), {"b": 4, "c": 4}),
    "namespace": (lambda: types.SimpleNamespace(a=[1], b=2), {"b": 3, "c": 4}),
    "datetime": (lambda: datetime.datetime(2020, 1, 1), {"year": 2021}),
    "code": (lambda: log.__code__, {"co_name": "other"}),
    "hook": (Replaces, {"a": [1], "self": 2, "obj": 3, "x": 4}),
    "hook_raises": (ReplaceRaises, {"a": 1}),
    "hook_static": (ReplaceStatic, {"a": 1}),
    "hook_nested": (ReplaceNested, {"a": 1}),
    "hook_is_none": (ReplaceIsNone, {}),
    "hook_not_callable": (ReplaceNotCallable, {"a": 1}),
    "hook_keeps_changes": (KeepsChanges, {"a": 1}),
    "hook_lookup_raises": (ReplaceLookupRaises, {"a": 1}),
    "list": (lambda: [1], {}),
    "int": (lambda: 1, {"a": 1}),
    "class": (lambda: Replaces, {}),
    "lies": (LiesAboutClass, {"a": 1}),
    "class_raises": (ClassRaises, {}),
    "odd_name": (OddName, {}),
    "no_name": (NoName, {}),
    "keyword_not_str": (Replaces, {1: 2}),
}
