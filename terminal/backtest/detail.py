"""The finer candles or trades inside each candle, for the path "detail": which rows of the finer series make up which row of the run.

They are used only where together they are the candle: the same open, high, low and close. Elsewhere the candle's own walk stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.ticks import TickKind, Ticks

_SAME = 1e-9
"""Prices this close, relative, are the same price from two files."""


@dataclass(frozen=True, slots=True)
class _Prints:
    """Trades as candles of one price each. Arrays of shape (n,), `time` UTC ns."""

    time: NDArray[np.int64]
    open: NDArray[np.float64]

    @property
    def high(self) -> NDArray[np.float64]:
        return self.open

    @property
    def low(self) -> NDArray[np.float64]:
        return self.open

    @property
    def close(self) -> NDArray[np.float64]:
        return self.open

    def __len__(self) -> int:
        return len(self.time)


Finer = Candles | Ticks
"""A series that shows what happened inside candles."""


def finer_candles(finer: Finer | Sequence[Finer], candles: Candles) -> tuple[NDArray[Any], NDArray[np.int64]] | None:
    """The finer candles or trades as FINER rows and, of shape (n + 1,), where those of each row of `candles` begin; None where none are of its instrument.

    A row without finer candles, or whose finer candles are not the same candle, begins where the next one does. Raises BadInput
    where the series is not finer.
    """
    found = _of_instrument(finer, candles)
    if found is None:
        return None
    chosen = _prints(found) if isinstance(found, Ticks) else found
    if isinstance(found, Candles) and found.timeframe.nanoseconds >= candles.timeframe.nanoseconds:
        message = f"Candles of {found.timeframe.value} are not finer than those of {candles.timeframe.value}."
        raise BadInput(message, cure="Give a finer timeframe of the same instrument.")
    ends = np.minimum(candles.time + candles.timeframe.nanoseconds, np.append(candles.time[1:], np.iinfo(np.int64).max))
    first, last = np.searchsorted(chosen.time, candles.time), np.searchsorted(chosen.time, ends)
    is_whole = whole_rows(chosen, candles, first, last)
    return _packed(chosen, first, last, is_whole)


def _prints(ticks: Ticks) -> _Prints:
    is_trade = ticks.kind == TickKind.TRADE
    return _Prints(ticks.time[is_trade], ticks.price[is_trade])


def is_of_trades(finer: Finer | Sequence[Finer], candles: Candles) -> bool:
    """Whether what is finer than `candles` are trades."""
    return isinstance(_of_instrument(finer, candles), Ticks)


def detail_share(finer: Finer | Sequence[Finer] | None, candles: Candles, first: int) -> float:
    """The share of the candles from row `first` on whose real finer candles are known."""
    found = None if finer is None else finer_candles(finer, candles)
    if found is None or len(candles) <= first:
        return 0.0
    return float(np.mean(np.diff(found[1])[first:] > 0))


def whole_rows(finer: Candles | _Prints, candles: Candles, first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows of `candles` the finer rows `first` to before `last` are: same open, high, low and close. Shape (n,)."""
    is_whole = last > first
    begin, stop = first[is_whole], last[is_whole]
    if not len(begin):
        return is_whole
    highs, lows = _extremes(np.maximum, finer.high, begin, stop), _extremes(np.minimum, finer.low, begin, stop)
    rows = np.flatnonzero(is_whole)
    pairs = ((finer.open[begin], candles.open), (highs, candles.high), (lows, candles.low), (finer.close[stop - 1], candles.close))
    same = np.ones(len(rows), np.bool_)
    for found, column in pairs:
        same &= np.abs(found - column[rows]) <= _SAME * np.abs(column[rows])
    is_whole[rows] = same
    return is_whole


def _extremes(pick: np.ufunc, values: NDArray[np.float64], begin: NDArray[np.int64], stop: NDArray[np.int64]) -> NDArray[np.float64]:
    """The extreme of each stretch `begin` to before `stop`."""
    edges = np.stack((begin, stop), axis=1).ravel()
    padded = np.append(values, values[-1])
    result: NDArray[np.float64] = pick.reduceat(padded, edges)[::2]
    return result


def _packed(finer: Candles | _Prints, first: NDArray[np.int64], last: NDArray[np.int64], is_whole: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    from terminal.trading.desk import FINER

    counts = np.where(is_whole, last - first, 0)
    begins = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    taken = np.zeros(len(finer) + 1, np.int64)
    np.add.at(taken, first[is_whole], 1)
    np.add.at(taken, last[is_whole], -1)
    rows = np.cumsum(taken[:-1]) > 0
    table = np.zeros(int(begins[-1]), FINER)
    for name in ("open", "high", "low", "close"):
        table[name] = getattr(finer, name)[rows]
    return table, begins


def _of_instrument(finer: Finer | Sequence[Finer], candles: Candles) -> Finer | None:
    if isinstance(finer, Candles | Ticks):
        return finer
    return next((each for each in finer if each.instrument.symbol == candles.instrument.symbol), None)
