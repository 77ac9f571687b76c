"""What happens to one decision on a few candles, checked by hand against simulation.md and strategy-api.md."""

from decimal import Decimal

import numpy as np
import pytest

from terminal.domain.errors import BadInput, StrategyError
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Price
from tests.backtest.builders import at, instrument, run

FLAT = (100.0, 101.0, 99.0, 100.0)


def test_a_decision_fills_at_the_next_open_and_leaves_at_the_open_after_its_exit() -> None:
    rows = [FLAT, (102, 103, 101, 102), (104, 105, 103, 104), (106, 107, 105, 106), FLAT]
    result = run(rows, enter_long=at(5, 0), exit_long=at(5, 2))
    (trade,) = result.trade_table
    assert (trade["entry_row"], trade["exit_row"]) == (1, 3)
    assert (trade["entry_price"], trade["exit_price"]) == (102.0, 106.0)
    assert trade["reason"] == ExitReason.SIGNAL
    assert result.equity_values.tolist()[0] == 10_000.0
    assert result.equity_values[-1] == pytest.approx(10_000 + 10_000 / 102 * 4 - (10_000 - 10_000 / 102 * 102))


def test_the_size_is_cut_to_what_the_fill_leaves_affordable_and_the_cut_is_counted() -> None:
    result = run([FLAT, (102, 103, 101, 102), FLAT], enter_long=at(3, 0))
    assert result.trade_table["quantity"][0] == 10_000 / 102
    assert result.metrics["cut"] == 1


def test_what_rounding_alone_makes_too_dear_is_neither_cut_nor_refused() -> None:
    steps = [(price, price, price, price) for price in (101.1, 103.7, 103.7, 103.7, 99.3, 99.3, 99.3)]
    turns = run(steps, enter_long=at(7, 0, 4), enter_short=at(7, 2, 5), options={"commission": 0.001, "slippage": 0.0005, "size_at": "fill"})
    again = run(steps, enter_long=at(7, 1, 5), enter_short=at(7, 2, 4), options={"commission": 0.0025, "slippage": 0.0005})
    assert min(turns.metrics["trades"], again.metrics["trades"]) >= 2
    assert turns.metrics["cut"] == again.metrics["cut"] == 0
    dimes = run([(0.1, 0.1, 0.1, 0.1)] * 3, enter_long=at(3, 0), options={"size": 3, "capital": 0.3})
    assert dimes.metrics["unaffordable"] == 0
    assert dimes.trade_table["quantity"].tolist() == pytest.approx([3.0])


def test_turnover_counts_what_a_contract_is_worth() -> None:
    contract = run([FLAT] * 30, what=instrument(multiplier=Decimal(50)), enter_long=at(30, 0), exit_long=at(30, 5))
    share = run([FLAT] * 30, enter_long=at(30, 0), exit_long=at(30, 5))
    assert contract.metrics["turnover"] == pytest.approx(share.metrics["turnover"])


def test_an_explicit_quantity_that_cannot_be_paid_is_refused_not_cut() -> None:
    result = run([FLAT] * 3, enter_long=at(3, 0), options={"size": 101})
    assert len(result.trade_table) == 0
    assert result.metrics["unaffordable"] == 1


def test_a_quantity_is_rounded_down_to_the_lot_and_nothing_is_left_of_less_than_one() -> None:
    kept = run([FLAT] * 3, what=instrument(lot="0.3"), enter_long=at(3, 0), options={"size": 1})
    assert kept.trade_table["quantity"].tolist() == [0.9]
    gone = run([FLAT] * 3, what=instrument(lot="0.3"), enter_long=at(3, 0), options={"size": 0.29})
    assert len(gone.trade_table) == 0
    assert gone.metrics["too_small"] == 1


def test_entering_while_long_does_nothing_and_a_short_entry_reverses_at_the_same_open() -> None:
    result = run([FLAT] * 6, enter_long=at(6, 0, 1, 2), enter_short=at(6, 3))
    first, second = result.trade_table
    assert (first["side"], first["exit_row"], first["reason"]) == (1, 4, ExitReason.REVERSAL)
    assert (second["side"], second["entry_row"], second["reason"]) == (-1, 4, ExitReason.OPEN)


def test_exit_and_entry_of_one_side_in_one_row_only_exits() -> None:
    result = run([FLAT] * 5, enter_long=at(5, 0, 2), exit_long=at(5, 2))
    assert result.trade_table["exit_row"].tolist() == [3]


def test_both_entries_in_one_row_do_nothing_and_are_counted() -> None:
    result = run([FLAT] * 4, enter_long=at(4, 0), enter_short=at(4, 0))
    assert len(result.trade_table) == 0
    assert result.metrics["conflicts"] == 1


def test_a_stop_fills_at_its_level_and_through_a_gap_at_the_open() -> None:
    touched = run([FLAT, FLAT, (100, 100, 95, 99), FLAT], enter_long=at(4, 0), stop_loss=0.05)
    assert (touched.trade_table["exit_price"][0], touched.trade_table["reason"][0]) == (95.0, ExitReason.STOP_LOSS)
    gapped = run([FLAT, FLAT, (90, 92, 89, 91), FLAT], enter_long=at(4, 0), stop_loss=0.05)
    assert gapped.trade_table["exit_price"][0] == 90.0


