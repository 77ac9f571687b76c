"""The gate fails closed: what is unknown, no number, or crashes is denied by the name of its rule; it never raises."""

from dataclasses import fields, replace
from decimal import Decimal, getcontext, localcontext
from typing import Any

import pytest

from terminal.domain.intents import ApprovedOrder, OrderIntent, Purpose
from terminal.domain.orders import Side
from terminal.risk.gate import ADDS, CLOSES, Gate
from terminal.risk.limits import Limits
from terminal.risk.rules.question import Question
from terminal.risk.rules.rule import Answer, Refusal, Rule
from terminal.risk.view import GateView, StrategyFacts, TradingState
from tests.risk.builders import BTC, EXIT, NOW, STOP, TREND, B, E, d, gate, held, holding, intent, market, refusal, rule_of, sent, view, working

NAN = Decimal("NaN")


def test_an_order_within_every_limit_leaves_as_the_type_that_brokers_accept() -> None:
    wish = intent()
    answer = gate().decide(wish, view())
    assert isinstance(answer, ApprovedOrder)
    assert answer.intent is wish
    assert answer.approved == NOW


@pytest.mark.parametrize("what", [None, "buy", 7, float("nan"), {"side": "buy"}, object()], ids=lambda what: type(what).__name__)
def test_what_is_no_order_is_denied(what: Any) -> None:
    assert refusal(gate().decide(what, view())).rule == "order"
    assert refusal(gate().decide_modify("w", what, view(working=(working(1),)))).rule in {"order", "modification"}
    assert gate().allowed_quantity(what, view())[0] == 0


@pytest.mark.parametrize("what", [None, "view", 7])
def test_what_is_no_view_lets_nothing_through(what: Any) -> None:
    assert refusal(gate().decide(intent(), what)).rule
    assert refusal(gate().decide_modify("w", intent(), what)).rule
    assert gate().allowed_quantity(intent(), what)[0] == 0


def smuggled(**values: Any) -> OrderIntent:
    """An order whose numbers were changed behind the back of its type, as a faulty wire or copy might."""
    wish = intent()
    for name, value in values.items():
        object.__setattr__(wish, name, value)
    return wish


@pytest.mark.parametrize("name", ["quantity", "limit", "stop_loss", "take_profit"])
@pytest.mark.parametrize("value", [NAN, Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), d(0), d(-1), 1.0, "1", float("nan")], ids=repr)
def test_no_number_that_is_none_leaves_even_behind_the_back_of_the_type(name: str, value: Any) -> None:
    for view_ in (view(), holding(5)):
        assert rule_of(gate().decide(smuggled(**{name: value}), view_))
        closing = smuggled(**{name: value}, side=Side.SHORT, reduce_only=True)
        assert rule_of(gate().decide(closing, view_))


def test_a_limit_order_that_lost_its_limit_is_no_market_order() -> None:
    """I10, and the disaster L-36: a limit that became nothing on its way was filled at the market."""
    denial = refusal(gate().decide(smuggled(limit=None), view()))
    assert denial.rule == "order"
    assert denial.reason == "A limit order takes a limit price; it was given None."
    assert denial.cure
    assert rule_of(gate().decide(smuggled(limit=None, side=Side.SHORT, purpose=Purpose.EXIT), holding(5))) == "order"


@pytest.mark.parametrize("exponent", [30, 400, 9_000, 999_999])
def test_a_quantity_of_a_million_digits_is_refused_in_few_words(exponent: int) -> None:
    for wish in (intent(quantity=Decimal(f"1E+{exponent}")), intent(quantity=Decimal(f"1E+{exponent}"), **EXIT), intent(quantity=Decimal(f"1E-{exponent}"))):
        denial = refusal(gate().decide(wish, holding(5)))
        assert len(denial.reason + denial.cure) < 400


NEEDED = [
    "equity",
    "day_start_equity",
    "peak_equity",
    "orders_today",
    "state",
    "markets",
    "positions",
    "working",
    "sent",
    "frozen",
    "statistics",
    "now",
    "account",
]


