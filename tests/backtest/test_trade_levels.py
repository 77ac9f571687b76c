"""Each trade keeps the stop and the target that it was opened with, on every way through a backtest, and says so in every form."""

import csv
import io
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from terminal.backtest.report.document import trades_csv
from terminal.backtest.result import TRADE_TABLE, with_levels
from terminal.backtest.run import backtest
from terminal.domain.actions import Roll, Split
from terminal.domain.candles import Candles
from terminal.domain.signals import Price, Signals
from terminal.domain.ticks import Ticks
from terminal.strategies.contract import Strategy
from tests.backtest.builders import strategy
from tests.backtest.test_many import START, of
from tests.backtest.ticking import times

FREE = {"commission": 0.0, "slippage": 0.0, "size": "quantity 1"}
ROWS = [(100, 101, 99, 100)] * 2 + [(100, 104, 100, 103), (103, 112, 103, 111), (111, 111, 111, 111)]


def bracketed(rows: int, **levels: Any) -> Strategy:
    return strategy(enter_long=np.arange(rows) == 0, **levels)


class Brackets(Strategy):
    """A bracket on the first candle, moved by hand on the second."""

    def on_start(self) -> None:
        self.is_in = False

    def on_candle(self, candle: Any) -> None:
        if not self.is_in:
            self.is_in = True
            self.buy(quantity=1, stop_loss="5%", take_profit=110.0)


def levels_of(made: Any) -> list[tuple[float, float]]:
    return list(zip(made.trade_table["stop"].tolist(), made.trade_table["target"].tolist(), strict=True))


@pytest.mark.parametrize("more", [{}, {"participation": 0.5}], ids=["loop", "desk"])
def test_signals_tell_the_levels_of_their_decision_at_the_fill(more: dict[str, Any]) -> None:
    candles = of("AAA", ROWS)
    options = {**FREE, **more, "size": "quantity 0.5"}
    made = backtest(bracketed(5, stop_loss=0.05, take_profit=0.1), candles, **options)
    assert levels_of(made) == [(95.0, pytest.approx(110.0))]
    made = backtest(bracketed(5, stop_loss=Price(np.full(5, 90.0))), candles, **options)
    assert made.trade_table["stop"].tolist() == [90.0]
    assert math.isnan(made.trade_table["target"][0])
    trailing = backtest(bracketed(5, trailing_stop=0.02), candles, **options)
    assert np.isnan(trailing.trade_table["stop"]).all()


def test_levels_are_those_of_orders_rounded_to_the_tick() -> None:
    coarse = of("AAA", ROWS, tick=Decimal("0.5"))
    assert levels_of(backtest(bracketed(5, stop_loss=0.033, take_profit=0.033), coarse, **FREE)) == [(97.0, 103.0)]
    short = strategy(enter_short=np.arange(5) == 0, stop_loss=0.5, take_profit=0.033)
    assert levels_of(backtest(short, coarse, **FREE)) == [(150.0, 97.0)]


def test_events_and_several_instruments_tell_them_too() -> None:
    one = backtest(Brackets, of("AAA", ROWS), **FREE)
    assert levels_of(one) == [(95.0, 110.0)]
    assert one.trades[["stop", "target"]].to_numpy().tolist() == [[95.0, 110.0]]
    both = backtest(bracketed(5, stop_loss=0.05), [of("AAA", ROWS), of("BBB", ROWS)], **FREE)
    assert both.trade_table["stop"].tolist() == [95.0, 95.0]


def test_a_split_and_a_roll_take_the_levels_along() -> None:
    halves: Sequence[Any] = [(100, 101, 99, 100)] * 2 + [(50, 51, 49, 50)] * 3
    split = backtest(bracketed(5, stop_loss=0.05, take_profit=0.5), of("AAA", halves), actions={"AAA": (Split(START + 2 * 3_600_000_000_000, 2.0),)}, **FREE)
    assert levels_of(split) == [(47.5, 75.0)]
    rolled = backtest(bracketed(5, stop_loss=0.05), of("AAA", halves), actions={"AAA": (Roll(START + 2 * 3_600_000_000_000, 100.0, 50.0),)}, **FREE)
    assert rolled.trade_table["stop"].tolist() == [95.0, 47.5]


def test_messages_tell_them_and_parts_of_an_entry_move_them_to_its_average() -> None:
    class Takes(Strategy):
        def on_start(self) -> None:
            self.is_in = False

        def on_book(self, book: Any) -> None:
            if not self.is_in:
                self.is_in = True
                self.buy(quantity=2, stop_loss="10%")

    what = of("AAA", ROWS).instrument
    ticks = Ticks.of_books(what, times(3), [[(99.0, 9.0)]] * 3, [[(100.0, 1.0), (110.0, 1.0)]] * 3)
    made = backtest(Takes, ticks, commission=0.0, slippage=0.0)
    assert made.trade_table["entry_price"].tolist() == [105.0]
    assert made.trade_table["stop"].tolist() == [94.5]


def test_every_form_of_a_result_has_them() -> None:
    made = backtest(bracketed(5, stop_loss=0.05), of("AAA", ROWS), **FREE)
    (trade,) = json.loads(made.to_json())["trades"]
    assert (trade["stop"], trade["target"]) == (95.0, None)
    (row,) = csv.DictReader(io.StringIO(trades_csv(made)))
    assert (row["stop"], row["target"]) == ("95.0", "")


def test_tables_kept_before_are_read_with_none() -> None:
    names = [name for name in TRADE_TABLE.names or () if name not in ("stop", "target")]
    old = np.ones(2, np.dtype([(name, TRADE_TABLE[name]) for name in names]))
    new = with_levels(old)
    assert new.dtype == TRADE_TABLE
    assert new["mfe"].tolist() == [1.0, 1.0]
    assert np.isnan(new["stop"]).all()
    assert with_levels(new) is new
    other = np.zeros(1, np.dtype([("entry_row", np.int64)]))
    assert with_levels(other) is other


def test_candles_alone_have_none() -> None:
    class Holds(Strategy):
        def signals(self, candles: Candles) -> Signals:
            return Signals(target=0.5)

    assert np.isnan(backtest(Holds, of("AAA", ROWS), **FREE | {"size": "100%"}).trade_table["stop"]).all()
