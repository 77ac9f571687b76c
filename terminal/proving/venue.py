"""A venue that keeps the true history of everything and shows it late, twice, in the wrong order, or not at all.

The fault simulator trades against it; in the end its history is the truth that the engine's journal is held against.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from terminal.domain.instrument import Instrument
from terminal.domain.intents import Execution, OrderIntent
from terminal.domain.orders import OrderType, Side
from terminal.live.manners import SECOND
from terminal.live.messages import OrderReport, Shown

ZERO = Decimal(0)
PLACES = ("by_id", "open", "closed", "fills")
FORGETS_AFTER = 60 * SECOND
"""A request that arrives later than this after its order was approved is refused: its time stamp is too old."""
SHOWN_AFTER = 8 * SECOND
"""The longest that an accepted order stays invisible in any place."""


@dataclass(slots=True)
class TrueOrder:
    """An order as it truly is. `visible` says from when each place shows it, UTC ns."""

    order_id: str
    venue_order_id: str
    instrument: Instrument
    side: Side
    kind: OrderType
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None
    reduce_only: bool
    created: int
    visible: dict[str, int]
    shown: Shown = Shown.WORKING
    filled: Decimal = ZERO
    is_protective: bool = False


@dataclass(slots=True)
class TrueVenue:
    """One account at one venue. Every method happens at the true moment `now`; what is told of it is the network's business."""

    account: str
    random: Random
    tells_our_ids: bool = True
    orders: list[TrueOrder] = field(default_factory=list)
    executions: list[Execution] = field(default_factory=list)
    """As they stand: a corrected one is replaced."""
    reported: list[Execution] = field(default_factory=list)
    """As they were told, corrections beside what they correct."""
    moved: dict[str, Decimal] = field(default_factory=dict)
    """Position changes that no execution explains."""
    prices: dict[str, Decimal] = field(default_factory=dict)
    refuses_stops: bool = False
    _count: int = 0

    def place(self, intent: OrderIntent, approved: int, now: int) -> tuple[TrueOrder | None, str]:
        """The order, or why it is refused. Uniqueness of our id is asked of *open* orders only, as real venues do."""
        if now > approved + FORGETS_AFTER:
            return None, "timestamp outside of the receive window"
        if any(order.order_id == intent.id and order.shown is Shown.WORKING for order in self.orders):
            return None, "duplicate client order id"
        if intent.is_protective and self.refuses_stops:
            return None, "stop orders are not available right now"
        held = self.position(intent.instrument.symbol)
        if intent.reduce_only and (held == 0 or (held > 0) is (intent.side is Side.LONG)):
            return None, "reduce only order would not reduce the position"
        order = TrueOrder(
            order_id=intent.id,
            venue_order_id=self._next("v"),
            instrument=intent.instrument,
            side=intent.side,
            kind=intent.type,
            quantity=intent.quantity,
            limit=intent.limit,
            stop=intent.stop,
            reduce_only=intent.reduce_only,
            created=now,
            visible=self._lags(now),
            is_protective=intent.is_protective,
        )
        self.orders.append(order)
        return order, ""

    def foreign(self, instrument: Instrument, now: int) -> TrueOrder:
        """An order that somebody else places on the account."""
        side = Side.LONG if self.random.random() < 0.5 else Side.SHORT
        price = self.prices[instrument.symbol]
        order = TrueOrder("", self._next("f"), instrument, side, OrderType.LIMIT, Decimal(1), price, None, False, now, self._lags(now))
        self.orders.append(order)
        return order

    def cancel(self, order_id: str, venue_order_id: str, now: int) -> tuple[bool, str, TrueOrder | None]:
        """Whether it was cancelled, why not, and the order."""
        order = self.find(order_id, venue_order_id)
        if order is None or order.visible["by_id"] > now:
            return False, "unknown order", None
        if order.shown is not Shown.WORKING:
            return False, f"the order is {order.shown.value}", order
        order.shown = Shown.CANCELLED
        return True, "", order

    def change(self, order_id: str, venue_order_id: str, quantity: Decimal, limit: Decimal | None, stop: Decimal | None) -> tuple[bool, str, TrueOrder | None]:
        """Whether it was changed, why not, and the order."""
        order = self.find(order_id, venue_order_id)
        if order is None or order.shown is not Shown.WORKING:
            return False, "the order does not work", order
        if quantity <= order.filled:
            return False, "more than that is filled", order
        order.quantity, order.limit, order.stop = quantity, limit, stop
        return True, "", order

    def find(self, order_id: str, venue_order_id: str) -> TrueOrder | None:
        """The newest order of that id, ours or its own."""
        return next(
            (o for o in reversed(self.orders) if (venue_order_id and o.venue_order_id == venue_order_id) or (order_id and o.order_id == order_id)), None
        )

    def trade(self, order: TrueOrder, quantity: Decimal, now: int) -> Execution:
        """Fills a part of an order at the market price."""
        held = self.position(order.instrument.symbol)
        if order.reduce_only:
            quantity = min(quantity, abs(held))
        price = order.limit or self.prices[order.instrument.symbol]
        execution = Execution(
            id=self._next("e"),
            account=self.account,
            instrument=order.instrument,
            side=order.side,
            quantity=quantity,
            price=price,
            fee=Decimal("0.01"),
            fee_currency=order.instrument.quote,
            time=now,
            order_id=order.order_id if self.tells_our_ids else "",
            venue_order_id=order.venue_order_id,
        )
        order.filled += quantity
        if order.filled >= order.quantity:
            order.shown = Shown.FILLED
        self.executions.append(execution)
        self.reported.append(execution)
        return execution

    def correct(self, place: int, quantity: Decimal) -> Execution:
        """Replaces an execution by one of another quantity and tells so."""
        wrong = self.executions[place]
        right = Execution(
            id=self._next("e"),
            account=wrong.account,
            instrument=wrong.instrument,
            side=wrong.side,
            quantity=quantity,
            price=wrong.price,
            fee=wrong.fee,
            fee_currency=wrong.fee_currency,
            time=wrong.time,
            order_id=wrong.order_id,
            venue_order_id=wrong.venue_order_id,
            corrects=wrong.id,
        )
        order = self.find("", wrong.venue_order_id)
        if order is not None:
            order.filled += quantity - wrong.quantity
        self.executions[place] = right
        self.reported.append(right)
        return right

    def position(self, symbol: str) -> Decimal:
        """The true position."""
        traded = sum((execution.side * execution.quantity for execution in self.executions if execution.instrument.symbol == symbol), ZERO)
        return traded + self.moved.get(symbol, ZERO)

    def report(self, order: TrueOrder) -> OrderReport:
        """The order as it is now."""
        symbol = order.instrument.symbol
        return OrderReport(self.account, symbol, order.order_id, order.venue_order_id, order.shown, order.filled, order.quantity, order.limit, order.stop)

    def seen(self, place: str, now: int) -> Iterator[TrueOrder]:
        """The orders that a place shows now."""
        return (order for order in self.orders if order.visible[place] <= now)

    def _lags(self, now: int) -> dict[str, int]:
        return {place: now + (self.random.randrange(SHOWN_AFTER) if self.random.random() < 0.3 else 0) for place in PLACES}

    def _next(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"
