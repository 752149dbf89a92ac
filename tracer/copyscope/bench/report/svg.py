"""The drawing of charts as SVG: one line of Python for one mark."""

from __future__ import annotations

from html import escape

SANS = "Inter, system-ui, 'DejaVu Sans', sans-serif"
MONO = "'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', monospace"
INK, SOFT, FAINT, PAPER = "#111518", "#49525a", "#d5d6d0", "#fbfbf8"
# Okabe and Ito's set, dark enough on paper; each series has a shape or a place of its own as well.
SERIES = ("#3b71d1", "#b35d00", "#005a48", "#8e3b8a", "#a00b0c", "#626b72")


class Drawing:
    """Marks in the order they are drawn."""

    def __init__(self, width: float, height: float, title: str):
        self.width, self.height, self.title = width, height, title
        self.marks: list[str] = []

    def rect(self, x: float, y: float, w: float, h: float, fill: str, **more: object) -> None:
        """A rectangle."""
        self.marks.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"{_more(more)}/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str = FAINT, **more: object) -> None:
        """A line."""
        self.marks.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}"{_more(more)}/>'
        )

    def path(self, d: str, stroke: str, **more: object) -> None:
        """A path that is not filled."""
        self.marks.append(f'<path d="{d}" fill="none" stroke="{stroke}"{_more(more)}/>')

    def text(self, x: float, y: float, text: object, anchor: str = "start", fill: str = INK, **more: object) -> None:
        """A line of text."""
        where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
        self.marks.append(f'<text {where} fill="{fill}"{_more(more)}>{escape(str(text))}</text>')

    def svg(self) -> str:
        """The whole, to stand by itself or in a page."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'font-family="{SANS}" font-size="13"><title>{escape(self.title)}</title>{"".join(self.marks)}</svg>'
        )


def _more(more: dict[str, object]) -> str:
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in more.items())
