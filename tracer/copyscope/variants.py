"""The report's versions of copy.py, made at run time from the running interpreter's own by small edits of its text.

Nothing of CPython's code is kept here: each edit names a statement by its place in the syntax tree and says what
stands there instead.
"""

from __future__ import annotations

import ast
import functools

from copyscope import _core
from copyscope.source import copy_source

SCALARS = "_IMMUTABLE_SCALARS = (int, float, bool, complex, str, bytes, type(None))"


class Text:
    """The lines of a module, edited from the bottom up so that line numbers above stay right."""

    def __init__(self, text: str):
        self.lines = text.splitlines()
        self.edits: list[tuple[int, int, list[str]]] = []
        self.functions = {n.name: n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}

    def find(self, function: str, statement: str) -> ast.stmt:
        """The first statement of a function that reads so. Raises LookupError."""
        for node in ast.walk(self.functions[function]):
            if isinstance(node, ast.stmt) and ast.unparse(node) == statement:
                return node
        raise LookupError(f"copy.py's {function}() has no statement {statement!r}")

    def replace(self, node: ast.stmt, lines: list[str]) -> None:
        """Puts lines where a statement stood, at its indentation."""
        indent = " " * node.col_offset
        assert node.end_lineno is not None
        self.edits.append((node.lineno, node.end_lineno, [indent + line for line in lines]))

    def before(self, node: ast.stmt, lines: list[str]) -> None:
        """Puts lines in front of a statement, at its indentation."""
        indent = " " * node.col_offset
        self.edits.append((node.lineno, node.lineno - 1, [indent + line for line in lines]))

    def result(self) -> str:
        """The edited text."""
        for first, last, new in sorted(self.edits, key=lambda e: e[:2], reverse=True):
            self.lines[first - 1 : last] = new
        return "\n".join(self.lines) + "\n"


def _memo_first(t: Text) -> None:
    body = t.functions["deepcopy"].body
    first = body[1] if isinstance(body[0], ast.Expr) else body[0]
    cls, copier = (t.find("deepcopy", s) for s in ("cls = type(x)", "copier = _deepcopy_dispatch.get(cls)"))
    t.replace(cls, [])
    t.replace(copier, [])
    t.before(
        first,
        [
            "cls = type(x)",
            "copier = _deepcopy_dispatch.get(cls)",
            "if copier is _deepcopy_atomic:",
            "    return x",
        ],
    )


def _fast_tuple(t: Text, longest: int) -> None:
    body = t.functions["_deepcopy_tuple"].body
    t.before(
        body[0],
        [f"if len(x) <= {longest} and all(isinstance(a, _IMMUTABLE_SCALARS) for a in x):", "    return x"],
    )
    t.before(t.functions["_deepcopy_tuple"], [SCALARS])


def _fast_reduce(t: Text) -> None:
    t.replace(
        t.find("deepcopy", "y = _reconstruct(x, memo, *rv)"),
        [
            "if isinstance(rv, tuple) and len(rv) >= 3 and isinstance(rv[0], type) \\",
            "        and rv[1] == () and isinstance(rv[2], dict):",
            "    y = object.__new__(rv[0])",
            "    memo[d] = y",
            "    y.__dict__.update(deepcopy(rv[2], memo))",
            "else:",
            "    y = _reconstruct(x, memo, *rv)",
        ],
    )


def texts() -> dict[str, str]:
    """The variants, each with a line that says what it is."""
    return dict(_core.policies())


@functools.cache
def source_for(policy: str) -> tuple[str, str]:
    """Name and text of the copy.py that a policy stands for on this interpreter.

    Raises LookupError where the interpreter's copy.py cannot be edited into it, as for another version's order.
    """
    path, text = copy_source()
    wanted, own = _core.policy(policy), _core.policy("cpython")
    if wanted["skip_first_get"] != own["skip_first_get"]:
        raise LookupError("the order of another CPython's copy.py: this interpreter has no source for it")
    t = Text(text)
    if wanted["atomic"] != own["atomic"]:
        if wanted["atomic"] != "table_first":
            raise LookupError("the order of another CPython's copy.py: this interpreter has no source for it")
        _memo_first(t)
    if wanted["fast_tuple_max"]:
        _fast_tuple(t, wanted["fast_tuple_max"])
    if wanted["fast_reduce"]:
        _fast_reduce(t)
    return (path, text) if not t.edits else (f"copy.py as {policy}", t.result())
