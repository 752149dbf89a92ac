"""`measure`: what copy.deepcopy and a replacement for it cost on objects like those of a recorded program.

`copyscope info --measure` asks for it; the request and the answer are JSON lists, one item a call site.
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from copyscope.cli import COULD_NOT, DONE, USAGE

ROUNDS = 9
SLICE_NS = 2_000_000  # how long one side runs in one round, at least
ITEMS_MAX = 200_000  # a larger object is measured at this size
LEAVES: dict[str, Callable[[int], Any]] = {
    "str": lambda i: f"text {i}",
    "float": lambda i: i + 0.5,
    "bool": lambda i: i % 2 == 0,
    "NoneType": lambda i: None,
    "bytes": lambda i: b"%d" % i,
}
EXPRESSIONS = {
    "list(x)": ("list", ""),
    "dict(x)": ("dict", ""),
    "[list(r) for r in x]": ("list", "list"),
    "[dict(r) for r in x]": ("list", "dict"),
    "{k: list(v) for k, v in x.items()}": ("dict", "list"),
    "{k: dict(v) for k, v in x.items()}": ("dict", "dict"),
    "copy.copy(x)": ("object", ""),
}


class Instance:
    """What an instance with an atomic state is measured on."""


def like(site: dict[str, Any]) -> Any:
    """An object of the site's form: length items, each of rows items where it has rows, of the leaf's type."""
    outer, inner = EXPRESSIONS[site["replacement"]]
    leaf = LEAVES.get(str(site.get("leaf")), lambda i: i)
    length = min(int(site["length"]), ITEMS_MAX)
    rows = min(int(site.get("rows") or 0), max(1, ITEMS_MAX // max(1, length)))
    if outer == "object":
        x = Instance()
        x.__dict__.update((f"a{i}", leaf(i)) for i in range(length))
        return x
    parts = [_flat(inner, rows, leaf) if inner else leaf(i) for i in range(length)]
    return _gathered(outer, parts)


def _flat(kind: str, n: int, leaf: Callable[[int], Any]) -> Any:
    return _gathered(kind, [leaf(i) for i in range(n)])


def _gathered(kind: str, parts: list[Any]) -> Any:
    return parts if kind == "list" else {f"k{i}": part for i, part in enumerate(parts)}


def _ns(function: Callable[[Any], Any], x: Any, times: int) -> float:
    start = time.thread_time_ns()
    for _ in range(times):
        function(x)
    return (time.thread_time_ns() - start) / times


def _times(function: Callable[[Any], Any], x: Any) -> int:
    """How often the function runs in a slice."""
    return max(1, int(SLICE_NS / max(1.0, _ns(function, x, 1))))


def measure(site: dict[str, Any]) -> dict[str, float]:
    """Medians of rounds that alternate, in CPU time of the thread, and the median of their ratios."""
    x = like(site)
    replacement = eval(f"lambda x: {site['replacement']}", {"copy": copy})  # one of EXPRESSIONS: like() looked it up
    times = _times(copy.deepcopy, x), _times(replacement, x)
    rounds = [(_ns(copy.deepcopy, x, times[0]), _ns(replacement, x, times[1])) for _ in range(ROUNDS)]
    return {
        "deepcopy_ns": statistics.median(a for a, _ in rounds),
        "replacement_ns": statistics.median(b for _, b in rounds),
        "ratio": statistics.median(a / max(b, 1.0) for a, b in rounds),
    }


def main(arguments: list[str]) -> int:
    """Answers a request: `measure JSON`."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print("usage: python -m copyscope measure JSON   (what `copyscope info --measure` asks)", file=sys.stderr)
        return DONE if arguments[:1] in (["-h"], ["--help"]) else USAGE
    try:
        sites = json.loads(arguments[0])
        answer = [measure(site) for site in sites]
    except (ValueError, KeyError, TypeError) as e:
        print(f"copyscope measure: the request cannot be read: {type(e).__name__}: {e}", file=sys.stderr)
        return COULD_NOT
    print(json.dumps(answer))
    return DONE
