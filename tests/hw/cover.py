#!/usr/bin/env python3
"""What the random test reached of the RTL, from the files that Verilator's coverage left in a folder.

    tests/hw/cover.py FOLDER

Lines and branches have to be reached all, toggles to 98 %.  A point that is left out has its reason here.  The points
of all engines, depths and instances that come from one place count as one.  Exit 0 all reached, 1 not.
"""

import collections
import pathlib
import re
import sys

WANTED = {"line": 100.0, "branch": 100.0, "toggle": 98.0}
INLINED = "Verilator 5.006 loses this count where it inlines a function; that tables were rebuilt is a bin of the test"
# (kind, file, pattern of the source line, why)
WAIVED = [
    ("line", "probe_engine.sv", r"default: state_d", "no state but those of the enumeration is ever entered"),
    ("branch", "probe_engine.sv", r"from_d == slots", INLINED),
    ("line", "probe_engine.sv", r"^  function |^    for .*usable_of|^  endfunction|^    usable_of = ", INLINED),
]
POINT = re.compile(r"^C '(.*)' (\d+)$")


def points(folder):
    """{(kind, file, line, name): times}"""
    found = collections.Counter()
    for path in folder.glob("*.dat"):
        for line in path.read_text().splitlines():
            match = POINT.match(line)
            if not match:
                continue
            fields = dict(part.split("\x02", 1) for part in match[1].split("\x01") if "\x02" in part)
            kind = re.match(r"v_(\w+)/", fields["page"])[1]
            key = (kind, pathlib.Path(fields["f"]).name, int(fields["l"]), int(fields.get("n", 0)), fields.get("o", ""))
            found[key] += int(match[2])
    return found


def waived(key, sources):
    kind, file, line, _, _ = key
    text = sources[file][line - 1]
    return any(kind == of and file == name and re.search(pattern, text) for of, name, pattern, _ in WAIVED)


def main():
    folder = pathlib.Path(sys.argv[1])
    rtl = pathlib.Path(__file__).resolve().parents[2] / "hw" / "rtl"
    sources = {path.name: path.read_text().splitlines() for path in rtl.glob("*.sv")}
    total, reached, left = collections.Counter(), collections.Counter(), []
    skipped = 0
    for key, times in sorted(points(folder).items()):
        if waived(key, sources):
            skipped += 1
            continue
        total[key[0]] += 1
        reached[key[0]] += times > 0
        if not times:
            left.append(key)
    for kind, file, line, column, name in left:
        print(f"hw/rtl/{file}:{line}:{column}: {kind} {name} not reached")
    failed = False
    for kind, wanted in WANTED.items():
        share = 100.0 * reached[kind] / total[kind] if total[kind] else 0.0
        failed |= share < wanted
        print(f"{kind:<7} {reached[kind]:>5} of {total[kind]:>5}: {share:6.2f} % (at least {wanted:g} %)")
    print(f"waived  {skipped:>5}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
