"""One run of a text that makes an object, the copying of the object, and all that can be seen of the copying."""

from __future__ import annotations

import ast
import contextlib
import copy
import copyreg
import functools
import inspect
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from copyscope.redirect import redirected
from copyscope.soundness.graphs import Opaque
from copyscope.soundness.sides import Side

NAME = "objects"
FILENAME = "<objects>"
HOOKS = frozenset(
    "__deepcopy__ __reduce_ex__ __reduce__ __getstate__ __setstate__ __new__ __init__ __setitem__ __getnewargs__ "
    "__getnewargs_ex__ __iter__ __next__ <lambda>".split()
)
ATOMIC = frozenset(
    getattr(copy, "_atomic_types", None)
    or (k for k, copier in copy._deepcopy_dispatch.items() if copier is copy._deepcopy_atomic)  # type: ignore[attr-defined]
)
ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
GENERATED_BY = ("<string>",)  # dataclasses and namedtuple make methods by exec: they are user code as well


class BuildError(Exception):
    """The text does not make an object; the message is one line."""


class Call(NamedTuple):
    """One call of user code: the code object, which both runs of a text share, and what was passed."""

    code: types.CodeType
    arguments: list[Any]

    @property
    def name(self) -> str:
        return getattr(self.code, "co_qualname", self.code.co_name)


class Object(NamedTuple):
    """What a text made: x, the memo to hand in or None, and every name it bound."""

    x: Any
    memo: dict | None
    names: dict[str, Any]


class Outcome(NamedTuple):
    """What can be seen of one copying."""

    made: Object
    result: Any
    exception: BaseException | None
    calls: list[Call]


Maker = Callable[[], Object]


