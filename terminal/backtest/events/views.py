"""What a strategy looks at while candles go by: the candle at hand, and indicators up to it. One object each for the whole run.

Their numbers change when the next candle comes; what lies after it they can't show.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput

if TYPE_CHECKING:
    from terminal.backtest.events.feed import Feed


class CandleView:
    """The candle at hand; `time` is its open in UTC ns."""

    __slots__ = ("close", "high", "low", "open", "symbol", "time", "volume")

    symbol: str
    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float

    def __repr__(self) -> str:
        return (
            f"Candle({self.symbol}, time={self.time}, open={self.open:g}, high={self.high:g}, low={self.low:g}, close={self.close:g}, volume={self.volume:g})"
        )


class LineView:
    """An indicator's values up to the candle at hand. A stretch of rows is kept as Python floats, which are read faster than an array."""

    __slots__ = ("_begin", "_chunk", "_feed", "values")

    def __init__(self, feed: "Feed", values: NDArray[np.float64]) -> None:
        self._feed = feed
        self.values = values
        self._begin = 0
        self._chunk: list[float] = []
        self.turn_to(feed.begin, feed.end)

    def turn_to(self, begin: int, end: int) -> None:
        """Keeps rows `begin` to before `end` at hand."""
        self._begin, self._chunk = begin, self.values[begin:end].tolist()

    @property
    def now(self) -> float:
        """Its value at the last closed candle; NaN while it warms up."""
        return self._chunk[self._feed.row - self._begin]

    def ago(self, count: int) -> float:
        """Its value `count` closed candles earlier; NaN before the first."""
        if count < 0:
            raise BadInput(f"`ago` was asked for {count} candles.", cure="Give 0 or more: there is no looking ahead.")
        row = self._feed.row - count
        return float(self.values[row]) if row >= 0 else math.nan

    def __repr__(self) -> str:
        return f"Line(now={self.now:g})"
