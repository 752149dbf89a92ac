"""The published figures that this study repeats: means and standard deviations under pyperf, % saved, counters.

Their CPython is not named; the line numbers they cite fit 3.10 and 3.11.
"""

from __future__ import annotations

from typing import NamedTuple

SCENARIOS = ("deepcopy", "deepcopy_reduce", "deepcopy_memo")
BASELINE, MERGED = "stdlib", "report-merged"


class Mean(NamedTuple):
    """Microseconds."""

    mean: float
    deviation: float


MEANS = {
    BASELINE: {"deepcopy": Mean(665, 4), "deepcopy_reduce": Mean(5.80, 0.06), "deepcopy_memo": Mean(79.7, 0.4)},
    MERGED: {"deepcopy": Mean(496, 5), "deepcopy_reduce": Mean(4.51, 0.04), "deepcopy_memo": Mean(67.5, 0.5)},
}
SAVED = {"deepcopy": 25.41, "deepcopy_reduce": 22.24, "deepcopy_memo": 15.31}
MIDDLE = {
    "report-fastpath": {"deepcopy": 7.0, "deepcopy_reduce": 8.3, "deepcopy_memo": -2.5},
    "report-memo": {"deepcopy": 22.6, "deepcopy_reduce": 12.8, "deepcopy_memo": 18.0},
    "report-merged": {"deepcopy": 26.1, "deepcopy_reduce": 21.2, "deepcopy_memo": 15.7},
}
MIDDLE_TITLES = {"report-fastpath": "FASTPATH", "report-memo": "MEMO ONLY", "report-merged": "MERGED"}
# Redone by hand: percent saved on CPython 3.11 and 3.13.
BY_HAND = {
    "report-memo": {"deepcopy": (20, 21), "deepcopy_reduce": (11, 13), "deepcopy_memo": (13, 18)},
    "tuple path alone": {"deepcopy": (7, 8), "deepcopy_reduce": (0, 1), "deepcopy_memo": (-3, -2)},
    "reduce path alone": {"deepcopy": (-3, 0), "deepcopy_reduce": (10, 11), "deepcopy_memo": (0, 0)},
    "report-merged": {"deepcopy": (23, 23), "deepcopy_reduce": (22, 23), "deepcopy_memo": (11, 16)},
    "cpython-3.14": {"deepcopy": (24, 23), "deepcopy_reduce": (16, 14), "deepcopy_memo": (22, 23)},
}
# Baseline, merged.
COUNTERS = {
    "L1-dcache-load-misses": (1.906e9, 1.674e9),
    "L1-dcache-loads": (1.060e11, 8.228e10),
    "LLC-load-misses": (9.787e6, 5.846e6),
    "LLC-loads": (2.018e8, 2.251e8),
    "branch-misses": (2.915e8, 2.695e8),
    "branches": (6.704e10, 5.322e10),
    "context-switches": (4.205e3, 4.271e3),
    "cpu-migrations": (1.080e2, 4.300e1),
    "cycles": (1.381e11, 1.106e11),
    "dTLB-load-misses": (2.589e7, 2.318e7),
    "dTLB-loads": (1.047e11, 8.386e10),
    "iTLB-load-misses": (1.141e7, 9.338e6),
    "iTLB-loads": (2.402e7, 2.146e7),
    "instructions": (3.603e11, 2.823e11),
    "page-faults": (2.350e5, 2.352e5),
    "task-clock": (5.403e4, 4.385e4),
    "time-elapsed": (5.621e1, 4.586e1),
}
LOOP_SHARE = (58.0, 52.0)  # percent of samples in the interpreter loop
DISPATCH_SHARE = (50.0, 34.0)  # percent of the flame graph: "over 50 %", "about 34 %"
