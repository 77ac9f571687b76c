"""The commands by which a result doubts itself, through a whole terminal: a kept run is made again as it was, refused in words, stopped at once."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from terminal.app.build import build
from terminal.app.commands import (
    CheckCausality,
    CompareRuns,
    OpenRun,
    ReviewRun,
    RunBacktest,
    RunEnvelope,
    RunMonteCarlo,
    RunSensitivity,
    RunStress,
)
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput, Cancelled, UnknownName
from tests.app.test_backtests import KEY, store, strategy_file
from tests.app.test_runs import some_candles

HEAD = "from terminal import Int, Signals, Strategy\n\n\nclass Mine(Strategy):\n"
SLOW = HEAD + "    def signals(self, candles):\n        import time\n        time.sleep(0.02)\n        return Signals(enter_long=True)\n"
EVENTS = (
    HEAD
    + "    days = Int(5, low=1, high=9)\n\n    def on_candle(self, candle):\n"
    + "        if self.position.is_flat and not self.orders and candle.time % (self.days * 3600000000000) == 0:\n"
    + "            self.buy(stop_loss='2%', take_profit='2%')\n"
)
LEAK = HEAD + "    def signals(self, candles):\n        high = candles.close > candles.close.mean()\n        return Signals(enter_long=high, exit_long=~high)\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    built = build(tmp_path / "outcry")
    store(built, some_candles())
    return built


def kept(terminal: Terminal, strategy: str = "ema_trend", **options: Any) -> Any:
    return terminal.execute(RunBacktest(strategy, KEY, options=options))


def test_a_kept_run_is_made_again_by_its_own_settings(terminal: Terminal) -> None:
    run = kept(terminal, capital=5_000.0, size="cash 1000", commission=0.002)
    terminal.settings.change("commission", "0.01")
    band = terminal.execute(RunEnvelope(run.id))
    assert band.base.tolist() == run.result.equity_values.tolist()
    rows = terminal.execute(RunSensitivity(run.id))
    assert rows.base == run.result.metrics["total_return"]
    matrix = terminal.execute(RunStress(run.id, ("ma_crossover",), shocks=("crash", "bear")))
    assert matrix.plain[0].total_return == run.result.metrics["total_return"]
    assert matrix.strategies == ("ema_trend", "ma_crossover")
    assert [shock.name for shock in matrix.shocks] == ["crash", "bear"]


def test_an_event_strategy_is_doubted_like_any_other(terminal: Terminal) -> None:
    run = kept(terminal, strategy_file(terminal, EVENTS, "waiting"))
    assert terminal.execute(RunEnvelope(run.id)).base.tolist() == run.result.equity_values.tolist()
    assert {row.parameter for row in terminal.execute(RunSensitivity(run.id)).rows} == {"days", "commission", "slippage"}
    assert len(terminal.execute(RunStress(run.id)).cells[0]) == 6
    found = terminal.execute(ReviewRun(run.id))
    assert not [doubt for doubt in found.doubts if doubt.rule == "looks ahead"]


def test_runs_of_a_tornado_are_trials_of_the_same_code_and_not_kept(terminal: Terminal) -> None:
    run = kept(terminal)
    terminal.execute(RunSensitivity(run.id))
    assert terminal.runs.trials(run.result).tried == 5
    assert [info.id for info in terminal.runs.list()] == [run.id]


def test_the_review_says_what_changed_and_does_without_what_is_gone(terminal: Terminal) -> None:
    name = strategy_file(terminal, LEAK, "leaking")
    run = kept(terminal, name)
    found = terminal.execute(ReviewRun(run.id))
    assert found.doubts[0].rule == "looks ahead"
    assert found.run_id == run.id
    assert found.changes == ()
    strategy_file(terminal, LEAK + "# changed\n", "leaking")
    assert terminal.execute(ReviewRun(run.id)).changes == ("the strategy's code has changed since",)
    (terminal.paths.strategies / "leaking.py").unlink()
    alone = terminal.execute(ReviewRun(run.id))
    assert "looks ahead" in {doubt.rule for doubt in alone.not_asked}
    assert "fills on zero volume" not in {doubt.rule for doubt in alone.not_asked}


def test_paths_are_drawn_from_days_and_from_trades(terminal: Terminal) -> None:
    run = kept(terminal)
    days = terminal.execute(RunMonteCarlo(run.id, "bootstrap", 200, 3, 50))
    assert (days.method, days.paths, days.length) == ("bootstrap", 200, 50)
    assert days.fan.shape == (7, 51)
    trades = terminal.execute(RunMonteCarlo(run.id, "reshuffle", 200, 3))
    assert trades.length == run.result.metrics["trades"]
    closed = run.result.trade_table["reason"] != 0
    assert trades.finals == pytest.approx(run.result.trade_table["profit"][closed].sum() / 10_000)
    assert (terminal.execute(RunMonteCarlo(run.id, "bootstrap", 200, 3, 50)).finals == days.finals).all()
    with pytest.raises(BadInput, match="guess"):
        terminal.execute(RunMonteCarlo(run.id, "guess"))


def test_a_look_ahead_is_named_on_stored_candles(terminal: Terminal) -> None:
    assert terminal.execute(CheckCausality("ema_trend", KEY)).sound
    assert not terminal.execute(CheckCausality(strategy_file(terminal, LEAK, "leaking"), KEY)).sound


def test_runs_stand_side_by_side_once_each(terminal: Terminal) -> None:
    one, two = kept(terminal), kept(terminal, commission=0.003)
    found = terminal.execute(CompareRuns((one.id, two.id, one.id)))
    assert found.run_ids == (one.id, two.id)
    assert found.settings["commission"] == (terminal.settings["commission"], 0.003)
    opened = terminal.execute(OpenRun(two.id))
    assert found.metrics["total_return"][1] == opened.result.metrics["total_return"]


@pytest.mark.parametrize("command", [RunStress("none"), RunMonteCarlo("none"), RunSensitivity("none"), RunEnvelope("none"), ReviewRun("none")])
def test_a_run_that_is_not_there_is_refused_by_name(terminal: Terminal, command: Any) -> None:
    with pytest.raises(UnknownName, match="none"):
        terminal.execute(command)


def test_a_stress_run_needs_something_to_stress(terminal: Terminal) -> None:
    with pytest.raises(BadInput, match="nothing to stress"):
        terminal.execute(RunStress())


@pytest.mark.parametrize("asked", [RunStress, RunSensitivity, RunEnvelope, ReviewRun], ids=lambda asked: asked.__name__)
def test_long_work_stops_where_it_is_asked_to(terminal: Terminal, asked: Callable[..., Any]) -> None:
    run = kept(terminal, strategy_file(terminal, SLOW, "slow"))
    stop = threading.Event()
    seen: list[float] = []

    def report(done: float, total: float, note: str = "", *, lane: str = "") -> None:
        seen.append(time.perf_counter())
        if total and done > 0:
            stop.set()

    with pytest.raises(Cancelled):
        terminal.execute(asked(run.id), report, stop.is_set)
    assert len(seen) < 20
