from terminal import Int, Signals, Strategy, crossed_above, crossed_below, ema


class EmaTrend(Strategy):
    """Long while the fast EMA is above the slow one."""

    fast = Int(21, low=2, high=60, unit="bars", help="fast EMA")
    slow = Int(89, low=20, high=240, unit="bars", help="slow EMA")

    def signals(self, candles):
        fast, slow = ema(candles.close, self.fast), ema(candles.close, self.slow)
        return Signals(enter_long=crossed_above(fast, slow), exit_long=crossed_below(fast, slow), stop_loss=0.02)
