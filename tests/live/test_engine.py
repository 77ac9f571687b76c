"""The step of a session, one fault at a time: what happened goes in, records and effects come out, and nothing is guessed."""

from decimal import Decimal

import pytest

from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Author, AuthorKind, Denial, Execution, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.live.driver import Driver, Moment, replayed
from terminal.live.engine import Engine
from terminal.live.journal_errors import JournalFull
from terminal.live.journal_memory import MemoryJournal
from terminal.live.manners import SECOND, Manners
from terminal.live.messages import (
    Alarm,
    CancelAnswered,
    CancelWish,
    ChangeAnswered,
    ChangeWish,
    Effect,
    LookedUp,
    LookUp,
    Message,
    NotTaken,
    OrderReport,
    Quoted,
    Send,
    SendCancel,
    SendChange,
    SendInDoubt,
    Settled,
    Shown,
    StateWish,
    StreamChanged,
    Survey,
    Surveyed,
    Taken,
    Told,
    Verdict,
    Wish,
    Woken,
)
from terminal.live.orders import IllegalStep, LiveOrder, Status
from terminal.live.state import LiveState
from terminal.risk.view import TradingState

BTC = Instrument("sim", "BTC/USDT", tick=Decimal("0.1"), lot=Decimal("0.1"))
ME = Author(AuthorKind.HUMAN, "me")
BOT = Author(AuthorKind.STRATEGY, "bot", "1")
EVERYWHERE = frozenset({"by_id", "open", "closed", "fills"})
START = 1_000_000 * SECOND


class Open:
    """A gate that lets everything through: these tests are about what comes after it."""

    def order(self, intent: OrderIntent, engine: Engine, now: int) -> ApprovedOrder | Denial:
        return ApprovedOrder(intent, now)

    def change(self, order: LiveOrder, wish: ChangeWish, engine: Engine, now: int) -> Denial | None:
        return None


class Rig:
    """An engine over a journal in memory; what it wants done is kept in `effects`."""

    def __init__(self, **manners: object) -> None:
        self.journal = MemoryJournal()
        self.manners = {"acc": Manners(**manners)}  # type: ignore[arg-type]
        self.now = START
        self.count = 0
        self.begin()

    def begin(self) -> None:
        self.effects: list[Effect] = []
        self.engine = Engine(replayed(self.journal), Open(), self.manners, self.new_id)
        self.driver = Driver(self.engine, self.journal, self.effects.append)
        self.driver.begin(f"run{self.count}", "1", self.now)
        self.count += 1000
        self.effects.clear()

    def new_id(self) -> str:
        self.count += 1
        return f"o{self.count}"

    def __call__(self, message: Message, after: float = 0.0) -> list[Effect]:
        self.now += int(after * SECOND)
        self.effects.clear()
        self.driver.handle(message, self.now)
        return list(self.effects)

    def order(self, order_id: str = "a") -> LiveOrder:
        return self.engine.state.orders[order_id]

    def position(self) -> Decimal:
        return self.engine.state.positions.get(("acc", "BTC/USDT"), Decimal(0))

    def of(self, kind: type) -> list[Effect]:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def intent(order_id: str = "a", side: Side = Side.LONG, quantity: str = "2", **more: object) -> OrderIntent:
    values: dict[str, object] = {"limit": Decimal(100), "type": OrderType.LIMIT, "author": BOT} | more
    return OrderIntent(id=order_id, account="acc", instrument=BTC, side=side, quantity=Decimal(quantity), decided=0, **values)  # type: ignore[arg-type]


def execution(number: str = "e1", order_id: str = "a", quantity: str = "2", side: Side = Side.LONG, **more: object) -> Execution:
    values: dict[str, object] = {"fee": Decimal(0), "fee_currency": "USDT", "time": START, "price": Decimal(100)} | more
    return Execution(id=number, account="acc", instrument=BTC, side=side, quantity=Decimal(quantity), order_id=order_id, **values)  # type: ignore[arg-type]


def report(shown: Shown, filled: str = "0", order_id: str = "a", venue_id: str = "v1", quantity: str = "2", **more: object) -> OrderReport:
    return OrderReport("acc", "BTC/USDT", order_id, venue_id, shown, Decimal(filled), Decimal(quantity), **({"limit": Decimal(100)} | more))  # type: ignore[arg-type]


