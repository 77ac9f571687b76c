"""Entries that wait for their price, and further entries beside the first: what becomes of them on a few candles, checked by hand."""

import json
from decimal import Decimal

import numpy as np
import pytest

from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Limit, Price, Stop, StopLimit
from tests.backtest.builders import at, instrument, run

FLAT = (100.0, 101.0, 99.0, 100.0)
DIP = (100.0, 101.0, 97.0, 98.5)
RISE = (100.0, 104.0, 99.0, 103.0)


def entered(result: object) -> list[tuple[int, float]]:
    """Row and price of each entry."""
    return [(int(trade["entry_row"]), float(trade["entry_price"])) for trade in result.trade_table]  # type: ignore[attr-defined]


def test_a_limit_fills_at_its_price_where_the_candle_trades_through_it() -> None:
    result = run([FLAT, DIP, FLAT], enter_long=at(3, 0), order=Limit(98.0))
    assert entered(result) == [(1, 98.0)]
    assert result.trade_table["quantity"][0] == 10_000 / 98


def test_a_touch_alone_fills_a_limit_only_where_it_is_said_to() -> None:
    assert entered(run([FLAT, DIP, FLAT], enter_long=at(3, 0), order=Limit(97.0))) == []
    touched = run([FLAT, DIP, FLAT], enter_long=at(3, 0), order=Limit(97.0), options={"fill_on_touch": True})
    assert entered(touched) == [(1, 97.0)]


def test_a_gap_through_a_limit_is_the_traders() -> None:
    result = run([FLAT, (95.0, 96.0, 94.0, 95.0), FLAT], enter_long=at(3, 0), order=Limit(98.0))
    assert entered(result) == [(1, 95.0)]
    short = run([FLAT, (105.0, 106.0, 104.0, 105.0), FLAT], enter_short=at(3, 0), order=Limit(102.0))
    assert entered(short) == [(1, 105.0)]


def test_a_waiting_entry_lives_one_candle_and_its_end_is_counted() -> None:
    result = run([FLAT, FLAT, DIP, FLAT], enter_long=at(4, 0), order=Limit(98.0))
    assert entered(result) == []
    assert result.metrics["expired"] == 1


@pytest.mark.parametrize(("expires", "fills"), [(1, False), (2, False), (3, True), (None, True), ("1h", False), ("4h", True)])
def test_it_lives_as_long_as_it_is_told(expires: object, fills: bool) -> None:
    result = run([FLAT, FLAT, FLAT, DIP, FLAT], enter_long=at(5, 0), order=Limit(98.0), expires=expires)
    assert entered(result) == ([(3, 98.0)] if fills else [])
    assert result.metrics["expired"] == (0 if fills else 1)


def test_while_it_waits_the_same_condition_adds_nothing() -> None:
    result = run([FLAT, FLAT, DIP, DIP, FLAT], enter_long=True, order=Limit(np.array([98.0, 97.5, 97.5, 97.5, 97.5])), expires=3)
    assert entered(result) == [(2, 98.0)]


def test_a_condition_that_lasts_renews_its_entry_each_candle_at_the_newest_price() -> None:
    result = run([FLAT, FLAT, DIP, FLAT], enter_long=True, order=Limit(np.array([96.0, 98.0, 90.0, 90.0])))
    assert entered(result) == [(2, 98.0)]
    assert result.metrics["expired"] == 1


def test_an_exit_or_the_other_side_withdraws_a_waiting_entry() -> None:
    left = run([FLAT, FLAT, DIP, FLAT], enter_long=at(4, 0), exit_long=at(4, 1), order=Limit(98.0), expires=None)
    assert (entered(left), left.metrics["expired"]) == ([], 0)
    turned = run([FLAT, FLAT, DIP, FLAT], enter_long=at(4, 0), enter_short=at(4, 1), order=Limit(98.0), expires=None)
    assert [(trade["side"], trade["entry_row"]) for trade in turned.trade_table] == [(-1, 2)]


