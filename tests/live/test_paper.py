"""The paper venue answers as an honest broker: each type of order, each time in force, every refusal in words, money to the unit."""

from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest

from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.intents import ApprovedOrder, Execution, OrderIntent, TimeInForce
from terminal.domain.orders import OrderType, Side
from terminal.domain.timeframe import DAY, HOUR
from terminal.live.manners import Manners
from terminal.live.messages import LookUp, NotTaken, OrderReport, Quoted, Send, SendCancel, SendChange, Survey, Surveyed, Taken
from terminal.live.orders import Status
from terminal.live.paper import PaperVenue
from terminal.live.paper_file import PaperFile
from terminal.live.paper_terms import PaperTerms
from tests.builders.paper import ACCOUNT, PERSON, START, STRATEGY, PaperRig, X, Y

LONG, SHORT = Side.LONG, Side.SHORT


def rig(*instruments: Instrument, **terms: Any) -> PaperRig:
    """A session that has seen one candle at 100."""
    made = PaperRig(*instruments, **terms)
    for what in made.instruments:
        made.candle(100, 101, 99, 100, what=what)
        made.feed(Quoted(X, None, None, Decimal(100), made.now))
    return made


def told(made: PaperRig, kind: type) -> list[Any]:
    return [message for message in made.told if isinstance(message, kind)]


def test_a_market_order_fills_at_the_next_open_with_slippage_and_fee_to_the_unit() -> None:
    paper = rig(capital=Decimal(10_000))
    name = paper.wish(LONG, "1.5")
    assert paper.status(name) is Status.WORKING
    paper.candle(102, 103, 101, 103)
    assert paper.status(name) is Status.FILLED
    (fill,) = told(paper, Execution)
    assert (fill.order_id, fill.quantity, fill.price, fill.fee, fill.fee_currency) == (name, Decimal("1.5"), Decimal("102.5"), Decimal("0.15"), "USDT")
    assert paper.venue.balance() == Decimal("9999.85")
    assert paper.venue.equity() == Decimal("10000.60")
    assert paper.venue.equity({X: Decimal(110)}) == Decimal("10011.10")


def test_the_settings_are_those_of_the_paper_engine() -> None:
    terms = PaperTerms()
    assert (terms.capital, terms.commission, terms.slippage, terms.shorting, terms.positions) == (10_000, Decimal("0.001"), Decimal("0.0005"), True, 5)
    with pytest.raises(BadInput, match="leverage"):
        PaperTerms(leverage=Decimal("0.5"))
    with pytest.raises(BadInput, match="capital"):
        PaperTerms(capital=Decimal("NaN"))
    with pytest.raises(BadInput, match="multiple"):
        PaperTerms(capital=Decimal("0.015"))
    with pytest.raises(BadInput, match="path"):
        PaperTerms(path="best")


def test_limit_stop_stop_limit_and_trailing_stop_fill_where_they_say() -> None:
    paper = rig(slippage=Decimal(0))
    limit = paper.wish(LONG, "1", OrderType.LIMIT, limit="98")
    stop = paper.wish(LONG, "1", OrderType.STOP, stop="103")
    stop_limit = paper.wish(LONG, "1", OrderType.STOP_LIMIT, stop="103.5", limit="104")
    trail = paper.wish(SHORT, "1", OrderType.TRAILING_STOP, stop="2")
    paper.candle(100, 104, 100, 103)
    assert paper.fills(stop) == [(1, 103)]
    assert paper.fills(stop_limit) == [(1, Decimal("103.5"))]
    assert paper.status(limit) is Status.WORKING
    paper.candle(103, 103, 97, 98)
    assert paper.fills(limit) == [(1, 98)]
    assert [price for _, price in paper.fills(trail)] == [102]


def test_a_stop_limit_that_was_jumped_over_rests_at_its_limit() -> None:
    paper = rig()
    name = paper.wish(LONG, "1", OrderType.STOP_LIMIT, stop="102", limit="102.5")
    paper.candle(104, 105, 103, 104)
    assert paper.status(name) is Status.WORKING
    paper.candle(104, 104, 102, 103)
    assert paper.fills(name) == [(1, Decimal("102.5"))]


