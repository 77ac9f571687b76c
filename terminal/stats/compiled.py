"""One compiled pass over what has a row per candle or per trade. Imports numba: import this module only when a figure is asked for.

`measures` and `trades` turn what these passes return into figures with names.
"""

from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

_DAY = 86_400_000_000_000
_NUMBERS = types.Array(types.float64, 1, "C", readonly=True)
_WHOLE = types.Array(types.int64, 1, "C", readonly=True)
_COLUMN = types.Array(types.float64, 1, "A", readonly=True)
_WHOLE_COLUMN = types.Array(types.int64, 1, "A", readonly=True)
"""The one kind of array each pass is compiled for; a column of a table has gaps between its values."""


@njit(cache=True, nogil=True)
def _end_of_day(time: NDArray[np.int64], row: int, guess: int) -> int:
    """The row after the last one on the UTC day of `row`; `guess` is how many rows the day probably has."""
    border = (time[row] // _DAY + 1) * _DAY
    low, high = row + 1, len(time)
    near = min(row + guess, high)
    if time[near - 1] < border:
        low = near
        if near == high or time[near] >= border:
            return near
    else:
        high = near - 1
    while low < high:
        middle = (low + high) // 2
        if time[middle] < border:
            low = middle + 1
        else:
            high = middle
    return low


@njit(nogil=True)
def _deepest(equity, first, after, peak, floor, deepest):  # type: ignore[no-untyped-def] # numba finds the types of what it calls
    """Peak, the value below which a fall is deeper than all before, and the deepest fall after the rows `first` to before `after`.

    Of four values only the highest and the lowest are looked at where neither changes anything, which takes half the time.
    """
    place = first
    while place < after:
        last = place + 4
        if last <= after:
            one, two, three, four = equity[place], equity[place + 1], equity[place + 2], equity[place + 3]
            if max(one, two, three, four) <= peak and min(one, two, three, four) >= floor:
                place = last
                continue
        else:
            last = after
        while place < last:
            value = equity[place]
            if value > peak:
                peak = value
                floor = peak * (1.0 + deepest)
            elif value < floor:
                floor, deepest = value, value / peak - 1.0
            place += 1
    return peak, floor, deepest


@njit([(_WHOLE, _NUMBERS, types.float64)], cache=True, nogil=True, error_model="numpy")
def daily_curve(
    time: NDArray[np.int64], equity: NDArray[np.float64], capital: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], float]:
    """UTC day numbers with candles, the last equity of each, its return, and the deepest fall at any candle (0 or negative).

    `time` rises; the first return and the first peak count from `capital`; a return is 0 once nothing is left.
    """
    rows = len(time)
    most = min(rows, time[-1] // _DAY - time[0] // _DAY + 1) if rows else 0
    days, values, returns = np.empty(most, np.int64), np.empty(most), np.empty(most)
    row: Any = np.int64(0)  # not Python numbers: what these are handed to would be compiled for each of them too
    length: Any = np.int64(1)
    count = 0
    before, peak, floor, deepest = capital, capital, capital, np.float64(0.0)
    while row < rows:
        after = _end_of_day(time, row, length)
        peak, floor, deepest = _deepest(equity, row, after, peak, floor, deepest)
        days[count], values[count] = time[row] // _DAY, equity[after - 1]
        returns[count] = values[count] / before - 1.0 if before > 0 else 0.0
        before = values[count]
        count, length, row = count + 1, after - row, after
    return days[:count], values[:count], returns[:count], deepest


@njit([(_COLUMN, _WHOLE_COLUMN)], cache=True, nogil=True, error_model="numpy")
def profit_sums(profits: NDArray[np.float64], reasons: NDArray[np.int64]) -> tuple[int, int, int, float, float, float, float, float, float, int, int]:
    """Of the profits whose reason is not 0: count, won, lost, gained, given, mean, sample deviation, best, worst, longest runs won and lost.

    Means and extremes are NaN of none, the deviation below two; a profit of exactly 0 ends both runs.
    """
    count, won, lost, gained, given = 0, 0, 0, 0.0, 0.0
    best, worst = -np.inf, np.inf
    winning, losing, longest_won, longest_lost = 0, 0, 0, 0
    for place in range(len(profits)):
        if reasons[place] == 0:
            continue
        profit = profits[place]
        count += 1
        best, worst = max(best, profit), min(worst, profit)
        if profit > 0:
            won, gained, winning, losing = won + 1, gained + profit, winning + 1, 0
            longest_won = max(longest_won, winning)
        elif profit < 0:
            lost, given, winning, losing = lost + 1, given - profit, 0, losing + 1
            longest_lost = max(longest_lost, losing)
        else:
            winning = losing = 0
    if count == 0:
        return 0, 0, 0, 0.0, 0.0, np.nan, np.nan, np.nan, np.nan, 0, 0
    mean, squares = (gained - given) / count, 0.0
    for place in range(len(profits)):
        if reasons[place] != 0:
            squares += (profits[place] - mean) ** 2
    deviation = np.sqrt(squares / (count - 1)) if count > 1 else np.nan
    return count, won, lost, gained, given, mean, deviation, best, worst, longest_won, longest_lost


@njit([(_WHOLE_COLUMN, _WHOLE_COLUMN, *[_COLUMN] * 4, _WHOLE_COLUMN, types.int64)], cache=True, nogil=True, error_model="numpy")
def activity_sums(
    entries: NDArray[np.int64],
    exits: NDArray[np.int64],
    quantity: NDArray[np.float64],
    entry_price: NDArray[np.float64],
    exit_price: NDArray[np.float64],
    costs: NDArray[np.float64],
    reasons: NDArray[np.int64],
    rows: int,
) -> tuple[int, float, float, float]:
    """Candles within at least one trade, candles from entry to exit of all together, value traded per unit of multiplier, and costs.

    Entries rise; a trade whose reason is 0 is still open at the last of `rows` candles.
    """
    held, bars, traded, paid, reached = 0, 0.0, 0.0, 0.0, -1
    for place in range(len(entries)):
        is_closed = reasons[place] != 0
        entry, leave = entries[place], exits[place] if is_closed else rows - 1
        first = max(entry, reached + 1)
        held += max(leave - first + 1, 0)
        reached = max(reached, leave)
        bars += leave - entry
        traded += abs(quantity[place]) * (entry_price[place] + (exit_price[place] if is_closed else 0.0))
        paid += costs[place]
    return held, bars, traded, paid
