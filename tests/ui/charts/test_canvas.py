"""A person's hands on a chart: wheel, drag, keys and drawing tools, with real events."""

from collections.abc import Callable
from datetime import UTC

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from terminal.app.state import LiveCandle
from terminal.domain.timeframe import HOUR
from terminal.ui.charts.canvas import ChartCanvas
from terminal.ui.charts.drawings import Drawing, DrawingBook, Point, Tool, book_of
from terminal.ui.charts.marks import Marks
from terminal.ui.charts.model import ChartModel
from terminal.ui.charts.overlays import calculate, drawable, overlay_of
from terminal.ui.charts.paint_bars import BarKind
from terminal.ui.charts.scale import Scale, ScaleMode
from terminal.ui.charts.ticks import price_ticks, time_ticks
from terminal.ui.theme import apply
from terminal.ui.zones import Zones
from tests.builders.walk import START, key_of, walk

ROWS = 2_000


@pytest.fixture
def canvas(qtbot: QtBot, qapp: QApplication) -> ChartCanvas:
    apply(qapp)
    candles = walk(ROWS, hole=27)
    model = ChartModel()
    made = ChartCanvas(model, Zones(), lambda: int(candles.time[-1]) + HOUR // 2)
    qtbot.addWidget(made)
    made.resize(900, 500)
    model.show(key_of(candles), candles)
    made.show()
    qtbot.waitExposed(made)
    made.grab()
    return made


def wheel(canvas: ChartCanvas, delta: int, *, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, x: int = 400) -> None:
    at = QPointF(x, 200)
    QApplication.sendEvent(canvas, QWheelEvent(at, at, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False))


def drag(qtbot: QtBot, canvas: ChartCanvas, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.7, 1.0):
        at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        moved = QMouseEvent(
            QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(canvas, moved)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def test_the_newest_candles_are_in_view_first(canvas: ChartCanvas) -> None:
    rows = canvas.model.rows
    assert rows.stop == ROWS
    assert 100 < rows.span < 200


def test_the_wheel_zooms_about_the_pointer(canvas: ChartCanvas) -> None:
    rows = canvas.model.rows
    under = rows.row(400, canvas.scene.frame.width)
    span = rows.span
    wheel(canvas, 240)
    assert rows.span < span
    assert rows.row(400, canvas.scene.frame.width) == pytest.approx(under)
    wheel(canvas, -1200)
    assert rows.span > span


def test_the_wheel_with_shift_pans(canvas: ChartCanvas) -> None:
    right = canvas.model.rows.right
    wheel(canvas, 120, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert canvas.model.rows.right < right


def test_a_drag_pans_by_exactly_what_the_hand_moved(qtbot: QtBot, canvas: ChartCanvas) -> None:
    rows = canvas.model.rows
    under = rows.row(300, canvas.scene.frame.width)
    drag(qtbot, canvas, QPoint(300, 120), QPoint(500, 120))
    assert rows.row(500, canvas.scene.frame.width) == pytest.approx(under, abs=0.01)


def test_the_price_axis_stretches_and_a_double_click_lets_it_fit_again(qtbot: QtBot, canvas: ChartCanvas) -> None:
    scale, axis = canvas.model.scale, QPoint(int(canvas.scene.frame.width) + 20, 200)
    before = scale.high - scale.low
    drag(qtbot, canvas, axis, axis + QPoint(0, 60))
    assert scale.is_manual
    assert scale.high - scale.low > before
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=axis)
    canvas.grab()
    assert not scale.is_manual
    assert scale.high - scale.low == pytest.approx(before)


def test_keys_pan_zoom_and_go_to_both_ends(qtbot: QtBot, canvas: ChartCanvas) -> None:
    rows = canvas.model.rows
    right, span = rows.right, rows.span
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert rows.right < right
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert rows.span > span
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert rows.span == pytest.approx(span)
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert rows.left == 0
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert rows.stop == ROWS


@pytest.mark.parametrize("tool", [Tool.TREND, Tool.RAY, Tool.RECTANGLE, Tool.FIBONACCI])
def test_a_drawing_is_made_by_two_clicks_undone_and_done_again(qtbot: QtBot, canvas: ChartCanvas, tool: Tool) -> None:
    canvas.draw(tool)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 250))
    assert [drawing.tool for drawing in canvas.model.drawings.all] == [tool]
    assert canvas.pointer.tool is None
    canvas.grab()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.model.drawings.all == ()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(canvas.model.drawings.all) == 1


def test_a_drawing_is_moved_by_its_line_and_deleted_by_key(qtbot: QtBot, canvas: ChartCanvas) -> None:
    canvas.draw(Tool.HORIZONTAL)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    before = canvas.model.drawings.all[0].points[0].price
    canvas.grab()
    drag(qtbot, canvas, QPoint(500, 150), QPoint(500, 200))
    assert canvas.model.drawings.all[0].points[0].price < before
    canvas.model.drawings.undo()
    assert canvas.model.drawings.all[0].points[0].price == before
    canvas.model.chosen_drawing = 0
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.model.drawings.all == ()


