"""How a trace shows itself in a notebook, and the cell magic `%%copyscope`. Needs no IPython until it is there."""

from __future__ import annotations

import html
import os
import tempfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copyscope.recording import Event, Object, Trace

ROWS_SHOWN = 12
TEXT_SHOWN = 60
CELL = "padding:1px 10px 1px 0;text-align:left;font-family:monospace"


def to_html(t: Trace, path: str | None = None) -> str:
    """A small table by itself: no script, nothing fetched, every text from the trace escaped."""
    events, objects, families = t.events, t.objects, t.families
    rows = [_row(n, e, objects) for n, e in enumerate(events[:ROWS_SHOWN], 1)]
    more = f"<div>and {len(events) - ROWS_SHOWN:,} more</div>" if len(events) > ROWS_SHOWN else ""
    counts = ", ".join(f"{name} {n:,}" for name, n in families.items())
    head = "".join(f'<th style="{CELL}">{title}</th>' for title in ("n", "event", "object", "outcome", "probes"))
    return (
        '<div style="line-height:1.35"><b>copyscope trace</b>: '
        f"{len(events):,} events, {len(objects):,} objects<br>{html.escape(counts)}<br>"
        f"verdict: {html.escape(verdict_text(t.verdict))}{_state(t)}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{more}"
        f"<div>{_open_with(path)}</div></div>"
    )


def verdict_text(verdict: dict[str, Any] | None) -> str:
    """The verdict in words."""
    if not isinstance(verdict, dict) or verdict.get("state") not in ("equal", "differs"):
        note = verdict.get("where") if isinstance(verdict, dict) else None
        return f"not checked against copy.py{f': {note}' if note else ''}"
    equal, total, against = (verdict.get(k) for k in ("equal", "total", "against"))
    text = f"{equal} of {total} compared events equal to {against}"
    return text if verdict["state"] == "equal" else f"{text}; they part at {verdict.get('where')}"


def _state(t: Trace) -> str:
    exception = t.meta.get("exception")
    text = f"; the copy raised {exception}" if exception else ""
    if t.error:
        text += f"; the trace is not whole: {t.error}"
    return html.escape(text)


def _row(n: int, e: Event, objects: list[Object]) -> str:
    outcome = "" if e.outcome is None else ("hit" if e.outcome else "miss") if e.event.startswith("memo") else e.outcome
    probes = f"{e.probes} of {1 << e.log2_slots}" if e.probes and e.event.startswith(("memo", "keep")) else ""
    cells = (n, e.event, _label(e.obj, objects), outcome, probes)
    return "<tr>" + "".join(f'<td style="{CELL}">{html.escape(str(c))}</td>' for c in cells) + "</tr>"


def _label(ref: int, objects: list[Object]) -> str:
    if not 1 <= ref <= len(objects):
        return ""
    o = objects[ref - 1]
    text = o.name or o.text or f"<{o.type} {o.addr & 0xFFFFFF:06x}>"
    return text if len(text) <= TEXT_SHOWN else text[: TEXT_SHOWN - 1] + "…"


def _open_with(path: str | None) -> str:
    if path is None:
        return "to open it in the page: <code>t.save('t.cst')</code>, then <code>copyscope serve t.cst</code>"
    return f"to open it in the page: <code>copyscope serve {html.escape(path)}</code>"


# ---- the cell magic ----


def copyscope_magic(line: str, cell: str, shell: Any) -> Any:
    """`%%copyscope [OUT.cst]`: runs the cell and records every deep copy it makes; shows the last one recorded.

    Without OUT.cst the trace goes into a temporary file, whose name is shown.
    """
    from copyscope.program import AlreadyRecordingError
    from copyscope.record import record

    path = line.strip() or os.path.join(tempfile.mkdtemp(prefix="copyscope-"), "cell.cst")
    try:
        with record(path) as r:
            shell.run_cell(cell)
    except (OSError, AlreadyRecordingError) as e:
        print(f"%%copyscope: {e}")
        return None
    return Shown(r.path, r.calls["recorded"], r.trace)


class Shown:
    """What a recorded cell shows of itself."""

    def __init__(self, path: str, calls: int, trace: Trace):
        self.path, self.calls, self.trace = path, calls, trace

    def __repr__(self) -> str:
        return f"<{self.calls:,} calls of deepcopy, {len(self.trace.events):,} events: {self.path}>"

    def _repr_html_(self) -> str:
        return f"<div>{self.calls:,} calls of deepcopy</div>{to_html(self.trace, self.path)}"


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext copyscope`."""

    def magic(line: str, cell: str) -> Any:
        return copyscope_magic(line, cell, shell)

    magic.__doc__ = copyscope_magic.__doc__
    shell.register_magic_function(magic, "cell", "copyscope")


def register_if_running() -> None:
    """Makes the magic known where copyscope is imported inside IPython."""
    import sys

    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        load_ipython_extension(shell)
