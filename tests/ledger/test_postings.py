"""Double entry: every entry and every account sum to zero in each currency, and fills that nobody ordered are booked, not errors."""

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest

from terminal.domain.errors import BadInput
from terminal.domain.orders import Side
from terminal.ledger.books import OUTSIDE, Books
from terminal.ledger.exact import Method
from terminal.ledger.external import Declared, External, ExternalKind, pro_rata
from terminal.ledger.figures import total
from terminal.ledger.flows import Flow, FlowKind
from terminal.ledger.positions import Holding
from terminal.ledger.postings import BooksBroken, Ledger, entries, trial_balance
from tests.ledger.made import FOREX, FUTURE, PERPETUAL, SPOT, books, filled, flow


def lively(method: Method = Method.FIFO) -> Books:
    """Books with a bit of everything."""
    kept = books(method)
    for number, kind in enumerate(FlowKind):
        amount = {FlowKind.WITHDRAWAL: "-7.5", FlowKind.FUNDING: "-0.013"}.get(kind, "3.25")
        other = {"other_currency": "EUR", "other_amount": Decimal("-3.01")} if kind is FlowKind.CONVERSION else {}
        kept.book(Flow(f"f{number}", "main", kind, "USD", Decimal(amount), number, strategy="a" if number % 2 else "", **other))
    trades = [("2", "33.3335"), ("1", "34.1"), ("-5", "35.005"), ("1.5", "31.7"), ("-0.25", "30"), ("4", "29.99")]
    for number, (quantity, price) in enumerate(trades):
        for instrument in (SPOT, PERPETUAL, FUTURE, FOREX):
            currency = "BNB" if number == 3 else instrument.quote
            order = f"{'ab'[number % 2]}-{number}"
            kept.add(filled(f"{number}", quantity, price, instrument=instrument, fee="0.017", currency=currency, order=order, time=number))
    return kept


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("strategy", [None, "a", "b"])
def test_every_currency_sums_to_zero_and_entries_make_the_balances(method: Method, strategy: str | None) -> None:
    kept = lively(method)
    balances = trial_balance(kept, "main", strategy)
    sums: dict[tuple[Ledger, str], Decimal] = {}
    for entry in entries(kept, "main"):
        if strategy in (None, entry.strategy):
            for posting in entry.postings:
                sums[posting.ledger, posting.currency] = sums.get((posting.ledger, posting.currency), Decimal(0)) + posting.amount
    assert {place: amount for place, amount in sums.items() if amount} == balances
    for currency in kept.currencies("main"):
        cash = balances.get((Ledger.CASH, currency), Decimal(0)) + balances.get((Ledger.HELD, currency), Decimal(0))
        assert cash == kept.balance("main", currency, strategy)
        assert -balances.get((Ledger.REALISED, currency), Decimal(0)) == kept.realised("main", currency, strategy)


def test_entries_stand_in_the_order_of_their_times() -> None:
    times = [entry.time for entry in entries(lively(), "main")]
    assert times == sorted(times)
    assert len(times) == len(FlowKind) + 24


def test_what_was_closed_is_told_lot_by_lot() -> None:
    kept = books()
    for number, (quantity, price) in enumerate((("1", "100"), ("2", "101"), ("-2.5", "110"), ("-1.5", "90"))):
        kept.add(filled(str(number), quantity, price, order="a-1", time=number))
    ((_, holding),) = kept.holdings("main", SPOT)
    found = [(closing.opened[0], closing.closed[0], closing.quantity, closing.cost, closing.worth, closing.profit) for closing in holding.closings()]
    half = Decimal("0.5")
    assert found == [
        (0, 2, 1, 100, 110, 10),
        (1, 2, Decimal("1.5"), Decimal("151.5"), 165, Decimal("13.5")),
        (1, 3, half, Decimal("50.5"), 45, Decimal("-5.5")),
    ]
    assert [(lot.place[0], lot.quantity, lot.paid) for lot in holding.lots] == [(3, 1, 90)]
    assert holding.quantity == -1
    kept.add(filled("4", "1", "80", order="a-1", time=4))
    assert (holding.lots, holding.quantity, holding.cost) == ((), 0, 0)


def test_books_that_contradict_themselves_are_named() -> None:
    kept = lively()
    (_, holding), *_ = kept.holdings("main", SPOT)
    holding.spent += Decimal("0.01")
    with pytest.raises(BooksBroken, match="and lots of"):
        trial_balance(kept, "main")


def test_an_entry_that_does_not_sum_to_zero_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = lively()
    honest = Holding.booked
    monkeypatch.setattr(Holding, "booked", lambda holding: ((part, [c._replace(profit=c.profit + 1) for c in closed]) for part, closed in honest(holding)))
    with pytest.raises(BooksBroken, match=r"Entry 2 of main is off by -1.00000000 USDT"):
        entries(kept, "main")


@pytest.mark.parametrize("kind", [ExternalKind.LIQUIDATION, ExternalKind.DELEVERAGING])
@pytest.mark.parametrize("is_declared_first", [True, False])
def test_a_liquidation_closes_the_positions_of_those_who_held_them(kind: ExternalKind, is_declared_first: bool) -> None:
    kept = books()
    kept.add(filled("1", "3", "100", instrument=PERPETUAL, order="a-1"))
    kept.add(filled("2", "1", "104", instrument=PERPETUAL, order="b-1", time=1))
    shares = kept.shares("main", PERPETUAL, Side.SHORT, Decimal(2))
    assert shares == (("a", Decimal(2)),)  # on whole contracts, since nothing finer is known; an engine may declare other shares
    taken = filled("L", "-2", "90", instrument=PERPETUAL, fee="0.333333333", time=2)
    declared = Declared("main", PERPETUAL, "L", External(kind, (("a", Decimal("1.5")), ("b", Decimal("0.5")))))
    steps = [lambda: kept.declare(declared), lambda: kept.add(taken)]
    for step in steps if is_declared_first else steps[::-1]:
        step()
    assert [kept.position("main", PERPETUAL, name) for name in ("a", "b", OUTSIDE)] == [Decimal("1.5"), Decimal("0.5"), 0]
    assert (kept.realised("main", "USDT", "a"), kept.realised("main", "USDT", "b")) == (-15, -7)
    assert kept.fees("main", "USDT") == Decimal("0.333333333")
    assert kept.strategies("main") == ("a", "b")
    trial_balance(kept, "main")


