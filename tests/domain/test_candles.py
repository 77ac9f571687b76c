"""Candles: read-only, rising, equal where their values are equal."""

import numpy as np
import pytest

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import Instrument
from terminal.domain.timeframe import HOUR, Timeframe


def candles(time: list[int], close: list[float] | None = None) -> Candles:
    prices = np.arange(1.0, len(time) + 1) if close is None else close
    return Candles(Instrument("x", "X"), Timeframe.H1, time, prices, prices, prices, prices, prices)


def test_columns_can_not_be_written_and_the_givers_array_is_not_frozen():
    time = np.arange(3, dtype=np.int64) * HOUR
    prices = np.ones(3)
    rows = Candles(Instrument("x", "X"), Timeframe.H1, time, prices, prices, prices, prices, prices)
    with pytest.raises(ValueError, match="read-only"):
        rows.close[0] = 2
    prices[0] = 5
    assert rows.close[0] == 1


@pytest.mark.parametrize("time", [[0, HOUR, HOUR], [0, 2 * HOUR, HOUR]])
def test_times_must_rise(time):
    with pytest.raises(BadInput, match="row 2"):
        candles(time)


def test_columns_of_other_lengths_or_shapes_are_named():
    with pytest.raises(BadInput, match="'open' has 2 rows"):
        candles([0, HOUR, 2 * HOUR], [1.0, 2.0])
    with pytest.raises(BadInput, match="one dimension"):
        candles([[0, HOUR]])  # type: ignore[list-item]


def test_equal_values_have_equal_fingerprints_and_others_do_not():
    one = candles([0, HOUR])
    assert one.fingerprint == candles([0, HOUR]).fingerprint
    assert one.fingerprint != candles([0, HOUR], [1.0, 3.0]).fingerprint
    assert one.fingerprint != candles([0, 2 * HOUR]).fingerprint


def test_between_takes_the_start_and_leaves_the_end():
    rows = candles([0, HOUR, 2 * HOUR, 3 * HOUR])
    assert rows.between(HOUR, 3 * HOUR).time.tolist() == [HOUR, 2 * HOUR]
    assert len(rows.between(None, None)) == 4
    assert len(rows.between(5 * HOUR, HOUR)) == 0
    assert np.shares_memory(rows.between(HOUR, None).close, rows.close)


def test_a_timeframe_that_does_not_exist_is_told_with_those_that_do():
    with pytest.raises(BadInput, match=r"'7h'.*1h, 4h"):
        candles([0, HOUR]).at("7h")
