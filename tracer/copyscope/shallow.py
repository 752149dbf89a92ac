"""copy.copy and copy.replace, checked line by line against the interpreter's own copy.py.

A recording of `copy.copy(x)` names a line of copy.py with each event. Here the real functions run under
`sys.settrace`, and of each call is noted which of those lines it visits, in order, what it returns (x itself or
not) or which exception leaves it. What a deep copy inside a hook does is left out on both sides.
"""

from __future__ import annotations

import copy
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from copyscope import _core, source
from copyscope.redirect import redirected

OPS = ("copy", "replace")
Step = tuple[Any, ...]

# A helper that runs inside a call, and what tells that it runs for a shallow one.
HELPERS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "_copy_immutable": lambda _: True,
    "_reconstruct": lambda names: names.get("memo") is None,
}
# Lines that are visited once for each slot, and told once.
REPEATED = {"state_slots"}
# One record tells of all three questions, when the last is answered: a failing one leaves none of them told.
TOGETHER = {"copy_class", "copy_hook_get", "copy_copyreg"}
# Lines whose event comes before they are carried out: they are told even if they fail. So is the call of a copier,
# unless it is one of these.
TOLD_FIRST = {"copy_hook_call", "setstate", "replace_call"}
TOLD_LAST = (list.copy, dict.copy, set.copy, bytearray.copy, getattr(copy, "_copy_immutable", None))


def check(op: str, policy: str, changes: dict[str, Any] | None) -> None:
    """Raises ValueError or TypeError, in one line, for what cannot be recorded."""
    if op not in ("deepcopy", *OPS):
        raise ValueError(f"unknown operation {op!r}: there are 'deepcopy', 'copy' and 'replace'")
    if op != "deepcopy" and policy != "cpython":
        raise ValueError(f"policy {policy!r} is one of deepcopy: {op} is recorded as 'cpython'")
    if changes is not None and op != "replace":
        raise ValueError(f"changes are for op 'replace', not for {op!r}")
    if changes is not None and not isinstance(changes, dict):
        raise TypeError(f"changes must be a dict of name -> value, not {type(changes).__name__}")
    if op == "replace" and not hasattr(copy, "replace"):
        version = "{}.{}".format(*sys.version_info)
        raise NotImplementedError(f"replace: CPython {version} has no copy.replace(), it came with 3.13")


@contextmanager
def recording(session: Any) -> Iterator[None]:
    """Lets every call of copy.copy, copy.replace and copy.deepcopy be recorded, as user code makes them."""
    with ExitStack() as stack:
        for name in ("deepcopy", *OPS):
            if hasattr(copy, name):
                stack.enter_context(redirected(getattr(session, name), getattr(copy, name)))
        yield


# ---- both sides: one list of steps for each call, in the order in which calls end ----


class Call:
    """An open call: the lines of its own function, then those of its helpers."""

    def __init__(self) -> None:
        self.own: list[int] = []
        self.helpers: list[int] = []

    def visit(self, line: int, of_helper: bool, once: bool) -> None:
        lines = self.helpers if of_helper else self.own
        if not once or lines[-1:] != [line]:
            lines.append(line)

    def steps(self, ending: Step) -> list[Step]:
        return [*(("line", line) for line in self.own + self.helpers), ending]


class Lines:
    """Which lines of a copy.py events stand for."""

    def __init__(self, sites: dict[str, int], functions: dict[str, str]):
        self.of_site = {name: line for name, line in sites.items() if functions.get(name) in (*OPS, *HELPERS)}
        inline = self.of_site.get("copy_class_same")  # 3.14 has no _copy_immutable: its line is one of copy()
        self.in_helper = {n for n, line in self.of_site.items() if functions[n] in HELPERS and line != inline}
        self.names: dict[int, set[str]] = {}
        for name, line in self.of_site.items():
            self.names.setdefault(line, set()).add(name)

    def has(self, line: int, *names: str) -> bool:
        """Whether a line is that of one of these sites."""
        return not self.names.get(line, set()).isdisjoint(names)


def _lines(sites: dict[str, int]) -> Lines:
    return Lines(sites, {name: function for name, function, _ in _core.sites()})


# ---- what copy.py does ----


