"""A feed hands on every closed candle once, in order, then the forming one, whatever it missed meanwhile."""

from terminal.domain.candles import COLUMNS
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import MINUTE, SECOND, Timeframe
from terminal.market.feed import Feed
from terminal.venues.demo.market import DemoMarket

NOON = 1_717_416_000 * SECOND
BTC = SeriesKey("demo", "BTC/USDT", Timeframe.M1)
SPY = SeriesKey("demo", "SPY", Timeframe.M1)


def test_closed_minutes_of_the_stream_are_history_bit_for_bit() -> None:
    market = DemoMarket(7)
    feed = Feed(market)
    feed.beats([BTC], NOON)
    closed = [beat.candle for second in range(0, 3 * 60 + 1, 7) for beat in feed.beats([BTC], NOON + second * SECOND) if beat.is_closed]
    history = market.candles("BTC/USDT", Timeframe.M1, NOON, NOON + 2 * MINUTE)
    assert len(closed) == 2
    for row, candle in enumerate(closed):
        assert all(getattr(candle, name)[0] == getattr(history, name)[row] for name in COLUMNS)


def test_after_a_pause_every_missed_candle_comes_once() -> None:
    feed = Feed(DemoMarket(1))
    feed.beats([BTC], NOON + 30 * SECOND)
    beats = feed.beats([BTC], NOON + 5 * MINUTE + 10 * SECOND)
    assert [beat.is_closed for beat in beats] == [True] * 5 + [False]
    assert [int(beat.candle.time[0]) for beat in beats] == [NOON + minute * MINUTE for minute in range(6)]
    assert not any(beat.is_closed for beat in feed.beats([BTC], NOON + 5 * MINUTE + 11 * SECOND))


def test_a_series_begins_with_the_candle_that_closed_last() -> None:
    feed = Feed(DemoMarket(1))
    feed.beats([BTC], NOON)
    beats = feed.beats([SeriesKey("demo", "ETH/USDT", Timeframe.H1)], NOON + 90 * SECOND)
    assert [(beat.is_closed, int(beat.candle.time[0])) for beat in beats] == [(True, NOON - 60 * MINUTE), (False, NOON)]


def test_a_closed_exchange_sends_nothing() -> None:
    feed = Feed(DemoMarket(1))
    assert feed.beats([SPY], NOON) == []
    assert feed.beats([SPY], NOON + 60 * SECOND) == []
    assert len(feed.beats([SPY], NOON + 2 * 60 * MINUTE)) == 30  # 13:30 to 13:59 have closed, 14:00 has no second yet
