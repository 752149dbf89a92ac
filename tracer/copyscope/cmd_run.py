"""`run`: runs a program and records every deep copy it makes."""

from __future__ import annotations

import argparse
import atexit
import os
import sys

from copyscope import _core, launch
from copyscope.cli import COULD_NOT, USAGE
from copyscope.program import RECORDS_MAX, AlreadyRecordingError, ProgramRecording

WITH_VALUE = ("-o", "--output", "--policy", "--max-records", "--max-calls")
DESCRIPTION = """\
Runs a program as `python SCRIPT.py ARGS` does and records every copy.deepcopy it makes, with the file, line and
function that asked for it.  Arguments, output, exit code, exceptions and their tracebacks are the program's own; of
copy.py itself a traceback shows one frame.  `copyscope info OUT.cst` then ranks the call sites.

Recorded: the copies of all threads, one at a time (a call that comes while another thread's is being recorded is
counted); of each forked child into OUT.PID.cst, made when it first copies.  Not followed: subprocesses, and
multiprocessing by spawn or forkserver."""
EPILOG = """\
example: copyscope run -o app.cst app.py --its-own-option
exit: the program's own; 2 usage, 3 the program or the file could not be opened"""


def _number(text: str) -> int:
    value = int(text.replace("_", "").replace(",", ""))
    if value < 0:
        raise ValueError
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="copyscope run",
        usage="copyscope run [OPTIONS] (SCRIPT.py | -m MODULE) [ARGS]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    number = {"type": _number, "metavar": "N"}
    parser.add_argument("-m", dest="module", metavar="MODULE", help="run a module, as `python -m MODULE` does")
    parser.add_argument("-o", "--output", metavar="OUT.cst", help="the trace; by default the program's name with .cst")
    parser.add_argument("--policy", default="cpython", help="how to copy (default: cpython)")
    parser.add_argument(
        "--max-records", default=RECORDS_MAX, **number,
        help=f"stop recording after N 16-byte records, 0: never (default {RECORDS_MAX:,}); the rest is counted",
    )  # fmt: skip
    parser.add_argument("--max-calls", default=0, **number, help="record the first N calls; the rest is counted")
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say at the end what was recorded")
    parser.add_argument(
        "--python", metavar="PYTHON", help="the Python that has the recorder (of the program copyscope)"
    )
    return parser


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and the program's name with what follows it; `-m MODULE` goes to the former."""
    i = 0
    while i < len(arguments) and arguments[i].startswith("-") and arguments[i] != "-":
        if arguments[i] == "--":
            return arguments[:i], arguments[i + 1 :]
        if arguments[i].startswith("-m"):
            after = i + (2 if arguments[i] == "-m" else 1)
            return arguments[:after], arguments[after:]
        i += 2 if arguments[i] in (*WITH_VALUE, "--python") else 1
    return arguments[:i], arguments[i:]


def _ready(module: str | None, rest: list[str]) -> launch.Launch:
    return launch.module(module, rest) if module is not None else launch.script(rest[0], rest[1:])


def main(arguments: list[str]) -> int:
    """Runs the program; returns only where it ends without an exception or SystemExit."""
    own, rest = _split(arguments)
    parser = _parser()
    options = parser.parse_args(own)
    if options.module is None and not rest:
        parser.print_usage(sys.stderr)
        print("copyscope run: which program? name a SCRIPT.py, or -m MODULE", file=sys.stderr)
        return USAGE
    if options.policy not in _core.policies():
        print(f"copyscope run: there is no policy {options.policy}: `copyscope variant` lists them", file=sys.stderr)
        return USAGE
    try:
        program = _ready(options.module, rest)
    except launch.CannotLaunchError as e:
        print(f"copyscope run: {e}", file=sys.stderr)
        return COULD_NOT
    recording = ProgramRecording(
        options.output or f"{program.name}.cst",
        options.policy,
        options.max_records,
        options.max_calls,
        {"title": os.path.basename(rest[0]) if options.module is None else f"-m {options.module}", "argv": sys.argv},
    )
    try:
        recording.start()
    except AlreadyRecordingError as e:
        print(f"copyscope run: {e}", file=sys.stderr)
        return COULD_NOT
    except OSError as e:
        print(f"copyscope run: {recording.path}: {e.strerror or e}", file=sys.stderr)
        return COULD_NOT
    atexit.register(_end, recording, options.quiet)  # the first to be registered runs last
    program.run()
    return 0


def _end(recording: ProgramRecording, quiet: bool) -> None:
    """The program is over, in this process or in a forked child of it."""
    records, path = recording.records, recording.path
    child = recording.is_child
    recording.stop()
    if recording.error is not None:
        print(f"copyscope run: {path} was cut short: {recording.error}", file=sys.stderr)
    elif not quiet and not child:
        print(_summary(recording.counts(), records, os.path.relpath(path)), file=sys.stderr)


def _summary(counts: dict[str, int], records: int, path: str) -> str:
    calls = counts["recorded"]
    text = f"copyscope run: {calls:,} call{'' if calls == 1 else 's'} of deepcopy in {records:,} records: {path}"
    missed = {
        "on other threads": counts["on_other_threads"],
        "past the cap": counts["past_cap"],
        "without a file": counts["without_file"],
    }
    for reason, n in missed.items():
        if n:
            text += f"; not recorded, {reason}: {n:,}"
    if counts["children"]:
        text += f"; {counts['children']:,} forked children, those that copied have a file of their own"
    if counts["children_past_cap"]:
        text += f" (not the last {counts['children_past_cap']:,})"
    return text