class Watch:
    """Notes the calls of the copy module's functions while it is the trace function."""

    def __init__(self, lines: Lines):
        self.lines = lines
        self.steps: list[Step] = []
        self.open: list[Call] = []
        self.codes: dict[types.CodeType, str] = {
            getattr(copy, name).__code__: name for name in (*OPS, *HELPERS) if hasattr(copy, name)
        }
        self.failed: dict[types.FrameType, tuple[int, BaseException]] = {}

    def __call__(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        name = self.codes.get(frame.f_code)
        if name in OPS:
            self.open.append(Call())
            self.visit(frame.f_code.co_firstlineno, False)
        elif name is None or not self.open or not HELPERS[name](frame.f_locals):
            return None
        return self.of_helper if name in HELPERS else self.of_call

    def visit(self, line: int, of_helper: bool) -> None:
        if line in self.lines.names:
            self.open[-1].visit(line, of_helper, not of_helper or self.lines.has(line, *REPEATED))

    def of_helper(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.failed.pop(frame, None)
            self.visit(frame.f_lineno, True)
        elif event == "exception":
            self.failed[frame] = (frame.f_lineno, arg[1])
        elif event == "return" and frame in self.failed:
            self.forget(self.open[-1].helpers, self.failed.pop(frame)[0])
        return self.of_helper

    def of_call(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self.failed.pop(frame, None)
            self.visit(frame.f_lineno, False)
        elif event == "exception":
            self.failed[frame] = (frame.f_lineno, arg[1])
        elif event == "return":
            self.end(frame, arg)
        return self.of_call

    def end(self, frame: types.FrameType, result: Any) -> None:
        call = self.open.pop()
        names = frame.f_locals
        x = names["x"] if "x" in names else names["obj"]
        if frame in self.failed:
            line, e = self.failed.pop(frame)
            if not self.lines.has(line, "copy_copier") or any(names["copier"] is c for c in TOLD_LAST):
                self.forget(call.own, line)
            ending: Step = ("raise", _core.exception_text(e))
        else:
            ending = ("return", result is x)
        # The test of the set of atomic types is told only where it holds.
        call.own = [
            line
            for line, after in zip(call.own, [*call.own[1:], 0])  # noqa: B905  (of one length)
            if not self.lines.has(line, "copy_set") or self.lines.has(after, "copy_set_same")
        ]
        self.steps += call.steps(ending)

    def forget(self, lines: list[int], failing: int) -> None:
        """Takes back what is told only when it has succeeded, and has not."""
        if lines[-1:] != [failing] or self.lines.has(failing, *TOLD_FIRST):
            return
        lines.pop()
        while lines and self.lines.has(failing, *TOGETHER) and self.lines.has(lines[-1], *TOGETHER):
            lines.pop()


def observe(op: str, x: Any, changes: dict[str, Any] | None) -> tuple[list[Step], str]:
    """What the interpreter's own copy.copy or copy.replace does with x, and a note where that cannot be compared."""
    try:
        watch = Watch(_lines(source.sites(source.copy_source()[1])))
    except OSError as e:
        return [], str(e)
    before = sys.gettrace()
    note = ""
    sys.settrace(watch)
    try:
        getattr(copy, op)(x, **(changes or {}))
    except RecursionError:
        note = "watching costs frames of its own: the depth of a RecursionError is not compared"
    except Exception:
        pass  # told by the last step
    finally:
        changed = sys.gettrace() is not watch
        sys.settrace(before)
    return watch.steps, note or ("user code set another trace function" if changed else "")


# ---- what the engine recorded ----


def from_trace(t: Any) -> list[Step]:
    """A trace's events in the form of `observe`."""
    sites: dict[str, int] = next((s["sites"] for s in t.sources if s["role"] == "copy.py"), {})
    lines, messages = _lines(sites), t.messages
    steps: list[Step] = []
    open_calls: list[Call | None] = []  # None: a deep copy
    for e in t.events:
        if e.event == "call":
            open_calls.append(Call() if e.site in ("copy_call", "replace") else None)
        call = open_calls[-1] if open_calls else None
        line = lines.of_site.get(e.site)
        if call is not None and line is not None:
            call.visit(line, e.site in lines.in_helper, e.site not in lines.in_helper or e.site in REPEATED)
        if e.event in ("return", "raise"):
            open_calls.pop()
            if call is not None:
                raised = e.event == "raise"
                steps += call.steps(("raise", messages.get(e.arg, "")) if raised else ("return", e.obj == e.arg))
    return steps
