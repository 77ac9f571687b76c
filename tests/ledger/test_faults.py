"""The faults and disasters of the order-safety design that end in the books, one named test each (F…, L-…)."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from terminal.domain.orders import Side
from terminal.ledger.books import OUTSIDE, Books
from terminal.ledger.cumulative import Counted, added
from terminal.ledger.external import Declared, External, ExternalKind
from terminal.ledger.flows import FlowKind
from terminal.ledger.postings import trial_balance
from terminal.ledger.reports import Effect
from tests.ledger.made import PERPETUAL, SPOT, STOCK, books, filled, flow, strategy_of

DAY = 86_400_000_000_000


def test_f03_a_fill_that_came_before_the_ack_is_booked_once_and_then_found_to_be_ours() -> None:
    kept = books()
    early = filled("1", "1", "100", fee="0.1")  # the stream knows the venue's order only, and nobody knows yet whose that is
    assert kept.add(early) is Effect.NEW
    assert kept.add(replace(early, order_id="a-1")) is Effect.COMPLETED
    assert kept.add(early) is Effect.DUPLICATE
    assert [kept.position("main", SPOT, name) for name in ("a", OUTSIDE)] == [1, 0]
    assert kept.fees("main", "USDT") == Decimal("0.1")


def test_f04_a_fill_after_the_cancel_was_acknowledged_is_booked() -> None:
    kept = books()
    kept.add(filled("1", "0.4", "100", order="a-1", time=1))
    kept.add(filled("2", "0.3", "101", order="a-1", time=9))
    assert kept.position("main", SPOT) == Decimal("0.7")


def test_f09_a_fill_that_is_told_a_week_late_is_booked_where_it_happened() -> None:
    kept, clean = books(), books()
    fills = [filled(str(day), "1" if day % 2 else "-1", str(100 + day), order="a-1", time=day * DAY) for day in range(8)]
    for number in (1, 2, 3, 4, 5, 6, 7, 0):
        kept.add(fills[number])
    for fill in fills:
        clean.add(fill)
    assert kept.digest() == clean.digest()
    assert kept.realised("main", "USDT") == clean.realised("main", "USDT")


def test_f13_l25_duplicates_disorder_and_corrections_end_as_the_clean_order_of_events() -> None:
    clean = books()
    for fill in (filled("0001.01", "2", "101", order="a-1", fee="0.2"), filled("0002.01", "-1", "110", order="a-2", time=1)):
        clean.add(fill)
    told = [
        filled("0001.01", "1", "100", order="a-1"),
        filled("0001.02", "2", "101", order="a-1", fee="0.2", corrects="0001.01"),
        filled("0002.01", "-1", "110", order="a-2", time=1),
        filled("0002.01", "-1", "110", order="a-2", time=1),
    ]
    for order in permutations(told):
        kept = books()
        for report in order:
            kept.add(report)
        assert trial_balance(kept, "main") == trial_balance(clean, "main")
        assert kept.average_price("main", SPOT) == 101


def test_f14_l23_partial_fills_are_summed_each_once() -> None:
    kept = books()
    for number in (0, 1, 1, 2, 0):
        kept.add(filled(str(number), "0.1", "100", order="a-1", time=number))
    assert kept.position("main", SPOT) == Decimal("0.3")


def test_f28_a_liquidation_is_booked_as_what_it_is() -> None:
    kept = books()
    kept.book(flow("d", FlowKind.DEPOSIT, "100"))
    kept.add(filled("1", "10", "100", instrument=PERPETUAL, order="a-1"))
    shares = kept.shares("main", PERPETUAL, Side.SHORT, Decimal(10))
    kept.declare(Declared("main", PERPETUAL, "L", External(ExternalKind.LIQUIDATION, shares)))
    kept.add(filled("L", "-10", "92", instrument=PERPETUAL, fee="4.6", time=1))
    kept.book(flow("i", FlowKind.SETTLEMENT, "-1.5", strategy="a", time=1))
    assert (kept.position("main", PERPETUAL, "a"), kept.strategies("main")) == (0, ("a", OUTSIDE))
    assert (kept.realised("main", "USDT", "a"), kept.balance("main", "USDT")) == (-80, Decimal("13.9"))
    assert kept.put_in("main", "USDT") == 100


def test_f45_two_accounts_brokers_and_currencies_with_one_symbol_and_one_id_keep_apart() -> None:
    kept = books()
    places = [("main", STOCK), ("second", STOCK), ("main", replace(STOCK, venue="other")), ("main", replace(STOCK, quote="EUR"))]
    for number, (account, instrument) in enumerate(places, start=1):
        assert kept.add(filled("1", str(number), "10", instrument=instrument, order="a-1", account=account)) is Effect.NEW
    assert [kept.position(account, instrument) for account, instrument in places] == [1, 2, 3, 4]
    assert [kept.balance("main", "USD"), kept.balance("second", "USD"), kept.balance("main", "EUR")] == [-40, -20, -40]


def test_l19_fills_that_are_replayed_after_a_restart_are_not_booked_again() -> None:
    kept = books()
    fills = [filled(str(number), "1", "100", order="a-1", time=number) for number in range(3)]
    for fill in fills:
        kept.add(fill)
    back = Books.from_plain(json.loads(json.dumps(kept.to_plain())), strategy_of)
    assert [back.add(fill) for fill in fills] == [Effect.DUPLICATE] * 3
    assert back.digest() == kept.digest()


def test_l20_a_fill_that_turned_the_position_is_known_when_it_comes_again() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", order="a-1"))
    for _ in range(3):
        kept.add(filled("2", "-3", "110", order="a-2", time=1))
        assert (kept.position("main", SPOT), kept.average_price("main", SPOT), kept.realised("main", "USDT")) == (-2, 110, 10)


def test_l22_a_cumulative_quantity_is_not_booked_as_a_fill() -> None:
    kept, known = books(), []
    for filled_so_far in ("1", "2", "2", "5"):
        fills = added(Counted("main", SPOT, Side.LONG, "a-1", "9", 0, Decimal(filled_so_far), Decimal(100)), known)
        known += fills
        for fill in fills:
            kept.add(fill)
    assert kept.position("main", SPOT) == 5


def test_l26_fees_and_funding_reach_the_balance() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", instrument=PERPETUAL, fee="0.06", order="a-1"))
    kept.book(flow("f", FlowKind.FUNDING, "-0.01", strategy="a"))
    kept.add(filled("2", "-1", "100", instrument=PERPETUAL, fee="0.06", order="a-2", time=1))
    assert kept.balance("main", "USDT", "a") == Decimal("-0.13")


def test_a_flood_of_contradictions_is_kept_and_changes_nothing() -> None:
    kept = books()
    first = filled("1", "1", "100", order="a-1")
    kept.add(first)
    for number in range(3_000):
        assert kept.add(replace(first, price=Decimal(number + 101))) is Effect.CONFLICT
    assert (len(kept.executions.aside), kept.position("main", SPOT)) == (3_000, 1)
