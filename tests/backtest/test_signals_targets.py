"""A target says what share of the account to hold: when it trades, how it turns, and what contradicts it."""

import numpy as np
import pytest

from terminal.domain.errors import StrategyError
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Limit, Price
from tests.backtest.builders import at, run

FLAT = (100.0, 101.0, 99.0, 100.0)
NAN = np.nan


def test_a_target_is_traded_where_its_value_changes_and_nan_keeps_it() -> None:
    result = run([FLAT] * 8, target=np.array([NAN, 0.5, 0.5, NAN, 0.5, 0.25, 0.0, NAN]))
    (trade,) = result.trade_table
    assert (trade["entry_row"], trade["exit_row"], trade["quantity"], trade["reason"]) == (2, 7, 50.0, ExitReason.SIGNAL)
    assert result.metrics["too_small"] == 0


def test_a_target_of_another_sign_turns_the_position_at_one_open() -> None:
    result = run([FLAT] * 6, target=np.array([0.5, 0.5, -0.3, -0.3, 0.0, 0.0]))
    first, second = result.trade_table
    assert (first["side"], first["entry_row"], first["exit_row"], first["reason"]) == (1, 1, 3, ExitReason.REVERSAL)
    assert (second["side"], second["entry_row"], second["exit_row"]) == (-1, 3, 5)
    assert (first["quantity"], second["quantity"]) == (50.0, 30.0)


def test_a_target_of_nothing_on_a_flat_account_asks_for_nothing() -> None:
    result = run([FLAT] * 4, target=np.array([0.0, NAN, 0.0, 0.0]))
    assert len(result.trade_table) == 0
    assert result.metrics["too_small"] == 0


def test_a_larger_target_opens_a_second_lot_and_a_smaller_one_leaves_the_first_lot_first() -> None:
    result = run([FLAT] * 7, target=np.array([0.3, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1]))
    older, newer = result.trade_table
    assert (older["quantity"], older["exit_row"], older["reason"]) == (30.0, 4, ExitReason.REBALANCE)
    assert (newer["quantity"], newer["reason"]) == (pytest.approx(20.0), ExitReason.OPEN)


def test_from_nothing_a_target_buys_what_the_same_size_buys() -> None:
    rows = [FLAT, (102.0, 103.0, 101.0, 102.0), FLAT, FLAT]
    costs = {"commission": 0.001, "slippage": 0.002}
    target = run(rows, target=np.array([0.5, 0.5, 0.0, 0.0]), options=costs)
    sized = run(rows, enter_long=at(4, 0), exit_long=at(4, 2), size=0.5, options=costs)
    assert target.trade_table.tobytes() == sized.trade_table.tobytes()
    assert target.equity_values.tobytes() == sized.equity_values.tobytes()


def test_all_of_the_equity_as_target_is_paid_without_a_cut() -> None:
    result = run([FLAT] * 4, target=1.0, options={"commission": 0.001, "slippage": 0.002})
    assert result.metrics["cut"] == 0
    assert result.trade_table["quantity"][0] == pytest.approx(10_000 / (100 * 1.002 * 1.001))


RISING = [FLAT, FLAT, (100.0, 120.0, 100.0, 120.0), (120.0, 121.0, 119.0, 120.0), (120.0, 121.0, 119.0, 120.0), (110.0, 111.0, 109.0, 110.0)]


def test_every_bar_brings_the_position_back_to_its_target_at_each_open() -> None:
    kept = run(RISING, target=0.5)
    followed = run(RISING, target=0.5, rebalance="every_bar")
    assert kept.equity_values[-1] == 5_000 + 50 * 110
    assert followed.trade_table["quantity"].tolist() == [50.0]
    assert followed.equity_values[-1] == pytest.approx(11_000 - 5_500 / 120 * 10)


@pytest.mark.parametrize(("drift", "rebalanced"), [(0.01, True), (0.2, False)])
def test_a_drifted_position_is_brought_back_only_beyond_the_band(drift: float, rebalanced: bool) -> None:
    result = run(RISING, target=0.5, rebalance="drift", drift=drift)
    assert result.equity_values[-1] == pytest.approx(11_000 - 5_500 / 120 * 10 if rebalanced else 5_000 + 50 * 110)


def test_the_run_may_say_how_targets_are_followed_and_the_strategy_may_overrule_it() -> None:
    by_run = run(RISING, target=0.5, options={"rebalance": "every_bar"})
    by_strategy = run(RISING, target=0.5, rebalance="every_bar", options={"rebalance": "change"})
    assert by_run.equity_values.tobytes() == by_strategy.equity_values.tobytes()
    assert by_strategy.settings["rebalance"] == "every_bar"


def test_a_stop_leaves_the_target_where_it_is_until_its_value_changes() -> None:
    rows = [FLAT, FLAT, (100.0, 100.0, 90.0, 91.0), FLAT, FLAT, FLAT]
    result = run(rows, target=np.array([0.5, 0.5, 0.5, 0.5, 0.4, 0.4]), stop_loss=0.05)
    assert [(trade["entry_row"], trade["reason"]) for trade in result.trade_table] == [(1, ExitReason.STOP_LOSS), (5, ExitReason.OPEN)]


def test_the_warm_up_before_the_start_trades_nothing() -> None:
    rows = [FLAT] * 6
    start = int(run(rows).time[3])
    result = run(rows, target=0.5, options={"start": start})
    assert [(trade["entry_row"], trade["quantity"]) for trade in result.trade_table] == [(1, 50.0)]


def test_a_target_waits_its_delay_and_is_sized_at_its_decision() -> None:
    rows = [FLAT, FLAT, (110.0, 111.0, 109.0, 110.0), FLAT]
    result = run(rows, target=np.array([0.5, 0.5, 0.5, 0.5]), options={"delay_bars": 1})
    assert [(trade["entry_row"], trade["quantity"]) for trade in result.trade_table] == [(2, 50.0)]


@pytest.mark.parametrize(
    ("signals", "words"),
    [
        ({"target": 0.5, "enter_long": True}, "`target` and `enter_long` are both given"),
        ({"target": 0.5, "size": 0.5}, "`target` and `size` are both given"),
        ({"target": 0.5, "order": Limit(99.0)}, "`target` and `order` are both given"),
        ({"target": 0.5, "pyramiding": 1}, "`target` and `pyramiding` are both given"),
        ({"target": np.array([0.5, 1.2, 0.5])}, r"`target` is outside −1 to 1, a fraction of equity at 2021-01-01 01:00 \(1.2\)"),
        ({"target": 0.5, "rebalance": "often"}, "`rebalance` is 'often'"),
        ({"enter_long": True, "drift": 0.1}, "`drift` is given without a `target`"),
        ({"target": np.array([NAN, 0.5, 0.5]), "stop_loss": Price(101.0)}, r"`stop_loss` is above the entry of a long at 2021-01-01 01:00 \(101 > 100\)"),
    ],
)
def test_what_contradicts_a_target_is_an_error_in_words(signals: dict[str, object], words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        run([FLAT] * 3, **signals)


def test_leverage_widens_what_a_target_may_be() -> None:
    result = run([FLAT] * 4, target=1.5, options={"leverage": 2.0})
    assert result.trade_table["quantity"].tolist() == pytest.approx([150.0])
