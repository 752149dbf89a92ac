"""What a report is made of, before it is HTML or Markdown."""

from __future__ import annotations

import dataclasses

Cell = str | int | float


@dataclasses.dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclasses.dataclass(frozen=True)
class Warnings:
    """What must be known before the figures are believed."""

    lines: list[str]


@dataclasses.dataclass(frozen=True)
class Code:
    """Lines as they are."""

    text: str


@dataclasses.dataclass(frozen=True)
class Table:
    """how: how its figures were made; command: what repeats it; source: recorded, measured, simulated, published.

    numbers: the columns that are figures. marks: (row, column) and a class for a cell that stands out.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    how: str = ""
    command: str = ""
    source: str = ""
    marks: dict[tuple[int, int], str] = dataclasses.field(default_factory=dict)
    wide: tuple[int, ...] = ()  # columns of prose


@dataclasses.dataclass(frozen=True)
class Figure:
    """A picture; text: what it shows, for who does not see it."""

    name: str
    caption: str
    svg: str
    text: str
    how: str = ""
    command: str = ""
    source: str = ""


Block = Text | Warnings | Code | Table | Figure


@dataclasses.dataclass
class Section:
    """A heading and what stands under it."""

    name: str
    title: str
    blocks: list[Block] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Document:
    """A whole report."""

    title: str
    subtitle: str
    sections: list[Section]
