"""Tab goes through the window as the eye does: bar, first steps, the panels column by column with each header first, foot; and back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from terminal.ui.window import Window


def owner(window: Window, widget: QWidget) -> str:
    """Which part of the window holds `widget`."""
    for name, part in (("bar", window.top_bar), ("foot", window.foot), *((panel.id, panel) for panel in window.docks.panels())):
        if part is widget or part.isAncestorOf(widget):
            return name
    return "header or strip"


def test_tab_goes_through_the_window_as_the_eye_does_and_back(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.setFocus()
    seen: list[QWidget] = []
    while True:
        window.focusNextPrevChild(True)
        now = QApplication.focusWidget()
        if seen and now is seen[0]:
            break
        assert now is not None
        assert now not in seen
        seen.append(now)
    names = [owner(window, widget) for widget in seen]
    order = [name for name, former in zip(names, ["", *names], strict=False) if name != former]
    parts = [name for name in order if name != "header or strip"]
    reading = ["bar", "data", "watchlist", "chart", "results", "editor", "foot"]
    assert parts == [name for name in reading if name in parts]
    assert {"bar", "data", "foot"} <= set(parts)
    window.focusNextPrevChild(False)
    assert QApplication.focusWidget() is seen[-1]


def test_shift_tab_by_key_goes_one_back(window: Window, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    window.top_bar.bell.setFocus()
    qtbot.keyClick(window.top_bar.bell, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is window.top_bar.search
