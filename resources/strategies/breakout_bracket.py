from terminal import Float, Int, Strategy, atr, donchian


class BreakoutBracket(Strategy):
    """Buys a breakout above the channel with a stop order; trails it, moves the stop to the entry, and leaves after a while.

    The channel is Richard Donchian's; the risk of each trade is fixed, so that quiet markets get larger positions.
    """

    window = Int(20, low=5, high=100, unit="bars", help="channel of highs and lows")
    distance = Float(3.0, low=1.0, high=6.0, step=0.5, unit="ATR", help="distance of stop and trail")
    risk = Float(0.01, low=0.002, high=0.02, step=0.002, help="share of equity at risk in a trade")

    def prepare(self):
        self.upper, self.middle, self.lower = self.indicator(donchian, "high", "low", self.window)
        self.range = self.indicator(atr, "high", "low", "close", 14)

    def on_candle(self, candle):
        if not self.position.is_flat:
            return
        self.cancel_all()
        level, away = max(self.upper.now, candle.close * 1.0005), self.distance * self.range.now
        if away < level:
            self.buy(
                risk=self.risk,
                stop=level,
                stop_loss=level - away,
                trailing_stop=away,
                break_even="2%",
                timeout="10d",
                expires="1d",
                reason="above the channel",
            )

    def on_order(self, order):
        if order.refused:
            self.log("refused", why=order.refused)
