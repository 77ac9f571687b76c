"""Prices in the light of splits, dividends and rolls: raw ones as they were traded, adjusted ones without the jumps.

Asked by backtests, whose strategies see adjusted prices and whose account trades raw ones.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from terminal.domain.actions import Action, Dividend, Roll, Split
from terminal.domain.candles import PRICE_COLUMNS, Candles
from terminal.domain.errors import BadInput

Values = NDArray[np.float64]


def factors(candles: Candles, actions: Sequence[Action], *, dividends: bool = True) -> tuple[Values, Values]:
    """For each candle what its raw price and its raw share count are multiplied by, shape (n,): 1 until the first action.

    Row t knows actions up to its open only, so that adjusted prices show nothing of the future: they are in shares of the first
    day, with dividends put back into the share at the close before the ex-date, and in prices of the first contract. Raises BadInput
    for a dividend above that close.
    """
    price, shares = np.ones(len(candles)), np.ones(len(candles))
    for action in sorted(actions, key=lambda each: each.time):
        row = int(np.searchsorted(candles.time, action.time))
        if isinstance(action, Split):
            price[row:] *= action.ratio
            shares[row:] *= action.ratio
        elif isinstance(action, Roll):
            if row > 0:
                price[row:] *= action.leave / action.enter
        elif dividends and 0 < row < len(candles):
            price[row:] *= 1.0 / (1.0 - _yield(candles, row, action))
    return price, shares


def _yield(candles: Candles, row: int, dividend: Dividend) -> float:
    """The dividend as a fraction of the close before its ex-date."""
    before = float(candles.close[row - 1])
    if dividend.amount >= before:
        symbol = candles.instrument.symbol
        raise BadInput(f"{symbol} pays a dividend of {dividend.amount:g} on a price of {before:g}.", cure="Check its currency and whether the prices are raw.")
    return dividend.amount / before


def adjusted(candles: Candles, actions: Sequence[Action], *, dividends: bool = True) -> Candles:
    """The same candles without the jumps of splits, dividends and rolls, as they were known at each row; the same object without actions."""
    if not actions:
        return candles
    price, shares = factors(candles, actions, dividends=dividends)
    columns = {name: getattr(candles, name) * price for name in PRICE_COLUMNS}
    return Candles(candles.instrument, candles.timeframe, candles.time, volume=candles.volume / shares, provenance=candles.provenance, **columns)


def from_factors(times: NDArray[np.int64], price_factors: Values, split_factors: Values, candles: Candles) -> tuple[Action, ...]:
    """The actions behind a table of backward factors (raw × price factor × split factor = adjusted, for dates up to `times`, rising).

    A change of the split factor is a split, one of the price factor a dividend as a fraction of the last close before it, both
    effective on the candle after that date; rows outside `candles` are left out.
    """
    found: list[Action] = []
    for row in range(len(times) - 1):
        after = int(np.searchsorted(candles.time, times[row], side="right"))
        if not 0 < after < len(candles):
            continue
        ratio = split_factors[row + 1] / split_factors[row]
        paid = 1.0 - price_factors[row] / price_factors[row + 1]
        if abs(ratio - 1.0) > 1e-9:
            found.append(Split(int(candles.time[after]), round(float(ratio), 4)))  # tables hold six digits
        if paid > 1e-9:
            found.append(Dividend(int(candles.time[after]), float(paid * candles.close[after - 1])))
    return tuple(found)
