"""Return, drawdown and trade measures on figures worked by hand, at the edges, and against scipy and backtesting.py; the shared cases in `cases`."""

import math

import numpy as np
import pandas as pd
import pytest

from terminal.stats import returns as r
from terminal.stats.drawdown import drawdowns
from terminal.stats.trades import figures


def test_tails_follow_the_historical_definition() -> None:
    sample = np.arange(-10.0, 90.0) / 100
    assert r.value_at_risk(sample) == pytest.approx(np.percentile(sample, 5))
    assert r.expected_shortfall(sample) == pytest.approx(np.mean(np.sort(sample)[: int(99 * 0.05) + 1]))


def test_moments_are_those_of_scipy() -> None:
    from scipy import stats

    sample = np.random.default_rng(3).standard_t(4, 800)
    assert r.moments(sample) == pytest.approx((stats.skew(sample), stats.kurtosis(sample, fisher=False)))


@pytest.mark.parametrize("sample", [[], [0.01], [0.01] * 9, [0.0] * 5])
def test_degenerate_samples_give_nan_and_never_a_huge_number(sample: list[float]) -> None:
    values = np.array(sample)
    assert math.isnan(r.sharpe(values, 252))
    assert all(math.isnan(value) for value in r.moments(values))
    for measure in (r.value_at_risk, r.expected_shortfall):
        assert math.isnan(measure(values)) or len(sample)


def test_without_a_loss_sortino_is_infinite_and_omega_unknown() -> None:
    rising = np.array([0.01, 0.0, 0.02, 0.01])
    assert r.sortino(rising, 252) == math.inf
    assert math.isnan(r.omega(rising))


def test_stability_is_100_for_a_straight_line_and_0_for_a_falling_one() -> None:
    line = np.exp(np.linspace(0, 1, 50))
    assert r.stability(line) == pytest.approx(100)
    assert r.stability(line[::-1]) == 0
    assert r.stability(np.full(9, 5.0)) == 0
    assert math.isnan(r.stability(np.array([1.0, -1.0, 2.0])))


def test_drawdown_lengths_run_from_the_peak_to_the_recovery() -> None:
    values = np.array([100, 110, 100, 105, 111, 120, 90, 95.0])
    found = drawdowns(np.arange(8), values, 100.0)
    assert found.deepest == pytest.approx(-0.25)
    assert found.average == pytest.approx((-10 / 110 - 0.25) / 2)
    assert found.longest_days == 3
    assert found.average_days == pytest.approx((3 + 2) / 2)


def test_a_fall_below_the_capital_on_day_one_counts() -> None:
    found = drawdowns(np.arange(3), np.array([90.0, 95.0, 99.0]), 100.0)
    assert found.deepest == pytest.approx(-0.1)
    assert found.longest_days == 3


def test_drawdowns_equal_those_of_backtesting_py() -> None:
    pytest.importorskip("backtesting", reason="backtesting.py is compared with where the extra `dev` is installed; its licence keeps it out of `test`")
    from backtesting._stats import compute_drawdown_duration_peaks

    values = 100 * np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.01, 600)))
    values[0] = 100.0
    depth = pd.Series(1 - values / np.maximum.accumulate(values), index=pd.date_range("2020-01-01", periods=600))
    durations, peaks = compute_drawdown_duration_peaks(depth)
    found = drawdowns(np.arange(600), values, values[0])
    assert found.deepest == pytest.approx(-depth.max())
    assert found.longest_days == durations.max().days
    assert found.average == pytest.approx(-peaks.mean())


def test_trade_figures_of_a_list_worked_by_hand() -> None:
    found = figures(np.array([10.0, -5.0, 20.0, 5.0, -5.0, -5.0, 0.0]))
    assert (found.trades, found.winning, found.losing) == (7, 3, 3)
    assert found.win_rate == pytest.approx(3 / 7)
    assert found.profit_factor == pytest.approx(35 / 15)
    assert found.risk_reward == pytest.approx((35 / 3) / 5)
    assert found.kelly == pytest.approx(3 / 7 - (4 / 7) / (35 / 15))
    assert found.system_quality == pytest.approx(math.sqrt(7) * np.mean([10, -5, 20, 5, -5, -5, 0]) / np.std([10, -5, 20, 5, -5, -5, 0], ddof=1))
    assert (found.longest_winning_streak, found.longest_losing_streak) == (2, 2)


def test_no_trade_gives_counts_of_0_and_nan() -> None:
    found = figures(np.array([]))
    assert found.trades == 0
    assert math.isnan(found.win_rate)
    assert math.isnan(found.kelly)
    assert (found.longest_winning_streak, found.longest_losing_streak) == (0, 0)
