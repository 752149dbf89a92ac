"""Runs a snippet and finds out what in it is to be copied."""

from __future__ import annotations

import ast
import types
from typing import Any

FILENAME = "<snippet>"


class SnippetError(Exception):
    """The snippet could not be run to its end; the text is one line for the person who wrote it."""


def run(code: str, filename: str = FILENAME) -> tuple[Any, dict[str, Any]]:
    """Executes the snippet. Returns what is to be copied and the names it defined.

    Copied is the value of the last statement if that is an expression, else what the name ``x`` stands for.
    Raises SnippetError.
    """
    module = types.ModuleType("__main__")
    namespace = module.__dict__
    namespace["__builtins__"] = __builtins__
    import sys

    sys.modules["__main__"] = module  # classes of the snippet are found by their module's name
    try:
        tree = ast.parse(code, filename)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec"), namespace)
        if last is not None:
            x = eval(compile(ast.Expression(last.value), filename, "eval"), namespace)
        elif "x" in namespace:
            x = namespace["x"]
        else:
            raise SnippetError("nothing to copy: end with an expression, or give the name x to the object")
    except SnippetError:
        raise
    except BaseException as e:  # SystemExit and KeyboardInterrupt of the snippet end it like any other
        if isinstance(e, MemoryError):
            _forget(namespace, e)
        raise SnippetError(describe(e, filename)) from None
    return x, {k: v for k, v in namespace.items() if not k.startswith("__")}


def _forget(namespace: dict[str, Any], e: BaseException) -> None:
    """Lets go of what a snippet has filled the memory with: there has to be room to say so."""
    namespace.clear()
    tb = e.__traceback__
    while tb is not None:
        try:
            tb.tb_frame.clear()
        except (RuntimeError, MemoryError):  # a frame that still runs, and no room for saying that
            pass
        tb = tb.tb_next


def changes(namespace: dict[str, Any]) -> dict[str, Any]:
    """What replace() is to change: the dict that the snippet calls ``changes``; nothing where there is none.

    Raises SnippetError.
    """
    found = namespace.get("changes", {})
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise SnippetError("the name changes must stand for a dict of field name -> new value")
    return found


def describe(e: BaseException, filename: str = FILENAME) -> str:
    """One line: type, message and, where known, the line of the snippet."""
    line = getattr(e, "lineno", None) if isinstance(e, SyntaxError) else None
    tb = e.__traceback__
    while line is None and tb is not None:
        if tb.tb_frame.f_code.co_filename == filename:
            last = tb.tb_lineno
            tb_next = tb.tb_next
            while tb_next is not None:
                if tb_next.tb_frame.f_code.co_filename == filename:
                    last = tb_next.tb_lineno
                tb_next = tb_next.tb_next
            line = last
        tb = tb.tb_next
    try:
        message = e.msg if isinstance(e, SyntaxError) else str(e)
    except BaseException:  # a __str__ of the snippet's own that fails
        message = ""
    text = f"{type(e).__name__}: {message}" if message else type(e).__name__
    text = " ".join(text.split())[:500]
    return f"{text} (line {line})" if line else text


def names(namespace: dict[str, Any], x: Any) -> dict[int, str]:
    """id -> name for the objects that the snippet named; scalars and modules are left out."""
    plain = (int, float, complex, bool, str, bytes, type(None), types.ModuleType, types.FunctionType, type)
    found: dict[int, str] = {}
    for name, value in namespace.items():
        if type(value) not in plain and not isinstance(value, type):
            found.setdefault(id(value), name)
    if type(x) not in plain:
        found.setdefault(id(x), "x")
    return found
