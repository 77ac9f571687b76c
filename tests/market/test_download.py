"""Extraction from the local exchange through the real ccxt: only what is missing, closed candles alone, side by side, to the candle."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import pytest

from terminal.domain.candles import VALUE_COLUMNS
from terminal.domain.errors import BadInput, Cancelled, DiskFull, RateLimited, RegionBlocked, UnknownName, VenueBanned, VenueError, VenueUnreachable
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.domain.work import never
from terminal.market.download import Extraction, Means, extract
from terminal.market.store import CandleStore
from terminal.venues.ccxt.source import CcxtSource
from tests.builders.exchange import Fault, FaultKind, Listing, LocalExchange, candles_of, listing_from_file

HOUR_MS = 3_600_000
START_MS = 1_600_000_000_000 // HOUR_MS * HOUR_MS
START = START_MS * 1_000_000


def listing(count: int = 3000, *, base: str = "BTC", start: int = START_MS, seed: int = 1) -> Listing:
    return Listing(base, "USDT", candles_of(start, count, seed=seed), HOUR_MS)


def key(symbol: str = "BTC/USDT", venue: str = "binance") -> SeriesKey:
    return SeriesKey(venue, symbol, Timeframe.H1)


@dataclass
class Desk:
    """A store, an exchange and what a download said while it ran; waiting takes no time."""

    exchange: LocalExchange
    store: CandleStore
    said: list[tuple[str, str]] = field(default_factory=list)
    progress: list[tuple[str, float, float]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    stored: list[SeriesKey] = field(default_factory=list)

    def report(self, done: float, total: float, note: str = "", *, lane: str = "") -> None:
        self.said.append((lane, note))
        self.progress.append((lane, done, total))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def extract(
        self,
        symbols: Sequence[str] = ("BTC/USDT",),
        start: int = START,
        end: int | None = None,
        *,
        timeframe: Timeframe = Timeframe.H1,
        venue: str = "binance",
        cancelled: Callable[[], bool] = never,
    ) -> Extraction:
        def clock() -> int:
            return self.exchange.now * 1_000_000

        async def run() -> Extraction:
            source = CcxtSource(venue, address=self.exchange.address, clock=clock)
            source._exchange.enableRateLimit = False
            means = Means(clock, Random(1), self.report, cancelled, self.sleep, self.stored.append)
            try:
                return await extract(source, self.store, symbols, timeframe, start, end, means=means)
            finally:
                await source.close()

        return asyncio.run(run())

    def matches(self, traded: Listing, *, symbol: str = "BTC/USDT", venue: str = "binance", closed: int | None = None) -> None:
        """Asserts that the store holds exactly these rows of the listing, to the last bit."""
        stored = self.store.read(key(symbol, venue))
        rows = traded.rows[: closed if closed is not None else len(traded.rows) - 1]
        assert np.array_equal(stored.time, rows[:, 0].astype(np.int64) * 1_000_000)
        for place, name in enumerate(VALUE_COLUMNS):
            assert np.array_equal(getattr(stored, name), rows[:, place + 1]), name


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[LocalExchange] = []

    def make(*listings: Listing, **options: object) -> Desk:
        exchange = LocalExchange(listings or [listing()], **options)
        opened.append(exchange.__enter__())
        return Desk(exchange, CandleStore(tmp_path / "candles", lambda: exchange.now * 1_000_000))

    yield make
    for exchange in opened:
        exchange.__exit__()


def test_real_candles_arrive_exactly_and_the_forming_one_is_left_out(desk: Callable[..., Desk], shared: Path) -> None:
    traded = listing_from_file(shared / "data" / "crypto" / "binance_btcusdt_1h.parquet", "BTC/USDT")
    room = desk(traded)
    outcome = room.extract(start=0)
    assert outcome.received == len(traded.rows) - 1 == 45_023
    room.matches(traded)
    info = room.store.info(key())
    assert (len(info.gaps), info.missing_bars) == (27, 127)


def test_a_second_extraction_asks_nothing_and_a_later_one_only_for_the_new(desk: Callable[..., Desk]) -> None:
    traded = listing()
    room = desk(traded)
    room.exchange.now = START_MS + 2000 * HOUR_MS
    assert room.extract().received == 2000
    asked = len(room.exchange.candle_requests)
    assert room.extract().received == 0
    assert len(room.exchange.candle_requests) == asked
    room.exchange.now = START_MS + 2500 * HOUR_MS
    assert room.extract().received == 500
    (query,) = room.exchange.candle_requests[asked:]
    assert int(query["startTime"]) == START_MS + 2000 * HOUR_MS
    room.matches(traded, closed=2500)


def test_only_the_hole_between_two_stored_ranges_is_asked_for(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.extract(end=START + 100 * HOUR)
    room.extract(start=START + 200 * HOUR, end=START + 300 * HOUR)
    asked = len(room.exchange.candle_requests)
    assert room.extract(end=START + 300 * HOUR).received == 100
    assert [int(query["startTime"]) for query in room.exchange.candle_requests[asked:]] == [START_MS + 100 * HOUR_MS]


def test_several_symbols_arrive_side_by_side_each_in_its_lane(desk: Callable[..., Desk]) -> None:
    listings = [listing(base=base, seed=seed) for seed, base in enumerate(("BTC", "ETH", "XRP", "LTC", "ADA"))]
    room = desk(*listings)
    symbols = [one.symbol for one in listings]
    outcome = room.extract(symbols)
    assert [one.key.symbol for one in outcome.series] == symbols
    for one in listings:
        room.matches(one, symbol=one.symbol)
    for symbol in symbols:
        done = [(finished, total) for lane, finished, total in room.progress if lane == symbol]
        assert done[-1] == (2999, 2999)
        assert [finished for finished, _ in done] == sorted(finished for finished, _ in done)
    assert room.progress[-1] == ("", 5 * 2999, 5 * 2999)
    first_of = [next(place for place, query in enumerate(room.exchange.candle_requests) if query["symbol"] == one.base + "USDT") for one in listings]
    last_of_the_first = max(place for place, query in enumerate(room.exchange.candle_requests) if query["symbol"] == "BTCUSDT")
    assert first_of[1] < last_of_the_first, "the second symbol began before the first was done"


def test_an_instrument_that_starts_late_is_not_asked_for_from_1970_page_by_page(desk: Callable[..., Desk]) -> None:
    room = desk(listing(500))
    assert room.extract(start=0).received == 499
    assert len(room.exchange.candle_requests) <= 2
    assert room.store.missing(key(), 0, START) == ()


def test_a_late_start_costs_a_few_requests_where_a_venue_answers_by_windows(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    traded = listing(500)
    original = CcxtSource._rows

    async def by_windows(self: CcxtSource, instrument, timeframe, start):
        time, values = await original(self, instrument, timeframe, start)
        inside = time < start + 1000 * timeframe.nanoseconds
        return time[inside], values[inside]

    monkeypatch.setattr(CcxtSource, "_rows", by_windows)
    room = desk(traded)
    assert room.extract(start=0).received == 499
    assert len(room.exchange.candle_requests) <= 10
    room.matches(traded)


def test_holes_are_kept_as_holes_and_not_asked_for_again(desk: Callable[..., Desk]) -> None:
    rows = candles_of(START_MS, 3000)
    traded = Listing("BTC", "USDT", np.delete(rows, slice(990, 1030), axis=0), HOUR_MS)
    room = desk(traded)
    room.extract()
    room.matches(traded)
    assert room.store.info(key()).missing_bars == 40
    assert room.extract().requests == 0


def test_kraken_gives_its_newest_720_and_says_what_cannot_be_had(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    outcome = room.extract(venue="kraken")
    assert outcome.received == 719
    assert "kraken keeps only its newest candles" in outcome.series[0].note
    stored = room.store.read(key(venue="kraken"))
    assert stored.time[0] == START + 2280 * HOUR
    assert room.store.missing(key(venue="kraken"), START, START + 100 * HOUR), "what could not be had does not count as answered"


def test_the_venues_clock_decides_what_has_closed_when_ours_is_ahead(desk: Callable[..., Desk]) -> None:
    traded = listing()
    room = desk(traded, now=START_MS + 99 * HOUR_MS + HOUR_MS // 2)
    venue_time = room.exchange.now

    async def run() -> Extraction:
        source = CcxtSource("binance", address=room.exchange.address, clock=lambda: (venue_time + 3 * HOUR_MS) * 1_000_000)
        means = Means(lambda: (venue_time + 3 * HOUR_MS) * 1_000_000, Random(1), sleep=room.sleep)
        try:
            return await extract(source, room.store, ["BTC/USDT"], Timeframe.H1, START, None, means=means)
        finally:
            await source.close()

    assert asyncio.run(run()).received == 99
    room.matches(traded, closed=99)


@pytest.mark.parametrize(
    "fault",
    [Fault(FaultKind.TOO_MANY, 3), Fault(FaultKind.SERVER_ERROR, status=502), Fault(FaultKind.TRUNCATED), Fault(FaultKind.BROKEN_OFF), Fault(FaultKind.RESET)],
    ids=lambda fault: fault.kind.name,
)
def test_passing_faults_are_tried_again_and_every_candle_arrives(desk: Callable[..., Desk], fault: Fault) -> None:
    traded = listing()
    room = desk(traded)
    room.exchange.script.add({1: fault, 3: fault, 4: fault})
    room.extract()
    room.matches(traded)


def test_retry_after_is_kept_to_the_second_with_a_visible_count_down(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.exchange.script.add({2: Fault(FaultKind.TOO_MANY, 7)})
    room.extract()
    assert sum(room.slept) == 7
    count_down = [note for lane, note in room.said if lane == "BTC/USDT" and "again in" in note]
    assert [note.rpartition(" · ")[2] for note in count_down] == [f"again in {left} s" for left in range(7, 0, -1)]


def test_a_limit_without_a_figure_is_waited_out_longer_each_time(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.exchange.script.add(dict.fromkeys((1, 2, 3), Fault(FaultKind.TOO_MANY)))
    room.extract()
    assert 0.5 * (5 + 10 + 20) <= sum(room.slept) <= 5 + 10 + 20


def test_one_symbols_limit_holds_the_others_back(desk: Callable[..., Desk]) -> None:
    listings = [listing(base=base) for base in ("BTC", "ETH", "XRP")]
    room = desk(*listings)
    room.exchange.script.add({2: Fault(FaultKind.TOO_MANY, 30)})
    seen: list[int] = []
    plain = room.sleep

    async def sleep(seconds: float) -> None:
        seen.append(len(room.exchange.candle_requests))
        await plain(seconds)
        await asyncio.sleep(0.005)

    room.sleep = sleep
    room.extract([one.symbol for one in listings])
    assert seen[-1] - seen[0] <= 3, "only what was already under way arrived during the wait"


def test_a_wait_nobody_would_sit_through_is_told_instead(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.exchange.script.add({1: Fault(FaultKind.TOO_MANY, 7200)})
    with pytest.raises(RateLimited, match="wait 120 min"):
        room.extract()
    assert room.slept == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(FaultKind.BANNED, 600), VenueBanned),
        (Fault(FaultKind.GEO_BLOCK), RegionBlocked),
        (Fault(FaultKind.GEO_WORDS), RegionBlocked),
        (Fault(FaultKind.NOT_FOUND), VenueError),
    ],
    ids=lambda value: value.kind.name if isinstance(value, Fault) else None,
)
def test_lasting_refusals_are_taken_at_once_and_what_came_before_is_kept(desk: Callable[..., Desk], fault: Fault, kind: type[Exception]) -> None:
    traded = listing()
    room = desk(traded)
    room.exchange.script.from_number[3] = fault
    with pytest.raises(kind):
        room.extract()
    assert len(room.exchange.candle_requests) == 3
    assert room.slept == []
    room.matches(traded, closed=2000)


def test_no_network_is_given_up_after_six_tries_in_words(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.exchange.__exit__()
    with pytest.raises(VenueUnreachable, match=r"cannot be reached.*import work without one"):
        room.extract()
    waits = [note for _, note in room.said if "try " in note]
    assert any("try 6 of 6" in note for note in waits)
    assert sum(room.slept) <= 1 + 2 + 4 + 8 + 16


def test_going_on_after_the_venue_was_down_loses_and_doubles_nothing(desk: Callable[..., Desk]) -> None:
    traded = listing()
    room = desk(traded)
    room.exchange.script.from_number[2] = Fault(FaultKind.SERVER_ERROR)
    with pytest.raises(VenueUnreachable):
        room.extract()
    room.exchange.script.from_number.clear()
    assert room.extract().received == 1999
    room.matches(traded)


def test_a_symbol_the_venue_refuses_does_not_hold_up_the_others(desk: Callable[..., Desk]) -> None:
    good, bad = listing(base="BTC"), listing(base="ETH")
    room = desk(good, bad)
    listings = room.exchange.listings

    def without_ether() -> int:
        if any(query.get("symbol") == "BTCUSDT" for query in room.exchange.candle_requests):
            listings.pop("ETH/USDT", None)
        return int(good.rows[-1, 0]) + HOUR_MS // 2

    room.exchange._now = without_ether
    outcome = room.extract(["BTC/USDT", "ETH/USDT"])
    room.matches(good)
    (failed,) = outcome.failed
    assert failed.key.symbol == "ETH/USDT"
    assert "Invalid symbol" in str(failed.error)


def test_the_exchanges_own_limit_is_never_reached(desk: Callable[..., Desk]) -> None:
    """ccxt's limiter is part of the source: with it on, an exchange that bans what is too fast sees no abuse."""
    room = desk(listing(6000), most_per_second=25)

    async def run() -> None:
        source = CcxtSource("binance", address=room.exchange.address, clock=lambda: room.exchange.now * 1_000_000)
        try:
            await extract(source, room.store, ["BTC/USDT"], Timeframe.H1, START, None, means=Means(lambda: room.exchange.now * 1_000_000, Random(1)))
        finally:
            await source.close()

    asyncio.run(run())
    assert room.exchange.abuses == 0


