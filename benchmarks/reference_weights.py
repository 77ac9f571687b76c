"""The least that a portfolio rebalanced each month can be: numba over a table of prices, straight from the definition, no grids, no lots.

`bench_weights` measures against it, and first checks that both end with the same equity.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def rebalanced(opens, closes, weights, due, cash, fee, slippage):  # type: ignore[no-untyped-def] # compiled
    """The equity at each close (days,) of `closes` (days, instruments): `weights` of it bought at the open after each `due` close."""
    days, count = closes.shape
    held, equity, wanted = np.zeros(count), np.empty(days), np.zeros(count)
    for day in range(days):
        if day > 0 and due[day - 1]:
            for sells in (True, False):
                for i in range(count):
                    if (wanted[i] < 0.0) == sells and wanted[i] != 0.0:
                        price = opens[day, i] * (1.0 - slippage if sells else 1.0 + slippage)
                        quantity = wanted[i] if sells else min(wanted[i], max(cash, 0.0) / (price * (1.0 + fee)))
                        cash -= quantity * price + abs(quantity) * price * fee
                        held[i] += quantity
        value = cash
        for i in range(count):
            value += held[i] * closes[day, i]
        equity[day] = value
        if due[day]:
            for i in range(count):
                wanted[i] = weights[i] * value / (closes[day, i] * (1.0 + slippage) * (1.0 + fee)) - held[i]
    return equity
