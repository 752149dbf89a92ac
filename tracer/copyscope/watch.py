"""The witness: one deep copy by a real copy.py, watched. What a trace of the engine is checked against.

Watched is the interpreter's own copy module where it stands, or the text of a variant or of a file, run in a module of
its own. The text is never changed: a trace function in C sees its calls, lines and returns, and its tables log while
its own code runs. See ``tracer/ext/witness.h``.
"""

from __future__ import annotations

import copy
import os
import struct
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

from copyscope import _core, variants
from copyscope.listing import INSTRUCTIONS_MAX, instructions
from copyscope.plan import Plan, plan_for
from copyscope.redirect import redirected

KINDS = ("atomic", "list", "tuple", "dict", "method")
STEP = struct.Struct("<QQQIBBBB")
OUTCOMES = (None, False, True)


class Step(NamedTuple):
    """One logical event that copy.py did. `obj`, `arg`: numbers of objects, by the order in which they were met.

    An object that was freed and another that was given its address later have one number: a witness holds nothing.
    """

    event: str
    obj: int
    arg: int
    role: str
    outcome: bool | None
    line: int
    detail: str
    time_ns: int


class Subject(NamedTuple):
    """A copy.py to be watched."""

    name: str
    text: str
    module: types.ModuleType
    plan: Plan
    own: bool  # the interpreter's copy module itself


def subject_for(policy: str) -> Subject:
    """The copy.py that does what an engine policy says. Raises LookupError or OSError where there is none."""
    name, text = variants.source_for(policy)
    if name == copy.__file__ and _is_untouched(copy.deepcopy):
        return Subject(name, text, copy, plan_for(text), True)
    module = _module(name, text)
    module.__dict__["Error"] = copy.Error
    return Subject(name, text, module, plan_for(text), False)


def subject_of_file(path: str | os.PathLike[str]) -> Subject:
    """A copy.py of one's own. Raises OSError, or ValueError with one line that says what it lacks."""
    name = os.fspath(path)
    with open(name, "rb") as f:
        data = f.read()
    try:
        text = data.decode()
        module = _module(name, text)
        plan = plan_for(text, own=False)
    except SyntaxError as e:
        raise ValueError(f"{name}, line {e.lineno}: {e.msg}") from None
    except Exception as e:
        raise ValueError(f"{name} cannot be run: {type(e).__name__}: {e}") from None
    if not isinstance(getattr(module, "deepcopy", None), types.FunctionType):
        raise ValueError(f"{name} has no function deepcopy(x, memo=None)")
    return Subject(name, text, module, plan, False)


