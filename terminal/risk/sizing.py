"""From a size in words to a quantity: percent of equity, cash, risk over the stop, or units; rounded down to the lot.

Called by the compiled backtest at the decision; a session will call the same functions.
"""

import numpy as np
from numba import njit

from terminal.domain.size import SizeKind
from terminal.risk.grid import grid_down

# volatility and Kelly sizes come as shares of equity; numpy integers, since a Python one would be compiled as a type of its own for each value
EQUITY, CASH, QUANTITY, RISK, TARGET = (np.int64(kind) for kind in list(SizeKind)[:5])


@njit(nogil=True, error_model="numpy")
def unit_outlay(price: float, fee_rate: float, multiplier: float) -> float:
    """What one unit costs to enter at `price`, commission included, in quote currency. A short binds as much as a long: no leverage."""
    return price * multiplier * (1.0 + fee_rate)


@njit(nogil=True, error_model="numpy")
def unit_loss(side: int, entry: float, stop_exit: float, fee_rate: float, multiplier: float) -> float:
    """What one unit loses between `entry` and `stop_exit` (both as filled), both commissions included, in quote currency."""
    return (side * (entry - stop_exit) + fee_rate * (entry + stop_exit)) * multiplier


@njit(nogil=True, error_model="numpy")
def wanted_quantity(kind: np.int64, size: float, worth: float, outlay: float, loss: float) -> float:
    """The quantity a size asks for, unrounded: `worth` is the account's value, `outlay` and `loss` those of one unit.

    0 where a risk size has nothing to lose by, since no quantity would bear that risk.
    """
    if kind == QUANTITY:
        return size
    if kind == CASH:
        return size / outlay
    if kind == EQUITY:
        return max(worth, 0.0) * size / outlay
    return max(worth, 0.0) * size / loss if loss > 0.0 else 0.0


@njit(nogil=True, error_model="numpy")
def payable_quantity(cash: float, outlay: float, lot_over: float, lot_under: float) -> float:
    """The largest quantity on the lot grid that `cash` pays for."""
    return grid_down(max(cash, 0.0) / outlay, lot_over, lot_under)
