"""Curves, heat maps and samples under real events: zoom, tooltips and the words of what lies under the pointer."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.domain.timeframe import HOUR
from terminal.ui.charts.curves import CurveCanvas
from terminal.ui.charts.decimate import LineData
from terminal.ui.charts.heat_map import HeatMap
from terminal.ui.charts.paint_curves import Curve, CurvePane
from terminal.ui.charts.samples import Histogram
from terminal.ui.numbers import money, percent
from terminal.ui.theme import apply, current
from terminal.ui.zones import Zones
from tests.builders.walk import START

ROWS = 5_000


@pytest.fixture
def curves(qtbot: QtBot, qapp: QApplication) -> CurveCanvas:
    apply(qapp)
    made = CurveCanvas("Equity", Zones())
    qtbot.addWidget(made)
    made.resize(700, 260)
    equity = 10_000 + np.cumsum(np.random.default_rng(2).normal(0, 30, ROWS))
    falls = equity / np.maximum.accumulate(equity) - 1
    panes = (
        CurvePane((Curve("Equity", LineData(equity), "accent", 10_000.0),), money),
        CurvePane((Curve("Drawdown", LineData(falls), "down", 0.0),), percent, top=0.0),
    )
    made.show_curves(START + np.arange(ROWS) * HOUR, panes)
    made.show()
    qtbot.waitExposed(made)
    made.grab()
    return made


def wheel(canvas: CurveCanvas, delta: int) -> None:
    at = QPointF(300, 80)
    none, unmodified = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QWheelEvent(at, at, QPoint(), QPoint(0, delta), none, unmodified, Qt.ScrollPhase.NoScrollPhase, False))


def test_all_of_it_is_in_view_and_the_wheel_goes_in_and_out_again(curves: CurveCanvas) -> None:
    assert curves.rows.span == ROWS
    wheel(curves, 600)
    assert curves.rows.span < ROWS / 2
    wheel(curves, -6_000)
    assert (curves.rows.span, curves.rows.right) == (ROWS, ROWS)


def test_the_pointer_tells_its_time_and_a_click_chooses_it(qtbot: QtBot, curves: CurveCanvas) -> None:
    with qtbot.waitSignal(curves.crosshair_moved) as moved:
        qtbot.mouseMove(curves, QPoint(200, 60))
    assert moved.args[0] in START + np.arange(ROWS) * HOUR
    curves.grab()
    with qtbot.waitSignal(curves.clicked) as clicked:
        qtbot.mouseClick(curves, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    assert abs(clicked.args[0] - moved.args[0]) <= 8 * HOUR


def test_an_empty_curve_paints_nothing_and_breaks_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    apply(qapp)
    made = CurveCanvas("Nothing", Zones())
    qtbot.addWidget(made)
    made.show_curves(np.empty(0, np.int64), ())
    wheel(made, 120)
    picture = made.grab().toImage()
    assert {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)} == {QColor(current().panel).rgb()}


def test_a_line_below_another_curves_ground_stays_in_sight(qtbot: QtBot, qapp: QApplication) -> None:
    apply(qapp)
    made = CurveCanvas("Equity", Zones())
    qtbot.addWidget(made)
    made.resize(700, 260)
    holding, equity = np.full(ROWS, 15_000.0), np.full(ROWS, 20_000.0)
    made.show_curves(
        START + np.arange(ROWS) * HOUR,
        (CurvePane((Curve("Holding", LineData(holding), "warn"), Curve("Equity", LineData(equity), "accent", 10_000.0)), money),),
    )
    picture, line = made.grab().toImage(), QColor(current().warn).rgb()
    assert any(picture.pixel(300, y) == line for y in range(picture.height()))


def test_a_heat_map_names_month_and_year(qtbot: QtBot, qapp: QApplication) -> None:
    apply(qapp)
    made = HeatMap()
    qtbot.addWidget(made)
    made.resize(560, 100)
    made.show_returns({(2021, 1): 0.1, (2021, 2): -0.05, (2020, 12): 0.5})
    made.grab()
    width = (made.width() - 38) / 13
    assert made.words_at(QPoint(round(38 + width * 1.5), 30)) == "February 2021: −5.00 %"
    assert made.words_at(QPoint(round(38 + width * 12.5), 30)) == "2021: +4.5 %"
    assert made.words_at(QPoint(round(38 + width * 5.5), 30)) == ""


@pytest.mark.parametrize("values", [[], [0.0], [-0.2, 0.1, 0.3, np.nan], [0.01] * 50])
def test_a_histogram_counts_every_known_value_and_splits_at_zero(qtbot: QtBot, qapp: QApplication, values: list[float]) -> None:
    apply(qapp)
    made = Histogram("Trades", "Return")
    qtbot.addWidget(made)
    made.show_values(np.array(values, float))
    made.grab()
    assert made.counts.sum() == np.isfinite(values).sum()
    assert np.abs(made.edges).min() == pytest.approx(0.0, abs=1e-12)


def test_a_curve_with_holes_and_a_ground_is_painted_around_them(qtbot: QtBot, qapp: QApplication) -> None:
    apply(qapp)
    canvas = CurveCanvas("holes", Zones())
    qtbot.addWidget(canvas)
    canvas.resize(600, 300)
    values = np.sin(np.arange(500) / 20)
    values[:90] = np.nan
    nothing = np.full(500, np.nan)
    curves = (
        Curve("rolling", LineData(values), "accent", 0.0),
        Curve("band", LineData(values + 0.2), "3", under=LineData(values - 0.2)),
        Curve("none", LineData(nothing), "cyan"),
    )
    canvas.show_curves(np.arange(500) * 86_400_000_000_000, (CurvePane(curves, str),))
    canvas.show()
    picture = canvas.grab().toImage()
    assert picture.pixelColor(250, 150) != picture.pixelColor(20, 150)
