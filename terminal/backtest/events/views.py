"""What a strategy looks at while candles go by: the candle at hand, and indicators up to it. One object each for the whole run.

Their numbers change when the next candle comes; what lies after it they can't show.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from terminal.domain.errors import BadInput

if TYPE_CHECKING:
    from terminal.backtest.events.feed import Feed
    from terminal.domain.ticks import Ticks


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
        """Keeps rows `begin` to before `end` at hand; a begin of −1 stands for the time before the first."""
        self._begin, self._chunk = begin, self.values[begin:end].tolist() if begin >= 0 else [math.nan]

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


_WORDS = ("trade", "quote", "book", "mark")


class TickView:
    """The trade, quote or mark at hand: `kind` says which, `time` is UTC ns. `bid` and `ask` with their sizes are the last shown, NaN = none.

    `price` and `size` are those of the trade, `side` 1 where a buyer took, −1 where a seller did, 0 = not known. Of a quote `price` is
    the middle and `size` 0.
    """

    __slots__ = ("_rows", "ask", "ask_size", "bid", "bid_size", "kind", "price", "side", "size", "symbol", "time")

    bid: float
    ask: float

    def __init__(self, ticks: "Ticks") -> None:
        self.symbol = ticks.instrument.symbol
        self._rows = _Stretch((ticks.kind, ticks.time, ticks.price, ticks.size, ticks.side, *ticks.best.T))

    def show(self, message: int) -> None:
        """Puts a message at hand."""
        kind, self.time, price, self.size, self.side, self.bid, self.bid_size, self.ask, self.ask_size = self._rows.at(message)
        self.kind = _WORDS[kind]
        self.price = price if price == price else (self.bid + self.ask) / 2

    def __repr__(self) -> str:
        return f"Tick({self.symbol}, {self.kind}, time={self.time}, price={self.price:g}, size={self.size:g}, bid={self.bid:g}, ask={self.ask:g})"


class BookView:
    """The book at hand: `bids` and `asks` are levels (price, size), shape (n, 2), the best first; `time` is UTC ns."""

    __slots__ = ("_rows", "_ticks", "ask", "ask_size", "bid", "bid_size", "message", "symbol", "time")

    bid: float
    ask: float

    def __init__(self, ticks: "Ticks") -> None:
        self.symbol = ticks.instrument.symbol
        self._ticks = ticks
        self._rows = _Stretch((ticks.time, *ticks.best.T))

    def show(self, message: int) -> None:
        """Puts a message at hand."""
        self.message = message
        self.time, self.bid, self.bid_size, self.ask, self.ask_size = self._rows.at(message)

    @property
    def bids(self) -> NDArray[np.float64]:
        """The levels on which others buy, read-only."""
        return self._ticks.bids[self._ticks.bid_rows[self.message] : self._ticks.bid_rows[self.message + 1]]

    @property
    def asks(self) -> NDArray[np.float64]:
        """The levels on which others sell, read-only."""
        return self._ticks.asks[self._ticks.ask_rows[self.message] : self._ticks.ask_rows[self.message + 1]]

    @property
    def mid(self) -> float:
        """The middle between the best bid and ask; NaN where one is missing."""
        return (self.bid + self.ask) / 2

    @property
    def spread(self) -> float:
        """The best ask less the best bid; NaN where one is missing."""
        return self.ask - self.bid

    def __repr__(self) -> str:
        return f"Book({self.symbol}, time={self.time}, {self.bid_size:g} × {self.bid:g} | {self.ask:g} × {self.ask_size:g})"


class _Stretch:
    """Rows of columns as Python numbers, a stretch of them at a time: read faster than arrays."""

    __slots__ = ("_begin", "_columns", "_rows")

    def __init__(self, columns: tuple[NDArray[Any], ...]) -> None:
        self._columns, self._begin = columns, 0
        self._rows: list[tuple[Any, ...]] = []

    def at(self, row: int) -> tuple[Any, ...]:
        """The values of a row, one of each column."""
        place = row - self._begin
        if not 0 <= place < len(self._rows):
            self._begin, place = row, 0
            self._rows = list(zip(*(column[row : row + _ROWS].tolist() for column in self._columns), strict=True))
        return self._rows[place]


_ROWS = 16_384
"""Messages at hand as Python numbers at one time."""
