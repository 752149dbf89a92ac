#!/usr/bin/env python3
"""Times copy.deepcopy, and the engine untraced and traced, on the same objects, interleaved in one process.

    tests/bench/bench.py [--rounds N] [--json]

A round times each function once on each object, in an order that turns; printed are medians over the rounds and
ratios to copy.deepcopy (below 1: faster).  Nothing is asserted.

`engine traced` is one recording: a session made, the copy, the events written to memory, the end of the trace with
its digest.  copyscope.trace does that and adds what a viewer needs, the source text above all.
"""

import argparse
import copy
import gc
import json
import os
import platform
import statistics
import sys
import time

import copyscope
from copyscope import _core
from objects import OBJECTS


def traced(x):
    session = _core.Session(policy="cpython")
    y = session.deepcopy(x)
    session.end(False)
    return y


FUNCTIONS = {
    "copy.deepcopy": copy.deepcopy,
    "engine untraced": copyscope.deepcopy,
    "engine traced": traced,
    "copyscope.trace": copyscope.trace,
}
SLICE = 0.004  # seconds: calls are batched up to about this long, so that the clock's own cost does not show


def calls_per_batch(function, x):
    start = time.perf_counter()
    function(x)
    return max(1, int(SLICE / max(time.perf_counter() - start, 1e-7)))


def time_batch(function, x, calls):
    """Seconds for one call, results freed as they come."""
    start = time.perf_counter()
    for _ in range(calls):
        function(x)
    return (time.perf_counter() - start) / calls


def measure(rounds):
    """{object: {function: [seconds of each round]}}"""
    made = {name: make() for name, make in OBJECTS.items()}
    batches = {(o, f): calls_per_batch(FUNCTIONS[f], made[o]) for o in made for f in FUNCTIONS}
    times = {o: {f: [] for f in FUNCTIONS} for o in made}
    order = list(FUNCTIONS)
    for _ in range(rounds):
        for name, x in made.items():
            for function in order:
                gc.collect()
                gc.disable()
                times[name][function].append(time_batch(FUNCTIONS[function], x, batches[name, function]))
                gc.enable()
        order.append(order.pop(0))
    return times


def machine():
    """The processor's name, as the kernel gives it."""
    try:
        with open("/proc/cpuinfo") as lines:
            names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} CPUs, {platform.system()}"


def summary(times):
    """{object: {function: {"median": s, "ratio": to copy.deepcopy, "spread": interquartile range / median}}}"""
    out = {}
    for name, functions in times.items():
        base = statistics.median(functions["copy.deepcopy"])
        out[name] = {}
        for function, seconds in functions.items():
            median = statistics.median(seconds)
            low, _, high = statistics.quantiles(seconds, n=4)
            out[name][function] = {"median": median, "ratio": median / base, "spread": (high - low) / median}
    return out


def print_table(result, rounds):
    print(f"{machine()}\nCPython {platform.python_version()}, {rounds} interleaved rounds, medians\n")
    print(f"{'object':12} {'function':20} {'µs per copy':>12} {'ratio':>7} {'spread':>7}")
    for name, functions in result.items():
        for function, row in functions.items():
            print(f"{name:12} {function:20} {row['median'] * 1e6:12.1f} {row['ratio']:7.2f} {row['spread']:7.1%}")
        print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21, help="times each function is measured on each object (21)")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error("--rounds: 2 or more")
    result = summary(measure(options.rounds))
    if options.json:
        json.dump({"machine": machine(), "python": platform.python_version(), "result": result}, sys.stdout, indent=1)
        print()
    else:
        print_table(result, options.rounds)


main()
