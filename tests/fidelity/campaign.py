"""Random graphs by the hundred thousand, on each CPython, each under every policy: engine and copy.py must agree.

    make fidelity                                         100,000 graphs on each CPython that is installed
    make fidelity ARGS='--graphs 5000 --seed 200000 --python 3.12'

Seeds go up from --seed, so a run that was ended goes on where its last line says. Exit 0: all agree; 1: some do not,
each printed with seed, policy and the smallest program that shows it; 2: usage; 3: no interpreter to run. Counted by
themselves are graphs in which addresses that are used again decide, in copy.py as well: agree.Pinned.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
BATCH = 250  # seeds of one process: what a crash takes with it is small, and memory is given back
SHOWN = 5  # failures of one interpreter that are shrunk and printed


# ---- one batch, in a process of its own ----


def work(first: int, count: int, at: str, only: list[str]) -> None:
    """Runs seeds first to first+count-1; prints one JSON object. at: a file that holds the seed and policy in work."""
    import check
    from agree import addresses_decide, disagreement
    from programs import Graph, program

    policies, failures, copies, decided = only or check.policies_here(), [], 0, []
    place = os.open(at, os.O_WRONLY | os.O_CREAT)
    for seed in range(first, first + count):
        graph = Graph(program(seed))
        for policy in policies:
            os.pwrite(place, f"{seed} {policy:20}".encode(), 0)
            found = disagreement(graph, policy)
            copies += 1
            if found and addresses_decide(graph, policy):
                decided.append((seed, policy))
            elif found:
                failures.append((seed, policy, found))
    print(json.dumps({"copies": copies, "policies": policies, "failures": failures, "decided": decided}))


def print_explanation(seed: int, policy: str) -> None:
    from agree import disagreement
    from programs import program
    from shrink import as_python, shrink

    small = shrink(program(seed), lambda graph: disagreement(graph, policy))
    print(as_python(small, policy))


# ---- an interpreter's batches ----


class Batches:
    """Runs the batches of one interpreter and counts."""

    def __init__(self, name: str, python: str, args: argparse.Namespace):
        self.name, self.python, self.graphs, self.only = name, python, args.graphs, args.policy or []
        self.done, self.copies, self.failures, self.decided, self.policies = 0, 0, [], [], []
        self.started = time.monotonic()

    def run(self, first: int, count: int) -> None:
        with tempfile.NamedTemporaryFile() as at:
            command = [self.python, __file__, "--work", f"{first}:{count}:{at.name}"]
            command += [f"--policy={policy}" for policy in self.only]
            done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: os.nice(10))
            if done.returncode == 0:
                answer = json.loads(done.stdout.splitlines()[-1])
                self.copies += answer["copies"]
                self.policies = answer["policies"]
                self.failures += answer["failures"]
                self.decided += answer["decided"]
            else:
                self.failures.append(self._crash(done, pathlib.Path(at.name).read_text(), first))
        self.done += count
        self.progress()

    def _crash(self, done: subprocess.CompletedProcess, at: str, first: int) -> tuple[int, str, str]:
        seed, policy = at.split() if at.strip() else (str(first), "cpython")
        how = signal.Signals(-done.returncode).name if done.returncode < 0 else f"exit {done.returncode}"
        return int(seed), policy, f"the process ended: {how} {done.stderr.strip()[-600:]}"

    def progress(self) -> None:
        rate = self.done / max(time.monotonic() - self.started, 0.001)
        left = (self.graphs - self.done) / rate / 60
        text = (
            f"{self.name}: {self.done:,} of {self.graphs:,} graphs, {len(self.failures)} failures, {left:.0f} min left"
        )
        if sys.stderr.isatty():
            print(f"\r{text:78}", end="\n" if self.done >= self.graphs else "", file=sys.stderr, flush=True)
        elif self.done % (20 * BATCH) < BATCH or self.done >= self.graphs:
            print(text, file=sys.stderr, flush=True)


def run_interpreter(name: str, python: str, args: argparse.Namespace) -> Batches:
    """All batches of one interpreter, `--jobs` at a time."""
    first, graphs, jobs = args.seed, args.graphs, args.jobs
    batches = Batches(name, python, args)
    with ThreadPoolExecutor(jobs) as pool:
        starts = range(first, first + graphs, BATCH)
        try:
            list(pool.map(lambda at: batches.run(at, min(BATCH, first + graphs - at)), starts))
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            reached = first + max(batches.done - BATCH * jobs, 0)
            print(f"\n{name}: ended; go on with --python {name} --seed {reached}", file=sys.stderr)
            raise
    return batches


def shrunk(python: str, seed: int, policy: str) -> str:
    """The smallest program on which a seed's failure shows; in a process of its own, since it may crash."""
    done = subprocess.run([python, __file__, "--explain", f"{seed}:{policy}"], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"(not shrunk: {done.stderr.strip()[-300:]})"


def report(batches: Batches, first: int) -> None:
    """The failures, and one line of summary."""
    by_seed: dict[int, list[tuple[str, str]]] = {}
    for seed, policy, found in sorted(batches.failures):
        by_seed.setdefault(seed, []).append((policy, found))
    for seed, found in list(by_seed.items())[:SHOWN]:
        print(f"\n{batches.name}, seed {seed}, policy {', '.join(policy for policy, _ in found)}: {found[0][1]}")
        print(shrunk(batches.python, seed, found[0][0]))
    if len(by_seed) > SHOWN:
        print(f"... and seeds {', '.join(map(str, list(by_seed)[SHOWN:50]))}{', ...' if len(by_seed) > 50 else ''}")
    last = first + batches.done - 1
    under = f"{batches.copies:,} copies under {', '.join(batches.policies)}"
    print(
        f"{batches.name}: {batches.done:,} graphs, seeds {first} to {last}, {under}: {len(batches.failures)} failures, "
        f"{len(batches.decided)} decided by addresses used again"
    )
    if batches.decided:
        print(f"  (seed, policy: {', '.join(f'{seed} {policy}' for seed, policy in sorted(batches.decided)[:20])})")
    sys.stdout.flush()


def interpreters() -> dict[str, str]:
    """Version and path of every interpreter that has the package: the virtual environment's and build/py's."""
    found = {}
    for python in [sys.executable, *glob.glob(str(ROOT / "build/py/*/bin/python"))]:
        code = "import sys, copyscope, pytest; print('%d.%d' % sys.version_info[:2])"
        done = subprocess.run([python, "-c", code], capture_output=True, text=True)
        if done.returncode == 0:
            found.setdefault(done.stdout.strip(), python)
    return dict(sorted(found.items(), key=lambda item: int(item[0].partition(".")[2])))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fidelity", description=__doc__.partition("\n")[0])
    parser.add_argument("--graphs", type=int, default=100_000, help="graphs for each interpreter (100,000)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--python", action="append", metavar="3.N", help="only this interpreter; may be repeated")
    parser.add_argument("--policy", action="append", metavar="P", help="only this policy; may be repeated")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time (one per CPU)")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--explain", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.graphs < 1 or args.jobs < 1 or args.seed < 0:
        parser.error("--graphs and --jobs must be at least 1, --seed at least 0")
    return args


def main() -> int:
    args = arguments()
    if args.work:
        first, count, at = args.work.split(":", 2)
        work(int(first), int(count), at, args.policy or [])
        return 0
    if args.explain:
        seed, _, policy = args.explain.partition(":")
        print_explanation(int(seed), policy)
        return 0
    found = interpreters()
    wanted = args.python or list(found)
    missing = [name for name in wanted if name not in found]
    if missing or not found:
        print(f"no CPython {', '.join(missing)} with copyscope: have {', '.join(found) or 'none'}", file=sys.stderr)
        return 3
    failed = 0
    for name in wanted:
        batches = run_interpreter(name, found[name], args)
        report(batches, args.seed)
        failed += len(batches.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
