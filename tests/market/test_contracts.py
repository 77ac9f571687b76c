"""Continuous series of futures: the rule says when the next contract takes over, the join takes out the jump without the future."""

import numpy as np
import pytest

from terminal.domain.candles import Candles
from terminal.domain.errors import BadInput
from terminal.domain.instrument import AssetClass, Instrument
from terminal.domain.timeframe import DAY, Timeframe
from terminal.market.contracts import Contract, continuous

START = 1_609_459_200_000_000_000


def contract(name: str, first: int, prices: list[float], volume: list[float], expires: int) -> Contract:
    time = START + (first + np.arange(len(prices))) * DAY
    candles = Candles(Instrument("test", name, AssetClass.FUTURE), Timeframe.D1, time, *np.array([prices] * 4), volume=np.array(volume))
    return Contract(candles, START + expires * DAY)


MARCH = contract("ESH", 0, [100, 101, 102, 103, 104], [9, 9, 9, 2, 1], 5)
JUNE = contract("ESM", 2, [112, 113, 114, 115, 116, 117], [1, 5, 9, 9, 9, 9], 9)


def test_it_rolls_so_many_days_before_expiry() -> None:
    series = continuous([JUNE, MARCH], "2 days", join="none")
    assert series.active.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert series.rolls.tolist() == [3]
    assert series.candles.close.tolist() == [100, 101, 102, 113, 114, 115, 116, 117]


def test_it_rolls_the_day_after_the_next_contract_traded_more() -> None:
    assert continuous([MARCH, JUNE], "volume").rolls.tolist() == [4]


def test_the_jump_is_taken_out_by_what_both_were_worth_before_the_roll() -> None:
    by_ratio = continuous([MARCH, JUNE], "2 days").candles.close
    np.testing.assert_allclose(by_ratio[:3], [100, 101, 102])
    np.testing.assert_allclose(by_ratio[3:], np.array([113, 114, 115, 116, 117]) * 102 / 112)
    assert continuous([MARCH, JUNE], "2 days", join="difference").candles.close.tolist() == [100, 101, 102, 103, 104, 105, 106, 107]


def test_no_row_knows_a_later_roll() -> None:
    early = continuous([MARCH], "2 days").candles.close[:3]
    np.testing.assert_array_equal(continuous([MARCH, JUNE], "2 days").candles.close[:3], early)


@pytest.mark.parametrize(("rule", "join", "words"), [("sometimes", "ratio", "'sometimes'"), ("2 days", "glue", "'glue'"), ("40 days", "ratio", "")])
def test_rules_and_joins_are_named(rule: str, join: str, words: str) -> None:
    if not words:
        assert continuous([MARCH, JUNE], rule, join=join).active[0] in (0, 1)
        return
    with pytest.raises(BadInput, match=words):
        continuous([MARCH, JUNE], rule, join=join)


def test_contracts_with_a_hole_between_them_are_refused() -> None:
    late = contract("ESU", 20, [1, 2], [1, 1], 30)
    with pytest.raises(BadInput, match="ESH and ESU do not overlap"):
        continuous([MARCH, late], "2 days")
