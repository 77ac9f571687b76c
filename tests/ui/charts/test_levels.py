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
from terminal.ui.charts.levels import Level, paint_levels
from terminal.ui.charts.rows import RowWindow
from terminal.ui.charts.scale import Scale
from terminal.ui.panels.chart.trades import trade_levels
from terminal.ui.theme import current
from tests.builders.walk import walk

WIDTH, HEIGHT = 600, 300


class Brackets(Strategy):
    """Goes long and short in turn, each with a stop and a target."""

    def on_start(self) -> None:
        self.seen = 0

    def on_candle(self, candle: object) -> None:
        self.seen += 1
        if self.position.is_flat and self.seen % 10 == 0:
            act = self.buy if self.seen % 20 else self.sell
            act(quantity=0.01, stop_loss="2%", take_profit="2%")


@pytest.fixture
def result(home: object) -> Result:
    return backtest(Brackets, walk(1_500), commission=0.0, slippage=0.0)


def test_each_level_is_a_price_that_the_candles_reached(result: Result) -> None:
    candles, table = walk(1_500), result.trade_table
    told = set()
    for trade in np.flatnonzero(table["exit_row"] >= 0):
        row = table[trade]
        levels = {level.words.rstrip("0123456789.,−+ %"): level for level in trade_levels(result, int(trade))}
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


@pytest.fixture
def painted(qapp: QApplication) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(QColor(current().panel))
    rows = RowWindow(count=100)
    rows.show_last(100)
    levels = (Level(50.0, "in 50", "text"), Level(49.0, "out 49", "down"), Level(80.0, "best +60 %", "up", is_reached=True))
    painter = QPainter(image)
    paint_levels(painter, levels, (50, 90), rows, Scale(0.0, 100.0), Pane(0, HEIGHT), WIDTH, current(), QFont())
    painter.end()
    return image


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
    names = range(180, 285)
    entry, leave = rows_of(painted, current().text, names), rows_of(painted, current().down, names)
    assert not rows_of(painted, current().text, names) & rows_of(painted, current().down, names)
    assert entry
    assert leave
    assert max(entry) < min(leave)
