"""Whatever a venue's pages look like (sizes, holes, late starts, passing faults, windows or not), what is stored is what it has, closed."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput, VenueError, VenueUnreachable
from terminal.domain.instrument import Instrument
from terminal.domain.page import Page
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.market.download import Means, closed_range, extract
from terminal.market.store import CandleStore

KEY = SeriesKey("somewhere", "BTC/USDT", Timeframe.H1)
INSTRUMENT = Instrument("somewhere", "BTC/USDT")


@dataclass
class Somewhere:
    """A source in memory: candles at some of the hours, pages of at most `size` rows (or hours, where it answers by windows)."""

    hours: list[int]
    size: int
    by_windows: bool
    now_ns: int
    faults: set[int] = field(default_factory=set)
    asked: int = 0
    name: str = "somewhere"
    simulated: bool = False
    detail: str = ""
    requests_at_once: int = 2

    async def instruments(self) -> tuple[Instrument, ...]:
        return (INSTRUMENT,)

    async def timeframes(self) -> tuple[Timeframe, ...]:
        return (Timeframe.H1,)

    async def now(self) -> int:
        return self.now_ns

    async def first_candle(self, instrument: Instrument, timeframe: Timeframe) -> int | None:
        return self.hours[0] * HOUR if self.hours else None

    async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
        self.asked += 1
        if self.asked in self.faults:
            raise VenueUnreachable("gone for a moment")
        window = min(end, start + self.size * HOUR) if self.by_windows else end
        found = np.array([hour * HOUR for hour in self.hours if start <= hour * HOUR < window][: self.size], dtype=np.int64)
        until = window if self.by_windows or len(found) < self.size else min(end, int(found[-1]) + HOUR)
        values = np.repeat((found / HOUR)[:, None], 5, axis=1)
        return Page(found, values, until)

    async def close(self) -> None:
        return None


async def _no_wait(_seconds: float) -> None:
    await asyncio.sleep(0)


def fetched(source: Somewhere, store: CandleStore, start: int, end: int | None) -> int:
    means = Means(lambda: source.now_ns, Random(1), sleep=_no_wait)
    return asyncio.run(extract(source, store, ["BTC/USDT"], Timeframe.H1, start, end, means=means)).received


@settings(max_examples=40, deadline=None)
@given(
    hours=st.sets(st.integers(0, 300), max_size=120).map(sorted),
    size=st.integers(1, 50),
    by_windows=st.booleans(),
    ranges=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200)), min_size=1, max_size=4),
    now_hour=st.integers(1, 310),
    faults=st.sets(st.integers(1, 30), max_size=5),
)
def test_what_is_stored_is_exactly_what_the_venue_has_of_the_asked_ranges(hours, size, by_windows, ranges, now_hour, faults) -> None:
    source = Somewhere(hours, size, by_windows, now_hour * HOUR + HOUR // 2, faults)
    asked: set[int] = set()
    with tempfile.TemporaryDirectory() as folder:
        store = CandleStore(Path(folder), lambda: source.now_ns)
        for first, length in ranges:
            if first * HOUR >= source.now_ns:
                continue
            fetched(source, store, first * HOUR, (first + length) * HOUR)
            asked |= set(range(first, min(first + length, now_hour)))
        expected = [hour for hour in hours if hour in asked]
        info = store.info(KEY)
        stored = store.read(KEY).time.tolist() if info is not None and info.rows else []
        assert stored == [hour * HOUR for hour in expected]
        before = source.asked
        for first, length in ranges:
            if first * HOUR < source.now_ns:
                assert fetched(source, store, first * HOUR, (first + length) * HOUR) == 0
        assert source.asked == before, "what was answered is not asked again"


@given(start=st.integers(0, 10**6), length=st.integers(-5, 500), now=st.integers(1, 10**6))
def test_a_range_is_cut_to_closed_candles_on_the_grid_or_refused(start: int, length: int, now: int) -> None:
    step = HOUR // 4
    given_start, given_end, now_ns = start * step, (start + length) * step, now * step
    try:
        first, last = closed_range(Timeframe.H1, given_start, given_end, now_ns)
    except BadInput:
        assert length <= 0 or given_start >= now_ns
        return
    assert first % HOUR == last % HOUR == 0
    assert given_start <= first < given_start + HOUR
    opens = [hour * HOUR for hour in range(given_start // HOUR - 1, given_end // HOUR + 2)]
    wanted = [open_ns for open_ns in opens if given_start <= open_ns < given_end and open_ns + HOUR <= now_ns]
    assert [open_ns for open_ns in opens if first <= open_ns < last] == wanted


def test_a_venue_that_never_gets_further_is_told_apart_from_one_that_is_slow(tmp_path: Path) -> None:
    class Stuck(Somewhere):
        async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
            return Page.empty(start)

    with pytest.raises(VenueError, match="without getting any further than 1970-01-01T05"):
        fetched(Stuck([10], 5, False, 100 * HOUR), CandleStore(tmp_path, lambda: 0), 5 * HOUR, None)


def test_a_candle_off_the_grid_that_is_still_forming_is_asked_for_again_later(tmp_path: Path) -> None:
    class HalfHours(Somewhere):
        async def page(self, instrument: Instrument, timeframe: Timeframe, start: int, end: int) -> Page:
            found = np.array([time for time in (HOUR // 2 + hour * HOUR for hour in self.hours) if start <= time < end], dtype=np.int64)
            return Page(found, np.ones((len(found), 5)), end)

    source = HalfHours([0, 1, 2, 3], 50, False, 3 * HOUR + HOUR // 4)
    store = CandleStore(tmp_path, lambda: source.now_ns)
    assert fetched(source, store, 0, None) == 2
    source.now_ns = 4 * HOUR
    assert fetched(source, store, 0, None) == 1
    assert store.read(KEY).time.tolist() == [HOUR // 2, 3 * HOUR // 2, 5 * HOUR // 2]
