from terminal import Bool, Choice, Int, Signals, Strategy, crossed_above, crossed_below, ema, sma


class MaCrossover(Strategy):
    """Follows the trend: long while the fast average is above the slow one, short while it is below."""

    fast = Int(10, low=2, high=100, unit="bars", help="fast average")
    slow = Int(20, low=5, high=400, unit="bars", help="slow average")
    average = Choice("ema", options=("ema", "sma"), help="kind of average")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")
    constraints = (fast < slow,)

    def signals(self, candles):
        average = ema if self.average == "ema" else sma
        fast = average(candles.close, self.fast)
        slow = average(candles.close, self.slow)

        rises = crossed_above(fast, slow)
        falls = crossed_below(fast, slow)
        return Signals(
            enter_long=rises & self.long,
            exit_long=falls,
            enter_short=falls & self.short,
            exit_short=rises,
        )
