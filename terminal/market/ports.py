"""What the download asks of the outside: a source that answers one page of candles at a time.

Venues comply without knowing this module; `market.download` asks, the store files what comes.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from terminal.domain.instrument import Instrument
from terminal.domain.page import Page
from terminal.domain.timeframe import Timeframe

Sleep = Callable[[float], Awaitable[None]]
"""Waits for that many seconds; `asyncio.sleep` outside tests."""


class CandleSource(Protocol):
    """A venue as the download sees it. Made and used on one event loop; every call may be cancelled at any time.

    Refusals are VenueError or BadInput; those with `is_temporary` deserve another try, which is the caller's business.
    """

    name: str
    """Id of the venue, such as "binance"; the first part of every series key."""
    simulated: bool
    """True where the prices are invented."""
    detail: str
    """What the origin of its candles says beyond the name, such as the seed of invented prices; mostly empty."""
    requests_at_once: int
    """How many requests may be under way together without breaking the venue's limits."""

    async def instruments(self) -> tuple[Instrument, ...]:
        """Everything the venue trades, sorted by symbol; asked once and remembered."""
        ...

    async def timeframes(self) -> tuple[Timeframe, ...]:
        """The candle lengths it serves, shortest first."""
        ...

    async def now(self) -> int:
        """The venue's own clock (UTC ns), by which its last candle is closed or still forming; this computer's where it tells none."""
        ...

    async def first_candle(self, instrument: Instrument, timeframe: Timeframe) -> int | None:
        """Open (UTC ns) of the oldest candle it can serve, so that nobody asks for years before it; None where it can't tell."""
        ...

    async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
        """The answer to one request for the candles that open in [start, end), UTC ns."""
        ...

    async def close(self) -> None:
        """Gives back its connections."""
        ...
