"""What a fill costs beyond the price on the screen: slippage and commission.

The matcher asks for the slipped price, the ledger books the commission.
"""

import numpy as np
from numba import njit

from terminal.ledger.fast import inner
from terminal.risk.grid import grid_down, grid_up

RATE, PER_UNIT = (np.int64(kind) for kind in range(2))
"""Kinds of commission: a fraction of the notional, or money per share or contract."""
FIXED, FRACTION_OF_UNIT, SQUARE_ROOT = (np.int64(kind) for kind in range(3))
"""Kinds of slippage: a fraction of the price; a multiple of this candle's unit (spread or ATR); square-root impact."""


@njit(nogil=True, error_model="numpy")
def slipped(price: float, direction: int, slippage: float, tick_over: float, tick_under: float) -> float:
    """`price` moved against a buyer (`direction` 1) or seller (−1) by the fraction `slippage`, rounded to the tick against them."""
    if direction > 0:
        return grid_up(price * (1.0 + slippage), tick_over, tick_under)
    return grid_down(price * (1.0 - slippage), tick_over, tick_under)


@njit(nogil=True, error_model="numpy")
def commission(quantity: float, price: float, multiplier: float, fee_rate: float) -> float:
    """The fee of one fill in quote currency: a fraction of its notional."""
    return quantity * price * multiplier * fee_rate


@inner
def slipped_fill(book, price, direction, quantity):  # type: ignore[no-untyped-def] # numba records have no Python type
    """What a market or stop fill of `quantity` due at `price` gets, by the slippage model of its instrument."""
    fraction = book.slippage
    if book.slippage_kind == FRACTION_OF_UNIT:
        fraction = book.slippage * book.slippage_unit / price
    elif book.slippage_kind == SQUARE_ROOT:
        fraction = book.slippage * book.slippage_unit * np.sqrt(quantity / book.volume) if book.volume > 0.0 else 0.0
    return slipped(price, direction, fraction, book.tick_over, book.tick_under)


@inner
def fee_of(book, quantity, price, is_taker, filled_before):  # type: ignore[no-untyped-def]
    """The commission of a fill in quote currency; the least fee of an order is charged once, on its first fill."""
    rate = book.taker if is_taker else book.maker
    if book.fee_kind == PER_UNIT:
        fee = quantity * rate
        if filled_before == 0.0:
            fee = max(fee, book.fee_minimum)
        return min(fee, book.fee_cap * quantity * price * book.multiplier)
    return commission(quantity, price, book.multiplier, rate)
