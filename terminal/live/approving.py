"""The gate asked with the session's own view: what is held, what works, what is unknown, what the market shows.

Between the engine and `risk/gate.py`, which fetches nothing: everything it may know is put together here, for each order anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Denial, OrderIntent, Purpose
from terminal.domain.orders import OrderType
from terminal.live.messages import ChangeWish
from terminal.live.orders import ZERO, LiveOrder, Status
from terminal.live.state import LiveState, Place
from terminal.risk.gate import Gate
from terminal.risk.rules.exposures import ASSUMED
from terminal.risk.view import GateView, Key, Market, Position, Sent, StrategyFacts, Working, key_of

if TYPE_CHECKING:
    from terminal.live.engine import Engine


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What of an account the order state does not hold. Money in `currency`."""

    currency: str
    is_live: bool
    equity: Decimal | None
    day_start_equity: Decimal | None
    peak_equity: Decimal | None


class GateKeeper:
    """Asks one gate per account. `facts` and `instruments` are kept fresh by whoever knows them."""

    def __init__(self, gates: Mapping[str, Gate], facts: Mapping[str, AccountFacts], instruments: Mapping[Key, Instrument]) -> None:
        self._gates = gates
        self._facts = facts
        self._instruments = instruments

    def order(self, intent: OrderIntent, engine: "Engine", now: int) -> ApprovedOrder | Denial:
        """The approved order, or why it may not leave."""
        denial = self._stops(intent, engine)
        return denial if denial is not None else self._gates[intent.account].decide(intent, self.view(intent.account, engine, now, intent.author.name))

    def change(self, order: LiveOrder, wish: ChangeWish, engine: "Engine", now: int) -> Denial | None:
        """None where the working order may take the wished shape."""
        intent = _changed(order, wish)
        if isinstance(intent, Denial):
            return intent
        denial = self._stops(intent, engine)
        if denial is not None:
            return denial
        answer = self._gates[intent.account].decide_modify(intent.id, intent, self.view(intent.account, engine, now, intent.author.name))
        return answer if isinstance(answer, Denial) else None

    def view(self, account: str, engine: "Engine", now: int, author: str) -> GateView:
        """Everything the gate may know of the account now, for a wish of `author`."""
        state, facts = engine.state, self._facts[account]
        return GateView(
            now=now,
            account=account,
            currency=facts.currency,
            is_live=facts.is_live,
            state=state.trading,
            equity=facts.equity,
            day_start_equity=facts.day_start_equity,
            peak_equity=facts.peak_equity,
            markets=self._markets(account, engine),
            positions=self._positions(account, engine),
            working=tuple(_working(order) for order in state.may_work.values() if order.intent.account == account),
            frozen=self._frozen(account, engine),
            sent=tuple(_sent(order) for order in state.sent if order.intent.account == account and order.status is not Status.REFUSED),
            orders_today=state.orders_today(account, now),
            strategies=self._strategies(account, engine, author),
        )

    def _stops(self, intent: OrderIntent, engine: "Engine") -> Denial | None:
        """Refusals that no limit knows: an account that nobody opened, or that was not compared with its venue yet."""
        if intent.account not in self._gates or intent.account not in self._facts:
            return Denial(intent, "account", f"There is no account {intent.account!r} in this session.")
        lowers = intent.reduce_only or intent.is_protective
        if not lowers and not engine.is_clear(intent.account):
            return Denial(intent, "compared first", f"{intent.account} is not compared with its venue.", "Wait for the comparison; exits and cancels go.")
        return None

    def _markets(self, account: str, engine: "Engine") -> dict[Key, Market]:
        kept = engine.manners[account].keeps_reduce_only
        return {
            key: Market(self._instruments.get(key, quote.instrument), quote.at, quote.bid, quote.ask, quote.last, quote.is_delayed, keeps_reduce_only=kept)
            for key, quote in engine.quotes.items()
        }

    def _positions(self, account: str, engine: "Engine") -> dict[Key, Position | None]:
        """Flat where nothing was ever booked. While ours and the broker's differ, the one nearer to zero."""
        state = engine.state
        known: dict[Key, Position | None] = {}
        for key in self._instruments:
            place = (account, key[1])
            ours = state.positions.get(place, ZERO)
            quantity = engine.surveys.nearer(account, key[1], ours)
            known[key] = Position(quantity, *_protection(state, place)) if quantity else Position(ZERO)
        return known

    def _strategies(self, account: str, engine: "Engine", author: str) -> dict[str, StrategyFacts]:
        """What each author would lose were every stop hit, and where it holds or wishes something."""
        state = engine.state
        heats: dict[str, Decimal] = {}
        holds: dict[str, set[Key]] = {}

        def count(order: LiveOrder, quantity: Decimal, price: Decimal) -> None:
            intent = order.intent
            distance = abs(price - intent.stop_loss) if intent.stop_loss is not None else price * ASSUMED  # no ATR is handed in yet
            heats[intent.author.name] = heats.get(intent.author.name, ZERO) + distance * quantity * intent.instrument.multiplier
            holds.setdefault(intent.author.name, set()).add(key_of(intent.instrument))

        for place in state.places():
            leaving = _leaving(state, place)
            for lot in state.lots(place) if place[0] == account else ():
                gone = min(lot.quantity, leaving)
                leaving -= gone
                count(state.orders[lot.order_id], lot.quantity - gone, lot.paid / lot.quantity)
        for order in state.may_work.values():
            intent = order.intent
            if intent.account == account and not (intent.reduce_only or intent.is_protective):
                quote = engine.quotes.get(key_of(intent.instrument))
                price = order.shape.limit or order.shape.stop or (quote.last if quote is not None else None)
                count(order, order.remaining, price or intent.stop_loss or ZERO)
        return {name: StrategyFacts(heats.get(name, ZERO), frozenset(holds.get(name, ()))) for name in {author, *heats}}

    def _frozen(self, account: str, engine: "Engine") -> dict[Key, str]:
        """What takes no new risk: frozen by record, disputed at the last look, or with an order whose fate is unknown."""
        reasons: dict[str, str] = {symbol: frozen.reason for (owner, symbol), frozen in engine.state.frozen.items() if owner == account}
        for order in engine.state.may_work.values():
            if order.intent.account == account and order.status is Status.UNKNOWN:
                reasons.setdefault(order.intent.instrument.symbol, f"{order.intent.id} is unknown")
        for symbol in engine.surveys.disputed(account):
            reasons.setdefault(symbol, "ours and the broker's position differ")
        return {key: reasons[key[1]] for key in self._instruments if key[1] in reasons}


