"""The report as one HTML file: styles, pictures and script inside."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from copyscope.bench.report.model import Block, Code, Document, Figure, Section, Table, Text, Warnings

HERE = Path(__file__).parent
TEMPLATE = HERE / "template.html"
PLACE = re.compile(r"\{\{\s*([a-z][a-z:-]*)\s*\}\}")


class TemplateError(Exception):
    """A template cannot be filled; the message is one line."""


def page(document: Document, template: str = "", name: str = "the template") -> str:
    """The document in a template: ours, or the text of another. Raises TemplateError."""
    sections = {section.name: _section(section) for section in document.sections}
    values = {
        "title": escape(document.title),
        "subtitle": escape(document.subtitle),
        "style": (HERE / "report.css").read_text(encoding="utf-8"),
        "contents": _contents(document),
        "body": "\n".join(sections.values()),
        **{f"section:{key}": text for key, text in sections.items()},
    }

    def fill(match: re.Match[str]) -> str:
        key = match[1]
        if key not in values and not key.startswith("section:"):
            raise TemplateError(f"{name}: there is no {{{{{key}}}}}; there are {', '.join(sorted(values))}")
        return values.get(key, "")  # a section of what was not measured is left out

    text = template or TEMPLATE.read_text(encoding="utf-8")
    if not any(m[1] == "body" or m[1].startswith("section:") for m in PLACE.finditer(text)):
        raise TemplateError(f"{name}: it has neither {{{{body}}}} nor a {{{{section:NAME}}}}: nothing would be shown")
    return PLACE.sub(fill, text)


def _contents(document: Document) -> str:
    items = "".join(f'<li><a href="#{s.name}">{escape(s.title)}</a></li>' for s in document.sections)
    return f"<ol>{items}</ol>"


def _section(section: Section) -> str:
    blocks = "\n".join(map(_block, section.blocks))
    return f'<section id="{section.name}"><h2>{escape(section.title)}</h2>\n{blocks}\n</section>'


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Code):
        return f"<pre><code>{escape(block.text)}</code></pre>"
    if isinstance(block, Warnings):
        return '<ul class="warnings">' + "".join(f"<li>{escape(line)}</li>" for line in block.lines) + "</ul>"
    return _table(block) if isinstance(block, Table) else _figure(block)


def _made(block: Table | Figure) -> str:
    if not block.how and not block.command:
        return ""
    command = f" <code>{escape(block.command)}</code>" if block.command else ""
    return f'<p class="made">{escape(block.how)}{command}</p>'


def _source(block: Table | Figure) -> str:
    return f' <span class="source">{escape(block.source)}</span>' if block.source else ""


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    body = "".join(_row(table, n, row) for n, row in enumerate(table.rows))
    caption = f"<caption>{escape(table.caption)}{_source(table)}</caption>"
    return (
        f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f"{_made(table)}</div>"
    )


def _row(table: Table, n: int, row: list[str]) -> str:
    cells = []
    for c, text in enumerate(row):
        kinds = [table.marks[n, c]] if (n, c) in table.marks else []
        kinds += ["wide"] if c in table.wide else ["figure"] if re.match(r"^[+-]?\d", text) else []
        kind = f' class="{" ".join(kinds)}"' if kinds else ""
        again = c == 0 and n > 0 and table.rows[n - 1][0] == text and len(row) > 2
        shown = f'<span class="again">{escape(text)}</span>' if again else escape(text)
        cells.append(f"<td{kind}>{shown}</td>")
    first = n > 0 and len(row) > 2 and table.rows[n - 1][0] != row[0]
    return f"<tr{' class=first' if first else ''}>{''.join(cells)}</tr>"


def _figure(figure: Figure) -> str:
    return (
        f'<figure id="{escape(figure.name)}">{figure.svg}'
        f"<figcaption><b>{escape(figure.caption)}</b>{_source(figure)} {escape(figure.text)}</figcaption>"
        f"{_made(figure)}</figure>"
    )
