"""All that a session knows, as the fold of its journal: orders, fills, freezes and what the gate lets through.

Start-up and crash recovery are this one path: an empty state, and every record applied in order.
"""

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import singledispatchmethod

import msgspec

from terminal.domain.intents import Execution
from terminal.domain.timeframe import DAY, MINUTE
from terminal.live.lots import Lots, OpenLot, Part
from terminal.live.orders import LiveOrder, Shape, Status
from terminal.live.records import (
    Accepted,
    Begun,
    CancelAsked,
    CancelRefused,
    ChangeAsked,
    Changed,
    Denied,
    Doubted,
    Ended,
    Filled,
    Frozen,
    Judged,
    ProvedAbsent,
    Record,
    Refused,
    StateChosen,
    Submitted,
    Thawed,
)
from terminal.risk.view import TradingState

OUTSIDE = ""
"""The order id of what others do on the account."""
ZERO = Decimal(0)
Place = tuple[str, str]
"""Account and symbol."""


@dataclass(frozen=True, slots=True)
class Booked:
    """A fill that counts: which of our orders it belongs to, and what the venue said."""

    order_id: str
    execution: Execution

    @property
    def signed(self) -> Decimal:
        """The quantity, below zero for a sale."""
        return self.execution.side * self.execution.quantity


