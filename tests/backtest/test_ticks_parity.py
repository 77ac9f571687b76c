"""A stream recorded in a paper session and played back in a backtest: the same orders, the same fills, money to the unit a fill."""

from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest.options import Options, desk_for
from terminal.domain.orders import Fill, Order, OrderType, Side
from terminal.strategies.contract import Strategy
from terminal.strategies.orders import OrderHandle
from terminal.trading.simulated import Notice, Share, SimulatedBroker, Terms
from tests.backtest import ticking
from tests.backtest.ticking import X

UNIT = Decimal("0.01")
COSTS = {"capital": 5_000.0, "maker": 0.0002, "taker": 0.00075, "slippage": 0.0005}
KINDS = {"market": OrderType.MARKET, "limit": OrderType.LIMIT, "stop": OrderType.STOP, "stop limit": OrderType.STOP, "trail": OrderType.TRAILING_STOP}


def exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))


class Twin(Strategy):
    """Hands every message to a paper broker, and asks the same of that and of its account."""

    broker: SimulatedBroker
    seed: int

    def on_start(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.handles: list[OrderHandle] = []
        self.answered: list[Fill] = []
        self.apart: list[float] = []

    def on_tick(self, tick: Any) -> None:
        if tick.kind == "mark":
            self.hear(self.broker.mark(X, tick.time, exact(tick.price)))
        else:
            self.hear(self.broker.trade(X, tick.time, exact(tick.price), exact(tick.size)))
        self.act(tick.price)

    def on_book(self, book: Any) -> None:
        sides = ([(exact(price), exact(size)) for price, size in side.tolist()] for side in (book.bids, book.asks))
        self.hear(self.broker.book(X, book.time, *sides))
        if book.mid == book.mid:
            self.act(book.mid)

    def hear(self, notices: tuple[Notice, ...]) -> None:
        self.answered += [notice.fill for notice in notices if notice.fill]

    def act(self, price: float) -> None:
        if self.random.random() < 0.25:
            self.ask(price)
        if self.handles and self.random.random() < 0.1:
            number = int(self.random.integers(len(self.handles)))
            self.cancel(self.handles[number])
            self.hear(self.broker.cancel(f"o{number}"))

    def ask(self, close: float) -> None:
        """One order of a random kind and terms to both."""
        random = self.random
        side, kind = Side(int(random.choice((-1, 1)))), str(random.choice(tuple(KINDS)))
        steps = int(random.integers(-3, 4))
        price = round(close * 2 + (steps if kind == "limit" else side * abs(steps))) / 2
        quantity, order = int(random.integers(1, 60)), dict[str, Any](reduce_only=bool(random.random() < 0.2), force=str(random.choice(("gtc", "ioc", "fok"))))
        terms: dict[str, Any] = dict(order)
        if kind == "limit":
            order |= {"limit": price, "post_only": order["force"] == "gtc" and bool(random.random() < 0.3)}
            terms["post_only"] = order["post_only"]
        elif kind in ("stop", "stop limit"):
            order["stop"] = price
        elif kind == "trail":
            order["trail"], price = 2.0, 2.0
        if kind == "stop limit":
            order["limit"] = price + side * 0.5
            terms["limit"] = exact(order["limit"])
        if random.random() < 0.5:
            order |= {"stop_loss": "2%", "take_profit": "1%", "timeout": "5m"}
            terms |= {"stop_loss": Share(Decimal("0.02")), "take_profit": Share(Decimal("0.01")), "timeout": 300_000_000_000}
        if random.random() < 0.3:
            order["expires"] = "2m"
            terms["expires"] = self.now + 120_000_000_000
        name = f"o{len(self.handles)}"
        self.handles.append((self.buy if side > 0 else self.sell)(quantity=quantity / 10, **order))
        sent = Order(name, X, side, KINDS[kind], Decimal(quantity) / 10, None if kind == "market" else exact(price))
        self.hear(self.broker.place(sent, Terms(**terms)))


@settings(max_examples=60)
@given(count=st.integers(2, 250), seed=st.integers(0, 2**32 - 1))
def test_a_recorded_stream_fills_as_it_did_on_paper(count: int, seed: int) -> None:
    ticks = ticking.random_ticks(seed, count)
    options, seen = Options(**COSTS), list[Twin]()
    paper = desk_for(options, [X])
    paper.rules["needs_market"] = True
    played = type("played", (Twin,), {"seed": seed, "broker": SimulatedBroker(paper, [X], unit=UNIT, records=True), "on_stop": lambda self: seen.append(self)})
    if not len(ticks.candles):
        return
    account = ticking.lived(played, ticks, **COSTS)
    answered = seen[0].answered
    assert [(int(fill.side), float(fill.quantity), float(fill.price), fill.time) for fill in answered] == [
        (side, quantity, price, int(ticks.time[message])) for message, side, quantity, price in ticking.fills(account)
    ]
    assert seen[0].broker.recordings[0].ticks().fingerprint == ticks.fingerprint
    mark = {X: exact(account.desk.books["mark"][0])}
    units = len(answered) + len(seen[0].broker.ledger.closings) + 1
    assert abs(float(seen[0].broker.ledger.equity(mark)) - account.equity()) <= units * float(UNIT)
