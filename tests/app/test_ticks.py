"""Runs over files of ticks through the terminal's one door, from a script and from a shell."""

import json
from pathlib import Path
from typing import Any

import pytest

from terminal.app.build import build
from terminal.app.commands import CheckCausality, OpenRun, ReviewRun, RunBacktest, RunEnvelope, RunSensitivity, RunStress, TickFile
from terminal.app.kept import candles_of
from terminal.app.research import backtest, read_ticks
from terminal.app.terminal import Terminal
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import MINUTE, Timeframe
from terminal.domain.work import never
from terminal.strategies.contract import Strategy
from tests.app.cli.test_shell import outcry

START = 1_700_000_040_000_000_000  # a whole minute
CODE = '''
from terminal import Strategy


class Buys(Strategy):
    """Buys at the first trade, sells at the last but some."""

    def on_start(self):
        self.seen = 0

    def on_tick(self, tick):
        self.seen += 1
        if self.seen == 2:
            self.buy(quantity=1)
        if self.seen == 20:
            self.close()
'''


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    rows = [f"{(START + row * MINUTE // 10) // 1_000_000},{100 + row},5" for row in range(40)]
    path.write_text("\n".join(["time,price,size", *rows]))
    return path


@pytest.fixture
def strategy(tmp_path: Path) -> Path:
    path = tmp_path / "buys.py"
    path.write_text(CODE)
    return path


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return build(tmp_path / "outcry")


def run(terminal: Terminal, strategy: Path, trades: Path, symbol: str = "X", **more: Any) -> Any:
    return terminal.execute(RunBacktest(str(strategy), TickFile(trades, symbol), options={"commission": 0.0, "slippage": 0.0}, **more))


def test_a_run_over_a_file_of_ticks_is_kept_and_opened_and_notices_a_changed_file(terminal: Terminal, strategy: Path, trades: Path) -> None:
    made = run(terminal, strategy, trades)
    assert made.is_saved
    assert made.result.metrics["final_equity"] == 10_000 + (120 - 102)
    assert (made.result.settings["input"], made.result.settings["ticks"]) == ("40 trades", {"zone": "UTC", "end": None})
    opened = terminal.execute(OpenRun(made.id))
    assert opened.changes == ()
    assert opened.result.to_json() == made.result.to_json()
    assert len(candles_of(terminal, opened, never)[0]) == 4
    trades.write_text(trades.read_text() + "\n1800000000000,7,7")
    assert terminal.execute(OpenRun(made.id)).changes == ("the candles have changed since",)
    trades.unlink()
    assert terminal.execute(OpenRun(made.id)).changes == ("the candles are not there any more",)


def test_a_range_a_start_and_a_longer_candle(terminal: Terminal, strategy: Path, trades: Path) -> None:
    made = run(terminal, strategy, trades, start=START + MINUTE, end=START + 3 * MINUTE)
    assert len(made.result.equity) == 2
    assert made.result.settings["ticks"]["end"] is not None
    assert terminal.execute(OpenRun(made.id)).changes == ()
    hourly = terminal.execute(RunBacktest(str(strategy), TickFile(trades, "X", Timeframe.H1)))
    assert (len(hourly.result.equity), hourly.result.settings["timeframe"]) == (1, "1h")
    with pytest.raises(BadInput, match="no ticks in that range"):
        run(terminal, strategy, trades, start=START + 99 * MINUTE)


def test_a_persons_settings_of_candles_are_left_aside_and_those_given_are_refused(terminal: Terminal, strategy: Path, trades: Path) -> None:
    from terminal.app.commands import ChangeSetting

    terminal.execute(ChangeSetting("path", "ohlc"))
    assert run(terminal, strategy, trades).is_saved
    with pytest.raises(BadInput, match="path"):
        terminal.execute(RunBacktest(str(strategy), TickFile(trades), options={"path": "ohlc"}))


