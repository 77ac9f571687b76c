"""History, coarser candles and the live stream of the simulated market are one path, whatever is asked first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.candles import COLUMNS, Candles
from terminal.domain.errors import BadInput, UnknownName
from terminal.domain.resample import resample
from terminal.domain.timeframe import DAY, HOUR, MINUTE, SECOND, WEEK, Timeframe
from terminal.venues.demo.market import FIRST_TIME, DemoMarket

SYMBOLS = ("BTC/USDT", "ETH/USDT", "SPY")
NOON = 1_717_416_000 * SECOND  # 2024-06-03 12:00 UTC, a Monday
OPEN = 1_717_425_000 * SECOND  # 14:30 UTC that day: New York has been open for an hour

symbols = st.sampled_from(SYMBOLS)
frames = st.sampled_from(tuple(Timeframe))
seeds = st.integers(0, 2**31 - 1)


def same(left: Candles, right: Candles) -> bool:
    return all(getattr(left, name).tobytes() == getattr(right, name).tobytes() for name in COLUMNS)


@settings(deadline=None, max_examples=60)
@given(seed=seeds, symbol=symbols, frame=frames, start=st.integers(0, 4000), length=st.integers(0, 300), before=st.integers(0, 500), after=st.integers(0, 500))
def test_a_window_equals_the_same_rows_of_a_longer_one(seed: int, symbol: str, frame: Timeframe, start: int, length: int, before: int, after: int) -> None:
    step = min(frame.nanoseconds, HOUR * 4)
    first, last = NOON + start * step, NOON + (start + length) * step
    longer = DemoMarket(seed).candles(symbol, frame, first - before * step, last + after * step)
    assert same(DemoMarket(seed).candles(symbol, frame, first, last), longer.between(first, last))


@settings(deadline=None, max_examples=20)
@given(seed=seeds, symbol=symbols, day=st.integers(0, 2500))
def test_every_timeframe_is_the_resample_of_the_minutes(seed: int, symbol: str, day: int) -> None:
    market = DemoMarket(seed)
    start = Timeframe.W1.floor(FIRST_TIME + day * DAY)
    minutes = market.candles(symbol, Timeframe.M1, start, start + WEEK)
    for frame in Timeframe:
        assert same(market.candles(symbol, frame, start, start + WEEK), resample(minutes, frame, known_until=start + WEEK)), frame


@settings(deadline=None, max_examples=25)
@given(seed=seeds, symbol=symbols, frame=frames, moment=st.integers(0, 3 * 365 * 86_400))
def test_the_stream_s_last_second_is_history_s_candle(seed: int, symbol: str, frame: Timeframe, moment: int) -> None:
    market = DemoMarket(seed)
    opened = frame.floor(NOON + moment * SECOND)
    history = market.candles(symbol, frame, opened, opened + 1)
    almost = market.forming(symbol, frame, opened + frame.nanoseconds - SECOND)
    assert len(almost) == len(history)
    if len(history):
        assert almost.open[0] == history.open[0]
        assert almost.high[0] <= history.high[0]
        assert almost.low[0] >= history.low[0]
        assert almost.volume[0] <= history.volume[0]


def test_a_minute_is_exactly_its_seconds() -> None:
    """The seconds, read one by one from the stream, end at the minute's close and touch its extremes."""
    market = DemoMarket(5)
    minute = market.candles("BTC/USDT", Timeframe.M1, NOON, NOON + MINUTE)
    lasts = [market.quote("BTC/USDT", NOON + second * SECOND).last for second in range(1, 61)]
    rows = [market.forming("BTC/USDT", Timeframe.M5, NOON + second * SECOND) for second in range(1, 61)]
    assert lasts[-1] == minute.close[0]
    assert [row.close[0] for row in rows] == lasts
    assert rows[-1].high[0] == minute.high[0]
    assert rows[-1].low[0] == minute.low[0]
    assert rows[-1].volume[0] == minute.volume[0]
    assert len(set(lasts)) > 30


def test_asking_later_changes_nothing_before() -> None:
    early, late = DemoMarket(3), DemoMarket(3)
    late.candles("ETH/USDT", Timeframe.H1, NOON + 900 * DAY, NOON + 901 * DAY)
    late.quote("ETH/USDT", NOON + 901 * DAY)
    assert same(early.candles("ETH/USDT", Timeframe.M15, NOON, NOON + DAY), late.candles("ETH/USDT", Timeframe.M15, NOON, NOON + DAY))


