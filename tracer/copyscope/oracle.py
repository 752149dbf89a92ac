"""The interpreter's own copy.py, watched: what the engine's events are checked against.

The watched module is the text of Lib/copy.py (or of a variant), run with a memo and tables that log their accesses
and with `_reconstruct` and `_keep_alive` wrapped. It shares no code with the engine. What is compared, event for
event: calls and returns (and whether x itself came back), memo reads with their outcome and value, memo writes,
keep-alive, dispatch, copyreg, the making of new objects, exceptions with their text. What is not seen from here
(class and hook tests, list appends, how state is set) is not compared, and the verdict counts only what is.
"""

from __future__ import annotations

import copy
import functools
import platform
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

from copyscope import variants
from copyscope.redirect import redirected

Step = tuple[Any, ...]
COPIERS = ("none", "atomic", "list", "tuple", "dict", "method", "custom")
TEXT_MAX = 400


class Numbers:
    """Names objects by the order in which they are first met, and holds them so that no id is used twice."""

    def __init__(self) -> None:
        self.numbers: dict[int, int] = {}
        self.held: list[Any] = []

    def of(self, x: Any) -> int:
        number = self.numbers.get(id(x))
        if number is None:
            number = self.numbers[id(x)] = len(self.numbers) + 1
            self.held.append(x)
        return number


class Watch:
    """The log of one watched copy."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.numbers = Numbers()
        self.by_id: dict[int, Any] = {}
        self.foreign = False  # a plain dict was handed in as memo: its accesses are not seen

    def log(self, *step: Any) -> None:
        self.steps.append(step)

    def key(self, key: int) -> int:
        """The number of the object whose id a memo key is."""
        return self.numbers.of(self.by_id[key]) if key in self.by_id else 0

    def value(self, value: Any) -> int:
        self.by_id[id(value)] = value
        return self.numbers.of(value)


def _memo_class(watch: Watch, module: types.ModuleType) -> type[dict]:
    missing = object()

    def by_copy_py() -> bool:
        """Whether the access comes from the watched module; user code may use the memo as it likes."""
        return sys._getframe(2).f_globals is module.__dict__

    class Memo(dict):
        """A memo that logs."""

        def get(self, key, default=None):
            value = dict.get(self, key, missing)
            hit = value is not missing
            if by_copy_py():
                watch.log("memo_get", watch.key(key), hit, watch.value(value) if hit else 0)
            return value if hit else default

        def __getitem__(self, key):
            value = dict.get(self, key, missing)
            hit = value is not missing
            if not by_copy_py():
                pass
            elif key == id(self):
                watch.log("keep_get", hit)
            else:
                watch.log("memo_again", watch.key(key), hit, watch.value(value) if hit else 0)
            if not hit:
                raise KeyError(key)
            return value

        def __setitem__(self, key, value):
            dict.__setitem__(self, key, value)
            if not by_copy_py():
                pass
            elif key == id(self):
                watch.log("keep_new")
            else:
                watch.log("memo_set", watch.key(key), watch.value(value))

    return Memo


class _Table(dict):
    """A dispatch table that reports what it answered."""

    def __init__(self, items: dict, report: Callable[[Any], None]):
        super().__init__(items)
        self.report = report

    def get(self, key, default=None):
        value = dict.get(self, key, default)
        if sys._getframe(1).f_code.co_name == "deepcopy":  # a fast path's own tests are not the dispatch
            self.report(value)
        return value


def exception_text(e: BaseException) -> str:
    """Type and message as the recorder writes them: the message only where it is a plain str."""
    message = e.args[0] if len(e.args) == 1 and type(e.args[0]) is str else ""
    return f"{_type_name(type(e))}: {message[:TEXT_MAX]}" if message else _type_name(type(e))


def _type_name(cls: type) -> str:
    heap = cls.__flags__ & (1 << 9)
    return cls.__name__ if heap or cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}"


@functools.cache
def _watched_code(policy: str) -> types.CodeType:
    name, text = variants.source_for(policy)
    t = variants.Text(text)
    t.replace(t.find("deepcopy", "memo = {}"), ["memo = _new_memo()"])
    return compile(t.result(), name, "exec")


def _watched_module(watch: Watch, policy: str) -> types.ModuleType:
    module = types.ModuleType("copy")
    exec(_watched_code(policy), module.__dict__)
    kinds = {getattr(module, f"_deepcopy_{k}", None): k for k in COPIERS[1:6]}
    own = {getattr(copy, f"_deepcopy_{k}", None): getattr(module, f"_deepcopy_{k}", None) for k in COPIERS[1:6]}
    own.pop(None, None)
    table = {cls: own.get(copier, copier) for cls, copier in copy._deepcopy_dispatch.items()}

    def dispatched(copier):
        watch.log("dispatch", "none" if copier is None else kinds.get(copier, "custom"))

    keep_alive, reconstruct = module._keep_alive, module._reconstruct

    def watched_keep_alive(x, memo):
        keep_alive(x, memo)
        watch.log("keep", watch.value(x))

    def watched_reconstruct(x, memo, func=None, *rest):
        if func is None or not rest:
            return reconstruct(x, memo, *(() if func is None else (func,)), *rest)

        def watched_func(*args):
            y = func(*args)
            watch.log("make", watch.value(y))
            return y

        return reconstruct(x, memo, watched_func, *rest)

    module.__dict__.update(
        Error=copy.Error,
        _new_memo=_memo_class(watch, module),
        _deepcopy_dispatch=_Table(table, dispatched),
        dispatch_table=_Table(copy.dispatch_table, lambda found: watch.log("copyreg_get", bool(found))),
        _keep_alive=watched_keep_alive,
        _reconstruct=watched_reconstruct,
    )
    return module


class Observation:
    """What a watched copy did: steps, result, exception, and why it cannot be compared, if so."""

    def __init__(self, watch: Watch, result: Any, exception: BaseException | None):
        self.steps, self.result, self.exception = watch.steps, result, exception
        self.note = "a plain dict was handed in as memo by user code" if watch.foreign else ""
        if isinstance(exception, RecursionError):
            self.note = "watching costs frames of its own: the depth of a RecursionError is not compared"
        self._watch = watch  # holds the objects, so that no id is used twice


def observe(x: Any, policy: str = "cpython", memo: dict | None = None) -> Observation:
    """Copies x with the watched copy.py. memo: entries of a memo to hand in.

    Raises LookupError where this interpreter has no copy.py for the policy.
    """
    watch = Watch()
    module = _watched_module(watch, policy)
    memo_class = module._new_memo

    def call(x, memo=None):
        if memo is not None and type(memo) is dict:
            watch.foreign = True
        watch.log("call", watch.value(x))
        try:
            y = original(x, memo)
        except Exception as e:
            watch.log("raise", exception_text(e))
            raise
        watch.log("return", y is x, watch.value(y))
        return y

    given = None
    if memo is not None:
        given = memo_class()
        dict.update(given, memo)
    with redirected(call, module.deepcopy) as original, redirected(call):
        try:
            return Observation(watch, module.deepcopy(x, given), None)
        except Exception as e:
            return Observation(watch, None, e)


def from_trace(t: Any) -> list[Step]:
    """A trace's events in the form of `observe`: only what both can see."""
    objects, steps, messages = t.objects, [], t.messages
    numbers: dict[int, int] = {}

    def n(ref: int) -> int:
        return numbers.setdefault(ref, len(numbers) + 1) if ref else 0

    for e in t.events:
        match e.event:
            case "call":
                steps.append(("call", n(e.obj)))
            case "memo_get" | "memo_again":
                steps.append((e.event, n(e.obj), e.outcome, n(e.arg) if e.outcome else 0))
            case "memo_set":
                steps.append(("memo_set", n(e.obj), n(e.arg)))
            case "dispatch":
                steps.append(("dispatch", COPIERS[objects[e.obj - 1].copier]))
            case "copyreg_get":
                steps.append(("copyreg_get", e.outcome))
            case "keep_get":
                steps.append(("keep_get", e.outcome))
            case "keep_new":
                steps += [("keep_new",), ("keep", n(e.obj))]
            case "keep_append":
                steps.append(("keep", n(e.obj)))
            case "make" if e.site == "make":
                steps.append(("make", n(e.arg)))
            case "return":
                steps.append(("return", e.obj == e.arg, n(e.arg)))
            case "raise":
                steps.append(("raise", messages.get(e.arg, "")))
    return steps


