"""Stacks of copy.py from the lines that the witness saw, as folded text: a stack, a blank, nanoseconds.

A line event tells the line and the time, not the frame. The frame follows from the text: the first line of a function
begins a call; a frame whose last line was a `return` without a call in it has ended; a line of another function goes
on in the frame below that stands in it.
"""

from __future__ import annotations

import ast
import collections
from collections.abc import Iterable
from typing import NamedTuple


class Code(NamedTuple):
    """What has to be known of a text's functions."""

    function: dict[int, str]  # of each line
    first: set[int]  # lines that begin a call
    last: set[int]  # lines that end one
    handlers: dict[int, range]  # a line of a try body: the lines of its handlers


def code_of(text: str) -> Code:
    """The top-level functions of a module."""
    code = Code({}, set(), set(), {})
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            _add(code, node)
    return code


def _add(code: Code, node: ast.FunctionDef) -> None:
    assert node.end_lineno is not None
    code.function.update(dict.fromkeys(range(node.lineno, node.end_lineno + 1), node.name))
    documented = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    code.first.add(node.body[1 if documented and len(node.body) > 1 else 0].lineno)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Return) and not any(isinstance(n, ast.Call) for n in ast.walk(inner)):
            code.last.add(inner.lineno)
        if isinstance(inner, ast.Try) and inner.handlers:
            end = inner.handlers[-1].end_lineno or inner.lineno
            handlers = range(inner.handlers[0].lineno, end + 1)
            code.handlers.update(dict.fromkeys(range(inner.lineno, handlers.start), handlers))


class Stacks:
    """Frames as [function, line], the outermost first; `ns` by folded stack."""

    def __init__(self, code: Code):
        self.code = code
        self.frames: list[tuple[str, int]] = []
        self.ns: collections.Counter[str] = collections.Counter()
        self.lines: collections.Counter[int] = collections.Counter()
        self.calls: collections.Counter[str] = collections.Counter()

    def at(self, line: int) -> None:
        """A line is about to run."""
        name = self.code.function.get(line, "<module>")
        in_handler = self.frames and line in self.code.handlers.get(self.frames[-1][1], ())
        if not in_handler:
            while self.frames and self.frames[-1][1] in self.code.last:
                self.frames.pop()
        if line in self.code.first and self.frames[-1:] != [(name, line)]:  # else the next turn of a comprehension
            self._end_without_return(name)
            self.frames.append((name, line))
            self.calls[name] += 1
            return
        while self.frames and self.frames[-1][0] != name:
            self.frames.pop()
        if self.frames:
            self.frames[-1] = (name, line)
        else:
            self.frames.append((name, line))

    def _end_without_return(self, name: str) -> None:
        """A call begins while a function that calls nothing of copy.py stands on top: it has fallen off its end."""
        while self.frames and self.frames[-1][0] == "_keep_alive":
            self.frames.pop()

    def took(self, ns: int) -> None:
        """So long until the next line, or the end."""
        if self.frames:
            self.ns[";".join(f"{name} (copy.py:{line})" for name, line in self.frames)] += ns
            self.lines[self.frames[-1][1]] += ns


def fold(text: str, lines: Iterable[tuple[int, int]], end_ns: int = 0) -> Stacks:
    """The stacks of a copy.py's line events."""
    stacks = Stacks(code_of(text))
    before = None
    for line, ns in lines:
        if before is not None:
            stacks.took(max(0, ns - before))
        stacks.at(line)
        before = ns
    if before is not None and end_ns > before:
        stacks.took(end_ns - before)
    return stacks
