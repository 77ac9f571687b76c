"""Many parameter values at once: the same numbers as one backtest of each."""

import itertools
import threading

import numpy as np
import pytest

from terminal.backtest.run import backtest
from terminal.backtest.sweep import sweep
from terminal.domain.candles import Candles
from terminal.domain.errors import Cancelled, StrategyError, UnknownName
from terminal.domain.parameters import Float, Int
from terminal.domain.signals import Signals
from terminal.indicators.averages import sma
from terminal.indicators.crossing import crossed_above, crossed_below
from terminal.strategies.contract import Strategy
from tests.backtest.builders import candles


def candles_of_walk(rows: int) -> Candles:
    """A random walk, the same each time."""
    generator = np.random.default_rng(7)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.01, rows)))
    opened = np.concatenate(([100.0], close[:-1]))
    reach = np.abs(generator.normal(0, 0.004, (2, rows)))
    return candles(list(zip(opened, np.maximum(opened, close) * (1 + reach[0]), np.minimum(opened, close) * (1 - reach[1]), close, strict=True)))


class Cross(Strategy):
    """Long while the fast average is above the slow one."""

    fast = Int(5, low=2, high=50)
    slow = Int(20, low=2, high=100)
    stop = Float(0.02, low=0.001, high=0.5)

    def signals(self, candles: Candles) -> Signals:
        fast, slow = sma(candles.close, self.fast), sma(candles.close, self.slow)
        return Signals(enter_long=crossed_above(fast, slow), exit_long=crossed_below(fast, slow), stop_loss=self.stop)


VALUES = [{"fast": fast, "slow": slow, "stop": stop} for fast, slow, stop in itertools.product((3, 5, 9), (15, 30), (0.01, 0.05))]
FIGURES = ("total_return", "sharpe_ratio", "sortino_ratio", "max_drawdown", "trades")


@pytest.mark.parametrize("settings", [{}, {"close_at_end": True}, {"delay_bars": 2, "path": "ohlc"}, {"fill_at": "close", "size": "50%"}])
def test_each_figure_is_that_of_its_backtest_to_the_last_bit(settings: dict[str, object]) -> None:
    walk = candles_of_walk(2_000)
    found = sweep(Cross, walk, VALUES, figures=FIGURES, **settings)
    for place, values in enumerate(VALUES):
        metrics = backtest(Cross(**values), walk, **settings).metrics
        for name in FIGURES:
            np.testing.assert_equal(found.figures[name][place], metrics[name], err_msg=f"{name} of {values}")


def test_figures_it_does_not_know_come_from_the_whole_result() -> None:
    walk = candles_of_walk(500)
    found = sweep(Cross, walk, VALUES[:2], figures=("calmar_ratio",))
    np.testing.assert_equal(found.figures["calmar_ratio"][1], backtest(Cross(**VALUES[1]), walk).metrics["calmar_ratio"])


def test_costs_that_the_short_loop_does_not_know_are_charged_too() -> None:
    walk = candles_of_walk(500)
    found = sweep(Cross, walk, VALUES[:2], figures=("total_return",), maker=0.0001, taker=0.002)
    assert found.figures["total_return"][0] == backtest(Cross(**VALUES[0]), walk, maker=0.0001, taker=0.002).metrics["total_return"]


def test_the_number_of_threads_changes_nothing() -> None:
    walk = candles_of_walk(800)
    one, four = (sweep(Cross, walk, VALUES, threads=threads) for threads in (1, 4))
    for name, values in one.figures.items():
        np.testing.assert_array_equal(values, four.figures[name])


def test_the_best_variant_is_named() -> None:
    found = sweep(Cross, candles_of_walk(800), VALUES, figures=("total_return",))
    best = max(range(len(VALUES)), key=lambda place: found.figures["total_return"][place])
    assert found.best("total_return") == VALUES[best]


def test_progress_counts_every_variant_and_cancel_ends_it() -> None:
    told: list[float] = []
    sweep(Cross, candles_of_walk(300), VALUES, report=lambda done, total, note="", *, lane="": told.append(done))
    assert sorted(told) == list(range(1, len(VALUES) + 1))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        sweep(Cross, candles_of_walk(300), VALUES, cancelled=stop.is_set)


def test_what_is_wrong_is_said_as_by_a_backtest() -> None:
    walk = candles_of_walk(300)
    with pytest.raises(UnknownName, match="sharp_ratio"):
        sweep(Cross, walk, VALUES[:1], figures=("sharp_ratio",))

    class Broken(Cross):
        def signals(self, candles: Candles) -> Signals:
            return Signals(enter_long=np.full(3, True))

    with pytest.raises(StrategyError, match="3 rows"):
        sweep(Broken, walk, VALUES[:1])