def test_a_liquidation_that_is_corrected_keeps_its_owners() -> None:
    kept = books()
    kept.add(filled("1", "3", "100", instrument=PERPETUAL, order="a-1"))
    kept.declare(Declared("main", PERPETUAL, "L1", External(ExternalKind.LIQUIDATION, (("a", Decimal(2)),))))
    kept.add(filled("L1", "-2", "90", instrument=PERPETUAL, time=2))
    kept.add(filled("L2", "-2.5", "90", instrument=PERPETUAL, time=2, corrects="L1"))
    assert [kept.position("main", PERPETUAL, name) for name in ("a", OUTSIDE)] == [1, Decimal("-0.5")]
    kept.add(filled("L3", "-1", "90", instrument=PERPETUAL, time=2, corrects="L2"))
    assert [kept.position("main", PERPETUAL, name) for name in ("a", OUTSIDE)] == [2, 0]


def test_a_holding_that_was_there_before_moves_no_cash_and_is_no_profit() -> None:
    kept = books()
    kept.book(flow("d", FlowKind.DEPOSIT, "1000"))
    kept.declare(Declared("main", SPOT, "held", External(ExternalKind.ADOPTION)))
    kept.add(filled("held", "2", "100"))
    assert (kept.balance("main", "USDT"), kept.balance("main", "BTC"), kept.position("main", SPOT, OUTSIDE)) == (1000, 2, 2)
    assert kept.equity("main", "USDT", {SPOT: Decimal(100)}) == 1200
    kept.add(filled("1", "-2", "110", time=1))
    assert (kept.balance("main", "USDT"), kept.realised("main", "USDT")) == (1220, 20)
    assert trial_balance(kept, "main")[Ledger.CAPITAL, "USDT"] == -1200
    sums = total(posting.amount for entry in entries(kept, "main") for posting in entry.postings if posting.ledger is Ledger.CAPITAL)
    assert sums == -1200


def test_a_perpetual_that_was_there_before_is_financed_like_any() -> None:
    kept = books()
    kept.declare(Declared("main", PERPETUAL, "held", External(ExternalKind.ADOPTION, (("a", Decimal(1)),))))
    kept.add(filled("held", "1", "100", instrument=PERPETUAL))
    kept.add(filled("1", "-1", "110", instrument=PERPETUAL, order="a-1", time=1))
    assert kept.balance("main", "USDT", "a") == 10
    assert trial_balance(kept, "main") == {(Ledger.CASH, "USDT"): 10, (Ledger.REALISED, "USDT"): -10}


@pytest.mark.parametrize(
    ("held", "quantity", "step", "shares"),
    [
        ({"a": "2", "b": "1"}, "1.5", "0.1", {"a": "1.0", "b": "0.5"}),
        ({"a": "2", "b": "1"}, "1", "0.1", {"a": "0.7", "b": "0.3"}),
        ({"a": "2", "b": "1"}, "9", "0.1", {"a": "2", "b": "1"}),
        ({"a": "2", "b": "-5"}, "1", "0.1", {"a": "1"}),
        ({"a": "0.0001", "b": "3"}, "3", None, {"b": "3"}),
        ({"a": "0.5000", "b": "1.5"}, "1", None, {"a": "0.25", "b": "0.75"}),
        ({"a": "1", "b": "1", "c": "1"}, "2", "1", {"a": "1", "b": "1"}),
        ({"c": "1", "b": "1", "a": "1"}, "2", "1", {"a": "1", "b": "1"}),
        ({"a": "1.001", "b": "1.002"}, "1", "1", {"b": "1"}),
        ({"a": "3", "b": "3"}, "3", None, {"a": "2", "b": "1"}),
        ({"a": "-1"}, "2", "1", {}),
    ],
)
def test_a_closing_fill_is_shared_by_what_each_holds(held: dict, quantity: str, step: str | None, shares: dict) -> None:
    with localcontext(prec=3):  # whatever the thread rounds to
        found = pro_rata({name: Decimal(text) for name, text in held.items()}, Side.SHORT, Decimal(quantity), None if step is None else Decimal(step))
    assert dict(found) == {name: Decimal(text) for name, text in shares.items()}


@pytest.mark.parametrize("share", [("", "1"), ("a", "0"), ("a", "-1"), ("a", "nan")])
def test_a_share_that_is_none_is_refused(share: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="share of"):
        External(ExternalKind.LIQUIDATION, ((share[0], Decimal(share[1])),))


def test_a_later_declaration_replaces_the_former() -> None:
    kept = books()
    kept.add(filled("L", "-2", "90", instrument=PERPETUAL))
    for name in ("a", "b"):
        kept.declare(Declared("main", PERPETUAL, "L", External(ExternalKind.LIQUIDATION, ((name, Decimal(2)),))))
    assert (kept.position("main", PERPETUAL, "a"), kept.position("main", PERPETUAL, "b")) == (0, -2)
    assert replace(PERPETUAL, tick=Decimal(1)) != PERPETUAL
    assert kept.position("main", replace(PERPETUAL, tick=Decimal(1)), "b") == -2
