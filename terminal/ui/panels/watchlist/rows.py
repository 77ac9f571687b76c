"""The rows of the watchlist: one per symbol under the name of its group, made of the latest quote and its recent hours.

Quotes come from the stream, recent candles from the store; a symbol that has only one of them still has its row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terminal.app.state import Quote
from terminal.domain.candles import Candles
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, SECOND
from terminal.ui.charts.columns import Columns

Symbol = tuple[str, str]
"""Venue and symbol."""
STALE_NS = 5 * SECOND
SIMULATED_GROUP = "Simulated market — prices are invented"


@dataclass(frozen=True, eq=False)
class History:
    """The last days of one stored series: the spark line, yesterday's price and what indicators are calculated from."""

    key: SeriesKey
    candles: Candles

    @property
    def closes(self) -> NDArray[np.float64]:
        """Shape (n,), oldest first."""
        return self.candles.close

    @property
    def end(self) -> int:
        """Close of the last candle, UTC ns."""
        return int(self.candles.time[-1]) + self.key.timeframe.nanoseconds

    def columns(self) -> Columns:
        """The candles as indicators take them."""
        return Columns.of(self.candles)

    def day_ago(self) -> float | None:
        """Close a day before the last candle's, of a stock the close before; None where nothing is stored so far back."""
        row = int(np.searchsorted(self.candles.time, self.candles.time[-1] - DAY, side="right")) - 1
        return float(self.closes[row]) if row >= 0 else None


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One line: a symbol, or where `symbol` is "" the head of a group. `received` is the time of the price (UTC ns)."""

    venue: str
    symbol: str
    group: str
    last: float | None = None
    day_ago: float | None = None
    spread: float | None = None
    received: int | None = None
    is_open: bool = True
    is_live: bool = False
    """True where a stream brings its price."""
    spark: tuple[float, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    """Last value of each chosen indicator, by its label."""

    @property
    def is_head(self) -> bool:
        """True for the line that names a group."""
        return not self.symbol

    @property
    def change(self) -> float | None:
        """Since a day ago, as a fraction."""
        return None if self.last is None or not self.day_ago else self.last / self.day_ago - 1

    def age(self, now: int) -> float | None:
        """Seconds since the price was made; None where there is none."""
        return None if self.received is None else max(0, now - self.received) / SECOND

    def is_stale(self, now: int) -> bool:
        """True where a price that should follow the market has stopped."""
        return self.is_live and self.is_open and self.received is not None and now - self.received > STALE_NS


def group_of(venue: str) -> str:
    """The words over the symbols of a venue."""
    return SIMULATED_GROUP if venue == "demo" else "Imported files" if venue == "file" else venue.capitalize()


def rows_of(
    quotes: Mapping[Symbol, Quote], histories: Mapping[Symbol, History], values: Mapping[Symbol, Mapping[str, float]], *, has_heads: bool
) -> list[WatchRow]:
    """A row for every symbol known from either side, by group; the simulated market first."""
    symbols = sorted({*quotes, *histories}, key=lambda symbol: (symbol[0] != "demo", symbol))
    rows: list[WatchRow] = []
    for symbol in symbols:
        group = group_of(symbol[0])
        if has_heads and (not rows or rows[-1].group != group):
            rows.append(WatchRow(symbol[0], "", group))
        rows.append(_row(symbol, group, quotes.get(symbol), histories.get(symbol), values.get(symbol, {})))
    return rows


def _row(symbol: Symbol, group: str, quote: Quote | None, history: History | None, values: Mapping[str, float]) -> WatchRow:
    closes = tuple(float(close) for close in history.closes[-_spark_rows(history) :]) if history is not None else ()
    if quote is None:
        assert history is not None  # noqa: S101 - a symbol comes from one of the two
        return WatchRow(*symbol, group, closes[-1], history.day_ago(), received=history.end, spark=closes, values=values)
    spread = quote.ask - quote.bid if quote.ask is not None and quote.bid is not None else None
    spark = (*closes, quote.last) if closes else ()
    return WatchRow(*symbol, group, quote.last, quote.day_ago, spread, quote.received, quote.is_open, True, spark, values)


def _spark_rows(history: History) -> int:
    """Rows of the last three days, thirty at least."""
    since = int(history.candles.time[-1]) - 3 * DAY
    return max(30, len(history.closes) - int(np.searchsorted(history.candles.time, since)))


def wanted_series(stored: Iterable[SeriesKey]) -> dict[Symbol, SeriesKey]:
    """Of each symbol the stored series nearest to one hour, from which its row is made."""
    found: dict[Symbol, SeriesKey] = {}
    for key in sorted(stored, key=lambda key: abs(np.log(key.timeframe.nanoseconds / (3600 * SECOND)))):
        found.setdefault((key.venue, key.symbol), key)
    return found
