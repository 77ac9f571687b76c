"""The one pass over every candle that the measures need, compiled, without the GIL. Imports numba: import it only when needed."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_DAY = 86_400_000_000_000


@njit(cache=True, nogil=True)
def last_of_each_day(time: NDArray[np.int64], equity: NDArray[np.float64], capital: float) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
    """UTC day numbers, the last equity of each, and the deepest fall from a peak at any candle (a fraction, 0 or below)."""
    rows = len(time)
    count = 0
    next_day = -(2**62)
    for row in range(rows):
        if time[row] >= next_day:
            count += 1
            next_day = (time[row] // _DAY + 1) * _DAY
    days = np.empty(count, np.int64)
    values = np.empty(count, np.float64)
    day = -1
    next_day = -(2**62)
    peak, trough, deepest = capital, capital, 0.0
    for row in range(rows):
        value = equity[row]
        if time[row] >= next_day:
            day += 1
            days[day] = time[row] // _DAY
            next_day = (days[day] + 1) * _DAY
        values[day] = value
        if value > peak:
            deepest = min(deepest, trough / peak - 1.0)
            peak, trough = value, value
        elif value < trough:
            trough = value
    return days, values, min(deepest, trough / peak - 1.0)


@njit(cache=True, nogil=True)
def rows_held(entry_row: NDArray[np.int64], exit_row: NDArray[np.int64]) -> int:
    """How many candles lie within at least one trade, entry and exit candle included; entries sorted by row."""
    held, reached = 0, -1
    for trade in range(len(entry_row)):
        first = max(entry_row[trade], reached + 1)
        if exit_row[trade] >= first:
            held += exit_row[trade] - first + 1
            reached = exit_row[trade]
    return held
