"""Any order on any view, sound or broken: the gate answers, and what it approves is finite, on the grid, fresh, and lowers risk where it must."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.intents import ApprovedOrder, Denial, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.gate import Gate
from terminal.risk.limits import PRESETS, Limits
from terminal.risk.view import GateView, Market, Position, Sent, Statistics, StrategyFacts, TradingState, Working
from tests.risk.builders import BTC, ETH, ME, NOW, SECOND, TREND, B, E, d, intent

BROKEN = st.sampled_from([None, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), d(-1), d(0), 1.5, "1", Decimal("1E+999999")])
PRICE = st.integers(950, 1_050).map(lambda ticks: Decimal(ticks) / 10)
ODD_PRICE = st.integers(90_000, 110_000).map(lambda ticks: Decimal(ticks) / 1_000)
LOTS = st.integers(1, 6_000).map(lambda lots: Decimal(lots) / 1_000)
ODD_LOTS = st.integers(1, 300_000).map(lambda lots: Decimal(lots) / 10_000)


def mostly(good: st.SearchStrategy[Any], bad: st.SearchStrategy[Any] = BROKEN) -> st.SearchStrategy[Any]:
    return st.integers(0, 60).flatmap(lambda draw: bad if draw == 60 else good)


@st.composite
def orders(draw: st.DrawFn) -> OrderIntent:
    """Any order; now and then a number of it is spoilt behind the back of its type."""
    kind = draw(st.sampled_from(list(OrderType)))
    price, quantity = mostly(PRICE, ODD_PRICE), mostly(LOTS, ODD_LOTS)
    values = {
        "instrument": draw(st.sampled_from([BTC, ETH])),
        "side": draw(st.sampled_from(list(Side))),
        "type": kind,
        "quantity": draw(quantity),
        "limit": draw(price) if kind in {OrderType.LIMIT, OrderType.STOP_LIMIT} else None,
        "stop": draw(price) if kind not in {OrderType.LIMIT, OrderType.MARKET} else None,
        "stop_loss": draw(mostly(st.none(), price)),
        "take_profit": draw(mostly(st.none(), price)),
        "purpose": draw(st.sampled_from([*[Purpose.ENTRY] * 4, *Purpose])),
        "reduce_only": draw(mostly(st.just(False), st.just(True))),
        "author": draw(st.sampled_from([ME, TREND])),
    }
    wish = intent(**values)
    if draw(st.integers(0, 15)) == 15:
        object.__setattr__(wish, draw(st.sampled_from(["quantity", "limit", "stop", "stop_loss", "take_profit"])), draw(BROKEN))
    return wish


MARKETS = st.builds(
    Market,
    st.sampled_from([BTC, replace(BTC, lot=d("0.01")), replace(BTC, tick=None)]),
    mostly(st.just(NOW - SECOND), st.sampled_from([0, None, NOW - 20 * SECOND])),
    mostly(st.just(d("99.9")), BROKEN),
    mostly(st.just(d("100.1")), BROKEN),
    mostly(st.just(d(100)), BROKEN),
    st.booleans(),
    mostly(st.just(d(1))),
    st.none(),
    mostly(st.none()),
    st.booleans(),
)
POSITIONS = mostly(st.builds(Position, mostly(st.integers(-4, 4).map(d)), st.none(), mostly(st.none() | PRICE), mostly(st.just(d(5)))), st.none())
WORKINGS = st.builds(
    Working,
    st.uuids().map(str),
    st.sampled_from([B, E]),
    st.sampled_from(list(Side)),
    mostly(LOTS),
    mostly(st.none() | PRICE),
    st.sampled_from(list(Purpose)),
    st.booleans(),
    mostly(st.just(False), st.just(True)),
    st.just("trend"),
    mostly(st.none() | PRICE),
    mostly(st.none() | LOTS),
    st.sampled_from(["", "", "g"]),
)
AMOUNT = mostly(st.sampled_from([d(10_000), d(10_100), d(20_000)]))
VIEWS = st.builds(
    GateView,
    st.just(NOW),
    st.just("paper"),
    st.just("USDT"),
    st.booleans(),
    mostly(st.sampled_from([*[TradingState.ACTIVE] * 5, *TradingState]), st.none()),
    AMOUNT,
    AMOUNT,
    AMOUNT,
    mostly(st.fixed_dictionaries({B: MARKETS, E: MARKETS}), st.just({})),
    mostly(st.fixed_dictionaries({B: POSITIONS, E: POSITIONS}), st.just({})),
    st.lists(WORKINGS, max_size=3).map(tuple),
    mostly(st.just({}), st.just({B: "differs"})),
    st.lists(st.builds(Sent, st.just(NOW), st.just(B), st.sampled_from(list(Side)), LOTS, PRICE), max_size=2).map(tuple),
    mostly(st.just(3), st.sampled_from([None, 10**6])),
    mostly(st.just({"trend": StrategyFacts(d(0))}), st.sampled_from([{}, {"trend": StrategyFacts(Decimal("NaN"))}])),
    st.builds(Statistics, mostly(st.none()), mostly(st.none()), mostly(st.just((frozenset({B, E}),)), st.none()), mostly(st.none())),
    st.sampled_from(["", "g"]),
)


def is_off(value: Decimal | None, step: Decimal | None) -> bool:
    return value is not None and step is not None and (value / step) != (value / step).to_integral_value()


def check(answer: ApprovedOrder | Denial, view: GateView) -> None:
    if isinstance(answer, Denial):
        assert answer.rule
        assert answer.reason
        return
    order = answer.intent
    key = (order.instrument.venue, order.instrument.symbol)
    seen = view.markets.get(key)
    grid = order.instrument if seen is None else seen.instrument
    for name in ("limit", "stop", "stop_loss", "take_profit", "quantity"):
        value = getattr(order, name)
        assert value is None or (isinstance(value, Decimal) and value.is_finite() and value > 0)
        assert not is_off(value, grid.lot if name == "quantity" else grid.tick)
    OrderIntent.__post_init__(order)
    held = view.positions[key]
    assert held is not None
    if order.reduce_only or order.purpose is not Purpose.ENTRY:
        assert order.side * held.quantity < 0
        assert order.quantity <= abs(held.quantity)
        return
    assert view.state is TradingState.ACTIVE
    assert key not in view.frozen
    assert seen is not None
    assert NOW - seen.at <= 15 * SECOND
    assert not (view.is_live and seen.is_delayed)
    assert not [each for each in view.working if each.is_unknown and each.key == key]
    assert view.equity is not None
    assert view.equity > 0


@given(orders(), VIEWS, st.sampled_from(PRESETS))
@settings(max_examples=400, deadline=None)
def test_whatever_is_asked_the_gate_answers_and_what_it_approves_is_sound(wish: OrderIntent, view: GateView, preset: str) -> None:
    gate = Gate(Limits.preset(preset))
    check(gate.decide(wish, view), view)
    quantity, words = gate.allowed_quantity(wish, view)
    assert quantity >= 0
    assert isinstance(words, str)
    for each in view.working[:1]:
        answer = gate.decide_modify(each.id, wish, view)
        assert isinstance(answer, ApprovedOrder | Denial)


@given(LOTS.filter(lambda lots: lots >= 1), PRICE, st.integers(1, 999), st.sampled_from(["quantity", "limit", "stop_loss", "take_profit"]))
def test_a_fraction_of_a_step_away_from_the_grid_is_always_refused(quantity: Decimal, price: Decimal, away: int, name: str) -> None:
    numbers = {"quantity": quantity, "limit": price, "stop_loss": d("80"), "take_profit": d("130")}
    numbers[name] += (BTC.lot if name == "quantity" else BTC.tick) * Decimal(away) / 1_000  # type: ignore[operator] # both are set
    try:
        wish = intent(**numbers)
    except BadInput:  # the type itself refuses it
        return
    view = GateView(
        NOW, "paper", "USDT", False, TradingState.ACTIVE, d(10**9), d(10**9), d(10**9), {B: Market(BTC, NOW, d("99.9"), d(100), d(100))}, {B: Position(d(0))}
    )
    answer = Gate(Limits()).decide(wish, view)
    assert isinstance(answer, Denial)
    assert answer.rule in {"grid", "price collar"}