def test_a_run_over_ticks_is_doubted_like_any_other(terminal: Terminal, strategy: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    rows = [f"{(START + row * MINUTE // 10) // 1_000_000},{100 + row % 7},5" for row in range(800)]
    path.write_text("\n".join(["time,price,size", *rows]))
    made = terminal.execute(RunBacktest(str(strategy), TickFile(path, "X"), options={"commission": 0.001}))
    matrix = terminal.execute(RunStress(made.id))
    assert matrix.plain[0].total_return == made.result.metrics["total_return"]
    assert len(matrix.cells[0]) == 6
    assert not any(row[0].covered for row in matrix.crises)
    assert terminal.execute(RunEnvelope(made.id)).names == ("low costs", "high costs")
    assert [row.parameter for row in terminal.execute(RunSensitivity(made.id)).rows] == ["commission", "slippage"]
    assert terminal.execute(CheckCausality(run_id=made.id)).sound
    review = terminal.execute(ReviewRun(made.id))
    assert {"looks ahead", "stop and target in one candle"} <= {doubt.rule for doubt in review.sound}
    again = terminal.execute(RunStress(strategies=(str(strategy),), candles=TickFile(path, "X"), shocks=("crash",), options={"commission": 0.001}))
    assert again.cells[0][0] == matrix.cells[0][0]
    with pytest.raises(BadInput, match="one instrument"):
        terminal.execute(CheckCausality(str(strategy), TickFile(path), others=(SeriesKey("demo", "BTC/USDT", Timeframe.H1),)))
    path.unlink()
    assert {doubt.rule for doubt in terminal.execute(ReviewRun(made.id)).not_asked} >= {"looks ahead", "fills on zero volume"}


def test_a_shell_doubts_what_was_run_over_ticks(strategy: Path, trades: Path) -> None:
    assert "0 orders" not in outcry("causality", str(strategy), "--ticks", str(trades)).stdout
    assert "lasts" in outcry("stress", str(strategy), "--ticks", str(trades), code=2).stderr
    found = json.loads(outcry("stress", str(strategy), "--ticks", str(trades), "--shock", "move=-40% bars=2", "--json").stdout)
    assert found["cells"][0][0]["trades"] == 1
    outcry("backtest", str(strategy), "--ticks", str(trades))
    assert json.loads(outcry("causality", "--run", "last", "--json").stdout)["sound"] is True
    assert "brings its own" in outcry("causality", str(strategy), "--run", "last", code=2).stderr
    assert "No strategy is named" in outcry("causality", "--ticks", str(trades), code=2).stderr


def test_a_script_reads_ticks_and_runs_over_them(trades: Path) -> None:
    class Buys(Strategy):
        def on_tick(self, tick: Any) -> None:
            if self.position.is_flat:
                self.buy(quantity=1)

    result = backtest(Buys, read_ticks(trades, timeframe="1m"), commission=0.0, slippage=0.0)
    assert result.trades["entry_price"].tolist() == [101.0]
    assert result.save()
    assert "trades ticks (file)" in outcry("runs", "list").stdout
    with pytest.raises(BadInput, match="read_ticks"):
        read_ticks(3)  # type: ignore[arg-type]


def test_a_shell_runs_over_ticks(strategy: Path, trades: Path) -> None:
    arguments = ("backtest", str(strategy), "--ticks", str(trades), "--commission", "0", "--slippage", "0")
    found = json.loads(outcry(*arguments, "--json").stdout)
    assert found["settings"]["input"] == "40 trades"
    assert [(trade["entry_price"], trade["entry_time"][:19]) for trade in found["trades"]] == [(102.0, "2023-11-14T22:14:12")]
    assert "--ticks names a file" in outcry(*arguments, "--data", str(trades), code=2).stderr
    assert "no file" in outcry("backtest", str(strategy), "--ticks", "none.csv", code=2).stderr
    assert "decides on candles" in outcry("backtest", "ma_crossover", "--ticks", str(trades), code=2).stderr


def test_a_file_of_several_symbols_is_asked_about_before_it_is_traded(strategy: Path, tmp_path: Path, terminal: Terminal) -> None:
    path = tmp_path / "both.csv"
    rows = [f"{(START + row * MINUTE // 10) // 1_000_000},{('AAA', 'BBB')[row % 2]},{100 + row},5" for row in range(80)]
    path.write_text("\n".join(["time,symbol,price,size", *rows]))
    refused = outcry("backtest", str(strategy), "--ticks", str(path), code=2).stderr
    assert "both.csv holds 2 symbols: AAA, BBB." in refused
    assert "Give --symbol AAA, or whichever is meant." in refused
    found = json.loads(outcry("backtest", str(strategy), "--ticks", str(path), "--symbol", "BBB", "--commission", "0", "--json").stdout)
    assert (found["settings"]["symbol"], found["settings"]["input"]) == ("BBB", "40 trades")
    made = run(terminal, strategy, path, "AAA")
    assert made.result.trade_table["entry_price"].tolist() == [104.0]
    assert terminal.execute(OpenRun(made.id)).changes == ()
