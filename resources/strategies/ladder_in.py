from terminal import Int, Strategy, deviation, sma


class LadderIn(Strategy):
    """Buys three times on the way down, leaves at the mean."""

    window = Int(50, low=20, high=200, unit="bars", help="mean and deviation")

    def prepare(self):
        self.mean = self.indicator(sma, "close", self.window)
        self.band = self.indicator(deviation, "close", self.window)

    def on_candle(self, candle):
        if self.position.is_flat and not self.orders:
            for step in (1, 2, 3):
                self.buy(
                    risk=0.003,
                    limit=self.mean.now - step * self.band.now,
                    stop_loss=self.mean.now - 4 * self.band.now,
                    expires="1d",
                    reason=f"{step} deviations below the mean",
                )
        elif self.position.is_long and candle.close >= self.mean.now:
            self.close(reason="back at the mean")

    def on_fill(self, fill):
        self.log("filled", price=fill.price, quantity=fill.quantity)
