"""Each rule of the gate with an order just within it and one just beyond; the words of a denial carry its figures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.intents import ApprovedOrder, Author, AuthorKind, OrderIntent, TimeInForce
from terminal.domain.orders import OrderType, Side
from terminal.risk.view import GateView, Statistics, StrategyFacts, TradingState, key_of
from tests.risk.builders import (
    BTC,
    ETH,
    MARKET,
    NOW,
    SECOND,
    TREND,
    B,
    E,
    d,
    gate,
    held,
    holding,
    intent,
    market,
    refusal,
    rule_of,
    sent,
    view,
    working,
)

Case = tuple[str, dict[str, Any], OrderIntent, GateView, OrderIntent, GateView]


def case(
    rule: str, *, good: OrderIntent | None = None, bad: OrderIntent | None = None, at: GateView | None = None, then: GateView | None = None, **limits: Any
) -> Any:
    """`good` at the view `at` is approved, `bad` at `then` refused by `rule`; what is left out is the same in both."""
    good, at = good or intent(), at or view()
    return pytest.param(rule, limits, good, at, bad or good, then or at, id=f"{rule} {sum(name == rule for name in _counted)}{_counted.append(rule) or ''}")


_counted: list[str] = []
BARE = Instrument("test", "BTC/USDT", tick=None, lot=d("0.001"))
PERPETUAL = Instrument("test", "BTC:PERP", AssetClass.PERPETUAL, tick=d("0.1"), lot=d("0.001"))
P = key_of(PERPETUAL)
YEN = replace(BTC, symbol="BTC/JPY", quote="JPY")
Y = key_of(YEN)
ALGO = Author(AuthorKind.ALGO, "iceberg")


def priced(**changes: Any) -> GateView:
    return view(markets={B: market(**changes), E: market(ETH)})


def figures(**changes: Any) -> GateView:
    return view(statistics=Statistics(**changes))


CASES = [
    case("account", bad=intent(account="other")),
    case("account", then=view(working=(working(1, id="new", key=E),))),
    case(
        "account",
        good=intent(time_in_force=TimeInForce.GTD, expires=NOW + 1),
        bad=intent(time_in_force=TimeInForce.GTD, expires=NOW),
    ),
    case("order quantity", good=intent(quantity=d(1)), bad=intent(quantity=d("1.001")), order_quantity=1),
    case("trading state", then=view(state=TradingState.REDUCING)),
    case("trading state", then=view(state=TradingState.HALTED)),
    case("frozen instrument", at=view(frozen={E: "differs"}), then=view(frozen={B: "broker holds 2, journal 1"})),
    case("unknown order", at=view(working=(working(1, is_unknown=True, key=E),)), then=view(working=(working(1, is_unknown=True),))),
    case("price", at=priced(bid=None), then=priced(bid=d(0))),
    case("price", then=priced(last=d(-1))),
    case("price", then=priced(ask=Decimal("NaN"))),
    case("price", at=priced(bid=d(100)), then=priced(bid=d("100.1"))),
    case("price", at=priced(last=d(95)), then=priced(last=d(999))),
    case("price", then=priced(bid=None, ask=None, last=None)),
    case("price", then=view(markets={E: market(ETH)})),
    case("price age", at=priced(at=NOW - 15 * SECOND), then=priced(at=NOW - 15 * SECOND - 1)),
    case("price age", then=priced(at=NOW + 16 * SECOND)),
    case("delayed data", at=replace(priced(is_delayed=True), is_live=False), then=replace(priced(is_delayed=True), is_live=True)),
    case("grid", good=intent(quantity=d("0.123")), bad=intent(quantity=d("0.1234"))),
    case("grid", good=intent(limit=d("99.9")), bad=intent(limit=d("99.95"))),
    case("grid", bad=intent(stop_loss=d("97.95"))),
    case("grid", bad=intent(take_profit=d("110.05"))),
    case("grid", at=priced(instrument=BARE), then=replace(priced(instrument=BARE), is_live=True)),
    case("grid", then=priced(instrument=replace(BTC, lot=d(2)))),
    case("minimum notional", good=intent(quantity=d("0.1")), bad=intent(quantity=d("0.099"))),
    case("price collar", good=intent(limit=d(105)), bad=intent(limit=d("105.1")), position="15 %"),
    case("price collar", good=intent(limit=d(50), stop_loss=d(49)), bad=intent(limit=d("94.9"), side=Side.SHORT)),
    case("price collar", good=intent(**MARKET), bad=intent(**MARKET), at=priced(ask=d(104), bid=None), then=priced(ask=d(106), bid=None)),
    case("price collar", good=intent(**MARKET), bad=intent(**MARKET), at=priced(), then=priced(last=None)),
    case(
        "price collar",
        good=intent(type=OrderType.STOP, limit=None, stop=d(101)),
        bad=intent(type=OrderType.STOP, limit=None, stop=d("99.9")),
    ),
    case(
        "price collar",
        good=intent(type=OrderType.STOP_LIMIT, limit=d(106), stop=d(101)),
        bad=intent(type=OrderType.STOP_LIMIT, limit=d("106.1"), stop=d(101)),
    ),
    case(
        "price collar",
        good=intent(type=OrderType.TRAILING_STOP, limit=None, stop=d(2)),
        bad=intent(type=OrderType.TRAILING_STOP, limit=None, stop=d(100)),
    ),
    case("stop and target", bad=intent(stop_loss=d(100))),
    case("stop and target", good=intent(side=Side.SHORT, stop_loss=d(101)), bad=intent(side=Side.SHORT, stop_loss=d(99))),
    case("stop and target", good=intent(take_profit=d("100.1")), bad=intent(take_profit=d(100))),
    case("orders per minute", at=view(sent=(sent(61), sent(59, 2))), then=view(sent=(sent(59, 2), sent(58, 3))), orders_per_minute=2),
    case(
        "orders per minute",
        at=view(sent=(sent(59, 2, strategy="other"), sent(58, 3))),
        then=view(sent=(sent(59, 2), sent(58, 3))),
        strategy_orders_per_minute=2,
    ),
    case("duplicate order", at=view(sent=(sent(2),)), then=view(sent=(sent(1.9),))),
    case("duplicate order", at=view(sent=(sent(1, "1.001"), sent(1, strategy="trend"), sent(1, side=Side.SHORT))), then=view(sent=(sent(1),))),
    case("orders per day", at=view(orders_today=999), then=view(orders_today=1000)),
    case("orders per day", then=view(orders_today=None)),
    case("daily loss", at=view(day_start_equity=d(10_526)), then=view(day_start_equity=d(10_527))),
    case("drawdown", at=view(peak_equity=d(11_764)), then=view(peak_equity=d(11_765))),
    case("order notional", good=intent(quantity=d(1)), bad=intent(quantity=d("1.001")), order_notional=0.01),
    case("risk of a trade", good=intent(stop_loss=d(90)), bad=intent(stop_loss=d("89.9")), risk_of_a_trade="0.1 %"),
    case("risk of a trade", good=intent(stop_loss=None), bad=intent(stop_loss=None, quantity=d("1.001")), risk_of_a_trade="0.03 %"),
    case("position", good=intent(quantity=d(10)), bad=intent(quantity=d("10.001"))),
    case("position", at=holding(9, markets={B: market(last=d(100))}), then=holding("9.001", markets={B: market(last=d(100))})),
    case("position", at=view(working=(working(9),)), then=view(working=(working("9.001"),))),
    case("position", at=view(working=(working(8, quantity_if_modified=d(9)),)), then=view(working=(working(8, quantity_if_modified=d("9.001")),))),
    case(
        "position",
        at=view(working=(working(9, reduce_only=True),), positions={B: held(-9)}, markets={B: market(keeps_reduce_only=True)}),
        then=view(working=(working("9.001", reduce_only=True),)),
    ),
    case(
        "position",
        good=intent(instrument=PERPETUAL, quantity=d(50), stop_loss=d(99)),
        at=view(markets={P: market(PERPETUAL, margin_rate=d("0.2"))}, positions={P: held(0)}),
        then=view(markets={P: market(PERPETUAL, margin_rate=d("0.201"))}, positions={P: held(0)}),
    ),
    case(
        "position",
        good=intent(instrument=YEN, quantity=d(10)),
        at=view(markets={Y: market(YEN, rate=d(1))}, positions={Y: held(0)}),
        then=view(markets={Y: market(YEN, rate=d("1.01"))}, positions={Y: held(0)}),
    ),
    case(
        "portfolio heat",
        at=holding(9, positions={B: held(0), E: held(9, "30")}),
        then=holding(9, positions={B: held(0), E: held(9, "29")}),
        portfolio_heat="6.4 %",
    ),
    case(
        "exposure at risk",
        at=view(working=(working(9, key=E, stop_loss=d(90)),)),
        then=view(working=(working(9, key=E, stop_loss=d(89)),)),
        exposure_at_risk="0.94 %",
    ),
    case(
        "strategy budget",
        good=intent(author=TREND),
        at=view(strategies={"trend": StrategyFacts(d(198))}),
        then=view(strategies={"trend": StrategyFacts(d("198.01"))}),
    ),
    case(
        "strategy budget",
        good=intent(author=TREND),
        at=view(strategies={"trend": StrategyFacts(d(8), heat_budget=d("0.001"))}),
        then=view(strategies={"trend": StrategyFacts(d(9), heat_budget=d("0.001"))}),
    ),
    case(
        "strategy budget",
        good=intent(author=TREND),
        at=view(strategies={"trend": StrategyFacts(d(0)), "other": StrategyFacts(d(498))}),
        then=view(strategies={"trend": StrategyFacts(d(0)), "other": StrategyFacts(d(499))}),
    ),
    case("strategy budget", good=intent(author=TREND), then=view(strategies={})),
    case(
        "positions",
        good=intent(author=TREND),
        at=view(strategies={"trend": StrategyFacts(d(0), frozenset({B, E}))}),
        then=view(strategies={"trend": StrategyFacts(d(0), frozenset({E}))}),
        positions=1,
    ),
    case(
        "positions",
        good=intent(author=TREND),
        at=view(strategies={"trend": StrategyFacts(d(0), frozenset({E}), max_positions=2)}),
        then=view(strategies={"trend": StrategyFacts(d(0), frozenset({E}), max_positions=1)}),
    ),
    case("leverage", at=view(working=(working(9, key=E),)), then=view(working=(working("9.1", key=E),)), leverage="0.1"),
    case("VaR", at=figures(var_day=d("0.03"), var_month=d("0.08")), then=figures(var_day=d("0.0301"))),
    case("VaR", then=figures(var_month=d("0.0801"))),
    case("VaR", then=figures(var_day=Decimal("NaN"))),
    case(
        "correlated exposure",
        at=view(positions={B: held(0), E: held(9)}, statistics=Statistics(clusters=(frozenset({B}),))),
        then=view(positions={B: held(0), E: held(9)}, statistics=Statistics(clusters=(frozenset({B, E}),))),
        correlated_from="5 %",
    ),
]


@pytest.mark.parametrize(("rule", "limits", "good", "at", "bad", "then"), CASES)
def test_each_rule_lets_one_pass_and_refuses_the_next(
    rule: str, limits: dict[str, Any], good: OrderIntent, at: GateView, bad: OrderIntent, then: GateView
) -> None:
    asked = gate(**limits)
    assert rule_of(asked.decide(good, at)) == ""
    denial = refusal(asked.decide(bad, then))
    assert denial.rule == rule
    assert denial.reason.endswith(".")
    assert denial.cure
    assert "could not be decided" not in denial.reason


def test_the_reason_has_the_figures_and_the_cure_what_to_do() -> None:
    denial = refusal(gate().decide(intent(quantity=d(24)), view()))
    assert denial.reason == "With it BTC/USDT (test) would be 24 % of equity by notional, 0 % without it; the limit is 10 %."
    assert "Send less" in denial.cure
    denial = refusal(gate().decide(intent(limit=d("99.95")), view()))
    assert denial.reason == "Its limit 99.95 is not on the price step 0.1 of BTC/USDT (test)."
    assert denial.cure == "Send 99.9 or 100."


def test_each_kind_of_refusal_says_what_is_and_what_may_be() -> None:
    assert refusal(gate(order_notional=0.01).decide(intent(quantity=d(2)), view())).reason == "It would open 200.00 USDT; one order may open 100.00 USDT."
    margined = view(markets={P: market(PERPETUAL, last=d(100), margin_rate=d("0.2"))}, positions={P: held(40)})
    assert refusal(gate().decide(intent(instrument=PERPETUAL, quantity=d(20), stop_loss=d(99)), margined)).reason == (
        "With it BTC:PERP (test) would be 12 % of equity by margin, 8 % without it; the limit is 10 %."
    )
    frozen = refusal(gate().decide(intent(), view(frozen={B: "broker holds 2, journal 1"})))
    assert frozen.reason == "BTC/USDT (test) is frozen: broker holds 2, journal 1."
    assert "no reason was given" in refusal(gate().decide(intent(), view(frozen={B: ""}))).reason
    heated = view(positions={B: held(0), E: held(9, "30")})
    assert refusal(gate(portfolio_heat="6 %").decide(intent(), heated)).reason == (
        "Portfolio heat would be 6.31 % of equity, 6.29 % without it; the limit is 6 %."
    )
    assert refusal(gate(exposure_at_risk="6 %", portfolio_heat="9 %").decide(intent(), heated)).reason == (
        "With every working order filled 6.31 % of equity would be at risk; the limit is 6 %."
    )
    assert refusal(gate().decide(intent(stop_loss=d("99")), view(equity=d(9_400)))).reason == ("Today lost 6 % of 10,000.00 USDT; the limit is 5 %.")
    assert refusal(gate().decide(intent(), view(peak_equity=d(12_500)))).reason == "Equity is 20 % below its highest 12,500.00 USDT; the limit is 15 %."
    assert refusal(gate(leverage="0.1").decide(intent(quantity=d(2)), view(working=(working(9, key=E),)))).reason == (
        "Gross exposure would be 0.11 × equity; the limit is 0.1."
    )
    assert refusal(gate().decide(intent(stop_loss=d(50), quantity=d(5)), view())).reason == "It risks 2.5 % of equity to its stop; the limit is 1 %."
    assert refusal(gate(risk_of_a_trade="0.2 %").decide(intent(stop_loss=None, quantity=d(8)), view())).reason == (
        "It risks 0.24 % of equity over an assumed distance, since it has no stop; the limit is 0.2 %."
    )
    assert refusal(gate().decide(intent(), view(markets={B: market(at=NOW - 61 * SECOND)}))).reason == (
        "The price of BTC/USDT (test) is 61 s old; the limit is 15 s."
    )
    assert refusal(gate().decide(intent(), view(sent=(sent(1.5),)))).reason == (
        "The same order, buy 1 BTC/USDT, left 1.5 s ago; within 2 s that is taken for a mistake."
    )
    assert refusal(gate().decide(intent(limit=d(120)), view())).reason == ("Its limit 120 is 20 % through the market at 100; the collar is 5 %.")


def test_what_is_less_than_one_step_is_told_the_least() -> None:
    denial = refusal(gate().decide(intent(quantity=d("0.0005")), view()))
    assert (denial.rule, denial.cure) == ("grid", "Send at least 0.001.")
    assert refusal(gate().decide(intent(quantity=d("0.0015")), view())).cure == "Send 0.001."


def test_a_figure_just_beyond_a_limit_never_reads_as_the_limit() -> None:
    denial = refusal(gate().decide(intent(quantity=d("10.001")), view()))
    assert "would be 10.001 % of equity" in denial.reason
    assert "the limit is 10 %" in denial.reason


def test_an_order_without_a_stop_says_what_was_assumed() -> None:
    answer = gate().decide(intent(stop_loss=None), view())
    assert isinstance(answer, ApprovedOrder)
    assert "unprotected: risk assumed at 0.03 % of equity" in answer.findings  # 3 × ATR of 1
    answer = gate().decide(intent(stop_loss=None), view(markets={B: market(atr=None)}))
    assert isinstance(answer, ApprovedOrder)
    assert "unprotected: risk assumed at 0.1 % of equity" in answer.findings  # 10 % of 100


def test_figures_with_too_little_history_warn_and_hold_nothing() -> None:
    answer = gate().decide(intent(), view())
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ("VaR: not enough history", "correlation: not enough history")
    for partly in (Statistics(var_day=d(0)), Statistics(var_month=d(0))):
        answer = gate().decide(intent(), view(statistics=partly))
        assert isinstance(answer, ApprovedOrder)
        assert answer.findings[0] == "VaR: not enough history"
    enough = Statistics(d("0.025"), d("0.05"), (), d("0.7"), 1)
    answer = gate().decide(intent(), view(statistics=enough))
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ("VaR 95 of one day is 2.5 % of equity, above 2 %", "the account correlates 0.7 with its index, above 0.6")


def test_few_independent_positions_are_warned_of_once_more_than_that_are_open() -> None:
    keys = [("test", name) for name in "ABCD"]
    several = view(
        markets={B: market()} | {key: market() for key in keys},
        positions={B: held(0)} | {key: held("0.1") for key in keys},
        statistics=Statistics(d(0), d(0), (), None, 2),
    )
    answer = gate().decide(intent(), several)
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ("2 of 4 positions move apart (ρ < 0.5); more than 3 are wanted",)
    answer = gate().decide(intent(), replace(several, statistics=Statistics(d(0), d(0), (), None, 3)))
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ("3 of 4 positions move apart (ρ < 0.5); more than 3 are wanted",)
    fewer = replace(several, positions=several.positions | {keys[3]: held(0)})  # type: ignore[operator] # a dict
    answer = gate().decide(intent(), fewer)
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ()


def test_a_small_account_in_one_cluster_is_warned_and_not_stopped() -> None:
    answer = gate().decide(intent(), view(positions={B: held(0), E: held(1)}, statistics=Statistics(d(0), d(0), (frozenset({B, E}),))))
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings == ("100 % of gross exposure would move together (BTC/USDT, ETH/USDT); the limit is 60 %",)


def test_children_of_an_algo_repeat_on_purpose() -> None:
    assert rule_of(gate().decide(intent(author=ALGO), view(sent=(sent(1, strategy="iceberg"),)))) == ""


def test_an_order_that_only_lowers_what_is_held_is_asked_nothing_about_exposure() -> None:
    """Bought too much by a rise: selling some of it passes though the position, its heat and the leverage are beyond every limit."""
    asked = gate(position="1 %", portfolio_heat="0.1 %", exposure_at_risk="0.1 %", leverage="0.01")
    assert rule_of(asked.decide(intent(side=Side.SHORT, quantity=d(50)), holding(50))) == ""
    assert rule_of(asked.decide(intent(side=Side.SHORT, quantity=d(52)), holding(50))) == "position"
