"""What a strategy that is run event by event sees of its account: positions, orders, money, candles, indicators; and what it notes.

`account` inherits it and carries out what is asked.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terminal.backtest.events.blotter import Blotter
from terminal.backtest.events.feed import Feed
from terminal.backtest.options import Options, desk_for
from terminal.backtest.result import Note
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.timeframe import Timeframe
from terminal.strategies.orders import OrderHandle, Position
from terminal.trading.desk import Desk
from terminal.trading.marking import account_cash, account_value

MOST_NOTES = 100_000
"""Notes that the log of a run keeps; later ones are counted."""


class Looks:
    """The account as it stands at the candle at hand, on the candles of one or several instruments."""

    mode = "backtest"

    def __init__(self, candles: Sequence[Candles], options: Options, firsts: Sequence[int], *, tells_all: bool) -> None:
        self.options = options
        self.desk: Desk = desk_for(options, [each.instrument for each in candles], candles)
        self.feeds = {each.instrument.symbol: Feed(each, index, first) for index, (each, first) in enumerate(zip(candles, firsts, strict=True))}
        self.symbols: Sequence[str] = tuple(self.feeds)
        self.feed = self.feeds[self.symbols[0]]
        self.blotter = Blotter(self.symbols, [feed.length for feed in self.feeds.values()], tells_all=tells_all)
        self.is_changed = False
        """Whether the strategy asked for something that the desk has not felt yet."""
        self.notes: list[Note] = []
        self.calls = 0
        """How often the strategy was called beside its candles; with the row it tells whether it still answers."""

    @abstractmethod
    def _catch_up(self, feed: Feed) -> None:
        """Brings the desk to what is at hand."""

    @property
    def symbol(self) -> str:
        """The instrument at hand."""
        return self.feed.symbol

    @property
    def now(self) -> int:
        """UTC ns of the close of the candle at hand."""
        return self.feed.now

    def _feed(self, symbol: str) -> Feed:
        feed = self.feeds.get(symbol)
        if feed is None:
            raise BadInput(f"This run has no candles of {symbol!r}.", cure=f"It knows {', '.join(self.symbols)}.")
        return feed

    def orders(self, symbol: str) -> Sequence[OrderHandle]:
        """The strategy's own orders that may still fill."""
        return self.blotter.open_orders(self.desk, self._feed(symbol).symbol)

    def position(self, symbol: str) -> Position:
        """What is held of the instrument, at the last close."""
        return self._feed(symbol).position(self.desk)

    def equity(self) -> float:
        """The account's value at the last close."""
        if len(self.feeds) == 1:
            return self.feed.value(self.desk)
        return float(account_value(self.desk))

    def cash(self) -> float:
        """What new positions may bind."""
        self._catch_up(self.feed)
        return float(account_cash(self.desk))

    def candles(self, count: int, timeframe: Timeframe | None, symbol: str) -> Candles:
        """The last `count` closed candles."""
        return self._feed(symbol).last(count, timeframe)

    def indicator(self, function: Callable[..., Any], columns: Sequence[str], values: Sequence[Any], symbol: str) -> Any:
        """The indicator over all candles, shown only up to the candle at hand."""
        return self._feed(symbol).indicator(function, columns, values)

    def wake(self, every: int, at: str, when: NDArray[np.bool_] | None, *, timer: str, limits: bool) -> None:
        """Limits the candles that wake the strategy, or sets a timer, or both."""
        self.feed.wake(every, at, when, timer=timer, limits=limits)
        self.is_changed = True

    def log(self, words: str, values: Mapping[str, Any]) -> None:
        """Notes something with the time of the candle at hand."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(self.now, words, dict(values), self.symbol if len(self.feeds) > 1 else ""))