@pytest.mark.parametrize("name", NEEDED)
def test_a_view_that_lacks_a_fact_lets_no_new_risk_through(name: str) -> None:
    assert rule_of(gate().decide(intent(), replace(view(), **{name: None})))


def test_every_fact_of_a_view_is_needed_or_has_a_meaning_when_absent() -> None:
    """A field added to the view must be thought about here."""
    assert {each.name for each in fields(GateView)} - set(NEEDED) == {"currency", "is_live", "strategies", "group"}


@pytest.mark.parametrize("value", [NAN, Decimal("sNaN"), Decimal("Infinity"), d(0), d(-1)], ids=repr)
@pytest.mark.parametrize("name", ["equity", "day_start_equity", "peak_equity"])
def test_an_equity_that_is_no_amount_lets_no_new_risk_through(name: str, value: Decimal) -> None:
    denial = refusal(gate().decide(intent(), replace(view(), **{name: value})))
    assert "could not be decided" not in denial.reason


@pytest.mark.parametrize("name", ["bid", "ask", "last", "atr", "rate"])
@pytest.mark.parametrize("value", [NAN, Decimal("Infinity"), d(-1), d(0)], ids=repr)
def test_a_market_that_is_no_number_lets_no_new_risk_through(name: str, value: Decimal) -> None:
    for key in (B, E):  # of the instrument itself, and of another that is held
        markets = {B: market(), E: market()} | {key: market(**{name: value})}
        answer = gate().decide(intent(stop_loss=None), view(markets=markets, positions={B: held(0), E: held(1)}))
        is_absent = name == "atr" and not value  # a market that does not move: 10 % of the price is assumed
        assert rule_of(answer) or is_absent or (key == E and name in {"bid", "ask"})  # a holding is valued at the last price


@pytest.mark.parametrize(
    "order", [{"remaining": NAN}, {"remaining": d(-1)}, {"quantity_if_modified": NAN}, {"price": NAN}, {"remaining": Decimal("Infinity")}], ids=repr
)
def test_a_working_order_that_is_no_number_lets_no_new_risk_through(order: dict[str, Any]) -> None:
    for key in (B, E):
        assert rule_of(gate().decide(intent(), view(working=(working(1, key=key, **order),))))
    closing = working(1, Side.SHORT, **order)
    assert rule_of(gate().decide(intent(**EXIT), holding(1, working=(replace(closing, purpose=Purpose.EXIT),)))) or "price" in order


def test_a_strategy_whose_heat_is_no_number_takes_no_new_risk() -> None:
    for heat in (NAN, d(-1)):
        assert rule_of(gate().decide(intent(author=TREND), view(strategies={"trend": StrategyFacts(heat)}))) == "strategy budget"


@pytest.mark.parametrize("positions", [{B: held(0)}, {B: None, E: held(0)}, {B: held(0), E: None}, {B: held("NaN"), E: held(0)}], ids=repr)
def test_an_unknown_position_anywhere_lets_no_new_risk_through(positions: Any) -> None:
    answer = gate().decide(intent(), view(positions=positions, working=(working(1, key=E),)))
    assert "not known" in refusal(answer).reason


def test_a_price_of_another_currency_without_a_rate_is_denied() -> None:
    assert "no rate from USDT to EUR" in refusal(gate().decide(intent(), view(currency="EUR"))).reason


@pytest.mark.parametrize("error", [ValueError("boom"), ZeroDivisionError(), RecursionError(), MemoryError(), KeyError("x")], ids=repr)
@pytest.mark.parametrize("is_closing", [False, True])
def test_a_rule_that_crashes_denies_by_its_name(error: Exception, *, is_closing: bool) -> None:
    def crash(_question: Question, _limits: Limits) -> Answer:
        raise error

    faulty = Rule("faulty", crash)
    denial = refusal(Gate(Limits(), (*ADDS, faulty), (*CLOSES, faulty)).decide(intent(**EXIT) if is_closing else intent(), holding(1)))
    assert denial.rule == "faulty"
    assert type(error).__name__ in denial.reason


