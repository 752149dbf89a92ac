"""What stands beside the lines of a copy.py: the bytecode of its functions, their syntax trees, what was changed in it.

It is made where the copy is recorded, by that very interpreter's own `dis` and `ast`, and goes into the trace: a reader
has no Python. It is bounded; what is left out is counted.
"""

from __future__ import annotations

import ast
import difflib
import dis
import functools
import types
from collections.abc import Iterator
from typing import Any

INSTRUCTIONS_MAX = 5_000
NODES_MAX = 5_000
TEXT_MAX = 60  # characters of an argument or a constant
REMOVED_MAX = 2_000  # lines that a changed text no longer has


@functools.cache
def listing(text: str) -> dict[str, Any]:
    """`bytecode` and `tree` of a module's text, as tracer/trace/FORMAT.md says; empty where it cannot be compiled."""
    try:
        code, module = compile(text, "copy.py", "exec", dont_inherit=True), ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {"bytecode": _bytecode(code), "tree": _trees(module)}


def changes(own: str, text: str, against: str) -> dict[str, Any]:
    """How a text differs from the interpreter's own: `hunks` of [first line, lines that are new, lines that went]."""
    if own == text:
        return {}
    old, new = own.splitlines(), text.splitlines()
    hunks, room = [], REMOVED_MAX
    for tag, i, i_end, j, j_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            hunks.append([j + 1, j_end - j, old[i : min(i_end, i + room)]])
            room -= min(i_end - i, room)
    removed = sum(len(hunk[2]) for hunk in hunks)
    left_out = len(old) - (len(new) - sum(hunk[1] for hunk in hunks)) - removed
    return {"changes": {"against": against, "hunks": hunks, "left_out": left_out}}


def instructions(code: types.CodeType) -> Iterator[tuple[int, dis.Instruction]]:
    """Each instruction of a code object and its line: the plain ones, not those that the interpreter makes of them."""
    starts = dict(dis.findlinestarts(code))
    line = code.co_firstlineno
    for instruction in dis.get_instructions(code):
        line = starts.get(instruction.offset) or line
        yield line, instruction


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _bytecode(module: types.CodeType) -> dict[str, Any]:
    names: dict[str, int] = {}
    functions, room, left_out = [], INSTRUCTIONS_MAX, 0
    for code in _codes(module):
        rows: list[list[Any]] = []
        for line, i in instructions(code):
            if len(rows) >= room:
                left_out += 1
                continue
            number = names.setdefault(i.opname, len(names))
            rows.append([line, i.offset, number, _short(_argument(i))])
        room -= len(rows)
        functions.append({"name": code.co_name, "first": code.co_firstlineno, "code": rows})
    return {"names": [*names], "functions": functions, "left_out": left_out}


def _argument(i: dis.Instruction) -> str:
    """As dis shows it; of a nested code object without its address, which is another in each process."""
    if isinstance(i.argval, types.CodeType):
        return f"<code {i.argval.co_name}>"
    return i.argrepr or ("" if i.arg is None else str(i.arg))


def _short(text: str) -> str:
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _trees(module: ast.Module) -> dict[str, Any]:
    """Functions' nodes in the order they stand, each with its depth: a tree without nesting in the file."""
    names: dict[str, int] = {}
    fields: dict[str, int] = {}
    rows: list[list[Any]] = []
    left_out = 0
    stack = [(0, "", node) for node in reversed(module.body) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    while stack:
        depth, field, node = stack.pop()
        below = [(depth + 1, name, child) for name, child in _children(node)]
        stack.extend(reversed(below))
        if len(rows) >= NODES_MAX:
            left_out += 1
            continue
        number = names.setdefault(type(node).__name__, len(names))
        place = fields.setdefault(field, len(fields))
        rows.append(
            [depth, getattr(node, "lineno", 0), getattr(node, "end_lineno", 0), number, place, _short(_label(node))]
        )
    return {"names": [*names], "fields": [*fields], "nodes": rows, "left_out": left_out}


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The nodes below, with the field that holds each; Load and Store say nothing that is not seen."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context):
                yield name, child


def _label(node: ast.AST) -> str:
    """What a node itself says: a name, an attribute, a constant."""
    for name in ("name", "id", "attr", "arg"):
        value = getattr(node, name, None)
        if isinstance(value, str):
            return value
    return repr(node.value) if isinstance(node, ast.Constant) else ""
