"""The commands that ask a venue, through the headless terminal."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from terminal.app.build import build
from terminal.app.commands import ExtractCandles, ListInstruments, ListTimeframes, ListVenues, RepairGaps
from terminal.app.state import StoreChanged
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from tests.builders.exchange import Listing, LocalExchange, candles_of

HOUR_MS = 3_600_000
START_MS = 1_609_459_200_000
KEY = SeriesKey("binance", "BTC/USDT", Timeframe.H1)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = build()
    with LocalExchange([Listing("BTC", "USDT", candles_of(START_MS, 300), HOUR_MS)]) as exchange:
        made.settings.change("exchange_address", exchange.address)
        yield made


def test_venues_instruments_and_timeframes_are_listed(terminal: Terminal) -> None:
    assert terminal.execute(ListVenues())[0] == "demo"
    assert [one.symbol for one in terminal.execute(ListInstruments("binance"))] == ["BTC/USDT"]
    assert Timeframe.H1 in terminal.execute(ListTimeframes("kraken"))
    assert {one.symbol for one in terminal.execute(ListInstruments("demo"))} >= {"BTC/USDT", "ETH/USDT", "SPY"}


def test_an_extraction_stores_and_tells_that_the_store_changed(terminal: Terminal) -> None:
    heard: list[object] = []
    terminal.publisher.subscribe(lambda _number, value: heard.append(value))
    outcome = terminal.execute(ExtractCandles("binance", ("BTC/USDT",), Timeframe.H1, START_MS * 1_000_000))
    assert outcome.received == 299
    assert StoreChanged(KEY) in heard
    assert len(terminal.store.read(KEY)) == 299


def test_the_demo_market_is_extracted_like_any_venue_and_labelled(terminal: Terminal) -> None:
    end = terminal.clock()
    outcome = terminal.execute(ExtractCandles("demo", ("BTC/USDT", "SPY"), Timeframe.H1, end - 30 * 24 * HOUR_MS * 1_000_000))
    assert outcome.received > 500
    assert terminal.store.read(SeriesKey("demo", "SPY", Timeframe.H1)).provenance.simulated


@pytest.mark.parametrize("command", [ListInstruments("binanc"), ExtractCandles("binanc", ("BTC/USDT",), Timeframe.H1, 0), ListTimeframes("binanc")])
def test_an_unknown_venue_is_refused_with_the_nearest(terminal: Terminal, command: object) -> None:
    with pytest.raises(UnknownName, match="binance"):
        terminal.execute(command)


def test_no_symbol_is_refused(terminal: Terminal) -> None:
    with pytest.raises(BadInput, match="No symbol was chosen"):
        terminal.execute(ExtractCandles("binance", (), Timeframe.H1, 0))


def test_a_second_outcry_on_the_same_folders_extracts_nothing(terminal: Terminal) -> None:
    second = replace(terminal, read_only=True)
    for command in (ExtractCandles("binance", ("BTC/USDT",), Timeframe.H1, 0), RepairGaps(KEY)):
        with pytest.raises(BadInput, match="another one is running on the same folders"):
            second.execute(command)
