"""What is copied: makers of objects, each a list of roots that one turn copies one by one.

The first three have the shapes that pyperformance's bm_deepcopy copies, written anew from their description.
"""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any


@dataclasses.dataclass
class Settings:
    """An instance with a str, a short list and a bool: copied by __reduce_ex__."""

    colour: str
    numbers: list
    enabled: bool


@dataclasses.dataclass
class Reading:
    """An instance with atomic fields only."""

    number: int
    value: float
    label: str


class Reduced:
    """Rebuilt by __reduce__ and __setstate__."""

    def __init__(self) -> None:
        self.first = 1
        self.second = 2

    def __reduce__(self) -> tuple:
        return Reduced, (), self.__dict__

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)


def deepcopy() -> list:
    """A dict of a list, a tuple, a str and a dict; an instance of a dataclass."""
    document = {"list": [1, 2, 3, 43], "tuple": (1, 2, 3), "str": "a string", "dict": {"key": True}}
    return [document, Settings("red", [1, 2, 3], True)]


def deepcopy_reduce() -> list:
    """An instance with __reduce__ and __setstate__."""
    return [Reduced()]


def deepcopy_memo() -> list:
    """One list of 100 ints, three times in a tuple and 100 times in a list."""
    numbers = [1] * 100
    return [{"tuple": (numbers, numbers, numbers), "list": [numbers] * 100}]


def json_graph(nodes: int = 10_000, seed: int = 1) -> list:
    """Dicts, lists and scalars as in a parsed document, `nodes` in all."""
    source = random.Random(seed)
    root: list = []
    containers: list = [root]
    for count in range(1, nodes):
        parent = source.choice(containers[-50:])
        kind = source.random()
        value: Any = (
            {} if kind < 0.25 else [] if kind < 0.4 else source.choice([None, True, 3.5, count, f"value {count}"])
        )
        if isinstance(parent, dict):
            parent[f"key{len(parent)}"] = value
        else:
            parent.append(value)
        if isinstance(value, (dict, list)):
            containers.append(value)
    return [root]


def ints(n: int = 20_000) -> list:
    """A list of n ints."""
    return [list(range(n))]


def dataclass_instances(n: int = 2_000) -> list:
    """A list of n instances of a dataclass with three atomic fields."""
    return [[Reading(i, i / 8, f"reading {i}") for i in range(n)]]


def shared(chains: int = 10, levels: int = 40) -> list:
    """Chains of lists, tuples and dicts, each level several times in the one above, one list at the end of all."""
    common = list(range(20))
    roots = []
    for _ in range(chains):
        below: Any = common
        for level in range(levels):
            below = [below, {"level": level, "below": below, "common": common}, (below, common)]
        roots.append(below)
    return [roots]


def deep_nest(levels: int = 150, copies: int = 20) -> list:
    """Lists and dicts in one another, `levels` deep, side by side."""
    roots = []
    for _ in range(copies):
        below: Any = 0
        for level in range(levels):
            below = [below] if level % 2 else {"below": below}
        roots.append(below)
    return [roots]


def lists(n: int = 10_000) -> list:
    """n lists of one int each: as many entries in the memo, none of them met twice."""
    return [[[i] for i in range(n)]]


def json_file(text: str = "null") -> list:
    """What a JSON file holds. Raises ValueError."""
    return [json.loads(text)]


def tuples(length: int = 3, n: int = 200, share: float = 1.0, other: int = 50) -> list:
    """n tuples of ints; a share of them of the length given, the rest of the other."""
    short = round(n * share)
    return [[tuple(range(i, i + (length if i < short else other))) for i in range(n)]]


def ten() -> list:
    """Ten structures of different kinds, none of them sharing anything with another."""
    row = [1, 2, 3]
    return [
        [[i, i + 1, i + 2] for i in range(10)],
        [(i, str(i), i / 2) for i in range(10)],
        {f"key{i}": i for i in range(10)},
        {f"key{i}": [i, {"i": i}] for i in range(5)},
        {1, 2, 3, 4, 5, 6, 7, 8},
        frozenset(range(8)),
        ([1], [2], ([3], [4])),
        [Settings("red", [1, 2, 3], True), Settings("blue", [4], False)],
        [row, row, {"row": row}],
        bytearray(b"sixteen bytes ok"),
    ]


def ten_batched() -> list:
    """The same ten in one list: one call of deepcopy, one memo."""
    return [ten()]


MAKERS = {
    maker.__name__: maker
    for maker in (
        deepcopy,
        deepcopy_reduce,
        deepcopy_memo,
        json_graph,
        ints,
        dataclass_instances,
        shared,
        deep_nest,
        lists,
        json_file,
        tuples,
        ten,
        ten_batched,
    )
}
