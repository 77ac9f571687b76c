"""What lies between the engine and the venue: requests and answers that are lost, late, doubled or garbled.

The simulator's own; the venue behind it is honest with itself, and every lie is told here.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from terminal.domain.intents import ApprovedOrder, Execution
from terminal.domain.orders import OrderType
from terminal.live.journal_errors import JournalFull, JournalUnavailable
from terminal.live.manners import SECOND
from terminal.live.messages import (
    CancelAnswered,
    ChangeAnswered,
    Effect,
    LookedUp,
    LookUp,
    Message,
    NotTaken,
    Send,
    SendCancel,
    SendChange,
    SendInDoubt,
    Shown,
    StreamChanged,
    Survey,
    Surveyed,
    Taken,
)
from terminal.proving.venue import PLACES, TrueOrder

if TYPE_CHECKING:
    from terminal.proving.simulator import Simulation

_DAY = 86_400 * SECOND


class Network:
    """Carries effects to the venue and tells the engine what the venue says, as the faults of the schedule have it."""

    def __init__(self, simulation: "Simulation") -> None:
        self._sim = simulation
        self._venue = simulation.venue
        self.is_silent = False
        self._carriers: dict[type, Callable[..., None]] = {
            Send: self._send,
            SendCancel: self._cancel,
            SendChange: self._change,
            LookUp: self._look_up,
            Survey: self._survey,
        }

    def carry_out(self, effect: Effect) -> None:
        """Sends a request on its way; words for people go nowhere."""
        carrier = self._carriers.get(type(effect))
        if carrier is not None:
            carrier(effect)

    def disasters(self) -> None:
        """What strikes by itself now and then, for as long as faults strike."""
        sim = self._sim
        if sim.is_healing:
            return
        if sim.strikes("F08"):
            self._fall_silent()
        if sim.strikes("F27"):
            self._venue.refuses_stops = True
            sim.at(sim.seconds(5, 40), self._take_stops)
        if sim.strikes("F34"):
            self._somebody_else()
        if sim.strikes("F10"):
            symbol = sim.random.choice(list(self._venue.prices))
            self._venue.moved[symbol] = self._venue.moved.get(symbol, Decimal(0)) + sim.random.choice((Decimal(1), Decimal(-1)))
        if sim.strikes("F28"):
            self._take_back()
        if sim.strikes("F35"):
            sim.break_journal(JournalFull("No room on the disk."))
        if sim.strikes("F36"):
            sim.break_journal(JournalUnavailable("Another program holds the journal."))
        if sim.strikes("F13") and self._venue.executions:
            self._correct()
        sim.at(sim.seconds(2, 8), self.disasters)

    def heal(self) -> None:
        """The line is good from now on; what is still under way arrives."""
        if self.is_silent:
            self._speak_again()

    def fill_some(self) -> None:
        """Fills what the market reaches."""
        random = self._sim.random
        for order in self._venue.orders:
            if order.shown is Shown.WORKING:
                chance = {OrderType.MARKET: 1.0, OrderType.LIMIT: 0.12, OrderType.STOP: 0.02}[order.kind]
                if random.random() < (chance if not self._sim.is_healing or order.kind is OrderType.MARKET else 0.0):
                    self._fill(order)

    def _send(self, effect: Send) -> None:
        sim, order = self._sim, effect.order
        order_id = order.intent.id
        if sim.strikes("F16"):
            self._answer(NotTaken(order_id, "429 too many requests"))
            return
        if sim.strikes("F07"):
            if sim.random.random() < 0.5:
                late = sim.seconds(0, 100) if sim.random.random() < 0.5 else sim.seconds(0, 2)
                sim.at(late, lambda: self._place(order, is_answered=False))
            self._answer(SendInDoubt(order_id, "the connection was reset"))
            return
        is_answered = not sim.strikes("F01")
        if not is_answered and sim.random.random() < 0.5:
            sim.at(sim.seconds(1, 9), lambda: sim.feed(SendInDoubt(order_id, "no answer")))
        sim.at(sim.seconds(0.01, 1), lambda: self._place(order, is_answered=is_answered))

    def _place(self, approved: ApprovedOrder, *, is_answered: bool) -> None:
        sim = self._sim
        order, why = self._venue.place(approved.intent, approved.approved, sim.now)
        if order is None:
            if is_answered:
                self._answer(NotTaken(approved.intent.id, why))
            return
        if order.visible["by_id"] > sim.now:
            sim.happened["F05"] += 1
        if order.kind is OrderType.MARKET or sim.random.random() < 0.1:
            sim.happened["F03"] += 1
            self._fill(order)
        self.tell_report(order)
        if is_answered:
            self._answer(Taken(approved.intent.id, order.venue_order_id))

    def _cancel(self, effect: SendCancel) -> None:
        sim = self._sim
        if sim.strikes("F06"):
            self._answer(CancelAnswered(effect.order_id, None, "502"))
            if sim.random.random() < 0.5:
                return
        sim.at(sim.seconds(0.01, 1), lambda: self._cancel_now(effect))

    def _cancel_now(self, effect: SendCancel) -> None:
        sim = self._sim
        found = self._venue.find(effect.order_id, effect.venue_order_id)
        if found is not None and found.shown is Shown.WORKING and sim.strikes("F04"):
            self._fill(found, told_after=sim.seconds(5, 60))
        is_done, why, order = self._venue.cancel(effect.order_id, effect.venue_order_id, sim.now)
        self._answer(CancelAnswered(effect.order_id, is_done, why))
        if is_done and order is not None:
            self.tell_report(order)

    def _change(self, effect: SendChange) -> None:
        sim = self._sim
        is_lost = sim.strikes("F12")
        if is_lost:
            self._answer(ChangeAnswered(effect.order_id, effect.number, None, "no answer"))
            if sim.random.random() < 0.5:
                return
        sim.at(sim.seconds(0.01, 1), lambda: self._change_now(effect, is_answered=not is_lost))

    def _change_now(self, effect: SendChange, *, is_answered: bool) -> None:
        is_done, why, order = self._venue.change(effect.order_id, effect.venue_order_id, effect.quantity, effect.limit, effect.stop)
        if is_answered:
            self._answer(ChangeAnswered(effect.order_id, effect.number, is_done, why))
        if is_done and order is not None:
            self.tell_report(order)

    def _look_up(self, effect: LookUp) -> None:
        self._sim.at(self._sim.seconds(0.01, 1), lambda: self._look_up_now(effect))

    def _look_up_now(self, effect: LookUp) -> None:
        sim, now = self._sim, self._sim.now
        if sim.strikes("F06") or sim.strikes("F15"):
            self._answer(LookedUp(effect.order_id, now, fault="no usable answer"))
            return
        order = self._venue.find(effect.order_id, effect.venue_order_id)
        place = "open" if order is not None and order.shown is Shown.WORKING else "closed"
        shows = order is not None and (order.visible["by_id"] <= now or order.visible[place] <= now)
        report = self._venue.report(order) if shows and order is not None else None
        executions = () if order is None or order.visible["fills"] > now else tuple(e for e in self._venue.reported if e.venue_order_id == order.venue_order_id)
        places = frozenset(PLACES) if sim.is_healing or sim.random.random() < 0.8 else frozenset(PLACES[:2])
        self._answer(LookedUp(effect.order_id, now, report, executions, places))

    def _survey(self, effect: Survey) -> None:
        self._sim.at(self._sim.seconds(0.05, 2), lambda: self._survey_now(effect))

    def _survey_now(self, effect: Survey) -> None:
        sim, venue, now = self._sim, self._venue, self._sim.now
        if sim.strikes("F06"):
            self._answer(Surveyed(effect.account, now, fault="502"))
            return
        if sim.strikes("F15"):
            self._answer(Surveyed(effect.account, now, positions=None))
            return
        orders = tuple(venue.report(order) for order in venue.seen("open", now) if order.shown is Shown.WORKING)
        hidden = {order.venue_order_id for order in venue.orders if order.visible["fills"] > now}
        executions = tuple(e for e in venue.reported if e.time >= effect.since and e.venue_order_id not in hidden)
        positions = {symbol: venue.position(symbol) for symbol in venue.prices}
        self._answer(Surveyed(effect.account, now, orders, executions, positions))

    def _fill(self, order: TrueOrder, told_after: int | None = None) -> None:
        """Fills an order in whole or in part, and tells it now, late, or days late."""
        sim = self._sim
        left = order.quantity - order.filled
        held = self._venue.position(order.instrument.symbol)
        if order.reduce_only:
            left = min(left, max(Decimal(0), -order.side * held))
        if left <= 0:
            order.shown = Shown.CANCELLED
            self.tell_report(order)
            return
        part = order.instrument.round_quantity(left / 2)
        quantity = part if part > 0 and sim.strikes("F14") else left
        execution = self._venue.trade(order, quantity, sim.now)
        if told_after is None and sim.strikes("F09"):
            told_after = 3 * _DAY
        self._tell(execution, told_after)
        self.tell_report(order)

    def tell_report(self, order: TrueOrder) -> None:
        """Tells the order's present state over the stream."""
        self._tell(self._venue.report(order), None)

    def _tell(self, message: Message, delay: int | None) -> None:
        """A message of the stream: late, doubled, or lost while the stream is silent."""
        sim = self._sim
        if self.is_silent:
            sim.happened["F08"] += 1
            return
        sim.at(sim.seconds(0.01, 2) if delay is None else delay, lambda: sim.feed(message))
        if sim.strikes("F13"):
            sim.at(sim.seconds(0.01, 20), lambda: sim.feed(message))

    def _answer(self, message: Message) -> None:
        self._sim.at(self._sim.seconds(0.01, 1), lambda: self._sim.feed(message))

    def _fall_silent(self) -> None:
        """The stream carries nothing for a while; half the time nobody notices before it speaks again."""
        sim = self._sim
        if not self.is_silent:
            self.is_silent = True
            if sim.random.random() < 0.5:
                sim.feed(StreamChanged(self._venue.account, False))
            sim.at(sim.seconds(2, 60), self._speak_again)

    def _speak_again(self) -> None:
        if self.is_silent:
            self.is_silent = False
            self._sim.feed(StreamChanged(self._venue.account, True))

    def _take_stops(self) -> None:
        self._venue.refuses_stops = False

    def _somebody_else(self) -> None:
        sim = self._sim
        coin = sim.random.choice([order.instrument for order in self._venue.orders] or [None])
        if coin is not None:
            order = self._venue.foreign(coin, sim.now)
            self.tell_report(order)
            if sim.random.random() < 0.5:
                self._fill(order)

    def _take_back(self) -> None:
        working = [order for order in self._venue.orders if order.shown is Shown.WORKING]
        if working:
            order = self._sim.random.choice(working)
            order.shown = Shown.REJECTED
            self.tell_report(order)

    def _correct(self) -> None:
        sim = self._sim
        place = sim.random.randrange(len(self._venue.executions))
        wrong: Execution = self._venue.executions[place]
        quantity = wrong.instrument.round_quantity(wrong.quantity / 2)
        if quantity > 0:
            self._tell(self._venue.correct(place, quantity), None)