def test_an_order_that_all_goes_well_with() -> None:
    rig = Rig()
    assert [type(effect) for effect in rig(Wish(intent()))] == [Send]
    rig(Taken("a", "v1"))
    assert rig.order().status is Status.WORKING
    rig(execution(quantity="0.5"))
    assert (rig.order().status, rig.position()) == (Status.WORKING, Decimal("0.5"))
    rig(execution("e2", quantity="1.5"))
    assert (rig.order().status, rig.position()) == (Status.FILLED, Decimal(2))
    assert replayed(rig.journal).digest() == rig.engine.state.digest()


def test_one_id_is_one_order() -> None:
    rig = Rig()
    rig(Wish(intent()))
    assert [type(effect) for effect in rig(Wish(intent()))] == [Told]
    rig(NotTaken("a", "no"))
    assert [type(effect) for effect in rig(Wish(intent()))] == [Told], "nor after it was refused"


def test_f01_a_lost_reply_is_looked_up_and_never_sent_again() -> None:
    rig = Rig()
    rig(Wish(intent()))
    effects = rig(SendInDoubt("a", "no answer"), 3)
    assert rig.order().status is Status.UNKNOWN
    assert [effect for effect in effects if isinstance(effect, LookUp)]
    for _ in range(50):
        assert not [effect for effect in rig(Woken(), 5) if isinstance(effect, Send)]
    rig(LookedUp("a", rig.now, report(Shown.WORKING)))
    assert (rig.order().status, rig.order().venue_order_id) == (Status.WORKING, "v1")


def test_f01_no_answer_at_all_is_a_doubt_after_a_while() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Woken(), 9)
    assert rig.order().status is Status.PENDING
    rig(Woken(), 2)
    assert rig.order().status is Status.UNKNOWN


def test_f02_what_was_being_sent_when_the_program_died_is_unknown() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig.begin()
    assert rig.order().status is Status.UNKNOWN


def test_f03_a_fill_before_the_acknowledgement_is_booked_once() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(execution())
    rig(Taken("a", "v1"))
    rig(execution())
    assert (rig.order().status, rig.position(), rig.order().venue_order_id) == (Status.FILLED, Decimal(2), "v1")


def test_f04_a_fill_after_the_cancel_is_booked_and_told() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(CancelWish("a", ME))
    assert rig.of(SendCancel)
    rig(CancelAnswered("a", True))
    assert rig.order().status is Status.WORKING, "an acknowledged cancel is not yet the order's end"
    rig(LookedUp("a", rig.now, report(Shown.CANCELLED)))
    assert rig.order().status is Status.CANCELLED
    rig(execution(quantity="0.7"))
    assert rig.of(Alarm)
    assert (rig.position(), rig.order().has_late_fill, rig.order().status) == (Decimal("0.7"), True, Status.CANCELLED)


def test_f05_not_found_is_no_proof_before_the_venue_promised_it_is() -> None:
    rig = Rig(absent_after=70 * SECOND)
    rig(Wish(intent()))
    rig(SendInDoubt("a", "reset"))
    for _ in range(10):
        rig(LookedUp("a", rig.now, places=EVERYWHERE), 5)
    assert rig.order().status is Status.UNKNOWN
    rig(LookedUp("a", rig.now, places=frozenset({"by_id"})), 60)
    rig(LookedUp("a", rig.now, places=frozenset({"by_id"})), 60)
    assert rig.order().status is Status.UNKNOWN, "one place that does not show it is not all"
    rig(LookedUp("a", rig.now, places=EVERYWHERE))
    rig(LookedUp("a", rig.now, places=EVERYWHERE), 5)
    assert rig.order().status is Status.ABSENT
    assert "not in by_id, closed, fills, open" in rig.order().why


def test_f05_a_venue_that_promises_nothing_leaves_it_to_a_person() -> None:
    rig = Rig(absent_after=None)
    rig(Wish(intent()))
    rig(SendInDoubt("a", "reset"))
    for _ in range(30):
        rig(LookedUp("a", rig.now, places=EVERYWHERE), 3600)
    assert rig.order().status is Status.UNKNOWN
    rig(Verdict("a", was_sent=False, author=BOT, note="surely not"))
    assert rig.order().status is Status.UNKNOWN, "a strategy is no person"
    rig(Verdict("a", was_sent=False, author=ME, note="the venue's desk says so"))
    assert (rig.order().status, "me" in rig.order().why) == (Status.ABSENT, True)


