"""Partial fills, rounding, refusals, lots and money: what the table of orders keeps in order whatever comes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.trading import desk as tables
from tests.trading.table import BUY, SELL, Table


def test_a_participation_cap_fills_part_and_the_rest_keeps_working() -> None:
    table = Table(participation=0.1)
    order = table.buy(10)
    for price, volume in ((100, 30), (101, 0), (102, 50), (103, 100)):
        table.flat(price, volume)
    assert table.fills(order) == [(3.0, 100.0), (5.0, 102.0), (2.0, 103.0)]
    assert len(table.trades) == 0
    assert table.desk.lots[0, 0]["quantity"] == 10


def test_a_bracket_follows_the_average_price_of_a_partly_filled_entry() -> None:
    table = Table(participation=0.1)
    entry = table.buy(10, stop=0.1, target=0.2, break_even=0.5)
    table.flat(100, volume=40)
    assert (table.children(entry)["stop loss"]["trigger"], table.children(entry)["take profit"]["price"]) == (90, 120)
    table.flat(110, volume=60)
    average = (4 * 100 + 6 * 110) / 10
    found = table.children(entry)
    assert found["stop loss"]["trigger"] == pytest.approx(average * 0.9)
    assert found["take profit"]["price"] == pytest.approx(average * 1.2)
    assert found["stop loss"]["break_even"] == pytest.approx(average * 1.5)


def test_a_stop_that_someone_moved_stays_where_it_was_put() -> None:
    table = Table(participation=0.1)
    entry = table.buy(10, stop=0.1)
    table.flat(100, volume=40)
    table.amend(int(table.children(entry)["stop loss"]["id"]), trigger=97)
    table.flat(110, volume=60)
    assert table.children(entry)["stop loss"]["trigger"] == 97


def test_children_are_as_large_as_what_was_filled() -> None:
    table = Table(participation=0.1, lot="1")
    entry = table.buy(10)
    child = table.sell(8, parent=entry, price=150, lot=entry)
    table.flat(100, volume=50)
    assert table.row_of(child)["quantity"] == 4  # half filled, half as large
    table.flat(100, volume=1000)
    assert table.row_of(child)["quantity"] == 8


def test_a_stop_that_could_not_fill_whole_stays_triggered_and_protects_all_of_the_lot() -> None:
    table = Table(participation=0.1)
    entry = table.buy(10, stop=0.05)
    table.flat(100, volume=1000)
    table.candle(100, 100, 90, 98, volume=30)
    assert table.held == 7
    table.flat(99, volume=0)
    table.flat(99, volume=1000)
    assert table.held == 0
    assert [quantity for quantity, _ in table.fills()] == [10.0, 3.0, 7.0]
    assert table.trades[0]["entry_order"] == entry


def test_a_stop_touched_while_nothing_traded_is_triggered_all_the_same() -> None:
    table = Table(participation=0.1)
    table.buy(10, stop=0.05)
    table.flat(100, volume=1000)
    table.candle(100, 100, 90, 98, volume=0)
    table.flat(99, volume=1000)
    assert table.fills()[-1] == (10.0, 99.0)


def test_what_an_entry_had_left_ends_with_its_lot() -> None:
    table = Table(participation=0.1)
    entry = table.buy(10, price=100, stop=0.05)
    table.candle(100, 101, 99, 101, volume=40)
    table.candle(101, 101, 94, 95, volume=40)
    table.flat(92, volume=1000)
    assert table.held == 0
    assert table.state(entry) == "cancelled"
    assert table.cause(entry) == tables.LOT_CLOSED
    table.flat(90)
    assert table.held == 0
    assert table.waiting() == []


@pytest.mark.parametrize(("method", "profits"), [("FIFO", [10.0]), ("LIFO", [-10.0]), ("AVERAGE", [])])
def test_lots_are_closed_by_the_rule_of_the_account(method: str, profits: list[float]) -> None:
    table = Table(1000.0, lots=int(getattr(tables, method)))
    for price in (100, 120):
        table.buy(1)
        table.flat(price)
    table.sell(1)
    table.flat(110)
    assert [float(row["profit"]) for row in table.trades] == profits
    assert table.held == 1
    table.sell(1)
    table.flat(110)
    assert sum(float(row["profit"]) for row in table.trades) == pytest.approx(0.0)
    assert len(table.trades) == 2
    assert table.free == pytest.approx(1000.0)


def test_average_books_the_same_profit_for_each_unit() -> None:
    table = Table(1000.0, lots=int(tables.AVERAGE))
    for price in (100, 120):
        table.buy(1)
        table.flat(price)
    table.sell(0.5)
    table.flat(130)
    assert float(table.desk.cash[0]) == pytest.approx(1000 + 0.5 * (130 - 110))


def test_rounding_comes_before_the_rules() -> None:
    table = Table(tick="0.5", lot="0.1")
    table.flat(100)
    limit_buy, limit_sell = table.buy(1.29, price=95.3), table.sell(1, price=105.2)
    stop_buy, stop_sell = table.buy(1, trigger=110.7), table.sell(1, trigger=90.2)
    row = table.row_of
    assert (row(limit_buy)["quantity"], row(limit_buy)["price"]) == (1.2, 95.0)  # down, never worse
    assert row(limit_sell)["price"] == 105.5
    assert (row(stop_buy)["trigger"], row(stop_sell)["trigger"]) == (110.5, 90.5)  # toward the market
    assert table.cause(table.buy(0.09)) == tables.TOO_SMALL


def test_bracket_levels_round_toward_the_market() -> None:
    table = Table(tick="0.5")
    entry = table.buy(1, stop=0.013, target=0.013)
    table.flat(100)
    found = table.children(entry)
    assert (found["stop loss"]["trigger"], found["take profit"]["price"]) == (99.0, 101.0)


def test_an_explicit_quantity_is_refused_a_share_is_cut() -> None:
    table = Table(1000.0)
    order = table.buy(11)
    table.flat(100)
    assert table.state(order) == "rejected"
    assert table.cause(order) == tables.UNAFFORDABLE
    cut = table.buy(0, size_kind=0, size=1.0)
    table.flat(110)
    assert table.fills(cut) == [(pytest.approx(1000 / 110), 110.0)]
    assert table.desk.totals[0]["cut"] == 1


def test_the_least_value_is_asked_of_an_order_not_of_its_parts() -> None:
    table = Table(participation=0.1, minimum_notional=500.0)
    order, small = table.buy(10), table.buy(4)
    table.flat(100, volume=10)
    table.flat(100, volume=1000)
    assert table.fills(order) == [(1.0, 100.0), (9.0, 100.0)]
    assert table.cause(small) == tables.TOO_SMALL


def test_refusals_name_their_cause_and_leave_nothing() -> None:
    table = Table()
    table.flat(100)
    for order, cause in (
        (table.buy(1, trigger=100), tables.STOP_PASSED),
        (table.sell(1, trigger=101), tables.STOP_PASSED),
        (table.buy(1, stop=101, stop_is_price=True), tables.WRONG_SIDE),
        (table.sell(1, target=101, target_is_price=True), tables.WRONG_SIDE),
        (table.buy(np.nan), tables.TOO_SMALL),
        (table.buy(0), tables.TOO_SMALL),
        (table.buy(0, size_kind=3, size=0.01), tables.RISK_NEEDS_STOP),
        (table.sell(1, reduce_only=True), tables.NOTHING_TO_REDUCE),
        (table.sell(1, parent=999), tables.PARENT_GONE),
        (table.buy(1, trigger=110, on_close=True), tables.CONTRADICTORY),
        (table.buy(1, price=90, post_only=True, force="ioc"), tables.CONTRADICTORY),
    ):
        assert table.state(order) == "rejected"
        assert table.cause(order) == cause
    assert table.waiting() == []


def test_a_gap_past_the_bracket_stop_closes_at_the_fill_and_is_counted() -> None:
    table = Table()
    table.flat(100)
    table.buy(1, stop=95, stop_is_price=True)
    table.flat(94)
    assert table.held == 0
    assert table.desk.totals[0]["stops_passed"] == 1
    assert table.fills() == [(1.0, 94.0), (1.0, 94.0)]


def test_sizes_at_the_fill_hold_for_every_kind_of_entry() -> None:
    for fields in ({}, {"price": 100.0}, {"trigger": 100.5}):
        table = Table(10_000.0, sizes_at_fill=True)
        table.flat(100.2)
        table.buy(0, size_kind=0, size=0.5, **fields)
        table.candle(100.2, 101, 99, 100)
        assert table.fills()[0][0] * table.fills()[0][1] == pytest.approx(5000.0)


def test_orders_that_wait_for_cash_are_tried_once_a_candle() -> None:
    table = Table(50.0, waits_for_cash=True)
    orders = [table.buy(1, price=95), table.buy(1, trigger=105), table.buy(1)]
    table.candle(100, 110, 90, 100)
    assert table.fills() == []
    assert table.waiting() == orders
    table.flat(40)
    assert len(table.fills()) == 1


def test_a_change_is_refused_below_what_has_filled_and_beyond_the_market() -> None:
    table = Table(participation=0.1)
    order, stop = table.buy(10, price=105), table.sell(1, trigger=90)
    table.flat(100, volume=50)
    assert table.amend(order, quantity=4) == tables.BELOW_FILLED
    assert table.amend(stop, trigger=101) == tables.STOP_PASSED
    assert table.amend(order, quantity=7, price=99) == tables.NO_CAUSE == table.amend(stop, trigger=95)
    table.candle(100, 100, 98, 99, volume=1000)
    assert table.fills(order)[-1] == (2.0, 99.0)
    assert table.amend(order, quantity=8) == tables.PARENT_GONE


def test_a_thousand_orders_on_one_candle_find_room() -> None:
    table = Table(1e12)
    for n in range(1000):
        table.buy(1, price=99.9, stop=0.01 + n * 1e-5, target=0.5)
    table.candle(100, 100, 90, 95)
    assert len(table.fills()) == 2000
    assert table.held == 0
    assert len(table.trades) == 1000


PRICES = st.integers(80, 120).map(float)
ORDERS = st.fixed_dictionaries(
    {
        "side": st.sampled_from((BUY, SELL)),
        "quantity": st.integers(1, 20).map(float),
        "fields": st.one_of(
            st.just({}),
            st.builds(lambda price: {"price": price}, PRICES),
            st.builds(lambda price: {"trigger": price}, PRICES),
            st.builds(lambda price, limit: {"trigger": price, "price": limit}, PRICES, PRICES),
            st.builds(lambda trail: {"trail": trail}, st.floats(0.01, 0.1)),
        ),
        "bracket": st.fixed_dictionaries({}, optional={"stop": st.floats(0.01, 0.1), "target": st.floats(0.01, 0.1), "child_trail": st.floats(0.01, 0.1)}),
        "flags": st.fixed_dictionaries({}, optional={"reduce_only": st.booleans(), "on_close": st.booleans(), "group": st.integers(1, 2)}),
        "force": st.sampled_from(("gtc", "ioc", "fok")),
    }
)


@settings(max_examples=100)
@given(
    days=st.lists(st.tuples(st.lists(ORDERS, max_size=4), st.lists(PRICES, min_size=4, max_size=4), st.integers(0, 100)), min_size=1, max_size=8),
    participation=st.sampled_from((np.inf, 0.1)),
    path=st.sampled_from(("pessimistic", "optimistic", "ohlc")),
    lots=st.integers(0, 2),
)
def test_whatever_is_asked_the_books_close(days: list, participation: float, path: str, lots: int) -> None:
    """No order fills more than it asked, the position is the sum of the fills, and value = capital + profits + what is open."""
    table = Table(100_000.0, path=path, participation=participation, lots=lots, maker=0.001, taker=0.002, slippage=0.001)
    asked = {}
    for orders, prices, volume in days:
        for order in orders:
            wanted = table.order(order["side"], order["quantity"], force=order["force"], **order["fields"], **order["bracket"], **order["flags"])
            asked[wanted] = order["quantity"]
        open_, close = prices[0], prices[1]
        table.candle(open_, max(prices), min(prices), close, volume=float(volume))
    rows = table.desk.fills[: int(table.desk.totals["fills"][0])]
    for order, quantity in asked.items():
        assert sum(row["quantity"] for row in rows if row["order"] == order) <= quantity * (1 + 1e-9)
    assert table.held == pytest.approx(float(np.sum(rows["side"] * rows["quantity"])), abs=1e-9)
    flow = -float(np.sum(rows["side"] * rows["quantity"] * rows["price"])) - float(np.sum(rows["commission"]))
    assert table.value == pytest.approx(100_000 + flow + table.held * days[-1][1][1], abs=1e-5)
    lots_held = table.desk.lots[0, : int(table.desk.books["held"][0])]
    assert len(set(np.sign(lots_held["side"]).tolist())) <= 1
    assert (lots_held["quantity"] > 0).all()
    for row in table.trades:
        assert row["profit"] == row["gross"] - row["slippage"] - row["commission"] - row["carry"]
