#!/usr/bin/env python3
"""Many runs in one server, every tenth killed, and what they leave behind: nothing.

    soak.py [--runs 100000] [--python PYTHON] [--json]

Runs go on until their number is reached; Ctrl-C ends them early, with the figures so far. Exit 1: a process, a
descriptor, or memory is left that was not there after a tenth as many runs, and at least 10,000: by then the server
keeps as many finished traces as it ever does. The resident set may grow by 2 %.
"""

import argparse
import json
import os
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).parent
WARM = 10_000  # runs at least before the first look: by then the allocator has what it needs for runs side by side
GROWTH = 0.02
ALLOWED_DESCRIPTORS = 4  # connections that close at that moment


def tree(pid):
    """Processes below a pid, with their states: {pid: state}."""
    parents, states = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        states[int(entry.name)], parents[int(entry.name)] = fields[0], int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {child: states[child] for child in found if child in states}


def resident(pid):
    """Bytes of a process's own memory that are in use."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")))


class Census:
    """Counts a server's processes, descriptors and memory at the beginning and the end of a block."""

    def __init__(self, pid):
        self.pid = pid

    def look(self):
        end = time.monotonic() + 10
        while True:  # a worker that was told to end may be on its way
            states = tree(self.pid)
            if len(states) <= 2 or time.monotonic() > end:
                return len(states), len(os.listdir(f"/proc/{self.pid}/fd")), resident(self.pid), states

    def __enter__(self):
        self.processes, self.descriptors, self.memory, _ = self.look()
        return self

    def __exit__(self, *_):
        processes, descriptors, memory, states = self.look()
        self.zombies = [pid for pid, state in states.items() if state == "Z"]
        self.more_processes = processes - self.processes
        self.more_descriptors = descriptors - self.descriptors
        self.growth = memory / self.memory - 1


def run(server, count, python, tell):
    """Makes that many runs. Returns how many of them ended in which state."""
    states = {}
    good, bad = ("[1, [2]]", "import time; time.sleep(1000)") if python else ("good 5", "sleep")
    page = server.open()
    try:
        for i in range(count):
            if i % 10 == 9:
                page.send(op="run", code=bad)
                page.receive()
                page.send(op="stop")
                while isinstance(ending := page.receive(), bytes):
                    pass
            else:
                ending = page.run(good)[2]
            states[ending["state"]] = states.get(ending["state"], 0) + 1
            if i % 100 == 99:
                tell(i + 1)
    except KeyboardInterrupt:
        pass
    page.close()
    return states


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--python", help="a Python that has the recorder (default: one that needs none)")
    parser.add_argument("--json", action="store_true")
    a = parser.parse_args()
    sys.path.insert(0, str(HERE))
    from conftest import FAKE_PYTHON, Server

    server = Server(python=a.python or FAKE_PYTHON)

    def tell(n):
        if sys.stderr.isatty():
            print(f"\r{n} of {a.runs} runs, {resident(server.process.pid) / 2**20:.1f} MiB", end="", file=sys.stderr)

    warm = run(server, max(WARM, a.runs // 10), a.python, tell) if a.runs > 1000 else {}
    with Census(server.process.pid) as census:
        states = run(server, a.runs, a.python, tell)
    code, errors = server.stop()
    found = {
        **states,
        "zombies": len(census.zombies),
        "processes": census.more_processes,
        "descriptors": census.more_descriptors,
        "growth": round(census.growth, 4),
        "warm": sum(warm.values()),
        "exit": code,
    }
    print(json.dumps(found) if a.json else "\n".join(f"{name:12} {value}" for name, value in found.items()))
    left = census.zombies or census.more_processes > 0 or (warm and census.more_descriptors > ALLOWED_DESCRIPTORS)
    grown = warm and census.growth > GROWTH
    return 1 if left or grown or code or errors else 0


if __name__ == "__main__":
    sys.exit(main())
