"""Extraction: fetches what the store lacks of several symbols from one venue, side by side, within its limits.

Venues answer page by page, the store files what comes; a window, a command line or a script waits for the outcome.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from terminal.domain.candles import iso
from terminal.domain.clock import Clock
from terminal.domain.errors import BadInput, Cancelled, OutcryError, RegionBlocked, StoreError, UnknownName, VenueBanned, VenueError, VenueUnreachable
from terminal.domain.instrument import Instrument
from terminal.domain.names import nearest
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.domain.work import CancelQuestion, Report, never, silent
from terminal.market.download_patience import Patience
from terminal.market.download_series import SeriesDownload, SeriesExtraction
from terminal.market.ports import CandleSource, Sleep
from terminal.market.store import CandleStore

T = TypeVar("T")
_LOOK_SECONDS = 0.02  # how often a running download asks whether the person wants it to stop
_ENDS_ALL = (VenueBanned, RegionBlocked, VenueUnreachable, StoreError)  # the other symbols would meet the same wall


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extraction brought, one entry per symbol in the order asked."""

    series: tuple[SeriesExtraction, ...]
    start: int
    """UTC ns; what was really asked for, cut to closed candles."""
    end: int

    @property
    def received(self) -> int:
        """New candles, all symbols together."""
        return sum(one.received for one in self.series)

    @property
    def requests(self) -> int:
        """Requests for candles."""
        return sum(one.requests for one in self.series)

    @property
    def failed(self) -> tuple[SeriesExtraction, ...]:
        """The symbols that could not be finished."""
        return tuple(one for one in self.series if one.error is not None)


@dataclass(frozen=True, slots=True)
class Means:
    """What every download works with; `rng` makes the jitter, `stored` is told after each filed batch."""

    clock: Clock
    rng: Random
    report: Report = silent
    cancelled: CancelQuestion = never
    sleep: Sleep = asyncio.sleep
    stored: Callable[[SeriesKey], None] = lambda _key: None


async def extract(
    source: CandleSource, store: CandleStore, symbols: Sequence[str], timeframe: Timeframe, start: int, end: int | None, *, means: Means
) -> Extraction:
    """What was fetched of the candles that open in [start, end), UTC ns; `end` None = up to the last closed candle.

    Raises BadInput (range, timeframe), UnknownName (symbol), VenueError, StoreError or Cancelled; candles received before are
    stored. Of several symbols, one that the venue refuses is told in its entry and does not hold up the others.
    """
    return await stoppable(_extract(source, store, symbols, timeframe, start, end, means), means.cancelled)


async def _extract(
    source: CandleSource, store: CandleStore, symbols: Sequence[str], timeframe: Timeframe, start: int, end: int | None, means: Means
) -> Extraction:
    patience = Patience(means.sleep, means.rng)

    def say(words: str) -> None:
        means.report(0, 0, words)

    say(f"asking {source.name} what it trades")
    require_timeframe(source.name, await patience.ask(source.timeframes, say), timeframe)
    known = await patience.ask(source.instruments, say)
    instruments = [find_instrument(source.name, known, symbol) for symbol in dict.fromkeys(symbols)]
    now = min(means.clock(), await patience.ask(source.now, say))
    start, end = closed_range(timeframe, start, end, now)
    lanes = Lanes(means.report)
    downloads = [
        SeriesDownload(
            source,
            store,
            one,
            one,
            timeframe,
            store.missing(SeriesKey(one.venue, one.symbol, timeframe), start, end),
            now,
            patience,
            means.clock,
            lanes,
            means.stored,
        )
        for one in instruments
    ]
    lanes.expect({download.filed_as.symbol: download.total for download in downloads})
    return Extraction(await run_all(downloads, source.requests_at_once), start, end)


