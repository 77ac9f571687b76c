"""Runs of well-known libraries on the same data, from the shared cases: the same trades, and each difference explained."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.orders import ExitReason
from terminal.domain.timeframe import Timeframe
from terminal.indicators.averages import sma
from terminal.indicators.crossing import crossed_above, crossed_below
from tests.backtest.builders import at, run, strategy

FREE = {"commission": 0.0, "slippage": 0.0}


def cases(shared: Path, name: str) -> dict[str, Any]:
    return {case["id"]: case for case in json.loads((shared / "cases" / f"{name}.json").read_text())["cases"]}


def daily(shared: Path, name: str, symbol: str) -> Candles:
    path = shared / "data" / name
    return from_table(pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path), symbol)


def from_table(table: "pd.DataFrame", symbol: str) -> Candles:
    table = table.rename(columns=str.lower).rename(columns={"date": "time"})
    time = pd.to_datetime(table["time"]).to_numpy().astype("datetime64[ns]").astype(np.int64)
    prices = [table[column].to_numpy(np.float64) for column in ("open", "high", "low", "close", "volume")]
    instrument = Instrument("test", symbol, AssetClass.EQUITY, "USD", lot=Decimal(1), calendar="XNYS")
    return Candles(instrument, Timeframe.D1, time, *prices, provenance=Provenance("test"))


def crossing(candles: Candles, fast: int, slow: int, **options: Any) -> Result:
    """Long above, short below, always in the market once the averages have crossed."""
    first, second = sma(candles.close, fast), sma(candles.close, slow)
    made = strategy(enter_long=crossed_above(first, second), enter_short=crossed_below(first, second))
    return backtest(made, candles, **FREE, **options)


def days(result: Result, column: str) -> list[str]:
    return [str(np.datetime64(int(value), "ns").astype("datetime64[D]")) for value in result.trade_table[column]]


def test_backtesting_py_sma_10_30_on_goog_trade_by_trade(shared: Path) -> None:
    expected = cases(shared, "backtests")["bt-goog-sma"]["expected"]
    goog = daily(shared, "backtesting_py/GOOG.csv.gz", "GOOG")
    # backtesting.py sizes at the fill price with 99.99 % of the equity, in whole shares
    result = crossing(goog, 10, 30, size="99.99%", size_at="fill")
    table = result.trade_table
    rows = expected["trades"]["rows"]
    assert len(table) == len(rows) == expected["stats"]["# Trades"]
    for trade, (size, entry_bar, exit_bar, entry_price, exit_price, profit) in zip(table[:-1], rows[:-1], strict=True):
        assert (trade["side"] * trade["quantity"], trade["entry_row"], trade["exit_row"]) == (size, entry_bar, exit_bar)
        assert (trade["entry_price"], trade["exit_price"]) == (entry_price, exit_price)
        assert trade["profit"] == pytest.approx(profit, abs=1e-6)
    # it closes its last trade at the open of the last bar; here that position is open and valued at the last close
    last, theirs = table[-1], rows[-1]
    assert (last["quantity"], last["entry_row"], last["reason"]) == (theirs[0], theirs[1], ExitReason.OPEN)
    assert result.equity_values[-1] - theirs[0] * (goog.close[-1] - theirs[4]) == pytest.approx(expected["stats"]["Equity Final [$]"], rel=1e-9)


def test_backtesting_py_filling_at_the_close_of_the_signal(shared: Path) -> None:
    expected = cases(shared, "backtests")["bt-goog-sma-close"]["expected"]
    goog = daily(shared, "backtesting_py/GOOG.csv.gz", "GOOG")
    result = crossing(goog, 10, 30, size="99.99%", size_at="fill", fill_at="close", close_at_end=True)
    assert result.metrics["trades"] == expected["# Trades"]
    # its last closing order fills at the close before the last one, ours at the last
    late = float(result.trade_table["side"][-1] * result.trade_table["quantity"][-1]) * (goog.close[-1] - goog.close[-2])
    assert result.metrics["final_equity"] - late == pytest.approx(expected["Equity Final [$]"], rel=1e-9)
    assert result.metrics["win_rate"] == pytest.approx(expected["Win Rate [%]"] / 100, rel=1e-9)


def test_backtesting_py_stop_hit_on_the_day_of_its_entry(shared: Path) -> None:
    case = cases(shared, "backtests")["bt-goog-sl-same-day"]
    goog = daily(shared, "backtesting_py/GOOG.csv.gz", "GOOG")
    row = int(np.searchsorted(goog.time, np.datetime64(case["inputs"]["signal_day"], "ns").astype(np.int64)))
    from terminal.domain.signals import Price

    made = strategy(enter_long=at(len(goog), row), stop_loss=Price(float(case["inputs"]["sl"])))
    (trade,) = backtest(made, goog, **FREE).trade_table
    assert (trade["entry_row"], trade["exit_row"], trade["exit_price"]) == (row + 1, row + 1, case["expected"]["exit_price"])


def test_backtrader_close_crosses_sma_15(shared: Path) -> None:
    expected = cases(shared, "backtests")["bt-btr-sma15"]["expected"]
    index = daily(shared, "backtrader/2006-day-001.csv.gz", "STOXX50")
    average = sma(index.close, 15)
    made = strategy(enter_long=crossed_above(index.close, average), exit_long=crossed_below(index.close, average))
    result = backtest(made, index, size=1, **FREE)
    fills = []
    for trade, entry, leave in zip(result.trade_table, days(result, "entry_time"), days(result, "exit_time"), strict=True):
        fills.append([entry, "buy", trade["entry_price"].item()])
        if trade["reason"] != ExitReason.OPEN:
            fills.append([leave, "sell", trade["exit_price"].item()])
    assert fills == expected["fills"]
    assert result.metrics["final_equity"] == pytest.approx(expected["final_value"], abs=0.01)


def test_pyalgotrade_stop_and_reverse_on_orcl(shared: Path) -> None:
    case = cases(shared, "backtests")["bt-pya-orcl"]
    orcl = daily(shared, "equities/orcl_2001_yahoo.csv.gz", "ORCL")
    result = crossing(orcl, 10, 25, capital=case["inputs"]["cash"], size=10)
    table = result.trade_table
    # it books a reversal as one fill of twice the size; here it is a closing and an opening fill at the same price
    turns = [
        [day, int(trade["side"]) * (20 if row else 10), trade["entry_price"].item()]
        for row, (day, trade) in enumerate(zip(days(result, "entry_time"), table, strict=True))
    ]
    assert turns == case["expected"]["fills"]
    assert (table["exit_price"][:-1] == table["entry_price"][1:]).all()
    assert result.metrics["final_equity"] == pytest.approx(case["expected"]["final_equity"], abs=0.01)


def test_lean_buys_spy_with_all_cash(shared: Path) -> None:
    expected = cases(shared, "backtests")["bt-lean-buyhold"]["expected"]
    table = pd.read_parquet(shared / "data" / "equities" / "lean_us_daily.parquet")
    spy = table[(table["symbol"] == "SPY") & (table["time"] >= "2013-10-08") & (table["time"] <= "2013-10-17")].copy()
    factor = 165.82 * 0.8646266 / 165.82
    for column in ("open", "high", "low", "close"):
        spy[column] *= factor
    candles = from_table(spy, "SPY")
    # Lean charges 0.005 a share, here the same fee as a rate of the fill; it keeps 0.25 % of the cash back
    bought = float(candles.open[1])
    made = strategy(enter_long=at(len(candles), 0))
    result = backtest(made, candles, capital=100_000, commission=0.005 / bought, slippage=0.0, size="99.75%")
    (trade,) = result.trade_table
    assert trade["quantity"] == 697
    assert trade["costs"] == pytest.approx(expected["fees"], abs=0.01)
    assert result.metrics["final_equity"] == pytest.approx(expected["end_equity"], abs=0.02)


PLAIN = ("ft-tc0", "ft-tc2", "ft-tc4", "ft-tc6", "ft-tc14", "ft-tc26", "ft-tc30")


@pytest.mark.parametrize("name", [*PLAIN, "ft-tc8", "ft-tc28", "ft-tc34"])
def test_freqtrade_stops_targets_trails_and_exits(shared: Path, name: str) -> None:
    """Those of its cases that need no time-tabled target, entry price or trail that starts late, which this cut has not."""
    case = cases(shared, "orders_freqtrade")[name]
    inputs, expected = case["inputs"], case["expected"]
    names = inputs["candles_1h"]["columns"]
    columns = dict(zip(names, zip(*inputs["candles_1h"]["rows"], strict=True), strict=True))
    rows = list(zip(*(columns[column] for column in ("open", "high", "low", "close")), strict=True))
    conditions = {column: np.array(columns[column]) == 1 for column in ("enter_long", "exit_long", "enter_short", "exit_short") if column in columns}
    # its plain trail in case 8 is as wide as its stop; its stop of a leveraged position is a fraction of the stake
    leverage = inputs.get("leverage", 1.0)
    trail = {"ft-tc8": 0.1, "ft-tc34": 0.01}.get(name, np.nan)
    result = run(rows, stop_loss=-inputs["stop_loss"] / leverage, take_profit=inputs["roi"]["0"], trailing_stop=trail, **conditions)
    (trade,) = result.trade_table
    (wanted,) = expected["trades"]
    reasons = {"EXIT_SIGNAL": ExitReason.SIGNAL, "STOP_LOSS": ExitReason.STOP_LOSS, "TRAILING_STOP_LOSS": ExitReason.TRAILING_STOP}
    assert (trade["entry_row"], trade["exit_row"], trade["side"]) == (wanted["open_bar"], wanted["close_bar"], -1 if wanted["short"] else 1)
    assert trade["reason"] == reasons[wanted["exit"]]
    assert trade["return"] * leverage == pytest.approx(expected["sum_profit_ratio"], abs=5.1e-4)
