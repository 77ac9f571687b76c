"""The levels of a chosen trade: what they are called, where they are drawn, and that names never lie on each other."""

import numpy as np
import pytest
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from terminal.app.research import backtest
from terminal.backtest.result import Result
from terminal.domain.orders import ExitReason
from terminal.strategies.contract import Strategy
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.levels import Level, paint_levels, within_reach
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.numbers import price
from terminal.ui.panels.chart.trades import trade_levels, trade_words
from terminal.ui.theme import current
from terminal.ui.zones import Zones
from tests.builders.walk import walk

WIDTH, HEIGHT = 600, 300
NAMES = range(180, 285)
"""Pixels left of the lines."""


class Brackets(Strategy):
    """Goes long and short in turn, each with a stop and a target."""

    def on_start(self) -> None:
        self.seen = 0

    def on_candle(self, candle: object) -> None:
        self.seen += 1
        if self.position.is_flat and self.seen % 10 == 0:
            act = self.buy if self.seen % 20 else self.sell
            act(quantity=0.01, stop_loss="2%", take_profit="2%")


class Holds(Strategy):
    """Goes long at the second candle, with a stop that is never reached."""

    def on_candle(self, candle: object) -> None:
        if self.position.is_flat:
            self.buy(quantity=0.01, stop_loss="50%")


@pytest.fixture
def result(home: object) -> Result:
    return backtest(Brackets, walk(1_500), commission=0.0, slippage=0.0)


def by_name(result: Result, trade: int) -> dict[str, Level]:
    return {level.words.rstrip("0123456789.,−+ %"): level for level in trade_levels(result, trade)}


def test_each_level_is_a_price_that_the_candles_reached(result: Result) -> None:
    candles, table = walk(1_500), result.trade_table
    told = set()
    for trade in np.flatnonzero(table["exit_row"] >= 0):
        row = table[trade]
        levels = by_name(result, int(trade))
        reason = ExitReason(int(row["reason"])).words
        told.add((int(row["side"]), reason))
        assert levels["in"].price == row["entry_price"]
        assert levels[reason].price == row["exit_price"]
        assert levels[reason].colour == ("up" if row["profit"] > 0 else "down")
        held = slice(int(row["entry_row"]), int(row["exit_row"]) + 1)
        low, high = candles.low[held].min(), candles.high[held].max()
        for name in {"worst", "best"} & set(levels):
            assert low * 0.999999 <= levels[name].price <= high * 1.000001
        if {"worst", "best"} <= set(levels):
            assert (levels["best"].price > levels["worst"].price) == (row["side"] > 0)
    assert told == {(side, reason) for side in (1, -1) for reason in ("stop loss", "take profit")}


def test_the_stop_and_the_target_are_told_also_where_they_were_not_hit(result: Result) -> None:
    table = result.trade_table
    for trade in np.flatnonzero(table["exit_row"] >= 0):
        row, levels = table[trade], by_name(result, int(trade))
        left_at_stop = ExitReason(int(row["reason"])) is ExitReason.STOP_LOSS
        other, colour = ("target", "up") if left_at_stop else ("stop", "down")
        assert (levels[other].price, levels[other].colour) == (row[other], colour)
        hit = "stop" if left_at_stop else "target"
        if row["exit_price"] == row[hit]:  # one line, not two on each other
            assert hit not in levels
        else:  # gapped past: both are told
            assert levels[hit].price == row[hit]
        words = trade_words(result, int(trade), Zones(), "24/7")
        assert f"Opened with stop {price(row['stop'])}, target {price(row['target'])}" in words


