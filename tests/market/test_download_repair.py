"""Repair: the same venue asked again, or a second one, fills exactly what is missing."""

import asyncio
from pathlib import Path
from random import Random

import numpy as np
import pytest

from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.market.download import Extraction, Means, extract
from terminal.market.download_repair import repair
from terminal.market.store import CandleStore
from terminal.venues.ccxt.source import CcxtSource
from tests.builders.exchange import Listing, LocalExchange, candles_of

HOUR_MS = 3_600_000
START_MS = 1_600_000_000_000 // HOUR_MS * HOUR_MS
KEY = SeriesKey("binance", "BTC/USDT", Timeframe.H1)
ROWS = candles_of(START_MS, 1000)
WHOLE = Listing("BTC", "USDT", ROWS, HOUR_MS)
HOLED = Listing("BTC", "USDT", np.delete(ROWS, [*range(400, 410), 700, 701], axis=0), HOUR_MS)


def clock() -> int:
    return (START_MS + 1001 * HOUR_MS) * 1_000_000


def source_of(venue: str, exchange: LocalExchange) -> CcxtSource:
    source = CcxtSource(venue, address=exchange.address, clock=clock)
    source._exchange.enableRateLimit = False
    return source


def extracted(store: CandleStore, exchange: LocalExchange) -> None:
    async def run() -> None:
        source = source_of("binance", exchange)
        await extract(source, store, ["BTC/USDT"], Timeframe.H1, START_MS * 1_000_000, None, means=Means(clock, Random(1)))
        await source.close()

    asyncio.run(run())


def repaired(store: CandleStore, exchange: LocalExchange, venue: str = "binance", key: SeriesKey = KEY) -> Extraction:
    async def run() -> Extraction:
        source = source_of(venue, exchange)
        try:
            return await repair(source, store, key, means=Means(clock, Random(1)))
        finally:
            await source.close()

    return asyncio.run(run())


def test_a_venue_that_has_the_candles_now_fills_every_gap(tmp_path: Path) -> None:
    store = CandleStore(tmp_path, clock)
    with LocalExchange([HOLED], now=clock() // 1_000_000) as exchange:
        extracted(store, exchange)
        assert store.info(KEY).missing_bars == 12
        exchange.listings[WHOLE.symbol] = WHOLE
        before = len(exchange.candle_requests)
        outcome = repaired(store, exchange)
        assert len(exchange.candle_requests) - before == 2, "one request per gap and none for what is there"
    assert outcome.received == 12
    assert outcome.series[0].note == "no gap is left"
    stored = store.read(KEY)
    assert np.array_equal(stored.time, ROWS[:, 0].astype(np.int64) * 1_000_000)
    assert np.array_equal(stored.close, ROWS[:, 4])
    assert store.info(KEY).missing_bars == 0


def test_a_venue_that_has_none_says_so(tmp_path: Path) -> None:
    store = CandleStore(tmp_path, clock)
    with LocalExchange([HOLED], now=clock() // 1_000_000) as exchange:
        extracted(store, exchange)
        outcome = repaired(store, exchange)
    assert outcome.received == 0
    assert outcome.series[0].note == "binance has no candles for the 12 still missing"


def test_a_second_venue_fills_the_gaps_of_the_first_under_the_firsts_name(tmp_path: Path) -> None:
    store = CandleStore(tmp_path, clock)
    with LocalExchange([HOLED], now=clock() // 1_000_000) as exchange:
        extracted(store, exchange)
        exchange.listings[WHOLE.symbol] = WHOLE
        outcome = repaired(store, exchange, "kraken")
    assert outcome.received == 12
    assert len(store.read(KEY)) == 1000
    assert store.receipts(KEY)[-1].source == "kraken"
    assert [info.key for info in store.series()] == [KEY]


def test_a_second_venue_without_the_symbol_suggests_what_it_has(tmp_path: Path) -> None:
    store = CandleStore(tmp_path, clock)
    with LocalExchange([HOLED], now=clock() // 1_000_000) as exchange:
        extracted(store, exchange)
        del exchange.listings["BTC/USDT"]
        exchange.listings["BTC/USD"] = Listing("BTC", "USD", ROWS, HOUR_MS)
        with pytest.raises(UnknownName, match="BTC/USD"):
            repaired(store, exchange, "kraken")


def test_what_is_not_stored_cannot_be_repaired(tmp_path: Path) -> None:
    with LocalExchange([WHOLE]) as exchange, pytest.raises(BadInput, match=r"Nothing is stored.*Extract it first"):
        repaired(CandleStore(tmp_path, clock), exchange)


def test_invented_prices_never_fill_real_gaps(tmp_path: Path) -> None:
    from terminal.venues.demo.source import DemoSource

    store = CandleStore(tmp_path, clock)
    with LocalExchange([HOLED], now=clock() // 1_000_000) as exchange:
        extracted(store, exchange)
    with pytest.raises(BadInput, match="its prices are invented"):
        asyncio.run(repair(DemoSource(1, clock), store, KEY, means=Means(clock, Random(1))))
