"""The rules by which orders fill on a candle, each written once: stop, target, trailing stop, and the path inside the candle.

The compiled backtest calls them with plain numbers; the event path and the paper venue will call the same functions.
`side` is the position's sign, so that every rule is written for a long and mirrored for a short.
"""

import math

import numpy as np
from numba import njit

from terminal.domain.orders import ExitReason
from terminal.risk.grid import grid_down, grid_up

# numpy integers, since a Python one would be compiled as a type of its own for each value
NONE, STOP, TARGET, TRAIL = (np.int64(reason) for reason in (ExitReason.OPEN, ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT, ExitReason.TRAILING_STOP))
LOW_FIRST, HIGH_FIRST = np.int64(0), np.int64(1)
PESSIMISTIC, OPTIMISTIC, NEARER_FIRST = 0, 1, 2
PATHS = {"pessimistic": PESSIMISTIC, "optimistic": OPTIMISTIC, "ohlc": NEARER_FIRST, "detail": PESSIMISTIC}
"""How the path inside a candle, and inside each finer one, is chosen, by the name of the setting."""


@njit(nogil=True, error_model="numpy")
def rounded_to_market(level: float, market_is_above: bool, tick_over: float, tick_under: float) -> float:
    """A protective level on the tick grid, moved toward the market; NaN (no such order) stays NaN."""
    if market_is_above:
        return grid_up(level, tick_over, tick_under)
    return grid_down(level, tick_over, tick_under)


@njit(nogil=True, error_model="numpy")
def stop_is_hit(side: int, stop: float, price: float) -> bool:
    """A touch is enough: a sell stop is hit at or below its level. NaN is never hit."""
    return side * (price - stop) <= 0.0


@njit(nogil=True, error_model="numpy")
def target_is_hit(side: int, target: float, price: float, fill_on_touch: bool | np.bool_) -> bool | np.bool_:
    """A resting limit fills when the price trades through it; a touch alone fills it only where `fill_on_touch` says so."""
    reach = side * (price - target)
    return reach > 0.0 or (fill_on_touch and reach == 0.0)


@njit(nogil=True, error_model="numpy")
def trail_level(side: int, extreme: float, trail: float, trail_is_distance: bool, tick_over: float, tick_under: float) -> float:
    """Where a trailing stop stands behind the best price so far: a fraction of that price, or a distance in price. NaN = none."""
    level = extreme - side * trail if trail_is_distance else extreme * (1.0 - side * trail)
    return rounded_to_market(level, side > 0, tick_over, tick_under)


@njit(nogil=True, error_model="numpy")
def tighter(side: int, stop: float, trailing: float) -> float:
    """The level of the two nearer the market, either may be NaN; of equal ones the stop."""
    if math.isnan(trailing) or side * (stop - trailing) >= 0.0:
        return stop
    return trailing


@njit(nogil=True, error_model="numpy")
def better(side: int, one: float, other: float) -> float:
    """The price of the two that is better for the position."""
    return one if side * (one - other) >= 0.0 else other


@njit(nogil=True, error_model="numpy")
def walk(
    order: int,
    side: int,
    candle: tuple[float, float, float, float],
    stop: float,
    target: float,
    trail: float,
    trail_is_distance: bool,
    extreme: float,
    fill_on_touch: bool,
    tick_over: float,
    tick_under: float,
) -> tuple[np.int64, float, float, float]:
    """What happens to a protected position along one path through `candle` (open, high, low, close).

    Answers (reason or NONE, price before slippage, best price, worst price seen); `extreme` is the best price before this
    candle. The path goes open, the two extremes in `order`, close. On each stretch an order fills at its own price, or where
    the stretch begins if the price had already passed it: so a gap at the open is the trader's, for better and for worse.
    The trail follows extremes of points already passed, never the one being reached.
    """
    first, second = (candle[2], candle[1]) if order == LOW_FIRST else (candle[1], candle[2])
    best, worst, begin = extreme, candle[0], candle[0]
    for price in (candle[0], first, second, candle[3]):
        level = tighter(side, stop, trail_level(side, best, trail, trail_is_distance, tick_over, tick_under))
        if stop_is_hit(side, level, price):
            filled = better(-side, begin, level)
            return STOP if level == stop else TRAIL, filled, best, better(-side, worst, filled)
        if target_is_hit(side, target, price, fill_on_touch):
            filled = better(side, begin, target)
            return TARGET, filled, better(side, best, filled), worst
        best, worst, begin = better(side, best, price), better(-side, worst, price), price
    return NONE, np.nan, best, worst
