"""The rules of one candle against the order cases of other projects, and the properties every rule keeps."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal.domain.orders import ExitReason
from terminal.risk.grid import grid_down, grid_up
from terminal.trading.costs import slipped
from terminal.trading.matching import HIGH_FIRST, LOW_FIRST, NONE, walk
from tests.backtest.builders import at, run

NAN = np.nan
LONG, SHORT = np.int64(1), np.int64(-1)


def walked(side: Any, candle: Any, *, stop: float = NAN, target: float = NAN, trail: float = NAN, order: Any = LOW_FIRST, touch: bool = False) -> float | None:
    """The price a protected position leaves at on this candle, None where it stays."""
    prices = tuple(float(price) for price in candle)
    reason, price, _, _ = walk(order, side, prices, float(stop), float(target), float(trail), True, prices[0], touch, 0.0, 1.0)
    return None if reason == NONE else price


def cases(shared: Path) -> dict[str, Any]:
    return {case["id"]: case for case in json.loads((shared / "cases" / "orders.json").read_text())["cases"]}


@pytest.mark.parametrize("order", [LOW_FIRST, HIGH_FIRST])
def test_stop_orders_fill_as_pyalgotrades_do(shared: Path, order: Any) -> None:
    for side, price, *candle, fill in cases(shared)["or-stop-bar"]["inputs"]["rows"]:
        assert walked(SHORT if side == "buy" else LONG, candle, stop=price, order=order) == fill


@pytest.mark.parametrize("order", [LOW_FIRST, HIGH_FIRST])
def test_limit_orders_fill_as_pyalgotrades_do_where_a_touch_fills(shared: Path, order: Any) -> None:
    for side, price, *candle, fill in cases(shared)["or-limit-bar"]["inputs"]["rows"]:
        assert walked(SHORT if side == "buy" else LONG, candle, target=price, order=order, touch=True) == fill


def test_a_touch_does_not_fill_a_limit_by_default(shared: Path) -> None:
    """The stricter default: at the limit's own price others stood in the queue before us."""
    touched = [row for row in cases(shared)["or-limit-bar"]["inputs"]["rows"] if row[1] in (row[3], row[4]) and row[2] != row[1]]
    for side, price, *candle, _ in touched:
        reaches_beyond = candle[2] < price if side == "buy" else candle[1] > price
        assert (walked(SHORT if side == "buy" else LONG, candle, target=price) is None) is not reaches_beyond


def test_a_gap_through_the_stop_fills_at_the_open(shared: Path) -> None:
    case = cases(shared)["or-gap-stop"]["inputs"]
    rows = [(10, 10, 10, 10), (case["buy"],) * 4, (case["open"],) * 4, (5, 5, 5, 5)]
    result = run(rows, enter_long=at(4, 0), stop_loss=0.1, options={"size": 1, "capital": case["start_cash"]})
    assert result.trade_table["exit_price"].tolist() == [5.0]
    assert result.equity_values[-1] == cases(shared)["or-gap-stop"]["expected"]["cash"]


def test_a_quantity_that_cannot_be_paid_is_not_filled(shared: Path) -> None:
    cash = cases(shared)["or-cash"]["inputs"]["cash"]
    result = run([(10, 10, 10, 10)] * 3, enter_long=at(3, 0), options={"size": 1, "capital": cash})
    assert (len(result.trade_table), result.metrics["unaffordable"], result.equity_values[-1]) == (0, 1, cash)


def test_an_order_for_the_close_fills_there(shared: Path) -> None:
    close = cases(shared)["or-onclose"]["inputs"]["close"]
    result = run([(12, 15, 11, close), (16, 17, 15, 16)], enter_long=at(2, 0), options={"fill_at": "close"})
    assert result.trade_table["entry_price"].tolist() == [close]


def test_a_resting_stop_fills_at_its_trigger_as_nautilus_does(shared: Path) -> None:
    case = cases(shared)["or-nt-stop-bar"]
    assert walked(LONG, case["inputs"]["bar"], stop=1490) == case["expected"]["fill"]


