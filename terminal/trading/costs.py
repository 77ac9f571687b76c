"""What a fill costs beyond the price on the screen: slippage and commission.

The matcher asks for the slipped price, the ledger books the commission.
"""

import math

import numpy as np
from numba import njit

from terminal.ledger.inner import inner
from terminal.risk.grid import SLACK, grid_down, grid_up

RATE, PER_UNIT = (np.int64(kind) for kind in range(2))
"""Kinds of commission: a fraction of the notional, or money per share or contract."""
FIXED, FRACTION_OF_UNIT, SQUARE_ROOT = (np.int64(kind) for kind in range(3))
"""Kinds of slippage: a fraction of the price; a multiple of this candle's unit (spread or ATR); square-root impact."""
TAKER, MAKER = np.bool_(True), np.bool_(False)
"""Which side of the market a fill was on; numpy's, since a Python one would be compiled as a type of its own for each value."""
TIER_WINDOW = np.int64(30 * 86_400_000_000_000)
"""How far back (ns) traded value counts for the tiers of a fee schedule: thirty days, as venues count it."""


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
        # where nothing was traded the fill counts as all of what would have been
        fraction = book.slippage * book.slippage_unit * np.sqrt(quantity / book.volume if book.volume > 0.0 else 1.0)
    return slipped(price, direction, fraction, book.tick_over, book.tick_under)


@inner
def fee_of(book, quantity, price, is_taker, filled_before):  # type: ignore[no-untyped-def]
    """The commission of a fill in quote currency: what all of the order costs so far less what it did before this fill.

    So the least fee of an order is charged once, and its cap (a fraction of the notional) holds for all of it.
    """
    rate = book.taker if is_taker else book.maker
    if book.fee_minimum == 0.0 and math.isinf(book.fee_cap):
        return quantity * rate if book.fee_kind == PER_UNIT else commission(quantity, price, book.multiplier, rate)
    unit = rate if book.fee_kind == PER_UNIT else rate * price * book.multiplier
    most = book.fee_cap * price * book.multiplier
    before = bounded_fee(filled_before, unit, book.fee_minimum, most) if filled_before > 0.0 else 0.0
    return max(bounded_fee(filled_before + quantity, unit, book.fee_minimum, most) - before, 0.0)


@inner
def bounded_fee(quantity, unit, least, most):  # type: ignore[no-untyped-def]
    """The fee of `quantity` at `unit` each: at least `least` an order, and above all at most `most` a unit."""
    return min(max(quantity * unit, least), quantity * most)


@inner
def fee_rate(book, price):  # type: ignore[no-untyped-def]
    """A taker's commission as a fraction of the notional at `price`; the least fee of an order is left out."""
    if book.fee_kind == PER_UNIT:
        return min(book.taker / (price * book.multiplier), book.fee_cap)
    return book.taker


@inner
def use_unit(desk, i, row):  # type: ignore[no-untyped-def]
    """Sets what the slippage model of instrument `i` multiplies on candle `row`, and its fees by what was traded in thirty days."""
    book, totals = desk.books[i], desk.totals[0]
    if book.unit_first >= 0:
        book.slippage_unit = desk.units[book.unit_first + row]
    if len(desk.tiers) == 0:
        return
    while totals.tier_next < totals.fills:
        totals.tier_volume += notional_of(desk, totals.tier_next)
        totals.tier_next += 1
    while totals.tier_first < totals.tier_next and desk.fills[totals.tier_first].time <= book.time - TIER_WINDOW:
        totals.tier_volume -= notional_of(desk, totals.tier_first)
        totals.tier_first += 1
    for n in range(len(desk.tiers)):
        if totals.tier_volume * (1.0 + SLACK) >= desk.tiers[n, 0]:
            book.maker, book.taker = desk.tiers[n, 1], desk.tiers[n, 2]


@inner
def notional_of(desk, row):  # type: ignore[no-untyped-def]
    """What fill `row` traded, in the account's currency."""
    fill = desk.fills[row]
    book = desk.books[fill.instrument]
    return fill.quantity * fill.price * book.multiplier * desk.rates[book.currency]
