"""Significance of a Sharpe ratio against the numerical examples of the papers, and of what it must do at the edges."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.stats import significance as s


def _case(shared: Path, name: str) -> Any:
    cases = json.loads((shared / "cases" / "overfitting.json").read_text())["cases"]
    return next(case for case in cases if case["id"] == name)


def test_the_deflated_sharpe_of_the_paper(shared: Path) -> None:
    case = _case(shared, "of-dsr")
    given_ = case["inputs"]
    variance = given_["var_sr_annual"] / given_["periods"]
    assert s.expected_maximum_sharpe(given_["N"], variance) == pytest.approx(case["expected"]["sr0_daily"], abs=1e-4)
    daily = given_["sr_annual"] / math.sqrt(given_["periods"])
    deflated = s.deflated_sharpe(daily, given_["T"], given_["skew"], given_["kurt"], given_["N"], variance)
    assert deflated == pytest.approx(case["expected"]["dsr"], abs=1e-4)


def test_the_probabilistic_sharpe_of_the_paper(shared: Path) -> None:
    case = _case(shared, "of-psr")
    given_ = case["inputs"]
    assert s.probabilistic_sharpe(given_["sr"], given_["T"]) == pytest.approx(case["expected"]["psr_normal"], abs=1e-3)
    assert s.probabilistic_sharpe(given_["sr"], given_["T"], given_["skew"], given_["kurt"]) == pytest.approx(case["expected"]["psr"], abs=1e-3)


def test_the_minimum_backtest_length_of_the_paper(shared: Path) -> None:
    case = _case(shared, "of-minbtl")
    assert s.expected_maximum_sharpe(case["inputs"]["N"], 1.0) ** 2 == pytest.approx(case["expected"]["min_years"], rel=0.03)
    assert s.expected_maximum_sharpe(10, 1.0) == pytest.approx(case["expected"]["expected_max_sr_10_trials"], abs=0.005)


def test_the_minimum_track_record_is_where_the_probability_reaches_its_level() -> None:
    length = s.minimum_track_record(0.1, -0.5, 6.0, 0.02, 0.95)
    error = math.sqrt((1 + 0.5 * 0.1 + 5 / 4 * 0.01) / (length - 1))
    from statistics import NormalDist

    assert NormalDist().cdf((0.1 - 0.02) / error) == pytest.approx(0.95)
    assert s.minimum_track_record(0.02, benchmark=0.02) == math.inf
    assert math.isnan(s.minimum_track_record(math.nan))


def test_the_interval_holds_the_estimate_and_narrows_with_time() -> None:
    low, high = s.sharpe_interval(0.05, 1000, -0.5, 8.0)
    assert low < 0.05 < high
    narrow_low, narrow_high = s.sharpe_interval(0.05, 4000, -0.5, 8.0)
    assert (narrow_high - narrow_low) == pytest.approx((high - low) / 2, rel=1e-3)
    assert all(math.isnan(end) for end in s.sharpe_interval(math.nan, 0))


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        sample = rng.normal(0.05, 1.0, 500)
        low, high = s.sharpe_interval(float(np.mean(sample) / np.std(sample, ddof=1)), 500)
        hits += low <= 0.05 <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_copies_count_as_one_trial_and_strangers_as_many() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(size=900)
    assert s.effective_trials([base] * 50) == pytest.approx(1.0)
    assert s.effective_trials([base * scale for scale in (1.0, 2.0, 0.5)]) == pytest.approx(1.0)
    strangers = [rng.normal(size=900) for _ in range(40)]
    assert s.effective_trials(strangers) > 38
    relatives = [base + rng.normal(0, 0.5, 900) for _ in range(40)]
    assert 5 < s.effective_trials(relatives) < 12  # a mean correlation of 0.8: 0.8 + 0.2 × 40


def test_the_mean_correlation_is_that_of_all_pairs() -> None:
    rng = np.random.default_rng(4)
    base = rng.normal(size=300)
    trials = [base * weight + rng.normal(size=300) for weight in (0.2, 0.7, 1.5, 3.0)]
    matrix = np.corrcoef(np.array(trials))
    mean = (matrix.sum() - 4) / 12
    assert s.effective_trials(trials) == pytest.approx(mean + (1 - mean) * 4)


def test_trials_without_trades_say_nothing() -> None:
    assert s.effective_trials([]) == 0
    assert s.effective_trials([np.zeros(100)] * 5) == 1
    assert s.sharpe_variance([np.zeros(100)] * 5) == 0
    assert s.sharpe_variance([np.random.default_rng(1).normal(size=50), np.zeros(50)]) == 0


@given(st.floats(1.0, 1e6), st.floats(0.0, 0.1))
@settings(max_examples=80, deadline=None)
def test_more_trials_never_make_a_result_look_better(trials: float, variance: float) -> None:
    one = s.deflated_sharpe(0.06, 900, -0.3, 5.0, 1.0, variance)
    many = s.deflated_sharpe(0.06, 900, -0.3, 5.0, trials, variance)
    assert 0 <= many <= one + 1e-12
