"""A size in words becomes the quantity it says, through a run: percent, cash, units and risk, with costs, lot and multiplier."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.orders import Side
from tests.backtest.builders import at, instrument, run

FLAT = (100.0, 101.0, 99.0, 100.0)


def quantity(size: object, *, lot: str | None = None, multiplier: str = "1", minimum: str | None = None, **options: float) -> float | None:
    what = instrument(lot=lot, multiplier=Decimal(multiplier), minimum_notional=None if minimum is None else Decimal(minimum))
    result = run([FLAT] * 3, what=what, enter_long=at(3, 0), stop_loss=0.02, options={"size": size, **options})
    return result.trade_table["quantity"].item() if len(result.trade_table) else None


@pytest.mark.parametrize(
    ("size", "expected"),
    [("50%", 50.0), ("cash 1000", 10.0), ("quantity 7", 7.0), (3, 3.0), ("risk 1%", 50.0), ("risk 2%", 100.0)],
)
def test_each_kind_of_size_is_the_quantity_it_says(size: object, expected: float) -> None:
    assert quantity(size) == pytest.approx(expected)


def test_costs_are_part_of_what_a_size_buys() -> None:
    assert quantity("100%", commission=0.01) == pytest.approx(10_000 / 101)
    assert quantity("cash 1000", commission=0.0, slippage=0.25) == pytest.approx(1000 / 125)


def test_a_size_is_rounded_down_to_the_lot_and_refused_below_the_minimum() -> None:
    assert quantity("cash 1250", lot="1") == 12.0
    assert quantity("cash 1000", lot="0.001", minimum="1000.01") is None


def test_the_multiplier_counts() -> None:
    assert quantity("100%", multiplier="50") == pytest.approx(2.0)


def test_a_risk_beyond_the_account_is_cut_to_it() -> None:
    result = run([FLAT] * 3, enter_long=at(3, 0), stop_loss=0.001, options={"size": "risk 5%"})
    assert result.trade_table["quantity"][0] == 100.0
    assert result.metrics["cut"] == 1


def test_a_size_of_the_strategy_overrules_that_of_the_run() -> None:
    result = run([FLAT] * 3, enter_long=at(3, 0), size=0.25, options={"size": "quantity 3"})
    assert result.trade_table["quantity"].tolist() == [25.0]


@given(st.floats(0.001, 0.2), st.floats(0, 0.01), st.floats(0, 0.01), st.sampled_from(Side))
def test_a_stop_that_fills_at_its_level_loses_the_risk_and_no_more(stop: float, fee: float, slippage: float, side: Side) -> None:
    beyond = 100 * (1 - side * stop * 1.5)
    hit = (100.0, max(100.0, beyond), min(100.0, beyond), 100.0)
    entries = {"enter_long" if side is Side.LONG else "enter_short": at(4, 0)}
    options = {"size": "risk 0.1%", "commission": fee, "slippage": slippage}
    result = run([(100.0,) * 4, (100.0,) * 4, hit, (100.0,) * 4], stop_loss=stop, options=options, **entries)
    if result.metrics["cut"] == 0 and result.trade_table["bars"][0] == 1:
        assert result.trade_table["profit"][0] == pytest.approx(-10.0, rel=1e-6)