def test_drawings_survive_as_json_and_what_is_no_drawing_is_left_out() -> None:
    book = DrawingBook([Drawing(Tool.TREND, (Point(1, 2.0), Point(3, 4.0))), Drawing(Tool.TEXT, (Point(5, 6.0),), "here")])
    assert book_of(book.state()).all == book.all
    assert book_of([{"tool": "comet"}, 7, {"tool": "ray", "points": [[1]]}, *book.state()]).all == book.all


def test_a_live_candle_changes_the_last_row_and_a_new_one_follows(canvas: ChartCanvas) -> None:
    model = canvas.model
    assert model.columns is not None
    assert model.key is not None
    last = int(model.columns.time[-1])
    overlay = overlay_of({"indicator": "ema", "parameters": {"window": 20}})
    overlay.lines = drawable(calculate(overlay.info, overlay.parameters, model.columns))
    model.show_overlays([overlay])
    canvas.grab()

    def live(time: int, close: float) -> LiveCandle:
        return LiveCandle(model.key, time, close, close + 5, close - 5, close, 1.0, False, time)  # type: ignore[arg-type] # asserted above

    assert not model.follow(live(last, 40_000.0))
    assert model.columns.close[-1] == 40_000.0
    assert model.follow(live(last + HOUR, 41_000.0))
    assert len(model.columns) == ROWS + 1
    assert model.rows.stop == ROWS + 1
    whole = calculate(overlay.info, overlay.parameters, model.columns)[0]
    assert overlay.lines[0].values[-1] == pytest.approx(whole[-1], rel=1e-9)
    assert not model.follow(live(START, 1.0))
    canvas.grab()


