"""A chart at its edges: tiny and huge prices, one candle, none, no volume, clocks that change, hands that do two things at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.domain.candles import Candles
from terminal.domain.timeframe import HOUR
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.compare import compared
from terminal.ui.charts.drawings import Drawing, Point, Tool, book_of
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import calculate, drawable, overlay_of
from terminal.ui.charts.paint_bars import BarKind
from terminal.ui.charts.scale import Scale, ScaleMode
from terminal.ui.charts.ticks import price_ticks, time_ticks
from terminal.ui.theme import apply
from terminal.ui.zones import Zone, Zones
from tests.builders.walk import START, key_of, walk

CONTROL = Qt.KeyboardModifier.ControlModifier
Shown = Callable[[Candles], ChartCanvas]


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> Shown:
    apply(qapp)
    model = ChartModel()
    canvas = ChartCanvas(model, Zones(), lambda: START)
    qtbot.addWidget(canvas)
    canvas.resize(900, 500)
    canvas.show()

    def show(candles: Candles) -> ChartCanvas:
        model.show(key_of(candles), candles)
        canvas.grab()
        return canvas

    return show


def at_price(price: float, rows: int = 300) -> Candles:
    candles = walk(rows)
    prices = {name: getattr(candles, name) / 30_000 * price for name in ("open", "high", "low", "close")}
    return replace(candles, **prices)


def flat(rows: int, volume: float = 1.0) -> Candles:
    same = np.full(rows, 5.0)
    return replace(walk(rows), open=same, high=same, low=same, close=same, volume=np.full(rows, volume))


@pytest.mark.parametrize("kind", list(BarKind))
@pytest.mark.parametrize("mode", list(ScaleMode))
@pytest.mark.parametrize("candles", [walk(0), walk(1), walk(2), flat(40), flat(40, float("nan")), at_price(1.2e-7), at_price(3e13)], ids=str)
def test_whatever_the_candles_a_frame_and_its_tooltips_are_made(shown: Shown, candles: Candles, mode: ScaleMode, kind: BarKind) -> None:
    canvas = shown(candles)
    canvas.model.show_kind(kind)
    canvas.model.show_mode(mode)
    overlay = overlay_of({"indicator": "rsi"})
    if len(candles):
        overlay.lines = drawable(calculate(overlay.info, overlay.parameters, canvas.model.columns))
        canvas.model.show_overlays([overlay])
    canvas.over.cross = QPoint(450, 120)
    assert not canvas.grab().isNull()
    assert len(canvas.model.bars or ()) == len(candles)
    assert all(np.isfinite((scale.low, scale.high)).all() for scale in canvas.scene.scales)


def test_the_first_frame_of_another_symbol_has_room_for_its_prices(shown: Shown) -> None:
    canvas = shown(walk(300))
    wide = shown(at_price(1.2e-7)).scene.frame.axis_width
    canvas.refresh()
    canvas.grab()
    assert canvas.scene.frame.axis_width == wide
    assert shown(walk(300)).scene.frame.axis_width < wide


def test_a_line_of_one_candle_is_seen(shown: Shown) -> None:
    canvas = shown(walk(1))
    empty = canvas.grab().toImage()
    canvas.model.show_kind(BarKind.LINE)
    x = round(canvas.model.rows.x(np.array([0.5]), canvas.scene.frame.width)[0])
    column = {canvas.grab().toImage().pixelColor(x, y).name() for y in range(60, 420)}
    assert len(column) > 1
    assert not empty.isNull()


def test_the_end_key_keeps_the_distance_however_often_it_is_pressed(qtbot: QtBot, shown: Shown) -> None:
    canvas = shown(walk(2_000))
    span = canvas.model.rows.span
    for _ in range(5):
        qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.model.rows.span == span
    assert canvas.model.rows.follows_end


@pytest.mark.parametrize("mode", list(ScaleMode))
@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_no_wheel_takes_the_price_axis_beyond_what_it_can_name(mode: ScaleMode, factor: float) -> None:
    scale = Scale(mode=mode, base=100.0)
    scale.fit(90.0, 110.0)
    for _ in range(3_000):
        scale.zoom(factor, 400.0)
    assert scale.low < scale.high
    assert np.isfinite((scale.low, scale.high)).all()
    assert len(price_ticks(scale, 8)) < 60


def test_an_hour_that_the_clocks_leave_out_is_on_no_axis() -> None:
    zone = ZoneInfo("America/New_York")
    begin = int(datetime(2024, 3, 10, 4, tzinfo=UTC).timestamp()) * 10**9
    time_ns = begin + np.arange(12, dtype=np.int64) * HOUR
    ticks = time_ticks(time_ns, 0, 12, 12, zone)
    shown = {datetime.fromtimestamp(int(time_ns[int(tick.position)]) // 10**9, zone).strftime("%H:%M"): tick.text for tick in ticks}
    assert "03:00" in shown.values()
    assert all(text == wall for wall, text in shown.items() if ":" in text)


def test_a_saved_drawing_beyond_all_time_or_without_a_price_is_left_out() -> None:
    kept = {"tool": "horizontal line", "points": [[START, 5.0]], "text": ""}
    odd = [{**kept, "points": [[time, price]]} for time, price in ((10**25, 5.0), (1e400, 5.0), (START, float("nan")), (START, float("inf")))]
    assert book_of([*odd, kept]).state() == [kept]


def test_undo_and_delete_wait_until_a_drawing_is_put_down(qtbot: QtBot, shown: Shown) -> None:
    canvas = shown(walk(300))
    price = canvas.model.scale.price(150, canvas.scene.frame.panes[0].height)
    canvas.model.drawings.add(Drawing(Tool.HORIZONTAL, (Point(START, price),)))
    canvas.model.touch()
    canvas.grab()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(500, 150))
    assert canvas.pointer.holds_drawing
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(canvas.model.drawings.all) == 1
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(500, 150))
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.model.drawings.all == ()


def test_a_line_outside_the_prices_is_not_taken_in_an_indicators_pane(qtbot: QtBot, shown: Shown) -> None:
    canvas = shown(walk(300))
    overlay = overlay_of({"indicator": "rsi"})
    overlay.lines = drawable(calculate(overlay.info, overlay.parameters, canvas.model.columns))
    canvas.model.show_overlays([overlay])
    canvas.grab()
    own, prices = canvas.scene.frame.panes[1], canvas.scene.frame.panes[0]
    y = own.top + own.height / 2
    canvas.model.drawings.add(Drawing(Tool.HORIZONTAL, (Point(START, canvas.model.scale.price(y - prices.top, prices.height)),)))
    canvas.model.touch()
    canvas.grab()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPointF(400, y).toPoint())
    assert not canvas.pointer.holds_drawing


def test_a_comparison_that_begins_after_a_replays_end_paints(shown: Shown) -> None:
    candles, other = walk(300), walk(300, symbol="ETH/USDT", seed=9)
    canvas = shown(candles)
    late = replace(other, **{name: getattr(other, name)[250:] for name in ("time", "open", "high", "low", "close", "volume")})
    canvas.model.compared = [compared(key_of(other), late, canvas.model.columns, 3)]
    canvas.model.show_until(int(candles.time[200]))
    canvas.model.rows.show_last(100)
    canvas.model.touch()
    assert not canvas.grab().isNull()
    assert canvas.model.compared[0].factor(canvas.model.columns, 150) == 1.0


def test_a_replay_shows_no_row_of_an_indicator_that_is_still_hidden(shown: Shown) -> None:
    candles = walk(300)
    canvas = shown(candles)
    overlay = overlay_of({"indicator": "sma", "parameters": {"window": 5}})
    overlay.lines = drawable(calculate(overlay.info, overlay.parameters, canvas.model.columns))
    canvas.model.show_overlays([overlay])
    canvas.model.show_until(int(candles.time[200]))
    honest = canvas.grab().toImage()
    overlay.lines[0].values[201:] = candles.low.min()
    canvas.model.touch()
    assert canvas.grab().toImage() == honest


def test_comparisons_stay_at_their_times_when_older_candles_arrive(shown: Shown) -> None:
    candles, other = walk(300), walk(300, symbol="ETH/USDT", seed=9)
    later = replace(candles, **{name: getattr(candles, name)[100:] for name in ("time", "open", "high", "low", "close", "volume")})
    canvas = shown(later)
    canvas.model.compared = [compared(key_of(other), other, canvas.model.columns, 3)]
    canvas.model.show(key_of(candles), candles, keeps_view=True)
    assert canvas.model.compared[0].line.values.tolist() == other.close.tolist()


def test_times_are_told_twice_only_where_they_differ() -> None:
    zones = Zones(Zone.EXCHANGE)
    assert zones.both(START) == "2020-09-13 00:00 UTC"
    assert zones.both(START, "XNYS") == "2020-09-12 20:00 (2020-09-13 00:00 UTC)"


def test_a_fault_in_a_painter_is_told_once_and_the_window_lives_on(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = shown(walk(300))
    paint, faults = canvas.scene.paint, []

    def faulty(*arguments: object) -> None:
        paint(*arguments)  # type: ignore[arg-type] # handed on
        faults.append(1)
        raise ValueError("a faulty painter")

    monkeypatch.setattr(canvas.scene, "paint", faulty)
    canvas.model.touch()
    with pytest.raises(ValueError, match="a faulty painter"):
        canvas.grab()
    canvas.grab()
    assert len(faults) == 1
    monkeypatch.undo()
    canvas.model.touch()
    assert not canvas.grab().isNull()


def test_the_keyboard_in_a_chart_is_seen_but_in_no_picture(shown: Shown, qtbot: QtBot) -> None:
    canvas = shown(walk(300))
    bare = canvas.picture().toImage().pixelColor(0, 200)
    canvas.activateWindow()
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus, timeout=5_000)
    assert canvas.grab().toImage().pixelColor(0, 200) != bare
    assert canvas.picture().toImage().pixelColor(0, 200) == bare
