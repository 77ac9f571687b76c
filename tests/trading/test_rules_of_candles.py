"""Every order kind on a candle: where it fills, who goes first, and what a walk may not know."""

import pytest

from terminal.trading import desk as tables
from tests.trading.table import HOUR, Table

SLIP = 0.01


def held(price: float = 100.0, quantity: float = 10.0, **settings: object) -> Table:
    """A table with a long of so many at this price, without a bracket."""
    table = Table(**settings)  # type: ignore[arg-type]
    table.buy(quantity)
    table.flat(price)
    return table


def test_a_market_order_fills_at_the_next_open_and_slips_against_its_side() -> None:
    table = Table(slippage=SLIP)
    bought, sold = table.buy(1), table.sell(3)
    table.candle(100, 110, 90, 105)
    assert table.fills(bought) == [(1.0, 101.0)]
    assert table.fills(sold) == [(1.0, 99.0), (2.0, 99.0)]  # leaves what was bought, then goes short
    assert table.held == -2


def test_a_limit_is_touched_in_vain_unless_a_touch_is_said_to_fill() -> None:
    for touch, expected in ((False, []), (True, [(1.0, 90.0)])):
        table = Table(fill_on_touch=touch)
        order = table.buy(1, price=90)
        table.candle(100, 105, 90, 95)
        assert table.fills(order) == expected


def test_a_gap_gives_a_limit_its_better_open_unless_that_is_withheld() -> None:
    for withholds, price in ((False, 85.0), (True, 90.0)):
        table = Table(withholds_improvement=withholds, slippage=SLIP, maker=0.001, taker=0.002)
        order = table.buy(1, price=90)
        table.candle(85, 95, 80, 90)
        assert table.fills(order) == [(1.0, price)]  # a limit never slips
        assert table.fees(order) == [pytest.approx(price * 0.002)]  # a gap is a taker's


def test_a_resting_limit_pays_the_makers_fee() -> None:
    table = Table(maker=0.001, taker=0.002)
    order = table.buy(1, price=90)
    table.candle(100, 105, 80, 95)
    assert table.fees(order) == [pytest.approx(0.09)]
    assert table.takers() == [False]


def test_a_stop_fills_at_its_level_and_slips_a_gap_fills_at_the_open() -> None:
    for open_, price in ((100, 95 * 0.99), (90, 90 * 0.99)):
        table = held(slippage=0.0)
        table.desk.books["slippage"] = SLIP
        stop = table.sell(10, trigger=95, reduce_only=True)
        table.candle(open_, 101, 85, 92)
        assert table.fills(stop) == [(10.0, pytest.approx(price))]


def test_a_stop_limit_slips_but_never_past_its_limit() -> None:
    for limit, expected in ((120.0, 101.0 * 1.01), (101.5, 101.5)):
        table = Table(slippage=SLIP)
        order = table.buy(1, trigger=101, price=limit)
        table.candle(100, 110, 100, 105)
        assert table.fills(order) == [(1.0, pytest.approx(expected))]
        assert table.takers() == [True]
        assert table.story(order) == ["accepted", "triggered", "filled"]


def test_a_stop_limit_gapped_past_rests_and_fills_later_in_the_same_candle() -> None:
    table = Table()
    order = table.buy(1, trigger=100, price=102)
    table.candle(110, 112, 101, 105)
    assert table.fills(order) == [(1.0, 102.0)]
    assert table.takers() == [False]


def test_orders_on_the_close_fill_there_a_limit_beyond_it_is_cancelled() -> None:
    table = Table()
    market, good, bad = table.buy(1, on_close=True), table.buy(1, on_close=True, price=106), table.buy(1, on_close=True, price=104)
    table.candle(100, 110, 90, 105)
    assert (table.fills(market), table.fills(good), table.fills(bad)) == ([(1.0, 105.0)], [(1.0, 105.0)], [])
    assert table.state(bad) == "cancelled"


def test_a_close_that_was_passed_quietly_has_its_own_volume() -> None:
    table = Table(participation=0.1)
    table.flat(100, volume=10)
    order = table.buy(5, on_close=True)
    table.desk.orders["from_row"] = 0
    table.desk.books["row"] = 1  # the candle went by without a look
    table.at_close(100, volume=20)
    assert table.fills(order) == [(2.0, 100.0)]


