"""Hooks: where they are looked for, what they may return and do."""

from __future__ import annotations

import contextlib
import copy

from traps.common import Does, Plain, Reduces, raiser, trap


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
