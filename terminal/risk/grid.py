"""Prices and quantities on an instrument's grid, in compiled float64: the counterpart of `Instrument.round_…`.

Sizing rounds quantities with it, matching rounds prices, before any rule looks at them.
"""

import math

from numba import njit

SLACK = 1e-12
"""A value this close to a grid point, relative to its count of steps, is that grid point: 0.3 / 0.1 is 3, not 2.9999999999999996."""


@njit(nogil=True, error_model="numpy")
def grid_down(value: float, over: float, under: float) -> float:
    """The highest point of the grid of step `over / under` that is not above `value`; `over` 0 = no grid, `value` itself.

    The step is a ratio of whole numbers so that points such as 0.3 come out as the same float that a file holds.
    """
    if over == 0.0 or not math.isfinite(value):
        return value
    steps = value * under / over
    nearest = math.floor(steps + 0.5)
    whole = nearest if abs(steps - nearest) <= SLACK * max(1.0, abs(nearest)) else math.floor(steps)
    return whole * over / under


@njit(nogil=True, error_model="numpy")
def grid_up(value: float, over: float, under: float) -> float:
    """The lowest point of the grid that is not below `value`; no grid gives `value` itself."""
    return -grid_down(-value, over, under)
