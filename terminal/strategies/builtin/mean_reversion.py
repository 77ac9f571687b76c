"""Bollinger bands: in when the close leaves the band, out when it is back at the middle.

Found by the library as "mean_reversion"; after John Bollinger, Bollinger on Bollinger Bands (2001).
"""

from terminal.domain.candles import Candles
from terminal.domain.parameters import Bool, Float, Int
from terminal.domain.signals import Signals
from terminal.indicators.crossing import crossed_above, crossed_below
from terminal.indicators.trend import bollinger
from terminal.strategies.contract import Strategy


class MeanReversion(Strategy):
    """Bets on the way back: buys below the lower band, sells above the upper one, and leaves at the average."""

    window = Int(20, low=5, high=200, unit="bars", help="window of the average and its deviation")
    width = Float(2.0, low=0.5, high=4.0, step=0.1, unit="σ", help="distance of the bands from the average")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")

    def signals(self, candles: Candles) -> Signals:
        close = candles.close
        upper, middle, lower = bollinger(close, self.window, self.width)
        return Signals(
            enter_long=crossed_below(close, lower) & self.long,
            exit_long=close >= middle,
            enter_short=crossed_above(close, upper) & self.short,
            exit_short=close <= middle,
        )
