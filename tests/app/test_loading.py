"""Whoever names candles gets them where they can be had, and where not the command that gets them."""

from dataclasses import replace

import numpy as np
import pytest

from terminal.app.build import build
from terminal.app.commands import ChangeSetting, ExtractCandles, LoadCandles, PrepareDemo
from terminal.app.terminal import Terminal
from terminal.domain.candles import Candles, Provenance
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import DAY, HOUR, SECOND, Timeframe
from terminal.venues.demo.market import DemoMarket

NOW = 1_790_000_000 * SECOND + 17


@pytest.fixture
def still() -> Terminal:
    """A terminal whose clock stands, over an empty home."""
    return build(clock=lambda: NOW)


def same(one: Candles, other: Candles) -> bool:
    return one.fingerprint == other.fingerprint and one.provenance == other.provenance


@pytest.mark.parametrize("symbol", ["BTC/USDT", "ETH/USDT", "SPY"])
@pytest.mark.parametrize("timeframe", list(Timeframe))
def test_the_simulated_market_needs_no_store(still: Terminal, symbol: str, timeframe: Timeframe) -> None:
    candles = still.execute(LoadCandles(SeriesKey("demo", symbol, timeframe)))
    assert len(candles) > 50
    assert candles.provenance.simulated
    assert candles.timeframe is timeframe
    assert candles.time[-1] + timeframe.nanoseconds <= NOW
    assert still.store.series() == ()


def test_made_and_stored_candles_of_the_simulated_market_are_the_same(still: Terminal) -> None:
    key = SeriesKey("demo", "BTC/USDT", Timeframe.H1)
    made = still.execute(LoadCandles(key))
    still.execute(PrepareDemo())
    assert same(still.execute(LoadCandles(key)), made)
    assert same(still.store.read(key), made)
    earlier = still.execute(LoadCandles(key, int(made.time[0]) - 500 * HOUR))
    assert int(earlier.time[0]) == int(made.time[0]) - 500 * HOUR


def test_a_part_that_was_extracted_is_what_an_open_range_means(still: Terminal) -> None:
    key = SeriesKey("demo", "BTC/USDT", Timeframe.D1)
    still.execute(ExtractCandles("demo", ("BTC/USDT",), Timeframe.D1, NOW - 100 * DAY, NOW - 50 * DAY))
    assert len(still.execute(LoadCandles(key))) == 50
    assert len(still.execute(LoadCandles(key, end=NOW))) == 99  # the day of NOW is not over


def test_another_seed_is_another_market_at_once(still: Terminal) -> None:
    still.execute(PrepareDemo())
    still.execute(ChangeSetting("seed", 9))
    candles = still.execute(LoadCandles(SeriesKey("demo", "BTC/USDT", Timeframe.H1)))
    assert candles.provenance == DemoMarket(9).provenance


def test_extracting_with_another_seed_replaces_what_the_first_one_made(still: Terminal) -> None:
    asked = ExtractCandles("demo", ("BTC/USDT",), Timeframe.D1, NOW - 100 * DAY, NOW)
    still.execute(asked)
    still.execute(ChangeSetting("seed", 9))
    still.execute(replace(asked, start=NOW - 50 * DAY))
    candles = still.store.read(SeriesKey("demo", "BTC/USDT", Timeframe.D1))
    assert len(candles) == 49
    assert candles.provenance == DemoMarket(9).provenance


def test_a_range_in_the_future_of_the_simulated_market_is_empty(still: Terminal) -> None:
    assert len(still.execute(LoadCandles(SeriesKey("demo", "BTC/USDT", Timeframe.H1), NOW + DAY, NOW + 9 * DAY))) == 0


def test_what_the_simulated_market_does_not_trade_names_the_nearest(still: Terminal) -> None:
    with pytest.raises(UnknownName, match=r"'BTCUSDT'.*Did you mean BTC/USDT"):
        still.execute(LoadCandles(SeriesKey("demo", "BTCUSDT", Timeframe.H1)))


def stored(terminal: Terminal, venue: str, symbol: str) -> None:
    days = DemoMarket(1).candles("BTC/USDT", Timeframe.D1, NOW - 9 * DAY, NOW)
    values = (np.asarray(getattr(days, name)) for name in ("open", "high", "low", "close", "volume"))
    real = Candles(replace(days.instrument, venue=venue, symbol=symbol), Timeframe.D1, days.time, *values, provenance=Provenance(venue))
    terminal.store.write(real, source=venue, covered=(int(days.time[0]), int(days.time[-1]) + DAY))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            LoadCandles(SeriesKey("binance", "BTC/USDT", Timeframe.H1)),
            "outcry data extract --venue binance --symbol BTC/USDT --timeframe 1h --start 2023-09-22",
        ),
        (
            LoadCandles(SeriesKey("binance", "BTC/USDT:USDT", Timeframe.M1), NOW - 3 * DAY, NOW - DAY),
            "outcry data extract --venue binance --symbol BTC/USDT:USDT --timeframe 1m --start 2026-09-18 --end 2026-09-21",
        ),
        (LoadCandles(SeriesKey("file", "my coin", Timeframe.H1)), "outcry data import FILE --symbol 'my coin'"),
        (LoadCandles(SeriesKey("kraken", "BTC/USTD", Timeframe.D1)), "Did you mean BTC/USDT?"),
        (LoadCandles(SeriesKey("krakn", "BTC/USDT", Timeframe.D1)), "Did you mean kraken?"),
    ],
)
def test_what_is_not_stored_names_the_command_that_gets_it(still: Terminal, command: LoadCandles, words: str) -> None:
    stored(still, "kraken", "BTC/USDT")
    with pytest.raises(BadInput) as refusal:
        still.execute(command)
    assert words in str(refusal.value)
