"""The simulated market behaves like one, on seeds that nobody chose: fat tails, clustering, no habit and no gift."""

import numpy as np
import pytest
from numpy.typing import NDArray

from terminal.domain.timeframe import HOUR, SECOND, Timeframe
from terminal.venues.demo.market import DemoMarket

NOW = 1_790_000_000 * SECOND // HOUR * HOUR
YEARS_NS = 26_280 * HOUR
SEEDS = tuple(range(900, 924))
SYMBOLS = ("BTC/USDT", "ETH/USDT", "SPY")


def correlation(values: NDArray[np.float64], lag: int) -> float:
    values = values - values.mean()
    return float((values[lag:] * values[:-lag]).sum() / (values * values).sum())


@pytest.fixture(scope="module", params=SYMBOLS)
def hours(request: pytest.FixtureRequest) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Returns and volumes of three years of hours, for every seed."""
    found = []
    for seed in SEEDS:
        candles = DemoMarket(seed).candles(request.param, Timeframe.H1, NOW - YEARS_NS, NOW)
        found.append((np.diff(np.log(candles.close)), candles.volume[1:]))
    return found


def test_tails_are_fat(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    for moves, _ in hours:
        assert ((moves - moves.mean()) ** 4).mean() / moves.var() ** 2 > 5


def test_successive_returns_do_not_know_each_other(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    assert all(abs(correlation(moves, 1)) < 0.03 for moves, _ in hours)
    for lag in (2, 3, 24):
        assert abs(np.mean([correlation(moves, lag) for moves, _ in hours])) < 0.02, lag


def test_calm_and_storm_last(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    """Every seed meets the bounds, a stock's too, which has a fifth of the hours."""
    near = [correlation(np.abs(moves), 1) for moves, _ in hours]
    far = [correlation(np.abs(moves), 50) for moves, _ in hours]
    assert all(0.1 <= value <= 0.4 for value in near), near
    assert all(value > 0.05 for value in far), far


def test_volume_follows_movement(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    assert all(np.corrcoef(np.abs(moves), volume)[0, 1] > 0.3 for moves, volume in hours)


def test_nothing_is_given_away(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    """The mean of all hourly returns of all seeds lies within three standard errors of zero: no drift in either direction."""
    means = np.array([moves.sum() for moves, _ in hours])
    assert abs(means.mean()) < 3 * means.std(ddof=1) / np.sqrt(len(means))


def test_variance_grows_with_time_as_in_a_random_walk(hours: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> None:
    """Lo and MacKinlay's variance ratio over a day is one: momentum would lift it, reversal would lower it."""
    ratios = []
    for moves, _ in hours:
        path = np.concatenate(([0.0], np.cumsum(moves)))
        ratios.append((path[24:] - path[:-24]).var() / (24 * moves.var()))
    assert abs(np.mean(ratios) - 1) < 3 * np.std(ratios, ddof=1) / np.sqrt(len(ratios)) + 0.02


def test_minutes_add_up_to_their_hours() -> None:
    """The variance of minutes sums to that of hours; successive minutes bounce no more than a bid-ask bounce makes them."""
    for symbol in ("BTC/USDT", "SPY"):
        ratios, bounces = [], []
        for seed in SEEDS[:8]:
            closes = DemoMarket(seed).candles(symbol, Timeframe.M1, NOW - 60 * 24 * HOUR, NOW).close
            path = np.log(closes)
            moves = np.diff(path)
            ratios.append((path[240:] - path[:-240]).var() / (240 * moves.var()))
            bounces.append(correlation(moves, 1))
        assert 0.8 < np.mean(ratios) < 1.1, symbol
        assert -0.06 < np.mean(bounces) < 0.02, symbol


def test_prices_stay_where_prices_are() -> None:
    for seed in SEEDS:
        for symbol, low, high in (("BTC/USDT", 1_000, 2_000_000), ("ETH/USDT", 50, 150_000), ("SPY", 100, 2_500)):
            weeks = DemoMarket(seed).candles(symbol, Timeframe.W1, 0, NOW)
            assert low < weeks.low.min() < weeks.high.max() < high, (seed, symbol)