def test_a_working_order_that_is_not_found_any_more_is_looked_for_until_it_is_shown() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(LookedUp("a", rig.now, places=EVERYWHERE), 5)
    assert rig.order().status is Status.UNKNOWN
    asked = len(rig.of(LookUp))
    for _ in range(5):
        rig(Woken(), 2)
        asked += len(rig.of(LookUp))
    assert asked >= 3
    rig(LookedUp("a", rig.now, report(Shown.REJECTED)))
    assert rig.order().status is Status.REJECTED


@pytest.mark.parametrize("fault", ["502", "<html>", "name or service not known"])
def test_f06_an_error_is_never_not_found(fault: str) -> None:
    rig = Rig(absent_after=1)
    rig(Wish(intent()))
    rig(SendInDoubt("a", "reset"))
    for _ in range(10):
        rig(LookedUp("a", rig.now, fault=fault, places=EVERYWHERE), 100)
    assert rig.order().status is Status.UNKNOWN


def test_f07_after_a_broken_stream_the_account_is_surveyed_before_anything_else() -> None:
    rig = Rig()
    rig(Surveyed("acc", rig.now, positions={}))
    assert rig.engine.is_clear("acc")
    rig(StreamChanged("acc", False))
    assert rig.of(Survey)
    assert not rig.engine.is_clear("acc")
    rig(StreamChanged("acc", True))
    assert not rig.engine.is_clear("acc")
    rig(Surveyed("acc", rig.now, positions={}))
    assert rig.engine.is_clear("acc")


def test_f09_a_fill_days_late_finds_its_order_after_a_restart() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(report(Shown.EXPIRED))
    rig.now += 7 * 86_400 * SECOND
    rig.begin()
    rig(execution(order_id="", venue_order_id="v1", quantity="1"))
    assert (rig.position(), rig.order().has_late_fill) == (Decimal(1), True)


def test_f10_a_position_that_differs_twice_freezes_and_is_settled_by_a_person() -> None:
    rig = Rig()
    rig(Surveyed("acc", rig.now, positions={"BTC/USDT": Decimal(3)}))
    assert not rig.engine.state.frozen, "once may be a fill under way"
    assert rig.engine.surveys.disputed("acc") == ("BTC/USDT",)
    rig(Surveyed("acc", rig.now, positions={"BTC/USDT": Decimal(3)}), 2)
    assert ("acc", "BTC/USDT") in rig.engine.state.frozen
    rig(Settled("acc", "BTC/USDT", adopts=True, author=BOT))
    assert rig.engine.state.frozen, "a strategy settles nothing"
    rig(Settled("acc", "BTC/USDT", adopts=True, author=ME))
    rig(Surveyed("acc", rig.now, positions={"BTC/USDT": Decimal(3)}), 2)
    assert not rig.engine.state.frozen
    assert rig.position() == 0, "what was adopted is outside ours"


def test_f10_a_difference_that_goes_away_thaws() -> None:
    rig = Rig()
    for _ in range(2):
        rig(Surveyed("acc", rig.now, positions={"BTC/USDT": Decimal(3)}), 2)
    assert rig.engine.state.frozen
    rig(Surveyed("acc", rig.now, positions={}), 2)
    assert not rig.engine.state.frozen


def test_f12_until_a_change_is_proved_both_shapes_count() -> None:
    rig = Rig(absent_after=70 * SECOND)
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(ChangeWish("a", Decimal(5), Decimal(101), None, ME))
    assert rig.of(SendChange)
    assert (rig.order().remaining, rig.order().shape.quantity) == (Decimal(5), Decimal(2))
    rig(ChangeAnswered("a", 1, None, "reset"))
    rig(LookedUp("a", rig.now, report(Shown.WORKING)), 5)
    assert rig.order().most == 5, "the old shape now proves nothing about a change that may still arrive"
    rig(LookedUp("a", rig.now + 80 * SECOND, report(Shown.WORKING)), 80)
    assert (rig.order().most, rig.order().asked_shape) == (Decimal(2), None)


