from terminal import Int, Signals, Strategy, crossed_above, crossed_below, sma


class MyStrategy(Strategy):
    """Long while the close is above its average."""

    window = Int(50, low=5, high=200, unit="bars", help="window of the average")

    def signals(self, candles):
        average = sma(candles.close, self.window)
        return Signals(
            enter_long=crossed_above(candles.close, average),
            exit_long=crossed_below(candles.close, average),
        )
