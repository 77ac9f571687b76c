"""A session on paper and the event path: the same orders and fills on the grid, money to the smallest unit a fill."""

from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest.options import Options, desk_for
from terminal.backtest.run import backtest
from terminal.domain.orders import Fill, Order, OrderType, Side
from terminal.strategies.contract import Strategy
from terminal.trading.simulated import Share, SimulatedBroker, Terms
from tests.backtest.parity import random_candles

KINDS = {"market": OrderType.MARKET, "limit": OrderType.LIMIT, "stop": OrderType.STOP, "trail": OrderType.TRAILING_STOP}
UNIT = Decimal("0.01")


class Twin(Strategy):
    """Asks the same of its account and of a paper broker that is fed each candle as it closes."""

    broker: SimulatedBroker
    seed: int

    def on_start(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.sent = 0
        self.asked: list[tuple[int, float, float]] = []
        self.answered: list[Fill] = []
        self.apart: list[float] = []

    def on_candle(self, candle: Any) -> None:
        what = self.broker.instruments[0]
        prices = [Decimal(repr(price)) for price in (candle.open, candle.high, candle.low, candle.close)]
        notices = self.broker.candle(what, candle.time, prices, Decimal(repr(candle.volume)))
        self.answered += [notice.fill for notice in notices if notice.fill]
        self.apart.append(abs(float(self.broker.equity()) - self.equity))
        for _ in range(int(self.random.integers(0, 3))):
            self.ask(candle.close)

    def ask(self, close: float) -> None:
        """One order of a random kind, with a bracket now and then, to both."""
        random = self.random
        side, kind = Side(int(random.choice((-1, 1)))), str(random.choice(tuple(KINDS)))
        away = -1 if kind == "limit" else 1
        price = round(round(close * (1 + away * side * float(random.uniform(0.002, 0.02))) * 2) / 2, 1)
        quantity = int(random.integers(1, 60))
        order: dict[str, Any] = {"quantity": quantity / 10}
        if kind in ("limit", "stop"):
            order[kind] = price
        elif kind == "trail":
            order["trail"], price = 2.0, 2.0
        terms = Terms()
        if random.random() < 0.5:
            order |= {"stop_loss": "2%", "take_profit": "3%"}
            terms = Terms(stop_loss=Share(Decimal("0.02")), take_profit=Share(Decimal("0.03")))
        self.sent += 1
        (self.buy if side > 0 else self.sell)(**order)
        exact = None if kind == "market" else Decimal(repr(price))
        self.broker.place(Order(f"o{self.sent}", self.broker.instruments[0], side, KINDS[kind], Decimal(quantity) / 10, exact), terms)

    def on_fill(self, fill: Any) -> None:
        self.asked.append((int(fill.side), round(fill.quantity, 9), fill.price))


@settings(max_examples=25)
@given(rows=st.integers(2, 150), seed=st.integers(0, 2**32 - 1), path=st.sampled_from(("pessimistic", "optimistic", "ohlc")))
def test_paper_and_event_path_fill_alike(rows: int, seed: int, path: str) -> None:
    candles = random_candles(np.random.default_rng(seed), rows, "0.5", "0.1")
    options = Options(capital=50_000.0, commission=0.00075, slippage=0.0005, path=path)
    seen: list[Twin] = []

    class Both(Twin):
        def on_stop(self) -> None:
            seen.append(self)

    Both.seed = seed
    Both.broker = SimulatedBroker(desk_for(options, [candles.instrument]), [candles.instrument], unit=UNIT)
    backtest(Both, candles, capital=50_000.0, commission=0.00075, slippage=0.0005, path=path)
    twin = seen[0]
    assert [(int(fill.side), float(fill.quantity), float(fill.price)) for fill in twin.answered] == twin.asked
    units = len(twin.answered) + len(twin.broker.ledger.closings) + 1
    assert max(twin.apart) <= units * float(UNIT)