def test_what_can_not_fill_at_once_is_cancelled_where_it_may_not_rest() -> None:
    paper = rig(participation=Decimal("0.1"))
    at_once = paper.wish(LONG, "3", time_in_force=TimeInForce.IOC)
    all_or_none = paper.wish(LONG, "30", time_in_force=TimeInForce.FOK)
    paper.candle(100, 101, 99, 100, volume=20)
    assert paper.fills(at_once)[0][0] == 2
    assert paper.status(at_once) is Status.CANCELLED
    assert paper.status(all_or_none) is Status.CANCELLED
    assert paper.fills(all_or_none) == []


def test_a_large_order_fills_in_parts_over_candles() -> None:
    paper = rig(participation=Decimal("0.1"))
    name = paper.wish(LONG, "5")
    for _ in range(3):
        paper.candle(100, 101, 99, 100, volume=20)
    assert [quantity for quantity, _ in paper.fills(name)] == [2, 2, 1]
    assert paper.status(name) is Status.FILLED
    assert [report.filled for report in told(paper, OrderReport)] == [2, 4, 5]


def test_a_day_ends_at_midnight_and_a_date_when_it_says() -> None:
    paper = rig()
    day = paper.wish(LONG, "1", OrderType.LIMIT, limit="90", time_in_force=TimeInForce.DAY)
    dated = paper.wish(LONG, "1", OrderType.LIMIT, limit="91", time_in_force=TimeInForce.GTD, expires=paper.now + 2 * HOUR)
    paper.candle(100, 101, 99, 100)
    paper.candle(100, 101, 99, 100)
    assert paper.status(dated) is Status.WORKING
    paper.candle(100, 101, 99, 100)
    assert paper.status(dated) is Status.EXPIRED
    paper.now = (paper.now // DAY + 1) * DAY - HOUR
    paper.candle(100, 101, 99, 100)
    assert paper.status(day) is Status.WORKING
    paper.candle(100, 101, 99, 100)
    assert paper.status(day) is Status.EXPIRED


def test_an_exit_larger_than_the_position_closes_it_and_no_more() -> None:
    paper = rig()
    paper.wish(LONG, "1")
    paper.candle(100, 101, 99, 100)
    exit_ = send(paper, SHORT, "4", reduce_only=True)
    paper.candle(100, 101, 99, 100)
    assert paper.held == 0
    (report,) = [message for message in told(paper, OrderReport) if message.order_id == exit_]
    assert (report.shown.value, report.filled) == ("cancelled", 1)


def send(paper: PaperRig, side: Side, quantity: str, kind: OrderType = OrderType.MARKET, what: Instrument = X, name: str = "", **fields: Any) -> str:
    """An order that reaches the venue past the gate; its id."""
    intent = OrderIntent(name or paper.new_id(), ACCOUNT, what, side, kind, Decimal(quantity), PERSON, paper.now, **fields)
    paper.venue.carry_out(Send(ApprovedOrder(intent, intent.decided)))
    return intent.id


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"quantity": "0.15"}, "the quantity 0.15 is not on the grid of 0.1"),
        ({"quantity": "1", "kind": OrderType.LIMIT, "limit": Decimal("99.9")}, "the limit 99.9 is not on the grid of 0.5"),
        ({"quantity": "1e16"}, "too large"),
        ({"quantity": "1", "what": Instrument("other", "X/USDT")}, "does not trade X/USDT"),
        ({"quantity": "1", "reduce_only": True}, "there is nothing left to reduce"),
        ({"quantity": "1", "kind": OrderType.STOP, "stop": Decimal(90)}, "the stop is already through the market"),
        ({"quantity": "1", "post_only": True}, "its settings contradict each other"),
    ],
)
def test_what_is_not_taken_is_told_with_its_reason(fields: dict[str, Any], why: str) -> None:
    paper = PaperRig()
    paper.candle(100, 101, 99, 100)
    paper.driver.handle = lambda message, now: None  # type: ignore[method-assign] # the engine would wonder at orders it never sent
    send(paper, LONG, **fields)
    (answer,) = told(paper, NotTaken)
    assert why in answer.reason
    assert not told(paper, Taken)
    assert not paper.venue.working()


