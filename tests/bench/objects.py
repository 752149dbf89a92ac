"""What is copied in the benchmarks: the three kinds of object that pyperformance's bm_deepcopy measures, and a graph
as a JSON document gives it.  Written anew after their description; each function returns a fresh object.
"""

import dataclasses
import random


@dataclasses.dataclass
class Record:
    """An instance with a str, a list and a nested value: copied by __reduce_ex__."""

    label: str
    values: list
    child: object = None


class Reduced:
    """Rebuilt by __reduce__ and __setstate__."""

    def __init__(self):
        self.state = {"left": [1, 2, 3], "right": ("a", "b")}

    def __reduce__(self):
        return Reduced, (), self.__dict__

    def __setstate__(self, state):
        self.__dict__.update(state)


def nested():
    """A dict of lists, tuples, strings and a dataclass instance."""
    return {
        "list": [1, 2, 3, 43],
        "tuple": (1.0, "two", b"three", (4, 5)),
        "str": "a string",
        "dict": {"key": {"inner": ["x", "y", {"deep": None}]}, 7: [True, False]},
        "record": Record("record", [1, 2, 3], Record("child", [4])),
    }


def reduced():
    """Instances of Reduced in a list."""
    return [Reduced() for _ in range(10)]


def shared():
    """One list of 100 numbers in tuples, and a list of 100 references to it."""
    numbers = [1] * 100
    return {"tuple": (numbers, numbers, (numbers,)), "list": [numbers] * 100}


def json_graph(nodes=10_000, seed=1):
    """Dicts, lists and scalars, `nodes` in all; strings and numbers are the leaves, as in a parsed document."""
    source = random.Random(seed)
    root, count = [], 1
    open_nodes = [root]
    while count < nodes:
        parent = source.choice(open_nodes[-50:])
        kind = source.random()
        value = {} if kind < 0.25 else [] if kind < 0.4 else source.choice([None, True, 3.5, count, f"value {count}"])
        if isinstance(parent, dict):
            parent[f"key{len(parent)}"] = value
        else:
            parent.append(value)
        if isinstance(value, (dict, list)):
            open_nodes.append(value)
        count += 1
    return root


OBJECTS = {"nested": nested, "reduce": reduced, "shared": shared, "json-10000": json_graph}
