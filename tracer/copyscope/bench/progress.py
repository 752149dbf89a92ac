"""Progress on a terminal: one line that is written over; elsewhere, a line for each stage."""

from __future__ import annotations

import sys
import time

WIDTH = 24
EVERY_S = 0.1


class Progress:
    """How far a run is. total: units of all stages, known or guessed before."""

    def __init__(self, total: int):
        self.total, self.done, self.stage = max(1, total), 0, ""
        self.start = self.last = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def begin(self, stage: str) -> None:
        """Names the stage that begins."""
        self.stage = stage
        if not self.terminal:
            print(f"{self._elapsed()} {stage}", file=sys.stderr, flush=True)

    def step(self, what: str, units: int = 1) -> None:
        """So many units are done; what is at work now."""
        self.done += units
        now = time.monotonic()
        if not self.terminal or now - self.last < EVERY_S:
            return
        self.last = now
        share = min(1.0, self.done / self.total)
        bar = "#" * round(share * WIDTH)
        print(
            f"\r[{bar:<{WIDTH}}] {100 * share:3.0f} % {self._elapsed()} {self.stage}: {what}"[:118] + "\x1b[K",
            end="",
            file=sys.stderr,
            flush=True,
        )

    def clear(self) -> None:
        """Takes the line away."""
        if self.terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _elapsed(self) -> str:
        minutes, seconds = divmod(round(time.monotonic() - self.start), 60)
        return f"{minutes}:{seconds:02}"
