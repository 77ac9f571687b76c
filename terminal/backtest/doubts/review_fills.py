"""Rules about the candles on which orders filled: whether anyone traded there, whether the price moved, and how much was to be had."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.backtest.doubts.subject import Subject
from terminal.domain.candles import Candles
from terminal.domain.words import count, percent

_CAP = 0.10
"""Share of a candle's volume that an order can hope to fill without moving it: the default of `participation`."""
_NO_CANDLES = "The candles are not at hand."
_NO_VOLUME = "The series records no volume."
_BY_MESSAGES = "Over ticks an order fills by what a message showed, not by a candle."


@dataclass(frozen=True, eq=False)
class _Fills:
    """Entries and exits on one instrument: rows of its `candles`, and quantities."""

    candles: Candles
    rows: NDArray[np.int64]
    quantities: NDArray[np.float64]


def fills_without_volume(case: Case) -> Doubt:
    """Entries and exits on candles in which nothing was traded."""
    rule, subject = "fills on zero volume", case.subject
    if subject is None:
        return not_asked(rule, _NO_CANDLES)
    if subject.ticks is not None:
        return not_asked(rule, _BY_MESSAGES)
    known = [each for each in _fills(case, subject) if np.any(each.candles.volume > 0)]
    if not known:
        return not_asked(rule, _NO_VOLUME)
    return _share(rule, np.concatenate([~(each.candles.volume[each.rows] > 0) for each in known]), "on candles in which nothing was traded")


def fills_on_stale_candles(case: Case) -> Doubt:
    """Entries and exits on candles that stand still at the close before them."""
    rule, subject = "fills on stale candles", case.subject
    if subject is None:
        return not_asked(rule, _NO_CANDLES)
    if subject.ticks is not None:
        return not_asked(rule, _BY_MESSAGES)
    return _share(rule, np.concatenate([_is_stale(each) for each in _fills(case, subject)]), "on candles that repeat the price before them")


def size_above_liquidity(case: Case) -> Doubt:
    """Quantities over the volume of the candle they filled in; over ticks of the candle that was made of them."""
    rule, subject = "size above liquidity", case.subject
    if subject is None:
        return not_asked(rule, _NO_CANDLES)
    known = [each for each in _fills(case, subject) if np.any(each.candles.volume > 0)]
    if not known:
        return not_asked(rule, _NO_VOLUME)
    quantities, volume = (np.concatenate(parts) for parts in zip(*((each.quantities, each.candles.volume[each.rows]) for each in known), strict=True))
    if not len(quantities):
        return not_asked(rule, "There is no fill.")
    part = np.divide(quantities, volume, out=np.full(len(volume), np.inf), where=volume > 0)
    above = part > _CAP
    share = float(above.mean())
    severity = Severity.SOUND if not above.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.05, 0.25))
    words = f"{count(above.sum())} of {count(len(part))} fills take more than {percent(_CAP, 0)} of their candle's volume"
    return Doubt(rule, severity, f"{words}; a cap on participation would cut them." if above.any() and subject.ticks is None else f"{words}.", share)


def _fills(case: Case, subject: Subject) -> list[_Fills]:
    """Every entry and exit, by instrument."""
    found, table = [], case.result.trade_table
    codes = table["symbol"] % len(subject.candles)  # of several strategies each trades all instruments
    for place, each in enumerate(subject.candles):
        own = table[codes == place]
        left = own["exit_row"] >= 0
        times = np.concatenate((own["entry_time"], own["exit_time"][left]))
        rows = np.maximum(np.searchsorted(each.time, times, side="right") - 1, 0)
        found.append(_Fills(each, rows.astype(np.int64), np.concatenate((own["quantity"], own["quantity"][left]))))
    return found


def _is_stale(fills: _Fills) -> NDArray[np.bool_]:
    candles, rows = fills.candles, fills.rows
    before = candles.close[np.maximum(rows - 1, 0)]
    stale: NDArray[np.bool_] = (rows > 0) & (candles.high[rows] == before) & (candles.low[rows] == before)
    return stale


def _share(rule: str, bad: NDArray[np.bool_], words: str) -> Doubt:
    if not len(bad):
        return not_asked(rule, "There is no fill.")
    share = float(bad.mean())
    severity = Severity.SOUND if not bad.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.01, 0.10))
    return Doubt(rule, severity, f"{count(bad.sum())} of {count(len(bad))} fills are {words}.", share)


RULES: tuple[Rule, ...] = (fills_without_volume, fills_on_stale_candles, size_above_liquidity)