def test_an_id_that_was_sent_before_is_never_sent_again() -> None:
    paper = rig()
    name = paper.wish(LONG, "1", OrderType.LIMIT, limit="95")
    send(paper, LONG, "1", name=name)
    assert "sent before" in told(paper, NotTaken)[-1].reason
    paper.settle(100)
    assert paper.status(name) is Status.WORKING
    assert len(paper.venue.working()) == 1


def test_a_post_only_order_that_would_cross_is_refused() -> None:
    paper = rig()
    name = paper.wish(LONG, "1", OrderType.LIMIT, limit="100.5", post_only=True)
    paper.candle(100, 101, 99, 100)
    assert paper.status(name) is Status.REJECTED
    paper = PaperRig(Y)
    paper.quote(99, 100, what=Y)
    name = paper.wish(LONG, "1", OrderType.LIMIT, what=Y, limit="100.5", post_only=True)
    assert paper.status(name) is Status.REFUSED


def test_a_cash_account_pays_and_sells_only_what_it_has() -> None:
    paper = rig(capital=Decimal(1_000), shorting=False)
    dear = paper.wish(LONG, "20")
    short = paper.wish(SHORT, "1")
    paper.candle(100, 101, 99, 100)
    assert (paper.status(dear), paper.order(dear).filled) == (Status.REJECTED, 0)
    assert paper.status(short) in (Status.REFUSED, Status.REJECTED)
    assert paper.venue.equity() == 1_000


def test_margin_lets_more_be_held_than_the_cash() -> None:
    paper = rig(capital=Decimal(1_000), leverage=Decimal(3))
    name = paper.wish(SHORT, "20")
    paper.candle(100, 100, 99, 99)
    assert paper.status(name) is Status.FILLED
    assert paper.held == -20


def test_a_liquidation_comes_as_a_fill_of_nobody_and_freezes_the_instrument() -> None:
    paper = rig(capital=Decimal(1_000), leverage=Decimal(10), maintenance=Decimal("0.05"))
    paper.wish(LONG, "50")
    paper.candle(100, 101, 99, 100)
    paper.candle(100, 100, 70, 75)
    assert paper.held == 0
    assert paper.engine.state.positions[ACCOUNT, X.symbol] == 0
    assert told(paper, Execution)[-1].order_id == ""
    assert (ACCOUNT, X.symbol) in paper.engine.state.frozen


def test_no_more_instruments_are_entered_than_the_account_may_hold() -> None:
    paper = rig(X, Y, positions=1)
    first = paper.wish(LONG, "1")
    second = paper.wish(LONG, "1", what=Y)
    assert (paper.status(first), paper.status(second)) == (Status.WORKING, Status.REFUSED)
    paper.cancel(first)
    third = paper.wish(LONG, "2", what=Y)
    assert paper.status(third) is Status.WORKING


def test_cancel_and_change_are_answered_and_done() -> None:
    paper = rig()
    name = paper.wish(LONG, "2", OrderType.LIMIT, limit="90")
    paper.change(name, "3", "98.5")
    assert (paper.order(name).shape.quantity, paper.order(name).shape.limit) == (3, Decimal("98.5"))
    paper.candle(100, 101, 98, 100)
    assert paper.fills(name) == [(3, Decimal("98.5"))]
    other = paper.wish(LONG, "1", OrderType.LIMIT, limit="90")
    paper.cancel(other)
    assert paper.status(other) is Status.CANCELLED
    assert not paper.venue.working()
    paper.venue.carry_out(SendCancel(other, "", ACCOUNT, X.symbol))
    paper.venue.carry_out(SendChange("x", 1, "", ACCOUNT, X.symbol, Decimal(1), None, None))
    assert [(message.is_done, message.reason) for message in paper.told[-2:]] == [(False, "the order is cancelled"), (False, "there is no such order")]


