"""Monte Carlo: the same paths whatever the threads, laws that every path obeys, and distributions against theory."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput, Cancelled
from terminal.stats import monte_carlo
from terminal.stats.blocks import automatic_block
from terminal.stats.monte_carlo import MonteCarlo, bootstrap, resample_trades, reshuffle
from terminal.stats.resampling import drawn_levels

PROFITS = np.random.default_rng(1).normal(5.0, 60.0, 400)
AMOUNTS = st.lists(st.floats(-500, 500), min_size=2, max_size=30).map(lambda values: np.array(values, np.float64))


def of_each(**options: object) -> dict[str, MonteCarlo]:
    return {
        "reshuffle": reshuffle(PROFITS, 10_000.0, **options),
        "trades": resample_trades(PROFITS, 10_000.0, **options),
        "bootstrap": bootstrap(PROFITS / 10_000, **options),
    }


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_paths_do_not_depend_on_the_number_of_threads(workers: int) -> None:
    alone, together = of_each(paths=501, seed=9, workers=1), of_each(paths=501, seed=9, workers=workers)
    for name, found in alone.items():
        for part in ("finals", "drawdowns", "lows", "fan"):
            np.testing.assert_array_equal(getattr(found, part), getattr(together[name], part))


def test_another_seed_draws_other_paths_and_more_paths_keep_the_first() -> None:
    first, other = resample_trades(PROFITS, 1e4, paths=50, seed=1), resample_trades(PROFITS, 1e4, paths=50, seed=2)
    assert not np.any(first.finals == other.finals)
    np.testing.assert_array_equal(resample_trades(PROFITS, 1e4, paths=90, seed=1).finals[:50], first.finals)


@pytest.mark.parametrize("name", ["reshuffle", "trades", "bootstrap"])
def test_the_fan_ends_where_the_paths_end_and_widens_from_the_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = of_each(paths=700, seed=3)[name]
    fan = found.fan
    assert fan.shape == (7, found.length + 1)
    assert np.all(fan[:, 0] == 0)
    np.testing.assert_allclose(fan[:, -1], np.percentile(found.finals, monte_carlo.PERCENTILES), atol=1e-12)
    assert np.all(np.diff(fan, axis=0) >= -1e-12)
    monkeypatch.setattr(monte_carlo, "_LEVELS_AT_ONCE", 700 * 13)
    np.testing.assert_array_equal(of_each(paths=700, seed=3)[name].fan, fan)


@given(AMOUNTS, st.integers(0, 1 << 62), st.randoms(use_true_random=False))
def test_no_order_of_the_trades_changes_where_a_reshuffle_ends(profits: np.ndarray, seed: int, source: object) -> None:
    found = reshuffle(profits, 1000.0, paths=20, seed=seed)
    np.testing.assert_allclose(found.finals, np.sum(profits) / 1000.0, atol=1e-9)
    mixed = profits.copy()
    source.shuffle(mixed)  # type: ignore[attr-defined]
    np.testing.assert_allclose(reshuffle(mixed, 1000.0, paths=20, seed=seed).finals, found.finals, atol=1e-9)


@given(AMOUNTS, st.integers(0, 1 << 62), st.sampled_from([0.25, 3.0, 1000.0]))
def test_nothing_depends_on_the_unit_of_money(profits: np.ndarray, seed: int, unit: float) -> None:
    for method in (reshuffle, resample_trades):
        found, scaled = method(profits, 1000.0, paths=20, seed=seed), method(profits * unit, 1000.0 * unit, paths=20, seed=seed)
        for part in ("finals", "drawdowns", "lows"):
            np.testing.assert_allclose(getattr(scaled, part), getattr(found, part), atol=1e-9)


@given(st.lists(st.floats(-1.5, 2.0), min_size=2, max_size=30).map(np.array), st.floats(1, 9), st.integers(0, 1 << 62))
def test_a_compounded_path_stays_within_its_bounds(returns: np.ndarray, block: float, seed: int) -> None:
    found = bootstrap(returns, paths=20, length=12, block=block, seed=seed)
    assert np.all((found.drawdowns >= -1) & (found.drawdowns <= 0))
    assert np.all(found.lows >= -1)
    assert np.all(found.lows <= np.minimum(found.finals, 0))
    assert np.all(found.drawdowns <= found.lows + 1e-12)  # a low below the start is a fall from the start at least
    assert 0 <= found.ruin <= 1
    assert found.p5 <= found.p95


def test_each_order_of_three_trades_is_as_common_as_any_other() -> None:
    trades = np.array([-300.0, 100.0, 500.0])
    expected = Counter(round(fall_of(order), 12) for order in itertools.permutations(trades))
    found = reshuffle(trades, 1000.0, paths=60_000, seed=5)
    counted = Counter(np.round(found.drawdowns, 12).tolist())
    assert counted.keys() == expected.keys()
    for fall, count in counted.items():
        assert count / 60_000 == pytest.approx(expected[fall] / 6, abs=0.01)


def fall_of(profits: tuple[float, ...]) -> float:
    value = peak = 1000.0
    deepest = 0.0
    for profit in profits:
        value += profit
        peak = max(peak, value)
        deepest = min(deepest, value / peak - 1)
    return deepest


def test_drawn_trades_have_the_mean_and_deviation_of_theory() -> None:
    found = resample_trades(PROFITS, 1e6, paths=40_000, length=250, seed=11)
    error = float(np.std(PROFITS)) * math.sqrt(250) / 1e6
    assert found.mean == pytest.approx(250 * float(np.mean(PROFITS)) / 1e6, abs=5 * error / 200)
    assert float(np.std(found.finals)) == pytest.approx(error, rel=0.03)


@pytest.mark.parametrize("block", [1.0, 2.5, 10.0])
def test_blocks_have_the_mean_length_asked_for_and_go_round_the_end(block: float) -> None:
    rows = np.arange(50.0)
    levels = np.empty((2_000, 40))
    drawn_levels(rows, False, 0.0, 3, round(2**32 / block), levels, 0, 0, 40)
    drawn = np.diff(levels, axis=0, prepend=0.0)
    goes_on = drawn[1:] == (drawn[:-1] + 1) % 50
    assert np.mean(goes_on) == pytest.approx(1 - 1 / block + 1 / block / 50, abs=0.01)
    assert np.bincount(drawn.astype(int).ravel(), minlength=50) == pytest.approx(np.full(50, 1600), rel=0.3)


def test_ruin_counts_paths_that_were_ever_below_the_level() -> None:
    found = reshuffle(np.array([-600.0, 600.0]), 1000.0, paths=10_000, seed=4)
    assert found.ruin == pytest.approx(0.5, abs=0.03)
    assert found.losing == 0
    assert reshuffle(np.array([-600.0, 600.0]), 1000.0, paths=100, seed=4, ruin_level=-0.7).ruin == 0


@pytest.mark.parametrize(("rows", "memory", "block"), [(300, 0.3, 5.618377136), (300, 0.8, 12.973294247), (1500, 0.8, 28.418723332), (50, 0.0, 1.0)])
def test_the_automatic_block_is_that_of_arch(rows: int, memory: float, block: float) -> None:
    # arch 8.0.0; its 0.749 for the last is no length of a block, here 1 is the least
    assert automatic_block(remembering(rows, memory)) == pytest.approx(block, rel=1e-6)


def remembering(rows: int, memory: float) -> np.ndarray:
    noise = np.random.default_rng(rows).normal(size=rows + 100)
    for row in range(1, rows + 100):
        noise[row] += memory * noise[row - 1]
    return noise[100:]


def test_a_constant_series_has_blocks_of_one() -> None:
    assert automatic_block(np.full(80, 0.01)) == 1
    assert automatic_block(np.array([0.1, 0.2])) == 1


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("0 values", lambda: reshuffle(np.zeros(0), 1e4)),
        ("nan", lambda: resample_trades(np.array([1.0, np.nan, 2.0]), 1e4)),
        ("capital", lambda: reshuffle(PROFITS, 0.0)),
        ("paths", lambda: reshuffle(PROFITS, 1e4, paths=0)),
        ("length", lambda: bootstrap(PROFITS / 1e4, length=0)),
        ("block", lambda: bootstrap(PROFITS / 1e4, block=0.5)),
        ("seed", lambda: bootstrap(PROFITS / 1e4, seed=-1)),
    ],
)
def test_what_cannot_be_drawn_is_named(words: str, call: object) -> None:
    with pytest.raises(BadInput, match=words):
        call()  # type: ignore[operator]


def test_a_cancelled_walk_stops_and_progress_reaches_the_end() -> None:
    with pytest.raises(Cancelled):
        bootstrap(PROFITS / 1e4, paths=100, cancelled=lambda: True)
    told: list[tuple[float, float]] = []
    bootstrap(PROFITS / 1e4, paths=100, report=lambda done, total, note="", *, lane="": told.append((done, total)))
    assert told[-1] == (100, 100)