def test_the_nearer_extreme_goes_first_as_in_nautilus(shared: Path) -> None:
    bar = cases(shared)["or-nt-path"]["inputs"]["bar"]
    rows = [(1500, 1500, 1500, 1500), (1500, 1500, 1500, 1500), tuple(bar), (1500, 1500, 1500, 1500)]
    result = run(rows, enter_long=at(4, 0), stop_loss=10 / 1500, take_profit=10 / 1500, options={"path": "ohlc"})
    assert result.trade_table["reason"][0] == ExitReason.STOP_LOSS
    assert result.trade_table["exit_price"][0] == pytest.approx(1490)


def test_a_trail_only_rises_and_fills_when_the_price_is_back_as_in_nautilus(shared: Path) -> None:
    """Nautilus trails the bid once a price of 15 was seen; here the trail starts with the position, entered at the second quote."""
    bids = [bid for bid, _ in cases(shared)["or-nt-trail"]["inputs"]["quotes"]][1:]
    best, exits = bids[0], []
    for bid in bids:
        reason, price, best, _ = walk(LOW_FIRST, LONG, (float(bid),) * 4, NAN, NAN, 1.0, True, float(best), False, 0.0, 1.0)
        exits.append(None if reason == NONE else price)
    assert exits == [None, None, None, 15.0]


def test_the_target_takes_the_stop_with_it(shared: Path) -> None:
    assert cases(shared)["or-nt-oco"]["expected"]["open_positions"] == 0
    rows = [(3090, 3090, 3090, 3090)] * 2 + [(3090, 3155, 3090, 3151), (3150, 3150, 2000, 2000)]
    result = run(rows, enter_long=at(4, 0), stop_loss=0.1, take_profit=60 / 3090)
    assert result.trade_table["reason"].tolist() == [ExitReason.TAKE_PROFIT]
    assert result.metrics["open_trades"] == 0


prices = st.floats(1, 1000)


@given(st.tuples(prices, prices, prices, prices), prices, prices, st.sampled_from((LONG, SHORT)), st.sampled_from((LOW_FIRST, HIGH_FIRST)))
def test_a_fill_lies_within_the_candle_and_never_better_than_its_stop_or_worse_than_its_target(
    four: tuple[float, float, float, float], stop: float, target: float, side: Any, order: Any
) -> None:
    low, first, last, high = sorted(four)
    reason, price, best, worst = walk(order, side, (first, high, low, last), stop, target, NAN, False, first, False, 0.0, 1.0)
    assume(reason != NONE)
    assert low <= price <= high
    assert side * (price - stop) <= 0 if reason == ExitReason.STOP_LOSS else side * (price - target) >= 0
    assert side * (best - price) >= 0 >= side * (worst - price)


@given(st.tuples(prices, prices, prices, prices), st.sampled_from((LOW_FIRST, HIGH_FIRST)), st.floats(0.01, 500))
def test_a_short_is_a_long_in_the_mirror(four: tuple[float, float, float, float], order: Any, distance: float) -> None:
    low, first, last, high = sorted(four)
    mirrored = tuple(2000 - price for price in (first, low, high, last))
    long = walk(order, LONG, (first, high, low, last), first - distance, first + distance, NAN, False, first, False, 0.0, 1.0)
    other = HIGH_FIRST if order == LOW_FIRST else LOW_FIRST
    start = 2000 - first
    short = walk(other, SHORT, mirrored, start + distance, start - distance, NAN, False, start, False, 0.0, 1.0)
    assert long[0] == short[0]
    if long[0] != NONE:
        assert short[1] == pytest.approx(2000 - long[1], abs=1e-9)


@given(st.integers(1, 10**9), st.sampled_from(((1, 100), (1, 4), (5, 1), (1, 10**8))))
def test_a_point_of_the_grid_stays_where_it_is(steps: int, grid: tuple[int, int]) -> None:
    value = steps * grid[0] / grid[1]
    assert grid_down(value, float(grid[0]), float(grid[1])) == value == grid_up(value, float(grid[0]), float(grid[1]))


@given(st.floats(0.01, 1e6), st.floats(0, 0.1), st.sampled_from(((0, 1), (1, 100), (1, 2))))
def test_slippage_is_never_in_your_favour(price: float, slippage: float, tick: tuple[int, int]) -> None:
    assert slipped(price, 1, slippage, float(tick[0]), float(tick[1])) >= price * (1 - 1e-12)
    assert slipped(price, -1, slippage, float(tick[0]), float(tick[1])) <= price * (1 + 1e-12)
