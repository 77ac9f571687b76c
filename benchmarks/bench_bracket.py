"""A stop and a target at every entry, as arrays, without Python for any candle: python -m benchmarks.bench_bracket.

The figure: 1 M candles at most 1.5 times a compiled loop that does nothing else. Loop, arrays and the same strategy asked event by
event make the same trades, which is checked first.
"""

import sys

import numpy as np

from benchmarks import reference_bracket
from benchmarks.bench_backtest import FEE, made_candles, medians
from terminal.app.memory import keep_freed_memory
from terminal.backtest.options import Options
from terminal.backtest.run import backtest, trade_signals
from terminal.domain.candles import Candles
from terminal.domain.signals import Signals
from terminal.domain.work import never
from terminal.indicators.averages import sma
from terminal.indicators.crossing import crossed_above
from terminal.strategies.contract import Strategy
from terminal.strategies.run import decide

SETTINGS = {"commission": FEE, "slippage": 0.0}
MOST = 1.5
COLUMNS = ("entry_row", "exit_row", "side", "quantity", "entry_price", "exit_price", "profit", "reason", "mae", "mfe")


class Bracket(Strategy):
    """Buys where the fast average crosses above the slow one, and leaves by a stop or a target only."""

    def signals(self, candles: Candles) -> Signals:
        return Signals(enter_long=crossed_above(sma(candles.close, 20), sma(candles.close, 50)), stop_loss=0.01, take_profit=0.02)


class BracketByEvents(Strategy):
    """The same, asked candle by candle."""

    def prepare(self) -> None:
        self.fast, self.slow = self.indicator(sma, "close", 20), self.indicator(sma, "close", 50)
        self.was_above = True

    def on_candle(self, candle: object) -> None:  # noqa: ARG002 - an event's form
        fast, slow = self.fast.now, self.slow.now
        if fast > slow and not self.was_above and self.position.is_flat and not self.orders:
            self.buy(stop_loss="1%", take_profit="2%")
        self.was_above = not fast <= slow  # an unknown average is taken as above, so that its first value crosses nothing


def check_trades(candles: Candles) -> int:
    """How many trades there are; fails where loop, arrays and events differ."""
    by_arrays, by_events = backtest(Bracket(), candles, **SETTINGS), backtest(BracketByEvents(), candles, **SETTINGS)
    for name in COLUMNS:
        assert by_arrays.trade_table[name].tobytes() == by_events.trade_table[name].tobytes(), f"{name} differs between arrays and events"
    assert by_arrays.equity_values.tobytes() == by_events.equity_values.tobytes(), "the equity differs between arrays and events"
    equity, trades = reference_bracket.run(candles, fee=FEE)
    closed = by_arrays.trade_table[by_arrays.trade_table["reason"] != 0]
    assert np.array_equal(closed["entry_row"], trades[:, 0]), "the reference makes other trades"
    assert np.array_equal(closed["exit_row"], trades[:, 1]), "the reference makes other trades"
    np.testing.assert_allclose(by_arrays.equity_values, equity, rtol=1e-9)
    return len(closed)


def main(rows: int = 1_000_000, times: int = 11) -> int:
    """0 where the figure is met."""
    keep_freed_memory()  # as shells and scripts do
    candles = made_candles(rows)
    _ = candles.fingerprint, candles.price_fault
    count = check_trades(candles)
    options, strategy = Options.of(**SETTINGS), Bracket()
    reference_bracket.run_measured(candles)
    ours, loop, result, measured = medians(
        times,
        lambda: trade_signals(decide(strategy, candles), candles, options, 0, never),
        lambda: reference_bracket.run(candles, fee=FEE),
        lambda: backtest(strategy, candles, **SETTINGS),
        lambda: reference_bracket.run_measured(candles, fee=FEE),
    )
    print(f"{rows:>9,} candles, {count:,} trades; the loop, arrays and events make the same")
    good = True
    for words, mine, theirs in (("trades and equity", ours, loop), ("a whole result, measures included", result, measured)):
        ratio = mine / theirs
        good = good and ratio <= MOST
        print(f"  {words}: {mine * 1e3:6.2f} ms, loop {theirs * 1e3:6.2f} ms, ratio {ratio:4.2f} (at most {MOST}){'' if ratio <= MOST else '  MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
