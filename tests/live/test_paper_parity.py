"""The same orders on paper and in a backtest: through engine, gate and journal they fill at the same prices, for the same fees."""

from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest.run import backtest
from terminal.domain.orders import OrderType, Side
from terminal.live.messages import Execution
from terminal.strategies.contract import Strategy
from tests.backtest.parity import random_candles
from tests.builders.paper import PaperRig

CAPITAL = 50_000.0


class Twin(Strategy):
    """Wishes the same of its backtest and of a paper session that is shown each candle as it closes. Flat, it enters with a stop; held, it leaves."""

    rig: PaperRig
    seed: int

    def on_start(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.asked: list[tuple[int, float, float]] = []
        self.apart: list[float] = []

    def on_candle(self, candle: Any) -> None:
        self.rig.now = candle.time
        self.rig.candle(candle.open, candle.high, candle.low, candle.close, candle.volume, self.rig.instruments[0])
        self.apart.append(abs(float(self.rig.venue.equity()) - self.equity))
        held = self.rig.venue.positions()[self.rig.instruments[0].symbol]
        assert float(held) == round(self.position.quantity, 9)
        if held:
            if self.random.random() < 0.3:
                self.close()
                self.rig.leave(Side.SHORT if held > 0 else Side.LONG, str(abs(held)), what=self.rig.instruments[0])
        elif not self.rig.engine.state.may_work:
            self.enter(candle.close)

    def enter(self, close: float) -> None:
        """One order of a random kind, at the market mostly with a stop."""
        random = self.random
        side, kind = Side(int(random.choice((-1, 1)))), str(random.choice(("market", "limit", "stop", "stop limit")))
        away = -1 if kind == "limit" else 1
        price = _half(close * (1 + away * side * float(random.uniform(0.004, 0.02))))
        limit = _half(price + side * 1.0)
        order: dict[str, Any] = {"quantity": int(random.integers(1, 60)) / 10}
        wish: dict[str, Any] = {}
        if kind == "limit":
            order["limit"], wish["limit"] = price, str(price)
        elif kind != "market":
            order["stop"], wish["stop"] = price, str(price)
        if kind == "stop limit":
            order["limit"], wish["limit"] = limit, str(limit)
        if kind == "market" and random.random() < 0.7:  # one that fills inside a candle has its stop on paper from the next candle on
            order["stop_loss"] = _half(close * (1 - side * 0.02))
            wish["stop_loss"] = str(order["stop_loss"])
        (self.buy if side > 0 else self.sell)(**order)
        self.rig.wish(side, str(order["quantity"]), OrderType(kind.replace(" ", "_")), self.rig.instruments[0], **wish)

    def on_fill(self, fill: Any) -> None:
        self.asked.append((int(fill.side), round(fill.quantity, 9), fill.price))


def _half(price: float) -> float:
    return round(price * 2) / 2


@settings(max_examples=20)
@given(rows=st.integers(20, 150), seed=st.integers(0, 2**32 - 1), path=st.sampled_from(("pessimistic", "optimistic", "ohlc")))
def test_a_session_on_paper_fills_as_its_backtest(rows: int, seed: int, path: str) -> None:
    candles = random_candles(np.random.default_rng(seed), rows, "0.5", "0.1")
    seen: list[Twin] = []

    class Both(Twin):
        def on_stop(self) -> None:
            seen.append(self)

    Both.seed = seed
    Both.rig = PaperRig(candles.instrument, capital=Decimal(CAPITAL), path=path)
    result = backtest(Both, candles, capital=CAPITAL, commission=0.001, slippage=0.0005, path=path)
    assert result is not None
    (twin,) = seen
    fills = [message for message in twin.rig.told if isinstance(message, Execution)]
    assert [(int(fill.side), float(fill.quantity), float(fill.price)) for fill in fills] == twin.asked
    units = len(fills) + len(twin.rig.venue._account.broker.ledger.closings) + 1
    assert max(twin.apart) <= units * 0.01
