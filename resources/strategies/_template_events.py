from terminal import Int, Strategy, sma


class MyStrategy(Strategy):
    """Buys above the average with a stop and a target, one position at a time."""

    window = Int(50, low=5, high=200, unit="bars", help="window of the average")

    def prepare(self):
        self.average = self.indicator(sma, "close", self.window)

    def on_candle(self, candle):
        crossed = candle.close > self.average.now >= self.average.ago(1)
        if crossed and self.position.is_flat and not self.orders:
            self.buy(percent=0.5, stop_loss="2%", take_profit="4%", reason="above the average")
        elif self.position.is_long and candle.close < self.average.now:
            self.close(reason="below the average")