def against(policy: str) -> str:
    """What a policy's events are compared with, in words."""
    text = f"CPython {platform.python_version()}'s copy.py"
    own = ("cpython", f"cpython-{platform.python_version().rpartition('.')[0]}")
    return text if policy in own else f"{text} as {policy}"


def unchecked(note: str, policy: str) -> dict[str, Any]:
    """The verdict where nothing was compared; note says why."""
    return {"state": "unchecked", "equal": 0, "total": 0, "where": note, "against": against(policy)}


def verdict(engine: list[Step], seen: list[Step], note: str, policy: str) -> dict[str, Any]:
    """Compares two sequences. `state` is equal, differs or unchecked; `where` names the first difference."""
    if note:
        return unchecked(note, policy)
    total, first = max(len(engine), len(seen)), first_difference(engine, seen)
    if first is None:
        return {"state": "equal", "equal": total, "total": total, "where": "", "against": against(policy)}
    ours, theirs = (s[first] if first < len(s) else "nothing" for s in (engine, seen))
    where = f"step {first + 1}: recorded {ours}, copy.py did {theirs}"
    return {"state": "differs", "equal": first, "total": total, "where": where, "against": against(policy)}


def first_difference(a: Iterable[Step], b: Iterable[Step]) -> int | None:
    """Index of the first step in which the sequences part, or None."""
    a, b = list(a), list(b)
    for i, (s, o) in enumerate(zip(a, b)):  # noqa: B905  (3.10 to 3.14; lengths are compared below)
        if s != o:
            return i
    return None if len(a) == len(b) else min(len(a), len(b))
