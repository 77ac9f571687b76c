"""The stream publishes each second by the injected clock, only what is watched, and ends when it is told to."""

import threading
import time

from terminal.app.build import build
from terminal.app.commands import ChangeSetting, LoadCandles, PrepareDemo
from terminal.app.state import LiveCandle, Quotes
from terminal.app.streams import Streams
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import SECOND, Timeframe
from terminal.venues.demo.market import DemoMarket

NOON = 1_717_416_000 * SECOND
BTC = SeriesKey("demo", "BTC/USDT", Timeframe.M1)


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON + 20 * SECOND + 123

    def __call__(self) -> int:
        return self.now


def test_a_beat_publishes_quotes_and_the_candles_in_view() -> None:
    clock = Hand()
    terminal = build(clock=clock)
    heard: list[object] = []
    terminal.publisher.subscribe(lambda _number, value: heard.append(value))
    streams = Streams(terminal)
    streams.watch([BTC, SeriesKey("binance", "BTC/USDT", Timeframe.M1)])
    streams.beat()
    quotes, closed, live = heard
    assert isinstance(quotes, Quotes)
    assert isinstance(closed, LiveCandle)
    assert (closed.time, closed.is_closed) == (NOON - 60 * SECOND, True)
    assert [quote.series.symbol for quote in quotes.rows] == ["BTC/USDT", "ETH/USDT", "SPY"]
    assert isinstance(live, LiveCandle)
    assert (live.series, live.time, live.is_closed, live.received) == (BTC, NOON, False, NOON + 20 * SECOND)
    assert live.close == quotes.rows[0].last == DemoMarket(1).quote("BTC/USDT", clock.now).last
    assert terminal.publisher.latest(Quotes) is quotes
    clock.now += 60 * SECOND
    heard.clear()
    streams.beat()
    assert [value.is_closed for value in heard if isinstance(value, LiveCandle)] == [True, False]


def test_another_seed_is_another_market_from_the_next_second_on() -> None:
    terminal = build(clock=Hand())
    streams = Streams(terminal)
    streams.beat()
    terminal.execute(ChangeSetting("seed", 2))
    streams.beat()
    quotes = terminal.publisher.latest(Quotes)
    assert quotes is not None
    assert quotes.rows[0].last == DemoMarket(2).quote("BTC/USDT", NOON + 20 * SECOND).last


def test_what_closes_while_it_runs_is_stored_for_every_panel() -> None:
    clock = Hand()
    terminal = build(clock=clock)
    streams = Streams(terminal)
    terminal.execute(PrepareDemo())
    hourly = SeriesKey("demo", "ETH/USDT", Timeframe.H1)
    before = len(terminal.execute(LoadCandles(hourly)))
    streams.keep_stored()
    assert len(terminal.execute(LoadCandles(hourly))) == before
    clock.now += 2 * 3600 * SECOND
    streams.keep_stored()
    assert len(terminal.execute(LoadCandles(hourly))) == before + 2


def test_it_runs_beside_and_stops() -> None:
    terminal = build()
    beats = threading.Semaphore(0)
    terminal.publisher.subscribe(lambda _number, _value: beats.release())
    streams = Streams(terminal)
    streams.start()
    streams.start()
    assert beats.acquire(timeout=5)
    assert beats.acquire(timeout=5)
    streams.stop()
    while beats.acquire(blocking=False):
        pass
    assert not any(thread.name == "streams" for thread in threading.enumerate())


def test_a_second_costs_less_than_two_percent_of_one_processor() -> None:
    clock = Hand()
    terminal = build(clock=clock)
    streams = Streams(terminal)
    streams.watch([BTC, SeriesKey("demo", "ETH/USDT", Timeframe.H1)])
    streams.beat()
    began = time.thread_time()
    for _ in range(120):
        clock.now += SECOND
        streams.beat()
    assert (time.thread_time() - began) / 120 < 0.02
