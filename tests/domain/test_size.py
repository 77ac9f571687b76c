"""Sizes as a person writes them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.size import Size, SizeKind


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("100%", SizeKind.EQUITY, 1.0),
        ("50 %", SizeKind.EQUITY, 0.5),
        ("equity 25%", SizeKind.EQUITY, 0.25),
        ("cash 1000", SizeKind.CASH, 1000.0),
        ("cash: 1000.5", SizeKind.CASH, 1000.5),
        ("risk 1%", SizeKind.RISK, 0.01),
        ("quantity 2", SizeKind.QUANTITY, 2.0),
        ("3", SizeKind.QUANTITY, 3.0),
        (3, SizeKind.QUANTITY, 3.0),
        (0.5, SizeKind.QUANTITY, 0.5),
    ],
)
def test_the_four_kinds(text: str | float, kind: SizeKind, value: float) -> None:
    assert Size.parse(text) == Size(kind, value)


@pytest.mark.parametrize(
    "text", ["", "much", "-5%", "0%", "cash 0", "cash 5%", "quantity 5%", "risk 1", "equity 1", "1e3", "nan", math.nan, math.inf, 0, -1, True, "5 %%"]
)
def test_anything_else_is_refused_in_words(text: object) -> None:
    with pytest.raises(BadInput, match="size"):
        Size.parse(text)  # type: ignore[arg-type]


@given(st.sampled_from(list(SizeKind)), st.floats(1e-7, 1e12))
def test_what_is_written_is_read_again(kind: SizeKind, value: float) -> None:
    again = Size.parse(str(Size(kind, value)))
    assert again.kind is kind
    assert again.value == pytest.approx(value, rel=1e-11)


def test_large_amounts_keep_their_digits() -> None:
    assert str(Size(SizeKind.CASH, 1_234_567.0)) == "cash 1234567"
    assert str(Size(SizeKind.RISK, 0.07)) == "risk 7%"


def test_a_size_is_its_own_size() -> None:
    size = Size(SizeKind.CASH, 5.0)
    assert Size.parse(size) is size