@pytest.mark.parametrize(("trail", "is_distance", "level"), [(0.05, False, 114.0), (4.0, True, 116.0)])
def test_a_trail_follows_only_extremes_that_are_past(trail: float, is_distance: bool, level: float) -> None:
    table = held(path="optimistic")
    order = table.sell(10, trail=trail, trail_is_distance=is_distance, reduce_only=True)
    table.candle(100, 120, 99, 119)  # low first: the high of 120 is later than the low
    assert table.fills(order) == []
    table.candle(119, 119, 110, 111)
    assert table.fills(order) == [(10.0, level)]


def test_a_trail_sleeps_until_its_activation_price() -> None:
    table = held()
    order = table.sell(10, trail=0.05, activation=110, reduce_only=True)
    table.candle(100, 109, 90, 108)
    assert table.fills(order) == []
    table.candle(108, 112, 108, 112)
    table.candle(112, 112, 100, 101)
    assert table.fills(order) == [(10.0, pytest.approx(112 * 0.95))]


def test_a_bracket_lives_from_the_fill_on_inside_the_same_candle() -> None:
    table = Table()
    entry = table.buy(1, price=90, stop=0.1, target=0.2)
    table.candle(100, 130, 80, 85)
    assert [price for _, price in table.fills()] == [90.0, 81.0]  # down through the entry and on through its stop
    assert table.state(entry) == "filled"


def test_a_target_cannot_fill_before_its_entry() -> None:
    table = Table(path="ohlc")
    table.buy(1, price=90, target=0.2)
    table.candle(100, 109, 80, 85)  # the high comes first: 109 is past when the entry fills
    assert table.held == 1


def test_pessimistic_and_optimistic_differ_where_both_levels_are_in_reach_and_ohlc_takes_the_nearer() -> None:
    for path, candle, price in (
        ("pessimistic", (100, 120, 80, 100), 95.0),
        ("optimistic", (100, 120, 80, 100), 110.0),
        ("ohlc", (100, 112, 80, 100), 110.0),
        ("ohlc", (100, 120, 94, 100), 95.0),
        ("ohlc", (100, 112, 88, 100), 95.0),  # as near: the low first
    ):
        table = held(path=path)
        table.sell(10, lot=1, trigger=95)
        table.sell(10, lot=1, price=110)
        table.candle(*candle)
        assert table.fills()[-1] == (10.0, price), path


def test_a_stop_and_target_at_the_open_gap_the_stop_wins() -> None:
    table = held()
    stop, target = table.sell(trigger=99, lot=1), table.sell(price=90, lot=1)
    table.candle(95, 96, 94, 95)
    assert table.fills(stop) == [(10.0, 95.0)]
    assert table.state(target) == "cancelled"


def test_of_two_stops_passed_by_a_gap_the_nearer_one_goes_first() -> None:
    table = held()
    far, near = table.sell(10, trigger=90, reduce_only=True), table.sell(10, trigger=98, reduce_only=True)
    table.candle(85, 86, 84, 85)
    assert table.fills(near) == [(10.0, 85.0)]
    assert table.fills(far) == []


def test_oco_first_to_fill_cancels_the_other_and_a_part_makes_it_smaller() -> None:
    table = Table(participation=0.1)
    one, other = table.buy(10, price=95, group=7), table.buy(10, trigger=110, group=7)
    table.candle(100, 105, 90, 95, volume=40)
    assert table.fills(one) == [(4.0, 95.0)]
    assert table.row_of(other)["quantity"] == 6
    table.candle(100, 105, 90, 95, volume=1000)
    assert table.state(one) == "filled"
    assert table.state(other) == "cancelled"
    assert table.cause(other) == tables.OTHER_FILLED


def test_oto_starts_with_the_fill_and_goes_with_its_parent() -> None:
    table = Table()
    parent = table.buy(1, price=90, hours=2)
    child = table.sell(1, parent=parent, price=110, state=tables.WAITING)
    grandchild = table.buy(1, parent=child, price=80, state=tables.WAITING)
    table.candle(100, 120, 95, 100)
    assert table.fills(child) == []
    table.candle(100, 101, 99, 100)
    assert [table.state(order) for order in (parent, child, grandchild)] == ["expired", "cancelled", "cancelled"]
    assert table.cause(grandchild) == tables.PARENT_GONE


def test_an_oto_market_order_fills_where_its_parent_did() -> None:
    table = Table()
    parent = table.sell(1, price=110)
    child = table.sell(1, parent=parent)
    table.candle(100, 115, 99, 101)
    assert table.fills(child) == [(1.0, 110.0)]


