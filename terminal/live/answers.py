"""What a venue's answers, reports and fills mean for an order: evidence for a step, or for a doubt.

Part of the engine; look-ups and surveys bring their findings here as well.
"""

from typing import TYPE_CHECKING

from terminal.domain.intents import Execution
from terminal.live.messages import CancelAnswered, ChangeAnswered, NotTaken, OrderReport, SendInDoubt, Shown, Taken
from terminal.live.orders import LiveOrder, Shape, Status
from terminal.live.records import Accepted, CancelRefused, Changed, Doubted, Ended, Ending, Filled, Refused

if TYPE_CHECKING:
    from terminal.live.engine import Engine

_ENDINGS = (Shown.CANCELLED, Shown.EXPIRED, Shown.REJECTED)
_STREAM = "a report"
_NEVER_THERE = (Status.REFUSED, Status.ABSENT)


class Answers:
    """Turns what a venue says of single orders into records."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine

    def taken(self, message: Taken) -> None:
        """The venue accepted an order."""
        order = self._known(message.order_id)
        if order is not None:
            self._seen(order, message.venue_order_id, "the venue's reply")

    def not_taken(self, message: NotTaken) -> None:
        """The venue refused an order: final where it was only being sent, a contradiction where it was seen working."""
        order = self._known(message.order_id)
        if order is None:
            return
        if order.status in (Status.PENDING, Status.UNKNOWN) and not order.venue_order_id and not order.filled:
            self._engine.write(Refused(message.order_id, message.reason, "the venue's reply"))
        elif order.status is Status.WORKING:
            self._doubt(order, f"refused ({message.reason}) after it was seen working")

    def in_doubt(self, message: SendInDoubt) -> None:
        """No usable answer: the order is looked up, never sent again."""
        order = self._known(message.order_id)
        if order is not None and order.status is Status.PENDING:
            self._doubt(order, message.why)

    def cancelled(self, message: CancelAnswered) -> None:
        """A cancel's answer is not the order's end: a fill may have come before. What the venue shows of the order decides."""
        order = self._known(message.order_id)
        if order is None or not order.may_work:
            return
        if message.is_done is False:
            self._engine.write(CancelRefused(message.order_id, message.reason))
        self._engine.lookups.ask(order)

    def changed(self, message: ChangeAnswered) -> None:
        """A change's answer, or none: then both shapes count until the order is shown in one of them."""
        order = self._known(message.order_id)
        if order is None or order.asked_shape is None or message.number != order.changes:
            return
        if message.is_done is None:
            self._engine.lookups.ask(order)
            return
        self._engine.write(Changed(message.order_id, message.is_done, f"the venue's reply {message.reason}".strip()))
        self._engine.lookups.settle(order)
        if not message.is_done:  # why not is for the venue to show: the order may have ended meanwhile
            self._engine.lookups.ask(order)

    def report(self, message: OrderReport, source: str = _STREAM) -> None:
        """An order as the venue shows it. Reports may be old: an order that ended does not work again by one."""
        engine = self._engine
        order = engine.state.order_of(message.account, message.order_id, message.venue_order_id)
        if order is None:
            engine.surveys.foreign(message)
            return
        if message.shown is Shown.REJECTED and not message.venue_order_id and order.status in (Status.PENDING, Status.UNKNOWN):
            engine.write(Refused(order.intent.id, "rejected", source))
            return
        self._seen(order, message.venue_order_id, source)
        if message.shown in _ENDINGS or (message.shown is Shown.FILLED and message.filled == order.filled):
            if order.may_work:
                engine.write(Ended(order.intent.id, Ending(message.shown.value), message.filled, source))
        elif order.asked_shape is not None and order.may_work and message.shown is Shown.WORKING:
            self._shown_shape(order, message, source)
        if message.filled > order.filled:
            engine.surveys.hurry(order.intent.account, f"{order.intent.id} filled {message.filled}, {order.filled} is booked")

    def execution(self, message: Execution, source: str = "") -> None:
        """A fill: booked once, whenever and however often it comes; kept where nobody's order is known for it yet."""
        engine = self._engine
        if engine.state.knows(message):
            return
        order = engine.state.order_of(message.account, message.order_id, message.venue_order_id)
        if order is None:
            corrected = engine.state.fills.get((message.account, message.corrects))
            if corrected is None:
                engine.surveys.unmatched(message)
            else:  # whoever's that was
                engine.write(Filled(corrected.order_id, message))
            return
        late = not order.may_work
        if message.venue_order_id and not order.venue_order_id:
            self._seen(order, message.venue_order_id, source or f"execution {message.id}")
        engine.write(Filled(order.intent.id, message))
        if late:
            engine.alarm(f"{order.intent.id} filled {message.quantity} at {message.price} after it was {order.status.value}.")
        if order.status is Status.UNKNOWN:
            engine.lookups.ask(order)
        if order.filled > order.shape.quantity:
            engine.alarm(f"{order.intent.id} filled {order.filled} of {order.shape.quantity}: more than was asked for.")

    def _shown_shape(self, order: LiveOrder, message: OrderReport, source: str) -> None:
        """The shape that was asked for proves the change, but for an old report of a time when the order had that shape before."""
        shown = Shape(message.quantity, message.limit, message.stop)
        if shown == order.asked_shape and not (source == _STREAM and shown in order.had):
            self._engine.write(Changed(order.intent.id, True, source))

    def _seen(self, order: LiveOrder, venue_order_id: str, source: str) -> None:
        """The venue shows that it has, or had, the order."""
        if order.status in _NEVER_THERE:
            self._doubt(order, f"shown by {source} after it was {order.status.value}")
        if order.status in (Status.PENDING, Status.UNKNOWN) or (venue_order_id and order.venue_order_id != venue_order_id):
            self._engine.write(Accepted(order.intent.id, venue_order_id, source))
            self._engine.surveys.match()

    def _doubt(self, order: LiveOrder, why: str) -> None:
        self._engine.write(Doubted(order.intent.id, why))
        self._engine.alarm(f"{order.intent.id} is unknown: {why}. It is looked up and not sent again.")
        self._engine.lookups.ask(order)

    def _known(self, order_id: str) -> LiveOrder | None:
        order = self._engine.state.orders.get(order_id)
        if order is None:
            self._engine.alarm(f"The venue answered for an order that was never sent: {order_id[:60]!r}.")
        return order
