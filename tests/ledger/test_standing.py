"""Drawdown, daily loss and returns are net of what was put in and taken out."""

from decimal import Decimal, localcontext

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput
from terminal.ledger.amounts import ratio
from terminal.ledger.standing import Standing, Valuation, time_weighted_return


def valued(*steps: tuple[str, str]) -> Standing:
    standing = Standing.begun(0, Decimal(steps[0][0]))
    for time, (equity, flow) in enumerate(steps[1:], start=1):
        standing = standing.valued(Valuation(time, Decimal(equity), Decimal(flow)))
    return standing


def test_a_loss_is_the_loss_of_the_money_that_was_there() -> None:
    standing = valued(("1000", "0"), ("1100", "0"), ("990", "0"))
    assert (standing.drawdown, standing.daily_loss, standing.profit_today) == (Decimal("0.1"), Decimal("0.01"), -10)


def test_a_deposit_is_no_gain_and_hides_no_loss() -> None:
    standing = valued(("1000", "0"), ("900", "0"), ("1900", "1000"))
    assert (standing.drawdown, standing.profit_today, standing.index) == (Decimal("0.1"), -100, Decimal("0.9"))
    assert valued(("1000", "0"), ("2000", "1000"), ("1900", "0")).drawdown == Decimal("0.05")


def test_a_withdrawal_is_no_loss() -> None:
    standing = valued(("1000", "0"), ("500", "-500"))
    assert (standing.drawdown, standing.daily_loss, standing.profit_today) == (0, 0, 0)


def test_a_day_begins_anew_and_the_best_stays() -> None:
    standing = valued(("1000", "0"), ("800", "0")).new_day()
    assert (standing.daily_loss, standing.drawdown) == (0, Decimal("0.2"))
    later = standing.valued(Valuation(9, Decimal(840)))
    assert (later.daily_loss, later.profit_today, later.drawdown) == (0, 40, Decimal("0.16"))


def test_a_total_loss_is_not_made_good_by_a_deposit() -> None:
    standing = valued(("1000", "0"), ("-5", "0"), ("995", "1000"), ("1990", "0"))
    assert (standing.index, standing.drawdown) == (0, 1)
    assert standing.new_day().daily_loss == 0


def test_money_put_into_an_empty_account_is_its_begin() -> None:
    standing = valued(("0", "0"), ("1000", "1000"), ("1010", "0"))
    assert standing.index == Decimal("1.01")


def test_the_time_weighted_return_of_an_example() -> None:
    # 100 grows to 110; 50 are put in; 160 become 144: 1.1 × 0.9 − 1
    valuations = [Valuation(0, Decimal(100)), Valuation(1, Decimal(160), Decimal(50)), Valuation(2, Decimal(144))]
    assert time_weighted_return(valuations) == Decimal("-0.01")
    assert time_weighted_return(valuations[:1]) == time_weighted_return([]) == 0


@given(
    steps=st.lists(st.tuples(st.integers(50, 200), st.integers(-500, 500)), min_size=1, max_size=20),
    split=st.integers(0, 10_000),
)
def test_no_deposit_changes_the_return(steps: list[tuple[int, int]], split: int) -> None:
    """The same growth with and without flows: equal up to the last of 28 digits."""
    plain, fed = [Valuation(0, Decimal(1000))], [Valuation(0, Decimal(1000))]
    with localcontext(prec=200):
        for time, (growth, flow) in enumerate(steps, start=1):
            factor = Decimal(growth) / 100
            plain.append(Valuation(time, ratio(plain[-1].equity * factor, Decimal(1))))
            grown = ratio(fed[-1].equity * factor, Decimal(1))
            put_in = Decimal(max(flow, -int(grown / 2)))
            fed.append(Valuation(time, grown + put_in, put_in))
        assert abs(time_weighted_return(plain) - time_weighted_return(fed)) <= Decimal("1e-24") * (1 + abs(time_weighted_return(plain)))


def test_what_is_no_valuation_is_refused() -> None:
    with pytest.raises(BadInput, match="order of time"):
        valued(("1000", "0"), ("900", "0")).valued(Valuation(0, Decimal(1)))
    with pytest.raises(BadInput, match="finite"):
        valued(("nan", "0"))
    for equity, flow in (("nan", "0"), ("1", "inf")):
        with pytest.raises(BadInput, match="finite"):
            valued(("1000", "0"), (equity, flow))


def test_a_standing_is_kept_as_it_was() -> None:
    standing = valued(("1000", "0"), ("1733.1", "0"), ("990.07", "12.5")).new_day()
    assert msgspec.json.decode(msgspec.json.encode(standing), type=Standing) == standing