def test_a_target_needs_to_be_traded_through_unless_a_touch_is_said_to_fill() -> None:
    rows = [FLAT, FLAT, (100, 105, 99, 104), FLAT]
    assert run(rows, enter_long=at(4, 0), take_profit=0.05).trade_table["reason"][0] == ExitReason.OPEN
    touched = run(rows, enter_long=at(4, 0), take_profit=0.05, options={"fill_on_touch": True})
    assert (touched.trade_table["reason"][0], touched.trade_table["exit_price"][0]) == (ExitReason.TAKE_PROFIT, 105.0)
    gapped = run([FLAT, FLAT, (108, 109, 107, 108), FLAT], enter_long=at(4, 0), take_profit=0.05)
    assert gapped.trade_table["exit_price"][0] == 108.0


@pytest.mark.parametrize(("path", "price"), [("pessimistic", 95.0), ("optimistic", 105.0), ("ohlc", 105.0)])
def test_the_path_decides_where_stop_and_target_are_both_in_reach(path: str, price: float) -> None:
    rows = [FLAT, FLAT, (100, 106, 93, 100), FLAT]
    result = run(rows, enter_long=at(4, 0), stop_loss=0.05, take_profit=0.05, options={"path": path})
    assert result.trade_table["exit_price"][0] == price


def test_protection_lives_inside_the_entry_candle() -> None:
    result = run([FLAT, (100, 101, 94, 100), FLAT], enter_long=at(3, 0), stop_loss=0.05)
    assert (result.trade_table["entry_row"][0], result.trade_table["exit_row"][0]) == (1, 1)


def test_a_trail_follows_earlier_points_only() -> None:
    rows = [FLAT, (100, 100, 100, 100), (100, 110, 100, 109), (109, 109, 98, 98), FLAT]
    result = run(rows, enter_long=at(5, 0), trailing_stop=0.1)
    assert (result.trade_table["exit_row"][0], result.trade_table["exit_price"][0]) == (3, 99.0)
    assert result.trade_table["reason"][0] == ExitReason.TRAILING_STOP


def test_a_stop_that_a_gap_has_passed_closes_at_the_fill_and_is_counted() -> None:
    rows = [FLAT, (90, 91, 89, 90), FLAT]
    result = run(rows, enter_long=at(3, 0), stop_loss=Price(95.0))
    (trade,) = result.trade_table
    assert (trade["entry_price"], trade["exit_price"], trade["bars"]) == (90.0, 90.0, 0)
    assert result.metrics["stops_passed"] == 1


def test_a_stop_on_the_wrong_side_of_its_own_decision_is_an_error_in_words() -> None:
    with pytest.raises(StrategyError, match=r"`stop_loss` is above the entry of a long at 2021-01-01 01:00 \(120 > 100\)"):
        run([FLAT] * 4, enter_long=at(4, 1), stop_loss=Price(120.0))


def test_a_risk_size_loses_just_that_when_its_stop_is_hit() -> None:
    rows = [FLAT, FLAT, (100, 100, 90, 91), FLAT]
    options = {"size": "risk 1%", "commission": 0.001, "slippage": 0.002}
    result = run(rows, enter_long=at(4, 0), stop_loss=0.05, options=options)
    assert result.trade_table["profit"][0] == pytest.approx(-100.0, rel=1e-9)


def test_a_risk_size_without_a_stop_is_an_error_in_words() -> None:
    with pytest.raises(StrategyError, match="neither `stop_loss` nor `trailing_stop`"):
        run([FLAT] * 3, enter_long=at(3, 0), options={"size": "risk 1%"})


def test_delay_waits_and_close_at_end_leaves_as_a_last_order() -> None:
    rows = [FLAT, FLAT, FLAT, (110, 111, 109, 110)]
    result = run(rows, enter_long=at(4, 0), options={"delay_bars": 1, "close_at_end": True})
    (trade,) = result.trade_table
    assert (trade["entry_row"], trade["exit_row"], trade["reason"]) == (2, 3, ExitReason.END)
    assert result.equity_values[-1] == 11_000.0


def test_an_open_position_is_valued_at_the_last_close_and_reported_open() -> None:
    result = run([FLAT, FLAT, (110, 111, 109, 110)], enter_long=at(3, 0))
    (trade,) = result.trade_table
    assert (trade["reason"], trade["exit_row"], trade["profit"]) == (ExitReason.OPEN, -1, 1000.0)
    assert result.trades["exit_time"].isna().all()
    assert result.metrics["open_trades"] == 1


def test_slippage_is_rounded_to_the_tick_against_both_sides() -> None:
    result = run([FLAT] * 5, what=instrument(tick="0.5"), enter_long=at(5, 0), exit_long=at(5, 2), options={"slippage": 0.001})
    assert (result.trade_table["entry_price"][0], result.trade_table["exit_price"][0]) == (100.5, 99.5)


def test_the_start_keeps_earlier_candles_as_warm_up_only() -> None:
    rows = [FLAT] * 6
    start = run(rows).time[3]
    result = run(rows, enter_long=at(6, 0, 4), options={"start": int(start)})
    assert len(result.time) == 3
    assert result.trade_table["entry_row"].tolist() == [2]


def test_impossible_candles_are_refused_by_time_and_values() -> None:
    with pytest.raises(BadInput, match=r"2021-01-01T01:00:00Z \(row 1\) is impossible: open 100, high 90"):
        run([FLAT, (100, 90, 99, 100), FLAT])
    with pytest.raises(BadInput, match="row 0"):
        run([(np.nan, 101, 99, 100), FLAT])
    with pytest.raises(BadInput, match="at least two candles"):
        run([FLAT])
