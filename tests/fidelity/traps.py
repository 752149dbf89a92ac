"""Known traps for anything that takes the place of `copy.deepcopy`, one scenario each.

A scenario is called as `scenario(deepcopy, log)`: it makes its objects, copies them with the deepcopy it was given and
returns what is to be compared; hooks append to `log` in the order in which they run.
"""

from __future__ import annotations

import abc
import collections
import contextlib
import copy
import copyreg
import gc
import sys
import types
import weakref

TRAPS = {}


def trap(scenario):
    """Registers a scenario under its name."""
    TRAPS[scenario.__name__] = scenario
    return scenario


@contextlib.contextmanager
def attribute(owner, name, value):
    """owner.name is value for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextlib.contextmanager
def entry(table, key, value):
    """table[key] is value for a while."""
    missing = object()
    before = table.get(key, missing)
    table[key] = value
    try:
        yield
    finally:
        if before is missing:
            del table[key]
        else:
            table[key] = before


class Plain:
    def __init__(self, **items):
        self.__dict__.update(items)


class Logs:
    """A leaf whose copy is told."""

    def __init__(self, log, name, result=None):
        self.log, self.name, self.result = log, name, result

    def __deepcopy__(self, memo):
        self.log.append(f"copies {self.name}")
        return self.result if self.result is not None else f"copy of {self.name}"


class Does:
    """Calls a function while it is copied."""

    def __init__(self, action, result="done"):
        self.action, self.result = action, result

    def __deepcopy__(self, memo):
        self.action(memo)
        return self.result


class Reduces:
    """`__reduce_ex__` returns what it was given."""

    def __init__(self, rv):
        self.rv = rv

    def __reduce_ex__(self, protocol):
        return self.rv() if isinstance(self.rv, types.FunctionType) else self.rv


def raiser(error):
    """A function that raises."""

    def action(*_):
        raise error

    return action


# ---- order of evaluation ----


@trap
def dict_value_is_copied_before_its_key(deepcopy, log):
    return deepcopy({Logs(log, "key"): Logs(log, "value"), Logs(log, "key 2"): Logs(log, "value 2")})


@trap
def dict_items_of_a_reduce_copy_the_key_first(deepcopy, log):
    return deepcopy(Reduces((dict, (), None, None, [(Logs(log, "key"), Logs(log, "value"))])))


@trap
def args_are_copied_one_by_one_before_the_call(deepcopy, log):
    def make(*args):
        log.append("make")
        return Plain(args=args)

    return deepcopy(Reduces((make, (Logs(log, "a"), Logs(log, "b")))))


@trap
def state_comes_before_list_items_and_those_before_dict_items(deepcopy, log):
    class Made(list):
        def __setstate__(self, state):
            log.append(f"setstate {state}")

        def append(self, item):
            log.append(f"append {item}")

        def __setitem__(self, key, value):
            log.append(f"setitem {key} {value}")

    parts = (Made, (), Logs(log, "state"), iter([Logs(log, "item")]), iter([(Logs(log, "k"), Logs(log, "v"))]))
    return deepcopy(Reduces(parts))


@trap
def attributes_are_looked_up_in_the_interpreters_order(deepcopy, log):
    class Watched:
        def __init__(self):
            self.a = [1]

        def __getattribute__(self, name):
            log.append(name)
            return object.__getattribute__(self, name)

    return deepcopy([Watched(), Watched()])


@trap
def missing_attributes_are_asked_of_getattr(deepcopy, log):
    class Proxy:
        def __init__(self, target):
            self.__dict__["target"] = target

        def __getattr__(self, name):
            log.append(name)
            if name == "target":
                raise AttributeError(name)
            return getattr(self.target, name)

    return deepcopy(Proxy([1, [2]]))


@trap
def getattr_that_answers_everything(deepcopy, log):
    class Yes:
        def __getattr__(self, name):
            log.append(name)
            return lambda *args: [name]

    return deepcopy(Yes())


@trap
def getattr_that_raises_another_error(deepcopy, log):
    class No:
        def __getattr__(self, name):
            raise LookupError(name)

    return deepcopy(No())


# ---- reduce values ----


def _malformed():
    def function(*args):
        return Plain(args=args)

    class Str(str):
        pass

    class Instance:
        pass

    yield "none", None
    yield "int", 5
    yield "empty_tuple", ()
    yield "one_item", (function,)
    yield "seven_items", (function, (), None, None, None, None, None)
    yield "six_items_as_in_pickle", (function, (), None, None, None, None)
    yield "str", "name"
    yield "str_subclass", Str("name")
    yield "list", [function, ([1],)]
    yield "generator", lambda: (part for part in (function, ([1],), {"a": [2]}))
    yield "generator_that_raises", lambda: (1 // 0 for _ in "a")
    yield "dict_of_two_keys", {function: 1, (): 2}
    yield "set", {1}
    yield "bytes", b"ab"
    yield "function_is_not_callable", (5, ())
    yield "function_is_none", (None, ())
    yield "args_none", (function, None)
    yield "args_zero", (function, 0)
    yield "args_int", (function, 7)
    yield "args_str", (function, "ab")
    yield "args_empty_str", (function, "")
    yield "args_list", (function, [[1], [2]])
    yield "args_empty_list", (function, [])
    yield "args_dict", (function, {"k": [1]})
    yield "args_generator", lambda: (function, (part for part in ([1], [2])))
    yield "args_object", (function, Instance())
    yield "builtin_args_none", (list, None)
    yield "builtin_args_int", (list, 7)
    yield "class_args_none", (Instance, None)
    yield "class_too_many_args", (Instance, (1, 2))
    yield "lambda_args_none", (lambda: 1, None)
    yield "lambda_too_many_args", (lambda: 1, (1,))
    yield "state_int", (function, (), 5)
    yield "state_zero", (function, (), 0)
    yield "state_empty", (function, (), {})
    yield "state_empty_tuple", (function, (), ())
    yield "state_str", (function, (), "text")
    yield "state_pairs", (function, (), [("a", [1]), ("b", 2)])
    yield "state_three", (function, (), (1, 2, 3))
    yield "state_pair_of_nones", (function, (), (None, None))
    yield "state_slots_only", (function, (), (None, {"a": [1]}))
    yield "state_slots_list", (function, (), (None, [1]))
    yield "state_slots_zero", (function, (), (None, 0))
    yield "state_slots_int_key", (function, (), (None, {1: 2}))
    yield "state_of_no_dict", (list, (), {"a": 1})
    yield "state_slots_of_no_dict", (list, (), (None, {"a": 1}))
    yield "state_of_int", (int, (), {"a": 1})
    yield "list_items_int", (list, (), None, 5)
    yield "list_items_list", (list, (), None, [[1], [2]])
    yield "list_items_zero", (list, (), None, 0)
    yield "list_items_str", (list, (), None, "abc")
    yield "list_items_no_append", (dict, (), None, [1])
    yield "dict_items_int", (dict, (), None, None, 5)
    yield "dict_items_not_pairs", (dict, (), None, None, [5])
    yield "dict_items_none", (dict, (), None, None, [None])
    yield "dict_items_single", (dict, (), None, None, [(1,)])
    yield "dict_items_triple", (dict, (), None, None, [(1, 2, 3)])
    yield "dict_items_empty", (dict, (), None, None, [()])
    yield "dict_items_strings", (dict, (), None, None, ["ab", "cd"])
    yield "dict_items_lists", (dict, (), None, None, [["a", [1]]])
    yield "dict_items_generators", lambda: (dict, (), None, None, [(part for part in ("a", [1]))])
    yield "dict_items_long_generator", lambda: (dict, (), None, None, [(part for part in range(9))])
    yield "dict_items_dict", (dict, (), None, None, {"ab": 1})
    yield "dict_items_unhashable", (dict, (), None, None, [([], 1)])
    yield "dict_items_no_setitem", (set, (), None, None, [(1, 2)])
    yield "dict_items_set_pair", (dict, (), None, None, [{"a"}])


def _malformed_trap(name, rv):
    def scenario(deepcopy, log):
        return deepcopy([[1], Reduces(rv)])

    scenario.__name__ = f"reduce_returns_{name}"
    trap(scenario)


for _name, _rv in _malformed():
    _malformed_trap(_name, _rv)


@trap
def reduce_tuple_subclass_with_its_own_iter(deepcopy, log):
    class Odd(tuple):
        def __iter__(self):
            log.append("iter")
            return iter((list, (), None, [[1], [2]]))

        def __len__(self):
            log.append("len")
            return 7

    return deepcopy(Reduces(Odd((dict, ()))))


@trap
def reduce_iterable_with_a_length_that_lies(deepcopy, log):
    class Odd:
        def __iter__(self):
            return iter((list, (), None, [[1]]))

        def __len__(self):
            return -1

    return deepcopy(Reduces(Odd()))


@trap
def reduce_sequence_by_getitem(deepcopy, log):
    class Odd:
        def __getitem__(self, i):
            log.append(i)
            return (list, (), None, [[1]])[i]

    return deepcopy(Reduces(Odd()))


@trap
def reduce_value_that_claims_to_be_a_str(deepcopy, log):
    class Claims:
        __class__ = str

    x = Reduces(Claims())
    return x, deepcopy([x])


@trap
def state_that_claims_to_be_a_tuple(deepcopy, log):
    class Claims:
        __class__ = tuple

        def __deepcopy__(self, memo):
            return self

        def __len__(self):
            log.append("len")
            return 2

        def __iter__(self):
            log.append("iter")
            return iter(({"a": 1}, {"b": 2}))

    return deepcopy(Reduces((Plain, (), Claims())))


@trap
def state_tuple_subclass_that_unpacks_to_less(deepcopy, log):
    class Pair(tuple):
        def __deepcopy__(self, memo):
            return self

        def __iter__(self):
            return iter((1,))

    return deepcopy(Reduces((Plain, (), Pair((1, 2)))))


@trap
def state_tuple_subclass_that_unpacks_to_more(deepcopy, log):
    class Pair(tuple):
        def __deepcopy__(self, memo):
            return self

        def __iter__(self):
            return iter((1, 2, 3))

    return deepcopy(Reduces((Plain, (), Pair((1, 2)))))


@trap
def state_tuple_of_three_that_says_two(deepcopy, log):
    class Pair(tuple):
        def __deepcopy__(self, memo):
            return self

        def __len__(self):
            return 2

    return deepcopy(Reduces((Plain, (), Pair((1, 2, 3)))))


@trap
def slot_state_items_that_are_no_pairs(deepcopy, log):
    class Items:
        def __deepcopy__(self, memo):
            return self

        def items(self):
            log.append("items")
            return [("a", 1), ("b",)]

    return deepcopy(Reduces((Plain, (), (None, Items()))))


@trap
def slot_state_items_that_are_ints(deepcopy, log):
    class Items:
        def __deepcopy__(self, memo):
            return self

        def items(self):
            return [5]

    return deepcopy(Reduces((Plain, (), (None, Items()))))


@trap
def slot_state_items_too_long(deepcopy, log):
    class Items:
        def __deepcopy__(self, memo):
            return self

        def items(self):
            return [("a", 1, 2)]

    return deepcopy(Reduces((Plain, (), (None, Items()))))


@trap
def setstate_is_looked_up_twice(deepcopy, log):
    class Made:
        @property
        def __setstate__(self):
            log.append("asked")
            return lambda state: log.append(f"set {state}")

    return deepcopy(Reduces((Made, (), {"a": [1]})))


@trap
def setstate_that_is_none(deepcopy, log):
    class Made:
        __setstate__ = None

    return deepcopy(Reduces((Made, (), {"a": [1]})))


@trap
def setstate_property_that_raises(deepcopy, log):
    class Made:
        @property
        def __setstate__(self):
            raise ValueError("asked")

    return deepcopy(Reduces((Made, (), {"a": [1]})))


@trap
def setstate_that_vanishes_between_two_lookups(deepcopy, log):
    class Made:
        asked = 0

        def __getattr__(self, name):
            if name == "__setstate__" and Made.asked == 0:
                Made.asked += 1
                return lambda state: None
            raise AttributeError(name)

    return deepcopy(Reduces((Made, (), {"a": [1]})))


@trap
def setstate_raises_after_it_changed_the_copy(deepcopy, log):
    class Made:
        def __init__(self):
            self.a = [1]

        def __setstate__(self, state):
            self.__dict__.update(state)
            raise RuntimeError("half way")

    memo = {}
    x = Made()
    with contextlib.suppress(RuntimeError):
        deepcopy([x], memo)
    return x, len(memo), [type(value) for value in memo.values()]


@trap
def empty_instance_dict_gives_no_state(deepcopy, log):
    class Made:
        def __setstate__(self, state):
            log.append(f"setstate {state!r}")

    filled = Made()
    filled.a = 1
    return deepcopy([Made(), filled])


@trap
def empty_getstate_is_a_state(deepcopy, log):
    class Made:
        def __getstate__(self):
            return {}

        def __setstate__(self, state):
            log.append(f"setstate {state!r}")

    class Nothing(Made):
        def __getstate__(self):
            return None

    class Zero(Made):
        def __getstate__(self):
            return 0

    return deepcopy([Made(), Nothing(), Zero()])


@trap
def instance_dict_property_of_the_copy(deepcopy, log):
    class Made:
        @property
        def __dict__(self):
            log.append("__dict__")
            return {}

    return deepcopy(Reduces((Made, (), {"a": 1})))


@trap
def instance_dict_keys_that_are_no_str(deepcopy, log):
    x = Plain(a=[1])
    x.__dict__[5] = [2]
    x.__dict__[(1, 2)] = x
    return x, deepcopy(x)


@trap
def instance_dict_that_is_a_subclass(deepcopy, log):
    class Own(dict):
        pass

    x = Plain()
    x.__dict__ = Own(a=[1])
    return x, deepcopy(x)


@trap
def instance_dict_that_is_shared(deepcopy, log):
    a, b = Plain(v=[1]), Plain()
    b.__dict__ = a.__dict__
    return a, b, deepcopy([a, b, a.__dict__])


@trap
def instance_that_changes_its_dict_while_copied(deepcopy, log):
    x = Plain(a=1)
    x.b = Does(lambda memo: x.__dict__.pop("c"))
    x.c = [1]
    return deepcopy(x)


@trap
def instance_that_replaces_its_dict_while_copied(deepcopy, log):
    x = Plain(a=1)
    x.b = Does(lambda memo: setattr(x, "__dict__", {"z": 1}))
    x.c = [1]
    return x, deepcopy(x)


@trap
def instance_attribute_is_deleted_while_copied(deepcopy, log):
    x = Plain(a=Does(lambda memo: delattr(x, "b")), b=[1])
    return deepcopy(x)


@trap
def a_setattr_that_logs_is_not_asked_for_the_dict(deepcopy, log):
    class Made:
        __slots__ = ("__dict__", "s")

        def __setattr__(self, name, value):
            log.append(f"set {name}")
            object.__setattr__(self, name, value)

    x = Made()
    x.a, x.s = [1], [2]
    return x, deepcopy(x)


@trap
def list_subclass_that_overrides_append(deepcopy, log):
    class Own(list):
        def append(self, item):
            log.append(f"append {item}")
            list.append(self, item)

        def extend(self, items):
            log.append("extend")
            list.extend(self, items)

    return deepcopy(Own([[1], 2]))


@trap
def list_subclass_that_overrides_iter(deepcopy, log):
    class Own(list):
        def __iter__(self):
            log.append("iter")
            return iter(["from iter"])

    return deepcopy(Own([[1], 2]))


@trap
def dict_subclass_that_overrides_items_and_setitem(deepcopy, log):
    class Own(dict):
        def items(self):
            log.append("items")
            return iter([("from", "items")])

        def __setitem__(self, key, value):
            log.append(f"setitem {key}")
            dict.__setitem__(self, key, value)

    return deepcopy(Own(a=[1]))


@trap
def append_is_an_instance_attribute(deepcopy, log):
    class Own(list):
        pass

    x = Own([[1], 2])
    x.append = lambda item: log.append(f"append {item}")
    return deepcopy(x)


@trap
def append_is_looked_up_for_each_item(deepcopy, log):
    class Made:
        @property
        def append(self):
            log.append("lookup")
            return lambda item: log.append(f"append {item}")

    return deepcopy(Reduces((Made, (), None, iter([Logs(log, "a"), Logs(log, "b")]))))


@trap
def list_items_that_grow_while_copied(deepcopy, log):
    items = [[1]]
    items.append(Does(lambda memo: items.append([2])))
    return deepcopy(Reduces((list, (), None, items)))


@trap
def dict_items_of_a_dict_that_changes_size(deepcopy, log):
    items = {"a": 1, "b": 2}
    items["c"] = Does(lambda memo: items.pop("a"))
    items["d"] = 4
    return deepcopy(Reduces(lambda: (dict, (), None, None, items.items())))


@trap
def new_with_keyword_arguments(deepcopy, log):
    class Made:
        def __new__(cls, *args, **kwargs):
            log.append(f"new {args} {kwargs}")
            return object.__new__(cls)

        def __getnewargs_ex__(self):
            return ([1],), {"k": [2]}

    return deepcopy(Made())


@trap
def new_with_arguments(deepcopy, log):
    class Made:
        def __new__(cls, *args):
            log.append(f"new {args}")
            return object.__new__(cls)

        def __getnewargs__(self):
            return ([1], 2)

    return deepcopy([Made(), Made()])


@trap
def getnewargs_of_the_wrong_type(deepcopy, log):
    class Made:
        def __getnewargs__(self):
            return [1]

    return deepcopy(Made())


@trap
def getnewargs_ex_of_the_wrong_length(deepcopy, log):
    class Made:
        def __getnewargs_ex__(self):
            return ((),)

    return deepcopy(Made())


@trap
def new_without_its_argument(deepcopy, log):
    class Made:
        def __new__(cls, needed):
            log.append("new")
            return object.__new__(cls)

    return deepcopy(Made(1))


@trap
def new_that_returns_another_type(deepcopy, log):
    class Made:
        def __new__(cls, first=None):
            return object.__new__(cls) if first else [1]

    x = Made(True)
    x.a = 1
    return deepcopy(x)


@trap
def new_that_returns_the_original(deepcopy, log):
    class Single:
        only = None

        def __new__(cls):
            if cls.only is None:
                cls.only = object.__new__(cls)
            return cls.only

    x = Single()
    x.a = [1]
    return x, deepcopy([x, x])


@trap
def slotnames_are_cached_in_the_class(deepcopy, log):
    class Made:
        __slots__ = ("a",)

    class Dicted:
        pass

    return deepcopy([Made(), Dicted()]), [Made.__slotnames__, Dicted.__slotnames__]


@trap
def slotnames_of_the_wrong_type(deepcopy, log):
    class Made:
        __slotnames__ = 5

    return deepcopy(Made())


@trap
def slots_that_are_unset_private_and_inherited(deepcopy, log):
    class Base:
        __slots__ = ("a", "__private", "unset")

    class Child(Base):
        __slots__ = ("b", "__weakref__")

    x = Child()
    x.a, x.b, x._Base__private = [1], x, (2, [3])
    return x, deepcopy(x)


@trap
def slots_of_a_class_without_getstate(deepcopy, log):
    class Own(int):
        __slots__ = ()

    class Sized(bytes):
        pass

    x = Sized(b"ab")
    x.a = [1]
    return deepcopy([Own(3), x, x])


@trap
def copyreg_newobj_is_replaced(deepcopy, log):
    def newobj(cls, *args):
        log.append("newobj")
        return object.__new__(cls)

    with attribute(copyreg, "__newobj__", newobj):
        return deepcopy(Plain(a=[1]))


@trap
def object_reduce_is_overridden_by_reduce(deepcopy, log):
    class Made:
        def __reduce__(self):
            log.append("reduce")
            return Plain, (), {"a": [1]}

    return deepcopy(Made())


@trap
def reduce_ex_calls_its_parents(deepcopy, log):
    class Made:
        def __reduce_ex__(self, protocol):
            log.append(protocol)
            return super().__reduce_ex__(protocol)

    x = Made()
    x.a = [1]
    return deepcopy(x)


@trap
def reduce_ex_none(deepcopy, log):
    class Made:
        __reduce_ex__ = None

        def __reduce__(self):
            log.append("reduce")
            return Plain, ()

    return deepcopy(Made())


@trap
def reduce_ex_and_reduce_none(deepcopy, log):
    class Made:
        __reduce_ex__ = None
        __reduce__ = None

    return deepcopy(Made())


@trap
def reduce_ex_and_reduce_none_of_a_metaclass_with_words(deepcopy, log):
    class Meta(type):
        def __repr__(cls):
            log.append("repr")
            return "<words>"

    class Made(metaclass=Meta):
        __reduce_ex__ = None
        __reduce__ = 0

    return deepcopy(Made())


@trap
def reduce_ex_that_is_not_callable(deepcopy, log):
    class Made:
        __reduce_ex__ = 5

    return deepcopy(Made())


@trap
def reduce_ex_raises_attribute_error(deepcopy, log):
    class Made:
        @property
        def __reduce_ex__(self):
            raise AttributeError("hidden")

        @property
        def __reduce__(self):
            raise AttributeError("hidden as well")

    return deepcopy(Made())


@trap
def reduce_ex_in_the_instance(deepcopy, log):
    x = Plain(a=[1])
    x.__reduce_ex__ = lambda protocol: (log.append(protocol), (list, (), None, [[1]]))[1]
    return deepcopy([x, x])


@trap
def reduce_in_the_instance(deepcopy, log):
    x = Plain(a=[1])
    x.__reduce__ = lambda: (log.append("reduce"), (list, (), None, [[1]]))[1]
    return deepcopy([x, x])


@trap
def getstate_in_the_instance(deepcopy, log):
    x = Plain(a=[1])
    x.__getstate__ = lambda: (log.append("getstate"), {"b": 2})[1]
    return deepcopy([x, x])


@trap
def setstate_in_the_instance(deepcopy, log):
    x = Plain(a=[1])
    x.__setstate__ = lambda state: log.append(f"setstate {sorted(state)}")
    return deepcopy(x).__dict__.keys()


@trap
def class_attribute_class_lies(deepcopy, log):
    class Made:
        @property
        def __class__(self):
            log.append("__class__")
            return list

    x = Made()
    x.a = [1]
    return x, deepcopy(x)


@trap
def class_is_changed_while_copied(deepcopy, log):
    class Other:
        pass

    x = Plain(a=1)
    x.b = Does(lambda memo: setattr(x, "__class__", Other))
    x.c = [x]
    return x, deepcopy(x)


@trap
def abstract_class_is_not_made(deepcopy, log):
    class Abstract(abc.ABC):
        @abc.abstractmethod
        def f(self): ...

    class Real(Abstract):
        def f(self): ...

    x = Real()
    x.__class__ = Plain if sys.version_info < (3,) else Real
    Real.__abstractmethods__ = frozenset({"f"})
    return deepcopy(x)


# ---- hooks ----


@trap
def deepcopy_in_the_instance_shadows_the_class(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            return "class"

    x, y = Made(), Plain(a=1)
    x.__deepcopy__ = lambda memo: "instance"
    y.__deepcopy__ = lambda memo: "instance of no hook"
    z = Made()
    z.__deepcopy__ = None
    return deepcopy([x, y, z])


@trap
def deepcopy_none(deepcopy, log):
    class Made:
        __deepcopy__ = None

    x = Made()
    x.a = [1]
    return deepcopy([x, x])


@trap
def deepcopy_that_is_not_callable(deepcopy, log):
    class Made:
        __deepcopy__ = 0

    return deepcopy(Made())


@trap
def deepcopy_with_wrong_arguments(deepcopy, log):
    class Made:
        def __deepcopy__(self):
            return 1

    return deepcopy(Made())


@trap
def deepcopy_static_class_and_partial(deepcopy, log):
    import functools

    class Static:
        @staticmethod
        def __deepcopy__(memo):
            return ["static", type(memo).__name__]

    class Class:
        @classmethod
        def __deepcopy__(cls, memo):
            return ["class", cls.__name__]

    class Partial:
        __deepcopy__ = staticmethod(functools.partial(lambda a, memo: [a, len(memo)], 5))

    return deepcopy([Static(), Class(), Partial()])


@trap
def deepcopy_property_that_raises(deepcopy, log):
    class Hidden:
        @property
        def __deepcopy__(self):
            log.append("asked")
            raise AttributeError("hidden")

    class Broken:
        @property
        def __deepcopy__(self):
            raise ValueError("broken")

    return deepcopy([Hidden(), Broken()])


@trap
def deepcopy_of_a_metaclass(deepcopy, log):
    class Meta(type):
        def __deepcopy__(cls, memo):
            log.append("meta")
            return "copied class"

    class Made(metaclass=Meta):
        pass

    return deepcopy([Made, Made()])


@trap
def hook_returns_none_and_is_asked_once(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            log.append("asked")

    x = Made()
    return deepcopy([x, x, (x,)])


@trap
def hook_returns_itself_and_is_asked_again(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            log.append("asked")
            return self

    x = Made()
    return deepcopy([x, x, (x,)])


@trap
def hook_returns_not_implemented(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            return NotImplemented

    return deepcopy([Made()])


@trap
def hook_insists_on_a_plain_dict(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            assert type(memo) is dict
            log.append(sorted(map(type, memo), key=str))
            return len(memo)

    return deepcopy([[1], Made(), (2, [3]), Made()])


@trap
def hook_iterates_the_memo(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            log.append([type(value).__name__ for value in memo.values()])
            log.append([type(x).__name__ for x in memo.get(id(memo), ())])
            return 1

    return deepcopy([[1], {"k": Made()}, ([2],), Made(), Plain(a=1), Made()])


@trap
def hook_keeps_the_memo(deepcopy, log):
    kept = []

    class Made:
        def __deepcopy__(self, memo):
            kept.append(memo)
            return 1

    result = deepcopy([[1], Made(), [2]])
    return result, len(kept[0]), [type(x).__name__ for x in kept[0][id(kept[0])]]


@trap
def hook_copies_the_memo_itself(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            return copy.deepcopy(memo, memo)

    return len(deepcopy([[1], Made()]))


@trap
def hook_copies_the_memo_without_memo(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            return list(copy.deepcopy(memo).values())

    return deepcopy([[1], Made()])


@trap
def hook_deepens_by_keyword(deepcopy, log):
    class Made:
        def __deepcopy__(self, memo):
            return copy.deepcopy(x=[1, [2]], memo=memo)

    return deepcopy([Made(), Made()])


@trap
def stop_iteration_from_an_argument(deepcopy, log):
    return deepcopy(Reduces((list, (Does(raiser(StopIteration("x"))),))))


@trap
def stop_iteration_from_elsewhere(deepcopy, log):
    for wrap in (
        lambda x: [x],
        lambda x: (x,),
        lambda x: {"k": x},
        lambda x: {x: 1},
        lambda x: Plain(a=x),
        lambda x: Reduces((list, (), None, [x])),
        lambda x: Reduces((dict, (), None, None, [(x, 1)])),
        lambda x: Reduces((Plain, (), x)),
        lambda x: Reduces((list, ([x],))),
    ):
        try:
            deepcopy(wrap(Does(raiser(StopIteration("x")))))
        except BaseException as e:
            log.append(f"{e!r} {e.__cause__!r}")


@trap
def errors_that_are_no_exceptions(deepcopy, log):
    for error in (KeyboardInterrupt, SystemExit, GeneratorExit, StopAsyncIteration):
        for wrap in (lambda x: [[x]], lambda x: (x,), lambda x: Reduces((list, (x,)))):
            try:
                deepcopy(wrap(Does(raiser(error("words")))))
            except BaseException as e:
                log.append(f"{e!r} {e.__cause__!r}")


@trap
def key_errors_from_hooks_are_not_swallowed(deepcopy, log):
    for wrap in (
        lambda x: [x],
        lambda x: (x,),
        lambda x: ((x,),),
        lambda x: {"k": (x,)},
        lambda x: Plain(a=x),
        lambda x: Reduces((list, (x,))),
    ):
        try:
            deepcopy(wrap(Does(raiser(KeyError("mine")))))
        except KeyError as e:
            log.append(f"{e!r}")


@trap
def attribute_errors_from_hooks_are_not_swallowed(deepcopy, log):
    class Made:
        def __reduce_ex__(self, protocol):
            raise AttributeError("from reduce_ex")

    class Setter:
        def __setstate__(self, state):
            raise AttributeError("from setstate")

    x = Setter()
    x.a = 1
    for each in (Made(), x, Does(raiser(AttributeError("from hook")))):
        try:
            deepcopy([each])
        except AttributeError as e:
            log.append(str(e))


@trap
def error_leaves_the_memo_as_it_was(deepcopy, log):
    memo, x = {}, [[1], (2, [3]), {"k": Does(raiser(ValueError("stop")))}, [4]]
    with contextlib.suppress(ValueError):
        deepcopy(x, memo)
    return x, memo[id(x)], memo[id(x[0])], id(x[1]) in memo, id(x[2]) in memo, len(memo), memo[id(memo)]


@trap
def a_second_try_with_the_memo_of_a_failed_one(deepcopy, log):
    failing = [True]
    memo = {}
    x = [[1], Does(lambda memo: failing and raiser(ValueError("stop"))()), [2]]
    with contextlib.suppress(ValueError):
        deepcopy(x, memo)
    failing.clear()
    return deepcopy(x, memo)


# ---- containers that change while they are copied ----


@trap
def list_grows_while_copied(deepcopy, log):
    x = [[1]]
    x.append(Does(lambda memo: x.extend([[2], [3]])))
    return deepcopy(x)


@trap
def list_shrinks_while_copied(deepcopy, log):
    x = [[1], None, [2], [3]]
    x[1] = Does(lambda memo: x.pop())
    return deepcopy(x)


@trap
def list_is_cleared_while_copied(deepcopy, log):
    x = [[1], None, [2], [3]]
    x[1] = Does(lambda memo: x.clear())
    return deepcopy(x)


@trap
def list_elements_are_replaced_while_copied(deepcopy, log):
    x = [[1], None, [2], [3]]
    x[1] = Does(lambda memo: x.__setitem__(slice(None), [5, 6, [7], 8, [9]]))
    return deepcopy(x)


@trap
def list_is_prepended_while_copied(deepcopy, log):
    x = [[1], None, [2]]
    again = Does(lambda memo: len(x) < 6 and x.insert(0, [0]))
    x[1] = again
    return deepcopy(x)


@trap
def list_sorts_itself_while_copied(deepcopy, log):
    x = [3, None, 1, 2]
    x[1] = Does(lambda memo: (x.pop(1), x.sort(), x.append([4])))
    return deepcopy(x)


@trap
def copied_list_is_changed_by_a_hook(deepcopy, log):
    x = [[1], None, [2]]
    x[1] = Does(lambda memo: memo[id(x)].clear())
    return deepcopy(x)


@trap
def copied_list_is_filled_by_a_hook(deepcopy, log):
    x = [[1], None, [2], x0 := [3]]
    x[1] = Does(lambda memo: memo[id(x)].extend([x0, x0]))
    return deepcopy(x)


@trap
def dict_grows_while_copied(deepcopy, log):
    x = {"a": 1}
    x["b"] = Does(lambda memo: x.__setitem__("c", 3))
    x["z"] = 1
    return deepcopy(x)


@trap
def dict_grows_at_its_last_item(deepcopy, log):
    x = {"a": 1}
    x["b"] = Does(lambda memo: x.__setitem__("c", 3))
    return deepcopy(x)


@trap
def dict_shrinks_while_copied(deepcopy, log):
    x = {"a": 1, "b": None, "c": 2}
    x["b"] = Does(lambda memo: x.pop("c"))
    return deepcopy(x)


@trap
def dict_keys_change_and_its_size_does_not(deepcopy, log):
    x = {"a": 1, "b": None, "c": 2}
    x["b"] = Does(lambda memo: (x.pop("a"), x.__setitem__("d", 4)))
    return deepcopy(x)


@trap
def dict_is_refilled_until_its_table_is_new(deepcopy, log):
    x = {"a": 1, "b": None, "c": 2}

    def refill(memo):
        kept = dict(x)
        for i in range(100):
            x[i] = i
        x.clear()
        x.update(kept)

    x["b"] = Does(refill)
    return deepcopy(x)


@trap
def dict_values_are_replaced_while_copied(deepcopy, log):
    x = {"a": None, "b": [1], "c": 2}
    x["a"] = Does(lambda memo: x.update(b="new", c=["new"]))
    return deepcopy(x)


@trap
def dict_is_cleared_by_its_key(deepcopy, log):
    x = {}
    x[Does(lambda memo: x.clear(), "copied key")] = [1]
    x["b"] = 2
    return deepcopy(x)


@trap
def copied_dict_is_changed_by_a_hook(deepcopy, log):
    x = {"a": [1], "b": None, "c": 2}
    x["b"] = Does(lambda memo: memo[id(x)].clear())
    return deepcopy(x)


@trap
def copied_keys_that_become_equal(deepcopy, log):
    x = {Does(lambda memo: None, "same"): 1, Does(lambda memo: None, "same"): 2}
    return deepcopy(x)


@trap
def copied_keys_are_hashed_and_compared(deepcopy, log):
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            log.append(f"hash {self.n}")
            return 1

        def __eq__(self, other):
            log.append(f"eq {self.n} {other.n}")
            return self.n == other.n

    x = {Key(1): "a", Key(2): "b", Key(3): "c"}
    log.clear()
    return list(deepcopy(x).values())


@trap
def copied_keys_that_cannot_be_hashed(deepcopy, log):
    class Key:
        def __deepcopy__(self, memo):
            return []

    return deepcopy({Key(): 1})


@trap
def tuple_in_a_cycle(deepcopy, log):
    inner = []
    x = (inner, [2], 3)
    inner.append(x)
    deeper = ((x,), inner)
    return deeper, deepcopy(deeper), deepcopy(inner)


@trap
def tuple_whose_copy_a_hook_puts_into_the_memo(deepcopy, log):
    x = None
    hook = Does(lambda memo: memo.__setitem__(id(x), "from the memo"))
    x = (hook, [1])
    return deepcopy([x, x])


@trap
def frozenset_and_set_of_instances(deepcopy, log):
    x = Plain(tag=1)
    x.me = frozenset({x, 2})
    return x, deepcopy(x), deepcopy({x, 5})


@trap
def bound_method_of_odd_functions(deepcopy, log):
    x = Plain(a=[1])
    x.method = types.MethodType(len, x)
    x.other = types.MethodType(Logs(log, "func"), [1, 2])
    return x, deepcopy(x)


@trap
def bound_method_whose_self_becomes_none(deepcopy, log):
    class Made:
        def f(self): ...

        def __deepcopy__(self, memo):
            return None

    x = Made()
    x.__deepcopy__ = lambda memo: None
    return deepcopy([x.f])


@trap
def exceptions_and_their_causes(deepcopy, log):
    class Own(Exception):
        def __init__(self, a, b):
            super().__init__(a)
            self.b = b

    x = ValueError("text", [1])
    x.extra, x.__cause__ = [2], KeyError("k")
    copied = deepcopy(x)
    try:
        deepcopy(Own(1, 2))
    except TypeError as e:
        log.append(str(e))
    return x, copied, copied.__cause__


@trap
def objects_that_cannot_be_pickled(deepcopy, log):
    import threading

    for x in ((i for i in ()), threading.Lock(), sys, sys._getframe(), iter([1, 2]), map(str, []), memoryview(b"a")):
        try:
            log.append(f"{type(deepcopy([x])[0])}")
        except BaseException as e:
            log.append(f"{type(e)} {e}")


@trap
def iterators_are_copied_by_reduce(deepcopy, log):
    it = iter([[1], [2], [3]])
    next(it)
    return list(deepcopy(it)), list(deepcopy(reversed([[1], [2]]))), list(deepcopy(iter({"a": 1})))


# ---- the memo ----


@trap
def memo_with_str_and_tuple_keys(deepcopy, log):
    memo = {"name": 1, (1, 2): [3], None: 4, 5.5: 6, -1: 7}
    x = [[1], (2, [3])]
    return x, deepcopy(x, memo), {str(k): v for k, v in memo.items() if type(k) is not int}, len(memo)


@trap
def memo_with_all_str_keys(deepcopy, log):
    memo = {"name": 1}
    x = [[1], {"a": [2]}]
    result = deepcopy(x, memo)
    return x, result, len(memo), memo[id(x)], memo[id(memo)]


@trap
def memo_given_twice(deepcopy, log):
    memo, inner = {}, [1]
    return deepcopy([inner], memo), deepcopy([inner, inner], memo), len(memo)


@trap
def memo_that_holds_the_root(deepcopy, log):
    x = [1]
    return deepcopy(x, {id(x): None}), deepcopy(x, {id(x): "mine"}), deepcopy(5, {id(5): 6})


@trap
def memo_with_keys_equal_to_an_id(deepcopy, log):
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return hash(self.n)

        def __eq__(self, other):
            log.append("eq")
            return self.n == other

    x, y = [1], [2]
    return deepcopy([x, y], {Key(id(x)): "by an equal key", float(id(y)): "by a float"})


@trap
def memo_whose_keys_raise_when_compared(deepcopy, log):
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return hash(self.n)

        def __eq__(self, other):
            raise ValueError("compared")

    x = [1]
    return deepcopy([x], {Key(id(x)): 1})


@trap
def memo_that_changes_while_its_keys_are_compared(deepcopy, log):
    x, memo = [1], {}

    class Key:
        def __hash__(self):
            return hash(id(x))

        def __eq__(self, other):
            if not log:  # how often depends on addresses, with either
                log.append("eq")
            if len(memo) < 4:
                memo.update({i: i for i in range(100)})
            return False

    memo[Key()] = 1
    return deepcopy([x, x], memo)


@trap
def memo_keep_alive_list_is_replaced(deepcopy, log):
    class Kept(list):
        def append(self, x):
            log.append(f"kept {type(x).__name__}")
            list.append(self, x)

    return deepcopy([[1], Does(lambda memo: memo.__setitem__(id(memo), Kept())), [2], [3]])


@trap
def memo_keep_alive_list_is_no_list(deepcopy, log):
    for odd in (None, 5, (), {}, set(), "text", collections.deque()):
        try:
            deepcopy([[1], Does(lambda memo, odd=odd: memo.__setitem__(id(memo), odd)), [2]])
            log.append(f"{odd!r}"[:40])
        except BaseException as e:
            log.append(f"{e!r}")


@trap
def memo_keep_alive_append_raises_key_error(deepcopy, log):
    class Kept(list):
        def append(self, x):
            raise KeyError("not kept")

    memo = {}
    x = [[1], Does(lambda memo: memo.__setitem__(id(memo), Kept())), [2]]
    return deepcopy(x, memo), type(memo[id(memo)]), len(memo[id(memo)])


@trap
def memo_keep_alive_list_is_deleted(deepcopy, log):
    memo = {}
    return deepcopy([[1], Does(lambda memo: memo.pop(id(memo), None)), [2]], memo), len(memo[id(memo)])


@trap
def memo_keep_alive_list_is_there_before(deepcopy, log):
    memo, kept = {}, ["first"]
    memo[id(memo)] = kept
    return deepcopy([[1], [2]], memo), kept


@trap
def memo_is_cleared_by_a_hook(deepcopy, log):
    shared = [1]
    return deepcopy([shared, Does(lambda memo: memo.clear()), shared, [shared]])


@trap
def memo_is_filled_by_a_hook(deepcopy, log):
    return deepcopy([[1], Does(lambda memo: memo.update({i: i for i in range(1000)})), [2], (3, [4])])


@trap
def memo_loses_an_entry_while_it_grows(deepcopy, log):
    x = [[i] for i in range(20)]
    x[5] = Does(lambda memo: [memo.pop(key) for key in list(memo)[:3]])
    return deepcopy([x, x, x[0], x[1]])


@trap
def memo_tells_the_copy_of_an_object_met_later(deepcopy, log):
    later = [7]
    return deepcopy([Does(lambda memo: memo.__setitem__(id(later), "told")), later, (later,), {"k": later}])


@trap
def memo_subclass_that_logs(deepcopy, log):
    class Memo(dict):
        def get(self, *args):
            log.append(f"get {len(args)}")
            return dict.get(self, *args)

        def __getitem__(self, key):
            log.append(f"getitem {key == id(self)}")
            return dict.__getitem__(self, key)

        def __setitem__(self, key, value):
            log.append(f"setitem {key == id(self)}")
            dict.__setitem__(self, key, value)

        def __contains__(self, key):
            log.append("contains")
            return dict.__contains__(self, key)

    return deepcopy([[1], (2, [3]), {"a": (1,)}, Plain(b=[4])], Memo())


@trap
def memo_subclass_with_missing(deepcopy, log):
    class Memo(dict):
        def __missing__(self, key):
            log.append("missing")
            raise KeyError(key)

    return deepcopy([[1], (2, [3]), (4,)], Memo())


@trap
def memo_defaultdict(deepcopy, log):
    return deepcopy([[1], (2, [3]), (4,)], collections.defaultdict(list))


@trap
def memo_ordered_dict(deepcopy, log):
    memo = collections.OrderedDict()
    return deepcopy([[1], (2, [3])], memo), len(memo)


@trap
def memo_user_dict_and_chain_map(deepcopy, log):
    for memo in (collections.UserDict(), collections.ChainMap({}), collections.ChainMap()):
        log.append(f"{deepcopy([[1], (2, [3])], memo)} {len(memo)}")


@trap
def memo_that_is_none_of_it(deepcopy, log):
    for memo in (0, "", [], (), 5, object, types.MappingProxyType({}), weakref.WeakValueDictionary()):
        for x in (5, [1], (1, [2]), {"a": 1}, Plain(a=1)):
            try:
                log.append(f"{deepcopy(x, memo)}"[:12])
            except BaseException as e:
                log.append(f"{type(e)} {e}".split(" at 0x")[0])


@trap
def memo_whose_get_raises(deepcopy, log):
    class Memo(dict):
        def get(self, key, default=None):
            raise LookupError("get")

    return deepcopy([1], Memo())


@trap
def memo_whose_setitem_raises(deepcopy, log):
    class Memo(dict):
        def __setitem__(self, key, value):
            raise LookupError(f"setitem {key == id(self)}")

    return deepcopy([1], Memo())


@trap
def memo_whose_keep_alive_raises(deepcopy, log):
    class Memo(dict):
        def __setitem__(self, key, value):
            if key == id(self):
                raise LookupError("keep alive")
            dict.__setitem__(self, key, value)

    return deepcopy([[1]], Memo())


@trap
def memo_whose_getitem_raises_another_error(deepcopy, log):
    class Memo(dict):
        def __getitem__(self, key):
            raise IndexError("getitem")

    return deepcopy(([1],), Memo())


@trap
def memo_nested_without_memo(deepcopy, log):
    shared = [1]
    hook = Does(lambda memo: log.append(copy.deepcopy([shared, shared])))
    return deepcopy([shared, hook, shared])


# ---- tables and functions that the user replaced ----


@trap
def dispatch_entries_for_builtin_types(deepcopy, log):
    def copier(x, memo):
        log.append(f"copier {type(x).__name__} {type(memo).__name__}")
        return x

    for cls in (int, str, list, tuple, dict, set, type(None), types.MethodType, type, range):
        with entry(copy._deepcopy_dispatch, cls, copier):
            log.append(deepcopy([1, "a", [2], (3, [4]), {"k": 5}, {6}, None, range(3)]))


@trap
def dispatch_entries_are_put_while_copying(deepcopy, log):
    def copier(x, memo):
        return f"copied {type(x).__name__}"

    for cls in (int, str, list, tuple, dict, set, Plain):
        with contextlib.ExitStack() as stack:
            put = Does(lambda memo: stack.enter_context(entry(copy._deepcopy_dispatch, cls, copier)))
            parts = [1, "a", [2], (3, [4]), {"k": 5}, {6}, Plain(a=1)]
            log.append(deepcopy([*parts, put, *parts, [2], (3, [4]), {"k": 5}, {6}, Plain(a=1)]))


@trap
def dispatch_entries_are_taken_while_copying(deepcopy, log):
    for cls in (int, list, tuple, dict):
        with contextlib.ExitStack() as stack:

            def take(memo):
                stack.enter_context(entry(copy._deepcopy_dispatch, cls, None))
                del copy._deepcopy_dispatch[cls]
                stack.callback(copy._deepcopy_dispatch.__setitem__, cls, None)

            try:
                log.append(repr(deepcopy([[1], (2, [3]), {"k": 4}, Does(take), 1, [1], (2, [3]), {"k": 4}])))
            except BaseException as e:
                log.append(repr(e))
            stack.pop_all().close()


@trap
def dispatch_entry_none(deepcopy, log):
    for cls in (int, list, tuple, dict):
        with entry(copy._deepcopy_dispatch, cls, None):
            try:
                log.append(repr(deepcopy([[1], (2, [3]), {"k": 4}])))
            except BaseException as e:
                log.append(repr(e))


@trap
def dispatch_entry_that_is_not_callable(deepcopy, log):
    with entry(copy._deepcopy_dispatch, Plain, 5):
        return deepcopy([Plain()])


@trap
def dispatch_entry_that_raises_and_one_that_returns_x(deepcopy, log):
    with entry(copy._deepcopy_dispatch, Plain, raiser(ValueError("copier"))):
        try:
            deepcopy([Plain()])
        except ValueError as e:
            log.append(str(e))
    x = Plain(a=[1])
    with entry(copy._deepcopy_dispatch, Plain, lambda x, memo: x):
        return x, deepcopy([x, x])


@trap
def dispatch_entry_of_the_modules_own_copiers(deepcopy, log):
    class Items:
        def items(self):
            log.append("items")
            return [("a", [1]), ["b", [2]], "cd"]

    class Iter:
        def __iter__(self):
            log.append("iter")
            return iter([[1], [2]])

    class Method:
        def __init__(self, *args):
            self.args = args

        __func__, __self__ = "func", [1]

    for copier in (copy._deepcopy_list, copy._deepcopy_tuple, copy._deepcopy_dict, copy._deepcopy_method):
        for x in (Items(), Iter(), Method()):
            with entry(copy._deepcopy_dispatch, type(x), copier):
                try:
                    log.append(f"{type(deepcopy([x, x])[0]).__name__} {deepcopy(x)!r}".split(" at 0x")[0])
                except BaseException as e:
                    log.append(f"{e!r}")


@trap
def dispatch_entry_dict_with_odd_items(deepcopy, log):
    for items in (None, 5, [5], [()], [(1,)], [(1, 2, 3)], "ab", ["ab"], [[1, 2]], [{1, 2}], [([], 1)]):

        class Items:
            def items(self, items=items):
                return items

        with entry(copy._deepcopy_dispatch, Items, copy._deepcopy_dict):
            try:
                log.append(repr(deepcopy(Items())))
            except BaseException as e:
                log.append(f"{e!r}")


@trap
def dispatch_copier_atomic_for_an_own_class(deepcopy, log):
    atomic = copy._deepcopy_dispatch[int] if hasattr(copy, "_deepcopy_atomic") else (lambda x, memo: x)
    x = Plain(a=[1])
    with entry(copy._deepcopy_dispatch, Plain, atomic):
        return x, deepcopy([x, (x,)])


@trap
def dispatch_table_is_rebound(deepcopy, log):
    def copier(x, memo):
        log.append("copier")
        return ["copied", len(x)]

    with attribute(copy, "_deepcopy_dispatch", {**copy._deepcopy_dispatch, list: copier}):
        return deepcopy([[1], (2, [3])]), deepcopy(([1], {"k": [2]}))


@trap
def dispatch_table_is_rebound_while_copying(deepcopy, log):
    def copier(x, memo):
        return ["copied", len(x)]

    with contextlib.ExitStack() as stack:
        table = {**copy._deepcopy_dispatch, list: copier}
        put = Does(lambda memo: stack.enter_context(attribute(copy, "_deepcopy_dispatch", table)))
        return deepcopy([[1], put, [2], (3, [4]), {"k": [5]}])


@trap
def dispatch_table_is_a_subclass(deepcopy, log):
    class Table(dict):
        def get(self, cls, default=None):
            log.append(cls.__name__)
            return dict.get(self, cls, default)

    with attribute(copy, "_deepcopy_dispatch", Table(copy._deepcopy_dispatch)):
        return deepcopy([[1], (2, [3]), {"k": Plain(a=1)}])


@trap
def dispatch_table_is_emptied(deepcopy, log):
    with attribute(copy, "_deepcopy_dispatch", {}):
        try:
            return deepcopy([[1], (2, [3]), {"k": 4}])
        except RecursionError:
            return "recursion"


@trap
def reconstruct_is_rebound(deepcopy, log):
    own = copy._reconstruct

    def reconstruct(*args, **kwargs):
        log.append(f"reconstruct {len(args)} {sorted(kwargs)}")
        return own(*args, **kwargs)

    with attribute(copy, "_reconstruct", reconstruct):
        return deepcopy([Plain(a=[1]), Plain(b=Plain()), {1}])


@trap
def keep_alive_is_rebound(deepcopy, log):
    own = copy._keep_alive

    def keep_alive(x, memo):
        log.append(f"keep {type(x).__name__}")
        own(x, memo)

    with attribute(copy, "_keep_alive", keep_alive):
        return deepcopy([[1], (2, [3]), {"k": Plain(a=1)}, 5])


@trap
def keep_alive_that_raises(deepcopy, log):
    with attribute(copy, "_keep_alive", raiser(ValueError("kept"))):
        return deepcopy([[1]])


@trap
def functions_are_rebound_while_copying(deepcopy, log):
    def told(name, own):
        def function(*args, **kwargs):
            log.append(name)
            return own(*args, **kwargs)

        return function

    for name in ("_keep_alive", "_reconstruct", "_deepcopy_list", "_deepcopy_tuple", "_deepcopy_dict"):
        with contextlib.ExitStack() as stack:
            new = told(name, getattr(copy, name))
            put = Does(lambda memo: stack.enter_context(attribute(copy, name, new)))
            log.append(deepcopy([[1], put, [2], (3, [4]), {"k": [5]}, {6}]))


@trap
def list_copier_is_rebound_in_the_module(deepcopy, log):
    with attribute(copy, "_deepcopy_list", lambda x, memo: "rebound"):
        return deepcopy([[1], ([2],)])


@trap
def copier_code_is_replaced(deepcopy, log):
    def other(x, memo, deepcopy=None):
        return ["other code"]

    own = copy._deepcopy_list
    before = own.__code__
    own.__code__ = other.__code__
    try:
        return deepcopy([[1]]), deepcopy(([1], {"k": [2]}))
    finally:
        own.__code__ = before


@trap
def deepcopy_is_rebound_in_the_module(deepcopy, log):
    def other(x, memo=None, _nil=None):
        log.append(f"rebound {type(x).__name__}")
        return x

    x = Plain(a=[1])
    x.method = types.MethodType(Plain.__init__, x)
    with attribute(copy, "deepcopy", other):
        return deepcopy([[1], (2, [3]), {"k": [4]}, x, {5}, x.method])


@trap
def error_is_rebound(deepcopy, log):
    class Own(Exception):
        pass

    class Made:
        __reduce_ex__ = __reduce__ = None

    with attribute(copy, "Error", Own):
        return deepcopy(Made())


@trap
def copyreg_entries(deepcopy, log):
    def reductor(x):
        log.append(f"reductor {type(x).__name__}")
        return Plain, (), {"from": [1]}

    class Meta(type):
        pass

    class Made(metaclass=Meta):
        pass

    x = Made()
    with entry(copyreg.dispatch_table, Made, reductor), entry(copyreg.dispatch_table, set, reductor):
        log.append(repr(deepcopy([list, Made]))[:30])
        with entry(copyreg.dispatch_table, list, reductor), entry(copyreg.dispatch_table, Meta, reductor):
            return deepcopy([x, x, {1}, [2], Made])


@trap
def copyreg_entry_falsy(deepcopy, log):
    class Never:
        def __bool__(self):
            log.append("bool")
            return False

    class Raises:
        def __bool__(self):
            raise ValueError("bool")

    for odd in (None, 0, (), Never(), Raises(), 5):
        with entry(copyreg.dispatch_table, Plain, odd):
            try:
                log.append(deepcopy([Plain(a=[1])])[0].a)
            except BaseException as e:
                log.append(repr(e))


@trap
def copyreg_entry_unregisters_itself(deepcopy, log):
    class Made:
        pass

    def reductor(x):
        log.append("reductor")
        del copyreg.dispatch_table[Made]
        return Made, (), {"a": 1}

    copyreg.dispatch_table[Made] = reductor
    return deepcopy([Made(), Made()])


@trap
def copyreg_entry_returns_a_str(deepcopy, log):
    x = Plain(a=[1])
    with entry(copyreg.dispatch_table, Plain, lambda x: "name"):
        return x, deepcopy([x, x])


@trap
def copyreg_table_is_rebound_in_copyreg(deepcopy, log):
    table = {**copyreg.dispatch_table, Plain: lambda x: (list, ())}
    with attribute(copyreg, "dispatch_table", table):
        return deepcopy([Plain(a=[1])])


@trap
def copyreg_table_is_rebound_in_copy(deepcopy, log):
    table = {**copyreg.dispatch_table, Plain: lambda x: (list, ())}
    with attribute(copy, "dispatch_table", table):
        return deepcopy([Plain(a=[1])])


@trap
def copyreg_table_in_copy_is_a_chain_map(deepcopy, log):
    table = collections.ChainMap({Plain: lambda x: (list, ())}, copyreg.dispatch_table)
    with attribute(copy, "dispatch_table", table):
        return deepcopy([Plain(a=[1])])


@trap
def metaclass_hash_and_eq(deepcopy, log):
    class Meta(type):
        def __hash__(cls):
            log.append("hash")
            return hash(list)

        def __eq__(cls, other):
            log.append(f"eq {type(other).__name__}")
            return cls is other

    class Made(metaclass=Meta):
        pass

    x = Made()
    x.a = [1]
    result = deepcopy([x, x])
    return result[0] is result[1], len(result[0].a)


@trap
def metaclass_equal_to_builtin_types(deepcopy, log):
    for builtin in (int, list, tuple, dict, set, types.MethodType):

        class Meta(type):
            def __hash__(cls, builtin=builtin):
                return hash(builtin)

            def __eq__(cls, other, builtin=builtin):
                return other is builtin

        class Made(metaclass=Meta):
            __func__, __self__ = 1, 2

            def __iter__(self):
                log.append("iter")
                return iter([[1]])

            def items(self):
                log.append("items")
                return [("a", [1])]

        x = Made()
        try:
            y = deepcopy(x)
            log.append(f"{builtin} {y if y is not x else 'x'}".split(" at 0x")[0])
        except BaseException as e:
            log.append(f"{builtin} {e!r}".split(" at 0x")[0])


@trap
def metaclass_hash_that_raises(deepcopy, log):
    class Meta(type):
        broken = False

        def __hash__(cls):
            if Meta.broken:
                raise ValueError("hash")
            return 1

    class Made(metaclass=Meta):
        pass

    x = Made()
    Meta.broken = True
    return deepcopy([x])


@trap
def metaclass_unhashable(deepcopy, log):
    class Meta(type):
        __hash__ = None

    Made = Meta("Made", (), {})
    return deepcopy([Made()])


@trap
def metaclass_instances_are_classes(deepcopy, log):
    class Meta(type):
        def __reduce_ex__(cls, protocol):
            raise ValueError("not asked")

    class Made(metaclass=Meta):
        pass

    return Made, deepcopy([Made, Meta, type, (Made,)])


# ---- lifetimes ----


@trap
def finalizers_run_in_order(deepcopy, log):
    class Final:
        def __init__(self, name):
            self.name = name

        def __del__(self):
            log.append(f"del {self.name}")

    class Made:
        def __reduce_ex__(self, protocol):
            return Plain, (), {"temporary": Final("state")}

    x = [Made(), Final("original")]  # held: a C function's caller holds the argument, a Python function's does not
    result = deepcopy(x)
    log.append("copied")
    return [type(part).__name__ for part in result]


@trap
def the_memo_dies_with_the_call(deepcopy, log):
    class Ref:
        pass

    x = Ref()
    alive = weakref.ref(deepcopy([x])[0], lambda _: log.append("copy died"))
    log.append(alive() is None)
    y = deepcopy(x)
    r = weakref.ref(x, lambda _: log.append("original died"))
    del x
    log.append(r() is None)
    return y


@trap
def a_temporary_leaves_its_id_to_another(deepcopy, log):
    def reuse(memo):
        temporary = [1]
        memo[id(temporary)], address = "stale", id(temporary)
        del temporary
        held = []
        while len(held) < 1000:
            held.append([2])
            if id(held[-1]) == address:
                log.append(copy.deepcopy(held[-1], memo))
                return
        log.append("stale")

    return deepcopy([[0], Does(reuse), [3]])


@trap
def gc_at_any_point(deepcopy, log):
    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        x = Plain(a=[1])
        x.me, x.parts = x, [Plain(up=x) for _ in range(20)]
        x.t = (x, {"k": x.parts}, Reduces((list, ([x.parts],), None, iter([x]))))
        return x, deepcopy([x, [[] for _ in range(50)], {i: (i, [i]) for i in range(50)}])
    finally:
        gc.set_threshold(*threshold)


@trap
def gc_callback_that_looks_at_everything(deepcopy, log):
    def looks(phase, info):
        for x in gc.get_objects()[-200:]:
            if isinstance(x, (list, dict, tuple)):
                len(x)
                gc.get_referents(x)

    threshold = gc.get_threshold()
    gc.callbacks.append(looks)
    gc.set_threshold(20)
    try:
        return deepcopy([[i, (i, [i]), Plain(a={i: [i]})] for i in range(100)])
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(looks)
