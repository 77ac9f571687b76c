"""What a session was shown, kept message by message, so that a backtest can be run over exactly that.

The paper broker fills it; `ticks` is what `backtest` takes.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from terminal.domain.instrument import Instrument
from terminal.domain.ticks import Ticks

Levels = Sequence[tuple[Decimal, Decimal]]


class Recording:
    """The messages of one instrument, in the order in which they came."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._trades: list[tuple[int, int, float, float]] = []
        self._marks: list[tuple[int, int, float]] = []
        self._books: list[tuple[int, int, Any, Any]] = []

    def __len__(self) -> int:
        return len(self._trades) + len(self._marks) + len(self._books)

    def trade(self, time: int, price: Decimal, size: Decimal) -> None:
        """A trade was printed."""
        self._trades.append((len(self), time, float(price), float(size)))

    def mark(self, time: int, price: Decimal) -> None:
        """The venue marked its price."""
        self._marks.append((len(self), time, float(price)))

    def book(self, time: int, bids: Levels, asks: Levels) -> None:
        """A book, or a quote, was shown."""
        mine, its = ([(float(price), float(size)) for price, size in side] for side in (bids, asks))
        self._books.append((len(self), time, mine, its))

    def ticks(self) -> Ticks:
        """All of it; raises BadInput for what no venue can have sent."""
        what, parts = self._instrument, list[Ticks]()
        orders: list[int] = []
        if self._trades:
            order, times, prices, sizes = zip(*self._trades, strict=True)
            parts.append(Ticks.of_trades(what, times, prices, sizes))
            orders += order
        if self._marks:
            order, times, prices = zip(*self._marks, strict=True)
            parts.append(Ticks.of_marks(what, times, prices))
            orders += order
        if self._books or not parts:
            order, times, bids, asks = zip(*self._books, strict=True) if self._books else ((), (), (), ())
            parts.append(Ticks.of_books(what, times, bids, asks))
            orders += order
        return Ticks.merged(*parts, order=orders)
