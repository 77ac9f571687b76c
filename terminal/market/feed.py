"""Live prices on their way up: asks a live source each second what has closed and what is forming since the last time.

Venues make the prices, `app.streams` publishes what this answers; it holds no thread and reads no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.candles import Candles
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe


class LiveSource(Protocol):
    """What a feed asks of a venue that knows its prices at any moment."""

    def candles(self, symbol: str, timeframe: Timeframe, start: int, end: int) -> Candles:
        """The candles that open in [start, end), UTC ns."""
        ...

    def forming(self, symbol: str, timeframe: Timeframe, now: int) -> Candles:
        """The candle around `now` as far as it has come: one row, or none."""
        ...


@dataclass(frozen=True, slots=True)
class Beat:
    """One row for one series: the candle itself (one row) and whether it has closed."""

    series: SeriesKey
    candle: Candles
    is_closed: bool


class Feed:
    """Follows some series of one source. Asked from one thread."""

    def __init__(self, source: LiveSource) -> None:
        self._source = source
        self._asked: dict[SeriesKey, int] = {}

    def beats(self, keys: Iterable[SeriesKey], now: int) -> list[Beat]:
        """For each series, oldest first: every candle that closed since it was asked before, then the one forming at `now` (UTC ns).

        A series asked for the first time, or no longer asked in between, starts with the candle that closed last: whoever loads
        its history at the same time may have done so just before that close.
        """
        followed = tuple(keys)
        asked = {key: self._asked.get(key, now - key.timeframe.nanoseconds) for key in followed}
        self._asked = dict.fromkeys(followed, now)
        return [beat for key, before in asked.items() for beat in self._of(key, before, now)]

    def _of(self, key: SeriesKey, before: int, now: int) -> list[Beat]:
        frame = key.timeframe
        closed = self._source.candles(key.symbol, frame, frame.floor(before), frame.floor(now))
        forming = self._source.forming(key.symbol, frame, now)
        rows = [Beat(key, closed.rows(row, row + 1), is_closed=True) for row in range(len(closed))]
        return [*rows, Beat(key, forming, is_closed=False)] if len(forming) else rows
