"""The one step of a session: what happened goes in; what is to be written down, and then done, comes out.

No clock, no random number, no socket and no file: the driver hands in time and messages, makes the records last, and only then
carries the effects out. The same engine runs live, on paper and under the fault simulator.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from terminal.domain.intents import ApprovedOrder, Author, AuthorKind, Denial, Execution, OrderIntent
from terminal.live.answers import Answers
from terminal.live.lookups import LookUps
from terminal.live.manners import Manners, Patience
from terminal.live.messages import (
    Alarm,
    CancelAnswered,
    CancelWish,
    ChangeAnswered,
    ChangeWish,
    Effect,
    LookedUp,
    Message,
    NotTaken,
    OrderReport,
    Quoted,
    Send,
    SendCancel,
    SendChange,
    SendInDoubt,
    Settled,
    StateWish,
    StreamChanged,
    Surveyed,
    Taken,
    Told,
    Verdict,
    Wish,
    Woken,
)
from terminal.live.orders import LiveOrder, Status
from terminal.live.protecting import Protection
from terminal.live.records import CancelAsked, ChangeAsked, Changed, Denied, Judged, Record, Refused, StateChosen, Submitted, Thawed
from terminal.live.state import LiveState
from terminal.live.surveys import Surveys
from terminal.risk.view import TradingState


class Approver(Protocol):
    """The gate with the session's view of the world around it."""

    def order(self, intent: OrderIntent, engine: "Engine", now: int) -> ApprovedOrder | Denial:
        """Lets an intent through or says why not."""

    def change(self, order: LiveOrder, wish: ChangeWish, engine: "Engine", now: int) -> Denial | None:
        """None where a working order may be changed so."""


