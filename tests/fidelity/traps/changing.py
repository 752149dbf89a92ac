"""Containers that change while they are copied."""

from __future__ import annotations

import sys
import types

from traps.common import Does, Logs, Plain, trap


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
