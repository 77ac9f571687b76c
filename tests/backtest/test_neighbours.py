"""Runs beside the shared cases: other settings of backtesting.py on its own data, trade by trade, and not only the published ones."""

import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from terminal.backtest.result import Result
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.signals import Price
from terminal.domain.timeframe import Timeframe
from tests.backtest.builders import strategy

Bools = NDArray[np.bool_]
CASES = {
    "plain": ("GOOG", 10, 25, {}),
    "commission": ("GOOG", 7, 33, {"commission": 0.002, "shorts": True}),
    "stops": ("GOOG", 12, 40, {"stop": 0.05, "shorts": True}),
    "stops and targets": ("GOOG", 4, 19, {"stop": 0.03, "target": 0.05, "shorts": True, "commission": 0.0005}),
    "at the close": ("GOOG", 9, 30, {"stop": 0.08, "target": 0.1, "at_close": True}),
    "hours": ("EURUSD", 11, 47, {"stop": 0.003, "target": 0.005, "shorts": True}),
    "hours at the close": ("EURUSD", 5, 21, {"stop": 0.0008, "target": 0.001, "at_close": True, "shorts": True, "commission": 0.0005}),
}


def table_of(shared: Path, name: str) -> pd.DataFrame:
    table = pd.read_csv(shared / "data" / "backtesting_py" / f"{name}.csv.gz", index_col=0, parse_dates=True)
    return table[["Open", "High", "Low", "Close", "Volume"]].astype(float)


def crossings(close: Any, fast: int, slow: int) -> tuple[Bools, Bools]:
    """Where the fast mean has crossed above the slow one, and below."""
    above = close.rolling(fast).mean() - close.rolling(slow).mean()
    before = above.shift()
    return ((above > 0) & (before <= 0)).to_numpy(), ((above < 0) & (before >= 0)).to_numpy()


def theirs(table: pd.DataFrame, up: Bools, down: Bools, asked: dict[str, Any]) -> Any:
    """What backtesting.py makes of the crossings: stops and targets as fractions of the close at which they are decided."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from backtesting import Backtest
        from backtesting import Strategy as Theirs

        class Crosses(Theirs):  # type: ignore[misc] # the library has no types
            def init(self) -> None:
                pass

            def next(self) -> None:
                row, price = len(self.data) - 1, self.data.Close[-1]
                if not (up[row] or down[row]):
                    return
                self.position.close()
                side = 1 if up[row] else -1
                levels = {word: price * (1 + side * sign * asked[name]) for word, name, sign in (("sl", "stop", -1), ("tp", "target", 1)) if name in asked}
                if side > 0:
                    self.buy(**levels)
                elif asked.get("shorts"):
                    self.sell(**levels)

        made = Backtest(table, Crosses, cash=10_000, commission=asked.get("commission", 0.0), trade_on_close=asked.get("at_close", False))
        return made.run()


def ours(table: pd.DataFrame, timeframe: Timeframe, up: Bools, down: Bools, asked: dict[str, Any]) -> Result:
    close = table.Close.to_numpy()
    side = np.where(down, -1, 1)
    levels = {
        word: Price(close * (1 + side * sign * asked[name])) for word, name, sign in (("stop_loss", "stop", -1), ("take_profit", "target", 1)) if name in asked
    }
    short = down if asked.get("shorts") else np.zeros(len(close), bool)
    time = table.index.to_numpy().astype("datetime64[ns]").astype(np.int64)
    candles = Candles(Instrument("t", "X", AssetClass.EQUITY, lot=Decimal(1)), timeframe, time, *(table[name].to_numpy() for name in table.columns))
    return backtest(
        strategy(enter_long=up, exit_long=down, enter_short=short, exit_short=up, **levels),
        candles,
        commission=asked.get("commission", 0.0),
        slippage=0.0,
        size="100%",
        size_at="fill",
        fill_on_touch=True,
        fill_at="close" if asked.get("at_close") else "open",
    )


@pytest.mark.parametrize("name", CASES)
def test_backtesting_py_makes_the_same_trades(shared: Path, name: str) -> None:
    pytest.importorskip("backtesting", reason="backtesting.py is compared with where the extra `dev` is installed; its licence keeps it out of `test`")
    symbol, fast, slow, asked = CASES[name]
    table = table_of(shared, symbol)
    up, down = crossings(table.Close, fast, slow)
    stats = theirs(table, up, down, asked)
    result = ours(table, Timeframe.D1 if symbol == "GOOG" else Timeframe.H1, up, down, asked)
    made = stats["_trades"].sort_values(["EntryBar", "ExitBar"])
    closed = result.trade_table[result.trade_table["exit_row"] >= 0]
    closed = closed[np.lexsort((closed["exit_row"], closed["entry_row"]))]
    assert len(made) == len(closed) > 20
    for column, other in (("EntryBar", "entry_row"), ("ExitBar", "exit_row"), ("EntryPrice", "entry_price"), ("ExitPrice", "exit_price")):
        assert np.allclose(made[column].to_numpy(float), closed[other])
    assert made["Size"].to_numpy().tolist() == (closed["side"] * closed["quantity"]).tolist()
    assert result.metrics["final_equity"] == pytest.approx(stats["Equity Final [$]"], rel=1e-9)
    if "stop" in asked:
        assert np.allclose(made["SL"].to_numpy(float)[made["SL"].notna()], closed["stop"][made["SL"].notna()])
