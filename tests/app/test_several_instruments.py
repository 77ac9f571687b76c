"""Several instruments on one account, through a whole terminal and from a shell: run, kept, opened, found changed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from terminal.app.build import build
from terminal.app.commands import OpenRun, RunBacktest
from terminal.app.terminal import Terminal
from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from tests.app.cli.test_shell import document, outcry
from tests.app.test_backtests import KEY, store
from tests.app.test_runs import some_candles

OTHER = SeriesKey("test", "Y", Timeframe.H1)


def another(seed: int = 3) -> Candles:
    candles = some_candles()
    factor = np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.003, len(candles))))
    prices = {name: getattr(candles, name) * factor for name in ("open", "high", "low", "close")}
    return Candles(replace(candles.instrument, symbol="Y"), candles.timeframe, candles.time, **prices, volume=candles.volume, provenance=candles.provenance)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    built = build(tmp_path / "outcry")
    store(built, some_candles())
    store(built, another())
    return built


def test_a_run_of_several_is_kept_with_its_instruments_and_says_when_one_of_them_changes(terminal: Terminal) -> None:
    run = terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "40%"}, others=(OTHER,)))
    opened = terminal.execute(OpenRun(run.id))
    assert opened.changes == ()
    assert [row["symbol"] for row in opened.result.symbols] == ["X", "Y"]
    assert opened.result.to_json() == run.result.to_json()
    assert {trade["symbol"] for _, trade in opened.result.trades.iterrows()} == {"X", "Y"}
    store(terminal, another(seed=4))
    assert terminal.execute(OpenRun(run.id)).changes == ("the candles have changed since",)


def test_one_instrument_given_twice_is_refused(terminal: Terminal) -> None:
    with pytest.raises(BadInput, match="X is given twice"):
        terminal.execute(RunBacktest("ema_trend", KEY, others=(KEY,)))


def test_a_shell_runs_several_symbols_each_in_its_timeframe() -> None:
    run = document(
        "backtest", "ema_trend", "--symbols", "BTC/USDT, ETH/USDT@1d", "--venue", "demo", "--start", "2024-01-01", "--end", "2024-06-01", "--size", "30%"
    )
    assert [(row["symbol"], row["timeframe"]) for row in run["symbols"]] == [("BTC/USDT", "1h"), ("ETH/USDT", "1d")]
    refused = outcry("backtest", "ema_trend", "--symbols", "BTC/USDT", "--symbol", "SPY", code=2)
    assert "--symbols" in refused.stderr
