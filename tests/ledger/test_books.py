"""The books of an account: cash, positions, profit and fees to the smallest unit, per strategy and together."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.domain.errors import BadInput
from terminal.ledger.books import OUTSIDE, Books
from terminal.ledger.exact import Method
from terminal.ledger.flows import Flow, FlowKind
from terminal.ledger.reports import Effect
from tests.ledger.made import FOREX, FUTURE, PERPETUAL, SPOT, STOCK, books, filled, flow, strategy_of

HUNDRED = {SPOT: Decimal(100)}


def test_a_round_trip_in_coins_leaves_its_profit_less_its_fees() -> None:
    kept = books()
    kept.book(flow("d", FlowKind.DEPOSIT, "1000"))
    kept.add(filled("1", "2", "100", fee="0.2", order="a-1"))
    assert (kept.balance("main", "USDT"), kept.balance("main", "BTC")) == (Decimal("799.8"), Decimal(2))
    assert kept.equity("main", "USDT", {SPOT: Decimal(105)}) == Decimal("1009.8")
    assert kept.unrealised("main", "USDT", {SPOT: Decimal(105)}) == Decimal(10)
    kept.add(filled("2", "-2", "110", fee="0.22", order="a-2", time=1))
    assert (kept.balance("main", "USDT"), kept.balance("main", "BTC")) == (Decimal("1019.58"), Decimal(0))
    assert (kept.realised("main", "USDT"), kept.fees("main", "USDT")) == (Decimal(20), Decimal("0.42"))


def test_a_future_moves_cash_by_what_closing_made_only() -> None:
    kept = books()
    kept.add(filled("1", "2", "4000", instrument=FUTURE, fee="4.5", currency="USD", order="a-1"))
    assert kept.balance("main", "USD") == Decimal("-4.5")
    assert kept.equity("main", "USD", {FUTURE: Decimal(4001)}) == Decimal("95.5")
    kept.add(filled("2", "-1", "4002.25", instrument=FUTURE, fee="2.25", currency="USD", order="a-2", time=1))
    assert kept.balance("main", "USD") == Decimal("105.75")
    assert kept.average_price("main", FUTURE) == 4000


def test_a_fee_in_the_coin_that_was_bought_is_taken_from_it() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", fee="0.001", currency="BTC", order="a-1"))
    assert kept.balance("main", "BTC") == Decimal("0.999")
    assert kept.position("main", SPOT) == 1
    assert kept.value("main", "USDT", HUNDRED, {"BTC": Decimal(100)}) == Decimal("-0.1")


def test_foreign_exchange_moves_both_currencies() -> None:
    kept = books()
    kept.add(filled("1", "1000", "1.10505", instrument=FOREX, fee="2", currency="USD", order="a-1"))
    assert (kept.balance("main", "EUR"), kept.balance("main", "USD")) == (Decimal(1000), Decimal("-1107.05"))
    kept.book(Flow("c", "main", FlowKind.CONVERSION, "EUR", Decimal(-500), 1, other_currency="USD", other_amount=Decimal("552.5")))
    assert (kept.balance("main", "EUR"), kept.balance("main", "USD")) == (Decimal(500), Decimal("-554.55"))


def test_a_position_turns_through_nothing() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", order="a-1"))
    kept.add(filled("2", "-3", "110", order="a-2", time=1))
    assert (kept.position("main", SPOT), kept.average_price("main", SPOT), kept.realised("main", "USDT")) == (-2, 110, 10)
    kept.add(filled("3", "2", "90", order="a-3", time=2))
    assert (kept.position("main", SPOT), kept.average_price("main", SPOT), kept.realised("main", "USDT")) == (0, None, 50)


@pytest.mark.parametrize(("method", "profit"), [(Method.FIFO, "10"), (Method.LIFO, "-10"), (Method.AVERAGE, "0")])
def test_lots_are_closed_by_the_method(method: Method, profit: str) -> None:
    kept = books(method)
    for number, (quantity, price) in enumerate((("1", "100"), ("1", "120"), ("-1", "110"))):
        kept.add(filled(str(number), quantity, price, order="a-1", time=number))
    assert kept.realised("main", "USDT") == Decimal(profit)
    assert kept.cost("main", SPOT) == Decimal(110) + Decimal(profit)


def test_what_cannot_be_divided_is_rounded_once_and_lost_nowhere() -> None:
    kept = books()
    kept.add(filled("1", "3", "33.333", instrument=STOCK, currency="USD", order="a-1"))
    for number in range(3):
        kept.add(filled(f"x{number}", "-1", "33.335", instrument=STOCK, currency="USD", order="a-2", time=number + 1))
    assert kept.balance("main", "USD") == Decimal("0.02")  # 3 × 33.34 (half to even) less 100.00
    assert kept.realised("main", "USD") == Decimal("0.02")


def test_a_late_fill_stands_where_it_happened() -> None:
    kept, clean = books(), books()
    fills = [filled("1", "1", "100", order="a-1"), filled("2", "1", "120", order="a-1", time=1), filled("3", "-1", "130", order="a-2", time=2)]
    for number in (0, 2, 1):
        kept.add(fills[number])
        assert kept.position("main", SPOT) is not None
        kept.digest()
    for execution in fills:
        clean.add(execution)
    assert kept.realised("main", "USDT") == clean.realised("main", "USDT") == 30
    assert kept.digest() == clean.digest()


def test_a_correction_after_the_position_was_closed_changes_what_was_made() -> None:
    kept = books()
    kept.add(filled("0001.01", "2", "100", fee="0.2", order="a-1"))
    kept.add(filled("0002.01", "-2", "110", fee="0.2", order="a-2", time=1))
    assert kept.realised("main", "USDT") == 20
    assert kept.add(filled("0001.02", "1", "101", fee="0.1", order="a-1", corrects="0001.01", time=9)) is Effect.CORRECTION
    assert (kept.position("main", SPOT), kept.realised("main", "USDT"), kept.fees("main", "USDT")) == (-1, 9, Decimal("0.3"))
    assert kept.average_price("main", SPOT) == 110


def test_what_conflicts_changes_nothing_and_is_told() -> None:
    kept = books()
    first = filled("1", "1", "100", order="a-1")
    kept.add(first)
    before = kept.position("main", SPOT)
    assert kept.add(replace(first, quantity=Decimal(5))) is Effect.CONFLICT
    assert kept.position("main", SPOT) == before
    assert [item.report.quantity for item in kept.executions.aside] == [5]


def test_sub_accounts_keep_apart_and_sum_to_the_account() -> None:
    kept = books()
    kept.book(flow("d", FlowKind.DEPOSIT, "1000"))
    kept.book(flow("f", FlowKind.FUNDING, "-1.25", strategy="a"))
    kept.add(filled("1", "2", "100", fee="0.2", order="a-1"))
    kept.add(filled("2", "-1", "110", fee="0.1", order="b-1", time=1))
    kept.add(filled("3", "1", "120", time=2))
    assert kept.strategies("main") == ("a", "b", OUTSIDE)
    assert [kept.position("main", SPOT, name) for name in ("a", "b", OUTSIDE)] == [2, -1, 1]
    assert kept.position("main", SPOT) == 2
    for currency in ("USDT", "BTC"):
        assert sum(kept.balance("main", currency, name) for name in kept.strategies("main")) == kept.balance("main", currency)
    assert kept.realised("main", "USDT") == 0  # nobody closed a lot of another's
    assert kept.equity("main", "USDT", HUNDRED) == sum(kept.equity("main", "USDT", HUNDRED, name) for name in kept.strategies("main"))


def test_a_fill_whose_order_is_known_later_moves_to_its_strategy() -> None:
    kept = books()
    kept.add(filled("1", "1", "100"))
    assert kept.position("main", SPOT, OUTSIDE) == 1
    assert kept.add(filled("1", "1", "100", order="a-1")) is Effect.COMPLETED
    assert (kept.position("main", SPOT, OUTSIDE), kept.position("main", SPOT, "a")) == (0, 1)
    assert kept.strategies("main") == ("a",)


def test_accounts_are_never_credited_for_each_other() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", order="a-1"))
    kept.add(filled("1", "2", "100", order="a-1", account="second"))
    kept.add(filled("1", "4", "100", instrument=PERPETUAL, order="a-1"))
    kept.add(filled("1", "8", "100", instrument=replace(SPOT, venue="south"), order="a-1"))
    assert [kept.position("main", SPOT), kept.position("second", SPOT), kept.position("main", PERPETUAL)] == [1, 2, 4]
    assert (kept.balance("second", "USDT"), kept.balance("main", "USDT")) == (-200, -900)
    kept.book(flow("d", FlowKind.DEPOSIT, "5", "EUR", account="third"))
    assert kept.accounts() == ("main", "second", "third")
    assert [kept.currencies(name) for name in kept.accounts()] == [("BTC", "USDT"), ("BTC", "USDT"), ("EUR",)]
    assert [kept.balance(name, "EUR") for name in kept.accounts()] == [0, 0, 5]
    assert [kept.strategies(name) for name in kept.accounts()] == [("a",), ("a",), (OUTSIDE,)]


def test_a_correction_of_the_multiplier_moves_the_fill_to_the_right_contract() -> None:
    kept, mini = books(), replace(FUTURE, multiplier=Decimal(5))
    kept.add(filled("1", "2", "4000", instrument=FUTURE, order="a-1"))
    kept.add(filled("1.2", "2", "4000", instrument=mini, order="a-1", corrects="1"))
    assert (kept.position("main", FUTURE), kept.position("main", mini), kept.cost("main", mini)) == (0, 2, 40_000)


def test_deposits_are_told_apart_from_what_was_earned() -> None:
    kept = books()
    kept.book(flow("d", FlowKind.DEPOSIT, "1000"))
    kept.book(flow("w", FlowKind.WITHDRAWAL, "-250"))
    kept.book(flow("i", FlowKind.INTEREST, "0.5"))
    assert kept.book(flow("i", FlowKind.INTEREST, "0.5", time=3)) is Effect.DUPLICATE
    assert kept.book(flow("i", FlowKind.INTEREST, "0.75")) is Effect.CONFLICT
    assert kept.book(replace(flow("i2", FlowKind.INTEREST, "0.6"), corrects="i")) is Effect.CORRECTION
    assert (kept.put_in("main", "USDT"), kept.balance("main", "USDT")) == (750, Decimal("750.6"))
    assert kept.flow_total("main", FlowKind.INTEREST, "USDT") == Decimal("0.6")


def test_what_is_missing_to_value_is_named() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", fee="0.01", currency="BNB", order="a-1"))
    with pytest.raises(BadInput, match="no price to value BTC/USDT"):
        kept.equity("main", "USDT", {})
    for mark in ("nan", "inf", "1e99"):
        with pytest.raises(BadInput, match="no price to value BTC/USDT"):
            kept.unrealised("main", "USDT", {SPOT: Decimal(mark)})
    for rates in ({}, {"BNB": Decimal("nan")}):
        with pytest.raises(BadInput, match="no rate from BNB to USDT"):
            kept.value("main", "USDT", HUNDRED, rates)
    with pytest.raises(BadInput, match="smallest unit of USD"):
        Books(strategy_of, units={"USD": Decimal("0.05")})


@pytest.mark.parametrize(
    ("kind", "amount", "currency", "other"),
    [("deposit", "-1", "USD", ""), ("withdrawal", "1", "USD", ""), ("funding", "nan", "USD", ""), ("funding", "1", "", ""), ("conversion", "1", "USD", "USD")],
)
def test_a_flow_that_is_none_is_refused(kind: str, amount: str, currency: str, other: str) -> None:
    with pytest.raises(BadInput):
        Flow("1", "main", FlowKind(kind), currency, Decimal(amount), 0, other_currency=other)
