#!/usr/bin/env python3
"""Shows in which functions a contender's time goes, on one workload.

perf samples it where the machine lets it count cycles; elsewhere callgrind counts instructions, exactly, some fifty
times slower.  Counted is what bench.py times and the making of the session.  Callgrind's processor has no
instructions for SHA-256: libcrypto's share is much smaller in truth.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import contenders
import native
from copyscope.bench import callgrind
from objects import WORKLOADS

MARK = "cs_bench_marked"
PERF_SECONDS = 3.0


class CannotProfile(Exception):
    """Says what is missing."""


# ---- the process that is profiled ----


def perf_says(control: str, acknowledge: str, word: str) -> None:
    """Tells perf to start or stop, and waits until it has."""
    with open(control, "w") as f:
        f.write(f"{word}\n")
    with open(acknowledge) as f:
        f.read(4)


def run_child(options: argparse.Namespace) -> None:
    contender = find(options.contender)
    roots = tuple(next(w for w in WORKLOADS if w.name == options.workload).make())
    for x in roots:
        contender.copy(x)  # caches are warm, types are ready
    if "BENCH_CALLGRIND" in os.environ:
        # On only now, and gone at once: the mark keeps out what else costs, but not how often it is called.
        command = ["callgrind_control", "-i", "on", str(os.getpid())]
        os.waitpid(os.posix_spawnp(command[0], command, os.environ), 0)
        native.marked(lambda: contender.batch(roots, options.turns))
        os._exit(0)
    control = os.environ["BENCH_PERF_CONTROL"]
    control, acknowledge = control.split(":")
    perf_says(control, acknowledge, "enable")
    until, turns = time.monotonic() + PERF_SECONDS, 0
    while time.monotonic() < until:
        contender.batch(roots, options.turns)
        turns += options.turns
    perf_says(control, acknowledge, "disable")
    print(turns)


def find(name: str) -> contenders.Contender:
    found, skipped = contenders.everyone()
    for contender in found:
        if contender.name == name:
            return contender
    reasons = [s.reason for s in skipped if s.name == name]
    names = ", ".join(c.name for c in found)
    raise CannotProfile(f"{name}: {reasons[0]}" if reasons else f"no contender {name!r}: there are {names}")


def child_command(options: argparse.Namespace) -> list[str]:
    words = ["--workload", options.workload, "--contender", options.contender, "--turns", str(options.turns)]
    return [sys.executable, str(pathlib.Path(__file__).resolve()), "--child", *words]


# ---- callgrind ----


def with_callgrind(options: argparse.Namespace, folder: pathlib.Path) -> None:
    out = folder / "callgrind.out"
    switches = ["--instr-atstart=no", f"--toggle-collect={MARK}", f"--callgrind-out-file={out}"]
    command = ["valgrind", "-q", "--tool=callgrind", *switches, *child_command(options)]
    environment = {**os.environ, "BENCH_CALLGRIND": "1"}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    if done.returncode or not out.exists():
        raise CannotProfile(f"valgrind ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    profile = callgrind.read(out)
    if not profile.total:
        raise CannotProfile(f"callgrind counted nothing within {MARK}")
    if profile.total != profile.sum_given:
        raise CannotProfile(f"{out.name}: lines sum to {profile.total:,}, callgrind says {profile.sum_given:,}")
    print_functions(profile, options)
    print_lines(profile, options)


def share(part: int, total: int) -> str:
    return f"{100 * part / total:5.1f} %"


def print_functions(profile: callgrind.Profile, options: argparse.Namespace) -> None:
    copies = options.turns
    print(f"{options.workload}, {options.contender}: {profile.total // copies:,} instructions a turn, by callgrind\n")
    print(f"{'share':>7} {'per turn':>14} {'calls':>10} {'per call':>9}  function [library]")
    for function, cost in profile.own.most_common(options.top):
        calls = profile.calls[function]
        each = f"{cost / calls:9.1f}" if calls else " " * 9
        where = os.path.basename(function.library)
        name = function.name.split("'")[0]
        print(f"{share(cost, profile.total)} {cost // copies:14,} {calls // copies:10,} {each}  {name} [{where}]")
    libraries: dict[str, int] = {}
    for function, cost in profile.own.items():
        libraries[function.library] = libraries.get(function.library, 0) + cost
    print("\nby library:")
    for library, cost in sorted(libraries.items(), key=lambda item: -item[1])[:6]:
        print(f"{share(cost, profile.total)} {cost // copies:14,}  {os.path.basename(library) or '(unknown)'}")


def print_lines(profile: callgrind.Profile, options: argparse.Namespace) -> None:
    if not options.lines:
        return
    print("\nby line, of what was built with -g:")
    known = collections.Counter({where: cost for where, cost in profile.lines.items() if where[1] > 0})
    for (file, number), cost in known.most_common(options.lines):
        print(f"{share(cost, profile.total)} {cost // options.turns:14,}  {short(file)}:{number}  {text(file, number)}")


def short(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def text(path: str, number: int) -> str:
    root = pathlib.Path(__file__).resolve().parent.parent.parent
    for base in (pathlib.Path(path), root / "tracer" / path):
        try:
            return base.read_text().splitlines()[number - 1].strip()[:80]
        except (OSError, IndexError):
            continue
    return ""


# ---- perf ----


def perf_event() -> str:
    """The event that perf can sample here: cycles, else the CPU clock; "" if there is no perf that may."""
    if not shutil.which("perf"):
        return ""
    # Asked to sample cycles that it cannot count, perf takes the clock without a word: so `stat` is asked.
    for event in ("cycles:u", "cpu-clock:u"):
        done = subprocess.run(["perf", "stat", "-x,", "-e", event, "true"], capture_output=True, text=True)
        if done.returncode == 0 and done.stderr[:1].isdigit():
            return event
    return ""


def with_perf(options: argparse.Namespace, folder: pathlib.Path, event: str) -> None:
    control, acknowledge, data = folder / "control", folder / "acknowledge", folder / "perf.data"
    os.mkfifo(control)
    os.mkfifo(acknowledge)
    switches = ["-e", event, "-F", "9999", "-D", "-1", f"--control=fifo:{control},{acknowledge}", "-o", str(data)]
    environment = {**os.environ, "BENCH_PERF_CONTROL": f"{control}:{acknowledge}"}
    command = ["perf", "record", "-q", *switches, "--", *child_command(options)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise CannotProfile(f"perf ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    print(f"{options.workload}, {options.contender}: {done.stdout.strip()} turns sampled by {event}\n")
    fields = ["--no-children", "-g", "none", "-F", "overhead,symbol,dso", "--percent-limit", "0.3"]
    report = subprocess.run(["perf", "report", "--stdio", "-i", str(data), *fields], capture_output=True, text=True)
    lines = [line for line in report.stdout.splitlines() if line.strip() and not line.startswith("#")]
    print("\n".join(lines[: options.top]))


# ---- the command ----


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n")[1])
    names = [w.name for w in WORKLOADS]
    parser.add_argument("--workload", default="json", choices=names, help="what is copied (json)")
    parser.add_argument("--contender", default=contenders.TRACED, help=f"who copies ({contenders.TRACED})")
    parser.add_argument("--turns", type=int, help="turns: under callgrind that many are counted (3, small ones 300)")
    parser.add_argument("--tool", choices=["auto", "perf", "callgrind"], default="auto")
    parser.add_argument("--top", type=int, default=30, help="functions shown (30)")
    parser.add_argument("--lines", type=int, default=0, metavar="N", help="the N dearest source lines too (callgrind)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.turns is None:
        options.turns = 300 if options.workload.startswith("deepcopy") else 3
    if options.turns < 1:
        parser.error("--turns: 1 or more")
    return options


def profile(options: argparse.Namespace) -> None:
    find(options.contender)
    event = perf_event() if options.tool != "callgrind" else ""
    with tempfile.TemporaryDirectory(dir=contenders.FOLDER) as folder:
        if options.tool == "perf" and not event:
            raise CannotProfile("perf is not installed, or may not sample here")
        if options.tool == "perf" or event.startswith("cycles"):
            with_perf(options, pathlib.Path(folder), event)
        elif shutil.which("valgrind"):
            with_callgrind(options, pathlib.Path(folder))
        else:
            raise CannotProfile(
                "perf cannot count cycles here, and valgrind is not installed: apt-get install valgrind"
            )


def main() -> int:
    options = parse()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends it without a traceback
    if options.child:
        run_child(options)
        return 0
    try:
        profile(options)
    except CannotProfile as e:
        print(f"profile: {e}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