def test_an_entry_of_the_other_side_leaves_at_the_market_and_waits_for_its_price() -> None:
    rows = [FLAT, FLAT, FLAT, FLAT, RISE, FLAT]
    result = run(rows, enter_long=at(6, 0), enter_short=at(6, 2), order=Limit(np.array([101.0, 1, 103.5, 1, 1, 1])), expires=2)
    first, second = result.trade_table
    assert (first["entry_row"], first["exit_row"], first["reason"]) == (1, 3, ExitReason.REVERSAL)
    assert (second["side"], second["entry_row"], second["entry_price"]) == (-1, 4, 103.5)


def test_a_stop_entry_fills_where_it_is_touched_or_at_the_gap_behind_it() -> None:
    touched = run([FLAT, RISE, FLAT], enter_long=at(3, 0), order=Stop(104.0), options={"slippage": 0.001})
    assert entered(touched) == [(1, pytest.approx(104.0 * 1.001))]
    gapped = run([FLAT, (106.0, 107.0, 105.0, 106.0), FLAT], enter_long=at(3, 0), order=Stop(102.0))
    assert entered(gapped) == [(1, 106.0)]
    assert gapped.metrics["cut"] == 1


def test_a_stop_entry_that_the_market_has_passed_is_refused_and_counted() -> None:
    result = run([FLAT, RISE, FLAT], enter_long=at(3, 0), order=Stop(99.0))
    assert (entered(result), result.metrics["refused"]) == ([], 1)


def test_a_stop_limit_waits_for_its_limit_once_it_is_triggered() -> None:
    rows = [FLAT, (103.0, 104.0, 102.5, 103.0), (103.0, 103.5, 101.0, 102.0), FLAT]
    result = run(rows, enter_long=at(4, 0), order=StopLimit(102.0, 101.5), expires=2)
    assert entered(result) == [(2, 101.5)]
    assert entered(run(rows, enter_long=at(4, 0), order=StopLimit(102.0, 101.5))) == []


def test_the_bracket_of_a_limit_lives_from_its_fill_on_inside_the_same_candle() -> None:
    rows = [FLAT, (100.0, 101.0, 95.0, 96.0), FLAT]
    result = run(rows, enter_long=at(3, 0), order=Limit(98.0), stop_loss=0.02, take_profit=0.02)
    (trade,) = result.trade_table
    assert (trade["entry_row"], trade["exit_row"], trade["reason"]) == (1, 1, ExitReason.STOP_LOSS)
    assert trade["exit_price"] == pytest.approx(98.0 * 0.98)


def test_a_limit_pays_the_makers_fee_and_the_exit_the_takers() -> None:
    fees = {"maker": 0.0, "taker": 0.01, "slippage": 0.0}
    result = run([FLAT, DIP, FLAT, FLAT], enter_long=at(4, 0), exit_long=at(4, 1), order=Limit(98.0), options=fees)
    (trade,) = result.trade_table
    assert trade["costs"] == pytest.approx(trade["quantity"] * trade["exit_price"] * 0.01)


def test_with_fills_at_the_close_a_limit_still_waits_for_the_next_candle() -> None:
    result = run([DIP, DIP, FLAT], enter_long=at(3, 0), order=Limit(98.0), options={"fill_at": "close"})
    assert entered(result) == [(1, 98.0)]


def test_a_delay_holds_a_limit_back_and_its_life_begins_then() -> None:
    rows = [FLAT, DIP, FLAT, DIP, FLAT]
    assert entered(run(rows, enter_long=at(5, 0), order=Limit(98.0), options={"delay_bars": 1})) == []
    assert entered(run(rows, enter_long=at(5, 0), order=Limit(98.0), options={"delay_bars": 2})) == [(3, 98.0)]


def test_a_stop_is_judged_by_the_price_that_the_entry_waits_for() -> None:
    with pytest.raises(StrategyError, match=r"`stop_loss` is above the entry of a long at 2021-01-01 01:00 \(99 > 98\)"):
        run([FLAT] * 3, enter_long=at(3, 1), order=Limit(98.0), stop_loss=Price(99.0))
    above = run([FLAT, RISE, FLAT], enter_long=at(3, 0), order=Stop(103.0), stop_loss=Price(101.0))
    assert entered(above) == [(1, 103.0)]


