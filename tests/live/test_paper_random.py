"""Anything wished on paper, over any market and killed anywhere: in the end engine and account know the same orders, fills and money."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.intents import TimeInForce
from terminal.domain.orders import OrderType, Side
from terminal.live.driver import replayed
from terminal.live.orders import Status
from tests.builders.paper import ACCOUNT, PaperRig, X, Y

TICK = Decimal("0.5")
SIDES = st.sampled_from((Side.LONG, Side.SHORT))
WISH = st.tuples(
    st.just("wish"),
    SIDES,
    st.integers(1, 60),
    st.sampled_from(tuple(OrderType)),
    st.integers(-6, 8),
    st.sampled_from((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK)),
    st.booleans(),
    st.booleans(),
    st.sampled_from((X, Y)),
)
EXIT = st.tuples(st.just("exit"), st.sampled_from(("all", "half", "too much")), st.booleans(), st.sampled_from((X, Y)))
CANCEL = st.tuples(st.just("cancel"), st.integers(0, 20))
CHANGE = st.tuples(st.just("change"), st.integers(0, 20), st.integers(1, 60), st.integers(-3, 3))
ACTIONS = st.lists(st.one_of(WISH, WISH, EXIT, CANCEL, CHANGE, st.tuples(st.just("restart"))), max_size=4)
PRICES = st.lists(st.integers(190, 210), min_size=4, max_size=4)
STEPS = st.lists(st.tuples(ACTIONS, PRICES, st.integers(188, 212), st.integers(1, 40)), min_size=1, max_size=12)


class Market:
    """Acts on a rig as the drawn values say."""

    def __init__(self, rig: PaperRig) -> None:
        self.rig = rig
        self.price = {X.symbol: Decimal(100), Y.symbol: Decimal(100)}
        self.sent: list[str] = []

    def act(self, action: tuple[Any, ...]) -> None:
        getattr(self, action[0])(*action[1:])

    def restart(self) -> None:
        self.rig.restart()

    def wish(self, side: Side, tenths: int, kind: OrderType, away: int, force: TimeInForce, protects: bool, post_only: bool, what: Any) -> None:
        price = self.price[what.symbol]
        stop = price + side * TICK * abs(away + 1) if kind is not OrderType.TRAILING_STOP else TICK * (2 + abs(away))
        fields: dict[str, Any] = {"time_in_force": force, "post_only": post_only and kind is OrderType.LIMIT}
        if kind is OrderType.LIMIT:
            fields["limit"] = price - side * TICK * away
        elif kind is not OrderType.MARKET:
            fields["stop"] = stop
        if kind is OrderType.STOP_LIMIT:
            fields["limit"] = stop + side * TICK * 2
        if protects:
            fields["stop_loss"] = price - side * TICK * 9
        self.sent.append(self.rig.wish(side, str(Decimal(tenths) / 10), kind, what, **fields))

    def exit(self, how_much: str, is_limit: bool, what: Any) -> None:
        held = self.rig.engine.state.positions.get((ACCOUNT, what.symbol), Decimal(0))
        if held:
            quantity = {"all": abs(held), "half": what.round_quantity(abs(held) / 2) or abs(held), "too much": abs(held) + 5}[how_much]
            side = Side.SHORT if held > 0 else Side.LONG
            fields: dict[str, Any] = {"limit": self.price[what.symbol] + side * TICK} if is_limit else {}
            self.sent.append(self.rig.leave(side, str(quantity), OrderType.LIMIT if is_limit else OrderType.MARKET, what, **fields))

    def cancel(self, which: int) -> None:
        if self.sent:
            self.rig.cancel(self.sent[which % len(self.sent)])

    def change(self, which: int, tenths: int, steps: int) -> None:
        order = self.rig.engine.state.orders.get(self.sent[which % len(self.sent)]) if self.sent else None
        if order is not None:
            moved = [None if price is None else str(price + TICK * steps) for price in (order.shape.limit, order.shape.stop)]
            self.rig.change(order.intent.id, str(Decimal(tenths) / 10), *moved)

    def pass_on(self, prices: list[int], middle: int, size: int) -> None:
        """An hour of X as a candle, a second of Y as a quote."""
        half = [Decimal(price) / 2 for price in prices]
        self.rig.candle(float(half[0]), float(max(half)), float(min(half)), float(half[1]), volume=size)
        self.rig.quote(middle / 2 - 0.5, middle / 2 + 0.5, size / 10, Y)
        self.price = {X.symbol: half[1], Y.symbol: Decimal(middle) / 2}


def assert_agreed(rig: PaperRig) -> None:
    """Engine, journal and account tell the same story, and the money is the sum of its parts."""
    state, account = rig.engine.state, rig.venue._account
    assert not [order.intent.id for order in state.orders.values() if order.status in (Status.PENDING, Status.UNKNOWN)]
    assert {symbol: state.positions.get((ACCOUNT, symbol), 0) for symbol in rig.venue.positions()} == rig.venue.positions()
    assert not state.frozen
    assert set(state.may_work) == set(account.working)
    for order in state.may_work.values():
        there = account.working[order.intent.id]
        assert (order.filled, order.shape.quantity, order.shape.limit, order.shape.stop) == (there.filled, there.quantity, there.limit, there.stop)
    assert {key[1]: each.execution for key, each in state.fills.items()} == {each.id: each for each in account.executions}
    assert len({each.id for each in account.executions}) == len(account.executions)
    for order_id, there in account.orders.items():
        assert order_id in state.orders
        assert there.filled == sum((each.quantity for each in account.executions if each.order_id == order_id), Decimal(0)) <= there.quantity
    assert_only_reduced(rig)
    assert_paid(rig)
    assert replayed(rig.journal).digest() == state.digest()


def assert_only_reduced(rig: PaperRig) -> None:
    """No fill of a reduce-only order made a position larger, or turned it."""
    held: dict[str, Decimal] = {}
    for each in rig.venue._account.executions:
        before = held.get(each.instrument.symbol, Decimal(0))
        after = held[each.instrument.symbol] = before + each.side * each.quantity
        if rig.venue._account.orders[each.order_id].reduce_only:
            assert 0 <= after * (1 if before > 0 else -1) < abs(before)


def assert_paid(rig: PaperRig) -> None:
    account = rig.venue._account
    ledger = account.broker.ledger
    assert ledger.total("commission") == sum((each.fee for each in account.executions), Decimal(0))
    assert rig.venue.balance() == rig.terms.capital + ledger.gross - ledger.total("commission")
    flows = sum((-each.side * each.quantity * each.price - each.fee for each in account.executions), Decimal(0))
    worth = sum((rig.venue.positions()[each.symbol] * account.broker.marks.get(each, 0) for each in rig.instruments), Decimal(0))
    assert abs(rig.venue.equity() - (rig.terms.capital + flows + worth)) <= Decimal("0.005") * (len(ledger.closings) + len(ledger.lots))


def lived(steps: list[Any], deaths: list[int], **terms: Any) -> PaperRig:
    """A rig that went through these steps and came to rest."""
    rig = PaperRig(X, Y, deaths=deaths, leverage=Decimal(5), **terms)
    market = Market(rig)
    rig.candle(100, 101, 99, 100)
    rig.quote(99.5, 100.5, 5, Y)
    for actions, prices, middle, size in steps:
        for action in actions:
            market.act(action)
        market.pass_on(prices, middle, size)
    rig.settle()
    return rig


@settings(max_examples=100)
@given(steps=STEPS, deaths=st.lists(st.integers(0, 60), max_size=6), participation=st.sampled_from((None, Decimal("0.1"))), shorting=st.booleans())
def test_engine_and_paper_account_agree_whatever_happens(steps: list[Any], deaths: list[int], participation: Any, shorting: bool) -> None:
    rig = lived(steps, deaths, participation=participation, shorting=shorting)
    assert_agreed(rig)
    rig.restart()
    rig.settle(20)
    assert_agreed(rig)


def drawn(random: Random, count: int) -> list[Any]:
    """So many steps of a market that wanders, with something wished at most of them."""
    steps, middle = [], 200
    for _ in range(count):
        actions: list[Any] = []
        for _ in range(random.randrange(4)):
            pick = random.random()
            what, side = random.choice((X, Y)), random.choice((Side.LONG, Side.SHORT))
            if pick < 0.6:
                force = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.DAY, TimeInForce.IOC, TimeInForce.FOK))
                tail = (random.randrange(-6, 9), force, random.random() < 0.5, random.random() < 0.3, what)
                actions.append(("wish", side, random.randrange(1, 200), random.choice(tuple(OrderType)), *tail))
            elif pick < 0.75:
                actions.append(("exit", random.choice(("all", "half", "too much")), random.random() < 0.3, what))
            elif pick < 0.85:
                actions.append(("cancel", random.randrange(100)))
            elif pick < 0.97:
                actions.append(("change", random.randrange(100), random.randrange(1, 200), random.randrange(-3, 4)))
            else:
                actions.append(("restart",))
        prices = [middle + random.randrange(-8, 9) for _ in range(4)]
        middle = min(230, max(170, prices[1]))
        steps.append((actions, prices, middle + random.randrange(-2, 3), random.randrange(1, 200)))
    return steps


@pytest.mark.parametrize("seed", range(12))
def test_long_sessions_killed_often_lose_and_double_nothing(seed: int) -> None:
    random = Random(seed)
    deaths = [random.randrange(60) for _ in range(25)]
    rig = lived(drawn(random, 60), deaths, participation=random.choice((None, Decimal("0.1"))), shorting=random.random() < 0.8)
    assert_agreed(rig)
    assert rig.runs > 25
    assert len(rig.engine.state.fills) >= 10
