#!/usr/bin/env python3
"""What each memory costs in cells and how fast it can be clocked, as the table hw/AREA.md.

    hw/syn/area.py                 measure all rows and write the table
    hw/syn/area.py --check         measure again and compare: cells within 2 %, clock within 10 %
    hw/syn/area.py --only 'CAM 16' rows whose name begins so; prints them, writes nothing (or, with --check, compares)

iCE40: yosys synth_ice40 and nextpnr-ice40 on an hx8k in its ct256 package, logic cells as placed, the median clock of
three seeds.  LUT6: yosys synth -lut 6.  OSU018: abc with the liberty file of a 0.18 um standard-cell library.  The last
two leave RAM out.  Exit 0 done, 1 a row is not what the table says, 3 a tool is missing.
"""

import argparse
import dataclasses
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "hw" / "AREA.md"
RTL = [ROOT / "hw" / "rtl" / "memo_pkg.sv"]
RTL += sorted(path for path in (ROOT / "hw" / "rtl").glob("*.sv") if path not in RTL)
RTL += [ROOT / "hw" / "syn" / "area_top.sv"]
LIBERTY = pathlib.Path("/usr/share/qflow/tech/osu018/osu018_stdcells.lib")
SEEDS = (1, 2, 3)
CELLS_WITHIN, CLOCK_WITHIN = 0.02, 0.10
CHIP = 7680  # logic cells of an hx8k
ENGINES = {"CAM": 0, "hash": 1, "table": 2}


@dataclasses.dataclass(frozen=True)
class Row:
    """A memory to measure.  lut_only: too large for the chip and for patience; its LUTs are counted, no more."""

    engine: str
    depth: int
    key: int = 44
    lut_only: bool = False

    @property
    def name(self) -> str:
        return f"{self.engine} {self.depth}x{self.key}"


ROWS = (
    Row("CAM", 16),
    Row("hash", 1024),
    Row("CAM", 64),
    Row("table", 64),
    Row("CAM", 64, 64),
    Row("CAM", 1024, lut_only=True),
)
COLUMNS = (
    "memory",
    "iCE40 LUT4",
    "iCE40 FF",
    "iCE40 RAM",
    "logic cells",
    "of the chip",
    "MHz",
    "seeds",
    "LUT6",
    "OSU018 cells",
)
NUMBERS = ("iCE40 LUT4", "iCE40 FF", "iCE40 RAM", "logic cells", "LUT6", "OSU018 cells")


