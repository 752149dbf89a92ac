"""Runs a script or a module as `python SCRIPT` and `python -m MODULE` do, inside this process."""

from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import os
import sys
import types
import zipfile
from collections.abc import Callable
from typing import Any

from copyscope import _core

# `python -m` runs a module from two functions of runpy and, where builtins count as well, exec().
RUNPY_DEPTH = 2 if sys.version_info >= (3, 12) else 3


class CannotLaunchError(Exception):
    """The program cannot be started; the text is one line."""


class Launch:
    """A program ready to run. code: its main code; name: what its trace is called after; depth: of its first frame."""

    def __init__(self, code: types.CodeType, module: types.ModuleType, name: str, depth: int = 0):
        self.code, self.module, self.name, self.depth = code, module, name, depth

    def run(self) -> None:
        """Runs it as `__main__`. What leaves it is for the interpreter, which shows the program's own frames."""
        self.module.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = self.module
        try:
            _core.run_main(self.code, self.module.__dict__, self.depth)
        except SystemExit:
            raise
        except BaseException as e:
            _show_from(e, self.code)
            raise


def script(path: str, arguments: list[str]) -> Launch:
    """Readies `python PATH ARGUMENTS`; the path may be a folder or a zip file with a `__main__`.

    Sets `sys.argv` and `sys.path`. Raises CannotLaunchError; a SyntaxError is the program's own.
    """
    sys.argv = [path, *arguments]
    if os.path.isdir(path) or zipfile.is_zipfile(path):
        sys.path.insert(0, os.path.abspath(path))
        spec = importlib.machinery.PathFinder.find_spec("__main__", [sys.path[0]])
        if spec is None:
            raise CannotLaunchError(f"{path} has no __main__.py")
        return _from_spec(spec, os.path.splitext(os.path.basename(os.path.abspath(path)))[0])
    full = os.path.abspath(path)
    try:
        with io.open_code(full) as f:
            text = f.read()
    except OSError as e:
        raise CannotLaunchError(f"{path}: {e.strerror or e}") from None
    if not _safe_path():
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    module = types.ModuleType("__main__")
    module.__file__, module.__loader__ = full, importlib.machinery.SourceFileLoader("__main__", full)
    module.__dict__.update(__cached__=None, __annotations__={})
    return Launch(_compiled(text, full), module, os.path.splitext(os.path.basename(path))[0])


def module(name: str, arguments: list[str]) -> Launch:
    """Readies `python -m NAME ARGUMENTS`. Sets `sys.argv` and `sys.path`. Raises CannotLaunchError."""
    sys.argv = ["-m", *arguments]
    if not _safe_path():
        sys.path.insert(0, os.getcwd())
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
    except (ImportError, ValueError) as e:
        raise CannotLaunchError(f"no module named {name}: {e}") from None
    if spec is None:
        raise CannotLaunchError(f"no module named {name}")
    sys.argv[0] = spec.origin or name
    return _from_spec(spec, name.removesuffix(".__main__").rpartition(".")[2])


def _from_spec(spec: importlib.machinery.ModuleSpec, name: str) -> Launch:
    get_code: Callable[[str], types.CodeType | None] | None = getattr(spec.loader, "get_code", None)
    code = get_code(spec.name) if get_code is not None else None
    if code is None:
        raise CannotLaunchError(f"{spec.name} has no Python code to run")
    module = types.ModuleType("__main__")
    module.__spec__, module.__loader__, module.__package__ = spec, spec.loader, spec.parent
    module.__dict__.update(__file__=spec.origin, __cached__=spec.cached, __annotations__={})
    return Launch(code, module, name, RUNPY_DEPTH)


def _compiled(text: bytes, path: str) -> types.CodeType:
    try:
        return compile(text, path, "exec", dont_inherit=True)
    except SyntaxError as e:
        _show_from(e, None)
        raise


def _safe_path() -> bool:
    return bool(getattr(sys.flags, "safe_path", False))


def _show_from(e: BaseException, code: types.CodeType | None) -> None:
    """Lets the interpreter show the traceback of e from the frame of `code` on: what is above it is not the program's.

    `sys.excepthook` is what the program has made it; it is wrapped for this one exception.
    """
    shown = e.__traceback__
    while shown is not None and shown.tb_frame.f_code is not code:
        shown = shown.tb_next
    hook: Any = sys.excepthook

    def excepthook(kind: type[BaseException], value: BaseException, traceback: types.TracebackType | None) -> None:
        if value is e:
            sys.excepthook = hook
            value, traceback = value.with_traceback(shown), shown
            sys.last_value, sys.last_traceback = value, traceback
        hook(kind, value, traceback)

    sys.excepthook = excepthook
