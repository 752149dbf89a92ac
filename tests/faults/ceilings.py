#!/usr/bin/env python3
"""What a recording costs in memory, for a copy of a million nodes.

    ceilings.py [--nodes N] [--json]

Each measurement has a process of its own: the object is made, then copied with the engine alone, and with a recording
into memory, or into a file. The peak of the resident set above what it was before the copy, less the engine's own,
is the recorder's; per record and per logical event. Nothing is asserted: these are numbers to compare.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import re
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from copyscope import _core, deepcopy


class Node:
    """An instance with a dict, copied by __reduce_ex__."""

    def __init__(self, i: int):
        self.i, self.name = i, f"node {i}"


SHAPES: dict[str, Callable[[int], Any]] = {
    "lists of one int": lambda n: [[i] for i in range(n // 2)],
    "a list of ints": lambda n: list(range(n)),
    "dicts of two strings": lambda n: [{"a": str(i), "b": "same"} for i in range(n // 4)],
    "instances": lambda n: [Node(i) for i in range(n // 4)],
}


def status(field: str) -> int:
    """Bytes of a field of /proc/self/status."""
    text = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.MULTILINE)[1]) * 1024


def peak_of(function: Callable[[], Any]) -> tuple[int, Any]:
    """How far the resident set rose above what it was while function() ran."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak is what is resident now
    before = status("VmRSS")
    result = function()
    return status("VmHWM") - before, result


def untraced(x: Any, _path: str) -> dict[str, int]:
    peak, _ = peak_of(lambda: deepcopy(x))
    return {"peak": peak}


def recorded(session: Any, x: Any) -> dict[str, int]:
    def run() -> Any:
        copied = session.deepcopy(x)
        session.flush()
        return copied

    peak, _copy = peak_of(run)
    return {"peak": peak, "records": session.records}


def to_memory(x: Any, _path: str) -> dict[str, int]:
    session = _core.Session()
    seen = recorded(session, x)
    return {**seen, "bytes": len(session.end())}


def to_file(x: Any, path: str) -> dict[str, int]:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    session = _core.Session(fd=fd)
    seen = recorded(session, x)
    session.end()
    return {**seen, "bytes": os.stat(path).st_size}


WAYS = {"untraced": untraced, "to_memory": to_memory, "to_file": to_file}


def in_fork(way: str, shape: str, nodes: int) -> dict[str, int]:
    """One measurement, in a process of its own."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            with tempfile.TemporaryDirectory() as folder, os.fdopen(write, "w") as out:
                json.dump(WAYS[way](SHAPES[shape](nodes), os.path.join(folder, "t.cst")), out)
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise SystemExit(f"ceilings.py: {way} of {shape} failed")
    return json.loads(text)


def row(shape: str, nodes: int) -> dict[str, Any]:
    """What the ways measured, and the recorder's share per record."""
    seen = {way: in_fork(way, shape, nodes) for way in WAYS}
    engine, found = seen["untraced"]["peak"], {"object": shape, "untraced": seen["untraced"]["peak"]}
    for way in ("to_memory", "to_file"):
        own = seen[way]["peak"] - engine
        found[way] = own
        found[f"{way} per record"] = round(own / seen[way]["records"], 1)
    return {**found, "records": seen["to_file"]["records"], "trace": seen["to_file"]["bytes"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=1_000_000, help="objects in the graph (default: 1000000)")
    parser.add_argument("--json", action="store_true", help="as one JSON list")
    a = parser.parse_args()
    rows = []
    for shape in SHAPES:
        rows.append(row(shape, a.nodes))
        if not a.json:
            r = rows[-1]
            print(
                f"{shape:22} {r['records']:9} records  engine {r['untraced'] / 2**20:6.0f} MiB"
                f"  recorder to memory {r['to_memory'] / 2**20:6.0f} MiB ({r['to_memory per record']:5.1f} B/record)"
                f"  to a file {r['to_file'] / 2**20:6.0f} MiB ({r['to_file per record']:5.1f} B/record)"
                f"  trace {r['trace'] / 2**20:5.1f} MiB",
                flush=True,
            )
    if a.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
