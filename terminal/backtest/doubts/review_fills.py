"""Rules about the candles on which orders filled: whether anyone traded there, whether the price moved, and how much was to be had."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.doubts.question import Case, Doubt, Rule, Severity, graded, not_asked
from terminal.backtest.doubts.subject import Subject
from terminal.domain.candles import Candles
from terminal.domain.ticks import Ticks
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

    @property
    def volume(self) -> NDArray[np.float64]:
        """What was traded in the candle of each."""
        return self.candles.volume[self.rows]

    @property
    def is_stale(self) -> NDArray[np.bool_]:
        """Whether the candle of each stands still at the close before it."""
        candles, rows = self.candles, self.rows
        before = candles.close[np.maximum(rows - 1, 0)]
        still: NDArray[np.bool_] = (rows > 0) & (candles.high[rows] == before) & (candles.low[rows] == before)
        return still


def fills_without_volume(case: Case) -> Doubt:
    """Entries and exits on candles in which nothing was traded."""
    rule = "fills on zero volume"
    found = _asked(case, rule, by_volume=True)
    return found if isinstance(found, Doubt) else _share(rule, [~(each.volume > 0) for each in found], "on candles in which nothing was traded")


def fills_on_stale_candles(case: Case) -> Doubt:
    """Entries and exits on candles that stand still at the close before them."""
    rule = "fills on stale candles"
    found = _asked(case, rule)
    return found if isinstance(found, Doubt) else _share(rule, [each.is_stale for each in found], "on candles that repeat the price before them")


def size_above_liquidity(case: Case) -> Doubt:
    """Quantities over the volume of the candle they filled in; over ticks of the candle that was made of them."""
    rule = "size above liquidity"
    found = _asked(case, rule, by_volume=True, over_ticks=True)
    if isinstance(found, Doubt):
        return found
    quantities, volume = (np.concatenate([getattr(each, name) for each in found]) for name in ("quantities", "volume"))
    part = np.divide(quantities, volume, out=np.full(len(volume), np.inf), where=volume > 0)
    above = part > _CAP
    share = float(above.mean())
    severity = Severity.SOUND if not above.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.05, 0.25))
    words = f"{count(above.sum())} of {count(len(part))} fills take more than {percent(_CAP, 0)} of their candle's volume"
    is_capable = above.any() and not isinstance(case.candles, Ticks)
    return Doubt(rule, severity, f"{words}; a cap on participation would cut them." if is_capable else f"{words}.", share)


def _asked(case: Case, rule: str, *, by_volume: bool = False, over_ticks: bool = False) -> "list[_Fills] | Doubt":
    """The fills that the rule is put to, or why it can't be put: nothing at hand, ticks, no volume, no fill."""
    subject = case.subject
    if subject is None:
        return not_asked(rule, _NO_CANDLES)
    if subject.ticks is not None and not over_ticks:
        return not_asked(rule, _BY_MESSAGES)
    found = [each for each in _fills(case, subject) if not by_volume or np.any(each.candles.volume > 0)]
    if not found:
        return not_asked(rule, _NO_VOLUME)
    return found if any(len(each.rows) for each in found) else not_asked(rule, "There is no fill.")


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


def _share(rule: str, parts: list[NDArray[np.bool_]], words: str) -> Doubt:
    bad = np.concatenate(parts)
    share = float(bad.mean())
    severity = Severity.SOUND if not bad.any() else max(Severity.SLIGHT, graded(share, 0.0, 0.01, 0.10))
    return Doubt(rule, severity, f"{count(bad.sum())} of {count(len(bad))} fills are {words}.", share)


RULES: tuple[Rule, ...] = (fills_without_volume, fills_on_stale_candles, size_above_liquidity)
