#!/usr/bin/env python3
"""Proves memo_cam: yosys makes the problem, yosys-smtbmc and cvc5 solve it.

    hw/formal/prove.py            8 entries with keys of 64 bits, by induction; every cover; every mutant
    hw/formal/prove.py --short    2 entries with keys of 3 bits, without the covers, and every seventh mutant
    hw/formal/prove.py --only proof|cover|mutants

Answers in TAP.  Seconds are the solver's CPU time.  Exit 0 all holds, 1 something does not, 3 a tool is missing.
"""

import argparse
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from mutants import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RTL = ROOT / "hw" / "rtl"
SOURCES = "memo_pkg memo_delay memo_ram memo_pipe onehot_encoder cam_bank memo_cam".split()
TOOLS = ("yosys", "yosys-smtbmc", "cvc5")
FULL = {"Depth": 8, "KeyW": 64, "ValW": 8, "LatencyW": 2}
SMALL = {"Depth": 2, "KeyW": 3, "ValW": 2, "LatencyW": 1}
# Two cycles behind the reset suffice for the induction; a mutant's fault shows within so many of the reset.
INDUCTION, MUTANT_CYCLES = 2, 12
COVER_CYCLES = {8: 26, 2: 16}


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Tap:
    """Counts claims and prints them."""

    def __init__(self) -> None:
        self.count = self.failed = 0

    def claim(self, holds: bool, text: str, log: str = "") -> None:
        self.count += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.count} - {text}", flush=True)
        if not holds:
            print("".join(f"# {line}\n" for line in log.splitlines()[-20:]), end="")


def problem(folder: pathlib.Path, rtl: pathlib.Path, parameters: dict[str, int]) -> pathlib.Path:
    """The design and its properties as SMT-LIB."""
    out = folder / "problem.smt2"
    files = " ".join(str(rtl / f"{name}.sv") for name in SOURCES)
    sizes = " ".join(f"-set {name} {value}" for name, value in parameters.items())
    script = (
        f"read_verilog -sv -formal -I{ROOT / 'hw' / 'formal'} {files}; chparam {sizes} memo_cam; "
        f"prep -flatten -top memo_cam; async2sync; memory_map; opt -full; dffunmap; write_smt2 -wires {out}"
    )
    subprocess.run(["yosys", "-q", "-p", script], check=True, capture_output=True, text=True)
    return out


def solve(smt2: pathlib.Path, *arguments: str) -> tuple[str, float]:
    """What yosys-smtbmc said, and the CPU seconds that it and its solver took."""
    before = cpu_of_children()
    command = ["nice", "yosys-smtbmc", "--noprogress", "-s", "cvc5", *arguments, str(smt2)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, cpu_of_children() - before


def passed(log: str) -> bool:
    return "Status: PASSED" in log


def prove(tap: Tap, folder: pathlib.Path, parameters: dict[str, int]) -> None:
    smt2 = problem(folder, RTL, parameters)
    claims = len(re.findall(r"yosys-smt2-assert ", smt2.read_text()))
    size = f"{parameters['Depth']} entries, keys of {parameters['KeyW']} bits"
    log, _ = solve(smt2, "-t", str(INDUCTION + 1))
    tap.claim(passed(log) and claims > 40, f"{size}: {claims} assertions hold behind the reset", log)
    log, seconds = solve(smt2, "-i", "-t", str(INDUCTION))
    tap.claim(passed(log), f"{size}: and in every state, by induction ({seconds:.0f} s of CPU time)", log)


def cover(tap: Tap, folder: pathlib.Path, parameters: dict[str, int]) -> None:
    smt2 = problem(folder, RTL, parameters)
    wanted = len(re.findall(r"yosys-smt2-cover ", smt2.read_text()))
    log, seconds = solve(smt2, "-c", "-t", str(COVER_CYCLES[parameters["Depth"]]))
    met = log.count("Reached cover statement")
    tap.claim(
        passed(log) and wanted >= 10,
        f"{parameters['Depth']} entries: {met} of {wanted} covers are reached ({seconds:.0f} s of CPU time)",
        log,
    )


def kill(tap: Tap, folder: pathlib.Path, mutant: tuple[str, str, str, str]) -> None:
    name, file, old, new = mutant
    rtl = folder / "rtl"
    shutil.rmtree(rtl, ignore_errors=True)
    shutil.copytree(RTL, rtl)
    text = (rtl / file).read_text()
    if text.count(old) != 1:
        tap.claim(False, f"mutant: {name}", f"{file} has {old!r} {text.count(old)} times, not once")
        return
    (rtl / file).write_text(text.replace(old, new))
    try:
        log, _ = solve(problem(folder, rtl, SMALL), "-t", str(MUTANT_CYCLES))
    except subprocess.CalledProcessError as error:  # a mutant that is no design shows nothing
        tap.claim(False, f"mutant: {name}", error.stderr)
        return
    first = re.search(r"Assert failed in \S+: (\S+)", log)
    by = f": refuted by {first[1]}" if first else ""
    tap.claim("Status: FAILED" in log and first is not None, f"mutant: {name}{by}", log)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="a small memory and few mutants")
    parser.add_argument("--only", choices=("proof", "cover", "mutants"))
    chosen = parser.parse_args()
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print(f"hw/formal/prove.py: not installed: {', '.join(missing)}; run `tests/setup test`", file=sys.stderr)
        return 3
    tap = Tap()
    parameters = SMALL if chosen.short else FULL
    with tempfile.TemporaryDirectory(prefix="copyscope-formal-") as name:
        folder = pathlib.Path(name)
        if chosen.only in (None, "proof"):
            prove(tap, folder, parameters)
        if chosen.only == "cover" or not (chosen.only or chosen.short):
            cover(tap, folder, parameters)
        if chosen.only in (None, "mutants"):
            for mutant in MUTANTS[:: 7 if chosen.short else 1]:
                kill(tap, folder, mutant)
    print(f"1..{tap.count}")
    return tap.failed != 0


if __name__ == "__main__":
    sys.exit(main())
