"""Figures of rounds: medians, intervals by bootstrap, ratios that are taken round by round."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

RESAMPLES = 1_000
CONFIDENCE = 0.95


class Figure(NamedTuple):
    """A median and the interval that holds it with 95 % confidence; rounds: how many it is of."""

    value: float
    low: float
    high: float
    rounds: int

    def map(self, function: Callable[[float], float]) -> Figure:
        """The figure of a function that rises or falls throughout."""
        low, high = sorted((function(self.low), function(self.high)))
        return Figure(function(self.value), low, high, self.rounds)


def bootstrap(values: Sequence[float], seed: int = 0) -> Figure:
    """Median and percentile interval. The seed is fixed: the same rounds give the same interval.

    Of fewer than four rounds the interval is from the smallest to the largest.
    """
    if not values:
        raise ValueError("no values")
    middle = statistics.median(values)
    if len(values) < 4:
        return Figure(middle, min(values), max(values), len(values))
    source = random.Random(seed)
    medians = sorted(statistics.median(source.choices(values, k=len(values))) for _ in range(RESAMPLES))
    tail = round((1 - CONFIDENCE) / 2 * RESAMPLES)
    return Figure(middle, medians[tail], medians[-1 - tail], len(values))


def ratio(mine: Sequence[float | None], baseline: Sequence[float | None]) -> Figure | None:
    """Mine over the baseline's, round by round; None where no round has both."""
    both = [a / b for a, b in zip(mine, baseline, strict=False) if a is not None and b]
    return bootstrap(both) if both else None


def measured(values: Sequence[float | None]) -> list[float]:
    """The rounds that were measured."""
    return [v for v in values if v is not None]


def is_noise(saved: Figure) -> bool:
    """Whether a difference could be none: zero is in its interval, or it has none, being of one round."""
    return saved.rounds < 2 or saved.low <= 0.0 <= saved.high


def saving(of: Figure) -> Figure:
    """Percent of time saved, of a ratio to the baseline."""
    return of.map(lambda r: 100.0 * (1.0 - r))