def test_f12_a_change_that_is_shown_is_done() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(ChangeWish("a", Decimal(5), Decimal(101), None, ME))
    rig(report(Shown.WORKING, quantity="5", limit=Decimal(101)))
    assert rig.order().shape.quantity == 5


def test_a_refused_change_is_looked_into_and_not_asked_for_again_and_again() -> None:
    rig = Rig()
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(execution())
    (sent,) = rig.of(Send)
    assert isinstance(sent, Send)
    stop = sent.order.intent.id
    rig(Taken(stop, "v2"))
    rig(Wish(intent("x", Side.SHORT, "1", purpose=Purpose.EXIT, reduce_only=True)))
    rig(execution("e2", "x", "1", Side.SHORT))
    assert rig.of(SendChange)
    rig(ChangeAnswered(stop, 1, False, "the order does not work"))
    assert not rig.of(SendChange)
    assert rig.of(LookUp)
    rig(LookedUp(stop, rig.now, report(Shown.REJECTED, order_id=stop, venue_id="v2")), 1)
    assert rig.order(stop).status is Status.REJECTED
    for _ in range(4):
        rig(Woken(), 1)
        if rig.of(Send):
            break
    (again,) = rig.of(Send)
    assert isinstance(again, Send)
    assert (again.order.intent.quantity, again.order.intent.stop) == (Decimal(1), Decimal(95)), "what is left is protected anew"


def test_a_stop_whose_change_is_never_answered_is_cancelled_and_set_anew() -> None:
    rig = Rig(absent_after=None)
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(execution())
    (sent,) = rig.of(Send)
    assert isinstance(sent, Send)
    stop = sent.order.intent.id
    rig(Taken(stop, "v2"))
    rig(Wish(intent("x", Side.SHORT, "1", purpose=Purpose.EXIT, reduce_only=True)))
    rig(execution("e2", "x", "1", Side.SHORT))
    assert rig.of(SendChange)
    for _ in range(70):
        rig(Woken(), 1)
        if rig.of(SendCancel):
            break
    (cancel,) = rig.of(SendCancel)
    assert isinstance(cancel, SendCancel)
    assert cancel.order_id == stop
    rig(report(Shown.CANCELLED, order_id=stop, venue_id="v2"))
    (again,) = rig.of(Send)
    assert isinstance(again, Send)
    assert again.order.intent.quantity == 1


def test_a_late_answer_to_one_change_is_not_taken_for_that_to_the_next() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(ChangeWish("a", Decimal("1.5"), Decimal(100), None, ME))
    rig(report(Shown.WORKING, quantity="1.5"))
    rig(ChangeWish("a", Decimal(1), Decimal(100), None, ME))
    rig(ChangeAnswered("a", 1, True))
    assert rig.order().asked_shape is not None, "that was the answer to the first"
    rig(ChangeWish("a", Decimal("0.5"), Decimal(100), None, ME))
    assert rig.of(Told), "one change at a time"
    rig(ChangeAnswered("a", 2, False, "too late"))
    assert (rig.order().shape.quantity, rig.order().asked_shape) == (Decimal("1.5"), None)


def test_an_old_report_of_the_same_shape_does_not_prove_a_change_back() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(ChangeWish("a", Decimal(1), Decimal(100), None, ME))
    rig(ChangeAnswered("a", 1, True))
    rig(ChangeWish("a", Decimal(2), Decimal(100), None, ME))
    rig(report(Shown.WORKING, quantity="2"))
    assert rig.order().shape.quantity == 1, "the report may be older than the first change"
    rig(LookedUp("a", rig.now, report(Shown.WORKING, quantity="2")))
    assert rig.order().shape.quantity == 2


@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 2, 1), (2, 1, 3), (2, 3, 1), (3, 1, 2), (1, 3, 2)])
def test_f13_corrections_come_to_the_same_in_any_order_and_however_often(numbers: tuple[int, ...]) -> None:
    told = {1: execution("x.01", quantity="2"), 2: execution("x.02", quantity="1", corrects="x.01"), 3: execution("x.03", quantity="1.5", corrects="x.02")}
    rig = Rig()
    rig(Wish(intent()))
    for number in (*numbers, *numbers):
        rig(told[number])
    assert rig.position() == Decimal("1.5")
    assert rig.order().filled == Decimal("1.5")


