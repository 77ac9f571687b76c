"""All measures of a run at once: the daily curve, agreement with backtesting.py, and what a broken-off or empty run gives."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from terminal.stats.measures import annual_days, measure, resample

HOUR = 3_600_000_000_000
DAY = 24 * HOUR
FIELDS = np.dtype(
    [
        ("entry_row", "i8"),
        ("exit_row", "i8"),
        ("quantity", "f8"),
        ("entry_price", "f8"),
        ("exit_price", "f8"),
        ("costs", "f8"),
        ("profit", "f8"),
        ("reason", "i8"),
    ]
)
NO_TRADES = np.zeros(0, FIELDS)


def test_a_day_ends_at_its_last_candle_and_the_first_counts_from_the_capital() -> None:
    time = np.arange(18, 18 + 54) * HOUR
    equity = np.linspace(1000, 1100, 54)
    curve = resample(time, equity, 990.0)
    assert curve.days.tolist() == [0, 1, 2]
    np.testing.assert_allclose(curve.values, equity[[5, 29, 53]])
    assert curve.returns[0] == pytest.approx(equity[5] / 990 - 1)
    assert curve.annual_days == 365


def test_resampling_equals_pandas() -> None:
    rng = np.random.default_rng(9)
    time = np.sort(rng.choice(np.arange(0, 400 * 24), 3_000, replace=False)) * HOUR
    equity = 1000 * np.exp(np.cumsum(rng.normal(0, 0.01, 3_000)))
    own = resample(time, equity, 1000.0)
    theirs = pd.Series(equity, index=pd.to_datetime(time)).groupby(pd.to_datetime(time).date).last()
    np.testing.assert_array_equal(own.values, theirs.to_numpy())
    peak = np.maximum(np.maximum.accumulate(equity), 1000.0)
    assert own.deepest == pytest.approx(float((equity / peak - 1).min()))


def test_the_days_of_a_year_are_those_observed() -> None:
    days = np.arange(19_000, 19_000 + 1096)
    weekday = (days + 3) % 7
    assert annual_days(days) == 365
    assert annual_days(days[weekday < 5]) == pytest.approx(260.7, abs=0.5)
    assert annual_days(np.arange(19_004, 19_009)) in (252, 365)
    assert math.isnan(annual_days(np.array([], dtype=np.int64)))


def test_an_exchange_has_about_252_days(shared: Path) -> None:
    dates = pd.read_csv(shared / "data/backtesting_py/GOOG.csv.gz").iloc[:, 0]
    days = pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(np.int64)
    assert annual_days(days) == pytest.approx(251.8, abs=0.7)


@pytest.mark.filterwarnings("ignore:DatetimeIndex.dayofweek")  # that library's own
def test_measures_equal_backtesting_py_on_daily_equity() -> None:
    pytest.importorskip("backtesting", reason="backtesting.py is compared with where the extra `dev` is installed; its licence keeps it out of `test`")
    from backtesting._stats import compute_stats

    rng = np.random.default_rng(21)
    days = 800
    equity = 10_000 * np.exp(np.cumsum(rng.normal(0.0005, 0.01, days)))
    equity[0] = 10_000.0
    index = pd.date_range("2020-01-01", periods=days, freq="D")
    prices = pd.DataFrame(dict.fromkeys(("Open", "High", "Low", "Close"), equity), index=index)
    theirs = compute_stats(trades=[], equity=equity, ohlc_data=prices, strategy_instance=None, risk_free_rate=0)
    own = measure(index.to_numpy().astype("datetime64[ns]").astype(np.int64), equity, 10_000.0, NO_TRADES)
    assert own["total_return"] * 100 == pytest.approx(theirs["Return [%]"])
    assert own["cagr"] * 100 == pytest.approx(theirs["Return (Ann.) [%]"], rel=0.002)
    assert own["max_drawdown"] * 100 == pytest.approx(theirs["Max. Drawdown [%]"])
    assert own["max_drawdown_days"] == theirs["Max. Drawdown Duration"].days
    assert own["average_drawdown"] * 100 == pytest.approx(theirs["Avg. Drawdown [%]"])


def test_trade_measures_leave_open_trades_out_but_count_their_costs_and_time() -> None:
    table = np.zeros(3, FIELDS)
    table["entry_row"], table["exit_row"] = [0, 2, 8], [3, 5, 0]
    table["quantity"], table["entry_price"], table["exit_price"] = [1, 2, 1], [100, 100, 100], [110, 90, 0]
    table["costs"], table["profit"], table["reason"] = [1, 2, 0.5], [9, -22, 5], [1, 2, 0]
    time = np.arange(10) * DAY
    found = measure(time, np.full(10, 1000.0), 1000.0, table)
    assert (found["trades"], found["open_trades"]) == (2, 1)
    assert found["win_rate"] == 0.5
    assert (found["best_trade"], found["worst_trade"]) == (9, -22)
    assert found["total_costs"] == 3.5
    assert found["exposure"] == pytest.approx(8 / 10)  # candles 0 to 5, and 8 to the end
    assert found["turnover"] == pytest.approx((100 + 200 + 100 + 110 + 180) / 1000 / (10 / found["annual_days"]))


def test_there_are_25_measures_and_more_and_none_is_missing_on_an_empty_run() -> None:
    full = measure(np.arange(900) * HOUR, np.linspace(1000, 1200, 900), 1000.0, NO_TRADES)
    empty = measure(np.zeros(0, np.int64), np.zeros(0), 1000.0, NO_TRADES)
    assert len(full) >= 25
    assert full.keys() == empty.keys()
    assert all(isinstance(value, float) for value in full.values())
    assert empty["total_return"] == 0
    assert math.isnan(empty["sharpe_ratio"])


def test_a_flat_run_has_no_sharpe_and_no_drawdown() -> None:
    found = measure(np.arange(900) * HOUR, np.full(900, 1000.0), 1000.0, NO_TRADES, benchmark=np.linspace(1000, 1500, 900))
    assert math.isnan(found["sharpe_ratio"])
    assert found["max_drawdown"] == 0
    assert math.isnan(found["calmar_ratio"])
    assert found["holding_return"] == pytest.approx(0.5)
    assert found["excess_return"] == pytest.approx(-0.5)


def test_a_run_that_lost_everything_is_measured_without_a_warning() -> None:
    equity = np.concatenate((np.linspace(1000, 0, 500), np.zeros(400)))
    found = measure(np.arange(900) * DAY, equity, 1000.0, NO_TRADES)
    assert found["total_return"] == -1
    assert found["max_drawdown"] == -1
    assert found["cagr"] == -1
