"""A kept run is made again from what was kept of it: several instruments and strategies, funding, rates, dividends, dated lists, a start."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from terminal.app.build import build
from terminal.app.commands import Beside, CheckCausality, OpenRun, ReviewRun, RunBacktest, RunEnvelope, RunMonteCarlo, RunSensitivity, RunStress
from terminal.app.kept import Again, again
from terminal.app.terminal import Terminal
from terminal.backtest.doubts.rerun import rerun
from terminal.domain.actions import Dividend, Split
from terminal.domain.errors import BadInput
from terminal.domain.work import never
from tests.app.test_backtests import KEY, store
from tests.app.test_runs import some_candles
from tests.app.test_several_instruments import OTHER, another

HOUR = 3_600_000_000_000


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    built = build(tmp_path / "outcry")
    store(built, some_candles())
    store(built, another())
    return built


def funding() -> tuple[Any, Any]:
    time = some_candles().time
    moments = np.arange(time[0] - 8 * HOUR, time[-1] + 16 * HOUR, 8 * HOUR) // (8 * HOUR) * (8 * HOUR)
    return moments, np.full(len(moments), 1e-4)


def made_again(made: Again) -> Any:
    strategy: Any = made.strategies[0] if len(made.strategies) == 1 else list(made.strategies)
    candles: Any = made.candles[0] if len(made.candles) == 1 else list(made.candles)
    return rerun(strategy, candles, made.options, code=made.run.info.code_fingerprint)


def cases() -> dict[str, dict[str, Any]]:
    first, middle = int(some_candles().time[0]), int(some_candles().time[len(some_candles()) // 2])
    return {
        "funding": {"options": {"funding": funding()}},
        "several": {"options": {"size": "20%"}, "others": (OTHER,)},
        "rates": {"options": {"currency": "EUR", "rates": {"USDT": ([first - HOUR, middle], [0.9, 1.1])}}},
        "actions": {"options": {"actions": {"X": (Split(middle, 2.0), Dividend(middle + 24 * HOUR, 0.1, middle + 48 * HOUR))}}},
        "universe": {"options": {"universe": {"X": ((first, middle),)}}},
        "series": {"options": {"series": {"VIX": ([first], [15.0])}}},
        "start": {"options": {}, "start": middle},
        "volatility": {"options": {"size": "volatility 15%"}, "others": (OTHER,)},
        "schedule": {"options": {"tiers": "0:0.001/0.002, 1000:0/0.001", "leverage": 3.0, "borrow": 0.05}},
    }


@pytest.mark.parametrize("name", cases())
def test_a_run_made_again_is_the_same_run(terminal: Terminal, name: str) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY, **cases()[name]))
    second = made_again(again(terminal, run.id, never))
    assert second.trade_table.tobytes() == run.result.trade_table.tobytes()
    assert second.equity_values.tobytes() == run.result.equity_values.tobytes()
    assert {**second.settings, "funding_series": ""} == {**run.result.settings, "funding_series": ""}
    assert terminal.execute(OpenRun(run.id)).changes == ()


def test_several_strategies_are_made_again_with_their_parameters_and_shares(terminal: Terminal) -> None:
    command = RunBacktest("ema_trend", KEY, options={"shares": "70%,20%", "size": "30%"}, others=(OTHER,), beside=(Beside("mean_reversion", {"window": 30}),))
    run = terminal.execute(command)
    made = again(terminal, run.id, never)
    assert [each.values.get("window") for each in made.strategies] == [None, 30]
    assert made.options.portions == (0.7, 0.2)
    assert made_again(made).equity_values.tobytes() == run.result.equity_values.tobytes()
    assert terminal.execute(OpenRun(run.id)).changes == ()


def test_a_run_of_several_instruments_is_doubted_by_what_can_be_asked_of_it(terminal: Terminal) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "20%"}, others=(OTHER,)))
    tornado = terminal.execute(RunSensitivity(run.id))
    assert tornado.base == run.result.metrics["total_return"]
    band = terminal.execute(RunEnvelope(run.id))
    assert band.base.tobytes() == run.result.equity_values.tobytes()
    assert (band.low <= band.high).all()
    assert terminal.execute(RunMonteCarlo(run.id, paths=50)).finals.shape == (50,)
    matrix = terminal.execute(RunStress(run.id, shocks=("crash", "bear")))
    assert (matrix.instruments, matrix.touched) == (2, (2, 2))
    assert matrix.plain[0].total_return == run.result.metrics["total_return"]
    assert terminal.execute(CheckCausality(run_id=run.id)).sound
    review = terminal.execute(ReviewRun(run.id))
    assert "looks ahead" in {doubt.rule for doubt in review.sound}
    assert not any("at hand" in doubt.words for doubt in review.not_asked)


def test_several_strategies_on_one_account_are_doubted_together(terminal: Terminal) -> None:
    command = RunBacktest("ema_trend", KEY, options={"shares": "70%,20%", "size": "30%"}, others=(OTHER,), beside=(Beside("mean_reversion", {"window": 30}),))
    run = terminal.execute(command)
    tornado = terminal.execute(RunSensitivity(run.id))
    assert tornado.base == run.result.metrics["total_return"]
    assert {"EmaTrend fast", "MeanReversion window"} <= {row.parameter for row in tornado.rows}
    matrix = terminal.execute(RunStress(run.id, shocks=("crash",), strategies=("ma_crossover",)))
    assert matrix.strategies == ("ema_trend + mean_reversion", "ma_crossover")
    assert matrix.plain[0].total_return == run.result.metrics["total_return"]
    assert terminal.execute(CheckCausality(run_id=run.id)).words.startswith("EmaTrend: ")
    assert terminal.execute(ReviewRun(run.id)).not_asked is not None


def test_several_instruments_are_asked_without_a_kept_run(terminal: Terminal) -> None:
    assert terminal.execute(CheckCausality("ema_trend", KEY, others=(OTHER,))).sound
    assert terminal.execute(RunStress(strategies=("ema_trend",), candles=KEY, others=(OTHER,), shocks=("crash",))).instruments == 2
    with pytest.raises(BadInput, match="nothing to look at"):
        terminal.execute(CheckCausality())


def test_a_run_with_funding_can_be_stressed(terminal: Terminal) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY, options={"funding": funding()}))
    assert terminal.execute(RunStress(run.id, shocks=("flash crash",), at=0.5)).plain[0].total_return == run.result.metrics["total_return"]
