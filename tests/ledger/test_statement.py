"""A statement: what was there, what came and went and why, sums to what is there now (I06)."""

from decimal import Decimal

import pytest

from terminal.ledger.flows import FlowKind
from terminal.ledger.postings import BooksBroken
from terminal.ledger.statement import statement
from tests.ledger.made import PERPETUAL, SPOT, books, filled, flow
from tests.ledger.million import ACCOUNTS, booked, made


def test_a_statement_names_every_reason() -> None:
    kept = books()
    kept.book(flow("o", FlowKind.OPENING, "1000"))
    kept.book(flow("w", FlowKind.WITHDRAWAL, "-100"))
    kept.book(flow("f", FlowKind.FUNDING, "-0.5", strategy="a"))
    kept.add(filled("1", "1", "100", fee="0.1", order="a-1"))
    kept.add(filled("2", "1", "100", instrument=PERPETUAL, fee="0.2", order="b-1"))
    kept.add(filled("3", "-1", "103", instrument=PERPETUAL, order="b-1", time=1))
    found = statement(kept, "main", "USDT")
    assert found.lines == (("opening", 1000), ("withdrawal", -100), ("funding", Decimal("-0.5")), ("traded", -97), ("fees", Decimal("-0.3")))
    assert (found.put_in, found.balance) == (900, Decimal("802.2"))
    assert statement(kept, "main", "USDT", "b").lines == (("traded", 3), ("fees", Decimal("-0.2")))
    assert statement(kept, "main", "BTC").lines == (("traded", 1), ("fees", 0))


def test_the_statements_of_a_long_history_sum_to_its_balances() -> None:
    kept = booked(made(3_000, 11), 0)
    for account in ACCOUNTS:
        for currency in kept.currencies(account):
            parts = [statement(kept, account, currency, name).balance for name in kept.strategies(account)]
            assert sum(parts) == statement(kept, account, currency).balance == kept.balance(account, currency)


def test_a_statement_that_does_not_sum_is_an_alarm() -> None:
    kept = books()
    kept.add(filled("1", "1", "100", order="a-1"))
    (_, holding), *_ = kept.holdings("main", SPOT)
    holding.spent += Decimal("0.01")
    with pytest.raises(BooksBroken, match=r"The USDT of main is -100\.01"):
        statement(kept, "main", "USDT")
