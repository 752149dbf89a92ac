"""Tables and functions of the copy module that the user replaced."""

from __future__ import annotations

import collections
import contextlib
import copy
import copyreg
import types

from traps.common import Does, Plain, attribute, entry, raiser, trap


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
