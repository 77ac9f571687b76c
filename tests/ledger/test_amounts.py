"""Amounts never round unasked, whatever the thread rounds to."""

from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.ledger import amounts

BOOKABLE = st.decimals(min_value="-1e30", max_value="1e30", places=20)


@given(amount=BOOKABLE, part=st.integers(1, 10**9), more=st.integers(0, 10**9), places=st.integers(0, 8))
def test_a_share_is_rounded_once_half_to_even(amount: Decimal, part: int, more: int, places: int) -> None:
    unit = Decimal(1).scaleb(-places)
    with localcontext(prec=3):
        found = amounts.share(amount, Decimal(part), Decimal(part + more), unit)
    steps = Fraction(amount) * part / (part + more) / Fraction(unit)
    assert Fraction(found) == round(steps) * Fraction(unit)


@given(first=BOOKABLE, second=BOOKABLE)
def test_sums_and_products_are_exact(first: Decimal, second: Decimal) -> None:
    with localcontext(prec=3):
        assert Fraction(amounts.add(first, second)) == Fraction(first) + Fraction(second)
        assert Fraction(amounts.subtract(first, second)) == Fraction(first) - Fraction(second)
        assert Fraction(amounts.multiply(first, second)) == Fraction(first) * Fraction(second)


def test_what_would_have_to_be_rounded_raises() -> None:
    with pytest.raises(Inexact):
        amounts.add(Decimal("1e500"), Decimal("1e-500"))


@pytest.mark.parametrize(
    ("number", "is_bookable"),
    [
        (Decimal("0E-900"), True),
        (Decimal("9" * 60), True),
        (Decimal("9" * 61), False),
        (Decimal("1e59"), True),
        (Decimal("1e60"), False),
        (Decimal("1e-60"), True),
        (Decimal("9e-61"), False),
        (Decimal(-5), True),
        (Decimal("nan"), False),
        (Decimal("sNaN"), False),
        (Decimal("-inf"), False),
        (1.5, False),
    ],
)
def test_what_can_be_booked(number: Decimal, is_bookable: bool) -> None:
    assert amounts.is_bookable(number) is is_bookable


@given(number=BOOKABLE, zeros=st.integers(0, 5))
def test_equal_decimals_have_one_text_and_others_another(number: Decimal, zeros: int) -> None:
    longer = amounts.EXACT.quantize(number, Decimal(1).scaleb(-20 - zeros))
    assert amounts.text(longer) == amounts.text(number)
    assert Decimal(amounts.text(number)) == number
    assert amounts.text(Decimal("-0.00")) == "0"
    assert len(amounts.text(Decimal("1e999999"))) < 20
