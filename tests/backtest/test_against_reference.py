"""Random candles and random signals: the compiled loop gives the trades and the equity of the plain reference, exactly.

Prices, grids and rates are such that float64 holds every value without rounding, so that equality means equality.
"""

from fractions import Fraction as F  # noqa: N817 - exact numbers fill these lines; a short name keeps them readable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.backtest import run as backtest_run
from terminal.domain.orders import ExitReason
from terminal.domain.signals import Price
from tests.backtest import reference
from tests.backtest.builders import instrument, run

NAMES = ("enter_long", "exit_long", "enter_short", "exit_short")
TICKS = {"0.25": F(1, 4), "0.5": F(1, 2), "0.0625": F(1, 16)}
LOTS = {"0.125": F(1, 8), "1": F(1), "0.015625": F(1, 64)}


@st.composite
def candle(draw: st.DrawFn) -> tuple[F, F, F, F]:
    prices = sorted(draw(st.lists(st.integers(380, 420), min_size=4, max_size=4)))
    low, high = prices[0], prices[3]
    first, last = prices[1:3] if draw(st.booleans()) else prices[2:0:-1]
    return F(first, 4), F(high, 4), F(low, 4), F(last, 4)


def distance(rows: int) -> st.SearchStrategy[list[F | None]]:
    one = st.none() | st.integers(1, 24).map(lambda count: F(count, 256))
    return st.lists(one, min_size=rows, max_size=rows) | one.map(lambda value: [value] * rows)


@st.composite
def case(draw: st.DrawFn) -> dict[str, Any]:
    rows = draw(st.integers(2, 28))
    often = draw(st.sampled_from((2, 4, 8)))
    kind = draw(st.sampled_from(("percent", "cash", "quantity", "risk")))
    values = {"percent": (F(1, 2), F(1), F(3, 2)), "cash": (F(1000), F(12_000)), "quantity": (F(10), F(99), F(150)), "risk": (F(1, 64), F(1, 16))}
    stops = draw(distance(rows))
    if kind == "risk":
        stops = [stop or F(1, 32) for stop in stops]
    return {
        "candles": draw(st.lists(candle(), min_size=rows, max_size=rows)),
        "wishes": {name: [count == 0 for count in draw(st.lists(st.integers(0, often), min_size=rows, max_size=rows))] for name in NAMES},
        "stops": stops,
        "targets": draw(distance(rows)),
        "trails": draw(distance(rows)),
        "trail_is_distance": draw(st.booleans()),
        "stop_is_price": kind != "risk" and draw(st.booleans()),
        "sizes": draw(st.none() | st.lists(st.none() | st.sampled_from((F(1, 4), F(1))), min_size=rows, max_size=rows)),
        "size": (kind, draw(st.sampled_from(values[kind]))),
        "fee": draw(st.sampled_from((F(0), F(1, 1024), F(1, 256)))),
        "slippage": draw(st.sampled_from((F(0), F(1, 2048), F(1, 128)))),
        "tick": draw(st.sampled_from(sorted(TICKS))),
        "lot": draw(st.sampled_from(sorted(LOTS))),
        "path": draw(st.sampled_from(("pessimistic", "optimistic", "ohlc"))),
        "delay": draw(st.integers(0, 2)),
        "at_close": draw(st.booleans()),
        "size_at_fill": draw(st.booleans()),
        "touch": draw(st.booleans()),
        "close_at_end": draw(st.booleans()),
    }


def expected(made: dict[str, Any]) -> tuple[reference.Account, list[F]]:
    rows = len(made["candles"])
    wishes = [{name: made["wishes"][name][row] for name in NAMES} for row in range(rows)]
    decisions = []
    for row in range(rows):
        close = made["candles"][row][3]
        stop = made["stops"][row]
        words = {
            "stop": None if stop is None else ("price", close - direction(made, row) * stop * 64) if made["stop_is_price"] else ("fraction", stop),
            "target": None if made["targets"][row] is None else ("fraction", made["targets"][row]),
            "trail": None if made["trails"][row] is None else trail_of(made, row),
            "size": None if made["sizes"] is None else made["sizes"][row],
        }
        decisions.append(reference.Decision(row, close, **words))
    rules = reference.Rules(
        made["size"],
        made["fee"],
        made["slippage"],
        TICKS[made["tick"]],
        LOTS[made["lot"]],
        path=made["path"],
        delay=made["delay"],
        at_close=made["at_close"],
        size_at_fill=made["size_at_fill"],
        touch=made["touch"],
        close_at_end=made["close_at_end"],
    )
    return reference.simulate(made["candles"], wishes, decisions, rules)


def direction(made: dict[str, Any], row: int) -> int:
    """The side that an absolute stop of this row protects: short only where no long is wanted."""
    return -1 if made["wishes"]["enter_short"][row] and not made["wishes"]["enter_long"][row] else 1