def _changed(order: LiveOrder, wish: ChangeWish) -> OrderIntent | Denial:
    """The working order's intent in the wished shape, with what of it would still fill."""
    try:
        return replace(order.intent, quantity=wish.quantity - order.filled, limit=wish.limit, stop=wish.stop, author=wish.author)
    except BadInput as error:
        return Denial(order.intent, "order", error.message, error.cure)


def _leaving(state: LiveState, place: Place) -> Decimal:
    """How much of a position market orders are closing now: in a reversal what leaves is not at risk beside what enters."""
    orders = (order for order in state.may_work.values() if (order.intent.account, order.intent.instrument.symbol) == place)
    closing = (order for order in orders if order.intent.purpose is Purpose.EXIT and order.intent.type is OrderType.MARKET)
    return sum((order.remaining for order in closing if order.status is not Status.UNKNOWN), ZERO)


def _working(order: LiveOrder) -> Working:
    intent, shape = order.intent, order.shape
    return Working(
        id=intent.id,
        key=key_of(intent.instrument),
        side=intent.side,
        remaining=max(shape.quantity - order.filled, ZERO),
        price=shape.limit if shape.limit is not None else shape.stop,
        purpose=intent.purpose,
        reduce_only=intent.reduce_only,
        is_unknown=order.status is Status.UNKNOWN,
        strategy=intent.author.name,
        stop_loss=intent.stop_loss,
        quantity_if_modified=None if order.asked_shape is None else max(order.asked_shape.quantity - order.filled, ZERO),
    )


def _sent(order: LiveOrder) -> Sent:
    intent = order.intent
    return Sent(order.submitted, key_of(intent.instrument), intent.side, intent.quantity, intent.limit or intent.stop, intent.author.name, intent.purpose)


def _protection(state: LiveState, place: Place) -> tuple[Decimal | None, Decimal | None, Decimal]:
    """The average entry of what is ours, the furthest stop, and how much the working stops cover."""
    lots = state.lots(place)
    held = sum((lot.quantity for lot in lots), ZERO)
    average = sum((lot.paid for lot in lots), ZERO) / held if held else None
    stops = [
        order
        for order in state.may_work.values()
        if order.intent.is_protective and order.status is Status.WORKING and (order.intent.account, order.intent.instrument.symbol) == place
    ]
    covered = sum((order.remaining for order in stops), ZERO)
    levels = [order.shape.stop for order in stops if order.shape.stop is not None]
    if not levels:
        return average, None, ZERO
    return average, min(levels) if state.positions.get(place, ZERO) > 0 else max(levels), covered