def test_a_change_that_can_not_be_is_refused_and_nothing_changes() -> None:
    paper = rig(participation=Decimal("0.1"))
    trail = paper.wish(SHORT, "1", OrderType.TRAILING_STOP, stop="5")
    paper.change(trail, "1", stop="6")
    assert paper.order(trail).shape.stop == 5
    name = paper.wish(LONG, "5")
    paper.candle(100, 100.5, 99.5, 100, volume=20)
    for quantity, limit in ((Decimal(1), None), (Decimal("5.55"), None), (Decimal(6), Decimal(100))):
        paper.venue.carry_out(SendChange(name, 1, "", ACCOUNT, X.symbol, quantity, limit, None))
        assert paper.told[-1].is_done is False
    assert paper.venue.working()[-1].quantity == 5


def test_protective_stops_follow_what_fills_and_act_in_the_candle_of_the_entry() -> None:
    paper = rig(slippage=Decimal(0))
    entry = paper.wish(LONG, "4", stop_loss="95")
    paper.candle(100, 101, 94, 96)
    assert paper.status(entry) is Status.FILLED
    (stop,) = [order for order in paper.engine.state.orders.values() if order.intent.is_protective]
    assert paper.fills(stop.intent.id) == [(4, 95)]
    assert paper.held == 0


def test_a_stop_is_judged_by_the_open_that_its_entry_filled_at_not_by_the_close_before() -> None:
    paper = rig()
    paper.wish(LONG, "1", stop_loss="99")
    paper.engine.protection.keep()
    paper.candle(110, 111, 109, 110)
    (report,) = paper.venue.working()
    assert (report.stop, report.quantity) == (99, 1)
    assert paper.held == 1


def test_an_exit_whose_stop_the_market_has_passed_acts_at_once() -> None:
    paper = rig(slippage=Decimal(0))
    paper.wish(LONG, "2")
    paper.candle(100, 101, 99, 100)
    stop = send(paper, SHORT, "1", OrderType.STOP, stop=Decimal(102), reduce_only=True)
    limited = send(paper, SHORT, "1", OrderType.STOP_LIMIT, stop=Decimal(102), limit=Decimal("100.5"), reduce_only=True)
    paper.candle(100, 101, 99, 100)
    executions = {each.order_id: each.price for each in told(paper, Execution)}
    assert (executions[stop], executions[limited]) == (100, Decimal("100.5"))


def test_who_decides_inside_a_candle_never_fills_at_an_open_before() -> None:
    paper = rig(slippage=Decimal(0))
    opened = paper.now
    paper.now += HOUR // 2
    paper.feed(Quoted(X, None, None, Decimal(100), paper.now))
    late = paper.wish(LONG, "1", author=PERSON)
    on_close = paper.wish(LONG, "2")
    paper.now = opened
    paper.candle(100, 103, 99, 102)
    assert (paper.fills(late), paper.fills(on_close)) == ([], [(2, 100)])
    paper.candle(102, 103, 101, 102)
    assert paper.fills(late) == [(1, 102)]


def test_quotes_fill_at_once_and_level_by_level() -> None:
    paper = PaperRig()
    levels = [(Decimal(100), Decimal(1)), (Decimal(101), Decimal(5))]
    paper.now += 1
    assert paper.venue.quote(X, paper.now, [(Decimal(99), Decimal(5))], levels, Decimal(100))
    name = paper.wish(LONG, "3")
    assert paper.fills(name) == [(1, 100), (2, 101)]
    assert paper.status(name) is Status.FILLED
    assert [type(message) for message in paper.told[-4:]] == [Taken, Execution, Execution, OrderReport]


def test_trades_are_matched_too_and_candles_no_longer() -> None:
    paper = PaperRig()
    name = None
    for second, price in enumerate((100, 101, 99)):
        paper.now = START + second * 10**9
        assert paper.venue.trade(X, paper.now, Decimal(price), Decimal(5))
        name = name or paper.wish(LONG, "1", OrderType.LIMIT, limit="99.5")
    assert name is not None
    assert paper.fills(name) == [(1, Decimal("99.5"))]
    prices = [Decimal(100)] * 4
    assert not paper.venue.candle(X, paper.now + 1, paper.now + HOUR, prices, Decimal(1))


