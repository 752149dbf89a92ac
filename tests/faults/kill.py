#!/usr/bin/env python3
"""Kills a process that writes a trace, at random points, and opens what is left.

    kill.py [--kills N] [--seed S]

Right is: the file opens as a prefix of what an undisturbed recording says, and says that it was cut short. The process
tells how far it has come; it is killed after a random count of such signs, wherever it is then. Exit 0: all opened.
"""

from __future__ import annotations

import argparse
import itertools
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

import victim

import copyscope
from copyscope import _core

VICTIM = pathlib.Path(__file__).with_name("victim.py")
SIGNS = 3_000  # at most so many before the kill


def undisturbed() -> list[str]:
    """The names of the events of one copy."""
    session = _core.Session()
    out = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # the signs
    try:
        session.deepcopy(victim.make())
    finally:
        os.dup2(out, 1)
        os.close(out)
        os.close(null)
    return [e[2] for e in _core.read(session.end())["events"]]


def kill_after(signs: int, path: pathlib.Path) -> None:
    """Starts a recording into path and kills it once it has given so many signs."""
    process = subprocess.Popen([sys.executable, str(VICTIM), str(path)], stdout=subprocess.PIPE)
    left = signs
    while left:
        got = len(os.read(process.stdout.fileno(), min(left, 4096)))
        if not got:
            raise RuntimeError(f"the recording ended by itself: {process.wait()}")
        left -= got
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()


class Fault(Exception):
    """What is wrong with a file that is left."""


def events_in(path: pathlib.Path, expected: list[str]) -> int:
    """How many events the file has; raises Fault unless it is a prefix of the recording and says so."""
    try:
        t = copyscope.load(path)
    except ValueError as e:
        raise Fault(f"does not open: {e}") from None
    if t.error != "cut short":
        raise Fault(f"says {t.error!r}, not that it was cut short")
    names = [e.event for e in t.events]
    if names != list(itertools.islice(itertools.cycle(expected), len(names))):
        raise Fault(f"its {len(names)} events are no prefix of the recording")
    return len(names)


def kills(count: int, seed: int) -> list[str]:
    """One line for each file that is not as it should be."""
    source, expected, faults, events = random.Random(seed), undisturbed(), [], 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            path, signs = pathlib.Path(folder, f"{i}.cst"), source.randrange(1, SIGNS)
            kill_after(signs, path)
            try:
                events += events_in(path, expected)
            except Fault as e:
                faults.append(f"killed after {signs} signs, {path.stat().st_size} bytes: {e}")
            path.unlink()
    if not events:
        faults.append("no file held an event: nothing was tested")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="of the random points (default: 1)")
    a = parser.parse_args()
    faults = kills(a.kills, a.seed)
    print("\n".join([*faults, f"{a.kills} kills, {len(faults)} files that are not a valid prefix"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
