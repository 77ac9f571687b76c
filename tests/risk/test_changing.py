"""Changing a working order: until one of them is proven, the old and the new count, the larger of both (F12)."""

from dataclasses import replace
from typing import Any

import pytest

from terminal.domain.intents import OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.view import TradingState
from tests.risk.builders import BTC, ETH, SELL, STOP, B, d, gate, holding, intent, refusal, rule_of, sent, view, working


def change(quantity: object, **values: Any) -> OrderIntent:
    return intent(id="w", quantity=d(quantity), **values)


def test_a_change_counts_instead_of_the_order_not_beside_it() -> None:
    at = view(working=(working(8),))
    assert rule_of(gate().decide_modify("w", change(10), at)) == ""
    assert rule_of(gate().decide_modify("w", change("10.001"), at)) == "position"
    assert rule_of(gate().decide(intent(quantity=d(10)), at)) == "position"


def test_the_larger_of_old_and_new_counts_when_the_price_moves() -> None:
    """Smaller, but elsewhere: the old size may be in force at the venue still, the limit has shrunk since."""
    at = view(working=(working(12),))
    assert rule_of(gate().decide_modify("w", change(5, limit=d(99)), at)) == "position"
    assert rule_of(gate().decide_modify("w", change(5, limit=d(99)), view(working=(working(10),)))) == ""


def test_only_making_an_order_smaller_passes_whatever_the_limits_became() -> None:
    at = view(working=(working(40),))
    assert rule_of(gate().decide_modify("w", change(30), at)) == ""
    assert rule_of(gate().decide_modify("w", change(30, stop_loss=d("97.9")), at)) == "position"


def test_a_stop_too_large_for_what_is_left_may_shrink_and_move_and_not_grow() -> None:
    stop = working(2, Side.SHORT, price=d(95), purpose=Purpose.PROTECTION, reduce_only=True)
    at = holding(1, working=(stop,))
    assert rule_of(gate().decide_modify("w", intent(**STOP, id="w"), at)) == ""
    assert rule_of(gate().decide_modify("w", intent(**{**STOP, "stop": d(96)}, id="w"), at)) == ""
    assert rule_of(gate().decide_modify("w", intent(**STOP, id="w", quantity=d("2.001")), at)) == "close only"
    assert (
        rule_of(gate().decide_modify("w", intent(**STOP, id="w", quantity=d("1.5")), holding(2, working=(working(1, Side.SHORT, purpose=Purpose.PROTECTION),))))
        == ""
    )


def test_a_stop_moves_while_the_account_is_halted_and_an_entry_does_not() -> None:
    stop = working(1, Side.SHORT, price=d(95), purpose=Purpose.PROTECTION)
    halted = holding(1, working=(stop,), state=TradingState.HALTED)
    assert rule_of(gate().decide_modify("w", intent(**{**STOP, "stop": d(97)}, id="w"), halted)) == ""
    assert rule_of(gate().decide_modify("w", change(1), view(working=(working(2),), state=TradingState.HALTED))) == "trading state"


@pytest.mark.parametrize("wish", [change(1, instrument=ETH), change(1, **SELL), change(1, purpose=Purpose.EXIT)], ids=["instrument", "side", "purpose"])
def test_a_change_keeps_what_makes_the_order(wish: OrderIntent) -> None:
    denial = refusal(gate().decide_modify("w", wish, view(working=(working(1),))))
    assert denial.rule == "order"
    assert "keeps its instrument, side and purpose" in denial.reason


def test_there_must_be_one_order_to_change() -> None:
    assert "There is no working order w" in refusal(gate().decide_modify("w", change(1), view())).reason
    twice = view(working=(working(1), working(1)))
    assert "more than one working order" in refusal(gate().decide_modify("w", change(1), twice)).reason


def test_an_order_that_is_unknown_is_not_made_larger() -> None:
    assert rule_of(gate().decide_modify("w", change(2), view(working=(working(1), working(1, id="u", is_unknown=True))))) == "unknown order"


def test_dragging_a_line_is_no_duplicate_and_still_a_rate() -> None:
    at = view(working=(working(1),), sent=(sent(1), sent(0.5, 2)))
    assert rule_of(gate().decide_modify("w", change(1), at)) == ""
    assert rule_of(gate(orders_per_minute=2).decide_modify("w", change(1), at)) == "orders per minute"


def test_a_changed_order_is_on_the_grid_and_within_the_collar() -> None:
    at = view(working=(working(1),))
    assert rule_of(gate().decide_modify("w", change("1.0001"), at)) == "grid"
    assert rule_of(gate().decide_modify("w", change(1, limit=d(106)), at)) == "price collar"
    stop_entry = replace(at, working=(working(1, price=d(101)),))
    assert rule_of(gate().decide_modify("w", change(1, type=OrderType.STOP, limit=None, stop=d(99)), stop_entry)) == "price collar"
    assert BTC.tick == d("0.1")
    assert B in at.markets