def test_what_is_no_market_is_not_taken_up() -> None:
    paper = rig()
    before = paper.venue.equity()
    hundred, one = Decimal(100), Decimal(1)
    for prices in ([hundred] * 3, [hundred, one, hundred, hundred], [hundred, hundred, Decimal(-1), hundred], [Decimal("NaN")] * 4):
        assert not paper.venue.candle(X, paper.now, paper.now + HOUR, prices, one)
    assert not paper.venue.candle(X, paper.now - HOUR, paper.now, [hundred] * 4, one)
    assert not paper.venue.candle(X, paper.now, paper.now, [hundred] * 4, one)
    assert not paper.venue.candle(X, paper.now, paper.now + HOUR, [hundred] * 4, Decimal("Infinity"))
    assert not paper.venue.quote(X, paper.now, [(hundred, one)], [(Decimal(99), one)])
    assert not paper.venue.quote(X, paper.now, [], [])
    assert not paper.venue.trade(X, paper.now, Decimal(0), one)
    assert paper.venue.equity() == before
    assert paper.venue.candle(X, paper.now, paper.now + HOUR, [hundred] * 4, one)
    with pytest.raises(BadInput, match="does not trade Y"):
        paper.venue.quote(Y, paper.now, [(hundred, one)], [])


def test_prices_are_told_with_what_is_known_beside_them() -> None:
    paper = PaperRig()
    at = paper.now
    paper.venue.quote(X, at, [(Decimal(99), Decimal(1))], [(Decimal(101), Decimal(1))])
    paper.venue.trade(X, at + 1, Decimal(101), Decimal(1))
    paper.venue.quote(X, at + 2, [(Decimal(98), Decimal(1))], [])
    quotes = [(each.bid, each.ask, each.last) for each in told(paper, Quoted)]
    assert quotes == [(99, 101, 100), (99, 101, 101), (98, None, 101)]


def test_look_ups_and_surveys_show_what_is_there_and_absence_is_proof() -> None:
    paper = rig()
    name = paper.wish(LONG, "1")
    resting = paper.wish(LONG, "1", OrderType.LIMIT, limit="90")
    paper.candle(100, 101, 99, 100)
    manners = paper.venue.manners()
    assert isinstance(manners, Manners)
    assert (manners.absent_after, manners.knows_our_ids, manners.holds_stops, manners.is_ours_alone) == (0, True, True, True)
    paper.venue.carry_out(LookUp(name, "", ACCOUNT, X.symbol))
    found = paper.told[-1]
    assert (found.report.shown.value, [each.quantity for each in found.executions], found.places) == ("filled", [1], manners.places)
    paper.driver.handle = lambda message, now: None  # type: ignore[method-assign] # the engine never asked for that one
    paper.venue.carry_out(LookUp("nobody", "", ACCOUNT, X.symbol))
    assert (paper.told[-1].report, paper.told[-1].executions) == (None, ())
    paper.venue.carry_out(Survey(ACCOUNT, 0))
    shown = paper.told[-1]
    assert isinstance(shown, Surveyed)
    assert ([each.order_id for each in shown.orders], len(shown.executions), shown.positions) == ([resting], 1, {X.symbol: 1})
    paper.venue.carry_out(Survey(ACCOUNT, paper.now + 1))
    assert paper.told[-1].executions == ()


def test_an_order_of_another_account_is_nobodys() -> None:
    paper = rig()
    intent = OrderIntent("a", "OTHER", X, LONG, OrderType.MARKET, Decimal(1), STRATEGY, paper.now)
    with pytest.raises(BadInput, match="OTHER"):
        paper.venue.carry_out(Send(ApprovedOrder(intent, intent.decided)))


@pytest.mark.parametrize(
    ("instruments", "why"),
    [
        ([Instrument("paper", "A")], "tick or lot"),
        ([X, Instrument("paper", "A", tick=Decimal(1), lot=Decimal(1), quote="EUR")], "one currency"),
        ([X, Instrument("other", "X/USDT", tick=Decimal(1), lot=Decimal(1))], "two venues"),
    ],
)
def test_instruments_that_can_not_be_traded_together_are_refused(instruments: list[Instrument], why: str) -> None:
    with closing(PaperFile()) as file, pytest.raises(BadInput, match=why):
        PaperVenue(ACCOUNT, instruments, PaperTerms(), file, lambda: START, lambda message: None)
