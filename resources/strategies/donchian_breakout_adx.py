from terminal import Bool, Float, Int, Signals, Strategy, adx, crossed_above, crossed_below, donchian, previous


class DonchianBreakoutAdx(Strategy):
    """Buys above the highest high of the last bars, sells below the lowest low, where the ADX says there is a trend.

    Channel after Richard Donchian, filter after Welles Wilder, New Concepts in Technical Trading Systems (1978).
    """

    window = Int(20, low=5, high=200, unit="bars", help="channel")
    adx_window = Int(14, low=2, high=100, unit="bars", help="ADX")
    adx_above = Float(25.0, low=0.0, high=60.0, step=1.0, help="ADX from which a breakout is taken")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")

    def signals(self, candles):
        high, low, close = candles.high, candles.low, candles.close
        upper, middle, lower = donchian(high, low, self.window)
        upper, middle, lower = previous(upper), previous(middle), previous(lower)
        is_trending = adx(high, low, close, self.adx_window) > self.adx_above

        return Signals(
            enter_long=crossed_above(close, upper) & is_trending & self.long,
            exit_long=close < middle,
            enter_short=crossed_below(close, lower) & is_trending & self.short,
            exit_short=close > middle,
        )
