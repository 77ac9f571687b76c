"""Tabs are named after what their panels show, long names are shortened with the whole in the tooltip, and the left dock stays wide enough."""

import pytest
from PySide6.QtWidgets import QSplitter, QWidget
from PySide6QtAds import ads  # type: ignore[import-untyped] # the package carries no types
from pytestqt.qtbot import QtBot

from terminal.ui.window import Window


def dock_of(window: Window, name: str) -> ads.CDockWidget:
    return next(dock for dock in window.findChildren(ads.CDockWidget) if dock.objectName() == name)


@pytest.mark.parametrize("title", ["BTC/USDT · 1h", "1000000MOG/USDT:USDT · 15m", "SPY   261218C00600000 · 1d"])
def test_a_tab_says_what_its_panel_shows(window: Window, title: str) -> None:
    window.panel("chart").setWindowTitle(title)
    tab = dock_of(window, "chart").tabWidget()
    assert len(tab.text()) <= 20
    assert title.startswith(tab.text().split("…")[0])
    assert tab.text().endswith(title[-4:])
    assert tab.toolTip() == title


def test_the_left_dock_is_never_narrower_than_its_lists(window: Window, qtbot: QtBot) -> None:
    data: QWidget = window.panel("data")
    for splitter in window.findChildren(QSplitter):
        if splitter.isAncestorOf(data) and splitter.isAncestorOf(window.panel("chart")):
            splitter.setSizes([10, 2_000])
    qtbot.wait(30)
    assert data.width() >= 318
    table = window.panel("watchlist").table  # type: ignore[attr-defined] # the watchlist's own
    assert table.horizontalScrollBar().maximum() == 0
