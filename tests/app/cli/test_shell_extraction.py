"""Extraction from a shell: the real ccxt in a real process against the local exchange."""

import json

import pytest

from terminal.app.cli.words import iso
from tests.app.cli.test_shell import document, outcry
from tests.builders.exchange import Listing, LocalExchange, candles_of
from tests.builders.exchange.faults import Fault, FaultKind

HOUR_MS = 3_600_000
START_MS = 1_600_000_000_000 // HOUR_MS * HOUR_MS
COUNT = 1500


@pytest.fixture
def exchange():  # type: ignore[no-untyped-def] # a generator of LocalExchange
    with LocalExchange([Listing("BTC", "USDT", candles_of(START_MS, COUNT), HOUR_MS)]) as served:
        outcry("settings", "exchange_address", served.address)
        yield served


def moment(row: int) -> str:
    return iso((START_MS + row * HOUR_MS) * 1_000_000)


def test_candles_are_extracted_listed_and_not_asked_for_twice(exchange: LocalExchange) -> None:
    asked = ("data", "extract", "--venue", "binance", "--symbol", "BTC/USDT", "--timeframe", "1h", "--start", moment(0), "--end", moment(1200))
    assert document(*asked)
    (series,) = document("data", "list")
    assert (series["venue"], series["symbol"], series["rows"], series["start"]) == ("binance", "BTC/USDT", 1200, moment(0))
    requests = len(exchange.candle_requests)
    outcry(*asked)
    assert len(exchange.candle_requests) == requests
    outcry(*asked[:-1], moment(1300))
    assert document("data", "list")[0]["rows"] == 1300


def test_a_symbol_the_exchange_lacks_is_told_with_the_nearest(exchange: LocalExchange) -> None:
    ended = outcry("data", "extract", "--venue", "binance", "--symbol", "BTC/USDTT", "--start", moment(0), code=2)
    assert "BTC/USDTT" in ended.stderr
    assert "BTC/USDT?" in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2


def test_no_network_is_told_in_words(exchange: LocalExchange) -> None:
    outcry("settings", "exchange_address", "http://127.0.0.1:9")
    ended = outcry("data", "extract", "--venue", "binance", "--symbol", "BTC/USDT", "--start", moment(0), "--end", moment(10), code=1)
    assert "Binance cannot be reached" in ended.stderr
    assert len(ended.stderr.splitlines()) <= 2


def test_what_one_of_several_symbols_lacks_is_told_and_the_rest_is_stored() -> None:
    listings = [Listing(base, "USDT", candles_of(START_MS, COUNT), HOUR_MS) for base in ("BTC", "ETH")]
    with LocalExchange(listings) as exchange:
        outcry("settings", "exchange_address", exchange.address)
        exchange.script.add({1: Fault(FaultKind.NOT_FOUND)})
        asked = ("data", "extract", "--venue", "binance", "--symbol", "BTC/USDT,ETH/USDT", "--start", moment(0), "--end", moment(100))
        ended = outcry(*asked, "--json", code=1)
        series = json.loads(ended.stdout)["series"]
        again = outcry(*asked, code=0)
    failed = [one for one in series if one["error"] is not None]
    assert [len(series), len(failed)] == [2, 1]
    assert sorted(one["received"] for one in series) == [0, 100]
    assert "HTTP 404" in ended.stderr.splitlines()[0]
    assert failed[0]["key"]["symbol"] in ended.stderr.splitlines()[0]
    assert "100 new candles" in again.stdout
