"""While a recording lasts, every call of `copy.deepcopy` goes to the recorder, also of hooks and reductors."""

from __future__ import annotations

import ast
import copy
import functools
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from copyscope import source


def _through_default(x, memo=None, _nil=None):
    return _nil(x, memo)  # the third default is where the function to call is put


def _through_copy(x, _target=None):
    return _target(x)


def _through_replace(obj, _target=None, /, **changes):
    return _target(obj, **changes)


@functools.cache
def _stand_in() -> types.CodeType:
    """The code of `_through_default`, with the place of copy.py's own `y = copier(x, memo)`.

    A traceback that passes through it names the file, line and function that it would name without a recording.
    """
    try:
        path, text = source.copy_source()
    except OSError:
        return _through_default.__code__
    functions = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    function = functions["deepcopy"]
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and ast.unparse(call) == "copier(x, memo)":
            assert isinstance(call.func, ast.Name)
            call.func.id = "_nil"
            function.body = [ast.copy_location(ast.Return(call), call)]
            namespace: dict[str, Any] = {}
            exec(compile(ast.Module([function], []), path, "exec"), namespace)
            return namespace["deepcopy"].__code__
    return _through_default.__code__


def _code_for(name: str, target: Callable[..., Any]) -> tuple[types.CodeType, tuple[Any, ...]]:
    """The code and the defaults that let the function of that name call target."""
    if name == "copy":
        return _through_copy.__code__, (target,)
    if name == "replace":
        return _through_replace.__code__, (target,)
    return _stand_in(), (None, target)


@contextmanager
def redirected(target: Callable[..., Any], function: Any = copy.deepcopy) -> Iterator[Callable[..., Any]]:
    """Lets every reference to `copy.deepcopy`, also one imported by name, call target(x, memo).

    The function object stays the same; its code and defaults are swapped, and put back at the end. Yields a
    function with the code it had. function: the deepcopy of another module than `copy`, or a module's copy or
    replace: target is called as they are.
    """
    code, defaults = function.__code__, function.__defaults__
    original = type(function)(code, function.__globals__, function.__name__, defaults)
    function.__code__, function.__defaults__ = _code_for(function.__name__, target)
    try:
        yield original
    finally:
        function.__code__, function.__defaults__ = code, defaults