def test_the_end_before_the_start_is_refused(desk: Callable[..., Desk]) -> None:
    with pytest.raises(BadInput, match=r"ends \(2020-09-13T12:00:00Z\) before it starts"):
        desk().extract(start=START + HOUR, end=START)


def test_an_empty_range_is_refused(desk: Callable[..., Desk]) -> None:
    with pytest.raises(BadInput, match="is empty"):
        desk().extract(start=START, end=START)


def test_a_range_in_the_future_is_refused_and_one_that_reaches_into_it_is_cut(desk: Callable[..., Desk]) -> None:
    traded = listing()
    room = desk(traded)
    now = room.exchange.now * 1_000_000
    with pytest.raises(BadInput, match="starts in the future"):
        room.extract(start=now + HOUR)
    outcome = room.extract(end=now + 1000 * HOUR)
    assert outcome.end == Timeframe.H1.floor(now)
    room.matches(traded)
    assert room.store.missing(key(), START, now + 10 * HOUR), "the future does not count as answered"


@pytest.mark.parametrize(("typed", "meant"), [("BTC/USDX", "BTC/USDT"), ("ETHUSDT", "ETH/USDT"), ("BTCUSD", "BTC/USDT")])
def test_an_unknown_symbol_is_refused_with_the_nearest(desk: Callable[..., Desk], typed: str, meant: str) -> None:
    with pytest.raises(UnknownName, match="Did you mean") as refusal:
        desk(listing(), listing(base="ETH")).extract([typed])
    assert meant in refusal.value.nearest


