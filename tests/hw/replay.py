#!/usr/bin/env python3
"""Recorded copies on the simulated memories: every outcome that of the dict that CPython used, a million operations.

    tests/hw/replay.py            a million operations, on every CPython in build/py and .venv
    tests/hw/replay.py --short    some thousands

Each trace is replayed on every engine, with room for all it stores and with too little, so that the rest spills.
Answers in TAP.  Exit 0 all equal, 1 not.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / os.environ.get("BUILD", "build") / "copyscope"
# Copies with few and with many objects, shared and not; {n} is their size.
SNIPPETS = {
    "lists": "[[i] for i in range({n})]",
    "shared": "a = [[i] for i in range({n} // 4)]; [a[i * 7 % len(a)] for i in range({n})]",
    "nested": "[dict(k=[i, (i, [i])]) for i in range({n} // 4)]",
    "instances": "class P: pass\n\ndef p(i):\n    x = P(); x.i = [i]; x.self = x; return x\n\n"
    "[p(i) for i in range({n} // 4)]",
}
# Room for all where the engine has it, and far too little.
DEPTHS = {"cam": (16, 4096), "hash": (64, 65536), "probe": (64, 65536)}
WHOLE = re.compile(r"of (\d+), \d+ cycles; the outcome was the dict's in (\d+) of (\d+) lookups, (\d+) insertions")
WALKS = re.compile(r"its size: (\d+) of (\d+) lookups")


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def pythons():
    """The interpreters that have the recorder, one of each version."""
    found = {}
    for python in [ROOT / ".venv/bin/python", *sorted((ROOT / "build/py").glob("*/bin/python"))]:
        told = run(python, "-c", "import sys, copyscope; print('%d.%d' % sys.version_info[:2])")
        if told.returncode == 0:
            found.setdefault(told.stdout.strip(), python)
    return found


def record(python, snippet, folder):
    script, trace = folder / "x.py", folder / "x.cst"
    *before, last = snippet.split("; ") if "\n" not in snippet else snippet.rsplit("\n", 1)
    script.write_text("\n".join([*before, f"x = {last}", ""]))
    done = run(PROGRAM, "trace", script, "--python", python, "-o", trace)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return trace


def replay(trace, engine, depth):
    """(operations, equal, lookups, spilled, walks that were the dict's, walks)"""
    done = run(
        "nice", PROGRAM, "waves", trace, "--engine", engine, "--depth", depth, "--events", "1..40", "-o", "/dev/null"
    )
    whole, walks = WHOLE.search(done.stderr), WALKS.search(done.stderr)
    if not whole:
        raise RuntimeError(done.stderr)
    return *map(int, whole.groups()), *(map(int, walks.groups()) if walks else (0, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="some thousands of operations")
    size = 120 if parser.parse_args().short else 9000
    versions = pythons()
    operations = spilled = walked = count = failed = 0
    for version, python in versions.items():
        sums = [0] * 6
        for snippet in SNIPPETS.values():
            with tempfile.TemporaryDirectory(prefix="copyscope-replay-") as folder:
                trace = record(python, snippet.format(n=size), pathlib.Path(folder))
                for engine, depths in DEPTHS.items():
                    for depth in depths:
                        sums = [a + b for a, b in zip(sums, replay(trace, engine, depth), strict=True)]
        holds = sums[1] == sums[2] > 0 and sums[3] > 0 and sums[4] == sums[5] > 0
        count += 1
        failed += not holds
        print(
            f"{'ok' if holds else 'not ok'} {count} - CPython {version}: {sums[0]} operations, {sums[1]} of {sums[2]}"
            f" outcomes the dict's, {sums[3]} insertions spilled, {sums[4]} of {sums[5]} walks of the dict's length",
            flush=True,
        )
        operations, spilled, walked = operations + sums[0], spilled + sums[3], walked + sums[5]
    print(f"# {operations} operations on {len(versions)} CPython versions, {spilled} spilled, {walked} walks compared")
    print(f"1..{count}")
    return failed != 0 or count == 0


if __name__ == "__main__":
    sys.exit(main())
