"""The study's plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from copyscope.bench.figures import Figure, is_noise
from copyscope.bench.report.svg import FAINT, INK, PAPER, SERIES, SOFT, Drawing

WIDTH = 960.0


class Bar(NamedTuple):
    """A row of a bar chart; published: a figure to stand beside it."""

    label: str
    value: Figure
    published: float | None = None
    series: int = 0


def bars(title: str, groups: Sequence[tuple[str, Sequence[Bar]]], unit: str = "% saved") -> str:
    """Bars with 95 % whiskers, in groups; a hollow diamond is the published figure."""
    rows = sum(len(bars) for _, bars in groups)
    height = 46 + rows * 22 + len(groups) * 30
    d = Drawing(WIDTH, height, title)
    every = [v for _, bars in groups for b in bars for v in (b.value.low, b.value.high, b.published or 0.0)]
    low, high = max(-60.0, min([0.0, *every])), max([10.0, *every])
    left, right = 270.0, WIDTH - 30

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / (high - low) * (right - left)

    step = 10 if high - low < 120 else 25
    for tick in range(int(low // step) * step, int(high) + step, step):
        if low <= tick <= high:
            d.line(x(tick), 26, x(tick), height - 16, INK if tick == 0 else FAINT)
            d.text(x(tick), 18, f"{tick:+d}" if tick else "0", "middle", SOFT, font_size=12)
    d.text(left - 12, 18, unit, "end", SOFT, font_size=12)
    y = 46.0
    for name, group in groups:
        d.text(12, y + 4, name, font_weight=600)
        y += 14
        for bar in group:
            _bar(d, bar, x, y)
            y += 22
        y += 16
    return d.svg()


def _bar(d: Drawing, bar: Bar, x, y: float) -> None:
    colour = SERIES[bar.series % len(SERIES)]
    noise = is_noise(bar.value)
    a, b = sorted((x(0), x(bar.value.value)))
    d.text(258, y + 12, bar.label, "end")
    d.rect(a, y + 2, max(b - a, 1), 13, colour, fill_opacity=0.35 if noise else 0.85)
    d.line(x(bar.value.low), y + 8.5, x(bar.value.high), y + 8.5, INK, stroke_width=1.5)
    for end in (bar.value.low, bar.value.high):
        d.line(x(end), y + 5, x(end), y + 12, INK, stroke_width=1.5)
    if bar.published is not None:
        at = x(bar.published)
        d.path(f"M{at:.1f} {y + 1.5:.1f}l7 7l-7 7l-7 -7z", INK, stroke_width=1.5)


def heat(
    title: str,
    down: str,
    across: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Figure | None]],
) -> str:
    """A map of percents saved: the number in each cell, bold where it is no noise."""
    left, top, w, h = 150.0, 54.0, min(92.0, (WIDTH - 170) / max(1, len(columns))), 30.0
    d = Drawing(WIDTH, top + h * len(rows) + 14, title)
    d.text(left + w * len(columns) / 2, 18, across, "middle", SOFT)
    d.text(12, top - 12, down, "start", SOFT)
    for c, column in enumerate(columns):
        d.text(left + w * (c + 0.5), top - 12, column, "middle", font_weight=600)
    for r, row in enumerate(rows):
        d.text(left - 14, top + h * (r + 0.5) + 5, row, "end", font_weight=600)
        for c, cell in enumerate(cells[r]):
            _cell(d, left + w * c, top + h * r, w, h, cell)
    return d.svg()


def _cell(d: Drawing, x: float, y: float, w: float, h: float, cell: Figure | None) -> None:
    if cell is None:
        d.rect(x + 1, y + 1, w - 2, h - 2, "none", stroke=FAINT)
        return
    strength = min(abs(cell.value) / 70.0, 1.0)
    noise = is_noise(cell)
    base = (59, 113, 209) if cell.value > 0 else (179, 93, 0)
    mixed = tuple(round(255 - (255 - part) * strength) for part in base)
    d.rect(x + 1, y + 1, w - 2, h - 2, f"rgb{mixed}" if not noise else PAPER, stroke=FAINT)
    dark = strength > 0.6 and not noise
    d.text(x + w / 2, y + h / 2 + 5, f"{cell.value:+.0f}", "middle", "#fff" if dark else SOFT if noise else INK,
           font_weight=400 if noise else 600)  # fmt: skip


def amdahl(title: str, curves: Sequence[tuple[str, float]]) -> str:
    """How many times as fast a whole copy gets when a share of it gets that many times as fast."""
    height, left, right, top, bottom = 380.0, 70.0, WIDTH - 330, 24.0, 330.0
    d = Drawing(WIDTH, height, title)
    best = max([1.1, *(1 / (1 - min(share, 0.95)) for _, share in curves)])
    doubling = 6

    def x(power: float) -> float:
        return left + power / doubling * (right - left)

    def y(speed: float) -> float:
        return bottom - (speed - 1) / (best - 1) * (bottom - top)

    for power in range(doubling + 1):
        d.line(x(power), top, x(power), bottom)
        d.text(x(power), bottom + 20, f"{2**power}x", "middle", SOFT)
    for n in range(6):
        speed = 1 + (best - 1) * n / 5
        d.line(left, y(speed), right, y(speed))
        d.text(left - 10, y(speed) + 4, f"{speed:.2f}", "end", SOFT)
    d.text((left + right) / 2, height - 8, "the lookups get so many times as fast", "middle", SOFT)
    ends = sorted(curves, key=lambda c: -c[1])
    at = top - 24
    for n, (name, share) in enumerate(ends):
        colour = SERIES[n % len(SERIES)]
        points = [(p / 8, 1 / (1 - share + share / 2 ** (p / 8))) for p in range(doubling * 8 + 1)]
        d.path("M" + "L".join(f"{x(p):.1f} {y(s):.1f}" for p, s in points), colour, stroke_width=2.2,
               stroke_dasharray=("none", "7 4", "2 3")[n // len(SERIES) % 3])  # fmt: skip
        at = max(at + 34, y(points[-1][1]) - 4)
        d.line(right + 4, y(points[-1][1]), right + 22, at, colour)
        d.text(right + 28, at + 1, name, fill=colour, font_weight=600)
        d.text(
            right + 28,
            at + 16,
            f"{100 * share:.1f} % of the copy: at most {1 / (1 - share):.2f}x",
            fill=SOFT,
            font_size=12,
        )
    d.height = max(height, at + 30)
    return d.svg()


BLOCKS = (  # x, y, w, h, title, line, hardware
    (30, 60, 200, 64, "Python program", "calls copy.deepcopy(x)", False),
    (30, 164, 200, 64, "copy.py, or the C engine", "asks: seen this id before?", False),
    (30, 268, 200, 64, "interpreter, libc", "loads, stores, memory", False),
    (330, 164, 200, 64, "memo driver", "lookup, insert, clear; spill", False),
    (660, 60, 250, 64, "CAM: keys, values, valid", "all entries compared at once", True),
    (660, 164, 250, 64, "priority encoder, control", "hit and value, or miss; full", True),
    (660, 268, 110, 64, "caches", "L1 to LLC", True),
    (800, 268, 110, 64, "memory", "controller, DRAM", True),
    (330, 268, 200, 64, "memo dict", "what does not fit", False),
)
ARROWS = (
    ((130, 124), (130, 164), ""),
    ((130, 228), (130, 268), ""),
    ((230, 196), (330, 196), "id(x)"),
    ((530, 196), (660, 196), "request, answer"),
    ((785, 164), (785, 124), ""),
    ((430, 228), (430, 268), "spill"),
    ((530, 300), (660, 300), ""),
    ((770, 300), (800, 300), ""),
    ((230, 300), (330, 300), ""),
)


def blocks(title: str) -> str:
    """The proposal: what of it is software, and what is hardware."""
    d = Drawing(WIDTH, 360, title)
    d.rect(14, 34, 532, 312, "#eef3fb", rx=8)
    d.rect(640, 34, 288, 312, "#fbf1e6", rx=8)
    d.text(28, 26, "software", fill=SERIES[0], font_weight=600)
    d.text(654, 26, "hardware", fill=SERIES[1], font_weight=600)
    for x, y, w, h, name, line, hard in BLOCKS:
        d.rect(x, y, w, h, "#fff", stroke=SERIES[1] if hard else SERIES[0], rx=4, stroke_width=1.5)
        d.text(x + w / 2, y + 27, name, "middle", font_weight=600)
        d.text(x + w / 2, y + 47, line, "middle", SOFT, font_size=12)
    for (x1, y1), (x2, y2), label in ARROWS:
        d.path(_arrow(x1, y1, x2, y2), INK, stroke_width=1.6)
        if label:
            beside = x1 == x2
            d.text((x1 + x2) / 2 + (8 if beside else 0), (y1 + y2) / 2 + (4 if beside else -8), label,
                   "start" if beside else "middle", SOFT, font_size=12)  # fmt: skip
    return d.svg()


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    back, side = 7, 4
    left = f"{x2 - dx * back - dy * side} {y2 - dy * back - dx * side}"
    right = f"{x2 - dx * back + dy * side} {y2 - dy * back + dx * side}"
    return f"M{x1} {y1}L{x2} {y2}M{left}L{x2} {y2}L{right}"
