"""Indicators that TA-Lib lacks, as compiled loops that release the GIL. Imports numba: import this module only when needed."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

ROUNDING = 1e-12
"""Values that differ by less than this part of their size are equal: so much is left by the rounding of running sums."""


@njit(cache=True, nogil=True)
def trailing_bands(
    high: NDArray[np.float64], low: NDArray[np.float64], close: NDArray[np.float64], average_range: NDArray[np.float64], width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The Supertrend line and its direction (+1, −1), NaN where `average_range` is."""
    rows = len(close)
    line = np.full(rows, np.nan)
    direction = np.full(rows, np.nan)
    upper, lower, rising, started = 0.0, 0.0, True, False
    for row in range(rows):
        reach = width * average_range[row]
        if np.isnan(reach):
            continue
        middle = (high[row] + low[row]) / 2
        if not started:
            upper, lower, rising, started = middle + reach, middle - reach, close[row] >= middle, True
        else:
            if middle + reach < upper or close[row - 1] > upper:
                upper = middle + reach
            if middle - reach > lower or close[row - 1] < lower:
                lower = middle - reach
            rising = close[row] >= lower if rising else close[row] > upper
        line[row] = lower if rising else upper
        direction[row] = 1.0 if rising else -1.0
    return line, direction


@njit(cache=True, nogil=True, error_model="numpy")
def crossings(line: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """True on the rows where `line` is above `other` and was not above it one row before; False where one of the four is NaN."""
    crossed = np.zeros(len(line), np.bool_)
    for row in range(1, len(line)):  # each row by itself, so that several are done at once
        is_above = line[row] - other[row] > ROUNDING * abs(other[row])
        was_not_above = line[row - 1] - other[row - 1] <= ROUNDING * abs(other[row - 1])
        crossed[row] = is_above & was_not_above
    return crossed
