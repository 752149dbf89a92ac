"""What lives how long."""

from __future__ import annotations

import copy
import gc
import weakref

from traps.common import Does, Plain, Reduces, trap


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