def test_an_order_after_one_that_is_gone_is_refused_after_one_that_filled_it_works() -> None:
    table = Table()
    filled, gone = table.buy(1), table.buy(1, price=50)
    table.flat(100)
    table.cancel(gone)
    table.flat(100)
    assert table.cause(table.sell(1, parent=gone, price=110)) == tables.PARENT_GONE
    child = table.sell(1, parent=filled, price=110)
    table.candle(100, 115, 100, 110)
    assert table.fills(child) == [(1.0, 110.0)]


def test_break_even_moves_the_stop_to_the_entry_after_the_gain() -> None:
    table = Table()
    entry = table.buy(1, stop=0.1, break_even=0.05)
    table.candle(100, 104, 99, 100)
    assert table.children(entry)["stop loss"]["trigger"] == 90
    table.candle(101, 106, 101, 105)
    assert table.children(entry)["stop loss"]["trigger"] == 100
    table.candle(105, 105, 95, 96)
    assert table.fills()[-1] == (1.0, 100.0)


def test_a_time_out_leaves_at_the_first_open_past_its_time() -> None:
    table = Table()
    entry = table.buy(1, timeout=int(2.5 * HOUR))
    for price in (100, 101, 102, 103, 104):
        table.flat(price)
    assert table.fills()[-1] == (1.0, 103.0)
    assert table.children(entry) == {}


def test_scale_out_targets_take_their_parts_and_the_stop_the_rest() -> None:
    table = Table()
    entry = table.buy(10, stop=0.1)
    table.sell(4, lot=entry, price=110)
    table.sell(3, lot=entry, price=120)
    table.candle(100, 125, 100, 122)
    assert table.held == 3
    table.candle(122, 122, 80, 85)
    assert table.fills()[-1] == (3.0, 90.0)
    assert len(table.trades) == 1
    assert table.trades[0]["quantity"] == 10
    assert table.trades[0]["exit_price"] == pytest.approx((4 * 110 + 3 * 120 + 3 * 90) / 10)


def test_scale_in_entries_have_a_lot_and_a_bracket_each() -> None:
    table = Table()
    first, second = table.buy(1, price=98, stop=95, stop_is_price=True), table.buy(1, price=96, stop=92, stop_is_price=True)
    table.candle(100, 101, 94, 94.5)
    assert table.held == 1
    assert table.children(first) == {}
    assert table.children(second)["stop loss"]["trigger"] == 92


def test_expiry_takes_an_order_out_before_the_candle_of_its_time() -> None:
    table = Table()
    table.flat(100)
    order = table.buy(1, price=90, hours=2)
    table.flat(100)
    table.candle(100, 100, 80, 85)
    assert table.state(order) == "expired"
    assert table.fills(order) == []


def test_immediate_orders_fill_at_the_open_or_leave() -> None:
    table = Table(participation=0.1)
    ioc, fok, whole, resting = table.buy(10, force="ioc"), table.buy(10, force="fok"), table.buy(1, force="fok", price=101), table.buy(1, force="ioc", price=90)
    table.candle(100, 110, 80, 105, volume=50)
    assert table.fills(ioc) == [(5.0, 100.0)]
    assert table.state(ioc) == "cancelled"
    assert [table.fills(order) for order in (fok, whole, resting)] == [[], [], []]
    assert {table.state(order) for order in (fok, whole, resting)} == {"cancelled"}


def test_post_only_that_would_cross_is_refused_at_its_first_open_only() -> None:
    table = Table(maker=0.001)
    crossing, resting = table.buy(1, price=100, post_only=True), table.buy(1, price=95, post_only=True)
    table.candle(99, 101, 98, 100)
    assert table.state(crossing) == "rejected"
    assert table.cause(crossing) == tables.WOULD_CROSS
    table.candle(90, 91, 89, 90)
    assert table.fills(resting) == [(1.0, 90.0)]


def test_reduce_only_never_turns_the_position_and_is_done_with_it() -> None:
    table = held(quantity=3)
    order = table.sell(10, reduce_only=True, price=105)
    table.candle(100, 110, 100, 108)
    assert table.held == 0
    assert table.fills(order) == [(3.0, 105.0)]
    assert table.state(order) == "filled"
    assert table.cause(table.sell(1, reduce_only=True)) == tables.NOTHING_TO_REDUCE


def test_protection_placed_with_its_entry_waits_for_it() -> None:
    table = Table()
    table.flat(100)
    entry = table.buy(1, price=90)
    stop = table.sell(lot=entry, trigger=85)
    table.candle(100, 101, 84, 88)
    assert table.fills(stop) == [(1.0, 85.0)]
    assert table.cause(table.sell(lot=entry, trigger=50)) == tables.NOTHING_TO_REDUCE
