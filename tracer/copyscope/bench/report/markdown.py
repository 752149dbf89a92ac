"""The report as Markdown: pictures are files beside it."""

from __future__ import annotations

from copyscope.bench.report.model import Block, Code, Document, Figure, Table, Text, Warnings


def text(document: Document, folder: str) -> str:
    """The whole; `folder`: where the pictures are, as seen from the file."""
    out = [f"# {_plain(document.title)}", _plain(document.subtitle)]
    for section in document.sections:
        out += [f"## {_plain(section.title)}", *(_block(block, folder) for block in section.blocks)]
    return "\n\n".join(out) + "\n"


def pictures(document: Document) -> dict[str, str]:
    """The SVG of each figure, by the name of its file."""
    return {f"{b.name}.svg": b.svg for s in document.sections for b in s.blocks if isinstance(b, Figure)}


def _plain(words: str) -> str:
    """Text in which nothing is a mark of Markdown or HTML."""
    for mark in "\\`*_[]<>|#":
        words = words.replace(mark, "\\" + mark)
    return " ".join(words.split())


def _block(block: Block, folder: str) -> str:
    if isinstance(block, Text):
        return _plain(block.text)
    if isinstance(block, Code):
        fence = "```"
        while fence in block.text:
            fence += "`"
        return f"{fence}\n{block.text.rstrip()}\n{fence}"
    if isinstance(block, Warnings):
        return "\n".join(f"- **{_plain(line)}**" for line in block.lines)
    if isinstance(block, Table):
        return _table(block)
    return f"![{_plain(block.caption)}]({folder}/{block.name}.svg)\n\n**{_plain(block.caption)}** {_made(block)}"


def _made(block: Table | Figure) -> str:
    source = f"({block.source}) " if block.source else ""
    command = f" `{block.command}`" if block.command else ""
    return f"{source}{_plain(block.how)}{command}".strip()


def _table(table: Table) -> str:
    lines = [f"**{_plain(table.caption)}**", ""]
    lines += [_line([_plain(c) or " " for c in table.columns]), _line(["---"] * len(table.columns))]
    lines += [_line([_plain(cell) for cell in row]) for row in table.rows]
    return "\n".join([*lines, "", _made(table)])


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
