"""Every widget of the window with a result in it, at three sizes and in both themes: nothing cut, nameless, unreachable or default grey."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from terminal.app.commands import PrepareDemo
from terminal.domain.series import SeriesKey
from terminal.domain.timeframe import Timeframe
from terminal.ui.bridge import Bridge
from terminal.ui.theme import theme
from terminal.ui.window import Window
from ui.walk import findings, grey_pixels

SIZES = ((1366, 768), (1920, 1080), (3840 // 2, 2160 // 2))
"""The last is 4K at 200 %: half as many logical pixels, drawn twice as fine."""


@pytest.fixture
def full(window: Window, bridge: Bridge, qtbot: QtBot) -> Window:
    """The window after a first backtest."""
    ready: list[object] = []
    bridge.send(PrepareDemo(), then=ready.append)
    qtbot.waitUntil(lambda: bool(ready), timeout=20_000)
    window.link.show_series(SeriesKey("demo", "BTC/USDT", Timeframe.H1))
    qtbot.wait(200)
    window.book.trigger("editor.run")
    qtbot.waitUntil(lambda: window.link.run is not None, timeout=60_000)
    qtbot.wait(300)
    return window


def test_every_widget_can_be_read_named_and_reached(full: Window, qtbot: QtBot) -> None:
    faults: set[str] = set()
    for name in ("dark", "light"):
        theme().switch(name)
        for width, height in SIZES:
            full.resize(width, height)
            for panel in ("results", "jobs", "log", "settings"):
                full.docks.show(panel)
                qtbot.wait(40)
                faults |= {f"{fault} ({name}, {width} × {height})" for fault in findings(full)}
            assert grey_pixels(full) < 0.002
    theme().switch("dark")
    assert not faults, "\n".join(sorted(faults))


def test_the_walk_finds_what_it_looks_for(qtbot: QtBot) -> None:
    bad = QWidget()
    qtbot.addWidget(bad)
    bad.resize(200, 100)
    label = QLabel("a sentence that is much too long for its room", bad)
    label.setGeometry(0, 0, 40, 20)
    field = QLineEdit(bad)
    field.setGeometry(0, 30, 80, 20)
    field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    QToolButton(bad).setGeometry(0, 60, 20, 20)
    bad.show()
    qtbot.waitExposed(bad)
    found = " ".join(findings(bad))
    for words in ("cut without tooltip", "without a name: QLineEdit", "icon without tooltip", "not reached by Tab: QLineEdit"):
        assert words in found
