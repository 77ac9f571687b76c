"""Two moving averages of the close: long when the fast one crosses above the slow one, short when it crosses below.

Found by the library as "ma_crossover"; read by anyone who wants to see what a strategy looks like.
"""

from terminal.domain.candles import Candles
from terminal.domain.parameters import Bool, Choice, Int
from terminal.domain.signals import Signals
from terminal.indicators.averages import ema, sma
from terminal.indicators.crossing import crossed_above, crossed_below
from terminal.strategies.contract import Strategy


class MaCrossover(Strategy):
    """Follows the trend: holds the side on which the fast average lies, and turns when the averages cross."""

    fast = Int(10, low=2, high=100, unit="bars", help="window of the fast average")
    slow = Int(20, low=5, high=400, unit="bars", help="window of the slow average")
    average = Choice("ema", options=("ema", "sma"), help="kind of average")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")
    constraints = (fast < slow,)

    def signals(self, candles: Candles) -> Signals:
        average = ema if self.average == "ema" else sma
        fast, slow = average(candles.close, self.fast), average(candles.close, self.slow)
        rises, falls = crossed_above(fast, slow), crossed_below(fast, slow)
        return Signals(enter_long=rises & self.long, exit_long=falls, enter_short=falls & self.short, exit_short=rises)
