"""Flame graphs as SVG: the outermost frame on top, width is cost, a search that marks and adds up.

A folded profile is {"outer;inner": cost}. Of a difference the widths are the second profile's, and the colour says
what has come (red) or gone (blue) against the first.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from copyscope.bench.report.svg import INK, MONO, SANS, SOFT

WIDTH, ROW, TOP = 1000.0, 20.0, 44.0
NARROWEST = 0.6  # units below which a frame is left out
CHARACTER = 7.25  # width of one, at the size below
SIZE = 12
DEPTH_MAX = 60
Frames = dict[str, Any]


def tree(stacks: dict[str, float]) -> Frames:
    """Frames by name, each with its cost, its own and its callees'."""
    root: Frames = {"cost": 0.0, "below": {}}
    for stack, cost in stacks.items():
        node = root
        node["cost"] += cost
        for name in stack.split(";")[:DEPTH_MAX]:
            node = node["below"].setdefault(name, {"cost": 0.0, "below": {}})
            node["cost"] += cost
    return root


def flame(title: str, stacks: dict[str, float], unit: str, before: dict[str, float] | None = None) -> str:
    """The graph of one profile, or of its difference to one before it."""
    root = tree(stacks)
    old = tree(before) if before is not None else None
    marks: list[str] = []
    deepest = _draw(marks, root, old, 0.0, 0, WIDTH / max(root["cost"], 1e-9), root["cost"], unit)
    height = TOP + ROW * (deepest + 1) + 6
    script = (Path(__file__).parent / "flame.js").read_text(encoding="utf-8")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flame" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'font-family="{SANS}" font-size="13" data-total="{root["cost"]:.0f}"><title>{escape(title)}</title>'
        f'<text x="0" y="16" font-weight="600" fill="{INK}">{escape(title)}</text>'
        f'<text class="told" x="0" y="35" fill="{SOFT}" font-size="12">{_legend(before is not None)}</text>'
        f'<foreignObject x="{WIDTH - 320}" y="2" width="320" height="34"><div xmlns="http://www.w3.org/1999/xhtml">'
        '<input class="seek" type="search" aria-label="mark frames whose name holds" placeholder="mark frames"/>'
        f'</div></foreignObject><g font-family="{escape(MONO)}" font-size="{SIZE}">{"".join(marks)}</g>'
        f"<style>{STYLE}</style><script><![CDATA[{script}]]></script></svg>"
    )


STYLE = (
    ".flame g rect:hover{stroke:#111518}.flame rect.hit{fill:#8e3b8a}.flame rect.hit+text{fill:#fff}"
    ".flame text{pointer-events:none}"
    ".flame .seek{font:13px Inter,system-ui,sans-serif;width:280px;padding:4px 8px;float:right;"
    "border:1px solid #a4a8a6;border-radius:4px;background:#fff;color:#111518}@media print{.flame .seek{display:none}}"
)


def _legend(difference: bool) -> str:
    return (
        "red: more than before, blue: less; white: as before"
        if difference
        else "width is cost; callers stand above. Yellow: memo; blue: dispatch; violet: reduce; green: containers"
    )


def _draw(
    marks: list[str], node: Frames, old: Frames | None, x: float, depth: int, scale: float, total: float, unit: str
) -> int:
    """Draws what is below a node; returns the depth that was reached."""
    deepest = depth
    for name, child in sorted(node["below"].items()):
        width = child["cost"] * scale
        was = old["below"].get(name) if old is not None else None
        if width >= NARROWEST:
            was_cost = was["cost"] if was else 0.0
            delta = None if old is None else child["cost"] - was_cost
            _frame(marks, name, child["cost"], x, depth, width, total, unit, delta)
            empty: Frames = {"cost": 0.0, "below": {}}
            below = (was or empty) if old is not None else None
            deepest = max(deepest, _draw(marks, child, below, x, depth + 1, scale, total, unit))
        x += width
    return deepest


def _frame(
    marks: list[str],
    name: str,
    cost: float,
    x: float,
    depth: int,
    width: float,
    total: float,
    unit: str,
    delta: float | None,
) -> None:
    y = TOP + depth * ROW
    share = 100 * cost / max(total, 1e-9)
    told = f"{name}: {cost:,.0f} {unit}, {share:.1f} %"
    if delta is not None:
        told += f", {100 * delta / max(total, 1e-9):+.1f} % of the whole against before"
    fill = _family(name) if delta is None else _delta(delta / max(total, 1e-9))
    marks.append(
        f'<rect x="{x:.2f}" y="{y:.1f}" width="{max(width - 0.4, 0.3):.2f}" height="{ROW - 1}" fill="{fill}" '
        f'data-name="{escape(name)}" data-cost="{cost:.0f}"><title>{escape(told)}</title></rect>'
    )
    room = int((width - 6) / CHARACTER)
    if room >= 3:
        text = name if len(name) <= room else name[: room - 1] + "…"
        marks.append(f'<text x="{x + 3:.2f}" y="{y + 14:.1f}" fill="{INK}">{escape(text)}</text>')


FAMILIES = (  # of a line's text or a C function's name; the colours are the page's, lighter
    (re.compile(r"memo(\.get|\[)|get\(d,|id\(x\)|_keep_alive|dict_(get|lookup)|_Py_dict_lookup|builtin_id"), "#ffd98a"),
    (re.compile(r"_dispatch|type\(x\)|copier|_atomic"), "#a8cdf7"),
    (re.compile(r"reduc|_reconstruct|y = func|__newobj__|setstate|object_new"), "#dfc0da"),
    (re.compile(r"append\(|y\[deepcopy|for |y = |_deepcopy_"), "#cfe5c8"),
    (re.compile(r"_PyEval_EvalFrame"), "#c9dcf5"),
)
OTHER = "#e7e4da"


def _family(name: str) -> str:
    """One colour for a name, wherever it stands."""
    text = name.split(": ", 1)[-1]
    return next((colour for pattern, colour in FAMILIES if pattern.search(text)), OTHER)


def _delta(share: float) -> str:
    strength = min(abs(share) * 8, 1.0)
    if strength < 0.02:
        return "#fff"
    base = (200, 40, 30) if share > 0 else (40, 90, 200)
    return "rgb" + str(tuple(round(255 - (255 - part) * (0.15 + 0.6 * strength)) for part in base))