def trail_of(made: dict[str, Any], row: int) -> tuple[str, F]:
    value = made["trails"][row]
    return ("price", value * 64) if made["trail_is_distance"] else ("fraction", value)


def found(made: dict[str, Any]) -> Any:
    rows = len(made["candles"])
    kind, value = made["size"]
    sizes = {"percent": f"{float(value * 100)}%", "cash": f"cash {float(value)}", "quantity": float(value), "risk": f"risk {float(value * 100)}%"}
    stops = numbers(made["stops"])
    closes = np.array([float(prices[3]) for prices in made["candles"]])
    sides = np.array([direction(made, row) for row in range(rows)])
    trails = numbers(made["trails"])
    return run(
        [tuple(map(float, prices)) for prices in made["candles"]],
        what=instrument(made["tick"], made["lot"]),
        options={
            "commission": float(made["fee"]),
            "slippage": float(made["slippage"]),
            "size": sizes[kind],
            "path": made["path"],
            "delay_bars": made["delay"],
            "fill_at": "close" if made["at_close"] else "open",
            "size_at": "fill" if made["size_at_fill"] else "decision",
            "fill_on_touch": made["touch"],
            "close_at_end": made["close_at_end"],
        },
        stop_loss=Price(closes - sides * stops * 64) if made["stop_is_price"] else stops,
        take_profit=numbers(made["targets"]),
        trailing_stop=Price(trails * 64) if made["trail_is_distance"] else trails,
        size=np.nan if made["sizes"] is None else numbers(made["sizes"]),
        **{name: np.array(made["wishes"][name]) for name in NAMES},
    )


def numbers(values: list[F | None]) -> np.ndarray:
    return np.array([np.nan if value is None else float(value) for value in values])


@settings(max_examples=400, deadline=None)
@given(case())
def test_the_compiled_loop_is_the_reference(made: dict[str, Any]) -> None:
    account, equity = expected(made)
    result = found(made)
    assert [F(value) for value in result.equity_values.tolist()] == equity
    columns = ("entry_row", "exit_row", "side", "quantity", "entry_price", "exit_price", "reason")
    trades = [tuple(trade[name].item() for name in columns) for trade in result.trade_table if trade["reason"] != ExitReason.OPEN]
    told = [(first, last, side, F(quantity), F(entry), F(leave), ExitReason(reason).words) for first, last, side, quantity, entry, leave, reason in trades]
    assert told == account.trades
    assert {name: int(result.metrics[name]) for name in account.counts} == account.counts


@settings(max_examples=200, deadline=None)
@given(case())
def test_gross_less_each_cost_is_net_exactly_and_trades_add_up_to_the_equity(made: dict[str, Any]) -> None:
    result = found(made)
    table = result.trade_table
    assert (table["gross"] - table["slippage"] - table["costs"] == table["profit"]).all()
    cash = 10_000.0
    for profit in table["profit"].tolist():
        cash += profit
    assert result.equity_values[-1] == cash
    by_prices = table["side"] * table["quantity"] * (table["exit_price"] - table["entry_price"]) - table["costs"]
    np.testing.assert_allclose(by_prices, table["profit"], rtol=0, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(case())
def test_the_worse_path_never_ends_a_single_candle_better(made: dict[str, Any]) -> None:
    """Up to the first trade that the two paths end differently, pessimistic equity is never above optimistic equity."""
    low, high = found(made | {"path": "pessimistic"}), found(made | {"path": "optimistic"})
    different = np.flatnonzero(low.equity_values != high.equity_values)
    if len(different):
        assert low.equity_values[different[0]] < high.equity_values[different[0]]


@settings(max_examples=60, deadline=None)
@given(case())
def test_the_same_inputs_give_the_same_bytes(made: dict[str, Any]) -> None:
    one, two = found(made), found(made)
    for name in ("equity_values", "benchmark_values", "trade_table", "daily_returns"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
    assert one.to_json().replace(one.fingerprints["code"], "") == two.to_json().replace(two.fingerprints["code"], "")


def test_where_the_loop_is_interrupted_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stops to ask whether to go on, which is invisible."""
    steps = np.random.default_rng(5)
    closes = 400 + np.cumsum(steps.integers(-3, 4, 3000))
    rows = [(float(before), float(max(before, after) + 2), float(min(before, after) - 2), float(after)) for before, after in pairwise(closes.tolist())]
    signals = {name: steps.random(len(rows)) < 0.1 for name in NAMES}

    def once() -> bytes:
        result = run(rows, stop_loss=0.01, trailing_stop=0.012, take_profit=0.02, options={"delay_bars": 2, "commission": 0.001}, **signals)
        assert len(result.trade_table) > 100
        return result.equity_values.tobytes() + result.trade_table.tobytes()

    whole = once()
    monkeypatch.setattr(backtest_run, "_CHUNK", 7)
    assert once() == whole
