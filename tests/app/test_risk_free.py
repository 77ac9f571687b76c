"""The risk-free rate: one setting, a flag and a keyword, counted off each day as a part of the year; and sizes that several strategies can't have."""

import math

import numpy as np
import pytest

from terminal.app.build import build
from terminal.app.commands import OpenRun, RunBacktest
from terminal.app.research import backtest
from terminal.domain.errors import BadInput, WrongValue
from tests.app.cli.test_shell import document, outcry
from tests.app.test_backtests import KEY, store
from tests.app.test_runs import some_candles
from tests.app.test_several_instruments import OTHER, another


def test_ratios_count_what_is_above_the_rate_and_nothing_else_changes() -> None:
    plain, with_rate = backtest("ema_trend", some_candles()), backtest("ema_trend", some_candles(), risk_free=0.05)
    year = plain.metrics["annual_days"]
    above = plain.daily_returns - 0.05 / year
    sharpe = float(np.mean(above) / np.std(above, ddof=1)) * math.sqrt(year)
    assert with_rate.metrics["sharpe_ratio"] == pytest.approx(sharpe)
    assert with_rate.metrics["sortino_ratio"] == pytest.approx(float(np.mean(above)) / math.sqrt(np.mean(np.minimum(above, 0) ** 2)) * math.sqrt(year))
    assert with_rate.metrics["omega_ratio"] == pytest.approx(np.maximum(above, 0).sum() / -np.minimum(above, 0).sum())
    assert with_rate.metrics["probabilistic_sharpe"] < plain.metrics["probabilistic_sharpe"]
    assert with_rate.measure("treynor_ratio") != plain.measure("treynor_ratio")
    assert with_rate.settings["risk_free"] == 0.05
    for name in ("total_return", "cagr", "calmar_ratio", "max_drawdown", "skew", "annual_volatility", "value_at_risk_95"):
        assert with_rate.metrics[name] == plain.metrics[name]
    assert with_rate.equity_values.tobytes() == plain.equity_values.tobytes()


def test_without_a_rate_nothing_is_taken_off() -> None:
    assert backtest("ema_trend", some_candles()).metrics == backtest("ema_trend", some_candles(), risk_free=0.0).metrics


@pytest.mark.parametrize("wrong", [float("nan"), 2.0, -1.0, "much", True, None])
def test_a_rate_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(WrongValue, match="The setting `risk_free` is"):
        backtest("ema_trend", some_candles(), risk_free=wrong)


def test_a_shell_gives_the_rate_and_the_settings_keep_one() -> None:
    asked = ("backtest", "ema_trend", "--venue", "demo", "--symbol", "BTC/USDT", "--timeframe", "1d", "--start", "2024-01-01", "--end", "2025-01-01")
    plain, given = document(*asked), document(*asked, "--risk-free", "0.04")
    assert given["metrics"]["sharpe_ratio"] < plain["metrics"]["sharpe_ratio"]
    assert (plain["settings"]["risk_free"], given["settings"]["risk_free"]) == (0.0, 0.04)
    outcry("settings", "risk_free", "0.04")
    assert document(*asked)["metrics"] | {"variants_tried": 0, "independent_variants": 0} == given["metrics"] | {"variants_tried": 0, "independent_variants": 0}
    assert "--risk-free is 9" in outcry(*asked, "--risk-free", "9", code=2).stderr


def test_several_instruments_and_a_kept_run_know_the_rate(tmp_path: object) -> None:
    terminal = build(tmp_path / "outcry")  # type: ignore[operator]
    store(terminal, some_candles())
    store(terminal, another())
    plain = terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "20%"}, others=(OTHER,)))
    run = terminal.execute(RunBacktest("ema_trend", KEY, options={"size": "20%", "risk_free": 0.05}, others=(OTHER,)))
    assert run.result.metrics["sharpe_ratio"] < plain.result.metrics["sharpe_ratio"]
    opened = terminal.execute(OpenRun(run.id)).result
    assert opened.measure("alpha") == run.result.measure("alpha") != plain.result.measure("alpha")


def test_kellys_share_of_several_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="is estimated from the trades of one instrument; this run has 2"):
        backtest("ema_trend", [some_candles(), another()], size="kelly 25%")
    with pytest.raises(BadInput, match="is estimated from the trades of one strategy; this run has 2") as refused:
        backtest(["ema_trend", "mean_reversion"], some_candles(), size="kelly 25%")
    assert "Choose a size" in refused.value.cure


def test_a_volatility_target_sizes_several_strategies_too() -> None:
    full, target = (backtest(["ema_trend", "mean_reversion"], some_candles(), size=size) for size in ("100%", "volatility 5%"))
    assert target.metrics["annual_volatility"] < full.metrics["annual_volatility"] / 2
