"""Values of reductors: strings, tuples, all that is malformed, and what is done with each place."""

from __future__ import annotations

import abc
import contextlib
import copyreg
import sys

from traps.common import Does, Logs, Plain, Reduces, attribute, trap


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


class ReducesItself:
    """Its __reduce__ is a function of the class: the engine may call it without asking object.__reduce_ex__."""

    def __init__(self, n):
        self.n = n

    def __reduce__(self):
        return ReducesItself, (self.n,)


@trap
def reduce_of_the_class_after_one_of_the_instance(deepcopy, log):
    """The instance's own __reduce__ stands before the class's, however often that was called before."""
    x, odd = ReducesItself([1]), ReducesItself([2])
    odd.__reduce__ = lambda: (log.append("instance"), (list, ()))[1]
    return deepcopy([x, odd, x, ReducesItself([3])])


@trap
def reduce_that_becomes_a_property(deepcopy, log):
    class Changes(ReducesItself):
        pass

    first = deepcopy(Changes([1]))
    Changes.__reduce__ = property(lambda self: (log.append("asked"), lambda: (list, ()))[1])
    return [first, deepcopy(Changes([1]))]


@trap
def reduce_ex_that_comes_later(deepcopy, log):
    class Changes(ReducesItself):
        pass

    first = deepcopy(Changes([1]))
    Changes.__reduce_ex__ = lambda self, protocol: (log.append(protocol), (list, ()))[1]
    return [first, deepcopy(Changes([1]))]


@trap
def reduce_at_the_recursion_limit(deepcopy, log):
    """A __reduce__ that recurses as deep as it can gets as deep as under the interpreter."""

    class Deep:
        def __reduce__(self):
            def down(n):
                try:
                    return down(n + 1)
                except RecursionError:
                    return n

            log.append(down(0))
            return Deep, ()

    return deepcopy([Deep(), Deep()])


@trap
def setstate_of_the_instance(deepcopy, log):
    """What __new__ puts into the instance stands before the class's __setstate__."""

    class Odd:
        def __new__(cls):
            self = super().__new__(cls)
            self.__setstate__ = lambda state: log.append(sorted(state))
            return self

        def __setstate__(self, state):
            log.append("class")

        def __reduce__(self):
            return Odd, (), {"n": [1]}

    return deepcopy([Odd(), Odd()])


@trap
def setstate_that_is_a_property(deepcopy, log):
    class Odd:
        @property
        def __setstate__(self):
            log.append("asked")
            return lambda state: log.append(sorted(state))

        def __reduce__(self):
            return Odd, (), {"n": [1]}

    return deepcopy([Odd()])
