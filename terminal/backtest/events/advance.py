"""Finds the next candle that an order can feel, over any number that none can.

The event path asks it where a strategy sleeps or has just woken.
"""

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def next_touched(times, highs, lows, first, last, lower, upper, due):  # type: ignore[no-untyped-def] # arrays of the candles' columns
    """The first row from `first` on that leaves the prices between `lower` and `upper`, or begins at `due` (UTC ns); `last` where none does."""
    for row in range(first, last):
        if lows[row] <= lower or highs[row] >= upper or times[row] >= due:
            return row
    return last
