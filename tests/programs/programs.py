#!/usr/bin/env python3
"""Runs real programs with and without a recording: the output must be the same, and the trace whole.

    tests/programs/programs.py PYTHON COPYSCOPE [NAME...]

PYTHON has the libraries and the recorder. For each program: what it printed and how it ended, with and without; the
trace's calls, records, what was not kept; then the ranking. Ends with 1 if anything differs or is missing.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

REAL = pathlib.Path(__file__).resolve().parent / "real"
OUT = pathlib.Path("build/programs")
LIBRARIES = {"sympy": "sympy", "networkx": "networkx", "ruamel": "ruamel.yaml", "django": "Django",
             "pydantic": "pydantic", "sklearn": "scikit-learn"}  # fmt: skip
SITES_SHOWN = 3
# Times and addresses differ from run to run; nothing else may.
VARYING = re.compile(r"0x[0-9a-f]{6,}")


def run(*command):
    """(exit code, standard output, standard error, seconds)"""
    start = time.monotonic()
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run([str(w) for w in command], capture_output=True, text=True, timeout=600, env=env)
    seconds = time.monotonic() - start
    return done.returncode, VARYING.sub("0x", done.stdout), VARYING.sub("0x", done.stderr), seconds


def version_of(python, name):
    code = f"import importlib.metadata as m; print(m.version({LIBRARIES[name.partition('_')[0]]!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()


def faults(plain, recorded, info):
    """What is not as it should be, in words."""
    found = []
    for i, what in enumerate(("exit code", "output", "errors")):
        if plain[i] != recorded[i]:
            found.append(f"{what} differs: {plain[i]!r:.300} / {recorded[i]!r:.300}")
    if plain[0] != 0:
        found.append("the program itself fails")
    if not info["file"]["complete"]:
        found.append(f"the trace is not whole: {info['file']['reason']}")
    calls = info["meta"].get("calls", {})
    found += [f"calls not recorded, {key}: {n}" for key, n in calls.items() if key != "recorded" and n]
    if not calls.get("recorded"):
        found.append("no call was recorded")
    if info["not_kept"]:
        found.append(f"{info['not_kept']} records were not kept")
    if info["calls"]["recorded"] != calls.get("recorded"):
        found.append(f"the recorder counted {calls.get('recorded')} calls, the trace has {info['calls']['recorded']}")
    return found


def one(python, program, path):
    """Runs one program both ways and prints what was seen. Returns whether all is well."""
    trace = OUT / f"{path.stem}.cst"
    run(python, path)  # compiled and cached: neither of the two that are compared is the first
    plain = run(python, path)
    recorded = run(program, "run", "--python", python, "-q", "--max-records", 0, "-o", trace, path)
    answer = subprocess.run([program, "info", "--json", trace], capture_output=True, text=True)
    info = json.loads(answer.stdout)
    found = faults(plain, recorded, info)
    print(f"== {path.stem}, {LIBRARIES[path.stem.partition('_')[0]]} {version_of(python, path.stem)}")
    print(f"{'NOT SO: ' + '; '.join(found) if found else 'same output, trace whole'}")
    print(f"{info['meta']['calls']['recorded']:,} calls, {info['records']:,} records, {info['events']:,} events, "
          f"{trace.stat().st_size / max(1, info['events']):.1f} bytes an event; "
          f"whole program {plain[3]:.2f} s, recorded {recorded[3]:.2f} s")  # fmt: skip
    print(subprocess.run([program, "info", "--sites", str(SITES_SHOWN), trace], capture_output=True, text=True).stdout)
    return not found


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    python, program, *names = arguments
    OUT.mkdir(parents=True, exist_ok=True)
    paths = sorted(p for p in REAL.glob("*.py") if not names or any(n in p.stem for n in names))
    results = {path.stem: one(python, program, path) for path in paths}
    bad = [name for name, fine in results.items() if not fine]
    print(f"{len(results)} programs, {len(bad)} not as without a recording{': ' + ', '.join(bad) if bad else ''}")
    return 1 if bad or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