@functools.lru_cache(256)
def _code(text: str, filename: str) -> tuple[types.CodeType, types.CodeType | None]:
    tree = ast.parse(text, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if last is not None and isinstance(last.value, ast.Constant) and isinstance(last.value.value, str):
        last = None  # a docstring
    value = compile(ast.Expression(last.value), filename, "eval") if last is not None else None
    return compile(tree, filename, "exec"), value


def run(text: str, filename: str = FILENAME) -> Object:
    """Runs a text. x is the value of its last statement if that is an expression, else what ``x`` stands for.

    Raises BuildError.
    """
    module = types.ModuleType(NAME)
    module.__file__ = filename
    sys.modules[NAME] = module
    names = module.__dict__
    try:
        body, value = _code(text, filename)
        exec(body, names)
        if value is not None:
            names["x"] = eval(value, names)
    except RecursionError as e:
        raise BuildError(describe(e)) from None
    except BaseException as e:  # SystemExit and KeyboardInterrupt of the text end it like any other
        raise BuildError(describe(e)) from None
    if "x" not in names:
        raise BuildError("nothing to copy: end with an expression, or give the name x to the object")
    memo = names.get("memo")
    bound = {k: v for k, v in names.items() if not k.startswith("__") and k != "memo"}
    return Object(names["x"], memo if isinstance(memo, dict) else None, bound)


def generated(text: str, atomic_memo: bool = True) -> Object:
    """As `run`, for a text of `programs`: nothing but x and the names of its steps are bound. Raises BuildError.

    atomic_memo: whether the memo may have an entry under the id of an object that deepcopy calls atomic.
    """
    module = types.ModuleType(NAME)
    sys.modules[NAME] = module
    names = module.__dict__
    try:
        exec(_generated_code(text), names)
    except Exception as e:
        raise BuildError(describe(e)) from None
    bound = {k: v for k, v in names.items() if k[0] == "o" and k[1:].isdigit()}
    memo = names.get("memo")
    if memo and not atomic_memo and any(type(v) in ATOMIC and id(v) in memo for v in bound.values()):
        raise BuildError("a memo entry for an atomic object")
    return Object(names["x"], memo, bound)


@functools.lru_cache(16)
def _generated_code(text: str) -> types.CodeType:
    return compile(text, FILENAME, "exec")


def given(x: Any) -> Object:
    """An object that exists once: both sides copy this one."""
    return Object(x, None, {})


def describe(e: BaseException) -> str:
    """Type and message in one line; addresses, which differ from run to run, are left out."""
    cls = type(e)
    name = cls.__qualname__ if cls.__module__ in ("builtins", NAME) else f"{cls.__module__}.{cls.__qualname__}"
    try:
        message = " ".join(ADDRESS.sub("0x...", str(e)).split())
    except Exception:  # a __str__ of the text's own that fails
        message = ""
    return f"{name}: {message}"[:500] if message else name


@contextlib.contextmanager
def _registrations_undone() -> Iterator[None]:
    """What a run registered for its own classes, with copyreg or by hand, stays no longer than the run."""
    try:
        yield
    finally:
        for table in (copyreg.dispatch_table, copy._deepcopy_dispatch):  # type: ignore[attr-defined]
            for cls in [cls for cls in table if getattr(cls, "__module__", "") == NAME]:
                del table[cls]


@contextlib.contextmanager
def _in_place(side: Side) -> Iterator[None]:
    """While this lasts, `copy.deepcopy` is the side's, but for callers inside it."""
    if side.deepcopy is copy.deepcopy:
        yield
        return
    own = copy.deepcopy

    def by_caller(x: Any, memo: Any = None) -> Any:
        caller = sys._getframe(2).f_globals  # the frame between is that of copy.deepcopy itself
        return (own if any(caller is g for g in side.inside) else side.deepcopy)(x, memo)

    with redirected(by_caller if side.inside else side.deepcopy) as original:
        own = original
        yield


def outcome(make: Maker, side: Side, is_users: Callable[[types.CodeType], bool]) -> Outcome:
    """Makes the object and copies it with a side's deepcopy. Raises BuildError."""
    calls: list[Call] = []

    def profile(frame: types.FrameType, event: str, _arg: Any) -> None:
        if event == "call" and is_users(frame.f_code):
            calls.append(Call(frame.f_code, _arguments(frame)))

    deepcopy = side.deepcopy
    with _registrations_undone():
        made = make()
        with _in_place(side):
            result, exception = None, None
            before = sys.getprofile()
            sys.setprofile(profile)
            try:
                result = deepcopy(made.x) if made.memo is None else deepcopy(made.x, made.memo)
            except BaseException as e:
                if isinstance(e, KeyboardInterrupt) and not side.inside:
                    raise  # the user's; a file runs in a process that has no such key
                exception = e
            finally:
                sys.setprofile(before)
    return Outcome(made, result, exception, calls)


def _arguments(frame: types.FrameType) -> list[Any]:
    code, values = frame.f_code, frame.f_locals
    n = code.co_argcount + code.co_kwonlyargcount
    n += bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    # The memo's content is not compared: its keys are addresses.
    return [Opaque(values.get(k)) if k == "memo" else values.get(k) for k in code.co_varnames[:n]]


def is_generated_code(code: types.CodeType) -> bool:
    """Whether a call is one of a hook of a generated program."""
    return code.co_filename == FILENAME and code.co_name in HOOKS or _is_plain(code, (FILENAME,))


def user_code(filename: str | None) -> Callable[[types.CodeType], bool]:
    """Tells calls of user code: of the file, or of anything that is not part of the copying if no file is named."""
    if filename is not None:
        files = (filename, *GENERATED_BY)
        return lambda code: code.co_filename in files and (code.co_name in HOOKS or _is_plain(code, files))
    own = {copy.__file__, copyreg.__file__, *(m.__file__ for n, m in sys.modules.items() if n.startswith("copyscope"))}
    return lambda code: (
        code.co_filename not in own
        and not code.co_filename.startswith("copy.py as ")
        and (code.co_name in HOOKS or _is_plain(code, (code.co_filename,)))
    )


def _is_plain(code: types.CodeType, files: tuple[str, ...]) -> bool:
    """A function with a name of its own: one that a reduce value calls, or a list's append."""
    return code.co_filename in files and not code.co_name.startswith(("__", "<"))
