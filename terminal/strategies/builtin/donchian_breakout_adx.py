"""Breakouts of the Donchian channel, taken only while the ADX says that there is a trend.

Found by the library as "donchian_breakout_adx"; channel after Richard Donchian, filter after Welles Wilder (1978).
"""

from terminal.domain.candles import Candles
from terminal.domain.parameters import Bool, Float, Int
from terminal.domain.signals import Signals
from terminal.indicators.crossing import crossed_above, crossed_below, previous
from terminal.indicators.trend import adx, donchian
from terminal.strategies.contract import Strategy


class DonchianBreakoutAdx(Strategy):
    """Buys a close above the highest high of the last bars, sells one below the lowest low, where the trend is strong."""

    window = Int(20, low=5, high=200, unit="bars", help="window of the channel")
    adx_window = Int(14, low=2, high=100, unit="bars", help="window of the ADX")
    adx_least = Float(25.0, low=0.0, high=60.0, step=1.0, help="ADX above which a breakout is taken")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")

    def signals(self, candles: Candles) -> Signals:
        upper, middle, lower = (previous(line) for line in donchian(candles.high, candles.low, self.window))
        is_trending = adx(candles.high, candles.low, candles.close, self.adx_window) > self.adx_least
        return Signals(
            enter_long=crossed_above(candles.close, upper) & is_trending & self.long,
            exit_long=candles.close < middle,
            enter_short=crossed_below(candles.close, lower) & is_trending & self.short,
            exit_short=candles.close > middle,
        )
