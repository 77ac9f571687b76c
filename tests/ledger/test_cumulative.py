"""A venue's running count of an order becomes executions that sum to it exactly, once (L-22, F14)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.domain.intents import Execution
from terminal.domain.orders import Side
from terminal.ledger.cumulative import Counted, added
from terminal.ledger.reports import Effect
from tests.ledger.made import SPOT, books


def count(filled: str, average: str, fee: str = "0", time: int = 0, currency: str = "USDT") -> Counted:
    return Counted("main", SPOT, Side.LONG, "a-1", "77", time, Decimal(filled), Decimal(average), Decimal(fee), currency)


def sums(executions: list[Execution]) -> tuple[Decimal, Decimal, Decimal]:
    return (
        sum((fill.quantity for fill in executions), Decimal(0)),
        sum((fill.quantity * fill.price for fill in executions), Decimal(0)),
        sum((fill.fee for fill in executions), Decimal(0)),
    )


def test_what_was_counted_before_is_not_booked_again() -> None:
    kept, known = books(), []
    for number, answer in enumerate((count("0", "0"), count("1", "100", "0.1"), count("1", "100", "0.1"), count("3", "102", "0.306"))):
        fills = added(replace(answer, time=number), known)
        known += fills
        assert [kept.add(fill) for fill in fills] == [Effect.NEW] * len(fills)
        assert added(replace(answer, time=number), known) == ()
    assert [(fill.quantity, fill.price, fill.fee) for fill in known] == [(1, 100, Decimal("0.1")), (2, 103, Decimal("0.206"))]
    assert (kept.position("main", SPOT, "a"), kept.balance("main", "USDT")) == (3, Decimal("-306.306"))


def test_a_price_without_an_end_is_told_in_two_fills_that_sum_exactly() -> None:
    first, second = added(count("7", "100.01"), added(count("4", "100"), ()))
    assert (first.quantity, second.quantity) == (2, 1)
    assert sums([first, second])[:2] == (3, Decimal("300.07"))
    assert abs(first.price - second.price) < Decimal("1e-15")


def test_an_older_answer_says_nothing_new() -> None:
    known = list(added(count("2", "100", "0.2", time=5), ()))
    assert added(count("1", "100", "0.1", time=9), known) == ()
    assert added(count("2", "100", "0", time=4), known) == ()


def test_a_fee_or_average_that_comes_later_corrects_the_last_fill() -> None:
    kept, known = books(), []
    for answer in (count("1", "100"), count("3", "102", time=1), count("3", "102", "0.3", time=2), count("3", "101", "0.3", time=3)):
        for fill in added(answer, known):
            kept.add(fill)
            known = [other for other in known if other.id != fill.corrects] + [fill]
    assert sums(known) == (3, 303, Decimal("0.3"))
    assert (kept.balance("main", "USDT"), kept.cost("main", SPOT)) == (Decimal("-303.3"), 303)
    assert len(known) == 2
    assert all(len(fill.id) < 60 for fill in known)


def test_what_a_rounded_average_makes_of_a_small_fill_is_spread() -> None:
    known = list(added(count("1000", "100.34"), ()))
    (fill,) = added(count("1000.001", "100.33", time=1), known)
    assert fill.corrects == known[0].id
    assert fill.quantity * fill.price == Decimal("1000.001") * Decimal("100.33")


@pytest.mark.parametrize(("before", "answer", "price"), [(("1", "150"), ("2", "100"), 50), (("10", "90"), ("11", "100"), 200)])
def test_a_price_of_half_or_twice_the_average_is_still_a_price(before: tuple[str, str], answer: tuple[str, str], price: int) -> None:
    known = added(count(*before), ())
    (fill,) = added(count(*answer, time=1), known)
    assert (fill.price, fill.quantity, fill.corrects) == (price, 1, "")


def test_a_fill_worth_next_to_nothing_is_a_fill() -> None:
    (fill,) = added(count("0.001", "0.5"), ())
    assert (fill.quantity, fill.price) == (Decimal("0.001"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("before", "answer"),
    [
        (("1", "100", "1"), count("1", "100", "1", 1, "BNB")),
        (None, count("0", "0", "0.5")),
    ],
)
def test_a_count_that_contradicts_is_refused(before: tuple[str, ...] | None, answer: Counted) -> None:
    known = [] if before is None else list(added(count(*before), ()))
    with pytest.raises(BadInput, match="Order 77 is filled"):
        added(answer, known)


def test_a_count_that_would_make_a_price_below_nothing_is_refused() -> None:
    known = [*added(count("1000", "100"), ()), *added(count("1001", "100", time=1), added(count("1000", "100"), ()))]
    with pytest.raises(BadInput, match="contradicts"):
        added(count("1001", "50", time=2), known)


@pytest.mark.parametrize(("filled", "average"), [("-1", "1"), ("nan", "1"), ("1", "0"), ("1", "-1"), ("1", "inf")])
def test_what_is_no_count_is_refused(filled: str, average: str) -> None:
    with pytest.raises(BadInput):
        count(filled, average)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(1, 9_999), st.integers(9_500, 10_500), st.integers(0, 50)), min_size=1, max_size=6),
    seen=st.data(),
)
def test_executions_sum_to_the_last_count_whichever_were_seen(steps: list[tuple[int, int, int]], seen: st.DataObject) -> None:
    filled = paid = fee = Decimal(0)
    answers = []
    for number, (quantity, price, cost) in enumerate(steps):
        part = Decimal(quantity) / 1000
        filled, paid, fee = filled + part, paid + part * Decimal(price) / 100, fee + Decimal(cost) / 100
        average = (paid / filled).quantize(Decimal("1e-6"))
        answers.append(replace(count("1", "1"), time=number, filled=filled, average=average, fee=fee))
    kept, known = books(), []
    order = seen.draw(st.lists(st.sampled_from(answers), max_size=8))
    for answer in [*order, answers[-1], *order]:
        for fill in added(answer, known):
            assert kept.add(fill) is not Effect.CONFLICT
            known = [other for other in known if other.id != fill.corrects] + [fill]
    last = answers[-1]
    assert sums(known) == (last.filled, last.filled * last.average, last.fee)
    assert kept.position("main", SPOT) == last.filled
    assert [fact.report for fact in sorted(kept.executions.facts())] == known
