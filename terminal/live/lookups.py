"""Orders whose fate is not known, looked up until the venue shows it: by patience, never by a guess.

Part of the engine. When nothing is found, that is believed only where the venue promised what makes it a proof.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from terminal.live.messages import LookedUp, LookUp
from terminal.live.orders import TERMINAL, LiveOrder, Status
from terminal.live.records import Changed, Doubted, ProvedAbsent

if TYPE_CHECKING:
    from terminal.live.engine import Engine


@dataclass(slots=True)
class _Search:
    """One order being looked up: when next, after which pause, and how often nothing was found once that proved something."""

    due: int
    pause: int
    asked: int | None = None
    nothing: int = 0


class LookUps:
    """The orders being looked up. A question that was asked is asked again only after its pause, doubled each time."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._searches: dict[str, _Search] = {}

    def ask(self, order: LiveOrder) -> None:
        """Looks an order up now, unless that was done a moment ago."""
        first = self._engine.patience.first_look
        search = self._searches.setdefault(order.intent.id, _Search(self._engine.now + first, first))
        if search.asked is None or self._engine.now >= search.asked + first:
            search.due = min(search.due, self._engine.now + first)
            self._send(order, search)

    def later(self, order: LiveOrder) -> None:
        """Looks it up after the patience for an answer, were there none."""
        due = self._engine.now + self._engine.patience.answer
        self._searches.setdefault(order.intent.id, _Search(due, self._engine.patience.first_look))

    def settle(self, order: LiveOrder) -> None:
        """Ends the search for an order about which nothing is open any more."""
        if not self._is_open(order):
            self._searches.pop(order.intent.id, None)

    def is_asking(self, order: LiveOrder) -> bool:
        """True while the order is being looked up: what is done about it waits for the answer."""
        return order.intent.id in self._searches

    def due(self) -> None:
        """Asks again whatever is due; forgets what was answered meanwhile."""
        for order_id, search in list(self._searches.items()):
            order = self._engine.state.orders[order_id]
            if not self._is_open(order):
                del self._searches[order_id]
            elif search.due <= self._engine.now:
                search.pause = min(2 * search.pause, self._engine.patience.longest_look)
                search.due = self._engine.now + search.pause
                if order.is_cancel_asked and order.status is not Status.PENDING:
                    self._engine.cancel(order, TERMINAL, "asked again")
                self._send(order, search)

    def next_due(self) -> int | None:
        """When the next question is due, UTC ns."""
        return min((search.due for search in self._searches.values()), default=None)

    def answered(self, message: LookedUp) -> None:
        """Takes the finding up; where there is none the question stays open."""
        engine = self._engine
        order = engine.state.orders.get(message.order_id)
        if order is None or message.fault:
            return
        for execution in message.executions:
            engine.answers.execution(execution, "a look-up")
        if message.report is not None:
            self._shown(order, message)
        elif not message.executions:
            self._nothing(order, message)

    def _shown(self, order: LiveOrder, message: LookedUp) -> None:
        engine = self._engine
        if message.report is None:
            return
        engine.answers.report(message.report, "a look-up")
        promise = engine.manners[order.intent.account].absent_after
        if order.may_work and order.asked_shape is not None and promise is not None and message.asked >= order.asked_at + promise:
            engine.write(Changed(order.intent.id, False, "a look-up after the change could no longer arrive"))
        self.settle(order)

    def _nothing(self, order: LiveOrder, message: LookedUp) -> None:
        """Nothing found is no proof of absence but where it was promised to be one."""
        engine = self._engine
        if order.status is Status.WORKING:
            engine.write(Doubted(order.intent.id, "a look-up does not find it any more"))
            engine.alarm(f"{order.intent.id} was working and is not found any more.")
            self.ask(order)
        manners = engine.manners[order.intent.account]
        was_there = bool(order.venue_order_id or order.filled)
        if order.status is not Status.UNKNOWN or was_there or manners.absent_after is None:
            return
        if message.asked < order.submitted + manners.absent_after or not manners.places <= message.places:
            return
        search = self._searches.setdefault(order.intent.id, _Search(engine.now, engine.patience.first_look))
        search.nothing += 1
        if search.nothing >= engine.patience.confirmations:
            evidence = f"not in {', '.join(sorted(message.places))} at {message.asked}, {search.nothing} times"
            engine.write(ProvedAbsent(order.intent.id, evidence))
            self._searches.pop(order.intent.id, None)

    def _is_open(self, order: LiveOrder) -> bool:
        return order.may_work and (order.status is not Status.WORKING or order.is_cancel_asked or order.asked_shape is not None)

    def _send(self, order: LiveOrder, search: _Search) -> None:
        search.asked = self._engine.now
        intent = order.intent
        self._engine.do(LookUp(intent.id, order.venue_order_id, intent.account, intent.instrument.symbol))
