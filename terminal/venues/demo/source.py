"""The demo market as a venue: answers pages of closed and forming candles like an exchange, without any network.

The download asks it as it asks any other source, so that simulated candles reach the store by the same road.
"""

import numpy as np

from terminal.domain.candles import VALUE_COLUMNS
from terminal.domain.clock import Clock
from terminal.domain.instrument import Instrument
from terminal.domain.page import Page
from terminal.domain.timeframe import Timeframe
from terminal.venues.demo.market import FIRST_TIME, DemoMarket
from terminal.venues.demo.symbols import VENUE

_PAGE_ROWS = 100_000


class DemoSource:
    """A market.ports.CandleSource over the simulated market of `seed`; `clock` says which candles can be known."""

    name = VENUE
    simulated = True
    requests_at_once = 1

    def __init__(self, seed: int, clock: Clock) -> None:
        self.market = DemoMarket(seed)
        self.detail = self.market.provenance.detail
        self._clock = clock

    async def instruments(self) -> tuple[Instrument, ...]:
        """What is traded, sorted by symbol."""
        return self.market.instruments()

    async def timeframes(self) -> tuple[Timeframe, ...]:
        """Every timeframe there is."""
        return tuple(Timeframe)

    async def now(self) -> int:
        """The clock's time: the market has none of its own."""
        return self._clock()

    async def first_candle(self, instrument: Instrument, timeframe: Timeframe) -> int | None:  # noqa: ARG002 - the port's shape: every series begins together
        """Open of the market's first candle."""
        return FIRST_TIME

    async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
        """The candles of [start, end) that have closed by now, up to 100,000 time steps in one answer. Raises UnknownName."""
        length = timeframe.nanoseconds
        known_until = timeframe.floor(self._clock())
        answered = min(end, start + _PAGE_ROWS * length)
        candles = self.market.candles(instrument.symbol, timeframe, start, min(answered, known_until))
        return Page(candles.time, np.column_stack([getattr(candles, name) for name in VALUE_COLUMNS]), answered)

    async def close(self) -> None:
        """Nothing to give back."""
