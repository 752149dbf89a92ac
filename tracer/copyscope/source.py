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
def statements(text: str) -> dict[str, ast.stmt]:
    """The statements that events stand for, by the name of the site.

    A site is a function and the beginning of a statement in it, in the form that ``ast.unparse`` gives; of
    several, the first, or the last where the vocabulary says ``#last``. After `` | `` stands how a variant has it.
    What a version of copy.py does not have is left out.
    """
    functions = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    found: dict[str, ast.stmt] = {}
    for name, function, statement in _core.sites():
        node = functions.get(function)
        if node is None or not statement:
            continue
        at = node if statement == "def" else _find(node, statement)
        if at is not None:
            found[name] = at
    test, shallow = found.get("class_check"), found.get("copy_class")
    if "atomic" not in found and isinstance(test, ast.If):
        found["atomic"] = test.body[0]  # 3.14 has no _deepcopy_atomic: `y = x` under the test
    if "copy_class_same" not in found and isinstance(shallow, ast.If):  # nor _copy_immutable: `return x` stands there
        found["copy_class_same"] = found["copy_atomic"] = shallow.body[0]
    return found


def sites(text: str) -> dict[str, int]:
    """Line numbers of the statements that events stand for: ``{"memo_get": 131, ...}``."""
    return {name: node.lineno for name, node in statements(text).items()}


def _find(function: ast.FunctionDef, wanted: str) -> ast.stmt | None:
    for statement in wanted.split(" | "):
        beginning, _, which = statement.partition("#")
        nodes = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and _matches(n, beginning)]
        if nodes:
            return (max if which == "last" else min)(nodes, key=lambda n: n.lineno)
    return None


def _matches(node: ast.stmt, wanted: str) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test).startswith(wanted.removeprefix("if ")) and wanted.startswith("if ")
    if isinstance(node, (ast.For, ast.Try, ast.FunctionDef, ast.While, ast.With)):
        return False
    return ast.unparse(node).startswith(wanted)