async def run_all(downloads: Sequence[SeriesDownload], at_once: int) -> tuple[SeriesExtraction, ...]:
    """The outcome of each download, at most `at_once` of them under way. A refusal that concerns the whole venue ends all and is raised."""
    turns = asyncio.Semaphore(at_once)

    async def one(download: SeriesDownload) -> SeriesExtraction:
        async with turns:
            try:
                return await download.run()
            except _ENDS_ALL:
                raise
            except (VenueError, BadInput) as error:
                if len(downloads) == 1:
                    raise
                return SeriesExtraction(download.key, download.received, download.requests, download.note, error)

    tasks = [asyncio.ensure_future(one(download)) for download in downloads]
    try:
        return tuple(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def require_timeframe(venue: str, offered: tuple[Timeframe, ...], wanted: Timeframe) -> None:
    """Raises BadInput where the venue lacks `wanted`; says what it offers and which of those `wanted` can be made from."""
    if wanted in offered:
        return
    if not offered:
        raise BadInput(f"{venue} serves no candles.", cure="Choose another venue.")
    finer = [one.value for one in offered if one.nanoseconds < wanted.nanoseconds and wanted.nanoseconds % one.nanoseconds == 0]
    made = f" {wanted.value} can be made from {finer[-1]}: extract {finer[-1]} and choose {wanted.value} in the chart." if finer else ""
    raise BadInput(f"{venue} has no {wanted.value} candles.", cure=f"It offers {', '.join(one.value for one in offered)}.{made}")


def find_instrument(venue: str, known: Sequence[Instrument], symbol: str) -> Instrument:
    """The instrument of that symbol, in whatever case; raises UnknownName with the nearest ones."""
    by_symbol = {one.symbol: one for one in known}
    found = by_symbol.get(symbol.strip()) or by_symbol.get(symbol.strip().upper())
    if found is None:
        raise UnknownName(
            f"symbol at {venue}", symbol, nearest=nearest(symbol, by_symbol), cure=f"{venue} trades {len(known):,} symbols; search them in the Data panel."
        )
    return found


def closed_range(timeframe: Timeframe, start: int, end: int | None, now: int) -> tuple[int, int]:
    """[start, end) on the timeframe's grid, cut to candles that have closed by `now`; raises BadInput where nothing can be in it."""
    if end is not None and end <= start:
        raise BadInput(
            f"The range ends ({iso(end)}) before it starts ({iso(start)})." if end < start else f"The range at {iso(start)} is empty.",
            cure="Swap or widen the two dates.",
        )
    if start >= now:
        raise BadInput(f"The range starts in the future, at {iso(start)}.", cure=f"The newest closed candle ended at {iso(timeframe.floor(now))}.")
    step = timeframe.nanoseconds
    last = timeframe.floor(now)
    first = timeframe.floor(start + step - 1)
    return first, max(first, last if end is None else min(timeframe.floor(end + step - 1), last))


class Lanes:
    """A Report that also adds its lanes up: the job's own progress is that of all symbols together.

    A lane that has not begun is taken to be as long as the others: how long it is shows only with its first candle.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._done: dict[str, float] = {}
        self._totals: dict[str, float] = {}

    def expect(self, totals: dict[str, int]) -> None:
        """Names the lanes and how much each will do."""
        self._totals.update(totals)

    def __call__(self, done: float, total: float, note: str = "", *, lane: str = "") -> None:
        self._done[lane], self._totals[lane] = done, total
        self._report(done, total, note, lane=lane)
        busy = [name for name, length in self._totals.items() if length > 0]
        begun = [self._totals[name] for name in busy if self._done.get(name, 0) > 0]
        whole = sum(begun) / len(begun) * len(busy) if begun else 0
        self._report(sum(self._done.values()), whole, f"{lane} {note}")


async def stoppable(work: Coroutine[Any, Any, T], cancelled: CancelQuestion) -> T:
    """The result of `work`; raises Cancelled soon after the person asked to stop, whatever it was waiting for."""
    task = asyncio.ensure_future(work)
    try:
        while True:
            finished, _ = await asyncio.wait({task}, timeout=_LOOK_SECONDS)
            if finished:
                return await task
            if cancelled():
                raise Cancelled
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError, OutcryError):
                await task
