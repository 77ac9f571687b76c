"""The name of a stored series: which venue, which symbol, which candle length.

The store files by it, panels link by it, commands carry it.
"""

from dataclasses import dataclass

from terminal.domain.timeframe import Timeframe


@dataclass(frozen=True, slots=True, order=True)
class SeriesKey:
    """One series of candles, such as binance / BTC/USDT / 1h."""

    venue: str
    symbol: str
    timeframe: Timeframe

    def __str__(self) -> str:
        return f"{self.symbol} {self.timeframe.value} ({self.venue})"
