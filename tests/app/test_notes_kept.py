"""What a strategy noted, and what its entries waited for: in the result, in the saved run, in JSON alike."""

import json
from pathlib import Path

import pytest

from terminal.app.build import build
from terminal.app.commands import OpenRun, RunBacktest
from terminal.app.terminal import Terminal
from tests.app.test_backtests import KEY, store
from tests.app.test_runs import some_candles
from tests.app.test_several_instruments import OTHER, another

NOTING = '''
import numpy as np
from terminal import Strategy


class Noting(Strategy):
    """Buys once in a while and says so."""

    def on_candle(self, candle):
        if self.position.is_flat and not self.orders and candle.close > candle.open:
            self.buy(percent=0.2, take_profit=candle.close * 1.01, stop_loss=candle.close * 0.99)
            self.log("bought", price=candle.close, rows=np.int64(3), share=float("nan"), why="rose", sure=True)
'''
WAITING = '''
from terminal import Limit, Signals, Strategy


class Waiting(Strategy):
    """Waits a little below."""

    def signals(self, candles):
        return Signals(enter_long=candles.close > candles.open, exit_long=candles.close < candles.open, order=Limit(candles.close * 0.999), expires=3)
'''


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    built = build(tmp_path / "outcry")
    store(built, some_candles())
    store(built, another())
    return built


def written(folder: Path, text: str) -> str:
    path = folder / "mine.py"
    path.write_text(text)
    return str(path)


def test_notes_are_kept_with_a_run_and_stand_in_its_json(terminal: Terminal, tmp_path: Path) -> None:
    run = terminal.execute(RunBacktest(written(tmp_path, NOTING), KEY))
    opened = terminal.execute(OpenRun(run.id)).result
    assert len(opened.log) == len(run.result.log) > 0
    assert opened.to_json() == run.result.to_json()
    note = json.loads(opened.to_json())["notes"][0]
    assert note["words"] == "bought"
    assert note["time"].endswith("Z")
    assert note["values"] == {"price": opened.log[0].values["price"], "rows": 3, "share": None, "why": "rose", "sure": True}


def test_notes_of_several_instruments_are_kept_too(terminal: Terminal, tmp_path: Path) -> None:
    run = terminal.execute(RunBacktest(written(tmp_path, NOTING), KEY, others=(OTHER,)))
    assert len(terminal.execute(OpenRun(run.id)).result.log) == len(run.result.log) > 0


def test_a_run_says_what_its_entries_waited_for_and_how_long(terminal: Terminal, tmp_path: Path) -> None:
    waited = terminal.execute(RunBacktest(written(tmp_path, WAITING), KEY)).result.settings
    assert (waited["order"], waited["expires"]) == ("limit", "after 3 candles")
    several = terminal.execute(RunBacktest(written(tmp_path, WAITING), KEY, options={"size": "20%"}, others=(OTHER,))).result.settings
    assert (several["order"], several["expires"]) == ("limit", "after 3 candles")
    plain = terminal.execute(RunBacktest("ema_trend", KEY)).result.settings
    assert (plain["order"], plain["expires"]) == ("market", "at once")
    events = terminal.execute(RunBacktest(written(tmp_path, NOTING), KEY)).result.settings
    assert (events["order"], events["expires"]) == ("each order's own", "each order's own")


def test_trades_of_several_strategies_say_whose_they_are(terminal: Terminal) -> None:
    from terminal.app.commands import Beside

    run = terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "20%"}, beside=(Beside("mean_reversion"),)))
    opened = terminal.execute(OpenRun(run.id))
    assert opened.changes == ()
    assert opened.info.beside == ("mean_reversion",)
    document = json.loads(opened.result.to_json())
    assert {trade["strategy"] for trade in document["trades"]} == {"EmaTrend", "MeanReversion"}
    assert set(opened.result.trades["strategy"]) == {"EmaTrend", "MeanReversion"}
