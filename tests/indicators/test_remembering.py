"""Indicators that are asked again and again during a sweep."""

import numpy as np
import pytest

from terminal.indicators.averages import sma
from terminal.indicators.columns import remembering
from terminal.indicators.trend import bollinger

CLOSE = np.cumsum(np.random.default_rng(1).normal(size=300)) + 100


def test_an_indicator_asked_twice_for_the_same_is_computed_once() -> None:
    known: dict[object, object] = {}
    with remembering(known):
        assert sma(CLOSE, 20) is sma(CLOSE, 20)
        assert bollinger(CLOSE, 20, 2.0) is bollinger(CLOSE, 20, 2.0)
    assert len(known) == 2


def test_other_columns_and_parameters_are_other_questions() -> None:
    other = CLOSE.copy()
    with remembering({}):
        assert sma(CLOSE, 20) is not sma(CLOSE, 21)
        assert sma(CLOSE, 20) is not sma(other, 20)
        np.testing.assert_array_equal(sma(CLOSE, 20), sma(other, 20))


def test_shared_answers_can_not_be_written_into() -> None:
    with remembering({}), pytest.raises(ValueError, match="read-only"):
        sma(CLOSE, 20)[0] = 1.0


def test_outside_of_it_nothing_is_kept() -> None:
    assert sma(CLOSE, 20) is not sma(CLOSE, 20)
    sma(CLOSE, 20)[0] = 1.0


def test_columns_that_are_no_arrays_are_computed_as_ever() -> None:
    with remembering({}):
        np.testing.assert_array_equal(sma(CLOSE.tolist(), 20), sma(CLOSE, 20))
