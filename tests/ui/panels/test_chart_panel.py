"""The Chart panel as a person uses it: a series appears, timeframes switch, indicators are found, trades are shown."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QThreadPool
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo
from terminal.app.opening import OpenTerminal
from terminal.app.state import LiveCandle, Notice, StoreChanged
from terminal.app.streams import Streams
from terminal.domain.candles import Candles, Provenance
from terminal.domain.instrument import Instrument
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import HOUR, Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.charts.drawings import Tool
from terminal.ui.charts.frame import Pane
from terminal.ui.charts.paint_axes import paint_prices
from terminal.ui.charts.scale import Scale
from terminal.ui.charts.ticks import Tick
from terminal.ui.links import LinkGroup
from terminal.ui.panels.chart import ChartPanel
from terminal.ui.theme import current
from terminal.ui.widgets.form import DeclarationForm
from tests.builders.walk import key_of, walk

ROWS = 900
LEFT = Qt.MouseButton.LeftButton


def store(opened: OpenTerminal, candles: Candles) -> SeriesKey:
    covered = (int(candles.time[0]), int(candles.time[-1]) + candles.timeframe.nanoseconds)
    opened.terminal.store.write(candles, source=candles.provenance.source, covered=covered)
    return key_of(candles)


@pytest.fixture
def link() -> LinkGroup:
    return LinkGroup()


@pytest.fixture
def panel(qtbot: QtBot, bridge: Bridge, link: LinkGroup) -> ChartPanel:
    made = ChartPanel(bridge, link)
    made.header = made.header_widgets()  # type: ignore[attr-defined] # kept alive as the window's header does
    qtbot.addWidget(made)
    made.resize(900, 480)
    made.show()
    return made


def shown(qtbot: QtBot, panel: ChartPanel, key: SeriesKey) -> None:
    panel.link.show_series(key)
    qtbot.waitUntil(lambda: panel.model.key == key, timeout=10_000)


def test_without_a_series_it_says_where_to_find_one(panel: ChartPanel) -> None:
    assert any("Choose a symbol in the watchlist" in label.text() for label in panel.findChildren(QLabel))


def test_a_linked_series_appears_with_its_origin(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS, simulated=True)))
    assert len(panel.model.columns or ()) == ROWS
    assert panel.tag.text() == "SIMULATED"


def test_a_series_that_is_not_stored_is_explained(qtbot: QtBot, panel: ChartPanel) -> None:
    panel.link.show_series(SeriesKey("bench", "XYZ/USDT", Timeframe.H1))
    qtbot.waitUntil(lambda: any("XYZ/USDT" in label.text() for label in panel.findChildren(QLabel)), timeout=10_000)


def test_timeframe_buttons_resample_up_and_never_down(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    panel.timeframes.ask()
    buttons = {button.text(): button for button in panel.timeframes.switch.findChildren(QPushButton)}
    qtbot.waitUntil(lambda: not buttons["1m"].isEnabled(), timeout=10_000)
    assert "extract 1m candles" in buttons["1m"].toolTip()
    qtbot.mouseClick(buttons["4h"], LEFT)
    qtbot.waitUntil(lambda: panel.model.key is not None and panel.model.key.timeframe is Timeframe.H4, timeout=10_000)
    assert len(panel.model.columns or ()) == ROWS // 4
    assert buttons["4h"].isChecked()
    assert not buttons["1h"].isChecked()


def test_an_indicator_is_found_by_typing_added_by_enter_and_changed_in_its_form(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    desk = panel.indicators
    desk.open()
    qtbot.keyClicks(desk.sheet.search, "boll")
    qtbot.waitUntil(lambda: sum(not desk.sheet.found.item(row).isHidden() for row in range(desk.sheet.found.count())) == 1, timeout=5_000)
    qtbot.keyClick(desk.sheet.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.model.overlays and panel.model.overlays[0].lines), timeout=20_000)
    overlay = panel.model.overlays[0]
    assert overlay.label == "Bollinger 20 2"
    before = overlay.lines[0].values[-1]
    qtbot.mouseClick(next(button for button in desk.sheet.findChildren(QPushButton) if button.text() == "Bollinger 20 2"), LEFT)
    form = desk.sheet.findChildren(DeclarationForm)[-1]
    width = form.editor("width").findChild(QLineEdit)
    width.selectAll()
    qtbot.keyClicks(width, "3")
    qtbot.keyClick(width, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: overlay.lines[0].values[-1] != before, timeout=20_000)
    assert any(button.text() == "Bollinger 20 3" for button in desk.sheet.findChildren(QPushButton))
    desk.remove(overlay)
    assert panel.model.overlays == []
    desk.sheet.hide()


def test_live_candles_move_the_last_candle_without_loading_anything(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge) -> None:
    candles = walk(ROWS)
    key = store(opened, candles)
    shown(qtbot, panel, key)
    columns, last = panel.model.columns, int(candles.time[-1])
    for time, close in ((last, 50_000.0), (last + HOUR, 50_100.0)):
        bridge.publish(LiveCandle(key, time, close, close, close, close, 1.0, False, time))
    qtbot.waitUntil(lambda: len(panel.model.columns or ()) == ROWS + 1, timeout=5_000)
    assert panel.model.columns is columns
    assert columns is not None
    assert columns.close[-2:].tolist() == [50_000.0, 50_100.0]


def test_when_the_store_grows_the_chart_follows_and_keeps_its_place(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge) -> None:
    whole = walk(ROWS)
    key = store(opened, whole.rows(0, 600))
    shown(qtbot, panel, key)
    panel.view.oldest()
    store(opened, whole)
    bridge.publish(StoreChanged(key))
    qtbot.waitUntil(lambda: len(panel.model.columns or ()) == ROWS, timeout=10_000)
    assert panel.model.rows.left == pytest.approx(0, abs=1.5)


def test_drawings_come_back_with_the_panels_state(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge) -> None:
    key = store(opened, walk(ROWS))
    shown(qtbot, panel, key)
    panel.canvas.grab()
    panel.canvas.draw(Tool.HORIZONTAL)
    qtbot.mouseClick(panel.canvas, LEFT, pos=panel.canvas.rect().center())
    panel.indicators.add("rsi")
    panel.canvas.draw(Tool.TEXT)
    qtbot.mouseClick(panel.canvas, LEFT, pos=panel.canvas.rect().center())
    field = panel.canvas.focusWidget()
    assert field is not None
    qtbot.keyClicks(field, "look here")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    saved = panel.state()
    again = ChartPanel(bridge, LinkGroup())
    qtbot.addWidget(again)
    again.restore(saved)
    qtbot.waitUntil(lambda: again.model.key == key, timeout=10_000)
    assert [drawing.tool for drawing in again.model.drawings.all] == [Tool.HORIZONTAL, Tool.TEXT]
    assert again.model.drawings.all[1].text == "look here"
    assert [overlay.label for overlay in again.model.overlays] == ["RSI 14"]


def test_a_damaged_state_is_left_out_and_said(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    panel.restore({"view": 3, "indicators": [{"indicator": "nonsense"}], "drawings": {"bench BTC/USDT": "?"}, "series": ["a"]})
    shown(qtbot, panel, store(opened, walk(50)))
    assert panel.model.overlays == []
    assert panel.model.drawings.all == ()


def test_another_symbol_is_drawn_beside_and_taken_away(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    other = store(opened, walk(ROWS, symbol="ETH/USDT", seed=9))
    shown(qtbot, panel, store(opened, walk(ROWS)))
    panel.compare(other)
    qtbot.waitUntil(lambda: len(panel.model.compared) == 1, timeout=10_000)
    panel.canvas.grab()
    panel.compare(None)
    assert panel.model.compared == []


def test_two_linked_charts_share_the_crosshair(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge, link: LinkGroup) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    second = ChartPanel(bridge, link)
    qtbot.addWidget(second)
    second.show()
    qtbot.waitUntil(lambda: second.model.key is not None, timeout=10_000)
    panel.canvas.grab()
    qtbot.mouseMove(panel.canvas, panel.canvas.rect().center())
    qtbot.waitUntil(lambda: second.canvas.over.far_time is not None, timeout=5_000)


def test_the_picture_goes_to_the_clipboard(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    panel.copy_picture()
    assert QGuiApplication.clipboard().pixmap().width() == panel.canvas.width()


def test_the_palette_speaks_of_drawings_as_people_do(panel: ChartPanel) -> None:
    words = {action.text for action in panel.drawings.actions()}
    assert words == {"Draw a trend line", "Draw a horizontal line", "Draw a ray", "Draw a rectangle", "Draw Fibonacci levels", "Write on the chart"}


def test_menus_offer_every_kind_and_tool(panel: ChartPanel) -> None:
    menu = QMenu()
    panel.view.fill(menu)
    panel.drawings.fill(menu)
    texts = {action.text().split("\t")[0] for action in menu.actions()}
    assert {"Candles", "Bars", "Line", "Heikin-Ashi", "Linear", "Logarithmic", "Trend line", "Ray", "Rectangle", "Fibonacci", "Text", "Undo"} <= texts
    next(action for action in menu.actions() if action.text() == "Logarithmic").trigger()
    assert panel.model.scale.mode.value == "log"


def test_real_candles_with_holes_are_shown(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, shared: Path) -> None:
    import pandas as pd

    frame = pd.read_parquet(shared / "data" / "crypto" / "binance_btcusdt_1h.parquet")
    time_ns = frame["time"].dt.tz_localize(None).to_numpy().astype("datetime64[ns]").astype(np.int64)
    columns = (frame[name].to_numpy() for name in ("open", "high", "low", "close", "volume"))
    candles = Candles(Instrument("binance", "BTC/USDT"), Timeframe.H1, time_ns, *columns, Provenance("binance"))
    shown(qtbot, panel, store(opened, candles))
    assert len(panel.model.gaps) == 27
    assert panel.tag.text() == "BINANCE"
    panel.view.everything()
    panel.canvas.grab()
    assert panel.model.scale.high > candles.high.max()


def test_a_replay_hides_the_future_of_every_linked_chart_and_gives_it_back(
    qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge, link: LinkGroup
) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    second = ChartPanel(bridge, link)
    qtbot.addWidget(second)
    qtbot.waitUntil(lambda: second.model.key is not None, timeout=10_000)
    panel.replay.start()
    hidden = len(panel.model.columns or ())
    assert 2 < hidden < ROWS
    assert len(second.model.columns or ()) == hidden
    step = next(button for button in panel.replay.findChildren(QPushButton) if button.text() == "Step")
    qtbot.mouseClick(step, LEFT)
    panel.canvas.grab()
    assert len(panel.model.columns or ()) == len(second.model.columns or ()) == hidden + 1
    qtbot.mouseClick(panel.replay.play, LEFT)
    qtbot.waitUntil(lambda: len(panel.model.columns or ()) >= hidden + 2, timeout=5_000)
    qtbot.mouseClick(next(button for button in panel.replay.findChildren(QPushButton) if button.text() == "Stop"), LEFT)
    assert len(panel.model.columns or ()) == len(second.model.columns or ()) == ROWS
    assert not panel.replay.isVisible()


def test_the_embedded_market_makes_every_timeframe_and_the_stream_follows(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    opened.terminal.execute(PrepareDemo())
    shown(qtbot, panel, SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    streams = Streams(opened.terminal)
    panel.link.series_changed.connect(lambda key: streams.watch((key,)))
    buttons = {button.text(): button for button in panel.timeframes.switch.findChildren(QPushButton)}
    for words, frame in (("1m", Timeframe.M1), ("5m", Timeframe.M5), ("15m", Timeframe.M15)):
        assert buttons[words].isEnabled()
        qtbot.mouseClick(buttons[words], LEFT)
        qtbot.waitUntil(lambda frame=frame: panel.model.key is not None and panel.model.key.timeframe is frame, timeout=10_000)
        rows = len(panel.model.columns or ())
        streams.beat()
        qtbot.waitUntil(lambda rows=rows: len(panel.model.columns or ()) > rows, timeout=10_000)
        assert panel.model.columns is not None
        assert set(np.diff(panel.model.columns.time)) == {frame.nanoseconds}, "the stream goes on where the stored candles end"


def test_a_replay_goes_on_when_the_store_grows_and_marks_keep_their_rows(
    qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge, link: LinkGroup
) -> None:
    candles = walk(ROWS)
    key = store(opened, candles)
    shown(qtbot, panel, key)
    panel.replay.start()
    hidden, loaded = len(panel.model.columns or ()), panel.model.everything
    panel.show_series(key)
    qtbot.waitUntil(lambda: panel.model.everything is not loaded, timeout=10_000)
    assert len(panel.model.columns or ()) == hidden
    panel.replay.stop()
    assert len(panel.model.columns or ()) == ROWS
    assert link.replay is None


def test_a_late_answer_for_former_parameters_changes_nothing(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    waiting: list[Callable[[], None]] = []
    monkeypatch.setattr(QThreadPool, "start", lambda _pool, work: waiting.append(work))
    panel.indicators.add("sma")
    overlay = panel.model.overlays[0]
    panel.indicators.change(overlay, "window", 100)
    waiting[1]()
    waiting[0]()
    QApplication.processEvents()
    known = np.flatnonzero(np.isfinite(overlay.lines[0].values))
    assert known[0] == 99


def test_lines_of_several_indicators_have_colours_of_their_own(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    for name in ("bollinger", "ema", "sma"):
        panel.indicators.add(name)
    colours = [colour for overlay in panel.model.overlays for colour in overlay.colours]
    assert len(colours) == len(set(colours)) == 5


def test_escape_gives_the_words_up_and_nothing_is_copied_without_a_chart(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal, bridge: Bridge) -> None:
    told: list[Notice] = []
    bridge.on(Notice, told.append)
    panel.copy_picture()
    qtbot.waitUntil(lambda: bool(told), timeout=5_000)
    assert told[0].text == "There is no chart to copy."
    shown(qtbot, panel, store(opened, walk(ROWS)))
    panel.canvas.draw(Tool.TEXT)
    panel.canvas.grab()
    qtbot.mouseMove(panel.canvas, panel.canvas.rect().center())
    qtbot.mouseClick(panel.canvas, LEFT, pos=panel.canvas.rect().center())
    field = panel.canvas.findChild(QLineEdit)
    assert field.isVisible()
    qtbot.keyClicks(field, "not this")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert panel.model.drawings.all == ()


def test_a_right_click_offers_a_replay_from_where_it_was_made(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    panel.canvas.grab()
    x, rows = 300, panel.model.rows
    clicked = int(rows.row(x, panel.canvas.scene.frame.width))
    panel.view.popup(panel.canvas.mapToGlobal(QPoint(x, 150)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if action.text() == "Replay from here").trigger()
    menu.close()
    assert len(panel.model.columns or ()) == clicked + 1


def test_every_level_in_view_is_named_at_the_axis_even_beside_a_panes_edge(qtbot: QtBot, panel: ChartPanel, opened: OpenTerminal) -> None:
    shown(qtbot, panel, store(opened, walk(ROWS)))
    canvas, tokens, frame = panel.canvas, current(), panel.canvas.scene.frame
    picture = QPixmap(canvas.size())
    for at in (0.0, 1.0):
        picture.fill(Qt.GlobalColor.black)
        painter = QPainter(picture)
        pane = Pane(0.0, 200.0)
        paint_prices(painter, frame, pane, Scale(0.0, 1.0), [Tick(at, "8888")], tokens)
        painter.end()
        image = picture.toImage()
        inked = {y for y in range(220) for x in range(int(frame.width), canvas.width()) if image.pixelColor(x, y).lightness() > 60}
        assert inked
        assert min(inked) >= 0
        assert max(inked) < 200
