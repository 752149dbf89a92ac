"""The classes that random graphs are made of: one for each way in which a class can take part in its copy."""

from __future__ import annotations

import collections
import copy
import copyreg
import dataclasses
import enum

LOG: list[str] = []  # what hooks did, in order
GONE: list[str] = []  # what finalizers were told
GROWN = 12  # a hook does not make a container longer than this: the copy would not end


def tell(tag, what: str) -> None:
    """Logs what the hook of the object called tag did."""
    LOG.append(f"{tag}: {what}")


# ---- subclasses of built-in types ----


class List(list):
    pass


class LoudList(list):
    def append(self, item):
        tell("LoudList", "append")
        list.append(self, item)


class Dict(dict):
    pass


class LoudDict(dict):
    def __setitem__(self, key, value):
        tell("LoudDict", "setitem")
        dict.__setitem__(self, key, value)


class Tuple(tuple):
    pass


class Str(str):
    pass


class Int(int):
    pass


class Float(float):
    pass


class Bytes(bytes):
    pass


class Set(set):
    pass


class FrozenSet(frozenset):
    pass


class Deque(collections.deque):
    pass


class Ordered(collections.OrderedDict):
    pass


class Default(collections.defaultdict):
    pass


Point = collections.namedtuple("Point", "x y")


class NamedPoint(Point):
    __slots__ = ()


class Colour(enum.Enum):
    RED = 1
    BLUE = [2]


class Flag(enum.IntFlag):
    A = 1
    B = 2


# ---- instances that the default reduce handles ----


class Plain:
    def __init__(self, **items):
        self.__dict__.update(items)

    def method(self):
        return self


class Slots:
    __slots__ = ("a", "__private")

    def __init__(self, a, b=None):
        self.a = a
        if b is not None:
            self.__private = b


class SlotsAndDict(Slots):
    __slots__ = ("c", "__dict__", "__weakref__")


@dataclasses.dataclass
class Data:
    a: object
    b: object = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    a: object
    b: object = None


class Keyed:
    """Can be a key or an element of a set; in a cycle it is hashed before its state is there."""

    def __init__(self, tag, value=None):
        self.tag, self.value = tag, value

    def __hash__(self):
        return hash(self.tag)

    def __eq__(self, other):
        tell(self.tag, "eq")
        return isinstance(other, Keyed) and self.tag == other.tag


class Meta(type):
    def __hash__(cls):
        tell(cls.__name__, "hash")
        return 7

    def __eq__(cls, other):
        return cls is other


class OfMeta(Plain, metaclass=Meta):
    pass


class Watched(Plain):
    """Tells of every attribute that it is asked for."""

    def __getattribute__(self, name):
        tell("Watched", name)
        return object.__getattribute__(self, name)


class Final:
    """Tells of its end."""

    def __init__(self, tag, value=None):
        self.tag, self.value = tag, value

    def __del__(self):
        GONE.append(f"{self.__dict__.get('tag')}")


# ---- state and arguments ----


class GetState:
    def __init__(self, tag, state):
        self.tag, self.state = tag, state

    def __getstate__(self):
        tell(self.tag, "getstate")
        return self.state


class SetState:
    def __init__(self, **items):
        self.__dict__.update(items)

    def __setstate__(self, state):
        tell("SetState", f"setstate {type(state).__name__}")
        self.state = state


class GetSetState(GetState):
    def __setstate__(self, state):
        self.tag = "made"
        tell(self.tag, f"setstate {type(state).__name__}")
        self.state = state


class NewArgs:
    def __new__(cls, *args):
        self = object.__new__(cls)
        self.args = args
        return self

    def __getnewargs__(self):
        tell("NewArgs", "getnewargs")
        return self.args


class NewArgsEx:
    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self.args, self.kwargs = args, kwargs
        return self

    def __getnewargs_ex__(self):
        tell("NewArgsEx", "getnewargs_ex")
        return self.args, self.kwargs


class TupleArgs(tuple):
    def __new__(cls, *items):
        return tuple.__new__(cls, items)

    def __getnewargs__(self):
        return tuple(self)


class Made(list):
    """What `Reduces` makes: takes items of both kinds."""

    def __init__(self, *args):
        super().__init__(args)

    def __setitem__(self, key, value):
        list.append(self, (key, value))


class MadeWithSetState(Made):
    def __setstate__(self, state):
        tell("Made", f"setstate {type(state).__name__}")
        self.state = state


class Reduces:
    """Its reductor returns the parts; those named in `iters` as iterators."""

    def __init__(self, tag, *parts, iters=True):
        self.tag, self.parts, self.iters = tag, parts, iters

    def __reduce_ex__(self, protocol):
        tell(self.tag, f"reduce_ex {protocol}")
        return self.built()

    def built(self):
        parts = list(self.parts)
        for i in (3, 4):
            if self.iters and len(parts) > i and isinstance(parts[i], (list, tuple, dict)):
                parts[i] = iter(parts[i].items() if isinstance(parts[i], dict) else parts[i])
        return tuple(parts)


class ReducesOld(Reduces):
    __reduce_ex__ = None

    def __reduce__(self):
        tell(self.tag, "reduce")
        return self.built()


class ReducesByIter(Reduces):
    def built(self):
        return iter(Reduces.built(self))


class ReturnsFromReduce:
    """Its reductor returns what is no reduce value."""

    def __init__(self, tag, rv):
        self.tag, self.rv = tag, rv

    def __reduce_ex__(self, protocol):
        tell(self.tag, "reduce_ex")
        return self.rv


