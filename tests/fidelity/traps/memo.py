"""The memo: one of the caller's own, what hooks write into it, what keeps originals alive."""

from __future__ import annotations

import collections
import copy
import types
import weakref

from traps.common import Does, Plain, trap


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
