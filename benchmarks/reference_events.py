"""The reference of bench_events: the shortest loop in Python that calls a strategy with a new candle object each time.

One flat account, entries at the next open, a stop and a target at each; the strategy looks at two averages it was handed.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Candle:
    """One candle as an object of its own."""

    time: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Cross:
    """Wants to buy where the fast average crosses above the slow one."""

    def __init__(self, fast, slow):
        self.fast, self.slow = fast, slow
        self.was_above = True

    def on_candle(self, candle, row, is_flat):  # noqa: ARG002 - an event's form
        is_above = not self.fast[row] <= self.slow[row]
        wants = is_above and not self.was_above and is_flat
        self.was_above = is_above
        return wants


def run(candles, fast, slow, fee=0.0001, capital=10_000.0, stop_share=0.01, target_share=0.02):
    """The rows of entry and exit of each closed trade, and the equity at each close."""
    strategy = Cross(fast.tolist(), slow.tolist())
    names = ("time", "open", "high", "low", "close", "volume")
    columns = [getattr(candles, name).tolist() for name in names]
    cash, quantity, price, paid, entered, wish = capital, 0.0, 0.0, 0.0, 0, 0.0
    stop, target, trades, equity = 0.0, 0.0, [], []
    for row, (time, open_, high, low, close, volume) in enumerate(zip(*columns, strict=True)):
        if wish:
            price, entered = open_, row
            quantity = min(wish, cash / (price * (1 + fee)))
            paid = quantity * price * fee
            stop, target = price * (1 - stop_share), price * (1 + target_share)
            wish = 0.0
        if quantity:
            out = min(open_, stop) if low <= stop else max(open_, target) if high > target else 0.0
            if out:
                cash += quantity * (out - price) - paid - quantity * out * fee
                trades.append((entered, row))
                quantity = 0.0
        equity.append(cash + quantity * (close - price) - paid if quantity else cash)
        if strategy.on_candle(Candle(time, open_, high, low, close, volume), row, not quantity):
            wish = cash / (close * (1 + fee))
    return trades, equity
