"""Measures on demand: nothing known gives NaN and never a huge number, nothing depends on the unit of money, and bounds hold."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.stats.catalogue import MEASURES, measure, measures
from terminal.stats.glossary import Form, term
from terminal.stats.measures import resample
from terminal.stats.sample import Sample
from tests.stats.tables import NO_TRADES, table

DAY = 86_400_000_000_000
RETURNS = st.lists(st.integers(-3000, 4000).map(lambda basis: basis / 10_000), min_size=3, max_size=40).map(np.array)


def sample(
    returns: list[float] | np.ndarray, market: list[float] | np.ndarray | None = None, trades: np.ndarray = NO_TRADES, capital: float = 1000.0
) -> Sample:
    time = np.arange(18_000, 18_000 + len(returns), dtype=np.int64) * DAY
    equity = capital * np.cumprod(1 + np.asarray(returns, np.float64))
    held = None if market is None else (lambda: capital * np.cumprod(1 + np.asarray(market, np.float64)))
    return Sample(resample(time, equity, capital), capital, trades, len(time), time, holding=held)


@pytest.mark.parametrize("returns", [[], [0.01], [0.0] * 9, [0.01] * 9, [0.01, 0.0, 0.02], [-1.0, 0.0, 0.0], [-0.02] * 4])
@pytest.mark.parametrize("trades", [NO_TRADES, table([5.0]), table([0.0, 0.0]), table([-1.0, -2.0], reason=0)])
def test_what_is_degenerate_gives_nan_without_a_warning_and_never_a_huge_number(returns: list[float], trades: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for market in (None, returns, [0.01] * len(returns)):
            found = measures(sample(returns, market, trades))
            assert found.keys() == MEASURES.keys()
            for name, value in found.items():
                assert not math.isfinite(value) or abs(value) < 1e9, f"{name} is {value}"


def test_nothing_known_is_nan_and_not_0() -> None:
    found = measures(sample([]))
    counts = {name for name, value in found.items() if not math.isnan(value)}
    assert all(term(name).form in (Form.COUNT, Form.DAYS, Form.MONEY) or name == "costs_of_capital" for name in counts), counts
    assert all(found[name] == 0 for name in counts)


def test_a_strategy_that_is_its_benchmark_has_beta_1_and_no_active_ratio() -> None:
    source = np.random.default_rng(1).normal(0.001, 0.01, 300)
    found = sample(source, source.copy())
    assert measure("beta", found) == pytest.approx(1)
    assert measure("alpha", found) == pytest.approx(0, abs=1e-12)
    assert measure("r_squared", found) == pytest.approx(1)
    assert measure("capture", found) == pytest.approx(1)
    assert measure("tracking_error", found) == 0
    assert math.isnan(measure("information_ratio", found))
    assert math.isnan(measure("appraisal_ratio", found))


def test_without_a_benchmark_nothing_is_said_of_one() -> None:
    found = sample(np.random.default_rng(1).normal(0.001, 0.01, 50))
    for name in ("beta", "alpha", "treynor_ratio", "correlation", "capture", "appraisal_ratio"):
        assert math.isnan(measure(name, found)), name


@settings(max_examples=25)
@given(RETURNS, st.sampled_from([0.25, 4.0, 2.0**20]))  # powers of two round nothing
def test_nothing_but_money_depends_on_the_unit_of_money(returns: np.ndarray, unit: float) -> None:
    profits = (returns * 100).tolist()
    own, scaled = sample(returns, returns[::-1], table(profits)), sample(returns, returns[::-1], table([profit * unit for profit in profits]), 1000.0 * unit)
    for name, value in measures(own).items():
        if name in ("mean_trade_return", "best_trade_return", "worst_trade_return", "geometric_trade_return", "exit_efficiency"):
            continue  # of trades of one unit bought at 100, whose returns grow with their profit here
        other = measure(name, scaled)
        factor = unit if term(name).form is Form.MONEY else 1.0
        assert other == pytest.approx(value * factor, rel=1e-6, abs=1e-9, nan_ok=True), name


@settings(max_examples=40)
@given(RETURNS)
def test_bounds(returns: np.ndarray) -> None:
    found = measures(sample(returns, np.roll(returns, 1)))
    for name in ("positive_days", "positive_months", "downside_frequency", "upside_frequency", "under_water", "batting_average", "r_squared"):
        assert math.isnan(found[name]) or -1e-12 <= found[name] <= 1 + 1e-12, name
    assert abs(found["correlation"]) <= 1 + 1e-12 or math.isnan(found["correlation"])
    assert found["worst_month"] <= found["best_month"]
    assert found["expected_shortfall_99"] <= found["value_at_risk_99"] + 1e-12
    assert found["pain_index"] >= 0
    assert found["drawdown_at_risk_95"] <= found["current_drawdown"] + 1e-12 or found["drawdown_at_risk_95"] <= -found["pain_index"] + 1e-12
    assert found["worst_week"] >= -1


@settings(max_examples=40)
@given(RETURNS, st.randoms(use_true_random=False))
def test_only_what_looks_at_time_depends_on_the_order_of_days(returns: np.ndarray, source: object) -> None:
    mixed = returns.copy()
    source.shuffle(mixed)  # type: ignore[attr-defined]
    own, other = sample(returns), sample(mixed)
    for name in ("mean_day", "geometric_mean_day", "downside_deviation", "tail_ratio", "kappa_3", "d_ratio", "bernardo_ledoit", "gain_to_pain", "payoff_ratio"):
        assert measure(name, other) == pytest.approx(measure(name, own), rel=1e-7, abs=1e-9, nan_ok=True), name


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="no measure 'luck'"):
        measure("luck", sample([0.01]))


def test_months_and_years_are_those_of_the_calendar() -> None:
    found = sample([0.01] * 31 + [-0.02] * 28)  # 18,000 is 2019-04-14
    assert measure("best_month", found) == pytest.approx(1.01**17 - 1)
    assert measure("worst_month", found) == pytest.approx(0.98**11 - 1)
    assert measure("positive_months", found) == pytest.approx(1 / 3)
    assert measure("best_year", found) == pytest.approx(1.01**31 * 0.98**28 - 1)


def test_costs_count_commission_slippage_and_carry() -> None:
    found = sample([0.01, 0.01], trades=table([5.0, -5.0], costs=1.0, slippage=0.5, gross=[6.5, -3.5]))
    assert measure("costs_a_trade", found) == 1.5
    assert measure("cost_share", found) == pytest.approx(3 / 6.5)
    assert measure("costs_of_capital", found) == pytest.approx(0.003)
