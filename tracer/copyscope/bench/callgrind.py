"""Reads what `valgrind --tool=callgrind` writes: instructions by function and by source line, each one's own only."""

from __future__ import annotations

import collections
import pathlib
import re
from typing import NamedTuple

NAME = re.compile(r"(c?)(ob|fn|fl|fi|fe)=(?:\((\d+)\))?\s?(.*)")
COST = re.compile(r"([+-]?\d+|\*)(?: (\d+)(?: \d+)*)?$")  # of several events the first, which is instructions


class Function(NamedTuple):
    """A function and the library it is in."""

    name: str
    library: str


class Profile:
    """Instructions: total, and as callgrind gives the sum; own: by function; lines: by (file, line), inlined code where
    it stands.  calls: by function.  events: the sum of each event that was counted, "Ir" are instructions.
    """

    def __init__(self) -> None:
        self.total = 0
        self.sum_given = 0
        self.events: dict[str, int] = {}
        self.own: collections.Counter[Function] = collections.Counter()
        self.lines: collections.Counter[tuple[str, int]] = collections.Counter()
        self.calls: collections.Counter[Function] = collections.Counter()


class Reader:
    """A callgrind file tells positions and names relative to what stood before: the state is what stood before."""

    def __init__(self) -> None:
        self.profile = Profile()
        self.names: dict[tuple[str, str], str] = {}
        self.now = {"ob": "", "fn": "", "file": ""}
        self.callee = {"ob": "", "fn": ""}
        self.line = 0
        self.in_call = False
        self.event_names: list[str] = []

    def name(self, kind: str, number: str, text: str) -> str:
        """Names are told once, with a number; later the number stands for them."""
        if number and text:
            self.names[kind, number] = text
        return text or self.names.get((kind, number), "")

    def read_name(self, called: str, key: str, number: str, text: str) -> None:
        kind = key if key in ("ob", "fn") else "file"
        name = self.name(kind, number, text)
        if not called:
            self.now[kind] = name
            if kind == "fn":
                self.callee["ob"] = self.now["ob"]
        elif kind != "file":
            self.callee[kind] = name

    def read_calls(self, count: int) -> None:
        self.profile.calls[Function(self.callee["fn"], self.callee["ob"])] += count
        self.callee["ob"] = self.now["ob"]  # told only where it is another
        self.in_call = True

    def read_cost(self, position: str, cost: int) -> None:
        self.line = self.line if position == "*" else int(position) + (self.line if position[0] in "+-" else 0)
        if self.in_call:  # what the callee cost, told there as well
            self.in_call = False
            return
        self.profile.own[Function(self.now["fn"], self.now["ob"])] += cost
        self.profile.lines[self.now["file"], self.line] += cost
        self.profile.total += cost

    def read_totals(self, sums: list[int]) -> None:
        """An event that was never met at the end of the list is left out."""
        self.profile.sum_given = sums[0]
        self.profile.events = {**dict.fromkeys(self.event_names, 0), **dict(zip(self.event_names, sums, strict=False))}

    def read(self, line: str) -> None:
        if match := COST.match(line):
            self.read_cost(match[1], int(match[2] or 0))
        elif line.startswith("calls="):
            self.read_calls(int(line[6:].split()[0]))
        elif line.startswith("totals: "):
            self.read_totals([int(number) for number in line[8:].split()])
        elif line.startswith("events: "):
            self.event_names = line[8:].split()
        elif match := NAME.match(line):
            self.read_name(*match.groups(default=""))


def read(path: pathlib.Path) -> Profile:
    """What a file holds. Raises OSError."""
    reader = Reader()
    with open(path) as lines:
        for line in lines:
            reader.read(line.rstrip("\n"))
    return reader.profile
