#!/usr/bin/env python3
"""Runs operations on a part of the corpus under valgrind's memcheck, with the interpreter's allocator out of the way.

    valgrind.py [--operations A,B] [--cases A,B]

Every error counts, whosever it is: nothing is suppressed. Leaks count where no pointer is left to the block and the
extension is among the callers: the interpreter itself lets go of little at its end. Exit 0: clean, 1: not, 3: no
valgrind.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

OURS = ("_core.", "/tracer/ext/", "/tracer/trace/")
SUBSET = (
    "shared,self_list,tuple_cycle,dict_tuple_keys,sets,bytearray,plain,slots_and_dict,with_state,reduce,reduce_list,"
    "reduce_args,reduce_raises,reduce_short,hook,hook_writes_memo,hook_raises,unhashable_key,namedtuple,ordereddict,"
    "deque,registered,growing,shrinking,bound_method,many,int_with_attribute,list_subclass"
)
ROUNDS = 3


def work(operations: str, cases: str) -> None:
    """What valgrind watches."""
    from operations import CASES, OPERATIONS

    with tempfile.TemporaryDirectory() as folder:
        for operation in operations.split(","):
            for case in cases.split(","):
                for _ in range(ROUNDS):
                    made = OPERATIONS[operation](CASES[case](), folder)
                    with contextlib.suppress(Exception):
                        made.run()
                    made.close()


def frames(error: xml.etree.ElementTree.Element) -> list[str]:
    """One line per frame: function, and where it is."""
    lines = []
    for frame in error.iter("frame"):
        place = "/".join(frame.findtext(tag) or "" for tag in ("dir", "file")).strip("/")
        line = frame.findtext("line") or "?"
        lines.append(f"{frame.findtext('fn') or '?'} ({place or frame.findtext('obj') or '?'}:{line})")
    return lines


def findings(report: pathlib.Path) -> list[str]:
    """The errors that count, as texts."""
    found = []
    for error in xml.etree.ElementTree.parse(report).getroot().iter("error"):
        kind, stack = error.findtext("kind") or "?", frames(error)
        objects = [frame.findtext("obj") or "" for frame in error.iter("frame")]
        ours = any(word in text for text in stack + objects for word in OURS)
        if ours or not kind.startswith("Leak_"):
            what = error.findtext("what") or error.findtext("xwhat/text")
            found.append("\n    ".join([f"{kind}: {what}", *stack[:16]]))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--operations", default="untraced,traced,to_file,load", help="which")
    parser.add_argument("--cases", default=SUBSET, help="objects of tests/fidelity/corpus.py")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.work:
        work(a.operations, a.cases)
        return 0
    if not shutil.which("valgrind"):
        print("valgrind.py: valgrind is not installed: tests/setup leaks", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder, "report.xml")
        done = subprocess.run(
            [
                "valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=30",
                "--xml=yes",
                f"--xml-file={report}", sys.executable, __file__, "--work",
                "--operations", a.operations, "--cases", a.cases,
            ],
            env={**os.environ, "PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "1"},
        )  # fmt: skip
        found = findings(report) if done.returncode == 0 else [f"the run ended with {done.returncode}"]
    print("\n".join([*found, f"{a.operations} on {len(a.cases.split(','))} objects: {len(found)} errors"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