class Registered:
    def __init__(self, value=None):
        self.value = value


class RegisteredState(Registered):
    pass


copyreg.pickle(Registered, lambda x: (Registered, (x.value,)))
copyreg.pickle(RegisteredState, lambda x: (tell("RegisteredState", "reductor"), (Plain, (), x.__dict__))[1])


# ---- hooks ----


class Hook:
    """A hook that is not entered twice at a time: a cycle through it would not end."""

    def __init__(self, tag, *args):
        self.tag, self.args, self.busy = tag, args, False

    def __deepcopy__(self, memo):
        tell(self.tag, type(self).__name__)
        if self.busy:
            return "busy"
        self.busy = True
        try:
            return self.copied(memo, *self.args)
        finally:
            self.busy = False

    def copied(self, memo, *args):
        raise NotImplementedError


class Copies(Hook):
    def copied(self, memo, *args):
        return [copy.deepcopy(x, memo) for x in args]


class CopiesAnew(Hook):
    def copied(self, memo, *args):
        return [copy.deepcopy(x) for x in args]


class CopiesDict(Hook):
    """The common idiom: a new instance into the memo, then its attributes."""

    def copied(self, memo, *args):
        y = object.__new__(Plain)
        memo[id(self)] = y
        y.args = copy.deepcopy(args, memo)
        return y


class Catches(Hook):
    def copied(self, memo, *args):
        try:
            return copy.deepcopy(args, memo)
        except RecursionError:
            raise
        except Exception as e:
            tell(self.tag, f"caught {type(e).__name__}")
            return "caught"


class Itself(Hook):
    def copied(self, memo, *args):
        return self


class Returns(Hook):
    def copied(self, memo, *args):
        return args[0] if args else None


class Raises(Hook):
    def copied(self, memo, error=ValueError):
        raise error(f"from {self.tag}")


class RaisesAfter(Hook):
    def copied(self, memo, *args):
        copy.deepcopy(args, memo)
        raise KeyError(f"from {self.tag}")


class Writes(Hook):
    """Tells the memo the copy of an object, that may be met later."""

    def copied(self, memo, target, value):
        memo[id(target)] = value
        return "wrote"


class Forgets(Hook):
    def copied(self, memo, target):
        tell(self.tag, f"forgets {memo.pop(id(target), None) is not None}")
        return "forgot"


class Empties(Hook):
    def copied(self, memo):
        memo.clear()
        return "emptied"


class Fills(Hook):
    def copied(self, memo, n):
        memo.update({-i - 1: i for i in range(n)})
        return "filled"


class Names(Hook):
    def copied(self, memo):
        memo["name"] = memo[(1, "two")] = self.tag
        return len(memo)


class KeepsElsewhere(Hook):
    """Replaces, or takes away, the list that keeps originals alive."""

    def copied(self, memo, kept=None):
        # What was kept so far stays so: the ids of temporaries are in the memo.
        memo["kept", self.tag, len(memo)] = memo.pop(id(memo), None)
        if kept is not None:
            memo[id(memo)] = kept
        return "kept elsewhere"


class Temporaries(Hook):
    """An object that dies, and another with its id: the memo still knows the first."""

    def copied(self, memo):
        temporary = [1]
        memo[id(temporary)], address = "stale", id(temporary)
        del temporary
        held = []
        try:
            while len(held) < 200:
                held.append([2])
                if id(held[-1]) == address:
                    return copy.deepcopy(held[-1], memo)
            return "stale"
        finally:
            memo.pop(address, None)  # or whatever gets that address next would be taken for it


class TemporaryCopies(Hook):
    def copied(self, memo, *args):
        return [len(copy.deepcopy([x, [x]], memo)) for x in args for _ in range(3)]


class Appends(Hook):
    def copied(self, memo, target, value):
        if len(target) < GROWN:
            target.append(value)
        return "appended"


class Inserts(Hook):
    def copied(self, memo, target, value):
        if len(target) < GROWN:
            target.insert(0, value)
        return "inserted"


class Pops(Hook):
    def copied(self, memo, target):
        if target:
            target.pop()
        return "popped"


class Clears(Hook):
    def copied(self, memo, target):
        target.clear()
        return "cleared"


class Puts(Hook):
    def copied(self, memo, target, key, value):
        if len(target) < GROWN:
            target[key] = value
        return "put"


class PopsKey(Hook):
    def copied(self, memo, target):
        if target:
            del target[next(iter(target))]
        return "popped"


class Swaps(Hook):
    """Another key, the same size."""

    def copied(self, memo, target):
        if target:
            target[("swapped", len(target))] = target.pop(next(iter(target)))
        return "swapped"


class SetsAttribute(Hook):
    def copied(self, memo, target, value):
        target.late = value
        return "set"


class ClearsCopy(Hook):
    """Changes the half-made copy that the memo has already."""

    def copied(self, memo, target):
        made = memo.get(id(target))
        if isinstance(made, (list, dict)):
            made.clear()
        return "cleared"


class InstanceHook(Plain):
    """An instance attribute stands where the hook would."""

    def __init__(self, name, value):
        super().__init__(value=value)
        self.__dict__[name] = None if value is None else (lambda *args: [value])


# ---- memos ----


class Memo(dict):
    pass


class LoudMemo(dict):
    def get(self, key, default=None):
        LOG.append("memo get")
        return dict.get(self, key, default)

    def __getitem__(self, key):
        LOG.append("memo getitem")
        return dict.__getitem__(self, key)

    def __setitem__(self, key, value):
        LOG.append("memo setitem")
        dict.__setitem__(self, key, value)
