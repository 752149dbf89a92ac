"""The table of `python -m copyscope`'s subcommands, each in a module of its own.

A subcommand's module has `main(arguments) -> exit code`: 0 done, 1 the thing asked about is not so, 2 usage,
3 could not. `argparse` ends a wrong command line with 2 of itself.
"""

from __future__ import annotations

import importlib
import sys
from typing import TextIO

DONE, NOT_SO, USAGE, COULD_NOT = range(4)
INTERRUPTED = 128 + 2  # as a shell says of a program that SIGINT ended

COMMANDS = {
    "measure": ("copyscope.cmd_measure", "time copy.deepcopy beside a replacement (for `copyscope info --measure`)"),
    "cost": ("copyscope.cmd_cost", "time a copy and its memo's lookups (for `copyscope breakeven`)"),
    "run": ("copyscope.cmd_run", "run a program and record every deepcopy it makes"),
    "check": (
        "copyscope.cmd_check",
        "compare a variant of copy.py with the interpreter's, over random objects or yours",
    ),
    "bench": ("copyscope.cmd_bench", "time variants, the engine and peers beside copy.deepcopy; --quick for a look"),
    "report": ("copyscope.cmd_report", "make a report of what bench measured: HTML, Markdown, PDF"),
    "lesson": ("copyscope.cmd_lesson", "list, take, check and begin lessons"),
    "variant": ("copyscope.cmd_variant", "list the variants of copy.py, or show one as a diff"),
}


def usage(out: TextIO) -> None:
    """Prints the table."""
    print("usage: python -m copyscope COMMAND [...]\n", file=out)
    for name, (_, text) in COMMANDS.items():
        print(f"  {name:<8} {text}", file=out)
    print("\n  COMMAND --help says more.  Exit codes: 0 done, 1 the thing asked about is not so,", file=out)
    print("  2 usage, 3 could not.", file=out)


def main(arguments: list[str]) -> int:
    """Runs the subcommand that the first argument names."""
    name = arguments[0] if arguments else ""
    if name in ("--help", "-h", "help"):
        usage(sys.stdout)
        return DONE
    if name == "--version":
        from copyscope import __version__

        print(f"copyscope {__version__}")
        return DONE
    if name not in COMMANDS:
        if name:
            print(f"copyscope: there is no command {name}\n", file=sys.stderr)
        usage(sys.stderr)
        return USAGE
    command = importlib.import_module(COMMANDS[name][0]).main
    if name == "run":  # what leaves the user's program is for the interpreter to handle
        return command(arguments[1:])
    try:
        return command(arguments[1:])
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has seen enough
        sys.stdout = None  # type: ignore[assignment]  # nothing is left to flush into
        return COULD_NOT
