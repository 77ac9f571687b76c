"""Intents and views made for tests of the gate: a paper account of 10,000 USDT, flat in BTC and ETH, quotes around 100."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Author, AuthorKind, Denial, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.gate import Gate
from terminal.risk.limits import Limits
from terminal.risk.view import GateView, Market, Position, Sent, StrategyFacts, TradingState, Working, key_of

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND
BTC = Instrument("test", "BTC/USDT", tick=Decimal("0.1"), lot=Decimal("0.001"), minimum_notional=Decimal(10))
ETH = Instrument("test", "ETH/USDT", tick=Decimal("0.1"), lot=Decimal("0.001"), minimum_notional=Decimal(10))
B, E = key_of(BTC), key_of(ETH)
ME = Author(AuthorKind.HUMAN, "me")
TREND = Author(AuthorKind.STRATEGY, "trend", "1")
SELL = {"side": Side.SHORT}
MARKET = {"type": OrderType.MARKET, "limit": None}
EXIT = {**SELL, **MARKET, "purpose": Purpose.EXIT}
"""A market order that closes a long position."""
STOP = {**SELL, "type": OrderType.STOP, "limit": None, "stop": Decimal(95), "purpose": Purpose.PROTECTION}
"""The protective stop of a long position."""


def d(value: object) -> Decimal:
    return Decimal(str(value))


def intent(**changes: Any) -> OrderIntent:
    """A person's order to buy 1 BTC at 100, protected at 98: 1 % of equity, 0.02 % at risk."""
    values: dict[str, Any] = {
        "id": "new",
        "account": "paper",
        "instrument": BTC,
        "side": Side.LONG,
        "type": OrderType.LIMIT,
        "quantity": d(1),
        "limit": d(100),
        "stop_loss": None if {"purpose", "reduce_only", "side"} & set(changes) else d(98),
        "author": ME,
        "decided": NOW,
    }
    return OrderIntent(**(values | changes))


def market(instrument: Instrument = BTC, **changes: Any) -> Market:
    return replace(Market(instrument, NOW, bid=d("99.9"), ask=d(100), last=d("99.9"), atr=d(1)), **changes)


def held(quantity: object, stop: object = None, protected: object = None) -> Position:
    amount = d(quantity)
    return Position(amount, d(100), None if stop is None else d(stop), abs(amount) if protected is None and stop is not None else d(protected or 0))


def working(quantity: object, side: Side = Side.LONG, **changes: Any) -> Working:
    return replace(Working("w", B, side, d(quantity), d(100), stop_loss=d(98) if side is Side.LONG else d(102)), **changes)


def sent(seconds_ago: float, quantity: object = 1, **changes: Any) -> Sent:
    return replace(Sent(NOW - int(seconds_ago * SECOND), B, Side.LONG, d(quantity), d(100), "me"), **changes)


def view(**changes: Any) -> GateView:
    values: dict[str, Any] = {
        "now": NOW,
        "account": "paper",
        "currency": "USDT",
        "is_live": False,
        "state": TradingState.ACTIVE,
        "equity": d(10_000),
        "day_start_equity": d(10_000),
        "peak_equity": d(10_000),
        "markets": {B: market(), E: market(ETH)},
        "positions": {B: held(0), E: held(0)},
        "strategies": {"trend": StrategyFacts(d(0))},
    }
    return GateView(**(values | changes))


def holding(quantity: object, **changes: Any) -> GateView:
    """The account with so much BTC."""
    return view(**{"positions": {B: held(quantity), E: held(0)}} | changes)


def gate(**limits: Any) -> Gate:
    """A gate by the default limits, some of them changed."""
    return Gate(Limits().changed(limits))


def refusal(answer: ApprovedOrder | Denial) -> Denial:
    assert isinstance(answer, Denial), answer
    return answer


def rule_of(answer: ApprovedOrder | Denial) -> str:
    """The rule that denied, "" where the order was approved."""
    return answer.rule if isinstance(answer, Denial) else ""