def _is_untouched(function: Any) -> bool:
    """Whether copy.deepcopy is still the one of copy.py: not another's, and not redirected by a recording."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_name == "deepcopy" and code.co_filename == copy.__file__


def _module(name: str, text: str) -> types.ModuleType:
    """The text run in a module of its own; what users registered with, or put into, the copy module counts there."""
    module = types.ModuleType("copy")
    module.__file__ = name
    exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)
    own = {getattr(copy, f"_deepcopy_{kind}", None) for kind in KINDS}
    table = module.__dict__.get("_deepcopy_dispatch")
    if type(table) is dict:
        table.update({cls: copier for cls, copier in copy._deepcopy_dispatch.items() if copier not in own})
    return module


@contextmanager
def _calls_redirected(subject: Subject) -> Iterator[None]:
    """User code that calls copy.deepcopy reaches the watched one."""
    with nullcontext() if subject.own else redirected(subject.module.deepcopy):
        yield


class Witnessed:
    """What a watched copy did, and what it gave.

    result: the copy; raises what the copy raised. exception: that, or None. events: its steps, in the vocabulary of a
    trace. lines: [(line of copy.py, ns since the start)], each as it was about to run. opcodes: {(line, name): times};
    CPython 3.13 reports a code's opcodes from its second call on. note: why it cannot be compared, or "".
    """

    def __init__(self, subject: Subject, core: _core.Witness):
        self.subject, self.core = subject, core
        self.exception: BaseException | None = None
        self._result: Any = None

    def run(self, x: Any, memo: Any = None) -> Witnessed:
        """Copies x and watches. Called once; the copy's exception is kept."""
        with _calls_redirected(self.subject):
            try:
                self._result = self.core.run(self.subject.module.deepcopy, x, memo)
            except Exception as e:
                self.exception = e
        return self

    @property
    def result(self) -> Any:
        if self.exception is not None:
            raise self.exception
        return self._result

    @property
    def note(self) -> str:
        if self.core.lost:
            return "code of the copied objects replaced the trace function"
        if self.core.failed:
            return "out of memory for what copy.py did"
        if isinstance(self.exception, RecursionError):
            return self._depth_note()
        return ""

    def _depth_note(self) -> str:
        """Why the depth of a RecursionError says nothing here, or ""."""
        if sys.version_info[:2] == (3, 13):  # seen on 3.13.0: 2,001 nested lists are entered under a limit of 1,000
            return "CPython 3.13 enters more calls of copy.py than its limit says: the depth is not compared"
        if self.core.user_calls and not self.subject.own:
            return "redirected calls cost frames of their own: the depth of a RecursionError is not compared"
        return ""

    @property
    def events(self) -> list[Step]:
        names, roles, copiers, reductors = _core.vocabulary()
        numbers: dict[int, int] = {0: 0}
        found = []
        for obj, arg, t, line, event, outcome, role, aux in STEP.iter_unpack(self.core.steps()):
            name = names[event]
            detail = copiers[aux] if name == "dispatch" else reductors[aux] if name == "reduce" else ""
            if name == "raise":
                detail, arg = self.core.texts[arg], 0
            first, second = (numbers.setdefault(address, len(numbers)) for address in (obj, arg))
            by = roles[role] if role < len(roles) else ""
            found.append(Step(name, first, second, by, OUTCOMES[outcome], line, detail, t))
        return found

    @property
    def lines(self) -> list[tuple[int, int]]:
        return self.core.lines()

    @property
    def opcodes(self) -> dict[tuple[int, str], int]:
        found: dict[tuple[int, str], int] = {}
        known: dict[types.CodeType, dict[int, tuple[int, str]]] = {}
        for code, offset, times in self.core.opcodes():
            if code not in known:
                known[code] = {i.offset: (line, i.opname) for line, i in instructions(code)}
            key = known[code].get(offset)
            if key is not None:
                found[key] = found.get(key, 0) + times
        return found

    @property
    def opcode_counts(self) -> list[list[Any]]:
        """The same by place, for a trace: [name of the code, its first line, [[offset, times], ...]] each."""
        found: dict[types.CodeType, list[Any]] = {}
        for code, offset, times in self.core.opcodes():
            rows = found.setdefault(code, [code.co_name, code.co_firstlineno, []])[2]
            if len(rows) < INSTRUCTIONS_MAX:
                rows.append([offset, times])
        return [*found.values()]

    def __repr__(self) -> str:
        return f"<copyscope.Witnessed: {self.core.count} steps of {self.subject.name}>"


def watch(
    subject: Subject, *, lines: bool = False, opcodes: bool = False, max_steps: int = 0, session: Any = None
) -> Witnessed:
    """A witness of the subject that has not run yet. session: whose trace gets the steps, as records."""
    module, plan = subject.module, subject.plan
    copiers = tuple(getattr(module, f"_deepcopy_{kind}", None) for kind in KINDS)
    core = _core.Witness(
        module.__dict__, module.deepcopy.__code__, copiers, plan.actions, plan.roles, lines, opcodes, max_steps, session
    )
    return Witnessed(subject, core)


def witness(
    x: Any,
    module: str | os.PathLike[str] | None = None,
    lines: bool = True,
    opcodes: bool = False,
    *,
    policy: str = "cpython",
    memo: dict | None = None,
) -> Witnessed:
    """Copies x with a real copy.py and tells what it did: steps, lines with nanoseconds, opcodes and their counts.

    module: path of a copy.py of one's own; else the interpreter's, as the policy has it. User code runs once. One
    witness at a time: RuntimeError inside another. An exception of the copy is kept: see `Witnessed.result`.

    >>> [s.event for s in witness(5).events][-3:]
    ['dispatch', 'atomic', 'return']
    """
    subject = subject_for(policy) if module is None else subject_of_file(module)
    return watch(subject, lines=lines, opcodes=opcodes).run(x, memo)