def test_a_stop_that_only_slipped_is_told_once_and_one_of_an_open_trade_too(home: object) -> None:
    slipped = backtest(Brackets, walk(1_500), commission=0.0, slippage=0.001)
    table = slipped.trade_table
    stopped = np.flatnonzero(table["reason"] == ExitReason.STOP_LOSS)
    gapped = np.abs(table["exit_price"] / table["stop"] - 1) > 0.00101
    assert len(stopped)
    assert {int(trade) for trade in stopped if "stop" in by_name(slipped, int(trade))} == {int(trade) for trade in stopped if gapped[trade]}
    assert not gapped[stopped].all()
    still_open = backtest(Holds, walk(50), commission=0.0, slippage=0.0)
    assert set(by_name(still_open, 0)) - {"worst", "best"} == {"in", "stop"}
    assert by_name(still_open, 0)["stop"].price == pytest.approx(still_open.trade_table["entry_price"][0] / 2, rel=1e-3)


def test_the_view_widens_to_near_levels_and_never_flattens_the_candles_for_far_ones() -> None:
    near, far = Level(95.0, "stop", "down"), Level(1_000.0, "target", "up")
    assert within_reach((), 100.0, 120.0, 0.35) == (100.0, 120.0)
    assert within_reach((near, Level(110.0, "in", "text")), 100.0, 120.0, 0.35) == (95.0, 120.0)
    assert within_reach((near, far), 100.0, 120.0, 0.35) == (95.0, 127.0)


def drawn(levels: tuple[Level, ...]) -> QImage:
    """Levels of a trade from row 50 to 90 of 100, prices 0 to 100 from the bottom to the top."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(current().panel))
    rows = RowWindow(count=100)
    rows.show_last(100)
    painter = QPainter(image)
    paint_levels(painter, levels, (50, 90), rows, Scale(0.0, 100.0), Pane(0, HEIGHT), WIDTH, current(), QFont())
    painter.end()
    return image


@pytest.fixture
def painted(qapp: QApplication) -> QImage:
    return drawn((Level(50.0, "in 50", "text"), Level(49.0, "out 49", "down"), Level(80.0, "best +60 %", "up", is_reached=True)))


def rows_of(image: QImage, colour: str, columns: range) -> set[int]:
    """Pixel rows in which that colour stands in one of `columns`."""
    wanted = QColor(colour).rgb()
    return {y for y in range(image.height()) for x in columns if image.pixel(x, y) == wanted}


def test_each_line_lies_at_its_price_as_long_as_the_trade_lasted(painted: QImage) -> None:
    inside = range(310, 540)
    assert rows_of(painted, current().up, inside) == {60}
    assert rows_of(painted, current().text, inside) == {150}
    assert not rows_of(painted, current().up, range(560, WIDTH))


def test_names_that_would_lie_on_each_other_are_set_apart(painted: QImage) -> None:
    entry, leave = rows_of(painted, current().text, NAMES), rows_of(painted, current().down, NAMES)
    assert not entry & leave
    assert entry
    assert leave
    assert max(entry) < min(leave)


def test_names_of_levels_beyond_the_pane_stand_at_its_edge(qapp: QApplication) -> None:
    image = drawn((Level(400.0, "target", "up"), Level(50.0, "in 50", "text"), Level(-20.0, "stop", "down"), Level(-30.0, "worst", "faint")))
    inside = range(310, 540)
    assert not rows_of(image, current().up, inside)
    assert not rows_of(image, current().down, inside)
    target, stop, worst = (rows_of(image, colour, NAMES) for colour in (current().up, current().down, current().faint))
    assert target
    assert max(target) < HEIGHT / 4
    assert stop
    assert min(stop) > HEIGHT * 3 / 4
    assert worst
    assert max(stop) < min(worst)


def test_a_name_with_no_room_beside_its_line_stands_on_it(qapp: QApplication) -> None:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(current().panel))
    rows = RowWindow(count=100)
    rows.show_last(50)
    painter = QPainter(image)
    paint_levels(painter, (Level(50.0, "stop 50", "down"),), (0, 99), rows, Scale(0.0, 100.0), Pane(0, HEIGHT), WIDTH, current(), QFont())
    painter.end()
    assert len(rows_of(image, current().down, range(60))) > 1
