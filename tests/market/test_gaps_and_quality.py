"""Gaps by the market's calendar, and what a careful person would doubt, checked against the answers of others."""

import json
from pathlib import Path

import numpy as np
import pytest

from terminal.domain.calendar import calendar_of
from terminal.domain.candles import Candles
from terminal.domain.errors import UnknownName
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.timeframe import DAY, HOUR, Timeframe
from terminal.market.gaps import find_gaps
from terminal.market.quality import Doubt, check, findings_in
from terminal.venues import files


def case(shared: Path, name: str) -> dict:
    cases = json.loads((shared / "cases" / "data.json").read_text())["cases"]
    return next(item["expected"] for item in cases if item["id"] == name)


def candles(time: np.ndarray, close: np.ndarray | float = 100.0, calendar: str = "24/7", timeframe: Timeframe = Timeframe.D1, **columns: np.ndarray) -> Candles:
    prices = np.broadcast_to(np.asarray(close, float), time.shape).copy()
    kind = AssetClass.CRYPTO if calendar == "24/7" else AssetClass.EQUITY
    values = dict.fromkeys(("open", "high", "low", "close"), prices) | {"volume": np.ones(len(time))} | columns
    return Candles(Instrument("x", "X", kind, calendar=calendar), timeframe, time, **values)


def days(*dates: str) -> np.ndarray:
    return np.array(dates, "datetime64[D]").astype("datetime64[ns]").view(np.int64)


@pytest.mark.parametrize(
    ("name", "file"), [("da-gaps-btc", "crypto/binance_btcusdt_1h.parquet"), ("da-gaps-bitfinex", "crypto/bitfinex_btcusd_1m_2016.parquet")]
)
def test_gap_counts_of_real_crypto_are_those_of_others(shared, name, file):
    expected = case(shared, name)
    series = files.read(shared / "data" / file, symbol="BTC/USD")
    report = check(series)
    assert report.rows == expected["rows"]
    assert len(report.gaps.gaps) == expected["gaps"]
    assert report.gaps.missing_bars == expected["missing_bars"]
    largest = report.gaps.largest
    # theirs counts from the last candle before the hole to the first after it
    hours = (largest.end - largest.start + series.timeframe.nanoseconds) / HOUR
    days_, clock = expected["largest"].split(" days ")
    assert hours == int(days_) * 24 + int(clock[:2])
    assert np.datetime64(largest.end, "ns") == np.datetime64(expected["ends"].split("+")[0])
    zero = report.of(Doubt.ZERO_VOLUME)
    assert (zero.count if zero else 0) == expected["zero_volume"]


def test_forex_weekends_are_no_gaps_whatever_new_yorks_clock_does(shared):
    series = files.read(shared / "data/fx/oanda_eurusd_1h.parquet", symbol="EUR/USD")
    assert series.instrument.calendar == "24/5"
    weekends = np.sum(np.diff(series.time) > 40 * HOUR)
    report = find_gaps(series)
    assert weekends == sum(case(shared, "da-dst-fx")["utc"].values())
    assert len(report.gaps) == 20
    assert np.datetime64(report.largest.start, "ns") == np.datetime64("2016-12-09T22")
    assert report.largest.bars == 103


def test_nights_weekends_holidays_and_half_days_of_stocks_are_no_gaps(shared):
    daily, hourly = (shared / "data/equities" / name for name in ("lean_us_daily.parquet", "lean_us_hourly.parquet"))
    assert find_gaps(files.read(daily, symbol="SPY")).gaps == ()
    series = files.read(hourly, symbol="SPY", corrections={"zone": "America/New_York"})
    assert series.instrument.calendar == "XNYS"
    (gap,) = find_gaps(series).gaps
    assert (str(np.datetime64(gap.start, "ns").astype("datetime64[h]")), gap.bars) == ("2002-09-10T20", 2)


def test_a_missing_day_of_a_stock_is_a_gap_and_a_holiday_beside_it_is_not():
    series = candles(days("2021-07-01", "2021-07-06", "2021-07-08"), calendar="XNYS")  # the 2nd and the 7th lack, the 5th was a holiday
    assert [(gap.bars, gap.start) for gap in find_gaps(series).gaps] == [(1, days("2021-07-02")[0]), (1, days("2021-07-07")[0])]


