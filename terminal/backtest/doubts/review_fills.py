"""Rules about the candles on which orders filled: whether anyone traded there, whether the price moved, and how much was to be had."""

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.domain.candles import Candles
from terminal.domain.words import count, percent

_CAP = 0.10
"""Share of a candle's volume that an order can hope to fill without moving it: the default of `participation`."""
_NO_CANDLES = "The candles are not at hand."


def fills_without_volume(case: Case) -> Doubt:
    """Entries and exits on candles in which nothing was traded."""
    rule = "fills on zero volume"
    candles = case.candles
    if candles is None:
        return not_asked(rule, _NO_CANDLES)
    if not np.any(candles.volume > 0):
        return not_asked(rule, "The series records no volume.")
    rows, _ = _fills(case, candles)
    return _share(rule, ~(candles.volume[rows] > 0), "on candles in which nothing was traded")


def fills_on_stale_candles(case: Case) -> Doubt:
    """Entries and exits on candles that stand still at the close before them."""
    rule = "fills on stale candles"
    candles = case.candles
    if candles is None:
        return not_asked(rule, _NO_CANDLES)
    rows, _ = _fills(case, candles)
    before = candles.close[np.maximum(rows - 1, 0)]
    is_stale = (rows > 0) & (candles.high[rows] == before) & (candles.low[rows] == before)
    return _share(rule, is_stale, "on candles that repeat the price before them")


def size_above_liquidity(case: Case) -> Doubt:
    """Quantities over the volume of the candle they filled in."""
    rule = "size above liquidity"
    candles = case.candles
    if candles is None:
        return not_asked(rule, _NO_CANDLES)
    if not np.any(candles.volume > 0):
        return not_asked(rule, "The series records no volume.")
    rows, quantities = _fills(case, candles)
    if not len(rows):
        return not_asked(rule, "There is no fill.")
    volume = candles.volume[rows]
    part = np.divide(quantities, volume, out=np.full(len(rows), np.inf), where=volume > 0)
    above = part > _CAP
    share = float(above.mean())
    severity = Severity.SOUND if not above.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.05, 0.25))
    words = f"{count(above.sum())} of {count(len(rows))} fills take more than {percent(_CAP, 0)} of their candle's volume"
    return Doubt(rule, severity, f"{words}; `participation` would cap them." if above.any() else f"{words}.", share)


def _fills(case: Case, candles: Candles) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row in `candles` and quantity of every entry and exit."""
    table, first = case.result.trade_table, int(np.searchsorted(candles.time, case.result.time[0]))
    left = table["exit_row"] >= 0
    rows = np.concatenate((table["entry_row"], table["exit_row"][left])) + first
    return rows.astype(np.int64), np.concatenate((table["quantity"], table["quantity"][left]))


def _share(rule: str, bad: NDArray[np.bool_], words: str) -> Doubt:
    if not len(bad):
        return not_asked(rule, "There is no fill.")
    share = float(bad.mean())
    severity = Severity.SOUND if not bad.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.01, 0.10))
    return Doubt(rule, severity, f"{count(bad.sum())} of {count(len(bad))} fills are {words}.", share)


RULES: tuple[Rule, ...] = (fills_without_volume, fills_on_stale_candles, size_above_liquidity)
