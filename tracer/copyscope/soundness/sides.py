"""What is compared with the interpreter's deepcopy: a variant of copy.py, the engine under a policy, a file."""

from __future__ import annotations

import copy
import functools
import os
import sys
import types
from collections.abc import Callable
from typing import Any, NamedTuple

from copyscope import _core, variants

_PRISTINE = dict(copy._deepcopy_dispatch)  # type: ignore[attr-defined]


class Side(NamedTuple):
    """A deepcopy and what it is called.

    While it copies, hooks that call `copy.deepcopy` call it. inside: the globals of functions that get the
    interpreter's own all the same: those of a file that hands on what it does not copy itself, and of copy.py.
    """

    name: str
    deepcopy: Callable[..., Any]
    inside: tuple[dict[str, Any], ...] = ()


class LoadError(Exception):
    """A side could not be had; the message is one line."""


def stdlib() -> Side:
    """The interpreter's own deepcopy."""
    return Side("copy.deepcopy", copy.deepcopy)


def _module(text: str, filename: str) -> types.ModuleType:
    module = types.ModuleType("copy")
    module.__file__ = filename
    exec(compile(text, filename, "exec"), module.__dict__)
    return module


def _of_module(name: str, module: types.ModuleType) -> Side:
    """The deepcopy of a copy.py, with what the user has registered by hand in the interpreter's own tables."""
    table, deepcopy = getattr(module, "_deepcopy_dispatch", None), module.deepcopy
    if isinstance(getattr(module, "Error", None), type) and module.Error.__module__ == "copy":
        module.Error = copy.Error  # type: ignore[attr-defined]  # a program catches copy.Error
    if type(table) is not dict:
        return Side(name, deepcopy)
    own, seen = dict(table), dict(_PRISTINE)

    def with_registrations(x: Any, memo: Any = None) -> Any:
        nonlocal seen
        if copy._deepcopy_dispatch != seen:  # type: ignore[attr-defined]
            seen = dict(copy._deepcopy_dispatch)  # type: ignore[attr-defined]
            table.clear()
            table.update(own)
            table.update((k, v) for k, v in seen.items() if _PRISTINE.get(k) is not v)
        return deepcopy(x, memo)

    return Side(name, with_registrations)


def named(name: str) -> list[Side]:
    """A preset: as a variant of copy.py where this interpreter has a text to make it from, and as the engine's policy.

    Raises LoadError for a name that is none.
    """
    found, why = [], ""
    if name in variants.VARIANTS or name in variants.FAULTY:
        try:
            title, text = variants.source_for(name)
            found.append(
                _of_module(title, _module(text, title if title.startswith("copy.py as") else "copy.py as it is"))
            )
        except (LookupError, OSError) as e:
            why = str(e)
    policy = variants.engine_policy(name)
    if policy is not None:
        found.append(Side(f"the engine, policy {policy}", functools.partial(_core.deepcopy, policy=policy)))
    if not found:
        raise LoadError(why or f"there is no variant {name}; `copyscope variant` lists them")
    return found


def of_file(path: str | os.PathLike[str]) -> Side:
    """The deepcopy of a file. Raises LoadError; runs the file's code, so it belongs in a process of its own."""
    path = os.fspath(path)
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    try:
        with open(path, encoding="utf-8") as f:
            module = _module(f.read(), path)
    except OSError as e:
        raise LoadError(f"{path}: {e.strerror}") from None
    except SyntaxError as e:
        raise LoadError(f"{path}: SyntaxError: {e.msg} (line {e.lineno})") from None
    except BaseException as e:  # SystemExit of the file ends the loading, not the check
        raise LoadError(f"{path}: {type(e).__name__}: {' '.join(str(e).split())[:300]}") from None
    finally:
        sys.path.remove(folder)
    if not callable(getattr(module, "deepcopy", None)):
        raise LoadError(f"{path}: it has no function deepcopy")
    return _of_module(os.path.basename(path), module)._replace(inside=(module.__dict__, copy.__dict__))
