"""From finer candles to coarser ones, never the other way.

Used by charts, strategies (`candles.at`) and the command line; the stored series stays as it was extracted.
"""

import numpy as np
from numpy.typing import NDArray

from terminal.domain.calendar import calendar_of
from terminal.domain.candles import VALUE_COLUMNS, Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import DAY, Timeframe


def resample(candles: Candles, timeframe: Timeframe, *, known_until: int | None = None) -> Candles:
    """Candles of `timeframe` made from finer ones: first open, highest high, lowest low, last close, summed volume.

    Borders lie on the UTC grid (weeks open on Monday); an exchange's days are its own dates, written as midnight UTC.
    A coarse candle exists where at least one fine one does. The last is left out while it may still be forming: until the
    fine candles, or `known_until` (UTC ns: nothing opens before it but what is given), reach its end or the market's last
    close before it, such as Friday's for a week of stocks.
    Raises BadInput when `timeframe` is finer than the candles or not a multiple of them.
    """
    if timeframe is candles.timeframe:
        return candles
    _demand_coarser(candles.timeframe, timeframe)
    if not len(candles):
        return Candles(candles.instrument, timeframe, candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume, candles.provenance)
    opens = _coarse_opens(candles, timeframe)
    first = np.flatnonzero(np.concatenate(([True], opens[1:] != opens[:-1])))
    last = np.concatenate((first[1:], [len(candles)])) - 1
    coarse = Candles(
        candles.instrument,
        timeframe,
        opens[first],
        candles.open[first],
        np.maximum.reduceat(candles.high, first),
        np.minimum.reduceat(candles.low, first),
        candles.close[last],
        np.add.reduceat(candles.volume, first),
        candles.provenance,
    )
    reached = max(int(candles.time[-1]) + candles.timeframe.nanoseconds, known_until or 0)
    last_open = int(coarse.time[-1])
    settled = calendar_of(candles.instrument.calendar).settled_at(last_open, last_open + timeframe.nanoseconds)
    return coarse.rows(0, len(coarse) - 1) if reached < settled else coarse


def aligned_higher(candles: Candles, timeframe: Timeframe, onto: Candles | None = None) -> Candles:
    """The last closed candle of `timeframe` at each row of `onto`, by default of `candles` themselves; NaN where none has closed yet."""
    coarse = resample(candles, timeframe)
    rows = candles if onto is None else onto
    if coarse is candles:
        return rows if rows.instrument is candles.instrument else aligned(candles, candles.time + timeframe.nanoseconds, rows)
    last = np.searchsorted(_coarse_opens(candles, timeframe), coarse.time, side="right") - 1
    last_close = candles.time[last] + candles.timeframe.nanoseconds  # a session may go on after midnight UTC
    return aligned(coarse, np.maximum(coarse.time + timeframe.nanoseconds, last_close), rows)


def aligned(candles: Candles, closes_at: NDArray[np.int64], onto: Candles) -> Candles:
    """The last of `candles` that has closed (`closes_at`, UTC ns, rising) when each candle of `onto` closes; NaN where none has."""
    row = np.searchsorted(closes_at, onto.time + onto.timeframe.nanoseconds, side="right") - 1
    columns = {name: _picked(getattr(candles, name), row) for name in VALUE_COLUMNS}
    return Candles(candles.instrument, onto.timeframe, onto.time, provenance=candles.provenance, **columns)


def _picked(column: NDArray[np.float64], row: NDArray[np.intp]) -> NDArray[np.float64]:
    if not len(column):
        return np.full(len(row), np.nan)
    return np.where(row >= 0, column[np.maximum(row, 0)], np.nan)


def _coarse_opens(candles: Candles, timeframe: Timeframe) -> NDArray[np.int64]:
    """The open of the coarse candle to which each fine one belongs."""
    is_daily = timeframe.nanoseconds >= DAY
    time = calendar_of(candles.instrument.calendar).trading_days(candles.time, candles.timeframe) if is_daily else candles.time
    origin = 4 * DAY if timeframe is Timeframe.W1 else 0
    return (time - origin) // timeframe.nanoseconds * timeframe.nanoseconds + origin


def _demand_coarser(fine: Timeframe, coarse: Timeframe) -> None:
    if coarse.nanoseconds < fine.nanoseconds or coarse.nanoseconds % fine.nanoseconds:
        raise BadInput(
            f"{fine.value} candles cannot be turned into {coarse.value} candles.",
            cure=f"Extract {coarse.value} candles instead, or choose a timeframe above {fine.value}.",
        )
