"""What is compiled beside the window: the short loop of signals and its measures first, then the desk that trades everything else.

`app.engine` calls these in processes of their own; each leaves its part in numba's cache, which later runs read.
"""

import numpy as np

from terminal.domain.candles import Candles
from terminal.domain.instrument import Instrument
from terminal.domain.signals import Signals
from terminal.domain.ticks import Ticks
from terminal.domain.timeframe import DAY, Timeframe
from terminal.strategies.contract import Strategy


def compile_loop() -> None:
    """Compiles the candle loop and the crossing that most strategies ask for."""
    from terminal.backtest.options import Options, rules_for
    from terminal.backtest.run import holding
    from terminal.indicators.crossing import crossed_above

    crossed_above(np.ones(2), 1.0)
    candles, options = _candles("none"), Options()
    rules, _ = rules_for(options, candles.instrument, Signals().checked(len(candles)))
    holding(candles, options, 0, rules)


def compile_measures() -> None:
    """Compiles what every result is tabled and measured with."""
    from terminal.backtest.tabling import Notes, trade_table
    from terminal.ledger.fast import TRADE
    from terminal.stats import measures

    time, ones = np.array([0, DAY]), np.ones(2)
    for array in (time, ones):
        array.flags.writeable = False
    book = np.zeros(2, TRADE)
    measures.measure(time, ones, 1.0, trade_table(book, _candles("none"), Notes.of_orders({}, book), 0))


def compile_desk() -> None:
    """Compiles what event strategies, waiting orders, targets and several instruments are traded by."""
    from terminal.backtest.run import backtest

    class Answers(Strategy):
        def on_candle(self, candle: object) -> None:  # noqa: ARG002 # an event's form
            self.buy(stop_loss="2%")

    class Aims(Strategy):
        def signals(self, candles: Candles) -> Signals:  # noqa: ARG002 # the contract's form
            return Signals(target=0.5)

    one, other = _candles("one"), _candles("other")
    backtest(Answers, one)
    backtest(Aims, one)
    backtest(Aims, [one, other])
    backtest(Answers, [one, other])
    backtest(Answers, Ticks.of_trades(one.instrument, one.time, one.close, one.volume, timeframe=one.timeframe))


def _candles(symbol: str) -> Candles:
    rows = 4
    return Candles(Instrument("none", symbol), Timeframe.H1, np.arange(rows) * Timeframe.H1.nanoseconds, *np.ones((5, rows)))