def test_an_entry_without_its_price_is_an_error_with_its_time() -> None:
    with pytest.raises(StrategyError, match="`order` has no price for the entry at 2021-01-01 01:00"):
        run([FLAT] * 3, enter_long=at(3, 1), order=Limit(np.array([98.0, np.nan, 98.0])))


def test_further_entries_follow_only_as_often_as_pyramiding_says_and_leave_together() -> None:
    options = {"size": "20%"}
    once = run([FLAT] * 7, enter_long=at(7, 0, 1, 2), exit_long=at(7, 4), options=options)
    assert [trade["entry_row"] for trade in once.trade_table] == [1]
    twice = run([FLAT] * 7, enter_long=at(7, 0, 1, 2), exit_long=at(7, 4), pyramiding=1, options=options)
    assert [(trade["entry_row"], trade["exit_row"]) for trade in twice.trade_table] == [(1, 5), (2, 5)]
    thrice = run([FLAT] * 7, enter_long=at(7, 0, 1, 2), exit_long=at(7, 4), options=options | {"pyramiding": 5})
    assert [trade["entry_row"] for trade in thrice.trade_table] == [1, 2, 3]
    assert thrice.trade_table["quantity"].tolist() == pytest.approx([20.0, 20.0, 20.0])


def test_each_further_entry_has_its_own_bracket() -> None:
    rows = [FLAT, FLAT, (104.0, 105.0, 103.0, 104.0), (104.0, 104.0, 101.5, 102.0), FLAT]
    result = run(rows, enter_long=at(5, 0, 1), stop_loss=0.02, pyramiding=1, options={"size": "20%"})
    assert [(trade["entry_price"], trade["reason"]) for trade in result.trade_table] == [(100.0, ExitReason.OPEN), (104.0, ExitReason.STOP_LOSS)]


def test_a_capped_entry_fills_over_several_candles_and_an_exit_ends_it() -> None:
    result = run([FLAT] * 6, enter_long=at(6, 0), exit_long=at(6, 3), options={"size": "quantity 5", "participation": 1.0})
    assert [(trade["entry_row"], trade["quantity"]) for trade in result.trade_table] == [(1, 3.0)]
    (trade,) = result.trade_table
    assert trade["reason"] == ExitReason.OPEN
    longer = run([FLAT] * 9, enter_long=at(9, 0), exit_long=at(9, 3), options={"size": "quantity 5", "participation": 1.0})
    (trade,) = longer.trade_table
    assert (trade["entry_row"], trade["exit_row"], trade["quantity"], trade["reason"]) == (1, 6, 3.0, ExitReason.SIGNAL)


def test_the_grid_is_kept_and_a_limit_is_never_made_worse() -> None:
    result = run([FLAT, DIP, FLAT], what=instrument(tick=Decimal("0.5"), lot=Decimal("0.1")), enter_long=at(3, 0), order=Limit(98.3))
    assert entered(result) == [(1, 98.0)]
    assert result.trade_table["quantity"][0] == 102.0


def test_what_was_asked_stands_in_the_settings() -> None:
    result = run([FLAT] * 4, enter_long=at(4, 0), pyramiding=2)
    settings = json.loads(result.to_json())["settings"]
    assert (settings["pyramiding"], settings["rebalance"], settings["drift"]) == (2, "change", 0.05)


def test_confidence_and_reason_stand_with_the_trade() -> None:
    result = run(
        [FLAT, DIP, FLAT, FLAT],
        enter_long=at(4, 0),
        exit_long=at(4, 1),
        order=Limit(98.0),
        confidence=0.7,
        reason=np.array([0, 1, 0, 0]),
        reasons=["dip", "out"],
    )
    (trade,) = result.trade_table
    assert (trade["confidence"], result.note(trade["entry_note"]), result.note(trade["exit_note"])) == (0.7, "dip", "out")


@pytest.mark.parametrize(("name", "value"), [("pyramiding", -1), ("pyramiding", 1.5), ("rebalance", "often"), ("drift", 0), ("drift", 2)])
def test_settings_out_of_range_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"`{name}`"):
        run([FLAT] * 3, enter_long=at(3, 0), options={name: value})
