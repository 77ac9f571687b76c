"""Where candles are missing that the calendar promised; a stock's night and a weekend are not gaps.

The store asks it at each write, the data panel shows it, repair works it off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.domain.calendar import Calendar, calendar_of
from terminal.domain.candles import Candles
from terminal.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole [start, end), UTC ns, in which `bars` candles were expected."""

    start: int
    end: int
    bars: int


@dataclass(frozen=True, slots=True)
class GapReport:
    """The holes of a series, oldest first; `missing_bars` and `expected_bars` count candles from its first to its last."""

    gaps: tuple[Gap, ...]
    missing_bars: int
    expected_bars: int

    @property
    def largest(self) -> Gap | None:
        """The hole with the most expected candles, None where there is none."""
        return max(self.gaps, key=lambda gap: gap.bars, default=None)


def find_gaps(candles: Candles) -> GapReport:
    """The holes in `candles` by its instrument's calendar."""
    gaps = gaps_in(candles.time, candles.timeframe, calendar_of(candles.instrument.calendar))
    missing = sum(gap.bars for gap in gaps)
    return GapReport(gaps, missing, missing + len(candles))


def gaps_in(time: NDArray[np.int64], timeframe: Timeframe, calendar: Calendar) -> tuple[Gap, ...]:
    """The holes between the opens `time` (UTC ns, rising), oldest first."""
    step = timeframe.nanoseconds
    rows = np.flatnonzero(np.diff(time) > step)
    starts, ends = time[rows] + step, time[rows + 1]
    bars = calendar.missing_bars(timeframe, starts, ends)
    return tuple(Gap(int(start), int(end), int(count)) for start, end, count in zip(starts, ends, bars, strict=True) if count)