class Engine:
    """Decides for all accounts of a session. `new_id` makes the ids of orders that the terminal wishes itself."""

    def __init__(
        self, state: LiveState, approver: Approver, manners: Mapping[str, Manners], new_id: Callable[[], str], patience: Patience | None = None
    ) -> None:
        self.state = state
        self.manners = manners
        self.patience = patience or Patience()
        self.new_id = new_id
        self.quotes: dict[tuple[str, str], Quoted] = {}
        self.now = 0
        self.is_durable = True
        self.is_shut = False
        """Set by a kill from any thread, before anything is written or waited for: nothing that adds risk leaves from then on."""
        self._approver = approver
        self._records: list[Record] = []
        self._effects: list[Effect] = []
        self.lookups = LookUps(self)
        self.surveys = Surveys(self)
        self.protection = Protection(self)
        self.answers = Answers(self)
        self._handlers: dict[type, Callable[..., None]] = {
            Wish: self._wish,
            CancelWish: self._cancel_wish,
            ChangeWish: self._change_wish,
            StateWish: self._state_wish,
            Verdict: self._verdict,
            Settled: self._settled,
            Taken: self.answers.taken,
            NotTaken: self.answers.not_taken,
            SendInDoubt: self.answers.in_doubt,
            CancelAnswered: self.answers.cancelled,
            ChangeAnswered: self.answers.changed,
            OrderReport: self.answers.report,
            Execution: self.answers.execution,
            LookedUp: self.lookups.answered,
            Surveyed: self.surveys.answered,
            StreamChanged: self.surveys.stream,
            Quoted: self._quoted,
            Woken: self._woken,
        }

    def step(self, message: Message, now: int) -> tuple[list[Record], list[Effect]]:
        """What to write down, in this order, and what to do once that is durable. The state has taken the records up already."""
        self.now = now
        self._records, self._effects = [], []
        self._handlers[type(message)](message)
        self.protection.keep()
        return self._records, self._effects

    def resume(self, now: int) -> tuple[list[Record], list[Effect]]:
        """The first step after the journal was replayed: every account is surveyed and every unknown order looked up."""
        self.now = now
        return self.collected(self._compare_all)

    def _compare_all(self) -> None:
        for account in self.manners:
            self.surveys.ask(account)
        for order in self.state.may_work.values():
            if order.status is Status.UNKNOWN or order.is_cancel_asked or order.asked_shape is not None:
                self.lookups.ask(order)

    def write(self, record: Record) -> None:
        """Takes a record into the state and hands it to the journal with the step."""
        self.state.apply(record, self.now)
        self._records.append(record)

    def do(self, effect: Effect) -> None:
        """Carried out once the step's records are durable."""
        self._effects.append(effect)

    def collected(self, act: Callable[[], None]) -> tuple[list[Record], list[Effect]]:
        """What `act` wrote and asked for."""
        self._records, self._effects = [], []
        act()
        return self._records, self._effects

    def may_leave(self, effect: Send | SendChange) -> bool:
        """False for what adds risk once a kill came, if only while the order was being written down."""
        intent = effect.order.intent if isinstance(effect, Send) else self.state.orders[effect.order_id].intent
        return not self.is_shut or intent.reduce_only or intent.is_protective

    def never_sent(self, sends: list[Send | SendChange], why: str) -> list[Record]:
        """The records of orders and changes that were kept back at the last moment, and which therefore never left."""
        self._records, self._effects = [], []
        for send in sends:
            if isinstance(send, Send):
                self.write(Refused(send.order.intent.id, why, "never sent"))
            else:
                self.write(Changed(send.order_id, False, f"never sent: {why}"))
        return self._records

    def durability_lost(self, why: str) -> None:
        """The gate stays shut for whatever must be journalled first, until the journal can be written again."""
        if self.is_durable:
            self.is_durable = False
            self.alarm(f"The journal can't be written: {why} No order leaves until it can.")

    def is_clear(self, account: str) -> bool:
        """True where the account was compared with the venue since the engine began and its stream is up."""
        return self.surveys.is_clear(account)

    def cancel(self, order: LiveOrder, author: Author, reason: str) -> None:
        """Asks the venue to cancel; may be repeated as often as need be."""
        if not order.is_cancel_asked:
            self.write(CancelAsked(order.intent.id, author, reason))
        self.do(SendCancel(order.intent.id, order.venue_order_id, order.intent.account, order.intent.instrument.symbol))
        self.lookups.later(order)

    def submit(self, intent: OrderIntent) -> Denial | None:
        """Sends an intent where the gate lets it through."""
        if intent.id in self.state.orders:
            denial = Denial(intent, "one order per id", f"The id {intent.id} was used before.")
            self.do(Told(intent.id, denial.reason))
            return denial
        answer = self._shut(intent) or self._approver.order(intent, self, self.now)
        if isinstance(answer, Denial):
            self.write(Denied(answer))
            self.do(Told(intent.id, f"{answer.rule}: {answer.reason}"))
            return answer
        self.write(Submitted(intent, answer.findings))
        self.do(Send(answer))
        return None

    def _shut(self, intent: OrderIntent) -> Denial | None:
        """What is refused before any gate is asked."""
        if not self.is_durable:
            return Denial(intent, "journal first", "The journal can't be written.")
        if self.is_shut and not (intent.reduce_only or intent.is_protective):
            return Denial(intent, "killed", "Trading was killed.", "Arm it again first.")
        return None

    def change(self, wish: ChangeWish) -> None:
        """Changes a working order where the gate lets it; until the answer both shapes count."""
        order = self.state.orders.get(wish.order_id)
        if order is None or order.status is not Status.WORKING or order.asked_shape is not None or order.is_cancel_asked:
            self.do(Told(wish.order_id, "Only a working order with nothing else under way can be changed."))
            return
        denial = self._approver.change(order, wish, self, self.now)
        if denial is not None:
            self.write(Denied(denial))
            self.do(Told(wish.order_id, f"{denial.rule}: {denial.reason}"))
            return
        intent = order.intent
        self.write(ChangeAsked(intent.id, wish.quantity, wish.limit, wish.stop, wish.author))
        self.do(SendChange(intent.id, order.changes, order.venue_order_id, intent.account, intent.instrument.symbol, wish.quantity, wish.limit, wish.stop))
        self.lookups.later(order)

    def _wish(self, message: Wish) -> None:
        self.submit(message.intent)

    def _cancel_wish(self, message: CancelWish) -> None:
        order = self.state.orders.get(message.order_id)
        if order is None or not order.may_work:
            self.do(Told(message.order_id, "There is no such working order."))
            return
        self.cancel(order, message.author, message.reason)

    def _change_wish(self, message: ChangeWish) -> None:
        self.change(message)

    def _state_wish(self, message: StateWish) -> None:
        if message.state is TradingState.ACTIVE and message.author.kind is not AuthorKind.HUMAN:
            self.do(Told("", "Only a person can arm trading again."))
            return
        self.write(StateChosen(message.state, message.author, message.reason))
        self.is_shut = message.state is TradingState.HALTED
        if message.state is not TradingState.HALTED:
            return
        for order in list(self.state.may_work.values()):
            if not (order.intent.is_protective or order.intent.reduce_only):
                self.cancel(order, message.author, "trading was halted")

    def _verdict(self, message: Verdict) -> None:
        order = self.state.orders.get(message.order_id)
        if message.author.kind is not AuthorKind.HUMAN:
            self.do(Told(message.order_id, "Only a person can decide what became of an order."))
            return
        if order is None or order.status is not Status.UNKNOWN:
            self.do(Told(message.order_id, "Only an unknown order can be decided on."))
            return
        self.write(Judged(message.order_id, message.was_sent, message.author, message.note))

    def _settled(self, message: Settled) -> None:
        frozen = self.state.frozen.get((message.account, message.symbol))
        if message.author.kind is not AuthorKind.HUMAN:
            self.do(Told("", f"Only a person can settle {message.symbol}."))
            return
        if frozen is None:
            self.do(Told("", f"{message.symbol} is not frozen."))
            return
        adopted = frozen.theirs - frozen.ours if message.adopts and frozen.theirs is not None else None
        self.write(Thawed(message.account, message.symbol, "decided by a person", message.author, adopted))

    def _quoted(self, message: Quoted) -> None:
        place = (message.instrument.venue, message.instrument.symbol)
        known = self.quotes.get(place)
        if _is_sound(message) and (known is None or known.at <= message.at):
            self.quotes[place] = message

    def _woken(self, _message: Woken) -> None:
        for order in list(self.state.may_work.values()):
            if order.status is Status.PENDING and self.now - order.submitted >= self.patience.answer:
                self.answers.in_doubt(SendInDoubt(order.intent.id, "no answer in time"))
            elif order.status is Status.UNKNOWN and not self.lookups.is_asking(order):  # however it came to be so, it is looked for
                self.lookups.ask(order)
        self.lookups.due()
        self.surveys.due()

    def alarm(self, text: str) -> None:
        """Tells the person."""
        self.do(Alarm(text))


def _is_sound(quote: Quoted) -> bool:
    """False for a price that can be none: not above zero, or a bid above the ask."""
    prices = [price for price in (quote.bid, quote.ask, quote.last) if price is not None]
    if not prices or not all(price.is_finite() and price > 0 for price in prices):
        return False
    return quote.bid is None or quote.ask is None or quote.bid <= quote.ask