def test_the_arithmetic_of_a_thread_does_not_change_a_decision() -> None:
    """A thread that traps nothing would compare NaN as false and let it pass."""
    with localcontext() as ambient:
        ambient.prec = 3
        ambient.traps = dict.fromkeys(ambient.traps, False)
        assert rule_of(gate().decide(intent(), view(equity=NAN)))
        assert rule_of(gate().decide(intent(quantity=d("10.001")), view())) == "position"
        assert rule_of(gate().decide(intent(quantity=d(10)), view())) == ""
        assert ambient.prec == getcontext().prec == 3


@pytest.mark.parametrize("state", TradingState)
def test_what_only_closes_leaves_in_every_state_and_from_a_frozen_instrument(state: TradingState) -> None:
    at = replace(holding(2), state=state, frozen={B: "broker and journal differ"})
    for wish in (intent(**EXIT), intent(**STOP), intent(side=Side.SHORT, reduce_only=True)):
        assert rule_of(gate().decide(wish, at)) == ""
    assert rule_of(gate().decide(intent(side=Side.SHORT), at)) in {"trading state", "frozen instrument"}


def test_what_only_closes_leaves_at_every_loss_rate_and_price_and_says_so() -> None:
    worst = replace(
        holding(2), equity=d(1), day_start_equity=None, peak_equity=None, orders_today=10**6, is_live=True, markets={B: market(at=0, is_delayed=True)}
    )
    answer = gate().decide(intent(**EXIT), worst)
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings[0].startswith("let through because it only closes: The price of BTC/USDT (test) is")
    for blind in (replace(worst, markets={}), replace(worst, markets={B: market(bid=None, ask=None, last=None)})):
        assert rule_of(gate().decide(intent(**EXIT), blind)) == ""
    crazy = replace(worst, markets={B: market(bid=d(50), ask=d("50.1"), last=d(50), at=NOW)}, is_live=False)
    assert rule_of(gate().decide(intent(**EXIT), crazy)) == ""


def test_a_limit_exit_far_through_a_good_market_is_a_slip_of_the_hand() -> None:
    wish = intent(side=Side.SHORT, purpose=Purpose.EXIT, limit=d(9))
    assert rule_of(gate().decide(wish, holding(2))) == "price collar"
    assert rule_of(gate().decide(wish, holding(2, markets={B: market(at=0)}))) == ""  # there is nothing to hold it against


def test_closing_one_thing_over_and_over_is_a_storm_closing_many_is_none() -> None:
    storm = tuple(sent(30, number, side=Side.SHORT) for number in range(2, 8))
    assert rule_of(gate(orders_per_minute=3).decide(intent(**EXIT), holding(1, sent=storm[1:]))) == ""  # kept aside for what closes
    denial = refusal(gate(orders_per_minute=3).decide(intent(**EXIT), holding(1, sent=storm)))
    assert (denial.rule, denial.reason) == ("orders per minute", "6 orders left in the last minute in BTC/USDT (test); the limit is 6.")
    others = tuple(replace(each, key=E) for each in storm)
    assert rule_of(gate(orders_per_minute=3).decide(intent(**EXIT), holding(1, sent=others))) == ""


def test_the_grid_is_the_one_the_venue_has_now() -> None:
    """F23: the step changed in the session; the intent still carries the old one."""
    now = market(instrument=replace(BTC, lot=d("0.01")))
    assert rule_of(gate().decide(intent(quantity=d("0.125")), view(markets={B: now, E: market()}))) == "grid"


def test_a_rule_that_says_no_is_not_outvoted() -> None:
    never = Rule("never", lambda _question, _limits: Refusal("Not today.", "Wait."))
    assert rule_of(Gate(Limits(), (*ADDS, never)).decide(intent(), view())) == "never"
