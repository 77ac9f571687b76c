"""Trades by group, excursions, streaks and falls, worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.stats import breakdown, excursions, periods, rolling, trades
from terminal.stats.falls import burke_ratio, falls, sterling_ratio
from tests.stats.tables import HOUR, table

PROFITS = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=40)


@given(PROFITS, st.integers(0, 2**31))
def test_parts_add_up_to_the_whole_whatever_they_are_grouped_by(profits: list[float], seed: int) -> None:
    source = np.random.default_rng(seed)
    count = len(profits)
    times = np.sort(source.integers(0, 20_000, count)) * HOUR
    made = table(profits, side=source.choice([-1, 1], count), reason=source.integers(0, 4, count), entry_time=times, exit_time=times + 30 * HOUR)
    closed = made[made["reason"] != 0]
    for grouped in (breakdown.by_side, breakdown.by_reason, breakdown.by_hour, breakdown.by_weekday, breakdown.by_month, breakdown.by_year):
        parts = grouped(made)
        assert sum(part.figures.trades for part in parts) == len(closed)
        assert sum(part.profit for part in parts) == pytest.approx(float(np.sum(closed["profit"])))
        if np.sum(closed["profit"]):
            assert sum(part.share for part in parts) == pytest.approx(1)


def test_groups_are_named_and_in_order() -> None:
    sunday = np.datetime64("2021-03-28T23:00", "ns").astype(np.int64)
    times = sunday + np.array([0, HOUR, 2 * HOUR, 24 * HOUR * 40])
    made = table([1.0, 2.0, 3.0, -2.0], entry_time=times, exit_time=times, side=[1, -1, 1, -1], reason=[1, 2, 3, 1])
    assert [part.label for part in breakdown.by_weekday(made)] == ["Monday", "Friday", "Sunday"]
    assert [part.label for part in breakdown.by_hour(made)] == ["00:00", "01:00", "23:00"]
    assert [part.label for part in breakdown.by_calendar_month(made)] == ["2021-03", "2021-05"]
    assert [part.label for part in breakdown.by_month(made)] == ["March", "May"]
    assert [(part.label, part.profit, part.share) for part in breakdown.by_side(made)] == [("short", 0.0, 0.0), ("long", 4.0, 1.0)]
    assert [part.label for part in breakdown.by_reason(made)] == ["signal", "stop loss", "take profit"]
    assert [(part.label, part.profit) for part in breakdown.by_symbol(made, np.array([1, 0, 0, 0]), ("A", "B"))] == [("A", 3.0), ("B", 1.0)]


def test_excursions_of_four_trades() -> None:
    profit, mae, mfe = np.array([2.0, 1.0, -3.0, 0.0]), np.array([-0.01, 0.0, -0.05, -0.02]), np.array([0.04, 0.02, 0.01, 0.01])
    assert excursions.edge_ratio(mae, mfe) == pytest.approx(0.08 / 0.08)
    assert excursions.winners_adverse(profit, mae) == pytest.approx(-0.005)
    assert excursions.losers_favourable(profit, mfe) == pytest.approx(0.01)
    assert excursions.exit_efficiency(np.array([0.03, 0.01, -0.03, 0.0]), mfe) == pytest.approx(0.04 / 0.06)
    assert math.isnan(excursions.edge_ratio(np.zeros(2), mfe[:2]))


def test_streaks_against_chance() -> None:
    alternating, streaky = np.array([1.0, -1.0] * 20), np.array([1.0] * 20 + [-1.0] * 20)
    assert trades.runs_score(alternating) > 2
    assert trades.runs_score(streaky) < -2
    # 4 won, 3 lost, 5 runs: expected 24/7 + 1, variance 24·(24 − 7) / (49·6)
    assert trades.runs_score(np.array([1.0, -1, 1, 1, -1, -1, 1])) == pytest.approx((5 - 24 / 7 - 1) / math.sqrt(24 * 17 / (49 * 6)))
    assert math.isnan(trades.runs_score(np.ones(5)))


def test_one_trade_that_carries_all_is_seen() -> None:
    profits = np.array([100.0, 1.0, -50.0, 1.0])
    assert trades.largest_share(profits) == pytest.approx(100 / 102)
    assert trades.without_best(profits) == -48
    assert trades.concentration(profits) == pytest.approx((100**2 + 1 + 1) / 102**2)
    assert trades.concentration(np.full(8, 3.0)) == pytest.approx(1 / 8)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=15))
def test_most_open_is_the_largest_number_at_any_moment(spans: list[tuple[int, int]]) -> None:
    opened = np.array([first for first, _ in spans], np.int64)
    closed = np.array([first + length for first, length in spans], np.int64)
    expected = max((int(np.sum((opened <= moment) & (closed > moment))) for moment in range(40)), default=0)
    assert trades.most_open(opened, closed) == (expected if spans else 0)


def test_every_fall_has_its_peak_valley_and_recovery() -> None:
    found = falls(np.arange(10, 18), np.array([100, 110, 88, 99, 121, 120, 110, 115.0]), 100.0)
    assert found.peak.tolist() == [11, 14]
    assert found.valley.tolist() == [12, 16]
    assert found.recovery.tolist() == [14, -1]
    assert found.end.tolist() == [14, 17]
    assert found.days.tolist() == [3, 3]
    assert found.falling_days.tolist() == [1, 2]
    assert found.recovery_days.tolist() == [2, 1]
    np.testing.assert_allclose(found.depth, [-0.2, 110 / 121 - 1])
    assert found.worst(1).tolist() == [0]
    assert burke_ratio(0.1, found.depth) == pytest.approx(0.1 / math.hypot(0.2, 1 - 110 / 121))
    assert sterling_ratio(0.1, -0.2) == pytest.approx(1 / 3)


def test_a_window_of_returns_is_what_pandas_gives() -> None:
    import pandas as pd

    own, market = np.random.default_rng(4).normal(0, 0.01, (2, 90))
    theirs, bench = pd.Series(own), pd.Series(market)
    np.testing.assert_allclose(rolling.rolling_volatility(own, 21, 252), theirs.rolling(21).std() * math.sqrt(252))
    np.testing.assert_allclose(rolling.rolling_sharpe(own, 21, 252), theirs.rolling(21).mean() / theirs.rolling(21).std() * math.sqrt(252))
    np.testing.assert_allclose(rolling.rolling_return(own, 21), (1 + theirs).rolling(21).apply(np.prod) - 1)
    np.testing.assert_allclose(rolling.rolling_beta(own, market, 21), theirs.rolling(21).cov(bench) / bench.rolling(21).var())
    assert np.isnan(rolling.rolling_sharpe(np.full(30, 0.01), 5, 252)).all()
    assert len(rolling.rolling_return(own[:5], 21)) == 5
    fallen = rolling.rolling_drawdown(np.array([0.1, -0.5, 0.2, 0.1]), 2)
    np.testing.assert_allclose(fallen, [np.nan, -0.5, -0.5, 0.0])


def test_runs_of_days() -> None:
    flags = np.array([True, True, False, True, False, True, True, True])
    assert periods.longest_run(flags) == 3
    assert periods.mean_run(flags) == 2
    assert math.isnan(periods.mean_run(~np.ones(3, bool)))
