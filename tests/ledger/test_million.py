"""Random fills with fees, funding, FX, duplicates, late ones and corrections: the books and fractions agree to the last digit (I06, G13).

`python -m tests.ledger.million --fills 1000000` does the same at length.
"""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from tests.ledger.million import ACCOUNTS, INSTRUMENTS, booked, differences, made, permuted, reckoned
from tests.ledger.reckoning import Amount


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_are_exact(seed: int) -> None:
    history = made(4_000, seed)
    with localcontext(prec=4):  # a thread's own rounding must not reach the books
        books = booked(history, 500)
    compared, found = differences(books, reckoned(history))
    assert found == []
    assert compared > 400
    assert len(history.told) > 4_000
    assert books.executions.aside == ()


def test_any_order_of_arrival_gives_the_same_books() -> None:
    assert permuted(made(1_500, 4), 2, 5) == 0
    assert permuted(made(40, 6), 60, 7) == 0


def test_a_difference_would_be_seen() -> None:
    history = made(300, 6)
    books = booked(history, 0)
    history.amounts.append(Amount(ACCOUNTS[0], "alpha", "USD", Fraction(1, 10**12), is_put_in=True))
    reckoning = reckoned(history)
    reckoning.cost[ACCOUNTS[1], "beta", INSTRUMENTS[0]] += Fraction(1, 10**9)
    _, found = differences(books, reckoning)
    assert len(found) == 5  # the balance and what was put in, of the strategy and of the account, and one cost
    assert Decimal(1) == books.units.of("JPY")
