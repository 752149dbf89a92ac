"""A failing graph, made as small as it can be while it still fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from programs import Graph

REFERENCE = re.compile(r"\bx\d+\b")
ITEM = re.compile(r"(?<=[\[(,]) ?[^\[\](){},=]+,(?! *\))|, ?[^\[\](){},]+(?=[\])}])")


def _candidates(lines: list[str]) -> Iterator[list[str]]:
    """Smaller programs, the boldest first."""
    size = len(lines) // 2
    while size:
        for i in range(0, len(lines) - size, size):
            yield lines[:i] + lines[i + size :]
        size //= 2
    for i, line in enumerate(lines):
        name, _, value = line.partition(" = ")
        if value and name != "memo":
            for other in dict.fromkeys(REFERENCE.findall(value)):
                yield [*lines[:i], f"{name} = {re.sub(rf'{other}(?![0-9])', 'None', value)}", *lines[i + 1 :]]
                if name == "x":
                    yield [*lines[:i], f"x = {other}", *lines[i + 1 :]]
        for match in ITEM.finditer(line):
            yield [*lines[:i], line[: match.start()] + line[match.end() :], *lines[i + 1 :]]


def _kind(found: str) -> str:
    """What is wrong, without its numbers: a smaller program must fail in the same way."""
    return re.sub(r"0x[0-9a-f]+|[0-9]+", "", found)[:60]


def shrink(lines: list[str], fails: Callable[[Graph], str], tries: int = 3000) -> list[str]:
    """The smallest program found for which fails(graph) is not empty; what does not build is passed over."""
    kind, smaller = _kind(fails(Graph(lines))), True
    while smaller and tries > 0:
        smaller = False
        for candidate in _candidates(lines):
            tries -= 1
            if tries <= 0:
                break
            try:
                found = fails(Graph(candidate))
            except Exception:  # not a program any more
                continue
            if found and _kind(found) == kind:
                lines, smaller = candidate, True
                break
    return lines


def as_python(lines: list[str], policy: str) -> str:
    """The program as a script to be run in tests/fidelity."""
    memo = "memo" if any(line.startswith("memo = ") for line in lines) else "None"
    engine = f"_core.deepcopy(x, {memo}, policy={policy!r})"
    return "\n".join(["from kinds import *", "from copyscope import _core", *lines, f"print({engine})"])