def test_seeds_and_symbols_differ() -> None:
    first = DemoMarket(1).candles("BTC/USDT", Timeframe.H1, NOON, NOON + 500 * HOUR)
    second = DemoMarket(2).candles("BTC/USDT", Timeframe.H1, NOON, NOON + 500 * HOUR)
    other = DemoMarket(1).candles("ETH/USDT", Timeframe.H1, NOON, NOON + 500 * HOUR)
    moves = [np.diff(np.log(candles.close)) for candles in (first, second, other)]
    assert abs(np.corrcoef(moves[0], moves[1])[0, 1]) < 0.2
    assert 0.5 < np.corrcoef(moves[0], moves[2])[0, 1] < 0.95  # crypto moves together, as it does


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("frame", [Timeframe.M1, Timeframe.H1, Timeframe.D1])
def test_candles_are_possible_and_lie_on_the_grids(symbol: str, frame: Timeframe) -> None:
    candles = DemoMarket(11).candles(symbol, frame, NOON, NOON + 20 * DAY)
    assert candles.provenance.simulated
    assert (candles.low > 0).all()
    assert (candles.high >= np.maximum(candles.open, candles.close)).all()
    assert (candles.low <= np.minimum(candles.open, candles.close)).all()
    assert (candles.volume > 0).all()
    cents = candles.close * 100
    assert np.abs(cents - np.rint(cents)).max() < 1e-6
    lots = candles.volume / float(candles.instrument.lot or 1)
    assert np.abs(lots - np.rint(lots)).max() < 1e-3


def test_the_stock_keeps_new_york_s_hours() -> None:
    market = DemoMarket(1)
    day = market.candles("SPY", Timeframe.M1, NOON, NOON + DAY)
    assert [day.start_text, day.end_text, len(day)] == ["2024-06-03T13:30:00Z", "2024-06-03T19:59:00Z", 390]
    saturday = NOON + 5 * DAY
    midnight = saturday - 12 * HOUR
    quote = market.quote("SPY", saturday)
    assert not quote.is_open
    assert (quote.bid, quote.ask) == (None, None)
    assert saturday - quote.traded == 16 * HOUR  # Friday 20:00 UTC
    assert quote.last == market.candles("SPY", Timeframe.D1, midnight - DAY, midnight).close[-1]
    assert quote.day_ago == market.candles("SPY", Timeframe.D1, midnight - 2 * DAY, midnight - DAY).close[-1]


def test_a_quote_has_sides_an_age_and_yesterday_s_price() -> None:
    market = DemoMarket(1)
    now = OPEN + 17 * SECOND + 5
    for symbol in SYMBOLS:
        quote = market.quote(symbol, now)
        assert quote.is_open
        assert quote.bid is not None
        assert quote.ask is not None
        assert quote.bid < quote.last < quote.ask
        assert (quote.ask - quote.bid) / quote.last < 0.0005
        assert now - quote.traded == 5
    yesterday = market.quote("BTC/USDT", (now - DAY) // MINUTE * MINUTE)
    assert market.quote("BTC/USDT", now).day_ago == yesterday.last


def test_nothing_is_older_than_the_market() -> None:
    market = DemoMarket(1)
    assert market.candles("BTC/USDT", Timeframe.H1, 0, FIRST_TIME + 3 * HOUR).start_text == "2018-01-01T00:00:00Z"
    assert len(market.candles("BTC/USDT", Timeframe.W1, 0, FIRST_TIME)) == 0
    assert len(market.candles("BTC/USDT", Timeframe.M1, NOON, NOON - DAY)) == 0
    assert len(market.forming("BTC/USDT", Timeframe.D1, FIRST_TIME - DAY)) == 0
    with pytest.raises(BadInput, match="2018-01-01"):
        market.quote("BTC/USDT", FIRST_TIME - DAY)


def test_an_unknown_symbol_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="BTC/USDT"):
        DemoMarket(1).candles("BTCUSDT", Timeframe.H1, NOON, NOON + DAY)
