"""What is copied in the benchmarks.

The first three have the shapes that pyperformance's bm_deepcopy copies, written anew after their description; the
others are one question each.  Every function returns a fresh list of the objects that one turn copies, one by one.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any, NamedTuple


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


def nested() -> list:
    """A dict of a list, a tuple, a str and a dict; an instance of a dataclass."""
    document = {"list": [1, 2, 3, 43], "tuple": (1, 2, 3), "str": "a string", "dict": {"key": True}}
    return [document, Settings("red", [1, 2, 3], True)]


def reduced() -> list:
    """An instance of Reduced."""
    return [Reduced()]


def shared() -> list:
    """One list of 100 ints, three times in a tuple and 100 times in a list."""
    numbers = [1] * 100
    return [{"tuple": (numbers, numbers, numbers), "list": [numbers] * 100}]


def json_graph(nodes: int = 10_000, seed: int = 1) -> list:
    """Dicts, lists and scalars, `nodes` in all; strings and numbers are the leaves, as in a parsed document."""
    source = random.Random(seed)
    root: list = []
    open_nodes: list = [root]
    for count in range(1, nodes):
        parent = source.choice(open_nodes[-50:])
        kind = source.random()
        value: Any = (
            {} if kind < 0.25 else [] if kind < 0.4 else source.choice([None, True, 3.5, count, f"value {count}"])
        )
        if isinstance(parent, dict):
            parent[f"key{len(parent)}"] = value
        else:
            parent.append(value)
        if isinstance(value, (dict, list)):
            open_nodes.append(value)
    return [root]


def ints(n: int = 100_000) -> list:
    """A list of n ints."""
    return [list(range(n))]


def instances(n: int = 10_000) -> list:
    """A list of n instances of a dataclass with three atomic fields."""
    return [[Reading(i, i / 8, f"reading {i}") for i in range(n)]]


def shared_deep(chains: int = 10, levels: int = 150) -> list:
    """Chains of lists, tuples and dicts, each level several times in the one above, one list at the end of all."""
    common = list(range(20))
    roots = []
    for _ in range(chains):
        below: Any = common
        for level in range(levels):
            below = [below, {"level": level, "below": below, "common": common}, (below, common)]
        roots.append(below)
    return [roots]


def tuples(n: int = 10_000) -> list:
    """A list of n tuples of three scalars."""
    return [[(i, i / 8, f"tuple {i}") for i in range(n)]]


class Workload(NamedTuple):
    """`make()` gives the objects that one turn copies one by one."""

    name: str
    text: str
    make: Callable[[], list]


WORKLOADS = (
    Workload("deepcopy", "pyperformance's deepcopy", nested),
    Workload("deepcopy_reduce", "pyperformance's deepcopy_reduce", reduced),
    Workload("deepcopy_memo", "pyperformance's deepcopy_memo", shared),
    Workload("json", "a JSON-like graph of 10,000 nodes", json_graph),
    Workload("ints", "a list of 100,000 ints", ints),
    Workload("dataclasses", "10,000 instances of a dataclass", instances),
    Workload("shared_deep", "shared deep structure", shared_deep),
    Workload("tuples", "10,000 small tuples", tuples),
)
