"""Indicators that TA-Lib lacks, as compiled loops that release the GIL. Imports numba: import this module only when needed."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


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
