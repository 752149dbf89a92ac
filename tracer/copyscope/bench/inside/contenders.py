"""Who copies: made from a recipe, with what the interpreter and its environment have."""

from __future__ import annotations

import copy
import functools
import itertools
import sys
import time
import types
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple


class CannotError(Exception):
    """A contender cannot be had here; the message is one line."""


class Contender(NamedTuple):
    """A way to copy. around: what is switched on around a batch. version: of a peer."""

    copy: Callable[[Any], Any]
    around: Callable[[], AbstractContextManager] = nullcontext
    version: str = ""

    def batch(self, roots: list, turns: int) -> int:
        """Copies each root, the whole `turns` times over; CPU time of the thread in ns, freeing the copies included."""
        function = self.copy
        with self.around():
            start = time.thread_time_ns()
            for _ in itertools.repeat(None, turns):
                for x in roots:
                    function(x)
            return time.thread_time_ns() - start


def make(recipe: dict[str, Any]) -> Contender:
    """A contender of the recipe's kind. Raises CannotError."""
    kinds = {"own": own, "text": of_text, "engine": engine, "traced": traced, "peer": peer}
    try:
        return kinds[recipe["kind"]](recipe)
    except ImportError as e:
        raise CannotError(f"not installed ({e})") from None


def own(recipe: dict[str, Any]) -> Contender:
    """The interpreter's own deepcopy."""
    return Contender(copy.deepcopy)


def of_text(recipe: dict[str, Any]) -> Contender:
    """The deepcopy of a text: a variant of copy.py, or a file of somebody's. Raises CannotError."""
    module = types.ModuleType("copy")
    module.__file__ = recipe["filename"]
    try:
        exec(compile(recipe["text"], recipe["filename"], "exec", dont_inherit=True), module.__dict__)
    except BaseException as e:  # SystemExit of a file ends its loading, not the measuring
        where = f", line {e.lineno}" if isinstance(e, SyntaxError) else ""
        raise CannotError(f"{recipe['filename']}{where}: {type(e).__name__}: {' '.join(str(e).split())}") from None
    if not callable(getattr(module, "deepcopy", None)):
        raise CannotError(f"{recipe['filename']} has no function deepcopy")
    return Contender(module.deepcopy)


def engine(recipe: dict[str, Any]) -> Contender:
    """copyscope's deepcopy in C, untraced."""
    from copyscope import _core

    # Once, since the policy is looked up by name at every call.
    return Contender(functools.partial(_core.deepcopy, policy=recipe["policy"], table=recipe["table"]))


def traced(recipe: dict[str, Any]) -> Contender:
    """The same, recorded: one session for each batch, ended within its time."""
    from copyscope import _core

    class Traced(Contender):
        """The trace is finished in memory, as for one recording."""

        def batch(self, roots: list, turns: int) -> int:
            start = time.thread_time_ns()
            session = _core.Session(policy=recipe["policy"])
            function = session.deepcopy
            for _ in itertools.repeat(None, turns):
                for x in roots:
                    function(x)
            session.end(False)
            del session, function
            return time.thread_time_ns() - start

    return Traced(lambda x: _core.Session(policy=recipe["policy"]).deepcopy(x))


def peer(recipe: dict[str, Any]) -> Contender:
    """Others that copy, and others that watch."""
    return {
        "copium": copium,
        "pickle": pickled,
        "cProfile": profiled,
        "settrace": hooked,
        "viztracer": viztraced,
    }[recipe["name"]]()


def copium() -> Contender:
    """A deepcopy in C, from PyPI."""
    import importlib.metadata

    from copium import deepcopy

    return Contender(deepcopy, version=importlib.metadata.version("copium"))


def pickled() -> Contender:
    """Pickle, there and back."""
    import pickle

    def there_and_back(x: Any) -> Any:
        return pickle.loads(pickle.dumps(x, pickle.HIGHEST_PROTOCOL))

    return Contender(there_and_back)


class Switched(AbstractContextManager):
    """Something switched on and off again."""

    def __init__(self, on: Callable[[], Any], off: Callable[[], Any]):
        self.on, self.off = on, off

    def __enter__(self) -> None:
        self.on()

    def __exit__(self, *exception: object) -> None:
        self.off()


def profiled() -> Contender:
    """copy.deepcopy under cProfile."""
    import cProfile

    def around() -> Switched:
        profile = cProfile.Profile()
        return Switched(profile.enable, profile.disable)

    return Contender(copy.deepcopy, around)


def hooked() -> Contender:
    """copy.deepcopy under a hook of sys.settrace that does nothing."""

    def hook(frame: Any, event: str, argument: Any) -> Any:
        return hook

    return Contender(copy.deepcopy, lambda: Switched(lambda: sys.settrace(hook), lambda: sys.settrace(None)))


def viztraced() -> Contender:
    """copy.deepcopy under VizTracer, nothing saved."""
    import importlib.metadata

    from viztracer import VizTracer

    tracer = VizTracer(verbose=0, register_global=False)

    def off() -> None:
        tracer.stop()
        tracer.clear()

    off()  # making one leaves its hook set
    return Contender(copy.deepcopy, lambda: Switched(tracer.start, off), importlib.metadata.version("viztracer"))


class Alike:
    """Two copies of one object, walked side by side: types, scalars, items in their order, attributes, what is met
    again, and that no part that can change is the original's own.
    """

    def __init__(self, original: Any):
        self.original: set[int] = set()
        self.seen: dict[int, int] = {}
        self._collect(original)

    def _collect(self, x: Any) -> None:
        if id(x) in self.original or not has_parts(x):
            return
        if not isinstance(x, (tuple, frozenset)):
            self.original.add(id(x))
        for part in parts(x):
            self._collect(part)

    def difference(self, x: Any, y: Any) -> str:
        """Where y is not as x, or ""."""
        kind = type(x).__name__
        if id(x) in self.seen:
            return "" if self.seen[id(x)] == id(y) else f"a {kind} that is shared in one is not in the other"
        if type(x) is not type(y):
            return f"{kind} beside {type(y).__name__}"
        if not has_parts(x):
            return "" if x == y or x != x else f"{x!r:.60} beside {y!r:.60}"
        if id(y) in self.original:
            return f"a {kind} of the original is in the copy"
        if not isinstance(x, (tuple, frozenset)):
            self.seen[id(x)] = id(y)
        a, b = parts(x), parts(y)
        if len(a) != len(b):
            return f"{kind} of {len(a)} beside {len(b)} parts"
        return next(filter(None, map(self.difference, a, b)), "")


def has_parts(x: Any) -> bool:
    """Whether it is a container or has attributes, and is not a class."""
    return isinstance(x, (list, tuple, dict, set, frozenset)) or (hasattr(x, "__dict__") and not isinstance(x, type))


def parts(x: Any) -> list:
    """What an object is made of."""
    if isinstance(x, dict):
        return [*x.keys(), *x.values()]
    if isinstance(x, (set, frozenset)):
        return sorted(x, key=repr)
    return list(x) if isinstance(x, (list, tuple)) else [*vars(x), *vars(x).values()]
