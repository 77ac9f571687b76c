"""Closing the window while something runs: it asks, and stops the work only when told to."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from terminal.domain.work import CancelQuestion, Report
from terminal.ui.bridge import Bridge
from terminal.ui.window import Window

from .conftest import Ask

LEFT = Qt.MouseButton.LeftButton


def go_on(_report: Report, cancelled: CancelQuestion) -> None:
    pause = threading.Event()
    while not cancelled():
        pause.wait(0.01)


ENDLESS = Ask(go_on)


def test_closing_over_running_work_asks_and_stops_it_only_when_told(window: Window, bridge: Bridge, qtbot: QtBot) -> None:
    bridge.send(ENDLESS, title="Extract BTC/USDT", visible=True)
    qtbot.waitUntil(lambda: "1 job" in window.foot.jobs.text())
    assert not window.close()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "Extract BTC/USDT" in box.informativeText()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert window.isVisible()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is None)
    window.close()
    box = window.findChild(QMessageBox)
    qtbot.mouseClick(next(button for button in box.buttons() if button.text() == "Stop and close"), LEFT)
    assert not window.isVisible()


def test_a_question_about_closing_ends_with_what_it_asks_about(window: Window, bridge: Bridge, qtbot: QtBot) -> None:
    job = bridge.send(ENDLESS, title="Import", visible=True)
    qtbot.waitUntil(lambda: "1 job" in window.foot.jobs.text())
    assert not window.close()
    bridge.cancel(job)
    qtbot.waitUntil(lambda: not window.isVisible())
