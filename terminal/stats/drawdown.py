"""How far and how long an equity curve lay below its earlier peak, day by day.

Depths are fractions, 0 or negative; the capital counts as the first peak.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.stats.returns import mean


@dataclass(frozen=True, slots=True)
class Drawdowns:
    """The falls of one equity curve: deepest, mean of each fall's depth, longest and mean length in calendar days, ulcer index."""

    deepest: float
    average: float
    longest_days: float
    average_days: float
    ulcer: float


def below_peak(values: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    """Each day's distance from the highest value so far, `start` included: 0 at a peak, −0.1 ten per cent below it."""
    return values / np.maximum(np.maximum.accumulate(values), start) - 1.0


def drawdowns(days: NDArray[np.int64], values: NDArray[np.float64], start: float) -> Drawdowns:
    """The falls of daily `values`; a fall lasts from its peak's day to the day of recovery, or to the end.

    Depth as empyrical `max_drawdown`; lengths as backtesting.py; ulcer index after Peter Martin (1987), in fractions.
    """
    if not len(values):
        return Drawdowns(math.nan, math.nan, math.nan, math.nan, math.nan)
    depth = below_peak(values, start)
    ulcer = math.sqrt(mean(depth**2))
    turns = np.flatnonzero(np.diff(depth < 0, prepend=False, append=False))  # where a fall begins, where it is over, in turns
    first, after = turns[::2], turns[1::2]
    if not len(first):
        return Drawdowns(0.0, 0.0, 0.0, 0.0, ulcer)
    peak_day = np.where(first > 0, days[np.maximum(first - 1, 0)], days[0] - 1)
    lengths = days[np.minimum(after, len(days) - 1)] - peak_day
    depths = np.minimum.reduceat(np.append(depth, 0.0), turns)[::2]
    return Drawdowns(float(depth.min()), mean(depths), float(lengths.max()), mean(lengths), ulcer)