def test_lunch_in_tokyo_is_no_gap():
    morning, afternoon = "00:00 00:30 01:00 01:30 02:00", "03:30 04:00 04:30 05:00 05:30"
    opens = [f"{day}T{clock}" for day in ("2021-07-01", "2021-07-02") for clock in f"{morning} {afternoon}".split()]
    series = candles(np.array(opens, "datetime64[ns]").view(np.int64), calendar="XTKS", timeframe=Timeframe.M30)
    assert find_gaps(series).gaps == ()


def test_an_unknown_calendar_is_named_with_its_nearest():
    with pytest.raises(UnknownName, match="XNYS"):
        calendar_of("XNYZ")


def test_one_ticker_two_companies_is_suspected(shared):
    for symbol, segments in case(shared, "da-ticker-reuse").items():
        report = check(files.read(shared / "data/equities/lean_us_daily.parquet", symbol=symbol))
        found = [tuple(str(np.datetime64(edge, "ns"))[:10] for edge in segment) for segment in report.segments]
        assert found == [(item["first"], item["last"]) for item in segments], symbol
        assert "another company" in report.of(Doubt.LONG_GAP).words


@pytest.mark.parametrize(("symbol", "case_name"), [("AAPL", "da-splits-aapl"), ("QQQ", "da-splits-qqq"), ("USO", "da-splits-qqq")])
def test_splits_of_unadjusted_stocks_are_suspected(shared, symbol, case_name):
    expected = case(shared, case_name)
    rows = files.read(shared / "data/equities/lean_us_daily.parquet", symbol=symbol)
    found = check(rows).of(Doubt.SPLIT)
    before = {str(np.datetime64(int(rows.time[row - 1]), "ns"))[:10] for row in found.rows}
    assert {item["last_day"] for item in expected.get("splits", expected.get(symbol))} <= before
    assert found.count <= 6


def test_every_doubt_is_found_where_it_stands():
    rows = 40
    rng = np.random.default_rng(3)
    close = 100 + np.cumsum(rng.normal(0, 0.1, rows))
    columns = {
        "time": np.arange(rows, dtype=np.int64) * DAY,
        "open": close.copy(),
        "high": close + 1,
        "low": close - 1,
        "close": close.copy(),
        "volume": np.ones(rows),
    }
    columns["close"][3] = columns["open"][3] = columns["high"][3] = columns["low"][3] = close[3] * 1.5
    columns["high"][7] = close[7] - 2
    columns["low"][9] = -1.0
    columns["open"][11] = np.nan
    columns["volume"][13] = 0
    columns["volume"][14] = -5
    columns["time"][20] = columns["time"][19]
    columns["time"][30] = columns["time"][28]
    found = {finding.doubt: finding.rows for finding in findings_in(columns)}
    assert found == {
        Doubt.SPIKE: (3,),
        Doubt.INCONSISTENT: (7,),
        Doubt.NOT_POSITIVE: (9,),
        Doubt.NOT_A_NUMBER: (11,),
        Doubt.ZERO_VOLUME: (13,),
        Doubt.NEGATIVE_VOLUME: (14,),
        Doubt.DUPLICATE: (20, 30),
        Doubt.UNORDERED: (30,),
    }


def test_a_clean_series_raises_no_doubt():
    close = 100 + np.cumsum(np.random.default_rng(1).normal(0, 0.5, 500))
    report = check(candles(np.arange(500, dtype=np.int64) * DAY, close))
    assert report.findings == ()
    assert report.gaps.gaps == ()
    assert "500 candles, 0 gaps" in str(report)


def test_the_report_of_real_prices_names_the_bodies_that_stick_out(shared):
    report = check(files.read(shared / "data/macro/vix_daily.csv.gz", symbol="VIX"))
    assert report.of(Doubt.INCONSISTENT).count == 47


def test_an_empty_series_has_nothing_to_doubt():
    report = check(candles(np.empty(0, np.int64)))
    assert (report.rows, report.findings, report.segments) == (0, (), ())