def run(*command: str) -> str:
    done = subprocess.run(["nice", *command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def yosys(row: Row, script: str) -> str:
    files = " ".join(map(str, RTL))
    sizes = f"-set Engine {ENGINES[row.engine]} -set Depth {row.depth} -set KeyW {row.key}"
    return run("yosys", "-Q", "-p", f"read_verilog -sv {files}; chparam {sizes} area_top; {script}")


def counted(log: str, pattern: str) -> int:
    """Cells of the last statistics in the log whose type matches."""
    last = log[log.rindex("Number of cells:") :]
    return sum(int(count) for kind, count in re.findall(r"^ +(\S+) +(\d+)$", last, re.M) if re.fullmatch(pattern, kind))


def on_ice40(row: Row, folder: pathlib.Path, cells: dict[str, str]) -> None:
    netlist = folder / "netlist.json"
    log = yosys(row, f"synth_ice40 -top area_top -json {netlist}; stat")
    cells["iCE40 LUT4"] = str(counted(log, "SB_LUT4"))
    cells["iCE40 FF"] = str(counted(log, r"SB_DFF\w*"))
    cells["iCE40 RAM"] = str(counted(log, r"SB_RAM40_4K\w*"))
    if row.lut_only:
        cells |= {"logic cells": "-", "of the chip": "-", "MHz": "not placed", "seeds": "-"}
        return
    clocks = []
    for seed in SEEDS:
        log = run("nextpnr-ice40", "--hx8k", "--package", "ct256", "--json", str(netlist), "--seed", str(seed),
                  "--freq", "100", "--timing-allow-fail")  # fmt: skip
        used = re.search(r"ICESTORM_LC: +(\d+)/", log)
        cells["logic cells"] = used[1] if used else "-"
        cells["of the chip"] = f"{100 * int(used[1]) / CHIP:.0f} %" if used else "-"
        found = re.findall(r"Max frequency for clock.*?: ([\d.]+) MHz", log)
        if not found:
            cells |= {"MHz": "does not fit", "seeds": "-"}
            return
        clocks.append(float(found[-1]))
    cells["MHz"] = f"{statistics.median(clocks):.1f}"
    cells["seeds"] = f"{min(clocks):.0f} to {max(clocks):.0f}"


def measure(row: Row) -> dict[str, str]:
    cells = {"memory": row.name}
    with tempfile.TemporaryDirectory(prefix="copyscope-area-") as name:
        on_ice40(row, pathlib.Path(name), cells)
    if row.lut_only:
        return cells | {"LUT6": "-", "OSU018 cells": "-"}
    logic = "hierarchy -top area_top; rename -top area_top; blackbox *memo_ram*; synth -flatten -top area_top"
    log = yosys(row, f"{logic} -lut 6; stat")
    cells["LUT6"] = str(counted(log, r"\$lut"))
    log = yosys(row, f"{logic}; dfflibmap -liberty {LIBERTY}; abc -liberty {LIBERTY}; opt_clean; stat")
    cells["OSU018 cells"] = str(counted(log, r"[A-Z][A-Z0-9]*X\d+"))
    return cells


def versions() -> str:
    told = run("yosys", "-V").split()[1], run("nextpnr-ice40", "--version").strip().rsplit(" ", 1)[-1].strip("()\n")
    return f"yosys {told[0]}, nextpnr-ice40 {told[1].removeprefix('Version ')}"


def write(rows: list[dict[str, str]]) -> None:
    lines = [
        "# What the memories cost",
        "",
        f"Measured by `make area` with {versions()} (Debian 12) and the OSU 0.18 um cells of",
        "qflow-tech-osu018; `make area-check` measures again and compares. Values have 32 bits; some 140 registers at",
        "the pins are counted in. The CAM's values and the other two's entries lie in RAM: blocks of 4 kbit on iCE40,",
        "left out of the last two columns, which count logic (LUT6: without its registers).",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(row[column] for column in COLUMNS) + " |" for row in rows),
        "",
    ]
    TABLE.write_text("\n".join(lines))


def committed() -> dict[str, dict[str, str]]:
    rows = [line.strip("| \n").split(" | ") for line in TABLE.read_text().splitlines() if " | " in line]
    return {cells[0]: dict(zip(COLUMNS, cells, strict=True)) for cells in rows[1:]}


def apart(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What differs by more than the table allows."""
    found = []
    for column in (*NUMBERS, "MHz"):
        within = CLOCK_WITHIN if column == "MHz" else CELLS_WITHIN
        try:
            before, now = float(old[column]), float(new[column])
        except ValueError:  # "does not fit", "-"
            same = old[column] == new[column]
        else:
            same = abs(now - before) <= within * before
        if not same:
            found.append(f"{old['memory']}: {column} {new[column]}, the table says {old[column]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with hw/AREA.md")
    parser.add_argument("--only", default="", metavar="NAME", help="rows whose name begins so")
    chosen = parser.parse_args()
    missing = [tool for tool in ("yosys", "nextpnr-ice40") if not shutil.which(tool)]
    missing += [] if LIBERTY.exists() else [str(LIBERTY)]
    if missing:
        print(f"hw/syn/area.py: not installed: {', '.join(missing)}; run `tests/setup hw`", file=sys.stderr)
        return 3
    rows, differences = [], []
    for row in (row for row in ROWS if row.name.startswith(chosen.only)):
        rows.append(measure(row))
        print("  ".join(f"{column} {rows[-1][column]}" for column in COLUMNS), flush=True)
        if chosen.check:
            known = committed().get(row.name)
            differences += apart(known, rows[-1]) if known else [f"{row.name}: not in the table"]
        elif not chosen.only:
            write(rows)
    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
