"""What says that it only closes never opens: I09 and F24, whatever else works, is unknown, or was sent before."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.intents import ApprovedOrder, OrderIntent, Purpose
from terminal.domain.orders import OrderType, Side
from terminal.risk.view import GateView, Working
from tests.risk.builders import BTC, EXIT, MARKET, STOP, B, E, d, gate, held, holding, intent, market, refusal, rule_of, view, working

KEEPS = {B: market(keeps_reduce_only=True)}
"""A venue that itself keeps a reduce-only order from opening a position."""


@pytest.mark.parametrize("wish", [EXIT, STOP, {"side": Side.SHORT, "reduce_only": True}], ids=["exit", "stop", "reduce only"])
def test_closing_is_at_most_what_is_held(wish: dict[str, Any]) -> None:
    assert rule_of(gate().decide(intent(**wish, quantity=d(2)), holding(2))) == ""
    denial = refusal(gate().decide(intent(**wish, quantity=d("2.001")), holding(2)))
    assert denial.rule == "close only"
    assert denial.reason == "It would only close 2.001, but 2 is held."
    assert denial.cure == "Send at most 2."


@pytest.mark.parametrize(("quantity", "side"), [(0, Side.LONG), (0, Side.SHORT), (2, Side.LONG), (-2, Side.SHORT)])
def test_the_wrong_side_closes_nothing(quantity: int, side: Side) -> None:
    denial = refusal(gate().decide(intent(**{**EXIT, "side": side}), holding(quantity)))
    assert denial.rule == "close only"
    held_words = {0: "nothing is held", 2: "2 is held long", -2: "2 is held short"}[quantity]
    assert denial.reason == f"It would only close, but {'buy' if side is Side.LONG else 'sell'} 1 BTC/USDT closes nothing: {held_words}."
    assert denial.cure == {0: "There is nothing to close.", 2: "To close it, sell.", -2: "To close it, buy."}[quantity]


def test_a_short_position_is_closed_by_buying() -> None:
    assert rule_of(gate().decide(intent(**{**EXIT, "side": Side.LONG}, quantity=d(2)), holding(-2))) == ""


def test_closing_twice_is_refused_also_where_the_first_is_unknown() -> None:
    for is_unknown in (False, True):
        first = working("1.5", Side.SHORT, purpose=Purpose.EXIT, is_unknown=is_unknown)
        denial = refusal(gate().decide(intent(**EXIT), holding(2, working=(first,))))
        assert denial.reason == "It would only close 1, but 2 is held, of which working orders (w) sell 1.5 already."
        assert denial.cure == "Send at most 0.5."
        assert rule_of(gate().decide(intent(**EXIT, quantity=d("0.5")), holding(2, working=(first,)))) == ""


def test_an_order_that_is_being_changed_counts_at_the_larger_of_both() -> None:
    changed = working(1, Side.SHORT, purpose=Purpose.EXIT, quantity_if_modified=d(2))
    assert rule_of(gate().decide(intent(**EXIT), holding(2, working=(changed,)))) == "close only"


def test_protection_never_exceeds_the_position() -> None:
    stop = working(2, Side.SHORT, purpose=Purpose.PROTECTION, reduce_only=True)
    for markets in ({B: market()}, KEEPS):
        assert rule_of(gate().decide(intent(**STOP, reduce_only=True), holding(2, working=(stop,), markets=markets))) == "close only"


def test_an_exit_beside_a_stop_only_where_the_venue_keeps_both_from_opening() -> None:
    stop = working(2, Side.SHORT, purpose=Purpose.PROTECTION, reduce_only=True)
    wish = intent(**EXIT, quantity=d(2), reduce_only=True)
    assert rule_of(gate().decide(wish, holding(2, working=(stop,), markets=KEEPS))) == ""
    assert rule_of(gate().decide(wish, holding(2, working=(stop,)))) == "close only"  # this venue does not keep it
    assert rule_of(gate().decide(intent(**EXIT, quantity=d(2)), holding(2, working=(stop,), markets=KEEPS))) == "close only"  # not asked to


def test_one_cancels_other_orders_count_once() -> None:
    stop = working(2, Side.SHORT, id="s", purpose=Purpose.PROTECTION, group="pair")
    target = intent(**{**STOP, "type": OrderType.LIMIT, "limit": d(110), "stop": None}, quantity=d(2))
    assert rule_of(gate().decide(target, holding(2, working=(stop,), group="pair"))) == ""
    assert rule_of(gate().decide(target, holding(2, working=(stop,)))) == "close only"
    pair = (stop, working(2, Side.SHORT, id="t", purpose=Purpose.PROTECTION, group="pair"))
    assert rule_of(gate().decide(intent(**EXIT, quantity=d(1)), holding(3, working=pair))) == ""
    assert rule_of(gate().decide(intent(**EXIT, quantity=d("1.001")), holding(3, working=pair))) == "close only"


def test_an_entry_that_works_beside_it_takes_nothing_from_what_may_be_closed() -> None:
    for wish in (intent(**EXIT, quantity=d(2)), intent(**STOP, quantity=d(2)), intent(**STOP, quantity=d(2), reduce_only=True)):
        for markets in ({B: market()}, KEEPS):
            assert rule_of(gate().decide(wish, holding(2, working=(working(5, Side.SHORT),), markets=markets))) == ""


def test_an_entry_beside_it_that_would_open_too_much_goes_first() -> None:
    """Long 6 with 16 for sale was 10 short at the worst; once a stop has sold the 6, the 16 would open 16."""
    for wish in (intent(**EXIT, quantity=d(6)), intent(**STOP, quantity=d(6), reduce_only=True)):
        denial = refusal(gate().decide(wish, holding(6, working=(working(16, Side.SHORT),), markets=KEEPS)))
        assert denial.rule == "entries beside it"
        assert "would be 16 % of equity" in denial.reason
        assert denial.cure == "Cancel those entries first."
        assert rule_of(gate(leverage="0.1").decide(wish, holding(6, working=(working(10, Side.SHORT),), markets=KEEPS))) == ""


def test_orders_of_the_other_side_and_of_another_instrument_do_not_matter() -> None:
    others = (working(5), working(5, Side.SHORT, id="e", key=E))
    assert rule_of(gate().decide(intent(**EXIT, quantity=d(2)), holding(2, working=others))) == ""


def test_an_exit_that_opens_nothing_more_passes_beside_entries_beyond_the_limit() -> None:
    """The stop covers all of the position already: an exit beside it changes nothing of what the entries could open."""
    stop = working(6, Side.SHORT, id="s", purpose=Purpose.PROTECTION, reduce_only=True)
    at = holding(6, working=(stop, working(16, Side.SHORT)), markets=KEEPS)
    assert rule_of(gate().decide(intent(**EXIT, quantity=d(6), reduce_only=True), at)) == ""


def test_a_stop_does_not_wait_for_the_price_of_an_entry_beside_it() -> None:
    answer = gate().decide(intent(**STOP), holding(2, working=(working(5, Side.SHORT),), markets={}))
    assert isinstance(answer, ApprovedOrder)
    assert answer.findings[0].startswith("let through because it only closes: There is no price of BTC/USDT")


QUANTITIES = st.integers(1, 40).map(lambda lots: Decimal(lots) / 10)
ORDERS = st.builds(
    Working,
    st.uuids().map(str),
    st.just(B),
    st.sampled_from(list(Side)),
    QUANTITIES,
    st.just(d(100)),
    st.sampled_from(list(Purpose)),
    st.booleans(),
    st.booleans(),
)
WISHES = st.builds(
    lambda side, quantity, purpose, reduce_only: intent(**MARKET, side=side, quantity=quantity, purpose=purpose, reduce_only=reduce_only),
    st.sampled_from(list(Side)),
    QUANTITIES,
    st.sampled_from([Purpose.EXIT, Purpose.PROTECTION]),
    st.booleans(),
)


def filled(position: Decimal, order: Decimal, side: Side, *, is_kept: bool) -> Decimal:
    """The position after an order filled; the venue cuts one that it keeps from opening."""
    if is_kept:
        order = min(order, max(Decimal(0), -side * position))
    return position + side * order


@given(st.integers(-40, 40).map(lambda lots: Decimal(lots) / 10), st.lists(ORDERS, max_size=4), WISHES, st.booleans(), st.randoms(use_true_random=False))
def test_no_order_of_fills_lets_what_closes_widen_or_turn_the_position(
    quantity: Decimal, orders: list[Working], wish: OrderIntent, venue_keeps: bool, random: Any
) -> None:
    """Approved, then filled with any others that close, in any order: the position shrinks to zero at most. Entries are the toy account's."""
    at: GateView = view(positions={B: held(quantity)}, working=tuple(orders), markets={B: market(BTC, keeps_reduce_only=venue_keeps)})
    if not isinstance(gate().decide(wish, at), ApprovedOrder):
        return
    assert wish.side * quantity < 0
    orders = [each for each in orders if each.reduce_only or each.purpose is not Purpose.ENTRY]
    own = [(each.remaining, each.reduce_only and venue_keeps) for each in orders if each.side is wish.side and random.random() < 0.7]
    own.append((wish.quantity, wish.reduce_only and venue_keeps))
    random.shuffle(own)
    position = quantity
    for amount, is_kept in own:
        position = filled(position, amount, wish.side, is_kept=is_kept)
    assert abs(position) <= abs(quantity)
    assert position * quantity >= 0, "the position turned round"
