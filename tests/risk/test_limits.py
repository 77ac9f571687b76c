"""Limits are declared once, presets among them, and a value beyond its hard bound cannot be set."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BadInput, UnknownName
from terminal.risk.limit import NEW_ACCOUNT, PRESETS, Reaction
from terminal.risk.limits import Limits, limit_declarations

DECISIONS = {
    "risk_of_a_trade": (0.01, 0.02),
    "position": (0.10, 0.15),
    "portfolio_heat": (0.06, None),
    "exposure_at_risk": (0.10, 0.20),
    "strategy_heat": (0.02, None),
    "strategies_heat": (0.05, None),
    "var_day": (0.02, 0.03),
    "var_month": (0.08, None),
    "correlated_exposure": (0.60, None),
    "index_correlation": (0.6, None),
    "diversification": (3, None),
    "daily_loss": (0.05, None),
    "drawdown": (0.15, 0.20),
    "leverage": (2, None),
    "positions": (5, None),
}
"""Default and hard value of each limit, from the project's decisions."""


@pytest.mark.parametrize("name", DECISIONS)
def test_defaults_and_hard_values_are_the_decided_ones(name: str) -> None:
    default, hard = DECISIONS[name]
    assert float(getattr(Limits(), name)) == default
    assert hard is None or limit_declarations()[name].high == hard


@pytest.mark.parametrize(("preset", "figures"), [("conservative", (2, 1, 2, 10)), ("medium", (5, 2, 5, 15)), ("aggressive", (10, 3, 10, 20))])
def test_presets_are_the_decided_ones(preset: str, figures: tuple[int, ...]) -> None:
    limits = Limits.preset(preset)
    assert [limits.position, limits.stop_distance, limits.daily_loss, limits.drawdown] == [Decimal(each) / 100 for each in figures]
    assert NEW_ACCOUNT == "conservative"


@pytest.mark.parametrize("name", limit_declarations())
def test_every_limit_is_declared_whole(name: str) -> None:
    declared = limit_declarations()[name]
    assert declared.name == name
    assert declared.help
    assert declared.reaction in Reaction
    assert set(declared.presets) == set(PRESETS)
    for value in declared.presets.values():
        assert declared.check(value) == value
    assert str(getattr(Limits(), name)) == str(Decimal(repr(declared.default)))


@pytest.mark.parametrize("name", limit_declarations())
def test_a_limit_beyond_its_hard_bound_cannot_be_set(name: str) -> None:
    declared = limit_declarations()[name]
    assert getattr(Limits().changed({name: declared.high}), name) == Decimal(repr(declared.high))
    for value in (declared.high * 1.001 + 1e-9, declared.low - 1e-9, float("nan"), float("inf"), "nan", "x", None, True, "x %"):
        with pytest.raises(BadInput):
            Limits().changed({name: value})


@pytest.mark.parametrize("value", [0.05, 1, "0.05", None, Decimal("NaN"), Decimal("Infinity"), Decimal("0.16")], ids=repr)
def test_limits_hold_decimals_within_their_bounds_only(value: Any) -> None:
    with pytest.raises(BadInput):
        Limits(position=value)


def test_percent_is_read_and_written() -> None:
    assert Limits().changed({"position": "2.5 %"}).position == Decimal("0.025")
    assert Limits().changed({"position": "2.5%"}).position == Decimal("0.025")
    declared = limit_declarations()
    assert declared["position"].said(Decimal("0.025")) == "2.5 %"
    assert declared["position"].said(0.1) == "10 %"
    assert declared["price_age"].said(15) == "15 s"
    assert declared["orders_per_day"].said(1000) == "1,000 orders"


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(UnknownName, match=r"positon.*position"):
        Limits().changed({"positon": 1})
    with pytest.raises(UnknownName, match="conservative"):
        Limits.preset("reckless")


@given(st.sampled_from(list(limit_declarations())), st.floats(0, 1))
def test_any_value_within_the_bounds_is_taken_exactly(name: str, part: float) -> None:
    declared = limit_declarations()[name]
    value = declared.low + part * (declared.high - declared.low)
    assert float(getattr(Limits().changed({name: value}), name)) == value