def test_a_timeframe_the_venue_lacks_is_refused_with_those_it_has_and_a_way_round(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    async def few(_self: CcxtSource) -> tuple[Timeframe, ...]:
        return (Timeframe.M1, Timeframe.M15, Timeframe.H1, Timeframe.D1)

    monkeypatch.setattr(CcxtSource, "timeframes", few)
    with pytest.raises(BadInput, match=r"no 4h candles.*offers 1m, 15m, 1h, 1d.*can be made from 1h"):
        desk().extract(timeframe=Timeframe.H4)


def test_a_full_disk_is_told_in_words_and_what_was_stored_stays(desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    traded = listing()
    room = desk(traded)
    room.extract(end=START + 500 * HOUR)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(DiskFull, match=r"No room on the disk.*Free some space"):
            room.extract()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    room.matches(traded, closed=500)
    room.extract()
    room.matches(traded)


def test_each_filed_batch_is_told(desk: Callable[..., Desk]) -> None:
    room = desk(listing())
    room.extract()
    assert room.stored[-1] == key()


def test_cancelling_keeps_what_was_received(desk: Callable[..., Desk]) -> None:
    traded = listing()
    room = desk(traded)
    room.exchange.script.from_number[3] = Fault(FaultKind.BLACK_HOLE)
    with pytest.raises(Cancelled):
        room.extract(cancelled=room.exchange.waiting.is_set)
    room.matches(traded, closed=2000)
