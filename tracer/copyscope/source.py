"""Where in a copy.py each recorded step stands: the lines are found in the text that ran, never assumed."""

from __future__ import annotations

import ast
import functools

from copyscope import _core


def copy_source() -> tuple[str, str]:
    """Path and text of the running interpreter's own copy.py. Raises OSError where it has none."""
    import copy

    path = copy.__file__
    if path is None or not path.endswith(".py"):
        raise OSError("the interpreter's copy module has no source file")
    with open(path, encoding="utf-8") as f:
        return path, f.read()


@functools.cache
def sites(text: str) -> dict[str, int]:
    """Line numbers of the statements that events stand for: ``{"memo_get": 131, ...}``.

    A site is a function and the beginning of a statement in it, in the form that ``ast.unparse`` gives; of
    several, the first, or the last where the vocabulary says ``#last``. After `` | `` stands how a variant has it.
    What a version of copy.py does not have is left out.
    """
    functions = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    found = {}
    for name, function, statement in _core.sites():
        node = functions.get(function)
        if node is None or not statement:
            continue
        line = node.lineno if statement == "def" else _find(node, statement)
        if line is not None:
            found[name] = line
    if "atomic" not in found and "class_check" in found:
        found["atomic"] = found["class_check"] + 1  # 3.14 has no _deepcopy_atomic: `y = x` under the test
    if "copy_class" in found and "copy_class_same" not in found:  # nor _copy_immutable: `return x` stands there
        found["copy_class_same"] = found["copy_atomic"] = _line_under(functions["copy"], found["copy_class"])
    return found


def _line_under(function: ast.FunctionDef, line: int) -> int:
    """The first line of the block under the test on a line."""
    return next(n.body[0].lineno for n in ast.walk(function) if isinstance(n, ast.If) and n.lineno == line)


def _find(function: ast.FunctionDef, statements: str) -> int | None:
    for statement in statements.split(" | "):
        wanted, _, which = statement.partition("#")
        lines = [n.lineno for n in ast.walk(function) if isinstance(n, ast.stmt) and _matches(n, wanted)]
        if lines:
            return max(lines) if which == "last" else min(lines)
    return None


def _matches(node: ast.stmt, wanted: str) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test).startswith(wanted.removeprefix("if ")) and wanted.startswith("if ")
    if isinstance(node, (ast.For, ast.Try, ast.FunctionDef, ast.While, ast.With)):
        return False
    return ast.unparse(node).startswith(wanted)