@dataclass(slots=True)
class LiveState:
    """Orders by our id, netted fills by account and venue id, freezes by account and symbol. Only `apply` changes it."""

    orders: dict[str, LiveOrder] = field(default_factory=dict)
    fills: dict[tuple[str, str], Booked] = field(default_factory=dict)
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Fills that a correction stands for, seen or still to come."""
    frozen: dict[Place, Frozen] = field(default_factory=dict)
    outside: dict[Place, Decimal] = field(default_factory=dict)
    """What a person adopted as not ours."""
    trading: TradingState = TradingState.ACTIVE
    runs: list[str] = field(default_factory=list)
    may_work: dict[str, LiveOrder] = field(default_factory=dict)
    """The orders that the venue may hold, in the order they were submitted."""
    by_venue_id: dict[tuple[str, str], str] = field(default_factory=dict)
    positions: dict[Place, Decimal] = field(default_factory=dict)
    """Signed sums of the netted fills, ours and others'."""
    newest: dict[str, int] = field(default_factory=dict)
    """The time of the newest booked fill by account, UTC ns."""
    lacking: set[str] = field(default_factory=set)
    """Orders of which the venue told more fills than are booked."""
    sent: deque[LiveOrder] = field(default_factory=deque)
    """The orders of the last minute before the newest, oldest first."""
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    """Orders by account and UTC day, for the limit of a day."""
    ours: dict[Place, list[Booked]] = field(default_factory=dict)
    """The netted fills of our orders, in the order they were booked."""
    _lots: dict[Place, Lots] = field(default_factory=dict)
    applied: int = 0

    def knows(self, execution: Execution) -> bool:
        """True where the fill, or what corrected it, is already booked, and whatever it corrects itself is known to be wrong."""
        key = (execution.account, execution.id)
        return (key in self.fills or key in self.replaced) and (not execution.corrects or (execution.account, execution.corrects) in self.replaced)

    def order_of(self, account: str, order_id: str, venue_order_id: str) -> LiveOrder | None:
        """Our order by our id or the venue's; None where it is not ours or the venue's id is not known yet."""
        known = self.orders.get(order_id) or self.orders.get(self.by_venue_id.get((account, venue_order_id), ""))
        return known if known is not None and known.intent.account == account else None

    def orders_today(self, account: str, now: int) -> int:
        """How many orders of the account left on this UTC day."""
        return self.counts.get((account, now // DAY), 0)

    def places(self) -> list[Place]:
        """Where our orders hold something."""
        return [place for place, lots in self._lots.items() if lots.open]

    def lots(self, place: Place) -> list[OpenLot]:
        """What our orders still hold there, oldest first."""
        return self._lots[place].open if place in self._lots else []

    def replay(self, records: Iterable[tuple[int, Record]]) -> "LiveState":
        """Itself, after these records (time, record)."""
        for time, record in records:
            self.apply(record, time)
        return self

    def digest(self) -> str:
        """Equal for states that know the same."""
        facts = (self.orders, self.fills, self.replaced, self.frozen, self.outside, self.trading, self.runs, self.positions, self.applied)
        whole = [sorted(((repr(key), value) for key, value in fact.items()), key=lambda pair: pair[0]) if isinstance(fact, dict) else fact for fact in facts]
        return hashlib.blake2b(msgspec.json.encode(whole, order="deterministic"), digest_size=16).hexdigest()

    def apply(self, record: Record, now: int) -> None:
        """Takes one record up. Raises IllegalStep where it can't have happened."""
        self._take(record, now)
        self.applied += 1

    @singledispatchmethod
    def _take(self, record: Record, _now: int) -> None:
        raise TypeError(f"{type(record).__name__} is no record of a session")

    @_take.register
    def _(self, record: Begun, now: int) -> None:
        self.runs.append(record.run)
        for order in self.may_work.values():
            if order.status is Status.PENDING:
                order.move(Status.UNKNOWN, now, "the program ended while it was being sent")

    @_take.register
    def _(self, record: Submitted, now: int) -> None:
        intent = record.intent
        order = LiveOrder(intent, now, Shape(intent.quantity, intent.limit, intent.stop), since=now)
        self.orders[intent.id] = self.may_work[intent.id] = order
        self.sent.append(order)
        while self.sent[0].submitted < now - MINUTE:
            self.sent.popleft()
        day = (intent.account, now // DAY)
        self.counts[day] = self.counts.get(day, 0) + 1

    @_take.register
    def _(self, _record: Denied, _now: int) -> None:
        pass

    @_take.register
    def _(self, record: Accepted, now: int) -> None:
        order = self.orders[record.order_id]
        if record.venue_order_id:
            order.venue_order_id = record.venue_order_id
            self.by_venue_id[order.intent.account, record.venue_order_id] = record.order_id
        if order.status in (Status.PENDING, Status.UNKNOWN):
            self._move(order, Status.WORKING, now, record.evidence)

    @_take.register
    def _(self, record: Refused, now: int) -> None:
        self._move(self.orders[record.order_id], Status.REFUSED, now, f"{record.reason} ({record.evidence})")

    @_take.register
    def _(self, record: Doubted, now: int) -> None:
        self._move(self.orders[record.order_id], Status.UNKNOWN, now, record.why)

    @_take.register
    def _(self, record: ProvedAbsent, now: int) -> None:
        self._move(self.orders[record.order_id], Status.ABSENT, now, record.evidence)

    @_take.register
    def _(self, record: Judged, now: int) -> None:
        order = self.orders[record.order_id]
        self._move(order, Status.CANCELLED if record.was_sent else Status.ABSENT, now, f"decided by {record.author.name}: {record.note}")

    @_take.register
    def _(self, record: Filled, now: int) -> None:
        execution = record.execution
        key = (execution.account, execution.id)
        if execution.corrects:
            wrong = (execution.account, execution.corrects)
            self.replaced.add(wrong)
            self._unbook(self.fills.pop(wrong, None))
        if key in self.fills or key in self.replaced:
            return
        self.fills[key] = booked = Booked(record.order_id, execution)
        self._book(booked)
        order = self.orders.get(record.order_id)
        if order is None:
            return
        if not order.may_work:
            order.has_late_fill = True
        if order.filled >= order.shape.quantity and order.may_work:
            self._move(order, Status.FILLED, now, f"execution {execution.id}")
        elif order.status in (Status.PENDING, Status.UNKNOWN):
            self._move(order, Status.WORKING, now, f"execution {execution.id}")
        elif order.status in (Status.REFUSED, Status.ABSENT):
            self._move(order, Status.UNKNOWN, now, f"filled after it was {order.status.value}: execution {execution.id}")

    @_take.register
    def _(self, record: CancelAsked, _now: int) -> None:
        self.orders[record.order_id].is_cancel_asked = True

    @_take.register
    def _(self, record: CancelRefused, _now: int) -> None:
        self.orders[record.order_id].is_cancel_asked = False

    @_take.register
    def _(self, record: ChangeAsked, now: int) -> None:
        order = self.orders[record.order_id]
        order.had.append(order.shape)
        order.asked_shape, order.asked_at = Shape(record.quantity, record.limit, record.stop), now
        order.changes += 1

    @_take.register
    def _(self, record: Changed, now: int) -> None:
        order = self.orders[record.order_id]
        if record.is_new and order.asked_shape is not None:
            order.shape = order.asked_shape
        order.asked_shape = None
        if order.filled >= order.shape.quantity and order.may_work:
            self._move(order, Status.FILLED, now, record.evidence)

    @_take.register
    def _(self, record: Ended, now: int) -> None:
        order = self.orders[record.order_id]
        order.told = max(order.told, record.filled)
        self._judge_fills(order)
        order.asked_shape = None
        if order.may_work:
            if order.status is Status.PENDING:
                order.move(Status.WORKING, now, record.evidence)
            self._move(order, Status(record.how.value), now, record.evidence)

    @_take.register
    def _(self, record: StateChosen, _now: int) -> None:
        self.trading = record.state

    @_take.register
    def _(self, record: Frozen, _now: int) -> None:
        self.frozen[record.account, record.symbol] = record

    @_take.register
    def _(self, record: Thawed, _now: int) -> None:
        place = (record.account, record.symbol)
        self.frozen.pop(place, None)
        if record.adopted is not None:
            self.outside[place] = self.outside.get(place, ZERO) + record.adopted

    def _book(self, booked: Booked) -> None:
        place = self._count(booked, 1)
        if booked.order_id in self.orders:
            self.ours.setdefault(place, []).append(booked)
            self._lots.setdefault(place, Lots()).book(*self._part(booked))

    def _unbook(self, booked: Booked | None) -> None:
        """Takes back a fill that a correction stands for."""
        if booked is None:
            return
        place = self._count(booked, -1)
        if booked.order_id in self.orders:
            self.ours[place].remove(booked)
            self._lots[place].rebuild(self._part(left) for left in self.ours[place])

    def _count(self, booked: Booked, sign: int) -> Place:
        execution = booked.execution
        place = (execution.account, execution.instrument.symbol)
        self.positions[place] = self.positions.get(place, ZERO) + sign * booked.signed
        order = self.orders.get(booked.order_id)
        self.newest[execution.account] = max(self.newest.get(execution.account, 0), execution.time)
        if order is not None:
            order.filled += sign * execution.quantity
            self._judge_fills(order)
        return place

    def _judge_fills(self, order: LiveOrder) -> None:
        (self.lacking.add if order.lacks_fills else self.lacking.discard)(order.intent.id)

    def _part(self, booked: Booked) -> Part:
        execution = booked.execution
        return booked.order_id, self.orders[booked.order_id].intent.parent, execution.side, execution.quantity, execution.price

    def _move(self, order: LiveOrder, status: Status, now: int, why: str) -> None:
        order.move(status, now, why)
        if order.may_work:
            self.may_work[order.intent.id] = order
        else:
            self.may_work.pop(order.intent.id, None)
