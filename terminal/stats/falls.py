"""Every fall of an equity curve as a table, and the measures that weigh them: pain, Martin, Sterling, Burke, recovery, drawdown at risk.

Values are the last equity of each day, `start` (the capital) is the first peak; depths are fractions, 0 or negative.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from terminal.stats.drawdown import below_peak

Values = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Falls:
    """The falls from peak to recovery, a row each, oldest first, and each day's distance from the peak before it."""

    peak: Whole
    """UTC day number of the peak; the day before the first one where the capital was the peak."""
    valley: Whole
    """The day of the deepest point."""
    recovery: Whole
    """The day on which the peak was reached again, −1 where it was not."""
    end: Whole
    """The day of recovery, or the last day."""
    depth: Values
    below: Values
    """One value a day, not a fall."""

    @cached_property
    def days(self) -> Whole:
        """Calendar days from peak to recovery, or to the end. As backtesting.py; quantstats counts the first day too."""
        return self.end - self.peak

    @cached_property
    def falling_days(self) -> Whole:
        """Calendar days from peak to valley."""
        return self.valley - self.peak

    @cached_property
    def recovery_days(self) -> Whole:
        """Calendar days from valley to recovery, or to the end."""
        return self.end - self.valley

    def worst(self, count: int = 5) -> NDArray[np.intp]:
        """The rows of the `count` deepest falls, deepest first."""
        return np.argsort(self.depth, kind="stable")[:count]


def falls(days: Whole, values: Values, start: float) -> Falls:
    """All falls of daily `values`. Depths as empyrical `max_drawdown` and quantstats `drawdown_details`."""
    below = below_peak(values, start) if len(values) else np.zeros(0)
    edges = np.diff(np.concatenate(([False], below < 0, [False])).astype(np.int8))
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    valleys = np.array([low + int(np.argmin(below[low:high])) for low, high in zip(first, after, strict=True)], np.int64)
    if not len(first):
        none = np.zeros(0, np.int64)
        return Falls(none, none, none, none, np.zeros(0), below)
    last = len(days) - 1
    return Falls(
        peak=np.where(first > 0, days[np.maximum(first - 1, 0)], days[0] - 1),
        valley=days[valleys],
        recovery=np.where(after <= last, days[np.minimum(after, last)], -1),
        end=days[np.minimum(after, last)],
        depth=below[valleys],
        below=below,
    )


def pain_index(below: Values) -> float:
    """mean(|depth|) over all days. Becker; PerformanceAnalytics `PainIndex`."""
    return -float(np.mean(below)) if len(below) else math.nan


def ulcer_index(below: Values) -> float:
    """√(mean(depth²)) over all days. Martin (1987); quantstats `ulcer_index` divides by one day less."""
    return math.sqrt(float(np.mean(below**2))) if len(below) else math.nan


def pain_ratio(growth: float, below: Values, risk_free: float = 0.0) -> float:
    """Return a year (`growth`) above the risk-free rate over the pain index. PerformanceAnalytics `PainRatio`."""
    return _over(growth - risk_free, pain_index(below))


def martin_ratio(growth: float, below: Values, risk_free: float = 0.0) -> float:
    """Return a year above the risk-free rate over the ulcer index. Martin and McCann (1989); PerformanceAnalytics `MartinRatio`.

    quantstats `ulcer_performance_index` takes the total return instead.
    """
    return _over(growth - risk_free, ulcer_index(below))


def sterling_ratio(growth: float, deepest: float, added: float = 0.1) -> float:
    """Return a year over the deepest fall and ten per cent more: growth / (|deepest| + 0.1). PerformanceAnalytics `SterlingRatio`.

    Kestner's (1996) first form takes the mean of the yearly deepest falls.
    """
    return growth / (-deepest + added)


def burke_ratio(growth: float, depths: Values, risk_free: float = 0.0) -> float:
    """Return a year above the risk-free rate over √(Σ depth²) of all falls. Burke (1994), falls from peak to recovery.

    PerformanceAnalytics counts each run of negative returns as a fall of its own.
    """
    return _over(growth - risk_free, math.sqrt(float(np.sum(depths**2))))


def drawdown_at_risk(below: Values, share: float = 0.05) -> float:
    """The mean of the deepest `share` of daily depths, CDaR. Chekhlov, Uryasev and Zabarankin (2005)."""
    if not len(below):
        return math.nan
    count = int((len(below) - 1) * share) + 1
    return float(np.mean(np.partition(below, count - 1)[:count]))


def under_water(below: Values) -> float:
    """The share of days below an earlier peak."""
    return float(np.mean(below < 0)) if len(below) else math.nan


def _over(reward: float, risk: float) -> float:
    return reward / risk if risk > 0 else math.nan