def test_f14_the_stop_is_as_large_as_what_filled() -> None:
    rig = Rig()
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(Taken("a", "v1"))
    rig(execution(quantity="0.5"))
    (stop,) = rig.of(Send)
    assert isinstance(stop, Send)
    first = stop.order.intent
    assert (first.quantity, first.stop, first.side, first.reduce_only, first.purpose) == (Decimal("0.5"), Decimal(95), Side.SHORT, True, Purpose.PROTECTION)
    rig(execution("e2", quantity="1"))
    (more,) = rig.of(Send)
    assert isinstance(more, Send)
    assert more.order.intent.quantity == 1, "what filled later gets a stop of its own at once"
    rig(report(Shown.CANCELLED, filled="1.5"))
    assert rig.engine.state.lots(("acc", "BTC/USDT"))[0].quantity == Decimal("1.5")


def test_f14_a_stop_shrinks_with_its_position_and_goes_with_it() -> None:
    rig = Rig()
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(execution())
    (sent,) = rig.of(Send)
    assert isinstance(sent, Send)
    stop = sent.order.intent.id
    rig(Taken(stop, "v2"))
    rig(Wish(intent("x", Side.SHORT, "1", purpose=Purpose.EXIT, reduce_only=True)))
    rig(execution("e2", "x", "1", Side.SHORT))
    (change,) = rig.of(SendChange)
    assert isinstance(change, SendChange)
    assert (change.order_id, change.quantity) == (stop, Decimal(1))
    rig(ChangeAnswered(stop, 1, True))
    rig(Wish(intent("y", Side.SHORT, "1", purpose=Purpose.EXIT, reduce_only=True)))
    rig(execution("e3", "y", "1", Side.SHORT))
    assert [effect.order_id for effect in rig.of(SendCancel) if isinstance(effect, SendCancel)] == [stop]


def test_f15_an_answer_without_numbers_is_not_flat() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(execution())
    for _ in range(4):
        rig(Surveyed("acc", rig.now, positions=None), 2)
    assert (rig.position(), rig.engine.is_clear("acc"), dict(rig.engine.state.frozen)) == (Decimal(2), False, {})


@pytest.mark.parametrize(("bid", "ask", "last"), [("-1", "1", "1"), ("0", "1", "1"), ("2", "1", "1"), ("NaN", "1", "1"), ("1", "1", "Infinity")])
def test_f21_an_impossible_price_is_none(bid: str, ask: str, last: str) -> None:
    rig = Rig()
    rig(Quoted(BTC, Decimal(bid), Decimal(ask), Decimal(last), 5))
    assert rig.engine.quotes == {}


def test_f27_a_refused_stop_is_told_and_tried_again_by_patience() -> None:
    rig = Rig()
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(execution())
    tries = 0
    for _ in range(60):
        for effect in rig.of(Send):
            assert isinstance(effect, Send)
            tries += 1
            rig(NotTaken(effect.order.intent.id, "no stops today"))
            assert rig.engine.protection.unprotected == {"a": Decimal(2)}
        rig(Woken(), 1)
    assert 4 <= tries <= 8, "again after 1, 2, 4, 8 … seconds and no storm"


def test_f28_an_order_that_the_venue_takes_back_ends() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig(report(Shown.REJECTED))
    assert rig.order().status is Status.REJECTED


def test_f31_halting_cancels_what_adds_risk_and_leaves_the_stops() -> None:
    rig = Rig()
    rig(Wish(intent(stop_loss=Decimal(95))))
    rig(execution())
    (stop,) = rig.of(Send)
    assert isinstance(stop, Send)
    rig(Taken(stop.order.intent.id, "v2"))
    rig(Wish(intent("b")))
    rig(Taken("b", "v3"))
    rig(StateWish(TradingState.HALTED, ME, "enough"))
    assert [effect.order_id for effect in rig.of(SendCancel) if isinstance(effect, SendCancel)] == ["b"]
    rig.begin()
    assert rig.engine.state.trading is TradingState.HALTED, "it survives a restart"
    rig(StateWish(TradingState.ACTIVE, BOT))
    assert rig.engine.state.trading is TradingState.HALTED, "only a person arms again"
    rig(StateWish(TradingState.ACTIVE, ME))
    assert rig.engine.state.trading.value == "active"


