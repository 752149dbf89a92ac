"""Nests of a million objects: made, copied, compared and taken apart without recursion.

As a program, a child process that may crash without taking the tests with it:

    python deep.py FUNCTION KIND LIMIT STACK_KIB DEPTH...

copies nests of the depths in a thread with that stack under that recursion limit, and prints a JSON list of what came
of each: "copied", or the text of the RecursionError. FUNCTION: stdlib, deepcopy or trace.
"""

from __future__ import annotations

import collections
import copy
import gc
import json
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import copyscope


class Instance:
    """The default reduce."""

    def __init__(self, x):
        self.x = x


class Slots:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Args(Instance):
    def __reduce__(self):
        return Args, (self.x,)


class State(Instance):
    def __reduce_ex__(self, protocol):
        return State, (None,), {"x": self.x}

    def __setstate__(self, state):
        self.x = state["x"]


class List(list):
    pass


class Dict(dict):
    pass


class Hook(Instance):
    """Its copy comes back to deepcopy through user code: the C stack is used, and has to be guarded."""

    deepcopy: Any = None

    def __deepcopy__(self, memo):
        return Hook(Hook.deepcopy(self.x, memo))


class Kind:
    """One kind of nest: how a level is put around x, and how x is taken out again."""

    def __init__(self, wrap: Callable[[Any], Any], inner: Callable[[Any], Any]):
        self.wrap, self.inner = wrap, inner


KINDS = {
    "list": Kind(lambda x: [x], lambda x: x[0]),
    "dict": Kind(lambda x: {"k": x}, lambda x: x["k"]),
    "tuple": Kind(lambda x: (x,), lambda x: x[0]),
    "instance": Kind(Instance, lambda x: x.x),
    "args": Kind(Args, lambda x: x.x),
    "state": Kind(State, lambda x: x.x),
    "slots": Kind(Slots, lambda x: x.x),
    "list_subclass": Kind(lambda x: List([x]), lambda x: x[0]),
    "dict_subclass": Kind(lambda x: Dict(k=x), lambda x: x["k"]),
    "ordered_dict": Kind(lambda x: collections.OrderedDict(k=x), lambda x: x["k"]),
    "deque": Kind(lambda x: collections.deque([x]), lambda x: x[0]),
    "method": Kind(lambda x: types.MethodType(id, x), lambda x: x.__self__),
}
HOOK = Kind(Hook, lambda x: x.x)


def nest(kind: Kind, depth: int) -> Any:
    """An empty list, that many levels down."""
    x: Any = []
    for _ in range(depth):
        x = kind.wrap(x)
    return x


def take_apart(kind: Kind, held: list) -> None:
    """Frees the nest that the list holds, the outermost level first: not every type's own freeing is flat."""
    x = held.pop()
    while type(x) is not list or x:
        x = kind.inner(x)


def same(kind: Kind, x: Any, y: Any, depth: int) -> bool:
    """Whether y is a copy of the nest x: as deep, each level of the same type and new."""
    for _ in range(depth):
        if type(x) is not type(y) or x is y:
            return False
        x, y = kind.inner(x), kind.inner(y)
    return type(x) is type(y) is list and not x and not y and x is not y


def traced(x: Any, memo: Any = None) -> Any:
    """The result of `copyscope.trace`."""
    return copyscope.trace(x).result


FUNCTIONS = {"stdlib": copy.deepcopy, "deepcopy": copyscope.deepcopy, "trace": traced}


def outcome(function: Callable[[Any], Any], kind: Kind, depth: int) -> str:
    """Copies a nest: "copied", or what the RecursionError said."""
    x = nest(kind, depth)
    held = [[x]]  # no other reference may be left when they are taken apart, an argument's neither
    try:
        y = function(x)
        held.append([y])
        text = "copied" if same(kind, x, y, depth) else "copied, but not the same"
    except RecursionError as e:
        text = str(e)
    x = y = None
    for one in held:
        take_apart(kind, one)
    return text


def main(function: str, kind: str, limit: str, stack_kib: str, *depths: str) -> None:
    found: list = []
    Hook.deepcopy = staticmethod(FUNCTIONS[function])
    level = HOOK if kind == "hook" else KINDS[kind]

    def run() -> None:
        sys.setrecursionlimit(int(limit))
        for depth in depths:
            if int(depth) >= 1_000_000:
                gc.disable()  # it would look at every level again and again: minutes, and 100,000 levels have had it
            found.append(outcome(FUNCTIONS[function], level, int(depth)))

    threading.stack_size(int(stack_kib) * 1024)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
