"""The order cases of other projects, each by the compiled rules; a named setting reproduces a convention, or the line says why it must not."""

from pathlib import Path

import pytest

from tests.trading.freqtrade_cases import WHY, freqtrade_outcomes
from tests.trading.order_cases import ORDERS, Outcome, cases

FREQTRADE = tuple(f"ft-tc{number}" for number in (0, *range(2, 53, 2)))
DIFFERENT = {"reduce-only larger than what is held": "FILLED", "off the tick or lot": "1.2 at 95"}
"""Lines of "must be rejected" that we answer otherwise, and how."""


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_case_comes_out_as_its_project_says(shared: Path, name: str) -> None:
    for line in ORDERS[name](cases(shared)[name]):
        if line.step in DIFFERENT:
            assert line.ours == DIFFERENT[line.step]
        else:
            assert line.is_equal, line


@pytest.mark.parametrize("name", FREQTRADE)
def test_a_candle_case_comes_out_as_freqtrade_says_or_says_why_not(shared: Path, name: str) -> None:
    lines = [Outcome(*line) for line in freqtrade_outcomes(cases(shared, "orders_freqtrade.json")[name])]
    assert all(line.is_equal or line.why for line in lines), lines
    assert (name in WHY) is not all(line.is_equal for line in lines), "an explanation without a difference, or the other way round"


def test_no_case_is_left_out(shared: Path) -> None:
    assert set(ORDERS) == set(cases(shared))
    assert set(FREQTRADE) == set(cases(shared, "orders_freqtrade.json"))