def test_f34_a_foreign_order_freezes_an_account_that_is_ours_alone() -> None:
    rig = Rig()
    rig(report(Shown.WORKING, order_id="", venue_id="f1"))
    assert ("acc", "BTC/USDT") in rig.engine.state.frozen
    shared = Rig(is_ours_alone=False)
    shared(report(Shown.WORKING, order_id="", venue_id="f1"))
    assert not shared.engine.state.frozen


def test_f35_without_a_journal_no_order_leaves_and_cancels_do() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(Taken("a", "v1"))
    rig.journal.fault = JournalFull("No room on the disk.")
    assert not [effect for effect in rig(Wish(intent("b"))) if isinstance(effect, Send)]
    assert rig.order("b").status is Status.REFUSED
    assert [effect for effect in rig(CancelWish("a", ME)) if isinstance(effect, SendCancel)]
    assert not [effect for effect in rig(Wish(intent("c"))) if isinstance(effect, Send)]
    rig.journal.fault = None
    rig(Woken(), 1)
    assert [effect for effect in rig(Wish(intent("d"))) if isinstance(effect, Send)]
    assert replayed(rig.journal).digest() == rig.engine.state.digest(), "what could not be written is written later, in order"


def test_a_journal_that_takes_nothing_is_not_tried_at_every_message() -> None:
    rig, tries = Rig(), 0
    append = rig.journal.append

    def count(entries: object) -> int:
        nonlocal tries
        tries += 1
        return append(entries)  # type: ignore[arg-type]

    rig.journal.append = count  # type: ignore[method-assign]
    rig.journal.fault = JournalFull("No room on the disk.")
    for number in range(20):
        rig(Wish(intent(f"n{number}")), 0.05)
    assert tries == 1, "each try may wait for a lock, and cancels would wait behind it"
    rig(Woken(), 1)
    assert tries == 2


def test_a_refusal_after_it_was_seen_working_is_a_doubt() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(report(Shown.WORKING))
    rig(NotTaken("a", "insufficient funds"))
    assert rig.order().status is Status.UNKNOWN


def test_a_fill_of_an_order_proved_absent_brings_it_back_as_unknown() -> None:
    rig = Rig()
    rig(Wish(intent()))
    rig(NotTaken("a", "no"))
    rig(execution(quantity="1"))
    assert (rig.order().status, rig.position()) == (Status.UNKNOWN, Decimal(1))
    assert rig.of(Alarm)


def test_a_fill_without_our_id_waits_for_the_order_it_may_belong_to() -> None:
    rig = Rig(knows_our_ids=False)
    rig(Wish(intent()))
    rig(execution(order_id="", venue_order_id="v1"))
    assert rig.position() == 0
    assert not rig.engine.state.frozen
    rig(Taken("a", "v1"))
    assert rig.position() == 2


def test_the_program_may_die_at_any_moment_and_an_order_leaves_at_most_once() -> None:
    class Died(Exception):
        pass

    for at in range(1, 40):
        rig, sent, count = Rig(), 0, 0

        def watch(_moment: Moment, at: int = at) -> None:
            nonlocal count
            count += 1
            if count == at:
                raise Died

        def carry(effect: Effect) -> None:
            nonlocal sent
            sent += isinstance(effect, Send)

        rig.driver = Driver(rig.engine, rig.journal, carry, watch)
        try:
            rig.driver.handle(Wish(intent()), rig.now)
        except Died:
            rig.journal.crash()
            engine = Engine(replayed(rig.journal), Open(), rig.manners, rig.new_id)
            driver = Driver(engine, rig.journal, carry)
            driver.begin("again", "1", rig.now)
            driver.handle(Woken(), rig.now + 3600 * SECOND)
            assert sent <= 1
            if sent:
                assert engine.state.orders["a"].status is Status.UNKNOWN


@pytest.mark.parametrize("start", [Status.FILLED, Status.CANCELLED, Status.EXPIRED, Status.REJECTED])
def test_what_ended_stays_ended(start: Status) -> None:
    state = LiveState()
    rig = Rig()
    rig(Wish(intent()))
    order = rig.order()
    order.status = start
    for status in Status:
        if status is not start:
            with pytest.raises(IllegalStep, match="can't become"):
                order.move(status, 0, "planted")
    assert state.digest() == LiveState().digest()
