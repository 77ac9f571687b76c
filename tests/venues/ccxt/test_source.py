"""The real ccxt against the local exchange: markets, candles, clocks and refusals in the domain's words."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from terminal.domain.errors import OutcryError, RateLimited, RegionBlocked, VenueBanned, VenueError, VenueUnreachable
from terminal.domain.instrument import AssetClass
from terminal.domain.timeframe import Timeframe
from terminal.venues.ccxt.exchanges import exchange_ids, redirected
from terminal.venues.ccxt.source import CcxtSource
from tests.builders.exchange import Fault, FaultKind, Listing, LocalExchange, candles_of

T = TypeVar("T")
HOUR_MS = 3_600_000
HOUR = HOUR_MS * 1_000_000
START_MS = 1_600_000_000_000 // HOUR_MS * HOUR_MS


def listing(count: int = 3000, *, base: str = "BTC", quote: str = "USDT") -> Listing:
    return Listing(base, quote, candles_of(START_MS, count), HOUR_MS)


def ask(exchange: LocalExchange, venue: str, question: Callable[[CcxtSource], Awaitable[T]]) -> T:
    async def run() -> T:
        source = CcxtSource(venue, address=exchange.address, clock=lambda: exchange.now * 1_000_000)
        source._exchange.enableRateLimit = False  # a loopback needs no courtesy
        try:
            return await question(source)
        finally:
            await source.close()

    return asyncio.run(run())


async def first_page(source: CcxtSource):
    (instrument, *_) = await source.instruments()
    return await source.page(instrument, Timeframe.H1, START_MS * 1_000_000, (START_MS + 5000 * HOUR_MS) * 1_000_000)


def test_the_list_of_exchanges_is_ccxts_own() -> None:
    import ccxt

    assert set(exchange_ids()) == set(ccxt.exchanges)
    assert {"binance", "kraken", "coinbase"} <= set(exchange_ids())


@pytest.mark.parametrize("exchange_id", ["binance", "kraken", "coinbase", "bybit", "okx", "bitfinex", "kucoin", "htx"])
def test_no_address_of_an_exchange_is_left_when_requests_are_redirected(exchange_id: str) -> None:
    async def addresses() -> str:
        source = CcxtSource(exchange_id, address="http://127.0.0.1:9", clock=lambda: 0)
        text = json.dumps(source._exchange.urls["api"])
        await source.close()
        return text

    left = asyncio.run(addresses())
    assert "127.0.0.1:9" in left
    assert "https://" not in left
    assert "wss://" not in left


def test_redirecting_keeps_paths_and_turns_streams_into_streams() -> None:
    tree = {"public": "https://api.binance.com/api/v3", "ws": {"spot": "wss://stream.binance.com:9443/ws"}, "list": ["https://a.b/c"], "none": None}
    assert redirected(tree, "http://127.0.0.1:8080") == {
        "public": "http://127.0.0.1:8080/api/v3",
        "ws": {"spot": "ws://127.0.0.1:8080/ws"},
        "list": ["http://127.0.0.1:8080/c"],
        "none": None,
    }


def test_markets_become_instruments_with_their_grid() -> None:
    with LocalExchange([listing(), listing(base="ETH")]) as exchange:
        bitcoin, ether = ask(exchange, "binance", lambda source: source.instruments())
    assert (bitcoin.venue, bitcoin.symbol, ether.symbol) == ("binance", "BTC/USDT", "ETH/USDT")
    assert (bitcoin.tick, bitcoin.lot, bitcoin.minimum_notional) == (Decimal("0.01"), Decimal("0.00001"), Decimal(5))
    assert (bitcoin.quote, bitcoin.calendar, bitcoin.asset_class) == ("USDT", "24/7", AssetClass.CRYPTO)


def test_krakens_own_names_become_the_usual_ones() -> None:
    with LocalExchange([listing(quote="USD"), listing(base="ETH", quote="EUR")]) as exchange:
        symbols = [one.symbol for one in ask(exchange, "kraken", lambda source: source.instruments())]
    assert symbols == ["BTC/USD", "ETH/EUR"]


def test_a_page_of_binance_is_its_thousand_candles_and_says_how_far_it_answers() -> None:
    traded = listing()
    with LocalExchange([traded]) as exchange:
        page = ask(exchange, "binance", first_page)
    assert len(page) == 1000
    assert np.array_equal(page.time, traded.rows[:1000, 0].astype(np.int64) * 1_000_000)
    assert np.array_equal(page.values, traded.rows[:1000, 1:])
    assert page.answered_until == int(page.time[-1]) + HOUR
    assert page.earliest is None


def test_kraken_keeps_only_its_newest_candles_and_the_page_says_so() -> None:
    traded = listing()
    with LocalExchange([traded]) as exchange:
        page = ask(exchange, "kraken", first_page)
    assert page.earliest == int(traded.rows[-720, 0]) * 1_000_000
    assert page.time[0] == page.earliest
    volume_not_vwap = page.values[0, 4]
    assert volume_not_vwap == traded.rows[-720, 5]


def test_the_newest_is_judged_by_the_venues_clock_not_by_ours() -> None:
    async def page_after_asking_the_time(source: CcxtSource):
        source._clock = lambda: exchange.now * 1_000_000 + 1000 * 24 * HOUR
        await source.now()
        return await first_page(source)

    with LocalExchange([listing()]) as exchange:
        assert ask(exchange, "kraken", page_after_asking_the_time).earliest is not None


def test_the_collected_answer_of_kraken_parses_as_others_parse_it(shared: Path) -> None:
    case = next(one for one in json.loads((shared / "cases" / "ccxt.json").read_text())["cases"] if one["id"] == "cx-kraken-ohlcv")
    answer, (symbol, _, since, limit) = case["inputs"]["http"], case["inputs"]["call"]

    async def candles(source: CcxtSource):
        await source.instruments()

        async def stub(_url: str, *_rest: object, **_named: object) -> object:
            return answer

        source._exchange.fetch = stub
        instrument = next(one for one in await source.instruments() if one.symbol == symbol)
        return await source.page(instrument, Timeframe.H1, since * 1_000_000, since * 1_000_000 + limit * HOUR)

    with LocalExchange([listing()]) as exchange:
        page = ask(exchange, "kraken", candles)
    rows = [[time // 1_000_000, *values] for time, values in zip(page.time.tolist(), page.values.tolist(), strict=True)]
    assert rows == case["expected"]["parsed"]


@pytest.mark.parametrize("venue", ["binance", "kraken"])
def test_the_venues_clock_is_asked(venue: str) -> None:
    with LocalExchange([listing()]) as exchange:
        assert ask(exchange, venue, lambda source: source.now()) == exchange.now // 1000 * 1_000_000_000


def test_the_first_candle_is_found_without_paging_from_the_beginning_of_time() -> None:
    with LocalExchange([listing()]) as exchange:

        async def first(source: CcxtSource):
            (instrument,) = await source.instruments()
            return await source.first_candle(instrument, Timeframe.H1)

        assert ask(exchange, "binance", first) == START_MS * 1_000_000
        assert len(exchange.candle_requests) == 1


def test_the_first_candle_is_found_by_halving_where_a_venue_answers_by_windows() -> None:
    with LocalExchange([listing()]) as exchange:

        async def first(source: CcxtSource):
            (instrument,) = await source.instruments()
            original = source._exchange.fetch_ohlcv

            async def by_windows(symbol: str, timeframe: str, since: int, limit: int):
                width = limit * Timeframe(timeframe).nanoseconds // 1_000_000
                return [row for row in await original(symbol, timeframe, since=since, limit=limit) if row[0] < since + width]

            source._exchange.fetch_ohlcv = by_windows
            return await source.first_candle(instrument, Timeframe.H1)

        found = ask(exchange, "binance", first)
        assert found == START_MS // (24 * HOUR_MS) * 24 * HOUR
        assert len(exchange.candle_requests) <= 6


def test_rows_without_a_price_are_left_out() -> None:
    with LocalExchange([listing(11)], now=START_MS + 20 * HOUR_MS) as exchange:
        exchange.script.add({1: Fault(FaultKind.BAD_ROWS)})
        page = ask(exchange, "binance", first_page)
    assert len(page) == 6
    assert not np.isnan(page.values).any()


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault(FaultKind.TOO_MANY, 7), RateLimited, "fewer requests"),
        (Fault(FaultKind.BANNED, 120), VenueBanned, "ban ends in 2 min"),
        (Fault(FaultKind.SERVER_ERROR, status=502), VenueUnreachable, "HTTP 502"),
        (Fault(FaultKind.SERVER_ERROR, status=503), VenueUnreachable, "HTTP 503"),
        (Fault(FaultKind.TRUNCATED), VenueUnreachable, "breaks off"),
        (Fault(FaultKind.BROKEN_OFF), VenueUnreachable, "broke off"),
        (Fault(FaultKind.RESET), VenueUnreachable, "broke off"),
        (Fault(FaultKind.GEO_BLOCK), RegionBlocked, "does not serve this country"),
        (Fault(FaultKind.GEO_WORDS), RegionBlocked, "not available in your country"),
        (Fault(FaultKind.NOT_FOUND), VenueError, "HTTP 404"),
    ],
    ids=lambda value: value.kind.name if isinstance(value, Fault) else None,
)
@pytest.mark.parametrize("venue", ["binance", "kraken"])
def test_every_failing_answer_becomes_one_of_our_refusals(venue: str, fault: Fault, kind: type[OutcryError], words: str) -> None:
    with LocalExchange([listing()]) as exchange:
        exchange.script.from_number[1] = fault  # from then on: aiohttp itself asks once more after a reset
        with pytest.raises(OutcryError) as refusal:
            ask(exchange, venue, first_page)
    assert type(refusal.value) is kind
    assert words in str(refusal.value)
    assert refusal.value.is_temporary == (kind in {RateLimited, VenueUnreachable})
    if isinstance(refusal.value, RateLimited):
        assert refusal.value.retry_after_seconds == 7


def test_a_venue_nobody_answers_for_is_unreachable_and_says_what_still_works() -> None:
    with LocalExchange([listing()]) as exchange:
        address = exchange.address

    async def run() -> None:
        source = CcxtSource("binance", address=address, clock=lambda: 0)
        try:
            await source.instruments()
        finally:
            await source.close()

    with pytest.raises(VenueUnreachable, match=r"cannot be reached.*demo market and file import work without one"):
        asyncio.run(run())