def test_a_hole_is_marked_and_explained(canvas: ChartCanvas) -> None:
    model = canvas.model
    assert model.gaps.tolist() == [ROWS // 2]
    model.rows.center(ROWS / 2)
    model.touch()
    canvas.grab()
    x = int(model.rows.x(np.array([ROWS / 2]), canvas.scene.frame.width)[0])
    words = canvas.words_at(QPoint(x, 100))
    assert "27 candles missing here" in words
    assert "UTC" in words


def test_a_trade_tells_itself_under_the_pointer_and_is_chosen_by_a_click(qtbot: QtBot, canvas: ChartCanvas) -> None:
    model = canvas.model
    assert model.bars is not None
    row = ROWS - 60
    model.marks = Marks(
        np.array([row]),
        model.bars.close[[row]],
        np.array([row + 20]),
        model.bars.close[[row + 20]],
        np.array([True]),
        np.array([5.0]),
        lambda trade: f"words of trade {trade}",
    )
    model.touch()
    canvas.grab()
    frame = canvas.scene.frame
    x = int(model.rows.x(np.array([row + 0.5]), frame.width)[0])
    y = int(model.scale.y(float(model.bars.low[row]), frame.panes[0].height)) + 9
    assert canvas.words_at(QPoint(x, y)) == "words of trade 0"
    with qtbot.waitSignal(canvas.trade_chosen) as chosen:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert chosen.args == [0]


@pytest.mark.parametrize("kind", list(BarKind))
@pytest.mark.parametrize("span", [40.0, 700.0, float(ROWS)])
def test_every_kind_of_bar_paints_something_at_every_distance(canvas: ChartCanvas, kind: BarKind, span: float) -> None:
    canvas.model.show_kind(kind)
    canvas.model.rows.show_last(span)
    canvas.model.touch()
    image = canvas.grab().toImage()
    ground = image.pixelColor(2, int(canvas.scene.frame.panes[0].height) // 2)
    differing = sum(image.pixelColor(x, y) != ground for x in range(0, 800, 7) for y in range(30, 400, 5))
    assert differing > 60


@pytest.mark.parametrize("mode", list(ScaleMode))
def test_a_pixel_leads_back_to_its_price(mode: ScaleMode) -> None:
    scale = Scale(mode=mode)
    scale.fit(50.0, 5_000.0)
    for price in (60.0, 500.0, 4_900.0):
        assert scale.price(scale.y(price, 400.0), 400.0) == pytest.approx(price)
    assert 0 < scale.y(5_000.0, 400.0) < scale.y(50.0, 400.0) < 400


def test_ticks_are_round_and_within_view() -> None:
    ticks = price_ticks(Scale(45_120.0, 52_480.0), 8)
    assert [tick.text for tick in ticks][:2] == ["46,000", "47,000"]
    assert all(45_120 <= tick.position <= 52_480 for tick in ticks)
    assert [tick.text for tick in price_ticks(Scale(90.0, 130.0, ScaleMode.PERCENT, 100.0), 4)] == ["−10 %", "0 %", "+10 %", "+20 %", "+30 %"]


def test_time_ticks_begin_days_at_midnight_of_the_zone() -> None:
    time_ns = START + np.arange(200, dtype=np.int64) * HOUR
    ticks = time_ticks(time_ns, 0, 200, 8, UTC)
    assert len(ticks) >= 4
    assert all(time_ns[int(tick.position)] % (24 * HOUR) == 0 for tick in ticks if tick.is_major)


@pytest.fixture
def painted(canvas: ChartCanvas) -> Callable[[], int]:
    """How often the scene was painted since."""
    counted = []
    paint = canvas.scene.paint
    canvas.scene.paint = lambda *arguments: (counted.append(1), paint(*arguments))[1]  # type: ignore[method-assign] # counts the real one
    return lambda: len(counted)


def test_moving_the_crosshair_paints_no_candle(qtbot: QtBot, canvas: ChartCanvas, painted: Callable[[], int]) -> None:
    for x in range(100, 400, 20):
        qtbot.mouseMove(canvas, QPoint(x, 200))
        canvas.grab()
    canvas.show_far_crosshair(START + 1_990 * HOUR)
    canvas.grab()
    assert painted() == 0
    wheel(canvas, 120)
    canvas.grab()
    assert painted() == 1


def test_a_chosen_trade_is_told_beside_it_and_put_away_by_escape(qtbot: QtBot, canvas: ChartCanvas) -> None:
    model = canvas.model
    assert model.bars is not None
    row = np.array([ROWS - 80])
    model.marks = Marks(
        row, model.bars.close[row], row + 15, model.bars.close[row + 15], np.array([True]), np.array([-3.0]), lambda _trade: "Long 1\nProfit −3"
    )
    model.touch()
    without = canvas.grab().toImage()
    model.chosen_mark = 0
    model.touch()
    assert canvas.grab().toImage() != without
    canvas.grab()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert model.chosen_mark is None
    assert canvas.grab().toImage() == without


@pytest.mark.parametrize("is_high", [True, False])
def test_the_card_of_a_trade_as_wide_as_the_view_stands_away_from_its_prices(canvas: ChartCanvas, is_high: bool) -> None:
    model = canvas.model
    assert model.bars is not None
    model.show_span(ROWS - 300, ROWS - 200)
    canvas.grab()
    first, last = int(model.rows.left) + 2, int(model.rows.right) - 3
    level = model.bars.high[first:last].max() if is_high else model.bars.low[first:last].min()
    price = np.array([level])
    model.marks = Marks(
        np.array([first]), price, np.array([last]), price, np.array([True]), np.array([1.0]), lambda _trade: "Long 1 · trade 1\nIn 1\nOut 2\nProfit 3"
    )
    model.touch()
    canvas.grab()
    before = canvas.grab().toImage()
    model.chosen_mark = 0
    model.touch()
    after = canvas.grab().toImage()
    height = int(canvas.scene.frame.panes[0].height)
    x = int(canvas.scene.frame.width) - 30
    changed = [y for y in range(height) if before.pixel(x, y) != after.pixel(x, y)]
    away = int(model.scale.y(float(level), height))
    card = [y for y in changed if abs(y - away) > 3]  # what is nearer is the line that joins entry and exit
    assert len(card) > 40
    assert all(abs(y - away) > 20 for y in card)


def test_live_candles_wait_for_room_behind_a_long_history_and_lose_nothing(qtbot: QtBot) -> None:
    candles = walk(60_000)
    model = ChartModel()
    model.show(key_of(candles), candles)
    overlays = []
    for name in ("obv", "vwap", "ema"):
        overlay = overlay_of({"indicator": name})
        overlay.lines = drawable(calculate(overlay.info, overlay.parameters, model.columns))  # type: ignore[arg-type] # shown above
        overlays.append(overlay)
    model.show_overlays(overlays)
    last = int(candles.time[-1])
    for number in range(5):
        time, close = last + (1 + number // 2) * HOUR, 40_000.0 + number
        model.follow(LiveCandle(model.key, time, close, close + 5, close - 5, close, 7.0, False, time))  # type: ignore[arg-type] # shown above
    qtbot.waitUntil(lambda: model.columns is not None and len(model.columns) == 60_003)
    assert model.columns is not None
    assert model.columns.close[-3:].tolist() == [40_001.0, 40_003.0, 40_004.0]
    for overlay in overlays:
        whole = calculate(overlay.info, overlay.parameters, model.columns)[0]
        assert overlay.lines[0].values[-10:] == pytest.approx(whole[-10:], rel=1e-9)
    assert not np.shares_memory(candles.close, model.columns.close)
