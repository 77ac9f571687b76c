"""A backtest of SMA 20/50, from indicators to statistics, against a loop that does nothing else: python -m benchmarks.bench_backtest.

The figures: 1 M candles at most 1.5 times the loop; 10 k at most 10 times; a new process no slower than backtesting.py; the
first backtest ever, with nothing compiled yet, within 5 s. The two make the same trades, which is checked first.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import reference_backtest
from benchmarks.walk import columns
from terminal.app.memory import keep_freed_memory
from terminal.backtest.run import backtest
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.parameters import Int
from terminal.domain.signals import Signals
from terminal.domain.timeframe import Timeframe
from terminal.indicators.averages import sma
from terminal.indicators.crossing import crossed_above, crossed_below
from terminal.strategies.contract import Strategy

FEE = 0.0001


class Cross(Strategy):
    """Long while the fast average is above the slow one."""

    fast = Int(20, low=2, high=200)
    slow = Int(50, low=2, high=200)

    def signals(self, candles: Candles) -> Signals:
        fast, slow = sma(candles.close, self.fast), sma(candles.close, self.slow)
        return Signals(enter_long=crossed_above(fast, slow), exit_long=crossed_below(fast, slow))


def made_candles(rows: int) -> Candles:
    """A random walk of one-minute candles, the same each time."""
    time_ns, opens, high, low, close = columns(rows)
    return Candles(Instrument("bench", "X"), Timeframe.M1, time_ns, opens, high, low, close, np.ones(rows), provenance=Provenance("bench"))


def medians(times: int, *functions: Callable[[], object]) -> list[float]:
    """Median seconds of each, taken in turns so that a slow moment of the machine hits all."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(times):
        for place, function in enumerate(functions):
            begin = time.perf_counter()
            function()
            taken[place].append(time.perf_counter() - begin)
    return [statistics.median(values) for values in taken]


def compare(rows: int, times: int, most: float) -> bool:
    """Prints the ratio on `rows` candles; True where it is within `most`."""
    candles = made_candles(rows)
    begin = time.perf_counter()
    _ = candles.fingerprint, candles.price_fault
    once = time.perf_counter() - begin
    result = backtest(Cross(), candles, commission=FEE, slippage=0.0)
    equity, trades, _ = reference_backtest.run(candles, fee=FEE)
    closed = result.trade_table[result.trade_table["reason"] != 0]
    assert np.array_equal(closed["entry_row"], trades[:, 0]), "the reference makes other trades"
    assert np.array_equal(closed["exit_row"], trades[:, 1]), "the reference makes other trades"
    np.testing.assert_allclose(result.equity_values, equity, rtol=1e-9)
    ours, loop = medians(times, lambda: backtest(Cross(), candles, commission=FEE, slippage=0.0), lambda: reference_backtest.run(candles, fee=FEE))
    good = ours / loop <= most
    print(
        f"{rows:>9,} candles, {len(closed):,} trades: {ours * 1e3:8.2f} ms, loop {loop * 1e3:7.2f} ms, ratio {ours / loop:5.2f} (at most {most})"
        f"{'' if good else '  MISSED'}; once for these candles: fingerprint and check {once * 1e3:.1f} ms"
    )
    return good


OURS = """
from terminal import backtest
from benchmarks.bench_backtest import Cross, made_candles
result = backtest(Cross, made_candles(100_000), commission=0.0001, slippage=0.0)
print(result.metrics["sharpe_ratio"])
"""
THEIRS = """
import warnings; warnings.simplefilter("ignore")
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from benchmarks.walk import columns

class Cross(Strategy):
    def init(self):
        self.fast = self.I(lambda x: pd.Series(x).rolling(20).mean(), self.data.Close)
        self.slow = self.I(lambda x: pd.Series(x).rolling(50).mean(), self.data.Close)
    def next(self):
        if crossover(self.fast, self.slow):
            self.buy()
        elif crossover(self.slow, self.fast):
            self.position.close()

time, opens, high, low, close = columns(100_000)
data = pd.DataFrame({"Open": opens, "High": high, "Low": low, "Close": close}, index=pd.DatetimeIndex(time))
print(Backtest(data, Cross, cash=10_000, commission=0.0001, finalize_trades=True).run()["Sharpe Ratio"])
"""


def process(code: str, cache: str | None = None) -> float:
    """Seconds from starting a new Python to its end."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"OUTCRY_HOME": home, "NUMBA_CACHE_DIR": cache or os.environ.get("NUMBA_CACHE_DIR", f"{home}/compiled")}
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, env=environment, cwd=Path(__file__).parent.parent)
        return time.perf_counter() - begin


def new_process(times: int) -> bool:
    """Prints what a new process needs to its first result on 100 k candles; True where it is no slower than backtesting.py."""
    with tempfile.TemporaryDirectory() as cache:
        empty = process(OURS, cache)
        ours, theirs = medians(times, lambda: process(OURS, cache), lambda: process(THEIRS))
    good = ours <= theirs
    print(f"new process, 100,000 candles: {ours:.2f} s, backtesting.py {theirs:.2f} s, ratio {ours / theirs:.2f} (at most 1){'' if good else '  MISSED'}")
    first = empty <= 5.0
    print(f"new process, nothing compiled yet: {empty:.2f} s (at most 5){'' if first else '  MISSED'}")
    return good and first


def main() -> int:
    """0 where every figure is met."""
    keep_freed_memory()  # as shells and scripts do
    good = [compare(1_000_000, 11, 1.5), compare(10_000, 101, 10.0), new_process(5)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
