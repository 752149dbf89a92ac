"""`copyscope check`: is a variant of copy.py sound? Compared with the interpreter's deepcopy, graph by graph."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from copyscope import cli
from copyscope.soundness import checker
from copyscope.soundness.checker import Report, Text
from copyscope.soundness.worlds import BuildError

EPILOG = """\
Copies random objects (or the ones given) with the interpreter's copy.deepcopy and with the variant, and compares:
exception and its text, hooks called, their order and arguments, the original afterwards, and the results as graphs:
shape, types, values, what is shared with the original and within. A difference is shrunk and printed as a program.

example: copyscope check --variant report-merged
example: copyscope check --variant my_copy.py -e '[1, (2, [3])]'
exit: 0 no difference, 1 a difference, 2 usage, 3 the variant or the object cannot be had"""
PROGRESS_S = 0.2


def main(arguments: list[str]) -> int:
    """Checks a variant and prints the report."""
    a = _parse(arguments)
    try:
        objects = _objects(a)
        report = checker.check(
            a.variant,
            objects,
            a.tries,
            a.seed,
            every_kind=a.all,
            progress=_progress(a.tries) if objects is None else None,
        )
    except (ValueError, OSError, BuildError) as e:
        _clear()
        print(f"copyscope check: {e}", file=sys.stderr)
        return cli.COULD_NOT
    _clear()
    if a.json:
        print(json.dumps({**report.to_json(), "scripts": [c.script() for c in report.counterexamples]}))
    else:
        _print(report, a.output)
    if objects is not None and report.tried == 0:
        return cli.COULD_NOT
    return cli.DONE if report.sound else cli.NOT_SO


def _print(report: Report, output: str | None) -> None:
    what = f"{report.tried} objects" if report.tried != 1 else "1 object"
    seed = f", seed {report.seed}" if report.tried > 1 else ""
    print(f"{report.variant}: {what} compared with CPython {report.python}'s copy.deepcopy{seed}")
    print(f"  as {'; '.join(report.compared)}")
    if report.skipped:
        print(f"  {report.skipped} more left out: no two copies of theirs are alike, or only a RecursionError")
    for border in report.borders:
        print(f"  {border}")
    if report.sound:
        print("no difference found" if report.tried else "nothing could be compared")
    for i, c in enumerate(report.counterexamples):
        where = f" (try {c.found_at})" if c.found_at else ""
        print(f"\nNOT SOUND: {c.side}{where}: {c.difference}")
        if c.source and output is None:
            print(f"\n{c.script()}", end="")
        elif c.source and output is not None:
            path = output if i == 0 else f"{os.path.splitext(output)[0]}-{i + 1}.py"
            with open(path, "w", encoding="utf-8") as f:
                f.write(c.script())
            print(f"written: {path}")


def _objects(a: argparse.Namespace) -> list[Text] | None:
    """The objects that were given, or None. Raises OSError, ValueError."""
    texts = [Text(text) for text in a.expression]
    for path in a.object:
        with open(path, encoding="utf-8") as f:
            texts.append(Text(f.read(), path))
    return texts or None


def _progress(tries: int) -> checker.Progress | None:
    """A line on a terminal that is written over, so many times a second."""
    if not sys.stderr.isatty():
        return None
    last, start = 0.0, time.monotonic()

    def progress(n: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > PROGRESS_S:
            last = now
            print(
                f"\r{n} tried, {n / max(now - start, 0.1):.0f}/s, of {tries}", end="\x1b[K", file=sys.stderr, flush=True
            )

    return progress


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="copyscope check", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--variant", required=True, metavar="NAME|FILE", help="a preset's name, or a copy.py of your own"
    )
    parser.add_argument("--object", action="append", default=[], metavar="FILE.py", help="a file that makes an object")
    parser.add_argument(
        "-e", dest="expression", action="append", default=[], metavar="EXPR", help="a text that makes one"
    )
    parser.add_argument("--tries", type=_count, default=checker.TRIES, metavar="N", help="random objects (%(default)s)")
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="S", help="other seeds draw other objects (%(default)s)"
    )
    parser.add_argument("--all", action="store_true", help="go on, and show one counterexample of each kind")
    parser.add_argument("--json", action="store_true", help="the report as one JSON object")
    parser.add_argument("-o", dest="output", metavar="OUT.py", help="write the counterexample there")
    return parser.parse_args(arguments)


def _count(text: str) -> int:
    n = int(text)
    if n < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return n


def _seed(text: str) -> int:
    n = int(text)
    if not 0 <= n < 1 << 64:
        raise argparse.ArgumentTypeError("from 0 to 2^64 - 1")
    return n
