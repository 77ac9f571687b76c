"""The demo market answers like a venue: pages, closed candles only, nothing from the network."""

import asyncio
import socket

import numpy as np
import pytest

from terminal.domain.errors import UnknownName
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import HOUR, SECOND, Timeframe
from terminal.venues.demo.source import DemoSource

NOW = 1_790_000_000 * SECOND


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> DemoSource:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("the demo market asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return DemoSource(1, lambda: NOW)


def test_a_page_ends_before_the_forming_candle(source: DemoSource) -> None:
    instrument = source.market.instruments()[0]
    page = asyncio.run(source.page(instrument, Timeframe.H1, NOW - 10 * HOUR, NOW + 10 * HOUR))
    assert int(page.time[-1]) + HOUR == NOW // HOUR * HOUR
    assert page.answered_until == NOW + 10 * HOUR


def test_pages_joined_are_the_market(source: DemoSource) -> None:
    instrument = source.market.instruments()[1]
    start, end, times = NOW - 200_000 * 60 * SECOND, NOW, []
    while start < end:
        page = asyncio.run(source.page(instrument, Timeframe.M1, start, end))
        times.append(page.time)
        start = page.answered_until
    whole = source.market.candles(instrument.symbol, Timeframe.M1, NOW - 200_000 * 60 * SECOND, Timeframe.M1.floor(NOW))
    assert np.array_equal(np.concatenate(times), whole.time)
    assert len(times) == 2


def test_it_trades_what_it_says(source: DemoSource) -> None:
    found = asyncio.run(source.instruments())
    assert [instrument.symbol for instrument in found] == ["BTC/USDT", "ETH/USDT", "SPY"]
    assert asyncio.run(source.timeframes()) == tuple(Timeframe)
    assert asyncio.run(source.now()) == NOW
    assert asyncio.run(source.first_candle(found[0], Timeframe.H1)) == 1_514_764_800 * SECOND
    with pytest.raises(UnknownName):
        asyncio.run(source.page(Instrument("demo", "DOGE/USDT"), Timeframe.H1, NOW - HOUR, NOW))
    asyncio.run(source.close())
