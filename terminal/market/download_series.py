"""The download of one series: asks page after page for what the store lacks and files it in batches, each whole or absent.

Run by `market.download`, several side by side; killed at any moment it loses at most the batch that was not filed yet.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from terminal.domain.candles import VALUE_COLUMNS, Candles, Provenance, iso
from terminal.domain.clock import Clock
from terminal.domain.errors import OutcryError, VenueError
from terminal.domain.instrument import Instrument
from terminal.domain.page import Page
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import SECOND, Timeframe
from terminal.domain.work import Report
from terminal.market.download_patience import Patience
from terminal.market.ports import CandleSource
from terminal.market.store import CandleStore

_BATCH_ROWS = 20_000
_BATCH_NS = 5 * SECOND

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SeriesExtraction:
    """What one series gained: new candles, requests made, words about what could not be had, the error that ended it."""

    key: SeriesKey
    received: int
    requests: int
    note: str = ""
    error: OutcryError | None = None


@dataclass
class Batch:
    """Pages that were received and not yet filed; they cover [start, end) without a hole."""

    start: int
    end: int
    since: int
    pages: list[Page] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(len(page) for page in self.pages)


@dataclass
class SeriesDownload:
    """Fetches ranges of one series. `ranges` are what is missing, [start, end) in UTC ns, oldest first."""

    source: CandleSource
    store: CandleStore
    instrument: Instrument
    """As asked of the source."""
    filed_as: Instrument
    """As stored: another venue's where a second source repairs a series."""
    timeframe: Timeframe
    ranges: tuple[Range, ...]
    closed_until: int
    """UTC ns: candles that end after it are still forming and are left out."""
    patience: Patience
    clock: Clock
    report: Report
    stored: Callable[[SeriesKey], None]

    def __post_init__(self) -> None:
        self.key = SeriesKey(self.filed_as.venue, self.filed_as.symbol, self.timeframe)
        self.requests = 0
        self.received = 0
        self.note = ""
        self.total = sum(end - start for start, end in self.ranges) // self.timeframe.nanoseconds
        self.done = 0
        self._first_is_known = False
        self._has_begun = False

    async def run(self) -> SeriesExtraction:
        """What was gained. Raises the venue's or the store's refusal; what was received before it is filed."""
        self._say("waiting" if self.ranges else "nothing is missing")
        for start, end in self.ranges:
            await self._fetch(start, end)
        self._say(self.note or "done")
        return SeriesExtraction(self.key, self.received, self.requests, self.note)

    async def _fetch(self, start: int, end: int) -> None:
        batch = Batch(start, start, self.clock())
        cursor = start
        try:
            while cursor < end:
                page = await self._ask(cursor, end)
                lost_before = min(max(page.earliest or 0, cursor), end)
                if lost_before > cursor:  # not covered: another day's question to another venue may still find them
                    self._file(batch)
                    self.note = f"{self.source.name} keeps only its newest candles: nothing before {_day(lost_before)}"
                    batch = Batch(lost_before, lost_before, self.clock())
                reached = page.answered_until
                if not len(page) and reached < end:
                    reached = max(reached, await self._listed_at(end))
                page, end = self._closed(page, end)
                batch.pages.append(page)
                batch.end = min(reached, end)
                self._advance(cursor, batch.end, page)
                cursor = batch.end
                if batch.rows >= _BATCH_ROWS or self.clock() - batch.since >= _BATCH_NS:
                    self._file(batch)
                    batch = Batch(cursor, cursor, self.clock())
        finally:  # also when cancelled or refused: what was received is kept
            self._file(batch)

    async def _ask(self, cursor: int, end: int) -> Page:
        self.requests += 1
        page = await self.patience.ask(lambda: self.source.page(self.instrument, self.timeframe, cursor, end), self._say)
        if page.answered_until <= cursor:
            raise VenueError(f"{self.source.name} answers without getting any further than {iso(cursor)}.", cure="Try another range or another venue.")
        return page

    async def _listed_at(self, end: int) -> int:
        """Where to go on after an empty page: the instrument's first candle, so that years before it are not asked page by page."""
        if self._first_is_known:
            return 0
        self._first_is_known = True
        self.requests += 1
        first = await self.patience.ask(lambda: self.source.first_candle(self.instrument, self.timeframe), self._say)
        return end if first is None else self.timeframe.floor(first)

    def _closed(self, page: Page, end: int) -> tuple[Page, int]:
        """The page without candles that are still forming, and where the range ends without them: they will be asked for again."""
        closed = int(np.searchsorted(page.time + self.timeframe.nanoseconds, self.closed_until, side="right"))
        if closed == len(page):
            return page, end
        return Page(page.time[:closed], page.values[:closed], page.answered_until, page.earliest), min(end, int(page.time[closed]))

    def _file(self, batch: Batch) -> None:
        if batch.end <= batch.start:
            return
        time = np.concatenate([page.time for page in batch.pages])
        values = np.concatenate([page.values for page in batch.pages])
        columns = {name: np.ascontiguousarray(values[:, place]) for place, name in enumerate(VALUE_COLUMNS)}
        origin = Provenance(self.source.name, self.source.simulated, self.source.detail)
        candles = Candles(self.filed_as, self.timeframe, time, provenance=origin, **columns)
        self.store.write(candles, source=self.source.name, covered=(batch.start, batch.end))
        self.received += len(candles)
        self.stored(self.key)

    def _advance(self, old: int, new: int, page: Page) -> None:
        before = (int(page.time[0]) if len(page) else new) - old if not self._has_begun else 0
        self._has_begun = self._has_begun or len(page) > 0
        self.total -= before // self.timeframe.nanoseconds  # time before the listing was never work; counting it would spoil the time left
        self.done += (new - old - before) // self.timeframe.nanoseconds
        self._say(f"up to {_day(new)}")

    def _say(self, words: str) -> None:
        self.report(self.done, self.total, words, lane=self.filed_as.symbol)


def _day(time_ns: int) -> str:
    return iso(time_ns)[:10]
