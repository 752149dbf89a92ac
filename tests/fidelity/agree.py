"""Whether the engine does with a graph what copy.py does: event for event, and in what comes of it."""

from __future__ import annotations

import copy
import functools
import gc
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

import kinds
from check import compare
from programs import Graph
from shape import exception_shape, first_difference, shape

from copyscope import _core, variants
from copyscope.redirect import redirected

TOO_DEEP = "builtins.RecursionError: maximum recursion depth exceeded"


class Outcome:
    """What one copy came to."""

    def __init__(self, x: Any, memo: Any, result: Any, error: BaseException | None):
        self.log, self.gone = list(kinds.LOG), sorted(kinds.GONE)
        self.shape = shape(x, result, memo=memo)
        self.error = exception_shape(error)[:1]
        if self.error and self.error[0].startswith(TOO_DEEP):
            # Where a hook is entered again at the limit is a matter of the frames below it: test_recursion.py.
            self.error, self.shape, self.log = [TOO_DEEP], [], []
        if error is not None or any("caught" in line for line in self.log):
            self.gone = []  # a traceback holds the frames of copy.py, and with them what they copied


def difference(ours: Outcome, theirs: Outcome) -> str:
    """In words, or "" where both came to the same."""
    for part in ("error", "log", "shape", "gone"):
        found = first_difference(getattr(ours, part), getattr(theirs, part))
        if found:
            return f"{part}: {found}"
    return ""


def outcome(graph: Graph, deepcopy: Callable[[Any, Any], Any]) -> Outcome:
    """Builds the graph and copies it."""
    x, memo = graph.build()
    gc.disable()  # or finalizers of earlier graphs would be told among this one's
    try:
        return Outcome(x, memo, deepcopy(x, memo), None)
    except Exception as e:
        return Outcome(x, memo, None, e)
    finally:
        gc.enable()


@functools.cache
def copy_module(policy: str) -> types.ModuleType:
    """The copy.py that a policy stands for, as a module; of `cpython`, the interpreter's own."""
    if policy == "cpython":
        return copy
    name, text = variants.source_for(policy)
    module = types.ModuleType("copy")
    exec(compile(text, name, "exec"), module.__dict__)
    module._deepcopy_dispatch = _Dispatch(module)
    module.Error = copy.Error
    return module


class _Dispatch(dict):
    """A variant's own copiers, and what user code registered in the interpreter's table."""

    def __init__(self, module: types.ModuleType):
        own = {getattr(copy, name): getattr(module, name) for name in dir(copy) if name.startswith("_deepcopy_")
               and callable(getattr(copy, name)) and hasattr(module, name)}  # fmt: skip
        super().__init__({cls: own.get(copier, copier) for cls, copier in copy._deepcopy_dispatch.items()})


def by_copy_py(graph: Graph, policy: str) -> Outcome:
    """What copy.py, edited as the policy says, makes of the graph."""
    module = copy_module(policy)
    if module is copy:
        return outcome(graph, copy.deepcopy)
    with redirected(module.deepcopy):
        return outcome(graph, module.deepcopy)


class Pinned:
    """copy.py, as a policy edits it, with all that it is given held until the copy has ended.

    An exception that a hook catches leaves the memo with entries of temporaries (a state, an argument of a reduce
    value) that nothing keeps: copy.py asks for that only after the copy. Who gets such an address next gets that entry
    as its copy. That is so in the interpreter's own copy.py; which object it befalls is the allocator's choice, and
    differs with who lets go of the temporary when. Where everything is held, no address is used twice.
    """

    def __init__(self, policy: str):
        self.held: list[Any] = []
        self.memos: dict[int, dict] = {}
        name, text = variants.source_for(policy)
        self.module = types.ModuleType("copy")
        exec(compile(text, name, "exec"), self.module.__dict__)
        self.module._deepcopy_dispatch = _Dispatch(self.module)
        self.module.Error = copy.Error
        self._deepcopy, self.module.deepcopy = self.module.deepcopy, self.deepcopy
        for function in vars(self.module).values():  # copy.py binds deepcopy as a default of its copiers
            if isinstance(function, types.FunctionType):
                function.__defaults__ = self._bound(function.__defaults__)
                function.__kwdefaults__ = dict(
                    zip(
                        function.__kwdefaults__ or {},
                        self._bound((function.__kwdefaults__ or {}).values()),
                        strict=True,
                    )
                )

    def _bound(self, values: Iterable | None) -> tuple:
        return tuple(self.deepcopy if value is self._deepcopy else value for value in values or ())

    def deepcopy(self, x: Any, memo: Any = None, *rest: Any) -> Any:
        if memo is None:
            memo = {}
        self.held.append(x)
        self.memos[id(memo)] = memo
        return self._deepcopy(x, memo, *rest)

    def outcome(self, graph: Graph) -> Outcome:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(2 * limit)  # each level has a frame of ours besides its own
        try:
            with redirected(self.deepcopy):
                return outcome(graph, self.deepcopy)
        finally:
            sys.setrecursionlimit(limit)

    def forsaken(self) -> int:
        """How many of the memos' entries are of objects that only we hold."""
        left = list({id(x): x for x in self.held}.values())[::-1]  # the first met is let go first: it holds others
        self.held.clear()
        gc.collect()
        x, alone = None, 0
        while left:
            x = left.pop()
            if sys.getrefcount(x) == 2 and any(id(x) in memo for memo in self.memos.values()):
                alone += 1  # held by x and by getrefcount's argument
        return alone


def addresses_decide(graph: Graph, policy: str) -> bool:
    """Whether a graph's disagreement is one of addresses used again, and not ours: see Pinned.

    True if the memo is left with entries of objects that die, and the recorder, which holds what it met, comes to just
    what copy.py comes to when it is made to hold it too.
    """
    pinned = Pinned(policy)
    theirs = pinned.outcome(graph)
    theirs.gone = []
    return pinned.forsaken() > 0 and not difference(by_recorder(graph, policy), theirs)


def by_engine(graph: Graph, policy: str) -> Outcome:
    """What the untraced engine makes of it, at every level."""

    def deepcopy(x: Any, memo: Any = None) -> Any:
        return _core.deepcopy(x, memo, policy=policy)

    with redirected(deepcopy):
        return outcome(graph, deepcopy)


def by_recorder(graph: Graph, policy: str) -> Outcome:
    """What the recording engine makes of it."""
    session = _core.Session(policy=policy)
    try:
        with redirected(session.deepcopy):
            made = outcome(graph, session.deepcopy)
    finally:
        read = _core.read(session.end())
    assert read["complete"], read["error"]
    made.gone = []  # a recording holds what it met
    return made


def disagreement(graph: Graph, policy: str, events: bool = True) -> str:
    """Where engine and copy.py part on a graph under a policy; "" if they do not. events: compares these as well."""
    theirs = by_copy_py(graph, policy)
    found = difference(by_engine(graph, policy), theirs)
    if found:
        return f"untraced, {found}"
    theirs.gone = []
    found = difference(by_recorder(graph, policy), theirs)
    if found:
        return f"traced, {found}"
    if events and graph.build()[1] is None:
        verdict, _, _ = compare(lambda: graph.build()[0], policy)
        if verdict["state"] == "differs":
            return f"events, {verdict['where']}"
    return ""
