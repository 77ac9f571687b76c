"""An exchange as a source of candles: one request at a time becomes one page of closed and forming candles in UTC.

Asked by `market.download`; everything ccxt says is turned into the domain's words here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput, OutcryError
from terminal.domain.instrument import Instrument
from terminal.domain.page import Page
from terminal.domain.timeframe import DAY, Timeframe
from terminal.venues.ccxt.exchanges import make_exchange
from terminal.venues.ccxt.markets import instruments_of
from terminal.venues.ccxt.refusals import refusal_of_error

_MILLISECOND = 1_000_000
_USUAL_ROWS = 500  # asked for where ccxt does not know how many rows a page of this exchange can have
_BEFORE_ALL = 1_230_768_000_000_000_000  # 2009-01-01: no market is older than Bitcoin itself


class CcxtSource:
    """A market.ports.CandleSource over any exchange of ccxt. Made and used on one event loop."""

    simulated = False
    detail = ""
    requests_at_once = 4  # ccxt's own limiter spaces the requests; four under way hide the time on the wire

    def __init__(self, exchange_id: str, *, address: str = "", clock: Clock) -> None:
        self.name = exchange_id
        self._clock = clock
        self._exchange = make_exchange(exchange_id, address)
        self._title = str(self._exchange.name or exchange_id)
        self._instruments: tuple[Instrument, ...] | None = None
        self._venue_is_ahead = 0

    async def instruments(self) -> tuple[Instrument, ...]:
        if self._instruments is None:
            async with self._in_our_words():
                markets = await self._exchange.load_markets()
            self._instruments = instruments_of(self.name, markets.values(), int(self._exchange.precisionMode))
        return self._instruments

    async def timeframes(self) -> tuple[Timeframe, ...]:
        if not self._exchange.has.get("fetchOHLCV"):
            return ()
        offered = self._exchange.timeframes or {}
        return tuple(timeframe for timeframe in Timeframe if timeframe.value in offered)

    async def now(self) -> int:
        if not self._exchange.has.get("fetchTime"):
            return self._clock()
        async with self._in_our_words():
            answer = await self._exchange.fetch_time()
        if answer:
            self._venue_is_ahead = int(answer) * _MILLISECOND - self._clock()
        return self._present()

    async def first_candle(self, instrument: Instrument, timeframe: Timeframe) -> int | None:
        time, _ = await self._rows(instrument, timeframe, _BEFORE_ALL)
        if len(time):
            return int(time[0])
        # this exchange answers by windows and says nothing before the listing: find the first window that is not empty
        offered = await self.timeframes()
        coarse = Timeframe.D1 if Timeframe.D1 in offered else offered[-1]
        width = self._page_rows(instrument) * coarse.nanoseconds
        empty, full = 0, (self._present() - _BEFORE_ALL) // width + 1
        first: int | None = None
        while empty < full:
            middle = (empty + full) // 2
            time, _ = await self._rows(instrument, coarse, _BEFORE_ALL + middle * width)
            if len(time):
                full, first = middle, int(time[0])
            else:
                empty = middle + 1
        return None if first is None else first // DAY * DAY

    async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
        time, values = await self._rows(instrument, timeframe, start)
        step, limit = timeframe.nanoseconds, self._page_rows(instrument)
        if not len(time):
            return Page.empty(min(end, start + limit * step))
        keeps_only_newest = len(time) >= limit and time[0] > start + step and time[-1] >= self._present() - 2 * step
        inside = slice(int(np.searchsorted(time, start)), int(np.searchsorted(time, end)))
        return Page(
            time[inside],
            values[inside],
            answered_until=min(end, int(time[-1]) + step),
            earliest=int(time[0]) if keeps_only_newest else None,
        )

    async def close(self) -> None:
        await self._exchange.close()

    def _present(self) -> int:
        """The venue's time as far as it told it."""
        return self._clock() + self._venue_is_ahead

    def _page_rows(self, instrument: Instrument) -> int:
        limit = self._exchange.feature_value(instrument.symbol, "fetchOHLCV", "limit") if self._exchange.markets else None
        return int(limit or _USUAL_ROWS)

    async def _rows(self, instrument: Instrument, timeframe: Timeframe, start: int) -> tuple[Any, Any]:
        """Times (n,) in UTC ns and values (n, 5) of one answer to "from `start` on", oldest first, each time once, rows without a price dropped."""
        if timeframe not in await self.timeframes():
            raise BadInput(f"{self._title} has no {timeframe.words} candles.", cure="Choose another timeframe.")
        await self.instruments()
        async with self._in_our_words():
            answer = await self._exchange.fetch_ohlcv(instrument.symbol, timeframe.value, since=-(-start // _MILLISECOND), limit=self._page_rows(instrument))
        table = np.array([[np.nan if cell is None else cell for cell in row[:6]] for row in answer], dtype=np.float64).reshape(-1, 6)
        table = table[~np.isnan(table[:, :5]).any(axis=1)]
        table[:, 5] = np.nan_to_num(table[:, 5], nan=0.0)
        time = table[:, 0].astype(np.int64) * _MILLISECOND
        time, row = np.unique(time, return_index=True)
        return time, table[row, 1:]

    @asynccontextmanager
    async def _in_our_words(self) -> AsyncIterator[None]:
        """Turns ccxt's exceptions, and those of a fault in its parsers on an answer nobody foresaw, into the domain's."""
        import ccxt

        try:
            yield
        except OutcryError:
            raise
        except (ccxt.BaseError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise refusal_of_error(self._title, error) from error
