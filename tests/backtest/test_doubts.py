"""Sensitivity, the fill envelope and runs side by side: each row is the run it says it is."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from terminal.backtest.doubts.comparison import compare
from terminal.backtest.doubts.envelope import HIGH_COSTS, LOW_COSTS, envelope
from terminal.backtest.doubts.rerun import options_of, rerun
from terminal.backtest.doubts.sensitivity import moved, sensitivity
from terminal.backtest.options import Options
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput, Cancelled, UnknownName
from terminal.domain.parameters import Float, Int
from terminal.domain.signals import Signals
from terminal.strategies.contract import Strategy
from tests.backtest.builders import candles as made
from tests.backtest.builders import strategy
from tests.builders.walk import walk


class Crossing(Strategy):
    """Long while the mean of a few closes is above that of many."""

    few = Int(10, low=2, high=30, unit="bars", help="few")
    many = Int(11, low=5, high=100, unit="bars", help="many")
    stop = Float(0.03, low=0.01, high=0.035, help="stop")
    constraints = (few < many,)

    def signals(self, candles: Candles) -> Signals:
        few, many = (np.convolve(candles.close, np.ones(count) / count)[: len(candles)] for count in (self.few, self.many))
        return Signals(enter_long=few > many, exit_long=few < many, stop_loss=self.stop)


class Bracket(Strategy):
    """A stop and a target so near that one candle touches both."""

    def on_candle(self, candle: Any) -> None:
        if self.position.is_flat and not self.orders:
            self.buy(stop_loss="1%", take_profit="1%")


def test_each_row_of_the_tornado_is_the_run_with_that_value_and_the_widest_stands_first() -> None:
    candles = walk(1500)
    told: list[dict[str, Any]] = []
    report = sensitivity(Crossing(few=10, many=40), candles, Options(), tried=lambda result, variant: told.append(dict(variant.values)))
    rows = {row.parameter: row for row in report.rows}
    assert set(rows) == {"few", "many", "stop", "commission", "slippage"}
    assert (rows["few"].low, rows["few"].high) == (8, 12)
    assert (rows["many"].low, rows["many"].high) == (32, 48)
    assert rows["stop"].high == 0.035
    assert "kept within" in rows["stop"].words
    assert rows["commission"].metric_low == rerun(Crossing(few=10, many=40), candles, Options(commission=0.0008)).metrics["total_return"]
    assert rows["many"].metric_high == rerun(Crossing(few=10, many=48), candles, Options()).metrics["total_return"]
    spans = [row.span(report.base) for row in report.rows]
    assert spans == sorted(spans, reverse=True)
    assert {"few": 8, "many": 40, "stop": 0.03} in told
    assert len(told) == 6


def test_a_value_that_the_strategy_refuses_is_missing_and_says_why() -> None:
    rows = {row.parameter: row for row in sensitivity(Crossing(), walk(300), Options()).rows}
    assert np.isnan(rows["few"].metric_high)
    assert "12 is refused" in rows["few"].words
    assert np.isfinite(rows["few"].metric_low)


def test_another_measure_can_be_watched_and_an_unknown_one_is_refused() -> None:
    candles = walk(300)
    assert sensitivity(Crossing(), candles, Options(), "sharpe_ratio").metric == "sharpe_ratio"
    with pytest.raises(UnknownName, match="sharp"):
        sensitivity(Crossing(), candles, Options(), "sharp")
    with pytest.raises(Cancelled):
        sensitivity(Crossing(), candles, Options(), cancelled=lambda: True)


def test_small_whole_numbers_move_by_one_and_bounds_hold() -> None:
    assert moved(Int(2, low=1, high=9), 2, 0.2) == (1, 3, "")
    assert moved(Int(1, low=1, high=9), 1, 0.2) == (1, 2, "kept within 1 to 9")
    assert moved(Float(0.0, low=-1.0, high=1.0), 0.0, 0.2) == (pytest.approx(-0.2), pytest.approx(0.2), "")
    assert moved(Float(-1.0, low=-2.0, high=0.0), -1.0, 0.2) == (pytest.approx(-1.2), pytest.approx(-0.8), "")


def test_the_tornado_says_where_a_fifth_turns_the_sign() -> None:
    rising = made([(100 + row, 100 + row, 100 + row, 100 + row) for row in range(60)])
    chosen = strategy(enter_long=np.arange(60) % 6 == 1, exit_long=np.arange(60) % 6 == 4)
    gross = rerun(chosen, rising, Options(commission=0.0, slippage=0.0)).metrics["total_return"]
    break_even = next(
        rate for rate in np.linspace(0.0005, 0.05, 200) if rerun(chosen, rising, Options(commission=float(rate), slippage=0.0)).metrics["total_return"] < 0
    )
    assert gross > 0
    report = sensitivity(chosen, rising, Options(commission=float(break_even) * 0.95, slippage=0.0))
    assert report.base > 0
    assert any("The sign of the result turns" in words and "commission" in words for words in report.words)


def test_the_envelope_is_the_lowest_and_the_highest_of_its_runs() -> None:
    candles, options = walk(800), Options()
    chosen = strategy(enter_long=np.arange(800) % 20 == 0, exit_long=np.arange(800) % 20 == 10, stop_loss=0.004, take_profit=0.004)
    band = envelope(chosen, candles, options)
    curves = [
        rerun(chosen, candles, options, path=path, commission=0.001 * factor, slippage=0.0005 * factor).equity_values
        for path in ("pessimistic", "optimistic")
        for factor in (LOW_COSTS, HIGH_COSTS)
    ]
    base = rerun(chosen, candles, options).equity_values
    np.testing.assert_array_equal(band.low, np.minimum.reduce([*curves, base]))
    np.testing.assert_array_equal(band.high, np.maximum.reduce([*curves, base]))
    np.testing.assert_array_equal(band.base, base)
    assert band.names == ("pessimistic, low costs", "pessimistic, high costs", "optimistic, low costs", "optimistic, high costs")
    assert band.finals == tuple(curve[-1] / 10_000 - 1 for curve in curves)


def both_touched(rows: int = 60) -> Candles:
    """Every candle goes two per cent both ways and closes where it opened."""
    return made([(100.0, 102.0, 98.0, 100.0)] * rows)


def test_the_envelope_warns_where_the_sign_depends_on_the_path_and_only_there() -> None:
    free = Options(commission=0.0, slippage=0.0)
    chosen = strategy(enter_long=True, stop_loss=0.01, take_profit=0.01)
    band = envelope(chosen, both_touched(), free)
    assert band.sign_depends
    assert "The sign of the result depends" in band.words
    events = envelope(Bracket(), both_touched(), free)
    assert events.sign_depends
    assert events.finals[0] < 0 < events.finals[-1]
    assert not envelope(strategy(enter_long=True), both_touched(), free).sign_depends


def test_costs_alone_can_turn_the_sign() -> None:
    rising = made([(100 + row / 10, 100 + row / 10, 100 + row / 10, 100 + row / 10) for row in range(60)])
    chosen = strategy(enter_long=np.arange(60) % 6 == 1, exit_long=np.arange(60) % 6 == 4)
    gain = rerun(chosen, rising, Options(commission=0.0, slippage=0.0)).metrics["total_return"] / 20
    band = envelope(chosen, rising, Options(commission=gain * 0.9, slippage=0.0))
    assert band.sign_depends


def test_runs_side_by_side_show_what_differs_and_every_measure() -> None:
    candles = walk(600)
    one, two = (rerun(Crossing(few=few, many=40), candles, Options(commission=fee)) for few, fee in ((5, 0.001), (9, 0.002)))
    found = compare([("a", one), ("b", two)])
    assert found.settings["few"] == (5, 9)
    assert found.settings["commission"] == (0.001, 0.002)
    assert "slippage" not in found.settings
    assert found.metrics["total_return"] == (one.metrics["total_return"], two.metrics["total_return"])
    assert "few 5" in found.titles[0]
    assert found.warnings == ()
    assert set(found.fingerprints) == {"parameters"}
    assert found.curves[0].growth[-1] == pytest.approx(1 + one.metrics["total_return"])
    other = rerun(Crossing(), walk(600, symbol="ETH/USDT"), Options())
    assert compare([("a", one), ("c", other)]).warnings == ("The runs are of different series.",)


def test_fewer_than_two_runs_are_not_compared() -> None:
    with pytest.raises(BadInput, match="1 run cannot"):
        compare([("a", rerun(Crossing(), walk(100), Options()))])


def test_the_options_of_a_run_are_read_back_from_its_settings() -> None:
    candles = walk(400)
    options = Options(
        5_000,
        0.002,
        0.001,
        "risk 1%",
        "optimistic",
        delay_bars=2,
        size_at="fill",
        fill_on_touch=True,
        lots="lifo",
        close_at_end=True,
        start=int(candles.time[100]),
    )
    result = rerun(strategy(enter_long=True, stop_loss=0.1), candles, options)
    read = options_of(result.settings, int(result.time[0]))
    assert replace(read, maintenance=None, currency=None) == replace(options, maintenance=None)  # a result states what None stands for
    with pytest.raises(BadInput, match="funding"):
        options_of({**result.settings, "funding_series": "30 rates from 2024-01-01"}, None)
