"""The window as a person uses it: keys, clicks, and what is on screen afterwards."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo, TickFile
from terminal.app.opening import OpenTerminal
from terminal.app.state import Health, HealthItem, Notice, Severity
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.layouts import LayoutFiles
from terminal.ui.run_plan import RunPlan
from terminal.ui.theme import current
from terminal.ui.toasts import Toast
from terminal.ui.widgets.buttons import LinkButton
from terminal.ui.widgets.sheet import Sheet
from terminal.ui.window import Window

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def answer_dialog(qtbot: QtBot, window: Window, text: str) -> None:
    """Types `text` into the question that stands open and confirms it."""
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(QInputDialog)))
    dialog = next(dialog for dialog in window.findChildren(QInputDialog) if dialog.isVisible())
    field = dialog.findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def press(qtbot: QtBot, window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, key, modifier)


def find(qtbot: QtBot, window: Window, text: str) -> None:
    """Opens the palette with its key, types `text` and does the first thing found."""
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    assert window.palette_box.isVisible()
    qtbot.keyClicks(window.palette_box.field, text)
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)


def test_the_window_says_that_everything_is_simulated(window: Window) -> None:
    assert window.windowTitle() == "Outcry — DEMO · simulated market"
    assert window.top_bar.mode.text() == "DEMO"
    assert window.top_bar.origin.text() == "SIMULATED"


def test_the_origin_follows_the_series_in_view(window: Window) -> None:
    window.link.show_series(SeriesKey("binance", "BTC/USDT", Timeframe.H1))
    assert window.top_bar.origin.text() == "BINANCE"
    assert window.windowTitle() == "Outcry — DEMO · binance candles"
    window.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    assert window.windowTitle() == "Outcry — DEMO · simulated market"


def test_the_palette_opens_by_key_finds_and_does(window: Window, qtbot: QtBot) -> None:
    find(qtbot, window, "light dark")
    qtbot.waitUntil(lambda: current().name == "light")
    assert not window.palette_box.isVisible()
    assert window.docks.widget().styleSheet() == ""
    press(qtbot, window, Qt.Key.Key_L, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: current().name == "dark")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("theme", "Theme: switch between dark and light"),
        ("dark mode", "Theme: switch between dark and light"),
        ("heikin", "Chart: heikin-ashi"),
        ("log axis", "Price axis: logarithmic"),
        ("4 hours", "Timeframe: 4 hours"),
        ("zoom out", "Show all candles"),
        ("help", "First steps"),
        ("close outcry", "Quit"),
        ("download", "Extract candles"),
        ("stress", "Results: doubts"),
        ("cancel", "Cancel job"),
    ],
)
def test_the_palette_knows_the_words_people_use(window: Window, qtbot: QtBot, typed: str, found: str) -> None:
    window.palette_box.open()
    qtbot.keyClicks(window.palette_box.field, typed)
    assert found in [entry.text for entry in window.palette_box.shown()[:2]]


def test_the_palette_moves_by_arrow_and_closes_by_escape(window: Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.top_bar.search, LEFT)
    palette = window.palette_box
    assert palette.isVisible()
    assert palette.list.currentRow() == 0
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    qtbot.keyClicks(palette.field, "zzzz")
    assert palette.list.item(0).text() == "Nothing is called “zzzz”"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_finds_strategies_that_arrive_while_it_is_open(window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    qtbot.keyClicks(window.palette_box.field, "ema_trend")
    qtbot.waitUntil(lambda: any(entry is not None and entry.kind == "strategy" for entry in window.palette_box.shown()))


def test_a_setting_is_found_by_its_words_and_shown(window: Window, qtbot: QtBot) -> None:
    find(qtbot, window, "slippage")
    settings = window.panel("settings")
    qtbot.waitUntil(settings.isVisible)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and settings.isAncestorOf(QApplication.focusWidget()))
    assert QApplication.focusWidget().accessibleName() == "Slippage"


def test_keys_bring_panels_to_the_front(window: Window, qtbot: QtBot) -> None:
    numbers = {panel.id: number for number, panel in enumerate(window.docks.panels(), start=1)}
    for name in ("log", "jobs"):
        press(qtbot, window, Qt.Key(Qt.Key.Key_0 + numbers[name]), CONTROL)
        qtbot.waitUntil(window.panel(name).isVisible)


def test_the_zone_switch_rules_the_clock_and_is_remembered(window: Window, bridge: Bridge, qtbot: QtBot) -> None:
    from terminal.ui.zones import Zone

    qtbot.mouseClick(window.foot.zones[Zone.UTC], LEFT)
    assert bridge.zones.zone is Zone.UTC
    assert window.foot.zones[Zone.UTC].isChecked()
    assert not window.foot.zones[Zone.LOCAL].isChecked()
    qtbot.waitUntil(lambda: bridge.settings["zone"] == "utc")


def test_health_shows_faults_first_as_given_and_explains_on_click(window: Window, opened: OpenTerminal, qtbot: QtBot) -> None:
    fault = HealthItem("Feed", "9 s old", Severity.WARNING, "No price has arrived for a while.")
    fine = HealthItem("Disk", "82 GB free", Severity.INFO, "Free space.")
    opened.terminal.publisher.publish(Health((fault, fine)), snapshot=True)
    strip = window.foot.health
    qtbot.waitUntil(lambda: [light.text() for light in strip.lights()] == ["Feed 9 s old", "Disk 82 GB free"])
    qtbot.mouseClick(strip.lights()[0], LEFT)
    sheet = window.findChild(Sheet)
    assert sheet is not None
    assert sheet.isVisible()
    assert texts(sheet) == ["Feed · 9 s old", "No price has arrived for a while."]
    sheet.close()
    opened.terminal.publisher.publish(Health((fine,)), snapshot=True)
    qtbot.waitUntil(lambda: len(strip.lights()) == 1)


def test_a_fault_stays_can_be_copied_and_is_kept_in_the_centre(window: Window, opened: OpenTerminal, qtbot: QtBot) -> None:
    opened.terminal.publisher.publish(Notice(Severity.ERROR, "The disk is full.", "Free some space."))
    qtbot.waitUntil(lambda: len(window.notices.toasts()) == 1)
    toast = window.notices.toasts()[0]
    qtbot.mouseClick(toast.findChild(LinkButton), LEFT)
    assert QApplication.clipboard().text() == "The disk is full.\nFree some space."
    assert window.top_bar.bell.text() == "1"
    close = next(button for button in toast.findChildren(QWidget) if button.accessibleName() == "Dismiss")
    qtbot.mouseClick(close, LEFT)
    qtbot.waitUntil(lambda: not window.notices.toasts())
    qtbot.mouseClick(window.top_bar.bell, LEFT)
    sheet = window.findChild(Sheet)
    assert sheet is not None
    assert "The disk is full." in texts(sheet)
    assert window.top_bar.bell.text() == ""
    sheet.close()


def test_toasts_do_not_pile_up_and_stand_inside_the_window(window: Window, opened: OpenTerminal, qtbot: QtBot) -> None:
    for number in range(6):
        opened.terminal.publisher.publish(Notice(Severity.INFO, f"Number {number}"))
    qtbot.waitUntil(lambda: len(window.notices.all()) == 6)
    toasts: tuple[Toast, ...] = window.notices.toasts()
    assert [toast.notice.text for toast in toasts] == ["Number 3", "Number 4", "Number 5"]
    assert all(window.rect().contains(toast.geometry()) for toast in toasts)


def test_long_notices_are_read_whole_in_toasts_and_in_the_centre(window: Window, opened: OpenTerminal, qtbot: QtBot) -> None:
    for number in range(2):
        words = "The settings file /home/somebody/with/a/long/name/outcry/settings.toml is damaged. " * (2 + number)
        opened.terminal.publisher.publish(Notice(Severity.WARNING, words.strip(), "Open the settings and choose again."))
    qtbot.waitUntil(lambda: len(window.notices.toasts()) == 2)
    for toast in window.notices.toasts():
        assert all(line.height() >= line.heightForWidth(line.width()) for line in toast.findChildren(QLabel) if line.wordWrap())
    qtbot.mouseClick(window.top_bar.bell, LEFT)
    sheet = window.findChild(Sheet)
    assert sheet is not None
    assert all(line.height() >= line.heightForWidth(line.width()) for line in sheet.findChildren(QLabel) if line.wordWrap())
    assert sheet.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    assert not window.notices.toasts()
    sheet.close()


def test_a_perspective_is_saved_chosen_renamed_exported_and_deleted(window: Window, layouts: LayoutFiles, qtbot: QtBot, tmp_path: Path) -> None:
    window.docks.close("log")
    press(qtbot, window, Qt.Key.Key_S, CONTROL | SHIFT)
    answer_dialog(qtbot, window, "Two screens")
    assert layouts.names() == ("Two screens",)
    buttons = {button.text(): button for button in window.top_bar.perspective_buttons()}
    assert buttons["Two screens"].isChecked()
    qtbot.mouseClick(buttons["Research"], LEFT)
    assert window.docks.is_open("log")
    buttons = {button.text(): button for button in window.top_bar.perspective_buttons()}
    qtbot.mouseClick(buttons["Two screens"], LEFT)
    assert not window.docks.is_open("log")
    find(qtbot, window, "rename this perspective")
    answer_dialog(qtbot, window, "Wide")
    assert layouts.names() == ("Wide",)
    window.perspectives.export(tmp_path / "wide.json")
    find(qtbot, window, "delete this perspective")
    assert layouts.names() == ()
    assert window.docks.is_open("log")
    window.perspectives.take_in(tmp_path / "wide.json")
    assert layouts.names() == ("wide",)
    assert not window.docks.is_open("log")


def test_a_name_no_file_can_have_is_refused_in_words(window: Window, layouts: LayoutFiles, qtbot: QtBot) -> None:
    find(qtbot, window, "save this layout")
    answer_dialog(qtbot, window, "../../etc")
    qtbot.waitUntil(lambda: len(window.notices.all()) == 1)
    assert "cannot be called" in window.notices.all()[0].notice.text
    assert layouts.names() == ()


def test_the_window_opens_as_it_was_closed(window: Window, bridge: Bridge, layouts: LayoutFiles, qtbot: QtBot) -> None:
    window.docks.close("log")
    window.close()
    again = Window(bridge, layouts)
    qtbot.addWidget(again)
    again.show()
    assert not again.docks.is_open("log")
    assert again.docks.is_open("jobs")


def damage(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_damaged_layout_falls_back_to_research_and_says_so(window: Window, bridge: Bridge, layouts: LayoutFiles, opened: OpenTerminal, qtbot: QtBot) -> None:
    window.docks.close("log")
    window.close()
    file = opened.terminal.paths.config / "layouts" / "last-window.json"
    whole = file.read_text(encoding="utf-8")
    changes: list[Callable[[str], str]] = [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"docking": "', '"docking": "AA'),
        lambda _text: "[1, 2]",
    ]
    for change in changes:
        file.write_text(change(whole), encoding="utf-8")
        again = Window(bridge, layouts)
        qtbot.addWidget(again)
        again.show()
        assert again.docks.is_open("log")
        qtbot.waitUntil(lambda again=again: len(again.notices.all()) == 1)
        assert again.notices.all()[0].notice.text.startswith("The layout last-window.json")
        aside = file.with_name("last-window.json.damaged")
        assert again.notices.all()[0].notice.cure == f"The default layout is used. The file is kept as {aside}."
        assert aside.read_text(encoding="utf-8") == change(whole)


def test_a_panel_floats_and_comes_back(window: Window, qtbot: QtBot) -> None:
    panel = window.panel("jobs")
    window.docks.show("jobs")
    window.docks.undock("jobs")
    qtbot.waitUntil(lambda: panel.window() is not window)
    window.docks.undock("jobs")
    qtbot.waitUntil(lambda: panel.window() is window)


def test_headers_outlive_every_rearrangement(window: Window, qtbot: QtBot) -> None:
    from terminal.ui.panels.jobs import JobsPanel

    panel = window.panel("jobs")
    assert isinstance(panel, JobsPanel)
    for _ in range(3):
        window.docks.undock("jobs")
        qtbot.wait(20)
        window.docks.undock("jobs")
        qtbot.wait(20)
        window.perspectives.choose("Research")
        qtbot.wait(20)
        window.docks.restore(window.docks.save())
        qtbot.wait(20)
    window.docks.show("jobs")
    qtbot.waitUntil(panel.cancel_button.isVisible)


def texts(widget: QWidget) -> list[str]:
    """Every text shown in `widget`, top to bottom."""
    from PySide6.QtWidgets import QLabel

    return [found.text() for found in widget.findChildren(QLabel) if found.text()]


@pytest.mark.filterwarnings("ignore:Series.values returning")  # exchange_calendars on a newer pandas
def test_a_result_comes_to_the_front_and_the_keyboard_stays_in_the_code(window: Window, opened: OpenTerminal, qtbot: QtBot) -> None:
    opened.terminal.execute(PrepareDemo())
    window.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    editor = window.panel("editor")
    qtbot.waitUntil(lambda: editor.desk.front_view() is not None, timeout=20_000)  # type: ignore[attr-defined] # the editor's own
    window.docks.show("log")
    editor.desk.front_view().setFocus()  # type: ignore[attr-defined] # as above
    window.book.trigger("editor.run")
    qtbot.waitUntil(window.panel("results").isVisible, timeout=60_000)
    assert QApplication.focusWidget() is editor.desk.front_view()  # type: ignore[attr-defined] # as above


def test_the_plan_of_the_next_run_is_there_again(window: Window, bridge: Bridge, layouts: LayoutFiles, qtbot: QtBot, tmp_path: Path) -> None:
    hours = SeriesKey("demo", "ETH/USDT", Timeframe.H1)
    window.link.set_plan(RunPlan().trading(hours).telling("currency", "EUR"))
    window.close()
    second = Window(bridge, layouts)
    qtbot.addWidget(second)
    second.show()
    assert second.link.plan == RunPlan((hours,), {"currency": "EUR"})
    ticks = TickFile(tmp_path / "trades.csv", "XYZ", Timeframe.M5, "Europe/Berlin")
    second.link.set_plan(second.link.plan.over(ticks))
    second.close()
    third = Window(bridge, layouts)
    qtbot.addWidget(third)
    third.show()
    assert third.link.plan == RunPlan((), {"currency": "EUR"}, ticks)
    assert not third.notices.all()


def test_a_plan_that_cannot_be_read_is_told_and_starts_empty(window: Window, bridge: Bridge, layouts: LayoutFiles, qtbot: QtBot) -> None:
    window.close()
    last = layouts.last()
    assert last is not None
    broken = {**last.panels["results"], "plan": {"series": [["demo", "BTC/USDT", "7h"]], "world": {}, "ticks": None}}
    layouts.keep_last(replace(last, panels={**last.panels, "results": broken}))
    again = Window(bridge, layouts)
    qtbot.addWidget(again)
    again.show()
    qtbot.waitUntil(lambda: len(again.notices.all()) == 1)
    told = again.notices.all()[0].notice
    assert told.text == "The plan of the next run could not be read again."
    assert "starts empty" in told.cure
    assert again.link.plan == RunPlan()
