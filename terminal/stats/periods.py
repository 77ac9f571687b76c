"""Daily returns put together by week, month, quarter and year, and what the best, the worst and the usual of them were.

Periods are those of the UTC calendar; the first and the last may be parts of one.
"""

import math

import numpy as np
from numpy.typing import NDArray

Returns = NDArray[np.float64]
Whole = NDArray[np.int64]

MONDAY_FIRST = 3
"""1970 began on a Thursday: day number + 3 counts from a Monday."""


def weeks_of(days: Whole) -> Whole:
    """The number of the ISO week, counted from the one that held 1 January 1970, of each of `days` (UTC day numbers)."""
    return (days + MONDAY_FIRST) // 7


def months_of(days: Whole) -> Whole:
    """The number of the month since January 1970 of each of `days`."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def quarters_of(days: Whole) -> Whole:
    """The number of the quarter since January 1970 of each of `days`."""
    return months_of(days) // 3


def years_of(days: Whole) -> Whole:
    """The year of each of `days`."""
    return months_of(days) // 12 + 1970


def compounded(returns: Returns, period: Whole) -> tuple[Whole, Returns]:
    """The periods in which there are days, and the return of each: Π(1 + r) − 1. As empyrical `aggregate_returns`."""
    if not len(returns):
        return np.zeros(0, np.int64), np.zeros(0)
    first = np.flatnonzero(np.concatenate(([True], period[1:] != period[:-1])))
    return period[first], np.multiply.reduceat(1.0 + returns, first) - 1.0


def best(returns: Returns) -> float:
    """The highest of `returns`, NaN of none. As quantstats `best`."""
    return float(np.max(returns)) if len(returns) else math.nan


def worst(returns: Returns) -> float:
    """The lowest of `returns`, NaN of none. As quantstats `worst`."""
    return float(np.min(returns)) if len(returns) else math.nan


def positive_share(returns: Returns) -> float:
    """The share of `returns` above 0. quantstats `win_rate` leaves returns of exactly 0 out of the count; here they are not won."""
    return float(np.mean(returns > 0)) if len(returns) else math.nan


def mean(returns: Returns) -> float:
    """The arithmetic mean of `returns`, NaN of none."""
    return float(np.mean(returns)) if len(returns) else math.nan


def geometric_mean(returns: Returns) -> float:
    """The return that, every period the same, compounds to the same end: Π(1 + r)^(1/n) − 1. As quantstats `expected_return`."""
    if not len(returns):
        return math.nan
    grown = float(np.prod(1.0 + returns))
    return grown ** (1.0 / len(returns)) - 1.0 if grown > 0 else -1.0


def mean_gain(returns: Returns) -> float:
    """The mean of `returns` above 0, NaN without one. As quantstats `avg_win`."""
    return mean(returns[returns > 0])


def mean_loss(returns: Returns) -> float:
    """The mean of `returns` below 0, NaN without one. As quantstats `avg_loss`."""
    return mean(returns[returns < 0])


def longest_run(flags: NDArray[np.bool_]) -> int:
    """The largest number of True values in a row. As quantstats `consecutive_wins` where the flags are returns above 0."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).view(np.int8)))
    return int(np.max(edges[1::2] - edges[::2])) if len(edges) else 0


def mean_run(flags: NDArray[np.bool_]) -> float:
    """The mean number of True values in a row, NaN without one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).view(np.int8)))
    return float(np.mean(edges[1::2] - edges[::2])) if len(edges) else math.nan
