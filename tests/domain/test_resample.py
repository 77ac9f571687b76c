"""From fine candles to coarse ones: nothing invented, nothing known too early, an exchange's day is its own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.resample import resample
from terminal.domain.timeframe import HOUR, Timeframe

START = 1_609_459_200 * 10**9  # Friday 2021-01-01


def candles(time: np.ndarray, timeframe: Timeframe, calendar: str = "24/7", seed: int = 0) -> Candles:
    rng = np.random.default_rng(seed)
    body = 100 + rng.normal(0, 1, (2, len(time)))
    return Candles(Instrument("x", "X", calendar=calendar), timeframe, time, body[0], body.max(0) + 1, body.min(0) - 1, body[1], rng.random(len(time)))


def at(*moments: str) -> np.ndarray:
    return np.array(moments, "datetime64[ns]").view(np.int64)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 2000), min_size=1), st.sampled_from([Timeframe.M15, Timeframe.H1, Timeframe.H4, Timeframe.D1, Timeframe.W1]))
def test_resampling_is_pandas_resampling_without_the_forming_candle(minutes, timeframe):
    import pandas as pd

    time = START + np.array(sorted(minutes), np.int64) * 5 * 60 * 10**9
    fine = candles(time, Timeframe.M5)
    frame = pd.DataFrame({name: getattr(fine, name) for name in ("open", "high", "low", "close", "volume")}, index=pd.to_datetime(time))
    rule = {"1w": "W-MON", "1d": "1D", "4h": "4h", "1h": "1h", "15m": "15min"}[timeframe.value]
    pieces = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    theirs = frame.resample(rule, label="left", closed="left").agg(pieces).dropna()
    ours = resample(fine, timeframe)
    ends = theirs.index.as_unit("ns").to_numpy().view(np.int64) + timeframe.nanoseconds
    theirs = theirs[ends <= time[-1] + Timeframe.M5.nanoseconds]
    assert ours.time.tolist() == theirs.index.as_unit("ns").to_numpy().view(np.int64).tolist()
    for name in pieces:
        assert np.allclose(getattr(ours, name), theirs[name])


def test_a_coarse_candle_is_never_made_finer():
    with pytest.raises(BadInput, match="1d candles cannot be turned into 1h"):
        resample(candles(at("2021-01-01"), Timeframe.D1), Timeframe.H1)


def test_a_stocks_day_counts_once_its_exchange_has_closed():
    hours = at("2021-07-01T13:00", "2021-07-01T14:00", "2021-07-01T19:00", "2021-07-02T13:00", "2021-07-02T19:00")
    assert resample(candles(hours, Timeframe.H1, "XNYS"), Timeframe.D1).time.tolist() == at("2021-07-01", "2021-07-02").tolist()
    assert resample(candles(hours[:-1], Timeframe.H1, "XNYS"), Timeframe.D1).time.tolist() == at("2021-07-01").tolist()
    assert resample(candles(hours, Timeframe.H1, "24/7"), Timeframe.D1).time.tolist() == at("2021-07-01").tolist()


def test_a_stocks_week_counts_once_friday_has_closed():
    days = at("2021-06-28", "2021-06-29", "2021-06-30", "2021-07-01", "2021-07-02")
    assert len(resample(candles(days, Timeframe.D1, "XNYS"), Timeframe.W1)) == 1
    assert len(resample(candles(days[:-1], Timeframe.D1, "XNYS"), Timeframe.W1)) == 0


def test_a_session_past_midnight_utc_stays_one_day():
    evening = at("2021-01-04T14:30", "2021-01-04T23:30", "2021-01-05T00:30", "2021-01-05T14:30", "2021-01-05T20:30")  # New York trades until 20:00
    daily = resample(candles(evening, Timeframe.M30, "XNYS"), Timeframe.D1)
    assert daily.time.tolist() == at("2021-01-04", "2021-01-05").tolist()
    fine = candles(evening, Timeframe.M30, "XNYS")
    assert daily.close[0] == fine.close[2]
    # at 00:00 UTC the day of the 4th is not over: its last candle is still to come
    assert np.isnan(fine.at("1d").close[:2]).all()
    assert fine.at("1d").close[2] == fine.close[2]


def test_days_of_tokyo_are_tokyos_dates():
    hours = at("2021-07-01T00:00", "2021-07-01T05:00", "2021-07-02T00:00", "2021-07-02T05:00")
    assert resample(candles(hours, Timeframe.H1, "XTKS"), Timeframe.D1).time.tolist() == at("2021-07-01", "2021-07-02").tolist()


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 400), min_size=2), st.integers(1, 400), st.sampled_from(["24/7", "24/5", "XNYS"]))
def test_a_higher_timeframe_never_looks_ahead(hours, cut, calendar):
    time = START + np.array(sorted(hours), np.int64) * HOUR
    whole = candles(time, Timeframe.H1, calendar)
    cut = min(cut, len(time))
    known = whole.rows(0, cut).at(Timeframe.D1)
    later = whole.at(Timeframe.D1)
    rows = ~np.isnan(known.close)
    assert np.array_equal(known.close[rows], later.close[:cut][rows])
    assert known.time.tolist() == whole.time[:cut].tolist()
    assert later.timeframe is Timeframe.H1
