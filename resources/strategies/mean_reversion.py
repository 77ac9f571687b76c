from terminal import Bool, Float, Int, Signals, Strategy, bollinger, crossed_above, crossed_below


class MeanReversion(Strategy):
    """Bets on the way back: in where the close leaves a Bollinger band, out at the middle.

    After John Bollinger, Bollinger on Bollinger Bands (2001).
    """

    window = Int(20, low=5, high=200, unit="bars", help="average and its deviation")
    width = Float(2.0, low=0.5, high=4.0, step=0.1, unit="σ", help="distance of the bands")
    long = Bool(True, help="trade the long side")
    short = Bool(True, help="trade the short side")

    def signals(self, candles):
        close = candles.close
        upper, middle, lower = bollinger(close, self.window, self.width)

        return Signals(
            enter_long=crossed_below(close, lower) & self.long,
            exit_long=close >= middle,
            enter_short=crossed_above(close, upper) & self.short,
            exit_short=close <= middle,
        )
