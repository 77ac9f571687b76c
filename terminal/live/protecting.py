"""Stops kept at the venue in the quantity that filled: an entry's position is protected as soon as it exists, and no further.

Part of the engine. Runs after each step; a stop that is refused is tried again by patience, loudly, while its position stands open.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from terminal.domain.intents import OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.live.messages import ChangeWish
from terminal.live.orders import TERMINAL, ZERO, LiveOrder, Status

if TYPE_CHECKING:
    from terminal.live.engine import Engine
    from terminal.live.state import Place


@dataclass(slots=True)
class _Retry:
    """When a stop that was not taken (`of`) is tried again, UTC ns, and after which pause."""

    of: str
    due: int
    pause: int


class Protection:
    """The protective stops of every entry that asked for one."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._retries: dict[str, _Retry] = {}
        self._last: dict[str, str] = {}
        self._seen = -1
        self._is_waiting = False
        """True where something is left to do once an answer has come."""
        self.unprotected: dict[str, Decimal] = {}
        """Entry order → quantity that has no stop at the venue."""

    def keep(self) -> None:
        """Makes the stops of each open lot as large as the lot. Nothing to do where nothing changed and no retry is due."""
        engine = self._engine
        if engine.state.applied == self._seen and not self._is_waiting and not any(retry.due <= engine.now for retry in self._retries.values()):
            return
        self._is_waiting = False
        self._seen = engine.state.applied
        wanted: dict[str, Decimal] = {}
        for place in engine.state.places():
            self._keep_place(place, wanted)
        self._drop_spare(wanted)
        self._seen = engine.state.applied

    def next_due(self) -> int | None:
        """When the next retry is due, UTC ns."""
        return min((retry.due for retry in self._retries.values()), default=None)

    def _keep_place(self, place: "Place", wanted: dict[str, Decimal]) -> None:
        engine = self._engine
        for lot in engine.state.lots(place):
            entry = engine.state.orders[lot.order_id]
            if entry.intent.stop_loss is None or not engine.manners[place[0]].holds_stops:
                continue
            wanted[lot.order_id] = lot.quantity
            stops = [order for order in self._stops(lot.order_id) if not order.is_cancel_asked]
            held = sum((order.remaining for order in stops), ZERO)
            self._tell(lot.order_id, lot.quantity - sum((order.remaining for order in stops if order.status is Status.WORKING), ZERO))
            if held < lot.quantity:
                self._add(entry, lot.quantity - held)
            elif held > lot.quantity:
                self._cut(stops, held - lot.quantity)

    def _add(self, entry: LiveOrder, quantity: Decimal) -> None:
        """One more stop, for what has none; after one that was not taken only by patience."""
        engine, intent = self._engine, entry.intent
        if self._waits(intent.id):
            return
        stop = OrderIntent(
            id=engine.new_id(),
            account=intent.account,
            instrument=intent.instrument,
            side=Side(-intent.side),
            type=OrderType.STOP,
            quantity=quantity,
            stop=intent.stop_loss,
            author=TERMINAL,
            decided=engine.now,
            purpose=Purpose.PROTECTION,
            reduce_only=True,
            parent=intent.id,
            reason=f"protects {intent.id}",
        )
        self._last[intent.id] = stop.id
        denial = engine.submit(stop)
        if denial is not None:
            engine.alarm(f"{quantity} {intent.instrument.symbol} of {intent.id} have no stop: {denial.rule}: {denial.reason}")

    def _waits(self, entry_id: str) -> bool:
        """True while the pause after a stop that was not taken lasts; each is twice the one before."""
        last = self._last.get(entry_id)
        if last is None:
            return False
        order = self._engine.state.orders.get(last)  # none where the gate denied it
        if order is not None and order.status not in (Status.REFUSED, Status.ABSENT, Status.REJECTED):
            return False
        retry = self._retries.get(entry_id)
        if retry is None or retry.of != last:
            pause = min(2 * retry.pause, self._engine.patience.longest_look) if retry is not None else self._engine.patience.first_look
            retry = self._retries[entry_id] = _Retry(last, self._engine.now + pause, pause)
            self._engine.alarm(f"A stop of {entry_id} was not taken; the position is unprotected. It is tried again.")
        return retry.due > self._engine.now

    def _cut(self, stops: list[LiveOrder], spare: Decimal) -> None:
        """Takes back what protects more than there is: whole stops from the newest on, the last one by a change."""
        for order in reversed(stops):
            if spare <= 0:
                return
            if not self._is_free(order):
                spare -= order.remaining
            elif order.remaining <= spare:
                spare -= order.remaining
                self._engine.cancel(order, TERMINAL, "protects more than is held")
            elif order.status is Status.WORKING and order.asked_shape is None:
                shape = order.shape
                self._engine.change(ChangeWish(order.intent.id, shape.quantity - spare, shape.limit, shape.stop, TERMINAL))
                self._is_waiting = True
                return
            elif order.asked_shape is not None:
                self._is_waiting = True
                if self._engine.now >= order.asked_at + self._engine.patience.longest_look:
                    spare -= order.remaining
                    self._engine.cancel(order, TERMINAL, "whether it was made smaller stays unknown")

    def _is_free(self, order: LiveOrder) -> bool:
        """False while an answer about it is awaited; one to a change may never come, and keeps nobody from cancelling."""
        is_free = not order.is_cancel_asked and (order.asked_shape is not None or not self._engine.lookups.is_asking(order))
        self._is_waiting = self._is_waiting or not is_free
        return is_free

    def _drop_spare(self, wanted: dict[str, Decimal]) -> None:
        """Cancels the stops of entries of which nothing is held any more."""
        for order in list(self._engine.state.may_work.values()):
            intent = order.intent
            if intent.is_protective and intent.author == TERMINAL and intent.parent not in wanted and self._is_free(order):
                self._engine.cancel(order, TERMINAL, "nothing is left to protect")
        for entry_id in [known for known in self._last if known not in wanted]:
            del self._last[entry_id]
            self._retries.pop(entry_id, None)
            self.unprotected.pop(entry_id, None)

    def _tell(self, entry_id: str, missing: Decimal) -> None:
        if missing > 0:
            self.unprotected[entry_id] = missing
        else:
            self.unprotected.pop(entry_id, None)
            self._retries.pop(entry_id, None)

    def _stops(self, entry_id: str) -> list[LiveOrder]:
        return [order for order in self._engine.state.may_work.values() if order.intent.is_protective and order.intent.parent == entry_id]
